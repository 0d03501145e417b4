//! What the phone itself knew of a photo stands beside what the file says, in the custody log and in the record.

use jingbao::records::{Held, PhotoInput, Position};

use crate::{
    delivery::{deliver, road},
    fixture::{add_photo, complete, picture, sight, sign_all, verify},
};

/// Every file of the bundle whose name has `part` in it.
pub(crate) fn texts(path: &std::path::Path, part: &str) -> String {
    let mut bag = zip::ZipArchive::new(std::fs::File::open(path).expect("a bundle")).expect("a zip");
    let names: Vec<String> = bag.file_names().filter(|name| name.contains(part)).map(str::to_owned).collect();
    let read = |name: &String| {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut bag.by_name(name).expect("a file"), &mut bytes).expect("reads");
        String::from_utf8_lossy(&bytes).into_owned()
    };
    names.iter().map(read).collect()
}

#[test]
fn the_phones_own_fix_rotation_app_and_key_go_into_custody_and_record_apart_from_what_the_file_says() {
    let road = road();
    let field = road.phone.open().expect("opens");
    let case = sight(&field, false);
    let mock = Position { lat: 37.53771, lon: 121.38501, accuracy_m: 6.5, mock: true };
    let held = Held { position: Some(mock), rotation_deg: Some(270) };
    let photo = PhotoInput::Bytes { bytes: picture(1, 4_000) };
    let taken = field.add_photo(case.clone(), "plate_a".into(), photo, Some(held)).expect("taken");
    assert!(taken.findings.iter().any(|finding| finding.code == "mock_location"), "{:?}", taken.findings);
    complete(&field, &case);
    sign_all(&field, &case);
    field.seal(case.clone(), None).expect("sealed");
    deliver(&field);
    let path = road.folder.path().join("bundle.zip");
    field.export(case, path.display().to_string()).expect("exported");
    assert_eq!(verify(&path)["whole"], true);
    for part in ["custody", "revision"] {
        let text = texts(&path, part);
        for word in
            ["\"accuracy_m\":6.5", "\"mock\":true", "\"app\":\"0.1.0-test\"", "37.53771", "\"rotation_deg\":270"]
        {
            assert!(text.contains(word), "{word} in {part}");
        }
        assert!(text.contains("\"phone\":{\"app\":\"0.1.0-test\",\"fix\":"), "{part}");
    }
}

#[test]
fn t20_the_same_photo_in_another_case_is_a_finding_of_its_own() {
    let road = road();
    let field = road.phone.open().expect("opens");
    let (first, second) = (sight(&field, false), sight(&field, true));
    add_photo(&field, &first, "plate_a", picture(7, 4_000));
    let again = add_photo(&field, &second, "scene_front", picture(7, 4_000));
    let codes: Vec<&str> = again.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert!(codes.contains(&"duplicate_elsewhere") && !codes.contains(&"duplicate"), "{codes:?}");
    let once_more = add_photo(&field, &second, "scene_front", picture(7, 4_000));
    assert_eq!((once_more.photo, once_more.findings), (again.photo, again.findings), "one shot, one photo");
}
