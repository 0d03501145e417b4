//! A statement belongs to its party and is kept word for word, also where the recorder's rules find a value impossible.

use jingbao_core::{
    agreement,
    form::{self, Answer, AnswerRefused, NotSealable, Statement, StatementRefused},
    privacy::Private,
    text::{Lang, say},
    view::{AnswerView, case_view},
};
use proptest::prelude::*;

use crate::road::{Phone, pack, party, today};

/// A recorder that has all but party B's columns, and B's own phone with them filled in.
fn two() -> (Phone, Phone) {
    let (mut recorder, mut driver) = (Phone::recorder(false), Phone::of("B", 2, false));
    recorder.screen();
    recorder.clear();
    recorder.scene();
    recorder.fill("A");
    driver.fill("B");
    (recorder, driver)
}

/// The driver's statement with another answer to one question.
fn says(driver: &mut Phone, question: &str, answer: Answer) -> Statement {
    let mut statement = driver.state_now();
    let mut given = statement.answers.iter().find(|given| given.question == question).cloned();
    let mut given = given.take().unwrap_or_else(|| statement.answers[0].clone());
    (given.question, given.answer) = (question.to_owned(), answer);
    statement.answers.retain(|known| known.question != question);
    statement.answers.push(given);
    statement
}

fn value(text: &str) -> Answer {
    Answer::Value(Private::new(text.to_owned()))
}

fn shown(phone: &Phone, question: &str, lang: Lang) -> AnswerView {
    let answers = case_view(&phone.case, pack(), lang).answers;
    let of_b = |answer: &AnswerView| answer.question == question && answer.party.as_deref() == Some("B");
    answers.into_iter().find(of_b).expect("answered")
}

fn is_missing(phone: &Phone, question: &str) -> bool {
    let missing = phone.state().progress(pack()).missing;
    missing.iter().any(|missing| missing.question == question && missing.party == Some(party("B")))
}

#[test]
fn an_impossible_value_of_a_statement_is_kept_word_for_word_doubted_in_words_and_asked_again() {
    let (mut recorder, mut driver) = two();
    let statement = says(&mut driver, "party.phone", value("123"));
    recorder.take(&statement).expect("a statement is its party's own");
    assert_eq!(recorder.state().statements[0].0, statement);
    for lang in Lang::ALL {
        let answer = shown(&recorder, "party.phone", lang);
        assert_eq!(answer.value.as_deref(), Some("123"));
        let doubt = answer.doubt.expect("said");
        assert!(!doubt.contains("123"), "{doubt}");
        assert!(doubt.contains(&say(lang, "reason-phone_not_mobile", &[])), "{doubt}");
        assert_eq!(shown(&recorder, "party.name", lang).doubt, None);
    }
    assert_eq!(recorder.state().value(Some(party("B")), "party.phone"), None, "no rule works with it");
    assert!(is_missing(&recorder, "party.phone") && !is_missing(&recorder, "party.name"));
    recorder.agree("full", "none");
    assert!(matches!(recorder.seal(None), Err(NotSealable::Missing(missing)) if missing.len() == 1));
    assert_eq!(recorder.reopened().state().progress(pack()), recorder.state().progress(pack()));
}

#[test]
fn what_the_recorder_then_writes_stands_beside_it_and_the_record_says_which_is_doubted() {
    let (mut recorder, mut driver) = two();
    recorder.take(&says(&mut driver, "party.phone", value("123"))).expect("taken in");
    recorder.answer(Some("B"), "party.phone", "13900139000");
    let answer = shown(&recorder, "party.phone", Lang::En);
    assert_eq!((answer.value.as_deref(), answer.doubt), (Some("13900139000"), None));
    assert!(answer.disagreement, "both are kept, and that they differ is shown");
    recorder.agree("full", "none");
    ["A", "B"].iter().for_each(|letter| recorder.sign(letter));
    let record = recorder.seal(None).expect("sealed");
    let of_b = record.facts.parties[1].answers.iter().filter(|given| given.question == "party.phone");
    let versions: Vec<_> = of_b.map(|given| (given.answer.clone(), given.doubt.is_some())).collect();
    assert_eq!(versions.len(), 2);
    assert!(versions.contains(&(value("123"), true)) && versions.contains(&(value("13900139000"), false)));
    let page = agreement::html(&record, pack(), Lang::Zh).expect("made");
    let (sound, doubted) = (page.find("13900139000").expect("there"), page.find("按本机的规则不可能").expect("said"));
    assert!(sound < doubted, "what can be comes first");
}

#[test]
fn a_later_statement_that_mends_the_value_lifts_the_doubt() {
    let (mut recorder, mut driver) = two();
    recorder.take(&says(&mut driver, "party.phone", value("123"))).expect("taken in");
    recorder.take(&driver.state_now()).expect("taken in");
    let answer = shown(&recorder, "party.phone", Lang::Zh);
    assert_eq!((answer.doubt, answer.disagreement), (None, false));
    assert!(!is_missing(&recorder, "party.phone"));
}

#[test]
fn a_question_or_a_reason_that_only_a_newer_phone_knows_is_doubted_and_refuses_nothing() {
    let (mut recorder, mut driver) = two();
    recorder.take(&says(&mut driver, "party.colour", value("red"))).expect("taken in");
    assert!(shown(&recorder, "party.colour", Lang::En).doubt.is_some_and(|doubt| doubt.contains("question")));
    recorder.take(&says(&mut driver, "party.plate", Answer::Skipped("stolen_plate".into()))).expect("taken in");
    assert!(shown(&recorder, "party.plate", Lang::En).doubt.is_some_and(|doubt| doubt.contains("reason")));
    assert!(is_missing(&recorder, "party.plate"));
    recorder.answer(Some("B"), "party.plate", "鲁F12345");
    recorder.agree("full", "none");
    ["A", "B"].iter().for_each(|letter| recorder.sign(letter));
    let record = recorder.seal(None).expect("sealed");
    assert!(!format!("{:?}", record.facts.parties).contains("party.colour"), "no column for it");
}

#[test]
fn what_is_longer_than_any_answer_and_what_is_the_recorders_to_say_refuse_the_statement() {
    let (mut recorder, mut driver) = two();
    let before = recorder.state().answers.clone();
    let long = "字".repeat(2_001);
    for statement in [
        says(&mut driver, "party.damage", value(&long)),
        says(&mut driver, "party.damage", Answer::Skipped(long.clone())),
        says(&mut driver, &long, value("1")),
    ] {
        assert_eq!(recorder.take(&statement), Err(StatementRefused::TooLong));
    }
    for scene in ["fact.injury", "scene.place"] {
        let statement = says(&mut driver, scene, value("no"));
        assert_eq!(recorder.take(&statement), Err(StatementRefused::NotIts), "{scene}");
    }
    assert_eq!(recorder.state().answers, before);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The recorder doubts of another's statement exactly what it would not take from its own screen.
    #[test]
    fn a_stated_value_is_doubted_exactly_when_the_form_would_refuse_it(
        nth in any::<prop::sample::Index>(),
        text in prop_oneof!["\\PC{0,24}", "[0-9X]{1,18}", "1[0-9]{10}", "鲁[A-Z][0-9]{5}", "(motor|picc|6|full|none|unknown)"],
    ) {
        let questions: Vec<&str> =
            pack().questions.iter().map(|q| q.id.as_str()).filter(|id| id.starts_with("party.")).collect();
        let question = questions[nth.index(questions.len())];
        let (mut recorder, mut driver) = two();
        let own = form::accept(recorder.state(), pack(), question, Some(party("B")), value(&text), today());
        recorder.take(&says(&mut driver, question, value(&text))).expect("taken in");
        let doubted = shown(&recorder, question, Lang::Zh).doubt.is_some();
        prop_assert_eq!(doubted, matches!(own, Err(AnswerRefused::Invalid { .. })), "{}", question);
    }
}
