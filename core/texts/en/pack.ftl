### Rule packs

pack-refused-no_key = This app was set up without the association's key, so it takes no rule packs; the old one stays in use.
pack-refused-not_readable = The rule pack cannot be read; the old one stays in use: { $problem }
pack-refused-not_signed = The rule pack is not signed with the association's key; the old one stays in use.
pack-refused-schema = The rule pack is written in layout { $there }, this app reads only layout { $here }; update the app first. The old one stays in use.
pack-refused-other_region = This is the rule pack of { $there }, here is { $here }; the old one stays in use.
pack-refused-not_newer = The rule pack is version { $there }, which is not newer than version { $here }; the old one stays in use.

consent-own_insurer-1 = I agree that the accident record, photos and signatures are handed to my own insurer, to settle this accident.
consent-other_insurer-1 = I agree that what the other side's insurer needs to settle this accident is handed to it: my plate, insurance, liability and damage.
consent-police_handover-1 = I agree that the accident record and photos are handed over to the traffic police when one of us asks for it.
consent-association-1 = I agree that the accident record, without what identifies a person, is handed to the insurers' association for statistics and better service.

pack-good = { $id } version { $version }: whole, layout { $schema }.
pack-signed-trusted = The signature is good, key { $key }.
pack-signed-unknown = Signed with key { $key }; no public key was given (--key), so the signature was not checked.
pack-signed-none = Not signed; phones will not take it, sign it first.
pack-bad = Not a usable rule pack: { $problem }
pack-wrong-signature = The signature is not by the given key: the file was changed, or somebody else signed it.
pack-bad-schema = schema: this is layout { $there }, only layout { $here } is known.
pack-bad-public-key = The public key cannot be read: a base64url public key is needed, or a public key PEM file.
pack-bad-private-key = The private key cannot be read: a PEM file with a P-256 private key in PKCS#8 is needed.
pack-written = Signed: { $id } version { $version }, key { $key }, written to { $file }

rules-in-force-app = Rules { $id }, version { $version }, as they came with the app.
rules-in-force-association = Rules { $id }, version { $version }, signed by the association.
rules-newer = This case was begun under version { $under } of the rules and stays under it. Cases begun now are under version { $newest }.
