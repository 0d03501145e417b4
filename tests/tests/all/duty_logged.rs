//! Duty between phones, gateway and desk: help that is asked for, accidents that are one, verdicts that a desk recomputes,
//! a shift that outlives the app.

use std::sync::Arc;

use jingbao::{
    Field,
    ports::{Listener, PortError},
    records::{CodeKind, SightInput},
};
use jingbao_core::text::Lang;
use jingbao_gateway::desk;
use jingbao_tests::roadside::{Installation, MachineClock};

use crate::{
    feed::{PLACE, pass, position},
    fixture::{Gateway, enrol, sync},
    phone_saw::texts,
};

/// One phone of a driver and one of a survey car at the same gateway.
struct Roadside {
    folder: tempfile::TempDir,
    _gateway: Gateway,
    phones: Vec<Installation>,
}

impl Roadside {
    fn new(phones: u8) -> Roadside {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("gateway");
        let gateway = Gateway::start(&data);
        let phone = |number: u8| {
            let home = folder.path().join(format!("phone-{number}"));
            std::fs::create_dir_all(&home).expect("a folder");
            let mut phone = Installation::new(&home, number);
            enrol(&mut phone, &gateway, &data);
            phone
        };
        let phones = (1..=phones).map(phone).collect();
        Roadside { folder, _gateway: gateway, phones }
    }

    fn on_duty(&self, number: usize) -> Arc<Field> {
        let car = self.phones[number].open().expect("opens");
        car.begin_shift(format!("鲁F1000{number}")).expect("on duty");
        car
    }

    /// What a desk makes of this phone's log.
    fn recheck(&self) -> (desk::Exit, Vec<serde_json::Value>) {
        let (mut log, mut told) = (Vec::new(), Vec::new());
        desk::log::run(&self.folder.path().join("gateway"), &mut log).expect("a log");
        let file = self.folder.path().join("log.jsonl");
        std::fs::write(&file, log).expect("written");
        let args = desk::recheck::RecheckArgs { log: file, packs: vec![], json: true, lang: Lang::En };
        let exit = desk::recheck::run(&args, &mut told).expect("rechecked");
        let told = String::from_utf8(told).expect("UTF-8");
        (exit, told.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
    }
}

fn seen_at(lon: f64) -> SightInput {
    SightInput { position: Some(position(lon)), accident: None, own_party: None, training: false }
}

#[test]
fn a_driver_who_asks_for_help_is_heard_by_the_cars_nearby_and_before_it_by_nobody() {
    let road = Roadside::new(2);
    let (driver, car) = (road.phones[0].open().expect("opens"), road.on_duty(1));
    let own = SightInput { own_party: Some("A".into()), ..seen_at(PLACE.1) };
    let case = driver.sight(own).expect("a case");
    assert!(!driver.case(case.clone()).expect("a view").help_asked);
    let help = |field: &Field| field.ask_for_help(case.clone()).expect("asked").help_asked;
    assert!(help(&driver) && help(&driver), "asked twice is asked");
    driver.shutdown();
    let driver = road.phones[0].open().expect("opens");
    assert!(driver.case(case.clone()).expect("a view").help_asked, "a phone that was killed remembers");
    sync(&driver, 10);
    sync(&car, 10);
    assert_eq!(pass(&car), ["must_stop"]);

    // He stops, takes the accident up, and is not told of it as of another one.
    let seen = car.sight(seen_at(PLACE.1 + 0.00005)).expect("a case");
    car.respond(seen, "stopped".into()).expect("stopped");
    assert_eq!(car.shift().expect("a shift").on_case.as_deref(), accident_of(&road).as_deref());
    assert_eq!(pass(&car), ["report_only"]);
    assert!(car.shift().expect("a shift").verdicts[0].reasons.contains(&"already_there".into()));
}

/// The name of the only accident that the gateway announced.
fn accident_of(road: &Roadside) -> Option<String> {
    let mut log = Vec::new();
    desk::log::run(&road.folder.path().join("gateway"), &mut log).expect("a log");
    let lines = String::from_utf8(log).expect("UTF-8");
    let mut lines = lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    lines.find(|line| line["kind"] == "help").and_then(|line| line["detail"]["accident"].as_str().map(str::to_owned))
}

#[test]
fn without_a_network_the_drivers_screen_tells_the_specialist_and_both_cases_are_of_one_accident() {
    let road = Roadside::new(2);
    let (driver, car) = (road.phones[0].open().expect("opens"), road.on_duty(1));
    let own = SightInput { own_party: Some("A".into()), ..seen_at(PLACE.1) };
    let case = driver.sight(own).expect("a case");
    driver.ask_for_help(case.clone()).expect("asked");
    let code = driver.show_code(case, CodeKind::Help).expect("a code");
    let scanned = car.scan(code.clone()).expect("taken");
    assert_eq!(scanned.kind, "sighted");
    assert_eq!(car.scan(code).expect("taken").case_id, scanned.case_id, "scanned twice is one case");
    car.respond(scanned.case_id, "stopped".into()).expect("stopped");
    let there = car.shift().expect("a shift").on_case.expect("at an accident");
    sync(&driver, 10);
    sync(&car, 10);
    assert_eq!(accident_of(&road).as_deref(), Some(there.as_str()));
}

#[test]
fn t26_two_cars_that_see_one_accident_each_by_itself_are_told_of_none() {
    let road = Roadside::new(2);
    let (one, other) = (road.on_duty(0), road.on_duty(1));
    one.sight(seen_at(PLACE.1)).expect("a case");
    other.sight(seen_at(PLACE.1 + 0.0001)).expect("a case");
    for car in [&one, &other, &one, &other] {
        sync(car, 10);
    }
    assert_eq!((pass(&one), pass(&other)), (vec![], vec![]), "9 m apart: both are there");
}

#[test]
fn a_desk_comes_to_the_same_verdicts_from_the_log_and_finds_the_one_that_was_changed() {
    let road = Roadside::new(2);
    let (eyes, car) = (road.phones[0].open().expect("opens"), road.on_duty(1));
    eyes.sight(seen_at(PLACE.1)).expect("a case");
    let case = eyes.cases().expect("cases").remove(0);
    eyes.ask_for_help(case).expect("asked");
    sync(&eyes, 10);
    sync(&car, 10);
    assert_eq!(pass(&car), ["must_stop"]);
    car.declare_urgent("major_loss".into(), "另一处重大损失".into(), "调度中心".into()).expect("declared");
    assert_eq!(pass(&car), ["exempt"]);
    assert!(car.shift().expect("a shift").urgent.expect("declared").after_demand);
    let case = car.sight(seen_at(PLACE.1)).expect("a case");
    let bundle = road.folder.path().join("bundle.zip");
    car.export(case, bundle.display().to_string()).expect("exported");
    let custody = texts(&bundle, "/custody/");
    let verdicts = custody.matches("\"inputs\":").count();
    assert_eq!(verdicts, 2, "both stand in the custody log of the case, with what they were made of");
    sync(&car, 10);
    let (exit, told) = road.recheck();
    assert_eq!(exit, desk::Exit::Good, "{told:?}");
    let verdicts: Vec<&str> = told.iter().filter_map(|line| line["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["must_stop", "exempt"]);

    let mut log = Vec::new();
    desk::log::run(&road.folder.path().join("gateway"), &mut log).expect("a log");
    let log = String::from_utf8(log).expect("UTF-8");
    assert!(log.contains("另一处重大损失"), "why, is for the association to read");
    for (from, to) in
        [("\"on_duty\":true", "\"on_duty\":false"), ("\"verdict\":\"must_stop\"", "\"verdict\":\"clear\"")]
    {
        let changed = road.folder.path().join("changed.jsonl");
        std::fs::write(&changed, log.replacen(from, to, 1)).expect("written");
        let args = desk::recheck::RecheckArgs { log: changed, packs: vec![], json: true, lang: Lang::Zh };
        let mut told = Vec::new();
        assert_eq!(desk::recheck::run(&args, &mut told).expect("rechecked"), desk::Exit::Bad, "{from}");
        assert_eq!(String::from_utf8(told).expect("UTF-8").matches("another").count(), 1, "{from}");
    }
}

/// Keeps what the engine says has changed.
#[derive(Default)]
struct Heard(std::sync::Mutex<Vec<String>>);

impl Listener for Heard {
    fn changed(&self, what: String) -> Result<(), PortError> {
        self.0.lock().expect("whole").push(what);
        Ok(())
    }
}

#[test]
fn a_phone_that_is_seldom_asked_where_it_is_is_told_when_the_feed_brings_an_accident() {
    let road = Roadside::new(2);
    let (eyes, heard) = (road.on_duty(0), Arc::new(Heard::default()));
    let phone = &road.phones[1];
    let car = phone.open_heard_by(phone.config(), Arc::new(MachineClock), heard.clone()).expect("opens");
    car.begin_shift("鲁F12345".into()).expect("on duty");
    sync(&car, 10);
    assert_eq!(car.shift().expect("a shift").next_fix_ms, Some(60_000));
    heard.0.lock().expect("whole").clear();
    eyes.sight(seen_at(PLACE.1)).expect("a case");
    sync(&eyes, 10);
    sync(&car, 10);
    assert!(heard.0.lock().expect("whole").contains(&"duty".to_owned()));
    assert_eq!(car.shift().expect("a shift").next_fix_ms, Some(1_000), "and wants to know where it is");
}

#[test]
fn a_phone_that_was_killed_is_still_on_duty_and_asks_for_no_second_stop() {
    let road = Roadside::new(2);
    let (eyes, car) = (road.on_duty(0), road.on_duty(1));
    eyes.sight(seen_at(PLACE.1)).expect("a case");
    sync(&eyes, 10);
    sync(&car, 10);
    assert_eq!(pass(&car), ["must_stop"]);
    car.shutdown();
    let again = road.phones[1].open().expect("opens");
    let shift = again.shift().expect("a shift");
    assert!(shift.on_duty && shift.vehicle.as_deref() == Some("鲁F10001"));
    assert_eq!(shift.next_fix_ms, Some(1_000));
    assert_eq!(pass(&again), Vec::<String>::new(), "it was told already");
    assert_eq!(shift.verdicts[0].verdict, "must_stop", "and is shown");
    assert!(!again.end_shift().expect("ended").on_duty);
    assert_eq!(again.shift().expect("a shift").next_fix_ms, None);
}
