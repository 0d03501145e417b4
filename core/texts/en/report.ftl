### The demo's report page

report-title = Jingbao · demo report
report-kicker = From seeing the accident to the sealed bundle
report-result-all = All { $operations } items arrived, each once; the bundle is whole and its signature trusted.
report-result-arrived = All { $operations } items arrived, each once; the bundle did not pass verification.
report-result-untrusted = All { $operations } items arrived, each once; the bundle is whole, but its signer is not trusted.
report-result-open = Of { $operations } items { $sent } have arrived; the others are still on their way.
report-result-nothing = There was nothing to send.
report-when = On the road from { $first } to { $last }
report-took = The demo took { $seconds } s

report-figures = Key figures
report-figure-operations = arrived / all
report-figure-receipts = receipts
report-figure-photos = photos
report-figure-kills = processes killed
report-figure-outages = gateway outages
report-figure-resent = sent again
report-figure-warned = told to stop, ahead
report-figure-parties = parties
report-figure-clearing = stopped to cleared, min
report-metres = { $n } m

report-open-agreement = { $n ->
    [1] Open the agreement
   *[other] Agreement of case { $n }
}
report-open-bundle = Download the bundle
report-open-summary = Machine-readable result

report-timeline = What happened
report-blow = fault
report-who-surveyor = surveyor
report-who-driver = driver
report-who-gateway = gateway
report-who-road = road
report-who-stranger = verifier

report-map = The drive and its verdicts
report-map-alt = Drawing of the drive, north up: the line's colour is the verdict, numbers are where it changed
report-map-accident = accident
report-map-north = N
report-map-whole = whole drive
report-verdict-must_stop = must stop
report-verdict-exempt = exempt
report-verdict-report_only = report only
report-verdict-cannot_tell = cannot tell
report-verdict-clear = nothing to do

report-photos = Photos
report-photo-clean = nothing noticed
report-photo-not-shown = not shown by browsers
report-photos-note = Each thumbnail is the original itself; the code is the first 12 digits of its SHA-256, hover for all of it.

report-queue = The queue
report-queue-alt = Items waiting on both phones and items with a receipt, look by look
report-queue-surveyor = waiting on the surveyor's phone
report-queue-driver = waiting on the driver's phone
report-queue-done = with a receipt
report-queue-when = When

report-proof = Proof
report-verified-whole = whole
report-verified-broken = broken
report-verified-trusted = trusted signature
report-verified-untrusted = signature not trusted
report-signer = Vouching key
report-custody = Custody logs
report-leaves = { $n ->
    [one] { $n } leaf
   *[other] { $n } leaves
}
report-root = root
report-key = key
report-cases = Cases
report-revision = revision { $n }
report-claim = claim notice
report-record = record
report-receipts = Receipts of the gateway
report-receipts-count = { $n } in all
report-receipt-kind = Kind
report-receipt-what = What
report-receipt-at = Stored
report-kind-revision = revision
report-kind-statement = statement
report-kind-photo = photo
report-kind-notice = claim notice
report-kind-event = event
report-foot = Made by the demo from what really ran; the street, cars and plates in the pictures are invented.
report-state-stored = stored by the gateway
report-case-parties = { $n ->
    [one] { $n } party
   *[other] { $n } parties
}
report-living = On duty with a credential
report-living-alt = The living code on the specialist's phone
report-living-number = Living code of credential { $number }, new every 15 s
report-living-at-once = Checked on the spot
report-living-later = A picture of it half a minute later
report-who-association = Association
