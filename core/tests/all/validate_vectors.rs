//! The validators against the published numbers and the traps of the roadside.

use jingbao_core::{
    text::{Lang, has},
    time::{SHANGHAI_OFFSET_S, Timestamp},
    validate::{Checked, Date, Kind, Verdict, check, day, name, number, phone, plate, resident_id, uscc, vin},
};

fn today() -> Date {
    Date::constant(2026, 11, 23)
}

fn id(text: &str) -> Checked {
    resident_id(text, today())
}

#[track_caller]
fn is(checked: Checked, verdict: Verdict, reason: Option<&str>) -> Checked {
    assert_eq!((checked.verdict, checked.reason.as_deref()), (verdict, reason), "`{}`", checked.input);
    if let Some(reason) = &checked.reason {
        assert!(Lang::ALL.iter().all(|lang| has(*lang, &format!("reason-{reason}"))), "no text for {reason}");
    }
    if let Some(class) = &checked.class {
        assert!(Lang::ALL.iter().all(|lang| has(*lang, &format!("class-{class}"))), "no text for {class}");
    }
    checked
}

#[track_caller]
fn valid(checked: Checked) -> Checked {
    is(checked, Verdict::Valid, None)
}

#[test]
fn t1_new_energy_plates_of_both_yantai_letters_are_valid_and_an_i_is_refused_with_a_suggestion() {
    assert_eq!(valid(plate("鲁YA12345")).class.as_deref(), Some("new_energy_small"));
    assert_eq!(valid(plate("鲁FK12345")).class.as_deref(), Some("new_energy_small"));
    assert_eq!(valid(plate("鲁F12345D")).class.as_deref(), Some("new_energy_large"));
    let refused = is(plate("鲁FI1234"), Verdict::Invalid, Some("plate_no_i_or_o"));
    assert_eq!((&*refused.normalised, refused.suggestion.as_deref()), ("鲁FI1234", Some("鲁F11234")));
    assert_eq!(plate("鲁FO1234").suggestion.as_deref(), Some("鲁F01234"));
}

#[test]
fn t2_lengths_are_counted_in_characters() {
    assert_eq!(valid(plate("鲁F1234警")).class.as_deref(), Some("police"));
    assert_eq!(valid(plate("京X0101应急")).class.as_deref(), Some("emergency"));
}

#[test]
fn every_kind_of_plate_has_its_class() {
    for (text, class) in [
        ("鲁F12345", "ordinary"),
        ("鲁Y8K3A7", "ordinary"),
        ("京ADA1234", "new_energy_small"),
        ("鲁F1234学", "learner"),
        ("鲁F1234挂", "trailer"),
        ("粤Z1234港", "hong_kong"),
        ("粤ZA12B澳", "macao"),
        ("123456使", "embassy"),
        ("沪12345领", "consulate"),
        ("鲁S1234应急", "emergency"),
    ] {
        assert_eq!(valid(plate(text)).class.as_deref(), Some(class), "{text}");
    }
}

#[test]
fn plates_known_only_from_memory_warn_and_go_through() {
    for text in ["WJ鲁12345", "WJ0112345", "VA12345", "鲁F12345临", "鲁0612345"] {
        is(plate(text), Verdict::Suspicious, Some("plate_special_not_checked"));
    }
}

#[test]
fn what_is_no_plate_is_refused_with_its_reason() {
    for (text, reason) in [
        ("", "empty"),
        ("  ·-", "empty"),
        ("F12345", "plate_no_province"),
        ("鲁", "wrong_length"),
        ("鲁6A2345", "plate_no_authority"),
        ("鲁F1234", "wrong_length"),
        ("鲁F123456", "plate_unknown_form"),
        ("鲁FL12345", "plate_unknown_form"),
        ("鲁F1234567", "wrong_length"),
        ("鲁F12#45", "wrong_characters"),
        ("鲁F1234港", "plate_unknown_form"),
        ("粤I12345", "plate_no_i_or_o"),
    ] {
        is(plate(text), Verdict::Invalid, Some(reason));
    }
}

#[test]
fn plates_are_written_in_one_way_whatever_separators_and_widths_were_typed() {
    for text in ["鲁F·12345", "鲁f•12345", " 鲁Ｆ．１２３４５　", "鲁F-12345", "鲁F 123 45", "鲁F.12345"]
    {
        let checked = valid(plate(text));
        assert_eq!((&*checked.normalised, &*checked.input), ("鲁F12345", text));
    }
}

#[test]
fn t3_resident_ids_normalise_know_the_calendar_and_forgive_abolished_counties() {
    for good in ["11010519491231002X", "440524188001010014", "370602199003070013", "37060219900307003X"] {
        valid(id(good));
    }
    assert_eq!(valid(id("37060219900307003x")).normalised, "37060219900307003X");
    assert_eq!(valid(id(" ３７０６０２１９９００３０７００１３")).normalised, "370602199003070013");
    valid(id(&with_check("37063419900307001")));
    is(id(&with_check("37060219900229001")), Verdict::Invalid, Some("id_bad_date"));
    is(id(&with_check("37060219901307001")), Verdict::Invalid, Some("id_bad_date"));
    valid(id(&with_check("37060220000229001")));
    is(id(&with_check("37060220261124001")), Verdict::Invalid, Some("id_born_later"));
    valid(id(&with_check("37060220261123001")));
}

#[test]
fn what_is_no_resident_id_is_refused_with_its_reason() {
    is(id("370602199003070014"), Verdict::Invalid, Some("id_wrong_check"));
    is(id("370602900307001"), Verdict::Invalid, Some("wrong_length"));
    is(id("3706021990030700鲁3"), Verdict::Invalid, Some("wrong_characters"));
    is(id("鲁鲁鲁鲁鲁鲁"), Verdict::Invalid, Some("wrong_length"));
    let letters = is(id("37O602199003070013"), Verdict::Invalid, Some("wrong_characters"));
    assert_eq!(letters.suggestion.as_deref(), Some("370602199003070013"));
}

/// Computes the check digit the way GB 11643 defines it, by halving from the right, not as the rule does.
fn with_check(first: &str) -> String {
    let mut sum = 0;
    let mut weight = 2;
    for digit in first.bytes().rev() {
        sum += u32::from(digit - b'0') * weight % 11;
        weight = weight * 2 % 11;
    }
    let check = (12 - sum % 11) % 11;
    if check == 10 { format!("{first}X") } else { format!("{first}{check}") }
}

#[test]
fn t4_a_credit_code_whose_sum_is_zero_has_the_check_digit_zero() {
    for good in ["91110000600037341L", "91350100M000100Y43", "91110108551385082Q"] {
        valid(uscc(good));
    }
    // With the weights 1, 3, 9, … the first two characters 1 and A (1 + 3 × 10 = 31) make the sum 0 modulo 31.
    valid(uscc("1A0000000000000000"));
    valid(uscc("000000000000000000"));
    is(uscc("1A000000000000000Y"), Verdict::Invalid, Some("uscc_wrong_check"));
    let letters = is(uscc("911100006OOO37341L"), Verdict::Invalid, Some("uscc_bad_letter"));
    assert_eq!(letters.suggestion.as_deref(), Some("91110000600037341L"));
    is(uscc("91110000"), Verdict::Invalid, Some("wrong_length"));
}

#[test]
fn t5_an_imported_cars_vin_with_a_wrong_check_digit_warns_and_goes_through() {
    for good in ["1M8GDM9AXKP042788", "LVSHCAMB1CE054249", "11111111111111111", "1m8gdm9axkp042788"] {
        valid(vin(good));
    }
    is(vin("WVWZZZ1JZ3W386752"), Verdict::Suspicious, Some("vin_wrong_check"));
    let letter = is(vin("1M8GDM9AXKPO42788"), Verdict::Invalid, Some("vin_no_i_o_q"));
    assert_eq!(letter.suggestion.as_deref(), Some("1M8GDM9AXKP042788"));
    is(vin("1M8GDM9AXKP04278"), Verdict::Invalid, Some("wrong_length"));
    is(vin("1M8GDM9AXKP04278鲁"), Verdict::Invalid, Some("wrong_characters"));
}

#[test]
fn mobile_numbers_lose_their_country_code_and_nothing_else() {
    for text in ["13805351234", "+8613805351234", "008613805351234", "+86 13805351234", "１３８０５３５１２３４"]
    {
        assert_eq!(valid(phone(text)).normalised, "13805351234");
    }
    is(phone("12805351234"), Verdict::Invalid, Some("phone_not_mobile"));
    is(phone("1380535123"), Verdict::Invalid, Some("wrong_length"));
    let spaced = is(phone("138 0535-1234"), Verdict::Invalid, Some("wrong_characters"));
    assert_eq!(spaced.suggestion.as_deref(), Some("13805351234"));
}

#[test]
fn policy_numbers_are_opaque_and_keep_case_and_zeros() {
    assert_eq!(valid(number(" 00PdZa2026-370600 ")).normalised, "00PdZa2026-370600");
    is(number("1234567"), Verdict::Invalid, Some("number_bad_length"));
    is(number(&"9".repeat(41)), Verdict::Invalid, Some("number_bad_length"));
}

#[test]
fn t31_names_keep_their_dot_and_rare_characters_and_lose_controls_with_a_note() {
    for text in ["买买提·艾力", "𠮷㛃䶮", "Anna-Maria O'Neil", "王"] {
        assert_eq!(valid(name(text)).normalised, text);
    }
    for text in ["王\u{202e}小明", "王\u{200b}小\u{feff}明", "\u{2067}王小明\u{2069}", "王小\u{0}明"] {
        let checked = is(name(text), Verdict::Suspicious, Some("controls_removed"));
        assert_eq!(checked.normalised, "王小明");
    }
    assert_eq!(plate("鲁F·12345").normalised, "鲁F12345");
    valid(name(&"𠮷".repeat(50)));
    is(name(&"𠮷".repeat(51)), Verdict::Invalid, Some("name_too_long"));
    is(name("\u{200b}\u{3000}"), Verdict::Invalid, Some("empty"));
}

#[test]
fn invariant_7_debug_never_shows_what_was_typed() {
    for kind in Kind::ALL {
        let shown = format!("{:?}", check(kind, "37O602199003070013", today()));
        assert!(!shown.contains("199003") && !shown.contains("0013"), "{shown}");
    }
}

#[test]
fn the_day_is_the_local_day() {
    let late = Timestamp::parse_rfc3339("2026-11-22T17:00:00Z").unwrap();
    assert_eq!(day(late, SHANGHAI_OFFSET_S), today());
    assert_eq!(day(Timestamp(i64::MAX), 0), Date::MAX);
}
