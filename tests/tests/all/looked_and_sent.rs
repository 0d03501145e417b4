//! That somebody looked, and that something went out, are entries of the custody log, each once.

use jingbao::{Field, records::Audience};
use jingbao_core::canon::Sha256;
use jingbao_tests::roadside::Installation;
use serde_json::Value;

use crate::{
    delivery::{deliver, road, sealed},
    fixture::{add_photo, complete, picture, sight, sign_all, sync, verify},
    phone_saw::texts,
};

/// The events of the exported log, in order.
fn log(field: &Field, case: &str, folder: &std::path::Path) -> Vec<Value> {
    let path = folder.join("bundle.zip");
    field.export(case.to_owned(), path.display().to_string()).expect("exported");
    let report = verify(&path);
    assert_eq!(report["whole"], true, "{report}");
    let device = field.device().expect("a device");
    let lines = texts(&path, &format!("custody/{device}.jsonl"));
    let leaf = |line: &str| serde_json::from_str::<Value>(line).expect("a leaf")["event"].take();
    lines.lines().map(leaf).collect()
}

fn of_kind<'a>(log: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    log.iter().filter(move |event| event["kind"] == kind)
}

/// What went out by the log, as kind and hash.
fn sent(log: &[Value]) -> Vec<(String, String)> {
    let each = of_kind(log, "sent").flat_map(|event| event["what"].as_array().expect("a list"));
    let pair = |what: &Value| {
        let (kind, hash) = what.as_object().expect("an object").iter().next().expect("a member");
        (kind.clone(), hash.as_str().expect("a hash").to_owned())
    };
    each.map(pair).collect()
}

#[test]
fn an_original_is_shown_byte_for_byte_and_the_log_says_so_once_for_each_opening_of_the_app() {
    let folder = tempfile::tempdir().expect("a folder");
    let phone = Installation::new(folder.path(), 1);
    let mut field = phone.open().expect("opens");
    let case = sight(&field, false);
    let bytes = picture(1, 150_000);
    let photo = add_photo(&field, &case, "plate_a", bytes.clone()).photo;
    for opening in 1..=2 {
        for _ in 0..2 {
            assert_eq!(field.original(case.clone(), photo.clone()).expect("shown"), bytes);
        }
        let log = log(&field, &case, folder.path());
        let viewed: Vec<&Value> = of_kind(&log, "viewed").map(|event| &event["what"]).collect();
        assert_eq!(viewed, vec![&serde_json::json!({ "of": "photo", "photo": photo }); opening]);
        field.shutdown();
        field = phone.open().expect("opens");
    }
    let other = sight(&field, false);
    assert_eq!(field.original(other, photo.clone()).expect_err("another case's").to_string(), "error-photo-gone");
    assert_eq!(field.original(case, "nothing".into()).expect_err("no id").to_string(), "error-bad-id");
}

#[test]
fn a_redacted_view_is_in_the_log_with_its_audience_and_a_refused_one_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let field = Installation::new(folder.path(), 1).open().expect("opens");
    let case = sealed(&field);
    let driver = || Audience::OtherParty { party: "B".into() };
    for _ in 0..2 {
        field.view_for(case.clone(), None, driver()).expect("shown");
    }
    field.view_for(case.clone(), Some(1), Audience::Surveyor).expect("shown");
    field.view_for(case.clone(), None, Audience::Insurer { party: "A".into() }).expect_err("nobody has agreed");
    let log = log(&field, &case, folder.path());
    let viewed: Vec<String> = of_kind(&log, "viewed").map(|event| event["what"].to_string()).collect();
    let said = [
        r#"{"audience":"other_party","of":"record","party":"B","revision":1}"#,
        r#"{"audience":"surveyor","of":"record","revision":1}"#,
    ];
    assert_eq!(viewed, said);
}

#[test]
fn what_goes_out_is_in_the_log_once_before_its_receipt_and_photos_go_under_a_signed_head() {
    let road = road();
    let field = road.phone.open().expect("opens");
    let case = sight(&field, false);
    add_photo(&field, &case, "scene_front", picture(1, 3_000));
    deliver(&field);
    let early = log(&field, &case, road.folder.path());
    let at = early.iter().position(|event| event["kind"] == "sent").expect("sent");
    let heads = texts(&road.folder.path().join("bundle.zip"), "-heads.jsonl");
    assert!(heads.contains(&format!("\"size\":{}}}", at + 1)), "a head over what went out: {heads}");
    assert_eq!(sent(&early), [("photo".to_owned(), Sha256::of(&picture(1, 3_000)).to_string())]);

    complete(&field, &case);
    sign_all(&field, &case);
    field.seal(case.clone(), None).expect("sealed");
    deliver(&field);
    deliver(&field);
    let log = log(&field, &case, road.folder.path());
    let mut went = sent(&log);
    let record = of_kind(&log, "sealed").next().expect("sealed")["record"].as_str().expect("a hash").to_owned();
    let photos = of_kind(&log, "photographed").map(|event| event["sha256"].as_str().expect("a hash").to_owned());
    let mut expected: Vec<(String, String)> = photos.map(|hash| ("photo".to_owned(), hash)).collect();
    expected.push(("revision".to_owned(), record));
    expected.sort();
    // The first photo was taken in for the same shot once more, and is one.
    went.sort();
    assert_eq!(went, expected);
    let (mut out, mut back) = (0, 0);
    for event in &log {
        out += if event["kind"] == "sent" { event["what"].as_array().expect("a list").len() } else { 0 };
        // A receipt for duty events is for no case's operation.
        back += usize::from(event["kind"] == "received" && event["receipt"]["receipt"]["manifest"]["kind"] != "events");
        assert!(back <= out, "a receipt for what never went out");
    }
    assert_eq!((out, back), (went.len(), went.len()));
}

#[test]
fn what_is_tried_again_is_said_to_be_sent_once_and_without_a_gateway_nothing_is() {
    let mut road = road();
    let field = road.phone.open().expect("opens");
    let case = sealed(&field);
    field.shutdown();
    let there = road.phone.gateway.clone();
    road.phone.gateway = None;
    let field = road.phone.open().expect("opens");
    sync(&field, 1);
    assert_eq!(sent(&log(&field, &case, road.folder.path())), []);
    field.shutdown();
    // Nobody listens there.
    road.phone.gateway = there.clone().map(|(_, key)| ("http://127.0.0.1:9".to_owned(), key));
    let field = road.phone.open().expect("opens");
    sync(&field, 1);
    sync(&field, 1);
    let tried = sent(&log(&field, &case, road.folder.path()));
    assert_eq!(tried.len(), 4, "{tried:?}");
    field.shutdown();
    road.phone.gateway = there;
    let field = road.phone.open().expect("opens");
    deliver(&field);
    assert_eq!(sent(&log(&field, &case, road.folder.path())), tried);
}
