//! The same events give the same scorecards on the phone that logged them and at the gateway that keeps them.

use jingbao_core::{
    assess::{Log, Period, Scorecards},
    canon,
    pack::Pack,
};
use jingbao_gateway::store::{SqliteStore, Store};
use serde_json::Value;

use crate::{
    delivery::{deliver, road},
    fixture::{complete, sight, sign_all},
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
