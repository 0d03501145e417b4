//! Vehicle identification numbers (ISO 3779). A wrong check digit only warns: it binds makers in some markets only (T5).

use super::{Checked, Found, Kind, Verdict, normal};

const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/// Checks a VIN.
pub fn vin(input: &str) -> Checked {
    let normal = normal::code(input);
    let found = rule(&normal.text);
    let likely = normal.text.replace('I', "1").replace(['O', 'Q'], "0").replace([' ', '-'], "");
    let checked = Checked::new(Kind::Vin, input, normal, found);
    if likely == checked.normalised { checked } else { checked.or_suggest(likely, vin) }
}

fn rule(text: &str) -> Found {
    let invalid = |reason| Err((Verdict::Invalid, reason));
    if text.chars().count() != 17 {
        return invalid("wrong_length");
    }
    if text.contains(['I', 'O', 'Q']) {
        return invalid("vin_no_i_o_q");
    }
    let Some(values) = text.bytes().map(value).collect::<Option<Vec<u32>>>() else {
        return invalid("wrong_characters");
    };
    let sum: u32 = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    let wanted = match sum % 11 {
        10 => b'X',
        digit => b"0123456789"[digit as usize],
    };
    if text.as_bytes().get(8) == Some(&wanted) { Ok(None) } else { Err((Verdict::Suspicious, "vin_wrong_check")) }
}

/// The number that a character counts as.
fn value(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'H' => Some(u32::from(byte - b'A') + 1),
        b'J'..=b'N' => Some(u32::from(byte - b'J') + 1),
        b'P' => Some(7),
        b'R' => Some(9),
        b'S'..=b'Z' => Some(u32::from(byte - b'S') + 2),
        _ => None,
    }
}
