//! T10: who disputes clears the road all the same, is not asked for a liability, and signs no agreement.

use jingbao_core::{
    agreement,
    canon::Sha256,
    form::{self, Accord, Answer, FactorGiven, Live, NotSealable, Record, Role, Round, Step, Witness},
    pack::{QuestionKind, Stage},
    text::{self, Lang},
    view::case_view,
};

use crate::road::{Phone, pack, party, today};

const LETTERS: [&str; 3] = ["A", "B", "C"];

/// A specialist's case of three parties who dispute, answered by what is asked alone.
fn disputed() -> Phone {
    let mut phone = Phone::begin(1, Role::Recorder(None), false);
    phone.screen();
    phone.answer(None, "fact.dispute", "yes");
    phone.clear();
    phone.scene();
    LETTERS.iter().for_each(|letter| phone.fill(letter));
    phone
}

fn sign(phone: &mut Phone) {
    LETTERS.iter().for_each(|letter| phone.sign_with(letter, FactorGiven::Witness(Witness::Specialist)));
}

fn page(record: &Record<Live>, lang: Lang) -> String {
    agreement::html(record, pack(), lang).expect("a page")
}

fn say(lang: Lang, code: &str) -> String {
    text::say(lang, code, &[])
}

#[test]
fn t10_three_who_dispute_are_asked_for_no_liability_and_go_from_the_form_to_the_signatures() {
    let phone = disputed();
    let progress = phone.state().progress(pack());
    assert_eq!((progress.step, progress.next), (Step::Sign, None));
    assert!(progress.missing.is_empty());
    for (lang, words) in [(Lang::Zh, "共同申请"), (Lang::En, "apply together")] {
        let view = case_view(&phone.case, pack(), lang);
        assert_eq!(view.accord, "disputed");
        assert!(view.accord_text.contains(words), "{}", view.accord_text);
        assert!(view.triage.advice.contains(&say(lang, "triage-advice-joint_application")));
        assert!(view.triage.advice.contains(&say(lang, "triage-advice-one_side_police")));
    }
}

#[test]
fn t10_what_is_printed_of_a_dispute_is_no_agreement_and_names_joint_application_before_the_police() {
    let mut phone = disputed();
    sign(&mut phone);
    let record = phone.seal(None).expect("sealed without any liability");
    assert_eq!((record.settlement.accord, record.is_agreed()), (Accord::Disputed, false));
    for lang in Lang::ALL {
        let page = page(&record, lang);
        for code in ["title-not-agreed", "not-agreed", "joint-application", "round-disputed", "notice-not-agreed"] {
            assert!(page.contains(&say(lang, &format!("agreement-{code}")).replace('\'', "&#39;")), "{code}");
        }
        for code in ["agreement-title", "agreement-round-settlement", "agreement-settlement", "agreement-notice"] {
            assert!(!page.contains(&format!(">{}<", say(lang, code))), "{code}");
        }
        assert!(!page.contains("class=\"missing\""), "no liability is missing where there is a dispute");
        let question = text::tell(lang, "question", "party-liability");
        assert!(!page.contains(&format!("<th>{question}</th>")), "and none is pretended");
    }
}

#[test]
fn t10_what_a_party_claims_is_recorded_as_its_claim_however_little_it_fits() {
    let mut phone = disputed();
    phone.answer(Some("A"), "party.liability", "none");
    phone.answer(Some("B"), "party.liability", "none");
    sign(&mut phone);
    let record = phone.seal(None).expect("sealed");
    let page = page(&record, Lang::Zh);
    assert!(page.contains(&say(Lang::Zh, "agreement-claims")) && page.contains(&say(Lang::Zh, "liability-none")));
    assert!(!page.contains("class=\"missing\""), "C claims nothing, which is its right");
}

#[test]
fn t10_a_dispute_that_is_settled_asks_for_the_liabilities_again_and_voids_what_was_signed() {
    let mut phone = disputed();
    sign(&mut phone);
    phone.answer(None, "fact.dispute", "no");
    let progress = phone.state().progress(pack());
    assert_eq!(progress.step, Step::Agree);
    assert_eq!(progress.missing.iter().filter(|missing| missing.stage == Stage::Agree).count(), 3);
    assert!(!phone.state().signed_by_all(pack()));
    assert_eq!(case_view(&phone.case, pack(), Lang::Zh).accord, "open");
    LETTERS.iter().for_each(|letter| {
        phone.answer(Some(letter), "party.liability", if *letter == "B" { "full" } else { "none" });
    });
    assert_eq!(case_view(&phone.case, pack(), Lang::Zh).accord, "agreed");
    sign(&mut phone);
    let record = phone.seal(None).expect("sealed");
    assert!(record.is_agreed());
    assert!(page(&record, Lang::Zh).contains(&say(Lang::Zh, "agreement-round-settlement")));
}

#[test]
fn t14_without_a_dispute_liabilities_that_do_not_fit_are_refused_as_before() {
    let mut phone = disputed();
    LETTERS.iter().for_each(|letter| phone.answer(Some(letter), "party.liability", "full"));
    sign(&mut phone);
    let before = phone.clone();
    phone.answer(None, "fact.dispute", "no");
    sign(&mut phone);
    assert!(matches!(phone.seal(None), Err(NotSealable::Inconsistent { .. })));
    assert!(before.clone().seal(None).is_ok(), "three claims, none of them agreed");
}

#[test]
fn two_phones_that_say_different_liabilities_do_not_agree() {
    let mut a = Phone::recorder(false);
    a.complete();
    let mut b = Phone::of("B", 2, false);
    b.fill("B");
    b.answer(Some("B"), "party.liability", "none");
    a.take(&b.state_now()).expect("taken in");
    assert_eq!(a.state().accord(pack()), Accord::Agreed, "A full, B none, by both phones");
    b.answer(Some("B"), "party.liability", "minor");
    a.take(&b.state_now()).expect("taken in");
    assert_eq!(a.state().accord(pack()), Accord::Disputed);
    a.show_draft_to(&mut b);
    assert_eq!(case_view(&b.case, pack(), Lang::Zh).accord, "disputed", "B's phone sees the same");
}

#[test]
fn who_refuses_to_say_a_liability_or_to_sign_has_not_agreed() {
    let mut silent = Phone::recorder(false);
    silent.complete();
    let skip = |why: &str| Answer::Skipped(why.to_owned());
    let given = form::accept(silent.state(), pack(), "party.liability", Some(party("B")), skip("refuses"), today());
    silent.happen(given.expect("a reason").what);
    assert_eq!(silent.state().accord(pack()), Accord::Disputed);
    let given =
        form::accept(silent.state(), pack(), "party.liability", Some(party("B")), skip("not_applicable"), today());
    silent.happen(given.expect("a reason").what);
    assert_eq!(silent.state().accord(pack()), Accord::Agreed, "a lamp post bears nothing");

    let mut phone = Phone::recorder(false);
    phone.complete();
    phone.sign("A");
    assert_eq!(case_view(&phone.case, pack(), Lang::Zh).accord, "agreed");
    for round in [Round::Facts, Round::Settlement] {
        let refused = form::refuse_to_sign(phone.state(), pack(), party("B"), round).expect("recorded");
        phone.happen(refused);
    }
    assert_eq!(case_view(&phone.case, pack(), Lang::Zh).accord, "disputed");
    let record = phone.seal(None).expect("a refusal is recorded and sealed");
    assert!(!record.is_agreed());
    let page = page(&record, Lang::Zh);
    assert!(page.contains(&say(Lang::Zh, "agreement-not-agreed")));
    assert!(page.contains(&say(Lang::Zh, "agreement-round-settlement")), "A signed what the document said");
}

#[test]
fn the_word_of_the_accord_is_part_of_what_is_signed() {
    let mut phone = disputed();
    let hash = |phone: &Phone| -> [Sha256; 2] {
        [Round::Facts, Round::Settlement].map(|round| phone.state().to_be_signed(pack(), round).expect("a document"))
    };
    let before = hash(&phone);
    phone.answer(None, "fact.dispute", "no");
    let after = hash(&phone);
    assert!(before.iter().zip(after).all(|(before, after)| *before != after));
    let json = serde_json::to_value(phone.state().settlement(pack()).expect("made")).expect("json");
    assert_eq!(json["accord"], "open");
    assert!(pack().questions.iter().any(|question| question.kind == QuestionKind::Liability && question.required));
}
