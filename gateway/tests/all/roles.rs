//! Every endpoint and every role, allowed and refused; and that another company's data never leaves.

use std::{collections::BTreeSet, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use jingbao_core::{
    canon::{self, Sha256},
    id::CaseId,
    place::Point,
    time::{Moment, Timestamp},
    wire::{EventBatch, LoggedEvent},
};
use jingbao_gateway::{
    roles::{Door, Role, door},
    serve::openapi,
};
use serde_json::{Value, json};

use crate::fixture::{Answer, Gateway, Phone, case, digest, key, op, photo, tus};

/// Who may, as the rules have it: association, insurer, specialist, driver, nobody. Written by hand, not taken from the code.
const TABLE: &[(&str, [bool; 5])] = &[
    ("PUT /v1/cases/{case}/revisions/{n}", [false, false, true, true, false]),
    ("PUT /v1/cases/{case}/statements/{device}/{n}", [false, false, true, true, false]),
    ("PUT /v1/cases/{case}/claims/{n}", [false, false, true, true, false]),
    ("GET /v1/cases/{case}/claims/{n}", [true, true, true, true, false]),
    ("POST /v1/cases/{case}/claims/{n}/states", [false, true, false, false, false]),
    ("GET /v1/claims", [true, true, false, false, false]),
    ("POST /v1/uploads", [false, false, true, true, false]),
    ("OPTIONS /v1/uploads", [true, true, true, true, true]),
    ("HEAD /v1/uploads/{upload}", [false, false, true, true, false]),
    ("PATCH /v1/uploads/{upload}", [false, false, true, true, false]),
    ("DELETE /v1/uploads/{upload}", [false, false, true, true, false]),
    ("POST /v1/cases/{case}/photos/{sha256}/commit", [false, false, true, true, false]),
    ("GET /v1/cases/{case}/photos/{sha256}", [true, true, true, true, false]),
    ("POST /v1/events", [false, false, true, true, false]),
    ("GET /v1/cases/{case}", [true, true, true, true, false]),
    ("POST /v1/cases/{case}/returns", [true, true, false, false, false]),
    ("GET /v1/feed", [true, true, true, true, false]),
    ("GET /v1/accidents", [true, false, true, false, false]),
    ("POST /v1/accidents", [true, false, false, false, false]),
    ("DELETE /v1/accidents/{id}", [true, false, false, false, false]),
    ("GET /v1/scorecards", [true, true, true, false, false]),
];

fn endpoints() -> BTreeSet<String> {
    let document: Value = serde_json::from_str(&openapi()).expect("json");
    let paths = document["paths"].as_object().expect("paths");
    let of = |(path, methods): (&String, &Value)| -> Vec<String> {
        methods.as_object().expect("methods").keys().map(|method| format!("{} {path}", method.to_uppercase())).collect()
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn every_endpoint_of_the_document_has_a_row_and_every_row_an_endpoint() {
    let rows: BTreeSet<String> = TABLE.iter().map(|(endpoint, _)| (*endpoint).to_owned()).collect();
    assert_eq!(rows, endpoints());
    for endpoint in &rows {
        let (method, path) = endpoint.split_once(' ').expect("two words");
        assert!(door(method, path).is_some(), "{endpoint}: nobody said who may");
    }
    assert_eq!(door("GET", "/v1/nobody-thought-of-this"), None);
    assert_eq!(door("HEAD", "/v1/feed"), Some(Door::For(&Role::ALL)), "as its GET");
}

#[test]
fn every_role_is_let_in_where_the_table_says_so_and_nowhere_else() {
    let data = tempfile::tempdir().expect("folder");
    let readers: Vec<Phone> =
        (1..).zip(Role::ALL).map(|(seed, role)| Phone::of(data.path(), seed, role, "picc")).collect();
    let gateway = Gateway::start(data.path());
    for (endpoint, may) in TABLE {
        let (method, path) = endpoint.split_once(' ').expect("two words");
        let path = path
            .replace("{case}", &case(200).to_string())
            .replace("{sha256}", &Sha256::of(b"none").to_string())
            .replace("{upload}", &"0".repeat(32))
            .replace("{device}", &case(201).to_string())
            .replace("{n}", "1")
            .replace("{id}", "none");
        for (at, allowed) in may.iter().enumerate() {
            let mut headers: Vec<_> = readers.get(at).map(Phone::auth).into_iter().collect();
            headers.extend([tus(), key(op(1)), digest(b"{}")]);
            let answer = gateway.send(method, &path, &headers, b"{}");
            // What is let in meets its own checks: an unknown case, an empty body. None of them is one of the door's.
            let refused = match answer.header("content-type") == Some("application/problem+json") && method != "HEAD" {
                true => ["unauthorised", "not-for-this-role"].contains(&answer.problem().as_str()),
                false => [401, 403].contains(&answer.status),
            };
            assert_ne!(refused, *allowed, "{endpoint} as reader {at}: {}", answer.status);
            let expected = if at == 4 { 401 } else { 403 };
            assert!(!refused || answer.status == expected, "{endpoint} as reader {at}: {}", answer.status);
            assert_ne!(answer.status, 500, "{endpoint}");
        }
    }
    let made_up = [("Authorization", "Bearer made-up".to_owned())];
    assert_eq!(gateway.send("GET", "/v1/feed", &made_up, b"").problem(), "unauthorised");
}

#[test]
fn a_token_that_was_ended_opens_nothing() {
    let data = tempfile::tempdir().expect("folder");
    let desk = Phone::enrol(data.path(), 1, Role::Association);
    let gateway = Gateway::start(data.path());
    assert_eq!(gateway.send("GET", "/v1/feed", &[desk.auth()], b"").status, 200);
    jingbao_gateway::desk::device::revoke(data.path(), desk.id).expect("revoked");
    assert_eq!(gateway.send("GET", "/v1/feed", &[desk.auth()], b"").status, 401);
}

/// Two companies with a desk, a specialist and a driver's phone each, and the association.
struct Town {
    _data: tempfile::TempDir,
    gateway: Gateway,
    association: Phone,
    picc: Company,
    pingan: Company,
}

struct Company {
    desk: Phone,
    specialist: Phone,
    colleague: Phone,
    driver: Phone,
    case: CaseId,
    /// What nobody else may read, in any answer.
    secrets: Vec<String>,
    photo: Sha256,
}

impl Company {
    fn open(data: &Path, name: &str, seed: u8) -> Company {
        let enrol = |n: u8, role| Phone::of(data, seed + n, role, name);
        let (desk, specialist) = (enrol(0, Role::Insurer), enrol(1, Role::Specialist));
        let (colleague, driver) = (enrol(2, Role::Specialist), enrol(3, Role::Driver));
        let picture = format!("pixels of {name}");
        let mut secrets: Vec<String> =
            [&desk, &specialist, &colleague, &driver].iter().map(|phone| phone.id.to_string()).collect();
        secrets.extend([
            case(seed).to_string(),
            format!("person of {name}"),
            format!("plate of {name}"),
            picture.clone(),
        ]);
        secrets.push(Sha256::of(picture.as_bytes()).to_string());
        Company {
            desk,
            specialist,
            colleague,
            driver,
            case: case(seed),
            secrets,
            photo: Sha256::of(picture.as_bytes()),
        }
    }

    fn works(&self, gateway: &Gateway, name: &str, seed: u8) {
        let words = format!("person of {name}, plate of {name}");
        let (body, statement) = self.driver.statement(self.case, "A", &words);
        let path = format!("/v1/cases/{}/statements/{}/1", self.case, self.driver.id);
        assert_eq!(self.driver.put(gateway, &path, op(seed + 1), &body).status, 201);
        let (body, record) = self.specialist.insured(self.case, 1, None, &[("A", name)], &[statement], &words);
        let path = format!("/v1/cases/{}/revisions/1", self.case);
        assert_eq!(self.specialist.put(gateway, &path, op(seed), &body).status, 201);
        let body = self.specialist.notice(self.case, 1, (1, record), ("A", name), &words);
        let path = format!("/v1/cases/{}/claims/1", self.case);
        assert_eq!(self.specialist.put(gateway, &path, op(seed + 2), &body).status, 201);
        let answer = json!({"state": "received"}).to_string();
        let path = format!("/v1/cases/{}/claims/1/states", self.case);
        assert_eq!(gateway.send("POST", &path, &[self.desk.auth()], answer.as_bytes()).status, 201);
        self.photographs(gateway, &format!("pixels of {name}"), seed);
        let place = Point::wgs84(37.5, 121.4, 6.0).expect("a place");
        let event = |seq: u64, kind: &str| LoggedEvent {
            seq,
            case: Some(self.case),
            at: Moment { wall: Timestamp(seq as i64), offset_s: 28_800, mono_ms: 0, boot: "b".into() },
            pack: 1,
            kind: kind.into(),
            detail: json!({ "accident": format!("open-{name}"), "place": place, "words": words }),
        };
        let events = EventBatch { device: self.specialist.id, events: vec![event(1, "sighted"), event(2, "stopped")] };
        let body = canon::bytes(&events).expect("canonical");
        assert_eq!(gateway.send("POST", "/v1/events", &[self.specialist.auth()], &body).status, 201);
    }

    fn photographs(&self, gateway: &Gateway, picture: &str, seed: u8) {
        let sha256 = Sha256::of(picture.as_bytes());
        let pair = |name: &str, value: String| format!("{name} {}", STANDARD.encode(value));
        let metadata = [
            pair("case", self.case.to_string()),
            pair("photo", photo(seed).to_string()),
            pair("sha256", sha256.to_string()),
        ];
        let headers = [
            self.specialist.auth(),
            tus(),
            ("Upload-Length", picture.len().to_string()),
            ("Upload-Metadata", metadata.join(",")),
        ];
        let begun = gateway.send("POST", "/v1/uploads", &headers, b"");
        let at = begun.header("location").expect("a location").to_owned();
        let kind = ("Content-Type", "application/offset+octet-stream".to_owned());
        let headers = [self.specialist.auth(), tus(), kind, ("Upload-Offset", "0".to_owned())];
        assert_eq!(gateway.send("PATCH", &at, &headers, picture.as_bytes()).status, 204);
        let id = at.rsplit('/').next().expect("an id");
        let body = json!({ "upload": id }).to_string();
        let path = format!("/v1/cases/{}/photos/{sha256}/commit", self.case);
        assert_eq!(gateway.send("POST", &path, &[self.specialist.auth()], body.as_bytes()).status, 201);
    }
}

impl Town {
    fn new() -> Town {
        let data = tempfile::tempdir().expect("folder");
        let association = Phone::of(data.path(), 1, Role::Association, "association");
        let (picc, pingan) = (Company::open(data.path(), "picc", 10), Company::open(data.path(), "pingan", 20));
        let gateway = Gateway::start(data.path());
        picc.works(&gateway, "picc", 10);
        pingan.works(&gateway, "pingan", 20);
        Town { _data: data, gateway, association, picc, pingan }
    }

    fn get(&self, reader: &Phone, path: &str) -> Answer {
        self.gateway.send("GET", path, &[reader.auth()], b"")
    }

    /// Everything that can be read, about this company's case.
    fn paths(&self, of: &Company) -> Vec<String> {
        vec![
            "/v1/feed".to_owned(),
            "/v1/scorecards".to_owned(),
            "/v1/accidents".to_owned(),
            "/v1/claims".to_owned(),
            format!("/v1/cases/{}/claims/1", of.case),
            format!("/v1/cases/{}", of.case),
            format!("/v1/cases/{}/photos/{}", of.case, of.photo),
        ]
    }
}

#[test]
fn another_companys_data_never_leaves() {
    let town = Town::new();
    for (own, other) in [(&town.picc, &town.pingan), (&town.pingan, &town.picc)] {
        for reader in [&own.desk, &own.specialist, &own.colleague, &own.driver] {
            for path in [town.paths(own), town.paths(other)].concat() {
                let answer = town.get(reader, &path);
                let said = String::from_utf8_lossy(&answer.body).into_owned();
                for secret in &other.secrets {
                    assert!(!said.contains(secret.as_str()), "{path} told {secret}");
                }
                if path.contains(&other.case.to_string()) {
                    assert_eq!(answer.status, 404, "{path}");
                    let nowhere = path.replace(&other.case.to_string(), &case(99).to_string());
                    assert_eq!(
                        said,
                        String::from_utf8_lossy(&town.get(reader, &nowhere).body),
                        "as if there were none"
                    );
                }
            }
        }
    }
}

#[test]
fn each_reads_what_is_its_own() {
    let town = Town::new();
    let status = |reader: &Phone, path: &str| town.get(reader, path).status;
    for own in [&town.picc, &town.pingan] {
        let (case, photo) = (format!("/v1/cases/{}", own.case), format!("/v1/cases/{}/photos/{}", own.case, own.photo));
        for reader in [&town.association, &own.desk, &own.specialist, &own.driver] {
            assert_eq!(status(reader, &case), 200);
        }
        assert_eq!(status(&own.colleague, &case), 404, "a colleague who had no part in it");
        let claim = format!("/v1/cases/{}/claims/1", own.case);
        assert_eq!([&town.association, &own.desk, &own.specialist].map(|reader| status(reader, &claim)), [200; 3]);
        assert_eq!([&own.colleague, &own.driver].map(|reader| status(reader, &claim)), [404, 404]);
        let told = |reader: &Phone| String::from_utf8_lossy(&town.get(reader, &claim).body).contains("person of");
        assert_eq!(
            [&town.association, &own.desk, &own.specialist].map(told),
            [false, true, true],
            "its insurer's alone"
        );
        assert_eq!([&town.association, &own.specialist].map(|reader| status(reader, &photo)), [200, 200]);
        assert_eq!([&own.desk, &own.driver, &own.colleague].map(|reader| status(reader, &photo)), [404, 404, 404]);
    }
}

#[test]
fn each_role_hears_what_is_for_it() {
    let town = Town::new();
    let heard = |reader: &Phone| -> BTreeSet<String> {
        let feed = town.get(reader, "/v1/feed").json();
        let kinds = feed["entries"].as_array().expect("entries").iter();
        kinds.map(|entry| entry["kind"].as_str().expect("a kind").to_owned()).collect()
    };
    let set = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(heard(&town.association), set(&["accident", "claim", "roster"]));
    assert_eq!(heard(&town.picc.desk), set(&["claim", "roster"]));
    assert_eq!(heard(&town.picc.specialist), set(&["accident", "claim", "roster"]));
    assert_eq!(heard(&town.picc.colleague), set(&["accident", "roster"]));
    assert_eq!(heard(&town.picc.driver), set(&["claim"]), "accidents are for specialists");
    let accident = &town.get(&town.pingan.colleague, "/v1/feed").json()["entries"][2]["body"];
    let told: BTreeSet<&str> = accident.as_object().expect("an accident").keys().map(String::as_str).collect();
    assert_eq!(told, ["id", "place", "road", "seen_at", "served"].into(), "place, road and time, and no more");
}

#[test]
fn a_desk_gives_back_what_its_own_people_recorded_and_only_the_recorder_hears_it() {
    let town = Town::new();
    let give_back = |desk: &Phone, of: &Company, revision: u32| {
        let body = json!({ "revision": revision, "reason": "unreadable_photos" }).to_string();
        let path = format!("/v1/cases/{}/returns", of.case);
        town.gateway.send("POST", &path, &[desk.auth()], body.as_bytes()).status
    };
    assert_eq!([1, 1].map(|revision| give_back(&town.picc.desk, &town.picc, revision)), [201, 200]);
    assert_eq!([0, 2].map(|revision| give_back(&town.picc.desk, &town.picc, revision)), [404, 404]);
    assert_eq!(give_back(&town.pingan.desk, &town.picc, 1), 404, "as if there were no such case");
    let told = |reader: &Phone| {
        let feed = town.get(reader, "/v1/feed").json();
        feed["entries"].as_array().expect("entries").iter().filter(|entry| entry["kind"] == "returned").count()
    };
    assert_eq!(told(&town.picc.specialist), 1);
    assert_eq!([&town.picc.colleague, &town.picc.driver, &town.pingan.specialist].map(told), [0, 0, 0]);
    let path = format!("/v1/cases/{}/returns", town.picc.case);
    let odd = town.gateway.send("POST", &path, &[town.picc.desk.auth()], b"{\"revision\": 1, \"reason\": \"ugly\"}");
    assert_eq!(odd.problem(), "malformed");
}
