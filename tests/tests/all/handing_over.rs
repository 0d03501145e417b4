//! Handing a case over by hand: through the bindings, over a kill and a reopening, into the log and out of the bundle.

use jingbao::{Field, FieldError, records::PhotoInput, views::CaseView};
use jingbao_core::{canon::Sha256, evidence::inspect};
use jingbao_tests::{
    roadside::Installation,
    scenery::{ACCIDENT, Stamp, photo},
};

use crate::{
    fixture::{complete, sight, sign_all, verify},
    phone_saw::texts,
};

const APP: &str = "12123";

fn state(view: &CaseView) -> (&str, bool) {
    let standing = view.handovers.iter().find(|standing| standing.app == APP).expect("known");
    (standing.state.as_str(), standing.offered)
}

fn agree(field: &Field, case: &str) {
    for party in ["A", "B"] {
        field.consent(case.into(), party.into(), "police_handover".into(), 1).expect("agreed");
    }
}

fn code<T>(result: Result<T, FieldError>) -> String {
    match result.err().expect("refused") {
        FieldError::Refused { code, .. } => code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_sealed_case_is_handed_over_and_every_state_survives_that_the_phone_is_switched_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let phone = Installation::new(folder.path(), 1);
    let field = phone.open().expect("opens");
    let case = sight(&field, false);
    let stamp = Stamp { local: "2026-11-23T15:02:10".into(), offset_s: 28_800, lat: ACCIDENT.0, lon: ACCIDENT.1 };
    let bytes = photo("scene_side", 3, &stamp).expect("a photo");
    complete(&field, &case);
    let input = PhotoInput::Bytes { bytes };
    field.add_photo(case.clone(), "scene_side".into(), input, None).expect("taken");
    sign_all(&field, &case);
    let sealed = field.seal(case.clone(), None).expect("sealed");
    assert_eq!(state(&sealed), ("open", true), "what to do next");
    let to = folder.path().join("ready");
    let prepare = |field: &Field| field.prepare_handover(case.clone(), APP.into(), to.display().to_string());
    assert_eq!(code(prepare(&field)), "error-handover-nobody-agreed");
    agree(&field, &case);

    let ready = prepare(&field).expect("ready");
    assert_eq!(state(&ready.view), ("prepared", true));
    let copy = ready.copies.iter().find(|copy| copy.slot == "scene_side").expect("a copy");
    let copied = std::fs::read(&copy.path).expect("a file");
    assert_eq!(copy.sha256, Sha256::of(&copied).to_string());
    assert!(copied.len() <= 1_000_000 && inspect(&copied).gps.is_none());
    let names: Vec<String> = ready.copies.iter().map(|copy| copy.path.clone()).collect();
    assert!(names.is_sorted(), "in the order in which they are wanted");
    assert!(ready.copies.len() + ready.by_gallery.len() >= 4, "the three of the scene and this one");

    // Each call is durable when it returns: the phone may be gone right after it.
    drop(field);
    let field = phone.open().expect("opens");
    assert_eq!(state(&field.case(case.clone()).expect("a case")), ("prepared", true));
    let open = field.handover(case.clone(), APP.into(), vec!["tmri12123://".into()]).expect("a sheet");
    assert_eq!(open.open.expect("a way").target, "tmri12123://");
    assert!(open.changed.is_none() && open.photos_ready >= open.photos_least);
    field.hand_over(case.clone(), APP.into()).expect("handed over");
    drop(field);
    let field = phone.open().expect("opens");
    assert_eq!(state(&field.case(case.clone()).expect("a case")), ("handed_over", false));
    let ended = |field: &Field, outcome: &str| field.handover_outcome(case.clone(), APP.into(), outcome.into(), None);
    assert_eq!(code(ended(&field, "agreed")), "error-handover-no-number");
    field.handover_number(case.clone(), APP.into(), "370602202611230001".into(), true).expect("recorded");
    drop(field);
    let field = phone.open().expect("opens");
    assert_eq!(state(&field.case(case.clone()).expect("a case")), ("number_recorded", false));
    ended(&field, "police_decided").expect("recorded");
    drop(field);
    let field = phone.open().expect("opens");
    let view = field.case(case.clone()).expect("a case");
    assert_eq!((state(&view), view.step.as_str()), (("outcome_recorded", false), "sealed"));
    assert_eq!(view.handovers[0].number.as_deref(), Some("370602202611230001"));
    assert_eq!(view.revisions, sealed.revisions, "nothing of it changes what was sealed");

    let bundle = folder.path().join("bundle.zip");
    field.export(case, bundle.display().to_string()).expect("exported");
    assert_eq!(verify(&bundle)["whole"], true);
    let log = texts(&bundle, "custody");
    for went in ["prepared", "handed_over", "number_recorded", "outcome_recorded"] {
        assert_eq!(log.matches(&format!("\"went\":\"{went}\"")).count(), 1, "{went}");
    }
    assert!(log.contains(&ready.sheet_sha256) && log.contains(&copy.sha256));
    let queue = field.queue().expect("a queue");
    assert!(queue.items.iter().all(|item| item.kind != "handover"), "nothing of it is sent");
}

#[test]
fn a_hand_over_is_no_duty_event_and_a_part_for_an_insurer_holds_nothing_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let phone = Installation::new(folder.path(), 1);
    let field = phone.open().expect("opens");
    let case = sight(&field, false);
    complete(&field, &case);
    sign_all(&field, &case);
    field.seal(case.clone(), None).expect("sealed");
    let before = field.queue().expect("a queue").items.len();
    field.handover_number(case.clone(), APP.into(), "370602202611230001".into(), false).expect("recorded");
    field.handover_outcome(case.clone(), APP.into(), "cancelled".into(), Some("改由民警到场".into())).expect("noted");
    assert_eq!(field.queue().expect("a queue").items.len(), before);
    for (party, receiver) in [("A", "own_insurer"), ("B", "other_insurer")] {
        field.consent(case.clone(), party.into(), receiver.into(), 1).expect("agreed");
    }
    let part = folder.path().join("part.zip");
    let audience = jingbao::records::Audience::Insurer { party: "A".into() };
    field.export_part(case, audience, Some(vec![]), part.display().to_string()).expect("exported");
    let bytes = std::fs::read(&part).expect("a file");
    let bag = crate::bag::Bag::read(&bytes);
    for (name, file) in &bag.files {
        let text = String::from_utf8_lossy(file);
        assert!(!text.contains("370602202611230001") && !text.contains("民警到场"), "{name}");
    }
}
