//! What has hardly any form: mobile numbers, policy and report numbers, names.

use super::{Checked, Found, Kind, Verdict, normal};

/// Longest name, in characters.
const NAME_MOST: usize = 50;

/// Checks a mobile number of mainland China; `+86` and `0086` are taken off.
pub fn phone(input: &str) -> Checked {
    let mut normal = normal::code(input);
    let bare = normal.text.strip_prefix("+86").or(normal.text.strip_prefix("0086")).map(str::trim_start);
    // Only in front of a whole number, so that normalising twice is normalising once.
    if let Some(bare) = bare.filter(|bare| bare.len() == 11 && bare.bytes().all(|b| b.is_ascii_digit())) {
        normal.text = bare.to_owned();
    }
    let found = mobile(&normal.text);
    let likely = normal.text.replace('O', "0").replace(['I', 'L'], "1").replace([' ', '-'], "");
    let likely = likely.strip_prefix("86").filter(|rest| rest.len() == 11).map(str::to_owned).unwrap_or(likely);
    let checked = Checked::new(Kind::Phone, input, normal, found);
    if likely == checked.normalised { checked } else { checked.or_suggest(likely, phone) }
}

fn mobile(text: &str) -> Found {
    let invalid = |reason| Err((Verdict::Invalid, reason));
    let bytes = text.as_bytes();
    match bytes {
        _ if !bytes.iter().all(u8::is_ascii_digit) => invalid("wrong_characters"),
        [b'1', b'3'..=b'9', ..] if bytes.len() == 11 => Ok(None),
        [b'1', b'3'..=b'9', ..] => invalid("wrong_length"),
        _ => invalid("phone_not_mobile"),
    }
}

/// Checks a policy, report or certificate number: opaque, 8 to 40 characters, case and zeros kept.
pub fn number(input: &str) -> Checked {
    let normal = normal::visible(input);
    let found = match normal.text.chars().count() {
        8..=40 => Ok(None),
        _ => Err((Verdict::Invalid, "number_bad_length")),
    };
    Checked::new(Kind::Number, input, normal, found)
}

/// Checks a name: rare characters and `·` stay, invisible controls go with a note (T31).
pub fn name(input: &str) -> Checked {
    let normal = normal::visible(input);
    let found =
        if normal.text.chars().count() > NAME_MOST { Err((Verdict::Invalid, "name_too_long")) } else { Ok(None) };
    Checked::new(Kind::Name, input, normal, found)
}
