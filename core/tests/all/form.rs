//! What two people do on the road, from the screen to the second revision.

use jingbao_core::{
    canon,
    form::{self, Answer, AnswerRefused, AnyCase, NotSealable, Round, SigningRefused, StatementRefused, Step},
    privacy::Private,
    text::Lang,
    view::case_view,
};
use proptest::prelude::*;

use crate::road::{HARMLESS, Phone, columns, pack, party, today};

fn step(phone: &Phone) -> Step {
    phone.state().progress(pack()).step
}

fn signed_case() -> Phone {
    let mut phone = Phone::recorder(false);
    phone.complete();
    phone.sign("A");
    phone.sign("B");
    phone
}

#[test]
fn a_case_goes_from_the_screen_to_the_seal_and_every_step_says_what_comes_next() {
    let mut phone = Phone::recorder(false);
    assert_eq!(step(&phone), Step::Screen);
    let mut asked = Vec::new();
    while let Some(next) = phone.state().progress(pack()).next.filter(|_| step(&phone) == Step::Screen) {
        let (_, value) = HARMLESS.iter().find(|(id, _)| *id == next.question).expect("a harmless answer");
        phone.answer(None, &next.question, value);
        asked.push(next.question);
    }
    assert_eq!(asked.len(), HARMLESS.len(), "each is asked once");
    assert_eq!(step(&phone), Step::Evidence);
    phone.clear();
    assert_eq!(step(&phone), Step::Form);
    for (question, value) in [("scene.time", "15:02"), ("scene.place", "南大街"), ("scene.weather", "rain")] {
        phone.answer(None, question, value);
    }
    phone.answer(None, "scene.form", "rear_end");
    phone.fill("A");
    phone.fill("B");
    assert_eq!(step(&phone), Step::Agree);
    phone.agree("full", "none");
    assert_eq!(step(&phone), Step::Sign);
    phone.sign("A");
    assert_eq!(phone.seal(None).err(), Some(NotSealable::Unsigned));
    phone.sign("B");
    assert_eq!(step(&phone), Step::Seal);
    assert!(phone.seal(None).is_ok());
    assert_eq!(step(&phone), Step::Sealed);
}

#[test]
fn invariant_2_a_sealed_revision_never_changes_and_the_next_has_parent_reason_and_the_void_signatures() {
    let mut phone = signed_case();
    let first = phone.seal(None).expect("sealed");
    let frozen = canon::bytes(&first).expect("canonical");
    phone.answer(Some("B"), "party.policy", "PDZA2026370600001");
    assert_eq!(canon::bytes(&first).expect("canonical"), frozen);
    assert_eq!(step(&phone), Step::Sign, "a later answer opens the case again");
    assert_eq!(phone.seal(Some("保单号补填")).err(), Some(NotSealable::Unsigned), "earlier signatures are void");
    phone.sign("A");
    phone.sign("B");
    assert_eq!(phone.seal(None).err(), Some(NotSealable::NoReason));
    assert_eq!(phone.seal(Some("  ")).err(), Some(NotSealable::NoReason));
    let second = phone.seal(Some("保单号补填")).expect("sealed");
    assert_eq!((second.revision, second.parent), (2, first.hash().ok()));
    assert_eq!(second.reason.map(|reason| reason.reveal().clone()), Some("保单号补填".to_owned()));
    assert_eq!(second.void_signatures, first.signatures, "kept, and marked as void");
    assert_eq!(second.signatures.len(), 4);
    assert_eq!(step(&phone), Step::Sealed);
}

#[test]
fn invariant_2_the_view_offers_the_hashes_that_a_second_revision_must_bind() {
    let mut phone = signed_case();
    phone.seal(None).expect("sealed");
    assert_eq!(case_view(&phone.case, pack(), Lang::Zh).signing, None);
    phone.answer(Some("A"), "party.impact", "12");
    let signing = case_view(&phone.case, pack(), Lang::Zh).signing.expect("there is something to sign again");
    let expected = phone.state().to_be_signed(pack(), Round::Facts).expect("a document");
    assert_eq!(signing.facts_sha256, expected.to_string());
}

#[test]
fn the_same_answer_given_again_after_the_seal_changes_nothing() {
    let mut phone = signed_case();
    phone.seal(None).expect("sealed");
    phone.answer(Some("A"), "party.impact", "6");
    assert_eq!(step(&phone), Step::Sealed);
}

#[test]
fn t6_an_injury_after_both_signed_voids_the_signatures_and_says_to_call() {
    for sealed_before in [false, true] {
        let mut phone = signed_case();
        if sealed_before {
            phone.seal(None).expect("sealed");
        }
        phone.answer(None, "fact.injury", "yes");
        assert_eq!(step(&phone), Step::Protect, "sealed before: {sealed_before}");
        let view = case_view(&phone.case, pack(), Lang::En);
        assert_eq!((view.triage.route.as_str(), view.may_clear), ("protect_and_call", false));
        assert!(!view.triage.advice.is_empty());
        assert_eq!(view.signatures.len(), 4, "kept");
        assert!(view.signatures.iter().all(|signature| !signature.holds), "and void");
        assert_eq!(phone.seal(Some("有人受伤")).err(), Some(NotSealable::Unsigned));
    }
}

#[test]
fn t10_a_dispute_about_slight_damage_clears_the_road_and_is_sealed_with_differing_claims() {
    let mut phone = Phone::recorder(false);
    phone.screen();
    phone.answer(None, "fact.dispute", "yes");
    assert_eq!(step(&phone), Step::Evidence, "the road is cleared all the same");
    phone.complete();
    phone.answer(None, "fact.dispute", "yes");
    phone.agree("none", "full");
    phone.agree("full", "full");
    phone.sign("A");
    phone.sign("B");
    assert!(phone.seal(None).is_ok());
}

#[test]
fn t11_clear_now_is_never_shown_for_a_car_that_cannot_be_moved() {
    let mut phone = Phone::recorder(false);
    phone.screen();
    phone.answer(None, "fact.cannot_move", "yes");
    ["scene_front", "scene_rear", "contact_close"].iter().for_each(|slot| phone.photo(slot));
    let view = case_view(&phone.case, pack(), Lang::Zh);
    assert!(!view.may_clear);
    assert_eq!(view.step, "protect");
}

#[test]
fn t14_liabilities_that_do_not_fit_together_are_refused_with_the_sets_that_would() {
    for (a, b) in [("full", "equal"), ("none", "none")] {
        let mut phone = Phone::recorder(false);
        phone.complete();
        phone.agree(a, b);
        phone.sign("A");
        phone.sign("B");
        let Err(NotSealable::Inconsistent { would_do, .. }) = phone.seal(None) else { panic!("{a} and {b}") };
        assert!(!would_do.is_empty());
    }
}

#[test]
fn t16_s31_a_draft_opened_ten_times_does_not_move_a_byte() {
    let phone = signed_case();
    let facts = |case: &AnyCase| canon::bytes(&case.state().facts_document(pack())).expect("canonical");
    let settlement = |case: &AnyCase| canon::bytes(&case.state().settlement(pack()).expect("made")).expect("canonical");
    for _ in 0..10 {
        let again = phone.reopened();
        assert_eq!(facts(&again), facts(&phone.case));
        assert_eq!(settlement(&again), settlement(&phone.case));
        assert_eq!(case_view(&again, pack(), Lang::Zh), case_view(&phone.case, pack(), Lang::Zh));
    }
}

#[test]
fn t32_every_entry_and_the_record_keep_the_pack_version_they_were_made_under() {
    let mut phone = signed_case();
    let record = phone.seal(None).expect("sealed");
    assert_eq!(record.pack, (pack().id.clone(), pack().version));
    let mut later = phone.journal.clone();
    let mut newer = later[1].clone();
    (newer.seq, newer.pack) = (later.len() as u64, pack().version + 1);
    later.push(newer);
    let mut case = phone.reopened();
    case.apply(later.last().expect("an entry"));
    assert_eq!(case.state().pack, pack().version + 1);
    assert_eq!(record.pack.1, pack().version, "what was sealed stays under its version");
    assert!(phone.journal.iter().all(|entry| entry.pack == pack().version));
}

#[test]
fn t32_a_pack_change_between_photos_and_signature_is_shown_and_moves_no_sealed_result() {
    let mut phone = signed_case();
    let sealed = phone.seal(None).expect("sealed");
    let before = sealed.hash().expect("canonical");
    let mut newer = pack().clone();
    newer.version += 1;
    newer.triage.advice.truncate(1);
    for lang in [Lang::Zh, Lang::En] {
        assert_eq!(case_view(&phone.case, pack(), lang).rules_changed, None);
        let told = case_view(&phone.case, &newer, lang).rules_changed.expect("said");
        assert!(told.contains(&newer.version.to_string()) && told.contains(&pack().version.to_string()), "{told}");
    }
    let (old, new) = (case_view(&phone.case, pack(), Lang::Zh), case_view(&phone.case, &newer, Lang::Zh));
    assert!(old.signatures.iter().all(|signature| signature.holds));
    assert!(new.signatures.iter().any(|signature| !signature.holds), "another outcome wants another signature");
    assert_eq!((sealed.hash().expect("canonical"), sealed.pack.1), (before, pack().version));
    assert_eq!(new.revisions, [before.to_string()]);
}

#[test]
fn invariant_6_an_entry_without_its_moment_or_pack_version_does_not_read() {
    for entry in &signed_case().journal {
        let whole = serde_json::to_value(entry).expect("json");
        for key in ["at", "pack", "seq"] {
            let mut cut = whole.clone();
            cut.as_object_mut().expect("object").remove(key);
            assert!(serde_json::from_value::<form::Entry>(cut).is_err(), "{key}");
        }
        for key in ["wall", "offset_s", "mono_ms", "boot"] {
            assert!(whole["at"].get(key).is_some(), "{key}");
        }
    }
}

#[test]
fn invariant_5_a_fact_left_unknown_is_asked_again_and_never_clears() {
    for open in ["fact.injury", "fact.death", "fact.dangerous_goods", "fact.drink_or_drugs", "fact.intent"] {
        let mut phone = Phone::recorder(false);
        phone.screen();
        ["scene_front", "scene_rear", "contact_close"].iter().for_each(|slot| phone.photo(slot));
        assert_eq!(step(&phone), Step::Clear);
        phone.answer(None, open, "unknown");
        assert_eq!(step(&phone), Step::Screen);
        assert_eq!(phone.state().progress(pack()).next.map(|next| next.question).as_deref(), Some(open));
    }
}

#[test]
fn nothing_but_facts_and_photos_is_taken_before_the_road_is_clear() {
    let mut phone = Phone::recorder(false);
    phone.screen();
    for question in pack().questions.iter().filter(|question| question.id.contains("party.")) {
        let answer = Answer::Value(Private::new("unknown".into()));
        let refused = form::accept(phone.state(), pack(), &question.id, Some(party("A")), answer, today());
        assert_eq!(refused.err(), Some(AnswerRefused::TooEarly), "{}", question.id);
    }
    let shown = phone.state().to_be_signed(pack(), Round::Facts).expect("a document");
    let early = form::sign(phone.state(), pack(), phone.signing("A", Round::Facts, shown));
    assert_eq!(early.err(), Some(SigningRefused::TooEarly));
    assert_eq!(phone.seal(None).err(), Some(NotSealable::NotCleared));
}

/// The recorder of A and the phone of B, with B's columns on B's phone alone.
fn two_phones() -> (Phone, Phone) {
    let (mut a, mut b) = (Phone::recorder(false), Phone::of("B", 2, false));
    a.complete();
    b.fill("B");
    b.photo("plate_b");
    (a, b)
}

#[test]
fn draft_and_statement_go_round_and_both_sign_the_same_bytes() {
    let (mut a, mut b) = two_phones();
    a.take(&b.state_now()).expect("taken in");
    a.show_draft_to(&mut b);
    for round in [Round::Facts, Round::Settlement] {
        assert_eq!(b.state().to_be_signed(pack(), round), a.state().to_be_signed(pack(), round));
    }
    b.sign("B");
    a.take(&b.state_now()).expect("the second says everything again");
    a.sign("A");
    let record = a.seal(None).expect("sealed");
    assert_eq!((record.statements.len(), record.signatures.len()), (2, 4));
    assert_eq!(record.facts.photos.len(), 4, "three of A, one of B");
}

#[test]
fn t24_a_statement_replayed_of_another_case_for_another_party_or_nature_is_refused() {
    let (mut a, mut b) = two_phones();
    let statement = b.state_now();
    a.take(&statement).expect("taken in");
    assert_eq!(a.take(&statement), Err(StatementRefused::Replayed));
    let mut foreign = b.state_now();
    foreign.case = jingbao_core::id::CaseId::from_parts(jingbao_core::time::Timestamp(1), [3; 10]);
    assert_eq!(a.take(&foreign), Err(StatementRefused::AnotherCase));
    let mut practice = b.state_now();
    practice.nature = "training".into();
    assert_eq!(a.take(&practice), Err(StatementRefused::OtherNature));
    let mut borrowed = b.state_now();
    borrowed.answers[0].by = a.state().device;
    assert_eq!(a.take(&borrowed), Err(StatementRefused::NotIts));
    assert_eq!(b.take(&statement), Err(StatementRefused::NotRecorder));
    let before = a.state().entries;
    assert_eq!(a.state().entries, before, "nothing was appended by a refusal");
}

#[test]
fn columns_are_owned_no_statement_speaks_for_the_recorders_party_or_one_that_has_its_phone() {
    let (mut a, mut b) = two_phones();
    let mut usurper = Phone::of("A", 3, false);
    usurper.fill("A");
    assert_eq!(a.take(&usurper.state_now()), Err(StatementRefused::NotIts), "A is the recorder's own");
    a.take(&b.state_now()).expect("taken in");
    let mut second = Phone::of("B", 4, false);
    second.fill("B");
    assert_eq!(a.take(&second.state_now()), Err(StatementRefused::NotIts), "B has a phone already");
    let mut turned = b.state_now();
    turned.party = party("C");
    assert_eq!(a.take(&turned), Err(StatementRefused::NotIts), "one phone speaks for one party");
}

#[test]
fn a_disagreement_is_shown_and_the_owner_of_the_columns_is_heard() {
    let (mut a, mut b) = two_phones();
    b.answer(Some("B"), "party.impact", "9");
    a.take(&b.state_now()).expect("taken in");
    assert_eq!(a.state().value(Some(party("B")), "party.impact"), Some("9"));
    let view = case_view(&a.case, pack(), Lang::Zh);
    let shown = view.answers.iter().find(|answer| answer.question == "party.impact" && answer.disagreement);
    assert_eq!(shown.and_then(|answer| answer.party.clone()), Some("B".to_owned()));
    let facts = a.state().facts_document(pack());
    assert_eq!(facts.parties[1].answers.iter().filter(|answer| answer.question == "party.impact").count(), 2);
}

#[test]
fn nobody_refuses_to_sign_for_another_or_before_the_road_is_clear() {
    let mut phone = Phone::recorder(false);
    phone.screen();
    let refuse = |phone: &Phone, letter| form::refuse_to_sign(phone.state(), pack(), party(letter), Round::Facts);
    assert_eq!(refuse(&phone, "A").err(), Some(SigningRefused::TooEarly));
    phone.clear();
    assert!(refuse(&phone, "B").is_ok());
    assert_eq!(refuse(&phone, "H").err(), Some(SigningRefused::NotYours), "no party of this case");
    assert_eq!(refuse(&Phone::of("B", 2, false), "A").err(), Some(SigningRefused::NotYours));
}

#[test]
fn t6_a_refusal_belongs_to_what_was_refused_and_lapses_with_it() {
    let mut phone = Phone::recorder(false);
    phone.complete();
    for letter in ["A", "B"] {
        for round in [Round::Facts, Round::Settlement] {
            let refused = form::refuse_to_sign(phone.state(), pack(), party(letter), round).expect("recorded");
            phone.happen(refused);
        }
    }
    assert!(phone.state().signed_by_all(pack()), "two refusals are as good as two signatures");
    phone.answer(None, "fact.injury", "yes");
    assert!(!phone.state().signed_by_all(pack()), "an injury nobody had heard of when they refused");
    assert!(phone.state().signatures.iter().all(|given| given.refused), "the refusals are kept");
}

#[test]
fn a_signature_binds_what_was_shown_and_nothing_newer() {
    let mut phone = Phone::recorder(false);
    phone.complete();
    let shown = phone.state().to_be_signed(pack(), Round::Facts).expect("a document");
    phone.answer(Some("A"), "party.impact", "1");
    let stale = form::sign(phone.state(), pack(), phone.signing("A", Round::Facts, shown));
    assert_eq!(stale.err(), Some(SigningRefused::Stale));
    let (_, mut b) = two_phones();
    b.photo("marks_debris");
    let unseen = form::sign(b.state(), pack(), b.signing("B", Round::Facts, shown));
    assert_eq!(unseen.err(), Some(SigningRefused::NothingShown));
    let other = form::sign(b.state(), pack(), b.signing("A", Round::Facts, shown));
    assert_eq!(other.err(), Some(SigningRefused::NotYours));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn invariant_5_no_mix_of_answers_with_one_open_fact_that_matters_offers_clear_now(
        values in prop::collection::vec(prop_oneof![Just("yes"), Just("no"), Just("unknown")], 14),
        photos in any::<bool>(),
    ) {
        let mut phone = Phone::recorder(false);
        phone.screen();
        let facts = HARMLESS.iter().filter(|(id, _)| !matches!(*id, "fact.parties" | "fact.road"));
        for ((question, _), value) in facts.zip(&values) {
            phone.answer(None, question, value);
        }
        if photos {
            ["scene_front", "scene_rear", "contact_close"].iter().for_each(|slot| phone.photo(slot));
        }
        let view = case_view(&phone.case, pack(), Lang::Zh);
        if view.may_clear {
            prop_assert!(view.triage.settled);
            prop_assert!(!matches!(view.triage.route.as_str(), "protect_and_call" | "call_hazmat"));
        }
        if !view.triage.settled {
            prop_assert_eq!(view.step.as_str(), "screen");
            let next = view.next.expect("the open fact is asked again");
            let fact = next.question.strip_prefix("fact.").expect("a fact");
            prop_assert!(view.triage.unknown.iter().any(|open| open == fact));
        }
    }

    #[test]
    fn any_order_of_the_columns_gives_the_same_document(order in Just(columns("A")).prop_shuffle()) {
        let (mut straight, mut shuffled) = (Phone::recorder(false), Phone::recorder(false));
        for (phone, list) in [(&mut straight, columns("A")), (&mut shuffled, order)] {
            phone.screen();
            phone.clear();
            list.iter().for_each(|(question, value)| phone.answer(Some("A"), question, value));
        }
        prop_assert_eq!(
            canon::sha256(&straight.state().facts_document(pack()).parties).expect("canonical"),
            canon::sha256(&shuffled.state().facts_document(pack()).parties).expect("canonical")
        );
    }
}
