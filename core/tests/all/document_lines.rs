//! What is signed is shown first: the same lines on both phones, and other lines for any other bytes.

use jingbao_core::{
    form::{self, Answer, DraftRefused, Happened, Role, Round, SigningRefused, read_draft},
    pack::{About, Question},
    privacy::Private,
    text::Lang,
    view::{DocumentView, document_view},
};
use proptest::prelude::*;

use crate::road::{Phone, pack, party, today};

const ROUNDS: [Round; 2] = [Round::Facts, Round::Settlement];

fn documents(phone: &Phone, lang: Lang) -> [DocumentView; 2] {
    ROUNDS.map(|round| document_view(phone.state(), pack(), round, lang).expect("a document"))
}

fn joined(recorder: &Phone) -> Phone {
    let secret = recorder.state().secret_of(party("B")).expect("derived");
    let mut b = Phone::joined(2, Role::Party(party("B")), secret);
    recorder.show_draft_to(&mut b);
    b
}

#[test]
fn both_phones_show_the_same_lines_with_the_hash_that_both_sign() {
    let mut a = Phone::recorder(false);
    a.complete();
    let mut b = Phone::of("B", 2, false);
    b.fill("B");
    b.answer(Some("B"), "party.impact", "9");
    a.take(&b.state_now()).expect("taken in");
    a.show_draft_to(&mut b);
    for lang in Lang::ALL {
        assert_eq!(documents(&a, lang), documents(&b, lang));
        for (round, shown) in ROUNDS.into_iter().zip(documents(&b, lang)) {
            assert_eq!(shown.sha256, a.state().to_be_signed(pack(), round).expect("a document").to_string());
        }
    }
    let [facts, settlement] = documents(&b, Lang::Zh);
    let of_b = |text: &str| facts.lines.iter().find(|line| line.party.as_deref() == Some("B") && line.text == text);
    assert!(of_b("欧阳·娜娜").is_some_and(|line| !line.disagreement && !line.missing));
    let impacts = facts.lines.iter().filter(|line| line.disagreement).count();
    assert_eq!(impacts, 2, "both versions of one answer");
    assert!(settlement.lines.iter().any(|line| line.text.contains("全部")));
}

#[test]
fn what_is_missing_is_a_line_that_says_so() {
    let mut phone = Phone::recorder(false);
    phone.screen();
    phone.clear();
    phone.scene();
    phone.answer(Some("A"), "party.kind", "pedestrian");
    let [facts, settlement] = documents(&phone, Lang::Zh);
    let missing =
        |party: &str| facts.lines.iter().filter(|line| line.missing && line.party.as_deref() == Some(party)).count();
    assert!(missing("B") > missing("A"), "a pedestrian is not asked for a plate");
    assert_eq!(settlement.lines.iter().filter(|line| line.missing).count(), 2, "nobody's liability");
}

#[test]
fn a_phone_that_was_shown_nothing_has_nothing_to_show() {
    let phone = Phone::of("B", 2, false);
    let shown = document_view(phone.state(), pack(), Round::Facts, Lang::Zh);
    assert_eq!(shown.err(), Some(SigningRefused::NothingShown));
}

#[test]
fn a_draft_with_a_word_that_is_not_shown_or_of_other_facts_is_refused() {
    let mut a = Phone::recorder(false);
    a.complete();
    let b = joined(&a);
    let (facts, settlement) = b.state().draft.clone().expect("a draft");
    let (facts, settlement) = (facts.reveal(), settlement.reveal());
    let case = a.state().id;
    assert!(read_draft(case, facts, settlement).is_ok());
    let hidden = facts.replacen('{', "{\"a_clause\":\"B pays\",", 1);
    assert_eq!(read_draft(case, &hidden, settlement).err(), Some(DraftRefused::NotWhole));
    assert_eq!(read_draft(case, &format!(" {facts}"), settlement).err(), Some(DraftRefused::NotWhole));
    let twice = facts.replacen("\"case\":", "\"case\":\"00000000-0000-7000-8000-000000000000\",\"case\":", 1);
    assert_eq!(read_draft(case, &twice, settlement).err(), Some(DraftRefused::NotWhole), "one key, two values");
    a.answer(Some("A"), "party.impact", "1");
    let other = joined(&a).state().draft.clone().expect("a draft").0;
    assert_eq!(read_draft(case, other.reveal(), settlement).err(), Some(DraftRefused::NotTogether));
    let elsewhere = jingbao_core::id::CaseId::from_parts(jingbao_core::time::Timestamp(1), [3; 10]);
    assert_eq!(read_draft(elsewhere, facts, settlement).err(), Some(DraftRefused::NotTogether));
}

/// Another value for a question of any kind, if there is one in this list.
fn another(phone: &Phone, question: &Question, pick: usize) -> Option<Happened> {
    const VALUES: [&str; 10] = [
        "3",
        "李四",
        "鲁F54321",
        "13700137000",
        "side_swipe",
        "none",
        "cpic",
        "PDZA2026370600009",
        "北大街",
        "refused",
    ];
    let about = (question.about == About::Party).then(|| party("B"));
    let known = phone.state().answer(about, &question.id).cloned();
    let values = question.choices.iter().map(String::as_str).chain(VALUES);
    let fitting: Vec<Happened> = values
        .map(|value| Answer::Value(Private::new(value.to_owned())))
        .filter(|answer| Some(answer) != known.as_ref())
        .filter_map(|answer| form::accept(phone.state(), pack(), &question.id, about, answer, today()).ok())
        .map(|given| given.what)
        .filter(|what| !matches!(what, Happened::Answered { answer, .. } if Some(answer) == known.as_ref()))
        .collect();
    (!fitting.is_empty()).then(|| fitting[pick % fitting.len()].clone())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_other_answer_changes_hash_and_lines_on_both_phones(nth in any::<usize>(), pick in any::<usize>()) {
        let mut a = Phone::recorder(false);
        a.complete();
        let before = documents(&a, Lang::Zh);
        let question = &pack().questions[nth % pack().questions.len()];
        let Some(what) = another(&a, question, pick) else { return Ok(()) };
        a.happen(what);
        let after = documents(&a, Lang::Zh);
        prop_assert_eq!(&documents(&joined(&a), Lang::Zh), &after);
        prop_assert_ne!(&before[1].sha256, &after[1].sha256, "the settlement covers the facts");
        prop_assert_ne!(&before[1].lines, &after[1].lines);
        let same_facts = before[0].sha256 == after[0].sha256;
        prop_assert_eq!(same_facts, before[0].lines == after[0].lines, "{}", question.id);
    }
}
