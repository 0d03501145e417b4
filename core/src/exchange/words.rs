//! Strings of a party's columns in few bytes: a known code is a number, digits are a number too, everything else is text.
//!
//! Each string has one form alone, so that a code reads back to what was written and a changed one is noticed. The list is
//! **only ever appended to**: a number means its word for as long as a phone shows such a code. Not its business: what the
//! words mean.

use super::cose::Value;

/// Longest run of digits that is written as a number.
const MOST_DIGITS: usize = 36;
/// CBOR tag of a UUID's 16 bytes.
const UUID: u64 = 37;

/// Known codes, by their number.
pub(super) const KNOWN: [&str; 75] = [
    "party.kind",
    "party.name",
    "party.id_number",
    "party.licence",
    "party.phone",
    "party.vehicle_kind",
    "party.plate",
    "party.insurer",
    "party.policy",
    "party.report_number",
    "party.vin",
    "party.direction",
    "party.impact",
    "party.damage",
    "party.liability",
    "party.settlement",
    "refused",
    "unknown",
    "none",
    "unreadable",
    "cannot_read",
    "no_plate",
    "refuses",
    "unknown_insurer",
    "not_applicable",
    "motor",
    "non_motor",
    "pedestrian",
    "facility",
    "car",
    "van",
    "bus",
    "truck",
    "trailer",
    "taxi",
    "special",
    "motorcycle",
    "electric_bicycle",
    "bicycle",
    "tricycle",
    "other",
    "east",
    "south",
    "west",
    "north",
    "south_east",
    "south_west",
    "north_east",
    "north_west",
    "full",
    "main",
    "equal",
    "minor",
    "picc",
    "pingan",
    "cpic",
    "chinalife",
    "cic",
    "ccic",
    "sunshine",
    "taiping",
    "tianan",
    "huaan",
    "yongan",
    "huatai",
    "dajia",
    "bohai",
    "dubang",
    "yingda",
    "zijin",
    "taishan",
    "ancheng",
    "zhongan",
    "alltrust",
    "dinghe",
];

/// The string as a value.
pub(super) fn value(word: &str) -> Value {
    if let Some(number) = KNOWN.iter().position(|known| *known == word) {
        return Value::from(number as u64);
    }
    if (3..=MOST_DIGITS).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit()) {
        // The one in front keeps leading zeros.
        let number = word.bytes().fold(1u128, |number, digit| number * 10 + u128::from(digit - b'0'));
        let bytes = number.to_be_bytes();
        return Value::from(&bytes[number.leading_zeros() as usize / 8..]);
    }
    match uuid::Uuid::try_parse(word) {
        Ok(id) if id.hyphenated().to_string() == word => Value::Tag(UUID, Box::new(Value::from(&id.as_bytes()[..]))),
        _ => Value::from(word),
    }
}

/// The string of a value; none where it is no string's. Whether it is the one form is seen by writing it again.
pub(super) fn word(value: &Value) -> Option<String> {
    match value {
        Value::Integer(number) => KNOWN.get(usize::try_from(*number).ok()?).map(|known| (*known).to_owned()),
        Value::Bytes(bytes) if bytes.len() <= 16 => {
            let number = bytes.iter().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
            number.to_string().strip_prefix('1').map(str::to_owned)
        }
        Value::Text(text) => Some(text.clone()),
        Value::Tag(UUID, id) => Some(uuid::Uuid::from_slice(id.as_bytes()?).ok()?.hyphenated().to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        canon::Sha256,
        pack::{About, Pack},
    };

    #[test]
    fn a_number_means_its_word_for_ever() {
        // Append words, and a line here; never change one that was released.
        let first = |count: usize| Sha256::of(KNOWN[..count].join(" ").as_bytes()).to_string();
        assert_eq!(first(75), "145b8b25dfe12ab0edb751f161dcd459ebb5d93a58c2e3913145dbe5186dcd79");
        let once: std::collections::BTreeSet<_> = KNOWN.iter().collect();
        assert_eq!(once.len(), KNOWN.len());
    }

    #[test]
    fn every_code_that_a_party_can_answer_is_known() {
        let pack = Pack::builtin();
        let asked: Vec<_> = pack.questions.iter().filter(|question| question.about == About::Party).collect();
        let ids = asked.iter().map(|question| &question.id);
        let choices = asked.iter().flat_map(|question| &question.choices);
        for code in ids.chain(choices).chain(pack.insurers.iter().map(|insurer| &insurer.id)) {
            assert!(KNOWN.contains(&code.as_str()), "{code}");
        }
    }

    proptest! {
        #[test]
        fn every_string_reads_back(text in "\\PC{0,40}|[0-9]{0,40}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}") {
            prop_assert_eq!(word(&value(&text)), Some(text));
        }
    }
}
