//! Duty events by device sequence, and the feed that tells others.

use jingbao_core::{
    canon,
    duty::OpenAccident,
    place::Point,
    time::{Moment, Timestamp},
    wire::{EventBatch, LoggedEvent},
};
use jingbao_gateway::store::Role;
use serde_json::json;

use crate::fixture::{Answer, Gateway, Phone, case};

fn detail() -> serde_json::Value {
    let place = Point::wgs84(37.5377, 121.39, 6.0).expect("a place");
    json!({ "accident": "a-1", "place": place })
}

fn event(seq: u64, kind: &str) -> LoggedEvent {
    let at = Moment { wall: Timestamp(seq as i64), offset_s: 28_800, mono_ms: 0, boot: "b".into() };
    LoggedEvent { seq, case: Some(case(1)), at, pack: 1, kind: kind.into(), detail: detail() }
}

fn post(gateway: &Gateway, phone: &Phone, of: &Phone, events: Vec<LoggedEvent>) -> Answer {
    let body = canon::bytes(&EventBatch { device: of.id, events }).expect("canonical");
    gateway.send("POST", "/v1/events", &[phone.auth()], &body)
}

#[test]
fn invariant_3_events_sent_again_get_the_same_receipt_and_are_told_once() {
    let data = tempfile::tempdir().expect("folder");
    let (phone, other) =
        (Phone::enrol(data.path(), 1, Role::Specialist), Phone::enrol(data.path(), 2, Role::Specialist));
    let gateway = Gateway::start(data.path());
    let batch = || vec![event(1, "sighted"), event(2, "stopped")];
    let first = post(&gateway, &phone, &phone, batch());
    assert_eq!(first.status, 201);
    let again = post(&gateway, &phone, &phone, batch());
    assert_eq!((again.status, again.body), (200, first.body));
    let overlapping = post(&gateway, &phone, &phone, vec![event(2, "stopped"), event(3, "cleared")]);
    assert_eq!(overlapping.status, 201);

    let mut feed = gateway.send("GET", "/v1/feed", &[other.auth()], b"").json();
    feed["entries"].as_array_mut().expect("entries").retain(|entry| entry["kind"] != "roster");
    let kinds: Vec<_> =
        feed["entries"].as_array().expect("entries").iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, [json!("accident"), json!("accident"), json!("accident_closed")]);
    let body = |n: usize| feed["entries"][n]["body"].clone();
    let heard: Vec<OpenAccident> =
        (0..2).map(|n| serde_json::from_value(body(n)).expect("as phones read it")).collect();
    assert_eq!((heard[0].id.as_str(), heard[0].served, heard[1].served), ("a-1", false, true));
    assert_eq!(body(2), json!({ "id": "a-1" }));
    let next = format!("/v1/feed?after={}", feed["next"].as_str().expect("cursor"));
    let rest = gateway.send("GET", &next, &[other.auth()], b"").json();
    assert_eq!((rest["entries"].as_array().map(Vec::len), &rest["next"]), (Some(0), &feed["next"]));
    assert_eq!(gateway.send("GET", "/v1/feed?after=yesterday", &[other.auth()], b"").status, 422);
}

#[test]
fn events_come_in_any_order_but_with_other_bytes_or_of_another_device_they_are_refused() {
    let data = tempfile::tempdir().expect("folder");
    let (phone, other) =
        (Phone::enrol(data.path(), 1, Role::Specialist), Phone::enrol(data.path(), 2, Role::Specialist));
    let gateway = Gateway::start(data.path());
    assert_eq!(post(&gateway, &phone, &phone, vec![event(3, "cleared")]).status, 201, "newer ones may come first");
    assert_eq!(post(&gateway, &phone, &phone, vec![event(1, "sighted")]).status, 201);
    assert_eq!(post(&gateway, &phone, &phone, vec![event(1, "cleared")]).problem(), "other-bytes");
    assert_eq!(post(&gateway, &other, &phone, vec![event(2, "stopped")]).problem(), "another-device");
    assert_eq!(post(&gateway, &phone, &phone, vec![]).problem(), "malformed");
    assert_eq!(post(&gateway, &phone, &phone, vec![event(2, "a"), event(4, "b")]).problem(), "malformed");
    assert_eq!(post(&gateway, &phone, &phone, vec![event(2, "stopped")]).status, 201, "the refused ones left nothing");
}
