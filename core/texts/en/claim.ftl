### The claim notice to a party's own insurer, and what the insurer says

claim-ready = Your own insurer can be notified
claim-not_ready = Your own insurer cannot be notified yet
claim-queued = The notice is made and waits to be sent
claim-noticed = The notice was delivered; the insurer has not answered yet
claim-withheld = The consent was taken back; the notice was not sent
claim-withheld_late = The consent was taken back and nothing more is sent; an earlier attempt may have reached the insurer
claim-received = answer: notice received
claim-accepted = answer: claim taken on
claim-needs_more = answer: something more is needed
claim-refused = answer: not taken on
claim-settled = answer: closed
claim-not-known = An answer that this version does not know: { $code }
claim-reason-incomplete = Something is missing
claim-reason-unreadable_photos = The photos show too little
claim-reason-inspection = The damage has to be looked at
claim-reason-not_insured = This vehicle is not insured there
claim-reason-not_covered = The policy does not cover it
claim-reason-duplicate = The same accident was reported before
claim-reason-other_reason = Another reason, told otherwise
claim-none-training = A training case is told to nobody.
claim-none-no_insurer = The sealed record names no insurer of this party; report the claim by phone.
claim-none-insurer_disputed = Two phones name different insurers; check it, then seal again.
claim-none-already = This version was notified already.
