//! The duty check on made drives: in time, with reasons, and never silently "nothing to do".

use jingbao_core::{
    duty::{Accidents, Change, DutyRules, Fix, OpenAccident, Reason, Road, Standing, Ternary, Urgent, Verdict, Watch},
    place::Point,
    time::{Moment, Timestamp},
};
use proptest::prelude::*;

const LAT: f64 = 37.5377;
const LON: f64 = 121.38;

fn east(metres: f64) -> f64 {
    LON + metres / (111_195.0 * LAT.to_radians().cos())
}

fn north(metres: f64) -> f64 {
    LAT + metres / 111_195.0
}

fn moment(ms: i64) -> Moment {
    Moment { wall: Timestamp(1_795_417_000_000 + ms), offset_s: 28_800, mono_ms: ms, boot: "b".into() }
}

/// An accident so many metres east and north of the start.
fn accident(east_m: f64, north_m: f64) -> OpenAccident {
    let place = Point::wgs84(north(north_m), east(east_m), 5.0).expect("a place");
    OpenAccident { id: "a".into(), place, seen_at: Timestamp(0), road: Road::City, served: false }
}

fn on_duty() -> Standing {
    Standing { on_duty: true, credential: Ternary::Yes, urgent: None, on_case: false }
}

/// A drive due east from 0 m at a steady speed.
struct Drive {
    watch: Watch,
    rules: DutyRules,
    speed: f64,
    accuracy: f64,
    standing: Standing,
    accidents: Accidents,
}

impl Drive {
    fn new(speed: f64, accidents: Vec<OpenAccident>) -> Drive {
        let (watch, rules) = (Watch::new(), DutyRules::default());
        Drive { watch, rules, speed, accuracy: 5.0, standing: on_duty(), accidents: accidents.into_iter().collect() }
    }

    fn fix(&self, s: f64) -> Fix {
        let point = Point::wgs84(LAT, east(self.speed * s), self.accuracy).expect("a place");
        Fix { point, speed_mps: None, course_deg: None, at: moment((s * 1000.0) as i64) }
    }

    fn step(&mut self, fix: &Fix) -> Vec<Change> {
        let now = fix.at.clone();
        self.watch.step(fix, &self.accidents, &self.standing, &self.rules, &now)
    }

    /// Drives from one second to another at 1 Hz.
    fn run(&mut self, from: u32, to: u32) -> Vec<Change> {
        (from..=to).flat_map(|s| self.step(&self.fix(f64::from(s)))).collect()
    }

    fn verdict(&self) -> Verdict {
        self.watch.current().first().map_or(Verdict::Clear, |change| change.verdict)
    }

    fn reasons(&self) -> Vec<Reason> {
        self.watch.current().first().map(|change| change.reasons.clone()).unwrap_or_default()
    }
}

fn verdicts(changes: &[Change]) -> Vec<Verdict> {
    changes.iter().map(|change| change.verdict).collect()
}

#[test]
fn a_drive_towards_an_accident_must_stop_once_and_is_clear_ten_seconds_after_it_lies_behind() {
    let mut drive = Drive::new(14.0, vec![accident(800.0, 0.0)]);
    let changes = drive.run(0, 120);
    assert_eq!(verdicts(&changes), [Verdict::MustStop, Verdict::Clear]);
    assert_eq!(changes[0].reasons, [Reason::Ahead]);
    assert_eq!(changes[1].reasons, [Reason::Passed]);
    let passed_at = (800.0 / 14.0) * 1000.0;
    assert!(changes[1].at.mono_ms as f64 - passed_at >= 10_000.0);
}

#[test]
fn accidents_beside_and_behind_the_drive_are_clear() {
    for (east_m, north_m) in [(800.0, 120.0), (800.0, -120.0), (-60.0, 0.0)] {
        let mut drive = Drive::new(14.0, vec![accident(east_m, north_m)]);
        let changes = drive.run(2, 120);
        assert!(!verdicts(&changes).contains(&Verdict::MustStop), "{east_m} {north_m}: {changes:?}");
    }
}

#[test]
fn going_round_the_block_does_not_raise_the_same_duty_twice() {
    let mut drive = Drive::new(14.0, vec![accident(800.0, 0.0)]);
    drive.run(0, 120);
    let again: Vec<Change> = (0..=60)
        .flat_map(|s| {
            // Believed after a few fixes that fit one another: the car came back while nobody looked.
            let fix = Fix { at: moment(400_000 + s * 1000), ..drive.fix(s as f64) };
            drive.step(&fix)
        })
        .collect();
    assert!(!verdicts(&again).contains(&Verdict::MustStop), "{again:?}");
    assert!(again.iter().any(|change| change.reasons.contains(&Reason::AlreadyRaised)), "{again:?}");
}

#[test]
fn each_excuse_has_its_verdict_and_its_reason() {
    let urgent = Urgent { kind: "rescue".into(), reason: "".into(), issuer: "".into(), declared_at: moment(0) };
    let expressway = OpenAccident { road: Road::Expressway, ..accident(200.0, 0.0) };
    let served = OpenAccident { served: true, ..accident(200.0, 0.0) };
    let city = accident(200.0, 0.0);
    let rows = [
        (city.clone(), Standing { urgent: Some(urgent), ..on_duty() }, Verdict::Exempt, Reason::UrgentTask),
        (city.clone(), Standing { on_case: true, ..on_duty() }, Verdict::Exempt, Reason::OnAnotherCase),
        (city.clone(), Standing { on_duty: false, ..on_duty() }, Verdict::ReportOnly, Reason::OffDuty),
        (city.clone(), Standing { credential: Ternary::No, ..on_duty() }, Verdict::ReportOnly, Reason::NotCertified),
        (expressway, on_duty(), Verdict::ReportOnly, Reason::Expressway),
        (served, on_duty(), Verdict::ReportOnly, Reason::Served),
    ];
    for (accident, standing, verdict, reason) in rows {
        let mut drive = Drive { standing, ..Drive::new(14.0, vec![accident]) };
        drive.run(0, 5);
        assert_eq!((drive.verdict(), drive.reasons()), (verdict, vec![reason]));
    }
}

#[test]
fn an_unknown_credential_excuses_nobody() {
    let standing = Standing { credential: Ternary::Unknown, ..on_duty() };
    let mut drive = Drive { standing, ..Drive::new(14.0, vec![accident(200.0, 0.0)]) };
    drive.run(0, 5);
    assert_eq!((drive.verdict(), drive.reasons()), (Verdict::MustStop, vec![Reason::Ahead, Reason::CredentialUnknown]));
}

#[test]
fn on_an_unknown_road_it_must_stop_in_a_city_and_cannot_tell_at_a_motorways_speed() {
    let unknown = OpenAccident { road: Road::Unknown, ..accident(300.0, 0.0) };
    let mut slow = Drive::new(12.0, vec![unknown.clone()]);
    slow.run(0, 16);
    assert_eq!((slow.verdict(), slow.reasons()), (Verdict::MustStop, vec![Reason::Ahead, Reason::RoadUnknown]));
    let mut fast = Drive::new(30.0, vec![unknown]);
    fast.run(0, 5);
    assert_eq!((fast.verdict(), fast.reasons()[0]), (Verdict::CannotTell, Reason::MotorwaySpeed));
}

#[test]
fn s35_a_fix_that_cannot_carry_a_verdict_gives_cannot_tell_with_its_reason() {
    type Spoil = fn(&mut Fix, &Fix);
    let rows: [(Reason, Spoil); 5] = [
        (Reason::FixInaccurate, |fix, _| fix.point.accuracy_m = 180.0),
        (Reason::FixMocked, |fix, _| fix.point.mock = true),
        (Reason::TimeJump, |fix, _| fix.at.wall = fix.at.wall.plus(-3_600_000)),
        (Reason::PositionJump, |fix, _| fix.point.lat += 0.05),
        (Reason::FixFrozen, |fix, before| (fix.point, fix.speed_mps) = (before.point, Some(14.0))),
    ];
    for (reason, spoil) in rows {
        // At 6 s the accident is 306 m ahead, out of the warning distance; then the fixes go bad for good.
        let mut drive = Drive::new(14.0, vec![accident(390.0, 0.0)]);
        assert_eq!(drive.run(0, 6), []);
        let mut before = drive.fix(6.0);
        for s in 7..=25_u32 {
            let mut fix = drive.fix(f64::from(s));
            spoil(&mut fix, &before);
            drive.step(&fix);
            if s >= 14 && !(reason == Reason::PositionJump || reason == Reason::TimeJump) {
                assert_eq!((drive.verdict(), drive.reasons()), (Verdict::CannotTell, vec![reason]), "{s} s");
            }
            before = fix;
        }
    }
}

#[test]
fn s35_when_no_fix_comes_any_more_the_last_one_grows_old_and_the_answer_is_cannot_tell() {
    let mut drive = Drive::new(14.0, vec![accident(400.0, 0.0)]);
    assert_eq!(drive.run(0, 6), []);
    let last = drive.fix(6.0);
    let said: Vec<Change> = (7..40)
        .flat_map(|s| drive.watch.step(&last, &drive.accidents, &drive.standing, &drive.rules, &moment(s * 1000)))
        .collect();
    assert_eq!(verdicts(&said), [Verdict::CannotTell]);
    assert_eq!(said[0].reasons, [Reason::FixOld]);
    assert!(said[0].at.mono_ms <= 16_000, "{said:?}");
}

#[test]
fn a_duty_once_raised_survives_a_tunnel() {
    let mut drive = Drive::new(14.0, vec![accident(400.0, 0.0)]);
    drive.run(0, 20);
    assert_eq!(drive.verdict(), Verdict::MustStop);
    drive.accuracy = 400.0;
    assert_eq!(drive.run(21, 26), []);
    assert_eq!(drive.verdict(), Verdict::MustStop);
}

#[test]
fn one_fix_between_good_and_sure_waits_for_a_second() {
    let mut drive = Drive { accuracy: 30.0, ..Drive::new(14.0, vec![accident(600.0, 0.0)]) };
    let changes = drive.run(0, 40);
    assert_eq!(verdicts(&changes), [Verdict::CannotTell, Verdict::MustStop]);
}

#[test]
fn an_accident_that_is_closed_is_clear_at_once() {
    let mut drive = Drive::new(14.0, vec![accident(200.0, 0.0)]);
    drive.run(0, 5);
    drive.accidents = Accidents::default();
    let changes = drive.run(6, 6);
    assert_eq!((changes[0].verdict, changes[0].reasons.as_slice()), (Verdict::Clear, &[Reason::Closed][..]));
    assert_eq!(drive.watch.current(), []);
}

#[test]
fn a_watch_that_was_stored_and_read_back_goes_on_with_the_same_verdicts() {
    let mut whole = Drive::new(14.0, vec![accident(600.0, 0.0)]);
    let mut parts = Drive::new(14.0, vec![accident(600.0, 0.0)]);
    whole.run(0, 30);
    parts.run(0, 30);
    let stored = serde_json::to_string(&parts.watch).expect("JSON");
    parts.watch = serde_json::from_str(&stored).expect("a watch");
    assert_eq!(whole.run(31, 90), parts.run(31, 90));
}

/// Metres a driver at least needs: 4.5 s and comfortable braking.
fn needed_m(speed: f64) -> f64 {
    4.5 * speed + speed * speed / 4.0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn with_good_fixes_must_stop_comes_while_there_is_still_room_to_stop(
        speed in 4.0..33.0_f64,
        noise in proptest::collection::vec((-3.0..3.0_f64, -3.0..3.0_f64), 200),
        accuracy in 3.0..15.0_f64,
    ) {
        let place = 900.0;
        let mut drive = Drive { accuracy, ..Drive::new(speed, vec![accident(place, 0.0)]) };
        for (s, (dx, dy)) in noise.iter().enumerate() {
            let truth = speed * s as f64;
            let mut fix = drive.fix(s as f64);
            fix.point = Point::wgs84(north(*dy), east(truth + dx), accuracy).expect("a place");
            drive.step(&fix);
            if place - truth < needed_m(speed) {
                break;
            }
            if place - truth < needed_m(speed) + speed {
                prop_assert_eq!(drive.verdict(), Verdict::MustStop, "{} m left at {} m/s", place - truth, speed);
            }
        }
    }

    #[test]
    fn s35_within_the_warning_distance_a_bad_fix_never_says_clear(
        speed in 3.0..33.0_f64,
        bad_from in 0_u32..25,
        kind in 0_u8..5,
        accuracy in 16.0..400.0_f64,
        angle in 0.0..360.0_f64,
        off in 0.0..1.0_f64,
    ) {
        let mut drive = Drive::new(speed, vec![accident(speed * 30.0, 0.0)]);
        let warning = drive.rules.warning_distance_m(speed, 1_000);
        let mut before = drive.fix(0.0);
        for s in 0..=30_u32 {
            let truth = drive.fix(f64::from(s));
            let mut fix = truth.clone();
            fix.speed_mps = Some(speed);
            if s >= bad_from {
                match kind {
                    0 => {
                        // Honestly inaccurate: off by no more than it says.
                        let (dx, dy) = (angle.to_radians().cos() * off * accuracy, angle.to_radians().sin() * off * accuracy);
                        fix.point = Point::wgs84(north(dy), east(speed * f64::from(s) + dx), accuracy).expect("a place");
                    }
                    1 => (fix.point.mock, fix.point.lat) = (true, 36.0 + off),
                    2 => fix.point = before.point,
                    3 => fix.at.wall = fix.at.wall.plus(-120_000 * i64::from(s)),
                    _ => fix = before.clone(),
                }
            }
            let changes = drive.watch.step(&fix, &drive.accidents, &drive.standing, &drive.rules, &truth.at);
            before = fix;
            let left = speed * f64::from(30 - s);
            // The first fixes of all have no course yet, and an old fix is only old after its five seconds.
            if s >= bad_from && left <= warning && (kind != 4 || s >= bad_from + 6) {
                let verdict = drive.verdict();
                let answered = matches!(verdict, Verdict::MustStop | Verdict::CannotTell);
                prop_assert!(answered, "{verdict:?} {left} m before it, {s} s, {changes:?}");
            }
        }
    }
}
