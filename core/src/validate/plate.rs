//! Plates (GA 36-2018). Lengths are counted in characters, not bytes (T2). Forms known only from memory warn.
//! "No plate" and "cannot be read" are answers of their own and never come here; colour is its own field.

use super::{Checked, Found, Kind, Verdict, normal};

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
/// The letter that marks a new-energy plate.
const NEW_ENERGY: &str = "DABCEFGHJK";

/// Checks a plate; `class` says which kind it is.
pub fn plate(input: &str) -> Checked {
    let normal = normal::plate(input);
    let chars: Vec<char> = normal.text.chars().collect();
    let found = classify(&chars);
    let digits: String = chars.iter().enumerate().map(|(nth, c)| if nth < 2 { *c } else { digit_for(*c) }).collect();
    let checked = Checked::new(Kind::Plate, input, normal, found);
    // A suggestion is itself free of I and O, so this recurses once at most.
    if checked.reason.as_deref() == Some("plate_no_i_or_o") { checked.or_suggest(digits, plate) } else { checked }
}

fn digit_for(c: char) -> char {
    match c {
        'I' => '1',
        'O' => '0',
        _ => c,
    }
}

fn classify(chars: &[char]) -> Found {
    let invalid = |reason| Err((Verdict::Invalid, reason));
    if let [digits @ .., '使'] = chars
        && digits.len() == 6
        && digits.iter().all(char::is_ascii_digit)
    {
        return Ok(Some("embassy"));
    }
    if from_memory(chars) {
        return Err((Verdict::Suspicious, "plate_special_not_checked"));
    }
    let [province, rest @ ..] = chars else { return invalid("empty") };
    if !PROVINCES.contains(*province) {
        return invalid("plate_no_province");
    }
    if let [digits @ .., '领'] = rest
        && digits.len() == 5
        && digits.iter().all(char::is_ascii_digit)
    {
        return Ok(Some("consulate"));
    }
    let [authority, serial @ ..] = rest else { return invalid("wrong_length") };
    if !authority.is_ascii_uppercase() {
        return invalid("plate_no_authority");
    }
    if *authority == 'I' || serial.iter().any(|c| matches!(c, 'I' | 'O')) {
        return invalid("plate_no_i_or_o");
    }
    match serial {
        [digits @ .., '应', '急'] if matches!(authority, 'X' | 'S') && digits.len() == 4 && all_digits(digits) => {
            Ok(Some("emergency"))
        }
        [four @ .., last @ ('警' | '学' | '挂' | '港' | '澳')] if four.len() == 4 && all_serial(four) => {
            match (last, *province, *authority) {
                ('警', ..) => Ok(Some("police")),
                ('学', ..) => Ok(Some("learner")),
                ('挂', ..) => Ok(Some("trailer")),
                ('港', '粤', 'Z') => Ok(Some("hong_kong")),
                (_, '粤', 'Z') => Ok(Some("macao")),
                _ => invalid("plate_unknown_form"),
            }
        }
        _ if !all_serial(serial) => invalid("wrong_characters"),
        _ if serial.len() == 5 => Ok(Some("ordinary")),
        [mark, _, digits @ ..] if serial.len() == 6 && NEW_ENERGY.contains(*mark) && all_digits(digits) => {
            Ok(Some("new_energy_small"))
        }
        [digits @ .., mark] if serial.len() == 6 && NEW_ENERGY.contains(*mark) && all_digits(digits) => {
            Ok(Some("new_energy_large"))
        }
        _ if serial.len() == 6 => invalid("plate_unknown_form"),
        _ => invalid("wrong_length"),
    }
}

/// 武警 (`WJ…`), military (two letters, five digits), temporary (临), tractors (province and two digits).
fn from_memory(chars: &[char]) -> bool {
    match chars {
        ['W', 'J', rest @ ..] => (4..=7).contains(&rest.len()),
        [a, b, digits @ ..] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => {
            digits.len() == 5 && all_digits(digits)
        }
        [province, rest @ .., '临'] => PROVINCES.contains(*province) && (4..=7).contains(&rest.len()),
        [province, a, b, rest @ ..] => {
            PROVINCES.contains(*province) && all_digits(&[*a, *b]) && rest.len() == 5 && all_serial(rest)
        }
        _ => false,
    }
}

fn all_digits(chars: &[char]) -> bool {
    chars.iter().all(char::is_ascii_digit)
}

/// A serial has capitals without I and O, and digits.
fn all_serial(chars: &[char]) -> bool {
    chars.iter().all(|c| c.is_ascii_digit() || (c.is_ascii_uppercase() && !matches!(c, 'I' | 'O')))
}
