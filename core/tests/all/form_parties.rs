//! One to eight parties of every kind, from the first question to the seal.

use jingbao_core::{
    form::{self, Answer, AnswerRefused, Role, Step},
    id::PartyId,
    pack::Stage,
    privacy::Private,
    text::Lang,
    view::case_view,
};

use crate::road::{Phone, pack, party, today};

const LETTERS: [&str; 8] = ["A", "B", "C", "D", "E", "F", "G", "H"];
const KINDS: [&str; 4] = ["motor", "non_motor", "pedestrian", "facility"];

/// A value for whatever is asked of a party of this kind.
fn fitting(question: &str, kind: &str, first: bool) -> &'static str {
    match question {
        "party.kind" => KINDS.iter().find(|known| **known == kind).expect("a kind"),
        "party.name" => "张三",
        "party.phone" => "13800138000",
        "party.id_number" => "refused",
        "party.vehicle_kind" if kind == "motor" => "car",
        "party.vehicle_kind" => "electric_bicycle",
        "party.plate" if kind == "motor" => "鲁F12345",
        "party.plate" => "none",
        "party.insurer" => "picc",
        "party.policy" => "unknown",
        "party.impact" => "6",
        "party.liability" if first => "full",
        "party.liability" => "none",
        other => panic!("nobody expected {other}"),
    }
}

/// Answers what is asked until nothing is, party by party; returns the questions asked of each.
fn answer_what_is_asked(phone: &mut Phone, kind_of: impl Fn(PartyId) -> &'static str) -> Vec<(PartyId, String)> {
    let mut asked = Vec::new();
    while let Some(next) = phone.state().progress(pack()).next {
        let about = next.party.expect("the scene is answered already");
        let value = fitting(&next.question, kind_of(about), about.index() == 0);
        phone.answer(Some(&about.to_string()), &next.question, value);
        asked.push((about, next.question));
    }
    asked
}

/// The scene answered, the road clear and `count` parties spoken of.
fn crowd(count: usize) -> Phone {
    let mut phone = Phone::recorder(false);
    phone.screen();
    if count == 1 {
        phone.answer(None, "fact.parties", "single");
    }
    phone.clear();
    phone.scene();
    LETTERS[..count]
        .iter()
        .enumerate()
        .for_each(|(nth, letter)| phone.answer(Some(letter), "party.kind", KINDS[nth % 4]));
    phone
}

#[test]
fn one_to_eight_parties_of_every_kind_are_asked_their_own_questions_sign_and_are_sealed() {
    for count in 1..=LETTERS.len() {
        let mut phone = crowd(count);
        let asked = answer_what_is_asked(&mut phone, |party| KINDS[party.index() % 4]);
        for (about, question) in asked {
            let only = &pack().question(&question).expect("of the pack").only;
            assert!(only.is_empty() || only.iter().any(|kind| kind == KINDS[about.index() % 4]), "{question}");
        }
        assert_eq!(phone.state().progress(pack()).step, Step::Sign, "{count}");
        LETTERS[..count].iter().for_each(|letter| phone.sign(letter));
        let record = phone.seal(None).expect("sealed");
        assert_eq!((record.facts.parties.len(), record.signatures.len()), (count, 2 * count));
        let view = case_view(&phone.case, pack(), Lang::Zh);
        assert_eq!(view.parties, &LETTERS[..count]);
    }
}

#[test]
fn the_last_of_eight_is_not_forgotten_in_the_form_nor_at_the_signing() {
    let mut phone = crowd(8);
    answer_what_is_asked(&mut phone, |party| KINDS[party.index() % 4]);
    LETTERS[..7].iter().for_each(|letter| phone.sign(letter));
    assert_eq!(phone.seal(None).err(), Some(form::NotSealable::Unsigned));
    assert_eq!(phone.state().progress(pack()).step, Step::Sign);
}

#[test]
fn a_third_party_with_its_own_phone_states_signs_the_draft_and_is_in_the_record() {
    let (mut a, mut c) = (Phone::recorder(false), Phone::of("C", 3, false));
    a.complete();
    c.fill("C");
    a.take(&c.state_now()).expect("taken in");
    a.answer(Some("C"), "party.liability", "none");
    assert_eq!(a.state().parties().len(), 3);
    a.show_draft_to(&mut c);
    c.sign("C");
    a.take(&c.state_now()).expect("signed");
    a.sign("A");
    a.sign("B");
    let record = a.seal(None).expect("sealed");
    assert_eq!((record.facts.parties.len(), record.signatures.len()), (3, 6));
}

#[test]
fn the_next_letter_adds_a_party_and_a_later_one_is_nobody() {
    let phone = crowd(2);
    let accept = |letter: &str| {
        let answer = Answer::Value(Private::new("motor".into()));
        form::accept(phone.state(), pack(), "party.kind", Some(party(letter)), answer, today())
    };
    assert!(accept("C").is_ok());
    for letter in ["D", "H"] {
        assert_eq!(accept(letter).err(), Some(AnswerRefused::NoSuchParty), "{letter}");
    }
    assert!(matches!(phone.state().role, Role::Recorder(_)));
}

#[test]
fn a_skip_with_a_reason_counts_as_an_answer_and_keeps_the_reason() {
    let mut phone = crowd(2);
    let skip = Answer::Skipped("cannot_read".into());
    let given = form::accept(phone.state(), pack(), "party.plate", Some(party("A")), skip.clone(), today());
    phone.happen(given.expect("a reason the form knows").what);
    assert_eq!(phone.state().answer(Some(party("A")), "party.plate"), Some(&skip));
    let missing = phone.state().progress(pack()).missing;
    assert!(!missing.iter().any(|m| m.question == "party.plate" && m.party == Some(party("A"))));
    assert!(missing.iter().any(|m| m.stage == Stage::Form), "the rest is still asked");
}

#[test]
fn returned_by_an_insurer_with_a_reason_becomes_a_revision_that_keeps_its_words() {
    let mut phone = Phone::recorder(false);
    phone.complete();
    ["A", "B"].iter().for_each(|letter| phone.sign(letter));
    let first = phone.seal(None).expect("sealed");
    let words = "保险公司退回：请补全乙方保单号";
    phone.answer(Some("B"), "party.policy", "PDZA2026370600001");
    ["A", "B"].iter().for_each(|letter| phone.sign(letter));
    let second = phone.seal(Some(words)).expect("sealed again");
    assert_eq!((second.parent, second.reason.map(|r| r.reveal().clone())), (first.hash().ok(), Some(words.to_owned())));
    let kept = serde_json::to_string(phone.journal.last().expect("an entry")).expect("json");
    assert!(kept.contains(words), "the journal keeps the reason as well");
}
