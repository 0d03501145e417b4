//! Scorecards by role: the association's are the desk's bytes; a company and a specialist see their own and nobody's else.

use jingbao_core::{
    assess::Period,
    canon,
    place::Point,
    time::{Moment, Timestamp},
    wire::{EventBatch, LoggedEvent},
};
use jingbao_gateway::{
    desk::{
        log,
        score::{self, ScoreArgs},
    },
    store::Role,
    texts::Lang,
};
use serde_json::{Value, json};

use crate::fixture::{Gateway, Phone, case};

struct Programme {
    data: tempfile::TempDir,
    gateway: Gateway,
    association: Phone,
    desk: Phone,
    car: Phone,
    colleague: Phone,
    other: Phone,
}

impl Programme {
    /// The phones of two companies meet at three accidents, where the other company's is always first.
    fn new() -> Programme {
        let data = tempfile::tempdir().expect("folder");
        let of = |seed, role, company| Phone::of(data.path(), seed, role, company);
        let (association, desk) = (of(1, Role::Association, "association"), of(2, Role::Insurer, "picc"));
        let (car, colleague) = (of(3, Role::Specialist, "picc"), of(4, Role::Specialist, "picc"));
        let (other, driver) = (of(5, Role::Specialist, "pingan"), of(6, Role::Driver, ""));
        let gateway = Gateway::start(data.path());
        let programme = Programme { data, gateway, association, desk, car, colleague, other };
        for n in 0..3u8 {
            programme.works(&programme.other, n, 10);
            programme.works(&programme.car, n, 20);
        }
        programme.works(&programme.colleague, 7, 30);
        programme.works(&driver, 8, 40);
        programme
    }

    fn works(&self, phone: &Phone, n: u8, delay: i64) {
        let place = Point::wgs84(37.5, 121.4, 6.0).expect("a place");
        let event = |seq: u64, kind: &str, after: i64| LoggedEvent {
            seq: u64::from(n % 7) * 4 + seq,
            case: Some(case(n + delay as u8)),
            at: Moment {
                wall: Timestamp(i64::from(n) * 3_600_000 + (delay + after) * 1000),
                offset_s: 28_800,
                mono_ms: i64::from(n) * 3_600_000 + (delay + after) * 1000,
                boot: "b".into(),
            },
            pack: 1,
            kind: kind.into(),
            detail: json!({ "accident": format!("accident-{n}"), "place": place }),
        };
        let seq = |n| n as u64;
        let events: Vec<_> = [("sighted", 0), ("stopped", 60), ("cleared", 300), ("sealed", 900)]
            .into_iter()
            .enumerate()
            .map(|(at, (kind, after))| event(seq(at) + 1, kind, after))
            .collect();
        let mut events = events;
        if n >= 7 {
            for (at, event) in events.iter_mut().enumerate() {
                event.seq = seq(at) + 1;
            }
        }
        let body = canon::bytes(&EventBatch { device: phone.id, events }).expect("canonical");
        assert_eq!(self.gateway.send("POST", "/v1/events", &[phone.auth()], &body).status, 201);
    }

    fn get(&self, reader: &Phone, query: &str) -> String {
        let answer = self.gateway.send("GET", &format!("/v1/scorecards{query}"), &[reader.auth()], b"");
        assert_eq!(answer.status, 200);
        String::from_utf8(answer.body).expect("text")
    }

    fn subjects(&self, reader: &Phone) -> Vec<Value> {
        let cards: Value = serde_json::from_str(&self.get(reader, "")).expect("json");
        cards["cards"].as_array().expect("cards").iter().map(|card| card["subject"]["id"].clone()).collect()
    }
}

#[test]
fn the_association_gets_the_bytes_of_the_desks_own_command() {
    let programme = Programme::new();
    let mut lines = Vec::new();
    log::run(programme.data.path(), &mut lines).expect("a log");
    for (query, period) in [
        ("", Period::default()),
        (
            "?from=1970-01-01T01:00:00Z&to=1970-01-01T02:30:00Z",
            Period { from: Some(Timestamp(3_600_000)), to: Some(Timestamp(9_000_000)) },
        ),
    ] {
        let log = String::from_utf8(lines.clone()).expect("text");
        let args = ScoreArgs { log, period, html: None, json: true, lang: Lang::Zh };
        let mut desk = Vec::new();
        score::run(&args, &mut desk, &mut Vec::new()).expect("scored");
        assert_eq!(programme.get(&programme.association, query), String::from_utf8(desk).expect("text"));
    }
    let wrong = programme.gateway.send("GET", "/v1/scorecards?from=monday", &[programme.association.auth()], b"");
    assert_eq!((wrong.problem().as_str(), &wrong.json()["parameter"]), ("bad-query", &json!("from")));
}

#[test]
fn a_company_sees_itself_and_its_people_and_a_specialist_himself_alone() {
    let programme = Programme::new();
    let id = |phone: &Phone| Value::from(phone.id.to_string());
    let (car, colleague) = (id(&programme.car), id(&programme.colleague));
    let mut people = [car.clone(), colleague];
    people.sort_by_key(ToString::to_string);
    assert_eq!(programme.subjects(&programme.desk), [&[json!("picc")], &people[..]].concat());
    assert_eq!(programme.subjects(&programme.car), [car]);
    for reader in [&programme.desk, &programme.car, &programme.colleague] {
        let said = programme.get(reader, "");
        let cases = (10..13).map(|n| case(n).to_string());
        for secret in [programme.other.id.to_string(), "pingan".to_owned()].into_iter().chain(cases) {
            assert!(!said.contains(&secret), "{secret}");
        }
    }
    assert!(!programme.get(&programme.colleague, "").contains(&programme.car.id.to_string()));
}

#[test]
fn t26_who_was_first_stays_as_it_is_also_for_who_does_not_see_the_first() {
    let programme = Programme::new();
    let cards: Value = serde_json::from_str(&programme.get(&programme.car, "")).expect("json");
    let card = &cards["cards"][0];
    assert_eq!((&card["stops"]["count"], &card["supports"]["count"]), (&json!(0), &json!(3)));
    assert_eq!(card["flags"]["same_colleagues"]["count"], 1, "a flag is told, its other half is not");
    assert_eq!(card["flags"]["same_colleagues"]["events"].as_array().map(Vec::len), Some(3));
}
