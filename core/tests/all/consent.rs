//! Consent and its withdrawal, before and after the seal.

use jingbao_core::{
    canon,
    form::{self, ConsentRefused, Happened, Receiver, StatementRefused, Step},
    redact::{Audience, NoView, redact},
    text::{Lang, has},
    view::case_view,
};

use proptest::prelude::*;

use crate::road::{Phone, pack, party};

fn sealed() -> (Phone, form::Record<form::Live>) {
    let mut phone = Phone::recorder(false);
    phone.complete();
    phone.sign("A");
    phone.sign("B");
    let record = phone.seal(None).expect("sealed");
    (phone, record)
}

fn agree(phone: &mut Phone, letter: &str, receiver: Receiver) {
    let what = form::consent(phone.state(), party(letter), receiver, 3).expect("taken");
    phone.happen(what);
}

#[test]
fn t30_after_a_withdrawal_no_view_is_made_while_the_seal_and_both_entries_stay() {
    let (mut phone, record) = sealed();
    let frozen = canon::bytes(&record).expect("canonical");
    let view = |phone: &Phone, letter: &str| {
        redact(&record, pack(), Audience::Insurer { party: party(letter) }, &phone.state().consented).map(drop)
    };
    let (b, receiver) = (party("B"), Receiver::OtherInsurer);
    agree(&mut phone, "A", Receiver::OwnInsurer);
    assert_eq!(view(&phone, "A"), Err(NoView::NotConsented { party: b, receiver }), "never asked is no");
    agree(&mut phone, "B", receiver);
    assert_eq!(view(&phone, "A"), Ok(()));

    let what = form::withdraw(phone.state(), b, receiver).expect("taken after the seal");
    phone.happen(what);
    assert_eq!(view(&phone, "A"), Err(NoView::Withdrawn { party: b, receiver }), "processing stops");
    assert!(redact(&record, pack(), Audience::OwnParty(party("A")), &phone.state().consented).is_ok(), "Art. 21 stays");
    assert_eq!(canon::bytes(&record).expect("canonical"), frozen, "the seal stays");
    assert_eq!(phone.state().progress(pack()).step, Step::Sealed, "and nothing is to be sealed again");

    let kinds = |wanted: fn(&Happened) -> bool| phone.journal.iter().filter(|entry| wanted(&entry.what)).count();
    assert_eq!(kinds(|what| matches!(what, Happened::Consented { .. })), 2);
    assert_eq!(kinds(|what| matches!(what, Happened::ConsentWithdrawn { .. })), 1, "both recorded");
    let last = phone.state().consented.of(b, receiver).expect("known");
    assert!(last.text_version == 3 && last.withdrawn_at.as_ref().is_some_and(|at| at.wall > last.given_at.wall));
    assert_eq!(phone.reopened().state().consented, phone.state().consented, "read back from the journal");
}

#[test]
fn t30_a_consent_given_anew_stands_again() {
    let mut phone = Phone::recorder(false);
    agree(&mut phone, "B", Receiver::Association);
    let what = form::withdraw(phone.state(), party("B"), Receiver::Association).expect("taken");
    phone.happen(what);
    assert!(!phone.state().consents(party("B"), Receiver::Association));
    let shown = case_view(&phone.case, pack(), Lang::En).consents;
    assert_eq!((shown[0].receiver.as_str(), shown[0].stands, shown[0].text_version), ("association", false, 3));
    agree(&mut phone, "B", Receiver::Association);
    assert!(phone.state().consents(party("B"), Receiver::Association));
    assert!(!phone.state().consents(party("A"), Receiver::Association), "each speaks for itself");
    assert!(!phone.state().consents(party("B"), Receiver::OwnInsurer), "and to each receiver");
}

#[test]
fn nobody_consents_for_a_party_that_is_not_there_or_not_its_own() {
    let recorder = Phone::recorder(false);
    let driver = Phone::of("B", 2, false);
    let ask = |phone: &Phone, letter, version| {
        form::consent(phone.state(), party(letter), Receiver::OwnInsurer, version).map(drop)
    };
    assert_eq!(ask(&recorder, "C", 1), Err(ConsentRefused::NoSuchParty));
    assert_eq!(ask(&driver, "A", 1), Err(ConsentRefused::NotYours));
    assert_eq!(ask(&driver, "B", 0), Err(ConsentRefused::NoText));
    assert_eq!(ask(&driver, "B", 1), Ok(()));
    let back = form::withdraw(driver.state(), party("B"), Receiver::OwnInsurer).map(drop);
    assert_eq!(back, Err(ConsentRefused::NothingToWithdraw));
    assert_eq!(form::withdraw(driver.state(), party("A"), Receiver::OwnInsurer), Err(ConsentRefused::NotYours));
}

#[test]
fn receivers_and_refusals_have_words_in_both_languages() {
    let (party, receiver) = (party("A"), Receiver::Association);
    let no_view =
        [NoView::NoSuchParty, NoView::NotConsented { party, receiver }, NoView::Withdrawn { party, receiver }];
    for lang in Lang::ALL {
        no_view.iter().for_each(|reason| assert!(has(lang, reason.code()), "{reason:?}"));
        for receiver in Receiver::ALL {
            assert!(has(lang, &format!("receiver-{}", receiver.code())));
            assert_eq!(Receiver::from_code(receiver.code()), Some(receiver));
            assert_eq!(serde_json::to_value(receiver).expect("json"), receiver.code());
        }
    }
}

#[test]
fn the_pack_has_a_text_for_every_receiver_and_for_nobody_else() {
    let of_the_pack: Vec<&str> = pack().consents.iter().map(|consent| consent.receiver.as_str()).collect();
    let receivers: Vec<&str> = Receiver::ALL.iter().map(|receiver| receiver.code()).collect();
    assert_eq!(of_the_pack, receivers);
}

/// A recorder and the phone of party B.
fn two() -> (Phone, Phone) {
    (Phone::recorder(false), Phone::of("B", 2, false))
}

fn take_back(phone: &mut Phone, receiver: Receiver) {
    let what = form::withdraw(phone.state(), party("B"), receiver).expect("taken");
    phone.happen(what);
}

const TO: Receiver = Receiver::OtherInsurer;

#[test]
fn what_a_party_says_on_its_own_phone_comes_to_the_recorder_with_its_statement() {
    let (mut recorder, mut driver) = two();
    agree(&mut driver, "B", TO);
    assert!(!recorder.state().consents(party("B"), TO), "not before the statement");
    recorder.take(&driver.state_now()).expect("taken in");
    assert!(recorder.state().consents(party("B"), TO));
    assert!(
        !recorder.state().consents(party("A"), TO) && !recorder.state().consents(party("B"), Receiver::Association)
    );
    take_back(&mut driver, TO);
    recorder.take(&driver.state_now()).expect("taken in");
    assert!(!recorder.state().consents(party("B"), TO));
    agree(&mut driver, "B", TO);
    recorder.take(&driver.state_now()).expect("taken in");
    assert!(recorder.state().consents(party("B"), TO), "the same phone, later");
    assert_eq!(recorder.reopened().state().consented, recorder.state().consented);
}

#[test]
fn t30_a_withdrawal_on_one_phone_is_not_outvoted_by_a_consent_on_the_other_and_both_are_shown() {
    let (mut recorder, mut driver) = two();
    agree(&mut recorder, "B", TO);
    agree(&mut driver, "B", TO);
    take_back(&mut driver, TO);
    recorder.take(&driver.state_now()).expect("taken in");
    assert!(!recorder.state().consents(party("B"), TO));
    agree(&mut recorder, "B", TO);
    assert!(!recorder.state().consents(party("B"), TO), "later, but on another phone");
    let shown = case_view(&recorder.case, pack(), Lang::En).consents;
    let words: Vec<_> = shown.iter().map(|word| (word.here, word.given, word.stands)).collect();
    assert_eq!(words, [(true, true, false), (false, false, false)]);
}

#[test]
fn t30_the_recorder_records_the_withdrawal_of_a_consent_that_was_given_on_another_phone() {
    let (mut recorder, mut driver) = two();
    agree(&mut driver, "B", TO);
    recorder.take(&driver.state_now()).expect("taken in");
    take_back(&mut recorder, TO);
    assert!(!recorder.state().consents(party("B"), TO));
    recorder.take(&driver.state_now()).expect("the same said again");
    assert!(!recorder.state().consents(party("B"), TO));
    agree(&mut recorder, "B", TO);
    assert!(recorder.state().consents(party("B"), TO));
}

#[test]
fn a_statement_that_forgets_a_withdrawal_or_backdates_a_consent_brings_nothing_back() {
    let (mut recorder, mut driver) = two();
    agree(&mut driver, "B", TO);
    let before = driver.state_now();
    take_back(&mut driver, TO);
    recorder.take(&driver.state_now()).expect("taken in");
    let mut silent = driver.state_now();
    silent.consents.clear();
    recorder.take(&silent).expect("taken in");
    assert!(!recorder.state().consents(party("B"), TO));
    let mut backdated = driver.state_now();
    backdated.consents = before.consents;
    recorder.take(&backdated).expect("taken in");
    assert!(!recorder.state().consents(party("B"), TO));
}

#[test]
fn consents_for_another_party_or_without_a_text_are_refused_with_the_whole_statement() {
    let (mut recorder, mut driver) = two();
    agree(&mut driver, "B", TO);
    let good = driver.state_now();
    let mut foreign = good.clone();
    foreign.consents[0].party = party("A");
    assert_eq!(recorder.take(&foreign), Err(StatementRefused::NotIts));
    let mut unread = good.clone();
    unread.consents[0].consent.text_version = 0;
    assert_eq!(recorder.take(&unread), Err(StatementRefused::NoText));
    assert_eq!(recorder.state().consented, form::Consents::default(), "nothing of them stays");
    recorder.take(&good).expect("taken in");
}

#[test]
fn a_statement_without_consents_has_the_bytes_it_had_before_there_were_any() {
    let (_, mut driver) = two();
    let json = serde_json::to_value(driver.state_now()).expect("json");
    assert!(json.get("consents").is_none());
    assert!(serde_json::from_value::<form::Statement>(json).expect("reads").consents.is_empty());
}

#[test]
fn t30_consents_that_arrive_after_the_seal_change_no_sealed_byte_and_open_nothing() {
    let (mut recorder, record) = sealed();
    let frozen = canon::bytes(&record).expect("canonical");
    let mut driver = Phone::of("B", 2, false);
    agree(&mut driver, "B", TO);
    recorder.take(&driver.state_now()).expect("taken in");
    assert!(recorder.state().consents(party("B"), TO));
    assert_eq!(recorder.state().progress(pack()).step, Step::Sealed);
    assert_eq!(canon::bytes(&record).expect("canonical"), frozen);
    assert!(!String::from_utf8(frozen).expect("text").contains("consent"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever two phones record in whatever order: yes needs somebody's yes and nobody's no.
    #[test]
    fn t30_consent_stands_only_while_somebody_recorded_it_and_nobody_a_withdrawal(
        said in proptest::collection::vec(0_u8..5, 0..24)
    ) {
        let (mut recorder, mut driver) = two();
        let (mut here, mut there, mut stated) = (None, None, None);
        for one in said {
            let stands = |here: Option<bool>, stated: Option<bool>| {
                here != Some(false) && stated != Some(false) && (here == Some(true) || stated == Some(true))
            };
            match one {
                0 => {
                    agree(&mut recorder, "B", TO);
                    here = Some(true);
                }
                1 if stands(here, stated) => {
                    take_back(&mut recorder, TO);
                    here = Some(false);
                }
                2 => {
                    agree(&mut driver, "B", TO);
                    there = Some(true);
                }
                3 if there == Some(true) => {
                    take_back(&mut driver, TO);
                    there = Some(false);
                }
                4 => {
                    recorder.take(&driver.state_now()).expect("taken in");
                    stated = there;
                }
                _ => {}
            }
            prop_assert_eq!(recorder.state().consents(party("B"), TO), stands(here, stated));
        }
    }
}
