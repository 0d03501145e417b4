### Validators

validate-valid = valid
validate-suspicious = doubtful, may go on
validate-invalid = not valid
validate-suggestion = Did you mean { $value }?

reason-empty = Nothing was entered.
reason-wrong_length = The number of characters is wrong.
reason-wrong_characters = It has characters that cannot be there.
reason-plate_no_province = It must begin with the character of a province.
reason-plate_no_authority = The second character must be the authority's letter.
reason-plate_no_i_or_o = A serial has no letters I or O; check whether it is 1 or 0.
reason-plate_unknown_form = It looks like no kind of plate.
reason-plate_special_not_checked = An armed-police, military, temporary or tractor plate: its rule is not verified, please look again.
reason-id_wrong_check = The check digit does not fit; compare every digit.
reason-id_bad_date = There is no such date of birth.
reason-id_born_later = The date of birth is in the future.
reason-vin_no_i_o_q = A VIN has no letters I, O or Q.
reason-vin_wrong_check = The check digit does not fit; imported cars may differ, please compare.
reason-uscc_wrong_check = The check character does not fit; compare every character.
reason-uscc_bad_letter = A credit code has no letters I, O, S, V or Z.
reason-phone_not_mobile = It is not a mobile number of mainland China.
reason-number_bad_length = It must have 8 to 40 characters.
reason-controls_removed = Invisible control characters were removed; please compare.
reason-name_too_long = A name has at most 50 characters.

kind-plate = plate
kind-id = resident ID
kind-vin = VIN
kind-uscc = credit code
kind-phone = mobile
kind-number = number
kind-name = name

class-ordinary = ordinary plate
class-new_energy_small = new-energy plate, small
class-new_energy_large = new-energy plate, large
class-police = police plate
class-learner = learner plate
class-trailer = trailer plate
class-hong_kong = cross-border plate, Hong Kong
class-macao = cross-border plate, Macao
class-embassy = embassy plate
class-consulate = consular plate
class-emergency = emergency plate
