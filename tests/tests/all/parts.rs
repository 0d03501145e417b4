//! A part-bundle shows its receiver what he may see, proves that it belongs to the case, and holds nothing else.

use std::{
    cell::{Cell, RefCell},
    io::Cursor,
};

use jingbao::records::{Audience, PhotoInput};
use jingbao_core::custody::bundle::{self, KeyRole, Report, TrustedKey, TrustedKeys};
use jingbao_tests::roadside::Installation;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::fixture::{Gateway, answer, complete, enrol, picture, sight, sign_all, sync};

/// One party's secrets.
#[derive(Clone, Debug)]
struct Person {
    name: String,
    id: String,
    phone: String,
}

fn person() -> impl Strategy<Value = Person> {
    ("[一-龟]{2,3}", "3706[0-9]{2}19[5-9][0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}", "1[3-9][0-9]{9}")
        .prop_map(|(name, body, phone)| Person { name, id: with_check_digit(&body), phone })
}

/// GB 11643.
fn with_check_digit(body: &str) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = body.bytes().zip(weights).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    format!("{body}{}", char::from(b"10X98765432"[sum % 11]))
}

fn check(zip: &[u8], trust: &TrustedKeys) -> Report {
    bundle::verify(Cursor::new(zip), Some(trust)).expect("a bundle")
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|piece| piece == text.as_bytes())
}

#[test]
fn no_full_name_number_or_phone_that_the_audience_may_not_see_is_in_any_byte_of_a_part() {
    let folder = tempfile::tempdir().expect("a folder");
    let gateway = Gateway::start(&folder.path().join("gateway"));
    std::fs::create_dir_all(folder.path().join("phone")).expect("a folder");
    let mut phone = Installation::new(&folder.path().join("phone"), 1);
    enrol(&mut phone, &gateway, &folder.path().join("gateway"));
    let field = phone.open().expect("opens");
    let trust = TrustedKeys { keys: vec![TrustedKey { role: KeyRole::Gateway, key: gateway.key.clone() }] };
    let path = folder.path().join("part.zip");
    let play = |a: &Person, b: &Person, number: u8| {
        let case = sight(&field, false);
        complete(&field, &case);
        for (party, one) in [("A", a), ("B", b)] {
            answer(&field, &case, Some(party), "party.name", &one.name);
            answer(&field, &case, Some(party), "party.id_number", &one.id);
            answer(&field, &case, Some(party), "party.phone", &one.phone);
        }
        // Somebody writes another's number where it does not belong; and a slot that nobody asked for.
        answer(&field, &case, None, "scene.place", &format!("南大街，{}报的警，电话{}", b.name, b.phone));
        let strange = PhotoInput::Bytes { bytes: picture(number, 1_000) };
        let _ = field.add_photo(case.clone(), "other".into(), strange, None);
        sign_all(&field, &case);
        field.seal(case.clone(), None).expect("sealed");
        sync(&field, 20);
        for party in ["A", "B"] {
            for receiver in ["own_insurer", "other_insurer", "association"] {
                field.consent(case.clone(), party.into(), receiver.into(), 1).expect("agreed");
            }
        }
        let all = |one: &Person| vec![one.name.clone(), one.id.clone(), one.phone.clone()];
        let party = |name: &str| name.to_owned();
        let both = [all(a), all(b)].concat();
        let audiences = [
            (Audience::Surveyor, both.clone()),
            (Audience::Association, both),
            (Audience::Insurer { party: party("A") }, all(b)),
            (Audience::Insurer { party: party("B") }, all(a)),
            (Audience::OwnParty { party: party("A") }, vec![b.id.clone()]),
            (Audience::OtherParty { party: party("A") }, [all(b), vec![a.id.clone()]].concat()),
        ];
        for (audience, hidden) in audiences {
            let at = path.display().to_string();
            field.export_part(case.clone(), audience.clone(), None, at).expect("exported");
            let zip = std::fs::read(&path).expect("a file");
            let report = check(&zip, &trust);
            assert_eq!((report.first_break, report.whole, report.trusted, report.part), (None, true, true, true));
            assert!(report.photos >= 3 && report.revision == 1);
            for secret in hidden {
                assert!(!has(&zip, &secret), "{audience:?} can read what is not for it");
            }
        }
        case
    };
    let (cases, number, last) = (6, Cell::new(100), RefCell::new(None));
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
        .run(&(person(), person()), |(a, b)| {
            prop_assume!(a.name != b.name && a.phone != b.phone && a.id != b.id);
            number.set(number.get() + 1);
            last.replace(Some(play(&a, &b, number.get())));
            Ok(())
        })
        .expect("holds");
    let case = last.take().expect("a case");
    // One chosen photo, and the others only by the hash that the view tells.
    let chosen = field.case(case.clone()).expect("a view").photos[0].photo.clone();
    let at = path.display().to_string();
    field.export_part(case.clone(), Audience::Surveyor, Some(vec![chosen]), at).expect("exported");
    let report = check(&std::fs::read(&path).expect("a file"), &trust);
    assert_eq!((report.whole, report.trusted, report.part, report.photos), (true, true, true, 1));
    let none = bundle::verify(Cursor::new(std::fs::read(&path).expect("a file")), None).expect("a bundle");
    assert_eq!((none.whole, none.trusted, none.part), (true, false, true));
    // Without a consent there is no part, and no file.
    field.withdraw(case.clone(), "B".into(), "association".into()).expect("withdrawn");
    let refused = folder.path().join("refused.zip");
    let error = field.export_part(case, Audience::Association, None, refused.display().to_string());
    assert_eq!(error.expect_err("withdrawn").to_string(), "redact-withdrawn");
    assert!(!refused.exists() && !refused.with_extension("part").exists());
}
