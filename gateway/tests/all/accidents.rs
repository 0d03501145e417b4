//! Open accidents: announced by the association's desk and by phones, asked for by place, over once.

use jingbao_core::{
    canon,
    place::Point,
    time::{Moment, Timestamp},
    wire::{EventBatch, LoggedEvent},
};
use jingbao_gateway::store::Role;
use serde_json::{Value, json};

use crate::fixture::{Answer, Gateway, Phone};

struct Road {
    _data: tempfile::TempDir,
    gateway: Gateway,
    desk: Phone,
    car: Phone,
    driver: Phone,
}

impl Road {
    fn new() -> Road {
        let data = tempfile::tempdir().expect("folder");
        let of = |seed, role| Phone::of(data.path(), seed, role, "picc");
        let (desk, car, driver) = (of(1, Role::Association), of(2, Role::Specialist), of(3, Role::Driver));
        let gateway = Gateway::start(data.path());
        Road { _data: data, gateway, desk, car, driver }
    }

    fn announce(&self, id: &str, lat: f64, lon: f64) -> Answer {
        let place = json!({ "lat": lat, "lon": lon, "accuracy_m": 10.0, "datum": "WGS-84" });
        self.post(&json!({ "id": id, "place": place, "seen_at": 1000, "road": "city" }))
    }

    fn post(&self, body: &Value) -> Answer {
        self.gateway.send("POST", "/v1/accidents", &[self.desk.auth()], body.to_string().as_bytes())
    }

    fn event(&self, phone: &Phone, seq: u64, kind: &str, accident: &str) {
        let place = Point::wgs84(37.5, 121.4, 6.0).expect("a place");
        let at = Moment { wall: Timestamp(5), offset_s: 28_800, mono_ms: 0, boot: "b".into() };
        let detail = json!({ "accident": accident, "place": place });
        let event = LoggedEvent { seq, case: None, at, pack: 1, kind: kind.into(), detail };
        let body = canon::bytes(&EventBatch { device: phone.id, events: vec![event] }).expect("canonical");
        assert_eq!(self.gateway.send("POST", "/v1/events", &[phone.auth()], &body).status, 201);
    }

    fn ask(&self, query: &str) -> Answer {
        self.gateway.send("GET", &format!("/v1/accidents{query}"), &[self.car.auth()], b"")
    }

    fn open(&self, query: &str) -> Vec<String> {
        let answer = self.ask(query).json();
        assert_eq!(answer["datum"], "WGS-84");
        let all = answer["accidents"].as_array().expect("accidents").iter();
        all.map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
    }

    fn told(&self) -> Vec<String> {
        let feed = self.gateway.send("GET", "/v1/feed", &[self.car.auth()], b"").json();
        let kinds = feed["entries"].as_array().expect("entries").iter().map(|entry| &entry["kind"]);
        kinds.filter(|kind| *kind != "roster").map(|kind| kind.as_str().expect("a kind").to_owned()).collect()
    }
}

#[test]
fn what_is_near_comes_nearest_first_with_its_distance_and_what_is_farther_does_not() {
    let road = Road::new();
    // A thousandth of a degree of latitude is 111 m; the last lies 1.2 km to the east, in the corner of the box.
    for (id, lat, lon) in
        [("c", 37.5050, 121.4), ("a", 37.5010, 121.4), ("b", 37.4980, 121.4), ("d", 37.5085, 121.4105)]
    {
        assert_eq!(road.announce(id, lat, lon).status, 201, "{id}");
    }
    assert_eq!(road.open("?near=37.5,121.4&within=1000"), ["a", "b", "c"]);
    assert_eq!(road.open("?near=37.5,121.4&within=300&datum=WGS-84"), ["a", "b"]);
    assert_eq!(road.open("?near=37.5,121.4"), ["a", "b", "c", "d"], "five kilometres where nobody says");
    assert_eq!(road.open(""), ["a", "b", "c", "d"]);
    assert_eq!(road.open("?near=-33.8,151.2&within=100000"), [""; 0]);
    let first = road.ask("?near=37.5,121.4&within=300").json()["accidents"][0].clone();
    let distance = first["distance_m"].as_f64().expect("metres");
    assert!((110.0..112.0).contains(&distance), "{distance}");
    assert_eq!((&first["place"]["datum"], &first["road"]), (&json!("WGS-84"), &json!("city")));
}

#[test]
fn across_the_date_line_and_at_a_pole_nothing_near_is_missed() {
    let road = Road::new();
    road.announce("west", 0.0, -179.9995);
    road.announce("pole", 89.9999, -60.0);
    assert_eq!(road.open("?near=0,179.9995&within=200"), ["west"]);
    assert_eq!(road.open("?near=89.9999,120&within=200"), ["pole"]);
}

#[test]
fn t25_a_question_that_is_none_and_degrees_of_a_map_are_refused_by_name() {
    let road = Road::new();
    for (query, parameter) in [
        ("?near=37.5", "near"),
        ("?near=91,0", "near"),
        ("?near=NaN,0", "near"),
        ("?near=37.5,121.4,6", "near"),
        ("?within=100", "near"),
        ("?near=37.5,121.4&within=0", "within"),
        ("?near=37.5,121.4&within=-3", "within"),
        ("?near=37.5,121.4&within=inf", "within"),
        ("?near=37.5,121.4&within=100001", "within"),
        ("?near=37.5,121.4&datum=GCJ-02", "datum"),
    ] {
        let answer = road.ask(query);
        assert_eq!((answer.status, answer.problem().as_str()), (400, "bad-query"), "{query}");
        assert_eq!(answer.json()["parameter"], parameter, "{query}");
    }
    let place = json!({ "lat": 37.5, "lon": 121.4, "accuracy_m": 10.0, "datum": "GCJ-02" });
    let refused = road.post(&json!({ "id": "x", "place": place, "seen_at": 1 }));
    assert_eq!((refused.problem().as_str(), &refused.json()["member"]), ("malformed", &json!("place.datum")));
    let nowhere = json!({ "lat": 137.5, "lon": 121.4, "accuracy_m": 10.0, "datum": "WGS-84" });
    assert_eq!(road.post(&json!({ "id": "x", "place": nowhere, "seen_at": 1 })).json()["member"], "place");
    assert_eq!(road.open(""), [""; 0]);
}

#[test]
fn an_announcement_sent_again_is_one_and_an_end_is_an_end() {
    let road = Road::new();
    assert_eq!([road.announce("p-1", 37.5, 121.4).status, road.announce("p-1", 37.5, 121.4).status], [201, 200]);
    assert_eq!(road.announce("p-1", 37.6, 121.4).problem(), "other-bytes");
    let close = || road.gateway.send("DELETE", "/v1/accidents/p-1", &[road.desk.auth()], b"").status;
    assert_eq!([close(), close()], [204, 204]);
    assert_eq!(road.announce("p-1", 37.5, 121.4).json()["open"], false);
    road.event(&road.car, 1, "stopped", "p-1");
    assert_eq!(road.open(""), [""; 0], "a late event opens nothing again");
    assert_eq!(road.told(), ["accident", "accident_closed"]);
    let unknown = road.gateway.send("DELETE", "/v1/accidents/p-2", &[road.desk.auth()], b"");
    assert_eq!(unknown.status, 404);
}

#[test]
fn a_drivers_phone_calls_for_help_and_ends_only_its_own() {
    let road = Road::new();
    road.announce("police", 37.6, 121.4);
    road.event(&road.driver, 1, "sighted", "own");
    assert_eq!(road.open(""), ["police"], "what a driver sees is told to nobody before he asks");
    road.event(&road.driver, 2, "help", "own");
    assert_eq!(road.open(""), ["own", "police"]);
    road.event(&road.driver, 3, "cleared", "police");
    assert_eq!(road.open(""), ["own", "police"]);
    road.event(&road.car, 1, "stopped", "own");
    road.event(&road.car, 2, "sighted", "own");
    let served = road.ask("").json()["accidents"][0]["served"].clone();
    assert_eq!(served, true, "who comes later does not undo that somebody is there");
    road.event(&road.driver, 4, "cleared", "own");
    assert_eq!(road.open(""), ["police"]);
}

#[test]
fn t26_reports_of_one_accident_are_one_and_it_is_over_when_nobody_who_stopped_is_left() {
    let road = Road::new();
    let other = Phone::of(road._data.path(), 4, Role::Specialist, "pingan");
    road.event(&road.driver, 1, "help", "drivers");
    road.event(&road.car, 1, "sighted", "cars");
    assert_eq!(road.announce("police", 37.5002, 121.4).status, 201);
    assert_eq!(road.open(""), ["drivers"], "three reports within 30 m and a second");
    assert_eq!(road.announce("beside", 37.5005, 121.4).status, 201);
    assert_eq!(road.open(""), ["beside", "drivers"], "55 m away it is another");
    assert_eq!(road.announce("police", 37.5002, 121.4).status, 200, "the same again changes nothing");
    assert_eq!(road.announce("police", 37.7, 121.4).problem(), "other-bytes");

    road.event(&road.car, 2, "stopped", "cars");
    let served = |id: &str| {
        let all = road.ask("").json()["accidents"].as_array().expect("accidents").clone();
        all.into_iter().find(|one| one["id"] == id).map(|one| one["served"] == true)
    };
    assert_eq!((served("drivers"), served("beside")), (Some(true), Some(false)));
    road.event(&other, 1, "sighted", "others");
    road.event(&other, 2, "stopped", "others");
    road.event(&road.car, 3, "cleared", "cars");
    assert_eq!(road.open(""), ["beside", "drivers"], "the other specialist is still there");
    road.event(&other, 3, "cleared", "others");
    assert_eq!(road.open(""), ["beside"]);
    road.event(&road.car, 4, "sighted", "cars");
    assert_eq!(road.open(""), ["beside"], "over is over, under each of its names");
}

#[test]
fn t26_the_associations_desk_ends_an_accident_under_any_of_its_names() {
    let road = Road::new();
    road.event(&road.car, 1, "stopped", "cars");
    assert_eq!(road.announce("police", 37.5, 121.4).status, 201);
    assert_eq!(road.gateway.send("DELETE", "/v1/accidents/police", &[road.desk.auth()], b"").status, 204);
    assert_eq!((road.open(""), road.told()), (vec![], vec!["accident".to_owned(), "accident_closed".to_owned()]));
}
