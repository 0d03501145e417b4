//! Unified social credit codes (GB 32100): 17 characters and a check character modulo 31.

use super::{Checked, Found, Kind, Verdict, normal};

/// The characters, in the order of their values; no I, O, S, V, Z.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Checks a credit code.
pub fn uscc(input: &str) -> Checked {
    let normal = normal::code(input);
    let found = rule(&normal.text);
    let likely =
        normal.text.replace('I', "1").replace('O', "0").replace('S', "5").replace('Z', "2").replace([' ', '-'], "");
    let checked = Checked::new(Kind::Uscc, input, normal, found);
    if likely == checked.normalised { checked } else { checked.or_suggest(likely, uscc) }
}

fn rule(text: &str) -> Found {
    let invalid = |reason| Err((Verdict::Invalid, reason));
    if text.chars().count() != 18 {
        return invalid("wrong_length");
    }
    if text.contains(['I', 'O', 'S', 'V', 'Z']) {
        return invalid("uscc_bad_letter");
    }
    let Some(values) = text.chars().map(|c| ALPHABET.find(c)).collect::<Option<Vec<usize>>>() else {
        return invalid("wrong_characters");
    };
    let (mut sum, mut weight) = (0, 1);
    for value in values.iter().take(17) {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    // A sum of 0 modulo 31 gives 31, which is the character 0 (T4).
    if values.last() == Some(&((31 - sum % 31) % 31)) { Ok(None) } else { invalid("uscc_wrong_check") }
}
