//! Photos by tus: cut, killed, resumed, wrong. What was told stays; what is wrong is never stored.

use std::{io::Write, net::TcpStream, path::Path, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use jingbao_core::{canon::Sha256, wire::Manifest};
use jingbao_gateway::store::Role;
use serde_json::json;

use crate::fixture::{Answer, Gateway, Phone, case, photo, request, tus};

pub(crate) fn bytes(n: usize) -> Vec<u8> {
    (0..n).map(|i| (i * 31 % 251) as u8).collect()
}

pub(crate) fn create(gateway: &Gateway, phone: &Phone, sha256: Sha256, length: usize) -> String {
    let pair = |key: &str, value: String| format!("{key} {}", STANDARD.encode(value));
    let metadata =
        [pair("case", case(1).to_string()), pair("photo", photo(1).to_string()), pair("sha256", sha256.to_string())];
    let headers = [phone.auth(), tus(), ("Upload-Length", length.to_string()), ("Upload-Metadata", metadata.join(","))];
    let answer = gateway.send("POST", "/v1/uploads", &headers, b"");
    assert_eq!(answer.status, 201);
    answer.header("location").expect("location").to_owned()
}

pub(crate) fn patch_headers(phone: &Phone, offset: usize) -> Vec<(&'static str, String)> {
    let media = ("Content-Type", "application/offset+octet-stream".to_owned());
    vec![phone.auth(), tus(), media, ("Upload-Offset", offset.to_string())]
}

pub(crate) fn patch(gateway: &Gateway, phone: &Phone, location: &str, offset: usize, piece: &[u8]) -> Answer {
    gateway.send("PATCH", location, &patch_headers(phone, offset), piece)
}

pub(crate) fn offset(gateway: &Gateway, phone: &Phone, location: &str) -> usize {
    let answer = gateway.send("HEAD", location, &[phone.auth(), tus()], b"");
    assert_eq!(answer.status, 200);
    answer.header("upload-offset").expect("offset").parse().expect("number")
}

pub(crate) fn commit(gateway: &Gateway, phone: &Phone, sha256: Sha256, location: &str) -> Answer {
    let id = location.rsplit('/').next().expect("id");
    let body = json!({"upload": id}).to_string();
    let path = format!("/v1/cases/{}/photos/{sha256}/commit", case(1));
    gateway.send("POST", &path, &[phone.auth()], body.as_bytes())
}

pub(crate) fn stored_files(data: &Path) -> usize {
    let cases = std::fs::read_dir(data.join("photos")).expect("photos");
    cases.map(|case| std::fs::read_dir(case.expect("case").path()).expect("files").count()).sum()
}

#[test]
fn an_upload_goes_on_after_a_cut_and_a_restart_and_ends_with_one_receipt() {
    let data = tempfile::tempdir().expect("folder");
    let (phone, desk) =
        (Phone::enrol(data.path(), 1, Role::Specialist), Phone::enrol(data.path(), 9, Role::Association));
    let gateway = Gateway::start(data.path());
    let original = bytes(3_000_000);
    let sha256 = Sha256::of(&original);
    let location = create(&gateway, &phone, sha256, original.len());

    let mut cut = TcpStream::connect(gateway.address).expect("connected");
    let head = request("PATCH", &location, &patch_headers(&phone, 0), original.len());
    cut.write_all(head.as_bytes()).expect("sent");
    cut.write_all(&original[..1_200_000]).expect("sent");
    cut.shutdown(std::net::Shutdown::Both).expect("cut");
    drop(cut);
    let mut after_cut = 0;
    for _ in 0..100 {
        after_cut = offset(&gateway, &phone, &location);
        if after_cut > 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(after_cut > 0 && after_cut <= 1_200_000, "what came before the cut is kept: {after_cut}");

    drop(gateway);
    let gateway = Gateway::start(data.path());
    let told = offset(&gateway, &phone, &location);
    assert_eq!(told, after_cut, "an offset once told survives a restart");
    let early = commit(&gateway, &phone, sha256, &location);
    assert_eq!((early.status, early.json()["offset"].as_u64()), (409, Some(told as u64)));
    let rest = patch(&gateway, &phone, &location, told, &original[told..]);
    assert_eq!((rest.status, rest.header("upload-offset")), (204, Some("3000000")));

    let first = commit(&gateway, &phone, sha256, &location);
    assert_eq!(first.status, 201);
    let manifest = Manifest::Photo { case: case(1), photo: photo(1), sha256, bytes: original.len() as u64 };
    assert_eq!(first.receipt().check(&manifest, &gateway.key), Ok(()));
    let again = commit(&gateway, &phone, sha256, &location);
    assert_eq!((again.status, again.body), (200, first.body.clone()));
    let twin = create(&gateway, &phone, sha256, original.len());
    patch(&gateway, &phone, &twin, 0, &original);
    assert_eq!(commit(&gateway, &phone, sha256, &twin).body, first.body, "uploaded twice, one photo, one receipt");
    assert_eq!(stored_files(data.path()), 1);

    let path = format!("/v1/cases/{}/photos/{sha256}", case(1));
    assert_eq!(gateway.send("GET", &path, &[desk.auth()], b"").body, original);
    let stranger = Phone::enrol(data.path(), 2, Role::Specialist);
    assert_eq!(gateway.send("GET", &path, &[stranger.auth()], b"").status, 404);
    assert_eq!(gateway.send("HEAD", &location, &[stranger.auth(), tus()], b"").status, 404);
}

#[test]
fn bytes_with_another_hash_are_refused_and_nothing_is_stored() {
    let data = tempfile::tempdir().expect("folder");
    let phone = Phone::enrol(data.path(), 1, Role::Specialist);
    let gateway = Gateway::start(data.path());
    let promised = Sha256::of(b"promised");
    let location = create(&gateway, &phone, promised, 5);
    patch(&gateway, &phone, &location, 0, b"other");
    let refused = commit(&gateway, &phone, promised, &location);
    assert_eq!((refused.status, refused.problem().as_str()), (422, "hash-mismatch"));
    assert_eq!(stored_files(data.path()), 0);
    assert_eq!(gateway.send("GET", &format!("/v1/cases/{}", case(1)), &[phone.auth()], b"").status, 404);
    assert_eq!(gateway.send("HEAD", &location, &[phone.auth(), tus()], b"").status, 404, "begin anew");
}

#[test]
fn s17_a_wrong_offset_and_too_many_bytes_are_refused_readably_and_change_nothing() {
    let data = tempfile::tempdir().expect("folder");
    let phone = Phone::enrol(data.path(), 1, Role::Specialist);
    let gateway = Gateway::start(data.path());
    let original = bytes(2_000_000);
    let location = create(&gateway, &phone, Sha256::of(&original), original.len());
    assert_eq!(patch(&gateway, &phone, &location, 0, &original[..1000]).status, 204);
    let wrong = patch(&gateway, &phone, &location, 0, &original);
    assert_eq!(
        (wrong.status, wrong.problem().as_str(), wrong.header("upload-offset")),
        (409, "wrong-offset", Some("1000"))
    );
    assert_eq!(patch(&gateway, &phone, &location, 1000, &original).problem(), "too-large");
    assert_eq!(offset(&gateway, &phone, &location), 1000);
    let no_version = gateway.send("HEAD", &location, &[phone.auth()], b"");
    assert_eq!(no_version.status, 412);
    assert_eq!(gateway.send("DELETE", &location, &[phone.auth(), tus()], b"").status, 204);
    assert_eq!(gateway.send("HEAD", &location, &[phone.auth(), tus()], b"").status, 404);
    let unknown = gateway.send("HEAD", "/v1/uploads/../../etc/passwd", &[phone.auth(), tus()], b"");
    assert_eq!(unknown.status, 404);
}

#[test]
fn s16_a_newcomer_goes_on_where_the_stalled_writer_stood() {
    let data = tempfile::tempdir().expect("folder");
    let phone = Phone::enrol(data.path(), 1, Role::Specialist);
    let gateway = Gateway::start(data.path());
    let original = bytes(1_000_000);
    let location = create(&gateway, &phone, Sha256::of(&original), original.len());
    let mut stalled = TcpStream::connect(gateway.address).expect("connected");
    let head = request("PATCH", &location, &patch_headers(&phone, 0), original.len());
    stalled.write_all(head.as_bytes()).expect("sent");
    stalled.write_all(&original[..600_000]).expect("sent");
    std::thread::sleep(Duration::from_millis(200));
    let collided = patch(&gateway, &phone, &location, 0, &original);
    assert_eq!(collided.status, 409, "the stalled one was stopped and its bytes were kept");
    let at = offset(&gateway, &phone, &location);
    assert_eq!(collided.header("upload-offset"), Some(at.to_string().as_str()));
    assert!(at > 0);
    assert_eq!(patch(&gateway, &phone, &location, at, &original[at..]).status, 204);
    assert_eq!(commit(&gateway, &phone, Sha256::of(&original), &location).status, 201);
}
