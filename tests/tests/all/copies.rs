//! A copy for a receiver is an entry of the custody log, bound to its original by both hashes; a thumbnail leaves none.

use jingbao::records::PhotoInput;
use jingbao_core::{canon::Sha256, evidence::inspect};
use jingbao_tests::scenery::{ACCIDENT, Stamp, photo};

use crate::{
    delivery::road,
    fixture::{sight, verify},
    phone_saw::texts,
};

#[test]
fn a_copy_keeps_to_its_receivers_limits_and_stands_in_the_log_while_the_original_stays_as_it_is() {
    let road = road();
    let field = road.phone.open().expect("opens");
    let case = sight(&field, false);
    let stamp = Stamp { local: "2026-11-23T15:02:10".into(), offset_s: 28_800, lat: ACCIDENT.0, lon: ACCIDENT.1 };
    let bytes = photo("scene_front", 3, &stamp).expect("a photo");
    let input = PhotoInput::Bytes { bytes: bytes.clone() };
    let taken = field.add_photo(case.clone(), "scene_front".into(), input, None).expect("taken");
    let small = field.thumbnail(case.clone(), taken.photo.clone(), 200).expect("a thumbnail");
    assert_eq!((inspect(&small).width, inspect(&small).gps), (Some(200), None));

    let path = road.folder.path().join("copy.jpg");
    let to = path.display().to_string();
    let made =
        field.derive_copy(case.clone(), taken.photo.clone(), "police_handover".into(), to.clone()).expect("a copy");
    let copy = std::fs::read(&path).expect("a file");
    assert_eq!((made.original_sha256.as_str(), made.sha256), (taken.sha256.as_str(), Sha256::of(&copy).to_string()));
    assert!(made.bytes <= 1_000_000 && made.width.max(made.height) <= 1_920, "{} {}", made.width, made.height);
    let facts = inspect(&copy);
    assert_eq!((facts.gps, facts.taken, facts.make), (None, None, None));
    assert!(field.derive_copy(case.clone(), taken.photo.clone(), "nobody".into(), to).is_err());

    let bundle = road.folder.path().join("bundle.zip");
    field.export(case, bundle.display().to_string()).expect("exported");
    assert_eq!(verify(&bundle)["whole"], true);
    let log = texts(&bundle, "custody");
    assert_eq!(log.matches("\"most_bytes\":1000000").count(), 1, "one copy, no thumbnail, no refused one");
    assert!(log.contains(&Sha256::of(&copy).to_string()) && log.contains(&Sha256::of(&bytes).to_string()));
}
