### Credential and living code

seen-word-genuine = Genuine
seen-word-not_yet_valid = Not yet valid
seen-word-expired = Expired
seen-word-revoked = Revoked
seen-word-not_a_specialist = Not a specialist
seen-word-cannot_check = Cannot check

seen-genuine = Issued by the association and shown by this person's own phone. Compare the face.
seen-not_yet_valid = Issued by the association, but its time has not begun.
seen-expired = Issued by the association, but its time is over.
seen-revoked = The association has revoked this credential. Hand over nothing.
seen-not_a_specialist = The association did not issue this, or it is not shown by its owner's phone. Hand over nothing; in doubt call 122.
seen-old = Refused: this code is older than 30 seconds. It may be a picture of a screen, or a clock is wrong. Check with a challenge.
seen-clocks_differ = The clocks of the two phones differ by more than 30 seconds; it cannot be checked by time. Check with a challenge.
seen-other_challenge = This does not answer the challenge of this phone. Show a new one and let the other phone scan it.
seen-copy = This is a copy of a credential, and anybody can make one. Ask for the living code on the phone, or check with a challenge.
seen-no_key = This phone does not know the association's key and cannot check.
seen-newer = A newer version of the app made this code; update the app first.
seen-unreadable = This code cannot be read. Wipe the screen, make it brighter and scan again.

revocations-none = no list of revocations on this phone
revocations-minutes = list of revocations { $number } minutes old
revocations-hours = list of revocations { $number } hours old
revocations-days = list of revocations { $number } days old

revocations-refused-no_key = This phone does not know the association's key and takes no list of revocations.
revocations-refused-not_readable = This is not a list of revocations.
revocations-refused-not_signed = The association did not sign this list of revocations; the old one stays.
revocations-refused-not_newer = The list of revocations on this phone is as new or newer; it stays.

credential-faulty-number = The number is empty, too long, or has something invisible in it.
credential-faulty-name = The name is empty, too long, or has something invisible in it.
credential-faulty-company = The company is empty, too long, or has something invisible in it.
credential-faulty-times = The times are not in order: it has to end after it begins.
credential-faulty-signature = It cannot be issued: the signature cannot be used, or it is too long.

error-credential-none = There is no credential on this phone yet. Take in the file that the association issued.
error-credential-not-issued = The association did not issue this credential; it is not taken.
error-credential-other-phone = This credential is bound to another phone; this one cannot show it.

credential-issued = Issued: number { $number }, file { $file }
credential-revoked = Revoked: number { $number }, list { $file }
credential-shown = { $word }: { $name }, { $company }, number { $number }, valid { $from } to { $to }, issued with key { $key }
credential-bad-photo = The photo cannot be used: a portrait that opens is needed, as JPEG, PNG or WebP.
credential-list-needs-trust = The association's public key (--trust) is needed to check a list of revocations.
device-unknown = This device is not enrolled
device-other-key = The credential is bound to the key of another phone
