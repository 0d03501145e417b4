### Photo facts and findings

finding-empty = the file is empty
finding-not_a_photo = this is not a photo
finding-unreadable = the photo cannot be read
finding-truncated = the photo is cut off after { $bytes } bytes
finding-too_large = the file is too large for some receivers ({ $bytes } bytes)
finding-too_small = too few pixels ({ $width }×{ $height }) to show much
finding-changed_since_hashed = the file was changed after it was taken
finding-duplicate = the same photo as “{ $where }”
finding-duplicate_elsewhere = the same photo is used as “{ $where }” in another case
finding-heic = HEIC, which some receivers cannot open
finding-rotated = the photo is stored turned ({ $orientation })
finding-no_time = the photo does not say when it was taken
finding-time_far_from_case = taken { $minutes } minutes away from the accident
finding-clock_jump = the camera's clock and the satellites differ by { $minutes } minutes
finding-no_gps = the photo does not say where it was taken
finding-far_from_case = taken { $distance_m } m away from the accident
finding-far_from_fix = taken { $distance_m } m away from the phone's own position
finding-wrong_datum = the position looks like { $datum }, not WGS-84
finding-mock_location = the location is marked as simulated
finding-screenshot = a picture of a screen, not a photo taken at the scene
finding-edited_by_software = saved by the program { $software }
finding-readers_disagree = the two readers disagree about “{ $field }”: { $first } and { $second }

inspect-photo = { $path }: { $bytes } bytes, { $size }, taken { $taken }, at { $place }, camera { $camera }
inspect-no-such-path = There is no such file or folder: { $path }
