//! Consent and its withdrawal, before and after the seal.

use jingbao_core::{
    canon,
    form::{self, ConsentRefused, Happened, Receiver, Step},
    redact::{Audience, NoView, redact},
    text::{Lang, has},
    view::case_view,
};

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
