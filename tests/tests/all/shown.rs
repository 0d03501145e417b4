//! What each audience is shown of a sealed record, and what its consents allow, in both languages (T30).

use jingbao::{
    Field,
    records::{Audience, CodeKind},
};
use jingbao_tests::roadside::Installation;
use serde_json::Value;

use crate::{
    fixture::{answer, complete, sight, sign_all},
    misuse::{Kind, LANGS, says},
};

/// What identifies A and B in full; the parts that a mask leaves are not in it.
const OF_A: [&str; 3] = ["11010519491231002X", "13912345678", "PDAA202611230001"];
const OF_B: [&str; 3] = ["37060219900307003X", "13700009876", "PDZA202637061234"];

/// A sealed case of two parties with everything filled in.
fn sealed(field: &Field) -> String {
    let case = sight(field, false);
    complete(field, &case);
    for (party, [id, phone, policy]) in [("A", OF_A), ("B", OF_B)] {
        answer(field, &case, Some(party), "party.id_number", id);
        answer(field, &case, Some(party), "party.phone", phone);
        answer(field, &case, Some(party), "party.policy", policy);
    }
    sign_all(field, &case);
    field.seal(case.clone(), None).expect("sealed");
    case
}

fn insurer(party: &str) -> Audience {
    Audience::Insurer { party: party.into() }
}

#[test]
fn t30_an_insurer_is_shown_the_record_only_while_every_party_agrees_and_never_the_others_full_numbers() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let mut phone = Installation::new(folder.path(), 1);
        phone.lang = lang.to_owned();
        let field = phone.open().expect("opens");
        let case = sealed(&field);
        let revisions = field.case(case.clone()).expect("a view").revisions;
        let ask = |field: &Field| field.view_for(case.clone(), None, insurer("A"));
        let agree = |field: &Field, party: &str, receiver: &str| {
            field.consent(case.clone(), party.into(), receiver.into(), 1).expect("taken");
        };
        says(ask(&field), Kind::Refused, "redact-not-consented", lang);
        agree(&field, "A", "own_insurer");
        says(ask(&field), Kind::Refused, "redact-not-consented", lang);
        agree(&field, "B", "association");
        says(ask(&field), Kind::Refused, "redact-not-consented", lang);
        agree(&field, "B", "other_insurer");
        let shown = ask(&field).expect("all agree");
        let record: Value = serde_json::from_str(&shown).expect("json");
        assert_eq!((&record["case"], &record["revision"]), (&case.clone().into(), &1.into()));
        assert!(OF_A.iter().all(|own| shown.contains(own)), "its own customer in full");
        assert!(OF_B.iter().all(|foreign| !shown.contains(foreign)), "of the other nothing that identifies");
        says(field.view_for(case.clone(), None, insurer("B")), Kind::Refused, "redact-not-consented", lang);

        field.withdraw(case.clone(), "B".into(), "other_insurer".into()).expect("taken after the seal");
        says(ask(&field), Kind::Refused, "redact-withdrawn", lang);
        field.shutdown();
        let field = phone.open().expect("opens");
        says(ask(&field), Kind::Refused, "redact-withdrawn", lang);
        assert_eq!(field.case(case.clone()).expect("a view").revisions, revisions, "no sealed byte has changed");
        agree(&field, "B", "other_insurer");
        assert_eq!(ask(&field).expect("given anew"), shown);
    }
}

#[test]
fn t30_what_a_driver_agrees_to_on_its_own_phone_counts_at_the_recorder_and_so_does_its_withdrawal() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = |name: &str| {
        let home = folder.path().join(name);
        std::fs::create_dir_all(&home).expect("a folder");
        home
    };
    let recorder = Installation::new(&home("recorder"), 1).open().expect("opens");
    let driver = Installation::new(&home("driver"), 2).open().expect("opens");
    let case = sealed(&recorder);
    driver
        .scan(recorder.show_code(case.clone(), CodeKind::Invitation { party: "B".into() }).expect("shown"))
        .expect("in");
    let hand_over = || {
        let statement = driver.show_code(case.clone(), CodeKind::Statement).expect("shown");
        recorder.scan(statement).expect("taken in");
    };
    let ask = || recorder.view_for(case.clone(), None, insurer("A"));
    recorder.consent(case.clone(), "A".into(), "own_insurer".into(), 1).expect("taken");
    says(driver.consent(case.clone(), "A".into(), "own_insurer".into(), 1), Kind::Refused, "error-not-yours", "zh");
    driver.consent(case.clone(), "B".into(), "other_insurer".into(), 1).expect("taken");
    says(ask(), Kind::Refused, "redact-not-consented", "zh");
    hand_over();
    assert!(ask().is_ok());
    driver.withdraw(case.clone(), "B".into(), "other_insurer".into()).expect("taken");
    hand_over();
    says(ask(), Kind::Refused, "redact-withdrawn", "zh");
    recorder.consent(case.clone(), "B".into(), "other_insurer".into(), 1).expect("taken, and recorded beside it");
    says(ask(), Kind::Refused, "redact-withdrawn", "zh");
    let view = recorder.case(case.clone()).expect("a view");
    let of_b: Vec<_> = view.consents.iter().filter(|word| word.party == "B").collect();
    assert_eq!(of_b.iter().map(|word| (word.here, word.given)).collect::<Vec<_>>(), [(true, true), (false, false)]);
    assert!(of_b.iter().all(|word| !word.stands) && view.step == "sealed");
}

#[test]
fn drivers_specialist_and_association_each_see_their_own_part() {
    let folder = tempfile::tempdir().expect("a folder");
    let field = Installation::new(folder.path(), 1).open().expect("opens");
    let case = sealed(&field);
    let show = |audience| field.view_for(case.clone(), Some(1), audience).expect("shown");
    let party = |letter: &str| letter.to_owned();
    let own = show(Audience::OwnParty { party: party("B") });
    assert!(OF_B.iter().all(|own_number| own.contains(own_number)));
    assert!(!own.contains(OF_A[0]) && own.contains(OF_A[1]), "as the agreement both signed, without the full ID");
    for nobody in [Audience::Surveyor, Audience::OtherParty { party: party("A") }] {
        let shown = show(nobody.clone());
        let told_of_a = matches!(nobody, Audience::OtherParty { .. });
        assert!(!shown.contains(OF_A[0]) && OF_B.iter().all(|number| !shown.contains(number)));
        assert_eq!(shown.contains(OF_A[1]), told_of_a);
    }
    for letter in ["A", "B"] {
        field.consent(case.clone(), letter.into(), "association".into(), 1).expect("taken");
    }
    let shown = show(Audience::Association);
    assert!(OF_A.iter().chain(&OF_B).all(|number| !shown.contains(number)));
}

#[test]
fn a_case_that_is_not_sealed_a_revision_that_is_not_there_and_nobody_have_no_view() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let mut phone = Installation::new(folder.path(), 1);
        phone.lang = lang.to_owned();
        let field = phone.open().expect("opens");
        let open = sight(&field, false);
        says(field.view_for(open, None, Audience::Surveyor), Kind::Refused, "error-not-sealed", lang);
        let case = sealed(&field);
        says(field.view_for(case.clone(), Some(2), Audience::Surveyor), Kind::Refused, "error-not-sealed", lang);
        says(field.view_for(case.clone(), None, insurer("C")), Kind::Refused, "redact-no-party", lang);
        says(field.view_for(case, None, insurer("nobody")), Kind::Refused, "error-bad-id", lang);
        let nowhere = "01900000-0000-7000-8000-000000000001".to_owned();
        says(field.view_for(nowhere, None, Audience::Surveyor), Kind::Refused, "error-unknown-case", lang);
    }
}
