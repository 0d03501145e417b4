//! Resident ID numbers (GB 11643): six digits of division, birth, three of sequence, check digit by MOD 11-2.
//! An unknown division is never an error: abolished ones are still printed on cards (T3).

use super::{Checked, Date, Found, Kind, Verdict, normal};

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &[u8; 11] = b"10X98765432";

/// Checks a resident ID; `today` decides which births lie in the future.
pub fn resident_id(input: &str, today: Date) -> Checked {
    let normal = normal::code(input);
    let found = rule(&normal.text, today);
    let likely: String = normal.text.chars().filter_map(likely_digit).collect();
    let checked = Checked::new(Kind::Id, input, normal, found);
    if checked.verdict == Verdict::Invalid && likely != checked.normalised {
        checked.or_suggest(likely, |text| resident_id(text, today))
    } else {
        checked
    }
}

/// Letters that are read for digits; spaces and hyphens that are put between groups.
fn likely_digit(c: char) -> Option<char> {
    match c {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        ' ' | '-' => None,
        _ => Some(c),
    }
}

fn rule(text: &str, today: Date) -> Found {
    let invalid = |reason| Err((Verdict::Invalid, reason));
    let bytes = text.as_bytes();
    if text.chars().count() != 18 {
        return invalid("wrong_length");
    }
    let (Some(digits), Some(last)) = (bytes.get(..17), bytes.get(17)) else { return invalid("wrong_length") };
    if bytes.len() != 18 || !digits.iter().all(u8::is_ascii_digit) || !(last.is_ascii_digit() || *last == b'X') {
        return invalid("wrong_characters");
    }
    let value = |from: usize, to: usize| digits[from..to].iter().fold(0_i16, |sum, d| sum * 10 + i16::from(d - b'0'));
    let (month, day) = (i8::try_from(value(10, 12)), i8::try_from(value(12, 14)));
    let (Ok(month), Ok(day)) = (month, day) else { return invalid("id_bad_date") };
    let Ok(born) = Date::new(value(6, 10), month, day) else { return invalid("id_bad_date") };
    if born > today {
        return invalid("id_born_later");
    }
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    if CHECK[(sum % 11) as usize] == *last { Ok(None) } else { invalid("id_wrong_check") }
}
