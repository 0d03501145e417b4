### Shots

shot-scene_front = The scene from the front
shot-scene_rear = The scene from behind
shot-scene_side = The scene from the side
shot-contact_close = The contact, close
shot-damage_a = Damage of A
shot-damage_b = Damage of B
shot-plate_a = Plate of A
shot-plate_b = Plate of B
shot-marks_debris = Skid marks and debris
shot-signal_sign = Traffic light or sign
shot-lane_lines = Lane lines
shot-moved_position = Where the vehicles were moved to
shot-licence_a = Licence of A
shot-licence_b = Licence of B
shot-permit_a = Vehicle permit of A
shot-permit_b = Vehicle permit of B
shot-insurance_a = Insurance certificate of A
shot-insurance_b = Insurance certificate of B
shot-vin_a = VIN of A
shot-vin_b = VIN of B
shot-specialist_badge = Badge of the specialist
shot-other = Other

shots-general = Any accident
shots-rear_end = Rear-end
shots-junction = Junction
shots-lane_change = Lane change
shots-wrong_way = Wrong way
shots-single = One vehicle alone
