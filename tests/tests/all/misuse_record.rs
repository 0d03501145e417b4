//! What can be done wrong with a record whose road is clear: too much, for nobody, too early, without a word of consent.
//! Each is a clear sentence in both languages, and the record stands as it stood.

use std::collections::BTreeSet;

use jingbao::{
    FieldError,
    records::{Reply, SignatureRound},
};
use jingbao_tests::roadside::Installation;

use crate::{
    fixture::{complete, sight, sign_all},
    misuse::{Kind, LANGS, in_language, says},
};

#[test]
fn a_megabyte_of_emoji_a_party_that_is_not_there_and_a_seal_with_something_missing_are_refused_and_lose_nothing() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let mut phone = Installation::new(folder.path(), 1);
        phone.lang = lang.to_owned();
        let field = phone.open().expect("opens");
        let case = sight(&field, false);
        complete(&field, &case);
        let before = field.case(case.clone()).expect("a view");
        let reply = |question: &str, party: Option<&str>, value: String| {
            let party = party.map(str::to_owned);
            field.answer(case.clone(), Reply { question: question.into(), party, value: Some(value), skip: None })
        };
        let flood = "🚗".repeat(262_144);
        assert_eq!(flood.len(), 1 << 20);
        says(reply("party.damage", Some("A"), flood.clone()), Kind::Refused, "error-too-long", lang);
        says(reply("party.name", Some("A"), flood), Kind::Refused, "error-too-long", lang);
        says(reply("party.name", Some("H"), "李四".into()), Kind::Refused, "error-no-such-party", lang);
        let refused = field.refuse_to_sign(case.clone(), "H".into(), SignatureRound::Facts);
        says(refused, Kind::Refused, "error-not-yours", lang);
        says(field.seal(case.clone(), None), Kind::Refused, "error-seal-unsigned", lang);
        assert_eq!(field.case(case.clone()).expect("a view"), before);

        reply("party.name", Some("C"), "王五".into()).expect("a third party joins by its first answer");
        says(field.seal(case.clone(), None), Kind::Refused, "error-seal-missing", lang);
        field.shutdown();

        let again = phone.open().expect("opens");
        let view = again.case(case.clone()).expect("a view");
        assert_eq!(view.parties, ["A", "B", "C"]);
        assert!(before.answers.iter().all(|answer| view.answers.contains(answer)));
    }
}

#[test]
fn what_is_complete_is_sealed_and_a_second_seal_needs_a_reason() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let mut phone = Installation::new(folder.path(), 1);
        phone.lang = lang.to_owned();
        let field = phone.open().expect("opens");
        let case = sight(&field, false);
        complete(&field, &case);
        sign_all(&field, &case);
        let sealed = field.seal(case.clone(), None).expect("sealed");
        assert_eq!(sealed.revisions.len(), 1);
        says(field.seal(case.clone(), Some("  ".into())), Kind::Refused, "error-seal-no-reason", lang);
        assert_eq!(field.case(case).expect("a view").revisions, sealed.revisions);
    }
}

#[test]
fn a_value_that_cannot_be_says_what_is_wrong_with_it_and_a_doubtful_one_comes_with_a_sentence() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let mut phone = Installation::new(folder.path(), 1);
        phone.lang = lang.to_owned();
        let field = phone.open().expect("opens");
        let case = sight(&field, false);
        complete(&field, &case);
        let reply = |question: &str, value: &str| {
            let (party, value) = (Some("A".into()), Some(value.into()));
            field.answer(case.clone(), Reply { question: question.into(), party, value, skip: None })
        };
        let told: BTreeSet<String> =
            [("party.plate", "XX"), ("party.phone", "123"), ("party.id_number", "110105194912310021")]
                .into_iter()
                .map(|(question, value)| match reply(question, value) {
                    Err(FieldError::Refused { text, .. }) => text,
                    other => panic!("{question}: {other:?}"),
                })
                .collect();
        assert_eq!(told.len(), 3, "each its own: {told:?}");
        told.iter().for_each(|text| in_language(text, lang));
        let note = reply("party.vin", "1M8GDM9A0KP042788").expect("let through").note.expect("with a note");
        in_language(&note, lang);
        assert!(!note.contains('_'), "{note}");
    }
}
