//! What a person hears while typing, and which consents can be asked for.

use jingbao_core::{
    form::{self, Answer},
    pack::About,
    privacy::Private,
    text::Lang,
    view::{CheckView, case_view, check_view},
};

use crate::road::{Phone, pack, today};

fn check(question: &str, typed: &str, lang: Lang) -> CheckView {
    check_view(question, typed, pack(), today(), lang).expect("a question of the pack")
}

#[test]
fn t1_a_plate_is_classified_while_it_is_typed_and_a_correction_is_offered_and_never_taken() {
    let small = check("party.plate", "鲁ya·12345", Lang::Zh);
    assert_eq!((small.verdict.as_str(), small.value.as_str(), small.note), ("valid", "鲁YA12345", None));
    assert!(small.class.is_some_and(|class| class.contains("新能源")));
    for lang in Lang::ALL {
        let wrong = check("party.plate", "鲁FI1234", lang);
        assert_eq!((wrong.verdict.as_str(), wrong.value.as_str()), ("invalid", "鲁FI1234"));
        assert_eq!(wrong.suggestion.as_deref(), Some("鲁F11234"));
        assert!(wrong.note.is_some_and(|note| !note.contains('_') && !note.contains("reason-")));
    }
}

#[test]
fn t5_a_vin_with_a_wrong_check_digit_is_suspicious_with_a_note_and_goes_through() {
    let imported = check("party.vin", "WVWZZZ1JZ3W386752", Lang::En);
    assert_eq!(imported.verdict, "suspicious");
    assert!(imported.note.is_some() && imported.suggestion.is_none());
}

#[test]
fn what_is_said_while_typing_is_what_is_taken_afterwards_for_every_question() {
    let mut phone = Phone::recorder(false);
    phone.screen();
    phone.clear();
    let party = jingbao_core::id::PartyId::nth(0);
    for question in &pack().questions {
        for typed in
            ["", " 6 ", "no", "鲁F12345", "鲁FI1234", "13800138000", "370602199003070013", "张三", "full", "200000"]
        {
            let said = check(&question.id, typed, Lang::En);
            let about = party.filter(|_| question.about == About::Party);
            let answer = Answer::Value(Private::new(typed.to_owned()));
            let taken = form::accept(phone.state(), pack(), &question.id, about, answer, today());
            assert_eq!(said.verdict == "invalid", taken.is_err(), "{} {typed}", question.id);
            if let Ok(given) = taken {
                assert_eq!(said.note.is_some(), given.note.is_some(), "{} {typed}", question.id);
            }
        }
    }
    assert_eq!(check_view("party.shoe_size", "43", pack(), today(), Lang::Zh), None);
}

#[test]
fn every_consent_of_the_pack_comes_with_its_words_and_its_version() {
    for lang in Lang::ALL {
        let view = case_view(&Phone::recorder(false).case, pack(), lang);
        assert_eq!(view.consent_texts.len(), pack().consents.len());
        for (shown, asked) in view.consent_texts.iter().zip(&pack().consents) {
            assert_eq!((&shown.receiver, shown.version), (&asked.receiver, asked.version));
            assert!(shown.text.chars().count() > 10 && !shown.name.is_empty());
        }
    }
}
