//! What holds for every input: no panic, one normal form, and the errors that the schemes promise to catch.

use jingbao_core::validate::{Date, Kind, Verdict, check};
use proptest::prelude::*;

fn today() -> Date {
    Date::constant(2026, 11, 23)
}

/// Text near what people type: the right characters with every sort of dirt between them.
fn dirty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[0-9A-Z]{1,6}",
        2 => "[鲁京粤WJ警学挂港澳使领应急临]",
        1 => "[ \u{3000}·•．.+８６Ａａa-z-]{1,3}",
        1 => "[\u{200b}\u{202e}\u{feff}\u{0}𠮷\u{a0}]",
        1 => any::<String>(),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_panics_and_normalising_twice_is_normalising_once(text in dirty()) {
        for kind in Kind::ALL {
            let once = check(kind, &text, today());
            let twice = check(kind, &once.normalised, today());
            prop_assert_eq!(&twice.normalised, &once.normalised);
            prop_assert_eq!(once.input, text.clone());
            prop_assert!((once.verdict == Verdict::Invalid) == (twice.verdict == Verdict::Invalid));
        }
    }

    #[test]
    fn only_valid_has_no_reason_and_a_suggestion_is_valid_and_never_applied(text in dirty()) {
        for kind in Kind::ALL {
            let checked = check(kind, &text, today());
            prop_assert_eq!(checked.verdict == Verdict::Valid, checked.reason.is_none());
            if let Some(suggestion) = checked.suggestion {
                prop_assert_eq!(checked.verdict, Verdict::Invalid);
                prop_assert_ne!(&suggestion, &checked.normalised);
                prop_assert_eq!(check(kind, &suggestion, today()).verdict, Verdict::Valid);
            }
        }
    }

    #[test]
    fn one_wrong_character_in_a_resident_id_is_always_caught(body in 0_u64..1000, place in 0..18_usize, step in 1..11_u8) {
        let good = completed(Kind::Id, &format!("37060219900307{body:03}"), "0123456789X");
        let alphabet = if place == 17 { "0123456789X" } else { "0123456789" };
        let wrong = replaced(&good, place, step, alphabet);
        prop_assert_eq!(check(Kind::Id, &good, today()).verdict, Verdict::Valid);
        prop_assert!(wrong == good || check(Kind::Id, &wrong, today()).verdict == Verdict::Invalid);
    }

    #[test]
    fn one_wrong_character_in_a_credit_code_is_always_caught(body in "[0-9A-HJ-NPQRTUWXY]{17}", place in 0..18_usize, step in 1..31_u8) {
        let alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        let good = completed(Kind::Uscc, &body, alphabet);
        let wrong = replaced(&good, place, step, alphabet);
        prop_assert_eq!(check(Kind::Uscc, &wrong, today()).verdict, Verdict::Invalid);
    }

    /// ISO 3779 promises this for digits; letters share values (A and J are both 1).
    #[test]
    fn one_wrong_digit_in_a_vin_is_always_noticed(body in "[0-9]{17}", place in 0..17_usize, step in 1..10_u8) {
        let good = "0123456789X".chars().map(|c| format!("{}{c}{}", &body[..8], &body[9..]))
            .find(|text| check(Kind::Vin, text, today()).verdict == Verdict::Valid).unwrap();
        let alphabet = if place == 8 { "0123456789X" } else { "0123456789" };
        let wrong = replaced(&good, place, step, alphabet);
        prop_assert_eq!(check(Kind::Vin, &wrong, today()).verdict, Verdict::Suspicious);
    }
}

/// The body with the one last character that makes it valid; a second one would be a hole in the scheme.
fn completed(kind: Kind, body: &str, alphabet: &str) -> String {
    let fitting: Vec<String> = alphabet
        .chars()
        .map(|last| format!("{body}{last}"))
        .filter(|text| check(kind, text, today()).verdict == Verdict::Valid)
        .collect();
    assert_eq!(fitting.len(), 1, "{fitting:?}");
    fitting.into_iter().next().unwrap()
}

/// The text with the character at `place` moved on by `step` in the alphabet.
fn replaced(text: &str, place: usize, step: u8, alphabet: &str) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    text.chars()
        .enumerate()
        .map(|(nth, c)| match letters.iter().position(|letter| *letter == c) {
            Some(at) if nth == place => letters[(at + usize::from(step)) % letters.len()],
            _ => c,
        })
        .collect()
}
