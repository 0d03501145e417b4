### The queue: why something has not arrived yet

later-unsigned = waiting for the phone's signature
later-unauthorized = the gateway refuses the login; everything is kept, please log in again
later-no-token = there is no login; everything is kept
later-no-gateway = no gateway is set
later-unreachable = the gateway cannot be reached; it is tried again by itself
later-cut = the connection was cut; it goes on later from where it was
later-stalled = the network does not move; it goes on later from where it was
later-certificate = the gateway's certificate is not trusted; everything is kept, check the network or ask your administrator
later-server = the gateway has a passing fault; it is tried again by itself
later-busy = the gateway is busy; it is tried again when it asks for it
later-not-a-gateway = the answer was not the gateway's (perhaps a login page); it is tried again by itself
later-not-a-receipt = the answer has no receipt; it is tried again by itself
later-foreign-receipt = the receipt is for something else and does not count; it is tried again by itself
later-upload-lost = the gateway has lost the upload; it begins anew
later-upload-stuck = the upload goes back and forth; it goes on later from where it was
later-budget = the time for this round is over; the next one goes on from there
later-storage = the phone's storage failed; it is tried again by itself
parked-refused = the gateway refuses it; it is kept. See why, then retry or export
parked-photo-gone = the photo's file is gone
parked-photo-damaged = the photo's file is damaged
parked-incomplete = it is not complete
returned-incomplete = Something is missing
returned-unreadable_photos = The photos show too little
returned-contradiction = The file contradicts itself
returned-wrong_party = A party or its insurer is wrong
returned-other_reason = Another reason, told otherwise
