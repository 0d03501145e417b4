//! The claim notice: what is in it and what is not, when there is none, and what a withdrawal does to it.

use jingbao_core::{
    canon::{self, Sha256},
    claim::{self, NoNotice, Notice},
    form::{self, AnyCase, Live, Outgoing, Receiver, Record},
    id::{OpId, PartyId},
    outbox::{Event, Item, ItemState, Outbox, Outcome, Payload},
    redact::{Audience, NoView, redact},
    text::{Lang, has},
    time::{Moment, Timestamp},
    view::claim_views,
    wire::{ClaimReason, ClaimState, ClaimTold, Manifest, Receipt, SignedReceipt},
};
use proptest::prelude::*;

use crate::road::{Phone, moment, pack, party};

const NOW: Timestamp = Timestamp(1_795_418_000_000);

/// Two drivers, sealed on the specialist's phone; B is insured elsewhere.
fn sealed() -> (Phone, Record<Live>) {
    let mut phone = Phone::recorder(false);
    phone.complete();
    phone.answer(Some("B"), "party.insurer", "pingan");
    phone.sign("A");
    phone.sign("B");
    let record = phone.seal(None).expect("sealed");
    (phone, record)
}

fn agree(phone: &mut Phone, letter: &str, receiver: Receiver) {
    let what = form::consent(phone.state(), party(letter), receiver, 3).expect("taken");
    phone.happen(what);
}

fn take_back(phone: &mut Phone, letter: &str, receiver: Receiver) {
    let what = form::withdraw(phone.state(), party(letter), receiver).expect("taken");
    phone.happen(what);
}

/// Everything that A's and B's notices need.
fn agreed() -> (Phone, Record<Live>) {
    let (mut phone, record) = sealed();
    for letter in ["A", "B"] {
        agree(&mut phone, letter, Receiver::OwnInsurer);
        agree(&mut phone, letter, Receiver::OtherInsurer);
    }
    (phone, record)
}

fn make(phone: &Phone, record: &Record<Live>, letter: &str) -> Result<Notice, NoNotice> {
    let AnyCase::Live(case) = &phone.case else { panic!("a live case") };
    claim::notice(case, record, party(letter), pack(), NOW)
}

fn notify(phone: &mut Phone, record: &Record<Live>, letter: &str) -> Notice {
    let notice = make(phone, record, letter).expect("a notice");
    phone.happen(notice.happened(canon::sha256(&notice).expect("canonical")));
    notice
}

fn text(notice: &Notice) -> String {
    String::from_utf8(canon::bytes(notice).expect("canonical")).expect("text")
}

#[test]
fn a_notice_says_of_which_record_it_is_whom_it_is_for_and_under_which_consents() {
    let (phone, record) = agreed();
    let notice = make(&phone, &record, "B").expect("a notice");
    let hash = record.hash().expect("canonical");
    assert_eq!((notice.record, notice.revision, notice.number), (hash, 1, 1));
    assert_eq!((notice.insurer.as_str(), notice.party), ("pingan", party("B")));
    let said = |value: Option<jingbao_core::privacy::Private<String>>| value.map(|value| value.reveal().clone());
    assert_eq!(
        (said(notice.plate.clone()), said(notice.policy.clone())),
        (Some("鲁YA12345".into()), Some("unknown".into()))
    );
    let under: Vec<(PartyId, Receiver, u32)> =
        notice.consents.iter().map(|basis| (basis.party, basis.receiver, basis.text_version)).collect();
    assert_eq!(under, [(party("A"), Receiver::OtherInsurer, 3), (party("B"), Receiver::OwnInsurer, 3)]);
    let view = redact(&record, pack(), Audience::Insurer { party: party("B") }, &phone.state().consented);
    assert_eq!(notice.view, view.expect("a view"), "the view of that insurer and no other");
    assert_eq!(text(&notice), text(&make(&phone, &record, "B").expect("again")), "invariant 8: the same bytes");
}

#[test]
fn a_notice_says_nowhere_that_a_claim_is_accepted_or_who_is_liable_but_in_what_people_signed() {
    let (phone, record) = agreed();
    let mut said = serde_json::to_value(make(&phone, &record, "A").expect("a notice")).expect("json");
    said.as_object_mut().expect("an object").remove("view");
    let members: Vec<&str> = said.as_object().expect("an object").keys().map(String::as_str).collect();
    let expected = "case consents device insurer made_at nature number party plate policy record revision schema";
    assert_eq!(members.join(" "), expected);
    let said = said.to_string();
    assert!(ClaimState::ALL.iter().all(|state| !said.contains(state.code())));
}

#[test]
fn there_is_no_notice_without_a_seal_a_consent_an_insurer_or_the_recorder() {
    let (phone, record) = sealed();
    let (a, b) = (party("A"), party("B"));
    let own = Receiver::OwnInsurer;
    assert_eq!(make(&phone, &record, "A").map(drop), Err(NoView::NotConsented { party: a, receiver: own }.into()));
    assert_eq!(make(&phone, &record, "C").map(drop), Err(NoNotice::NoSuchParty));

    let (phone, record) = agreed();
    let mut back = phone.clone();
    take_back(&mut back, "B", Receiver::OtherInsurer);
    let withdrawn = NoView::Withdrawn { party: b, receiver: Receiver::OtherInsurer };
    assert_eq!(make(&back, &record, "A").map(drop), Err(withdrawn.into()), "the other party's columns are in it too");
    assert!(make(&back, &record, "B").is_ok(), "which says nothing to B's own insurer");

    let mut other = record.clone();
    other.revision = 2;
    assert_eq!(make(&phone, &other, "A").map(drop), Err(NoNotice::NotSealed), "a record that nobody sealed");
    let mut open = Phone::recorder(false);
    agree(&mut open, "A", Receiver::OwnInsurer);
    assert_eq!(make(&open, &record, "A").map(drop), Err(NoNotice::NotSealed));
    let driver = Phone::of("B", 2, false);
    assert_eq!(make(&driver, &record, "B").map(drop), Err(NoNotice::NotRecorder));
}

/// The sealed record of a case in which A's insurer was answered so, by the recorder and perhaps by A's own phone.
fn insured(here: &str, there: Option<&str>) -> Result<Notice, NoNotice> {
    let mut phone = Phone::begin(1, form::Role::Recorder(None), false);
    phone.complete();
    phone.answer(Some("A"), "party.insurer", here);
    let mut own = Phone::of("A", 2, false);
    if let Some(insurer) = there {
        let answer = form::Answer::Value(jingbao_core::privacy::Private::new(insurer.to_owned()));
        own.happen(form::Happened::Answered { question: "party.insurer".into(), party: Some(party("A")), answer });
        phone.take(&own.state_now()).expect("taken in");
    }
    phone.sign("A");
    phone.sign("B");
    let record = phone.seal(None).expect("sealed");
    agree(&mut phone, "A", Receiver::OwnInsurer);
    agree(&mut phone, "B", Receiver::OtherInsurer);
    make(&phone, &record, "A")
}

#[test]
fn nobody_is_notified_on_a_guess() {
    assert_eq!(insured("picc", None).map(|notice| notice.insurer), Ok("picc".to_owned()));
    assert_eq!(insured("unknown", None).map(drop), Err(NoNotice::NoInsurer));
    assert_eq!(insured("none", None).map(drop), Err(NoNotice::NoInsurer));
    assert_eq!(insured("picc", Some("pingan")).map(drop), Err(NoNotice::InsurerDisputed));
    assert_eq!(insured("picc", Some("picc")).map(|notice| notice.insurer), Ok("picc".to_owned()));
    assert_eq!(insured("unknown", Some("pingan")).map(|notice| notice.insurer), Ok("pingan".to_owned()), "one knows");
    assert_eq!(insured("picc", Some("nobody_insures")).map(|notice| notice.insurer), Ok("picc".to_owned()), "doubted");
}

#[test]
fn one_notice_a_party_and_revision_and_another_for_the_next_revision() {
    let (mut phone, record) = agreed();
    assert_eq!(notify(&mut phone, &record, "A").number, 1);
    assert_eq!(make(&phone, &record, "A").map(drop), Err(NoNotice::AlreadyNotified));
    assert_eq!(notify(&mut phone, &record, "B").number, 2);
    phone.answer(Some("A"), "party.impact", "11");
    phone.sign("A");
    phone.sign("B");
    let second = phone.seal(Some("碰撞部位更正")).expect("sealed");
    assert_eq!(make(&phone, &record, "A").map(drop), Err(NoNotice::NotSealed), "of an earlier revision there is none");
    assert_eq!(notify(&mut phone, &second, "A").number, 3);
    assert_eq!(phone.reopened().state().notices, phone.state().notices, "read back from the journal");
}

#[test]
fn t30_a_withdrawal_withholds_what_waits_and_undoes_nothing_that_is_there() {
    let (mut phone, record) = agreed();
    notify(&mut phone, &record, "A");
    let sent = notify(&mut phone, &record, "B");
    phone.happen(form::Happened::Sent { what: vec![Outgoing::Notice(canon::sha256(&sent).expect("canonical"))] });
    phone.happen(form::Happened::Received { receipt: receipt(&sent) });
    assert_eq!(phone.state().notices_to_withhold(), [] as [u32; 0]);
    take_back(&mut phone, "B", Receiver::OwnInsurer);
    assert_eq!(phone.state().notices_to_withhold(), [] as [u32; 0], "B's is there, and A's does not stand on it");
    take_back(&mut phone, "B", Receiver::OtherInsurer);
    assert_eq!(phone.state().notices_to_withhold(), [1], "A's insurer would have seen B's columns");
    phone.happen(form::Happened::NoticeWithheld { number: 1 });
    assert_eq!(phone.state().notices_to_withhold(), [] as [u32; 0]);
    let states = |phone: &Phone| -> Vec<String> {
        claim_views(phone.state(), &[], &[], Lang::En).into_iter().map(|line| line.state).collect()
    };
    assert_eq!(states(&phone), ["withheld", "noticed"]);
    agree(&mut phone, "B", Receiver::OtherInsurer);
    assert_eq!(notify(&mut phone, &record, "A").number, 3, "who agrees again may be notified again");
    assert_eq!(states(&phone), ["withheld", "noticed", "queued"]);
    assert_eq!(phone.reopened().state().notices, phone.state().notices);
}

fn receipt(notice: &Notice) -> Box<SignedReceipt> {
    let manifest = Manifest::Notice { case: notice.case, notice: notice.number, sha256: Sha256::of(b"body"), bytes: 4 };
    let key = serde_json::from_value(serde_json::json!("feedfacefeedface")).expect("a key's name");
    let manifest_sha256 = manifest.hash().expect("canonical");
    let receipt = Receipt { manifest, manifest_sha256, stored_at: NOW, head_sha256: None, key };
    Box::new(SignedReceipt { receipt, signature: canon::Signature(vec![]) })
}

#[test]
fn a_withdrawn_operation_is_never_sent_again_and_a_late_receipt_for_it_still_counts() {
    let (phone, record) = agreed();
    let notice = make(&phone, &record, "A").expect("a notice");
    let now = moment(5);
    let op = OpId::from_parts(NOW, [1; 10]);
    let item = |state| Item {
        op,
        order: 1,
        case: Some(notice.case),
        payload: Payload::notice(&notice),
        after: None,
        state,
        attempts: 0,
        sent: 0,
        last_failure: None,
    };
    let waiting = || ItemState::Waiting { not_before_ms: 0, boot: now.boot.clone() };
    let parked = || ItemState::Parked { reason: "parked-no-such-insurer".into() };
    let later = Moment { mono_ms: now.mono_ms + 10_000_000, ..now.clone() };
    for begun in [waiting(), parked(), ItemState::Unsigned] {
        let mut outbox = Outbox::from_rows([item(begun)], 0, None);
        assert_eq!(outbox.handle(Event::Withdraw { op }, &now, 0).len(), 1, "durable at once");
        for event in [Event::Signed { op }, Event::Resume, Event::Retry { op }, Event::Withdraw { op }, Event::Poll] {
            assert_eq!(outbox.handle(event.clone(), &later, 0), [], "{event:?}");
        }
        assert_eq!(outbox.items().count(), 1, "and never deleted");
    }
    let mut outbox = Outbox::from_rows([item(waiting())], 0, None);
    outbox.handle(Event::Poll, &now, 0);
    outbox.handle(Event::Withdraw { op }, &now, 0);
    let cut = Outcome::Later { why: "later-cut", retry_after_ms: None };
    assert_eq!(outbox.handle(Event::Answered { op, lease: 1, outcome: cut }, &now, 0), []);
    assert_eq!(outbox.item(op).map(|item| &item.state), Some(&ItemState::Withdrawn));
    let arrived = Outcome::Receipt(receipt(&notice));
    outbox.handle(Event::Answered { op, lease: 1, outcome: arrived }, &now, 0);
    assert!(matches!(outbox.item(op).map(|item| &item.state), Some(ItemState::Done { .. })));
}

#[test]
fn what_an_insurer_says_is_shown_in_words_and_what_nobody_knows_is_shown_as_it_came() {
    let (mut phone, record) = agreed();
    notify(&mut phone, &record, "A");
    let told = |claim, state: &str, reason: Option<&str>| ClaimTold {
        case: phone.state().id,
        claim,
        party: party("A"),
        insurer: "picc".into(),
        revision: 1,
        seq: 1,
        state: state.into(),
        reason: reason.map(str::to_owned),
        at: NOW,
    };
    for lang in Lang::ALL {
        for state in ClaimState::ALL {
            assert!(has(lang, &format!("claim-{}", state.code())));
        }
        for reason in ClaimReason::ALL {
            assert!(has(lang, &format!("claim-reason-{}", reason.code())));
        }
        let odd = [told(1, "with_a_judge", Some("moonlight")), told(9, "refused", Some("not_covered"))];
        let lines = claim_views(phone.state(), &[], &odd, lang);
        assert_eq!(lines.len(), 2, "the second came from elsewhere");
        assert!(lines[0].state == "with_a_judge" && lines[0].text.contains("with_a_judge"));
        assert!(lines[0].reason_text.as_ref().is_some_and(|text| text.contains("moonlight")));
        assert_ne!(lines[1].reason_text.as_deref(), Some("not_covered"));
    }
    let refusals = [NoNotice::Training, NoNotice::NotRecorder, NoNotice::NotSealed, NoNotice::NoSuchParty];
    let more = [NoNotice::NoInsurer, NoNotice::InsurerDisputed, NoNotice::AlreadyNotified, NoNotice::NotCanonical];
    for reason in refusals.into_iter().chain(more) {
        Lang::ALL.iter().for_each(|lang| assert!(has(*lang, reason.code()), "{reason:?}"));
    }
}

/// What A's insurer may not see of B, and nobody's insurer of anybody else.
const OF_B: [&str; 2] = ["欧阳·娜娜", "13900139000"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is agreed and taken back in whatever order: a notice is made if and only if both consents stand.
    #[test]
    fn never_a_notice_without_every_consent_standing(said in proptest::collection::vec((0_usize..4, any::<bool>()), 0..16)) {
        let (mut phone, record) = sealed();
        let asked = [
            ("A", Receiver::OwnInsurer), ("B", Receiver::OtherInsurer),
            ("B", Receiver::OwnInsurer), ("A", Receiver::OtherInsurer),
        ];
        let mut stands = [false; 4];
        for (which, yes) in said {
            let (letter, receiver) = asked[which];
            match (yes, stands[which]) {
                (true, _) => agree(&mut phone, letter, receiver),
                (false, true) => take_back(&mut phone, letter, receiver),
                (false, false) => continue,
            }
            stands[which] = yes;
        }
        prop_assert_eq!(make(&phone, &record, "A").is_ok(), stands[0] && stands[1]);
        prop_assert_eq!(make(&phone, &record, "B").is_ok(), stands[2] && stands[3]);
    }

    /// Whatever people write into free texts: no name or number of the other party is in any byte of the notice.
    #[test]
    fn never_a_value_that_this_insurer_may_not_see(before in "[一-龟a-z]{0,6}", after in "[一-龟a-z]{0,6}", which in 0_usize..2) {
        let mut phone = Phone::recorder(false);
        phone.complete();
        phone.answer(None, "scene.place", &format!("{before}{}{after}", OF_B[which]));
        phone.answer(Some("A"), "party.damage", &format!("{after}{}", OF_B[1 - which]));
        phone.sign("A");
        phone.sign("B");
        let record = phone.seal(None).expect("sealed");
        agree(&mut phone, "A", Receiver::OwnInsurer);
        agree(&mut phone, "B", Receiver::OtherInsurer);
        let said = text(&make(&phone, &record, "A").expect("a notice"));
        for secret in OF_B {
            prop_assert!(!said.contains(secret));
        }
        prop_assert!(said.contains("张三") && said.contains("13800138000"), "its own customer it knows");
    }
}
