//! Revisions and statements: once, for ever, and only from whom they must come.

use jingbao_core::{canon, canon::Sha256, wire::Manifest};
use jingbao_gateway::store::Role;
use serde_json::json;

use crate::fixture::{Gateway, Phone, case, digest, key, op};

#[test]
fn t17_invariant_3_the_same_revision_sent_again_is_one_record_with_the_same_receipt() {
    let data = tempfile::tempdir().expect("folder");
    let phone = Phone::enrol(data.path(), 1, Role::Specialist);
    let gateway = Gateway::start(data.path());
    let (body, _) = phone.revision(case(1), 1, None, "追尾");
    let path = format!("/v1/cases/{}/revisions/1", case(1));
    let first = phone.put(&gateway, &path, op(1), &body);
    assert_eq!(first.status, 201);
    let manifest =
        Manifest::Revision { case: case(1), revision: 1, sha256: Sha256::of(&body), bytes: body.len() as u64 };
    assert_eq!(first.receipt().check(&manifest, &gateway.key), Ok(()));
    assert_eq!(first.receipt().receipt.head_sha256, phone.head(case(1)).head.sha256().ok());

    let again = phone.put(&gateway, &path, op(1), &body);
    assert_eq!((again.status, again.body.clone()), (200, first.body.clone()));
    let under_another_key = phone.put(&gateway, &path, op(2), &body);
    assert_eq!((under_another_key.status, &under_another_key.body), (200, &first.body));

    let key_before = gateway.key.clone();
    drop(gateway);
    let gateway = Gateway::start(data.path());
    assert_eq!(gateway.key, key_before);
    let after_restart = phone.put(&gateway, &path, op(1), &body);
    assert_eq!((after_restart.status, after_restart.body), (200, first.body));
    let view = gateway.send("GET", &format!("/v1/cases/{}", case(1)), &[phone.auth()], b"").json();
    assert_eq!((view["state"].as_str(), view["revisions"].as_array().map(Vec::len)), (Some("stored"), Some(1)));
}

#[test]
fn invariant_2_other_bytes_under_the_same_key_or_number_change_nothing() {
    let data = tempfile::tempdir().expect("folder");
    let phone = Phone::enrol(data.path(), 1, Role::Specialist);
    let gateway = Gateway::start(data.path());
    let path = format!("/v1/cases/{}/revisions/1", case(1));
    let (body, _) = phone.revision(case(1), 1, None, "追尾");
    let (other, _) = phone.revision(case(1), 1, None, "倒车");
    let first = phone.put(&gateway, &path, op(1), &body);
    for operation in [op(1), op(2)] {
        let refused = phone.put(&gateway, &path, operation, &other);
        assert_eq!((refused.status, refused.problem().as_str()), (422, "other-bytes"));
    }
    assert_eq!(phone.put(&gateway, &path, op(1), &body).body, first.body);
}

#[test]
fn a_revision_whose_parent_is_missing_or_another_waits_with_409() {
    let data = tempfile::tempdir().expect("folder");
    let phone = Phone::enrol(data.path(), 1, Role::Specialist);
    let gateway = Gateway::start(data.path());
    let (first, record) = phone.revision(case(1), 1, None, "一");
    let (second, _) = phone.revision(case(1), 2, Some(record), "二");
    let second_path = format!("/v1/cases/{}/revisions/2", case(1));
    let early = phone.put(&gateway, &second_path, op(2), &second);
    assert_eq!((early.status, early.problem().as_str()), (409, "missing-parent"));
    assert_eq!(phone.put(&gateway, &format!("/v1/cases/{}/revisions/1", case(1)), op(1), &first).status, 201);
    let (stray, _) = phone.revision(case(1), 2, Some(Sha256::of(b"another")), "二");
    assert_eq!(phone.put(&gateway, &second_path, op(3), &stray).status, 409);
    assert_eq!(phone.put(&gateway, &second_path, op(2), &second).status, 201);
}

#[test]
fn another_phone_than_the_recorder_is_told_who_records() {
    let data = tempfile::tempdir().expect("folder");
    let (recorder, other) =
        (Phone::enrol(data.path(), 1, Role::Specialist), Phone::enrol(data.path(), 2, Role::Specialist));
    let gateway = Gateway::start(data.path());
    let path = format!("/v1/cases/{}/revisions/1", case(1));
    recorder.put(&gateway, &path, op(1), &recorder.revision(case(1), 1, None, "一").0);
    let refused = other.put(&gateway, &path, op(2), &other.revision(case(1), 1, None, "一").0);
    assert_eq!((refused.status, refused.problem().as_str()), (409, "other-recorder"));
    assert_eq!(refused.json()["recorder"], recorder.id.to_string());
    let in_his_name = other.put(&gateway, &path, op(3), &recorder.revision(case(1), 1, None, "一").0);
    assert_eq!(in_his_name.status, 422, "a head that another key signed");
    assert_eq!(gateway.send("GET", &format!("/v1/cases/{}", case(1)), &[other.auth()], b"").status, 404);
}

#[test]
fn statements_are_numbered_without_gaps_and_come_from_their_own_phone() {
    let data = tempfile::tempdir().expect("folder");
    let (phone, other) =
        (Phone::enrol(data.path(), 1, Role::Specialist), Phone::enrol(data.path(), 2, Role::Specialist));
    let gateway = Gateway::start(data.path());
    let body = |number: u32| {
        let statement = json!({"case": case(1), "device": phone.id, "number": number, "nature": "live"});
        canon::bytes(&json!({"statement": statement, "head": phone.head(case(1))})).expect("canonical")
    };
    let path = |number: u32| format!("/v1/cases/{}/statements/{}/{number}", case(1), phone.id);
    assert_eq!(phone.put(&gateway, &path(2), op(2), &body(2)).status, 409);
    let first = phone.put(&gateway, &path(1), op(1), &body(1));
    assert_eq!(first.status, 201);
    assert_eq!(phone.put(&gateway, &path(1), op(1), &body(1)).body, first.body);
    assert_eq!(phone.put(&gateway, &path(2), op(2), &body(2)).status, 201);
    assert_eq!(other.put(&gateway, &path(3), op(3), &body(3)).status, 403);
}

#[test]
fn t28_invariant_9_a_training_record_is_never_stored() {
    let data = tempfile::tempdir().expect("folder");
    let phone = Phone::enrol(data.path(), 1, Role::Specialist);
    let gateway = Gateway::start(data.path());
    for nature in [json!("training"), json!(null)] {
        let record = json!({"case": case(1), "revision": 1, "parent": null, "recorder": phone.id, "nature": nature});
        let body = canon::bytes(&json!({"record": record, "head": phone.head(case(1))})).expect("canonical");
        let refused = phone.put(&gateway, &format!("/v1/cases/{}/revisions/1", case(1)), op(1), &body);
        assert_eq!((refused.status, refused.problem().as_str()), (422, "training"));
    }
}

#[test]
fn without_a_living_token_nothing_is_read_or_written() {
    let data = tempfile::tempdir().expect("folder");
    let phone = Phone::enrol(data.path(), 1, Role::Specialist);
    let gateway = Gateway::start(data.path());
    let (body, _) = phone.revision(case(1), 1, None, "一");
    let path = format!("/v1/cases/{}/revisions/1", case(1));
    let refused = gateway.send("PUT", &path, &[key(op(1)), digest(&body)], &body);
    assert_eq!((refused.status, refused.header("www-authenticate")), (401, Some("Bearer")));
    let wrong = ("Authorization", "Bearer wrong".to_owned());
    assert_eq!(gateway.send("GET", "/v1/feed", &[wrong], b"").problem(), "unauthorised");
    jingbao_gateway::desk::device::revoke(data.path(), phone.id).expect("revoked");
    assert_eq!(phone.put(&gateway, &path, op(1), &body).status, 401, "revoked while the server runs");
}

#[test]
fn a_body_that_is_not_what_its_headers_say_is_refused() {
    let data = tempfile::tempdir().expect("folder");
    let phone = Phone::enrol(data.path(), 1, Role::Specialist);
    let gateway = Gateway::start(data.path());
    let (body, _) = phone.revision(case(1), 1, None, "一");
    let path = format!("/v1/cases/{}/revisions/1", case(1));
    let put = |headers: &[_], body: &[u8]| gateway.send("PUT", &path, headers, body).problem();
    assert_eq!(put(&[phone.auth(), digest(&body)], &body), "bad-header");
    assert_eq!(put(&[phone.auth(), key(op(1))], &body), "bad-header");
    assert_eq!(put(&[phone.auth(), key(op(1)), digest(b"other")], &body), "digest-mismatch");
    let loose = [b" ".to_vec(), body.clone()].concat();
    assert_eq!(put(&[phone.auth(), key(op(1)), digest(&loose)], &loose), "not-canonical");
    assert_eq!(put(&[phone.auth(), key(op(1)), digest(b"{")], b"{"), "malformed");
    let huge = vec![b' '; 5 << 20];
    assert_eq!(put(&[phone.auth(), key(op(1)), digest(&huge)], &huge), "too-large");
}

#[test]
fn a_problem_speaks_the_language_that_was_asked_for() {
    let data = tempfile::tempdir().expect("folder");
    let gateway = Gateway::start(data.path());
    let title = |lang: &str| {
        let answer = gateway.send("GET", "/v1/feed", &[("Accept-Language", lang.to_owned())], b"");
        answer.json()["title"].as_str().expect("title").to_owned()
    };
    assert!(title("zh-CN").contains("凭证") && title("en").contains("token"));
}
