//! The same events give the same scorecards on the phone that logged them and at the gateway that keeps them.

use jingbao_core::{
    assess::{Log, Period, Scorecards},
    canon,
    pack::Pack,
    wire::{FileReturned, ReturnReason},
};
use jingbao_gateway::store::{SqliteStore, Store};
use serde_json::Value;

use crate::{
    delivery::{deliver, road},
    fixture::{answer, complete, sight, sign_all, sync},
};

#[test]
fn a_phone_and_the_gateway_compute_the_same_bytes_and_practice_is_in_neither() {
    let road = road();
    let field = road.phone.open().expect("opens");
    sight(&field, true);
    let case = sight(&field, false);
    field.respond(case.clone(), "stopped".into()).expect("answered");
    complete(&field, &case);
    sign_all(&field, &case);
    field.seal(case, None).expect("sealed");
    deliver(&field);
    let own = field.assessment(None, None).expect("computed");
    let lines = SqliteStore::open(&road.folder.path().join("gateway")).expect("opens").log().expect("a log");
    let cards = |strip: bool| {
        let mut log = Log::default();
        for mut line in lines.iter().rev().cloned() {
            line.company = line.company.filter(|_| !strip);
            log.add(line).expect("no conflict");
        }
        let cards = Scorecards::of(&log, Period::default(), Pack::builtin());
        String::from_utf8(canon::bytes(&cards).expect("canonical")).expect("text")
    };
    assert_eq!(cards(true), own);
    let theirs: Value = serde_json::from_str(&cards(false)).expect("json");
    let own: Value = serde_json::from_str(&own).expect("json");
    let programme = &own["cards"][0];
    assert_eq!((&programme["stops"]["count"], &programme["sealed"]["count"]), (&1.into(), &1.into()));
    assert_eq!(programme["clearing"], theirs["cards"][0]["clearing"]);
    assert_eq!(theirs["cards"][1]["subject"]["id"], "PICC", "the gateway knows the company");
    assert_eq!(field.assessment(Some(0), Some(1)).expect("computed").matches("\"count\":1,").count(), 0);
}

#[test]
fn s29_a_file_that_a_desk_gave_back_is_shown_in_its_case_logged_once_and_counted() {
    let road = road();
    let data = road.folder.path().join("gateway");
    let field = road.phone.open().expect("opens");
    let case = sight(&field, false);
    complete(&field, &case);
    sign_all(&field, &case);
    field.seal(case.clone(), None).expect("sealed");
    deliver(&field);
    let store = SqliteStore::open(&data).expect("opens");
    let recorder = field.device().expect("a device").parse().expect("an id");
    let returned = FileReturned {
        case: case.parse().expect("an id"),
        revision: 1,
        reason: ReturnReason::Incomplete,
        by: "picc".into(),
    };
    assert!(store.return_file(recorder, &returned).expect("told"));
    assert!(!store.return_file(recorder, &returned).expect("told before"));
    // The feed is read beside the sending; what it brings goes out with the next round.
    sync(&field, 10);
    deliver(&field);
    let shown = field.case(case).expect("a view").returned;
    assert_eq!((shown.len(), shown[0].reason.as_str(), shown[0].by.as_str()), (1, "incomplete", "picc"));
    let logged = store.log().expect("a log").iter().filter(|line| line.event.kind == "returned").count();
    assert_eq!(logged, 1);
    let cards: Value = serde_json::from_str(&field.assessment(None, None).expect("computed")).expect("json");
    assert_eq!(cards["cards"][0]["returned"]["count"], 1);
}

#[test]
fn a_case_that_must_be_left_to_the_police_counts_as_escalated_by_the_answer_that_says_so() {
    let road = road();
    let field = road.phone.open().expect("opens");
    let case = sight(&field, false);
    while let Some(next) = field.case(case.clone()).expect("a view").next {
        let value = match next.question.as_str() {
            "fact.parties" => "motor_motor",
            "fact.road" => "city",
            "fact.injury" => "yes",
            _ => "no",
        };
        answer(&field, &case, next.party.as_deref(), &next.question, value);
    }
    assert_eq!(field.case(case.clone()).expect("a view").step, "protect");
    answer(&field, &case, None, "fact.injury", "yes");
    let cards: Value = serde_json::from_str(&field.assessment(None, None).expect("computed")).expect("json");
    let escalations = &cards["cards"][0]["escalations"];
    assert_eq!((&escalations["count"], escalations["events"].as_array().map(Vec::len)), (&1.into(), Some(1)));
}
