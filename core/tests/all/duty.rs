//! The duty check on made drives: in time, with reasons, and never silently "nothing to do".

use jingbao_core::{
    duty::{
        Accidents, Change, Checked, DutyRules, Fix, OpenAccident, Reason, Road, Standing, Ternary, Urgent, Verdict,
        Watch,
    },
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
    Standing { on_duty: true, credential: Ternary::Yes, urgent: None, on_case: None }
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
    let urgent = Urgent { kind: "rescue".into(), declared_at: moment(0) };
    let expressway = OpenAccident { road: Road::Expressway, ..accident(200.0, 0.0) };
    let served = OpenAccident { served: true, ..accident(200.0, 0.0) };
    let city = accident(200.0, 0.0);
    let rows = [
        (city.clone(), Standing { urgent: Some(urgent), ..on_duty() }, Verdict::Exempt, Reason::UrgentTask),
        (city.clone(), Standing { on_case: Some("other".into()), ..on_duty() }, Verdict::Exempt, Reason::OnAnotherCase),
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

#[test]
fn t26_the_accident_that_the_specialist_is_at_is_no_other_case() {
    let standing = Standing { on_case: Some("a".into()), ..on_duty() };
    let mut drive = Drive { standing, ..Drive::new(14.0, vec![accident(200.0, 0.0)]) };
    drive.run(0, 5);
    assert_eq!((drive.verdict(), drive.reasons()), (Verdict::ReportOnly, vec![Reason::AlreadyThere]));
}

#[test]
fn an_urgent_task_that_is_declared_after_stopping_was_demanded_excuses_and_says_so() {
    let mut drive = Drive::new(14.0, vec![accident(400.0, 0.0)]);
    drive.run(0, 18);
    assert_eq!(drive.verdict(), Verdict::MustStop);
    drive.standing.urgent = Some(Urgent { kind: "rescue".into(), declared_at: moment(18_500) });
    let changes = drive.run(19, 19);
    assert_eq!(verdicts(&changes), [Verdict::Exempt]);
    assert_eq!(changes[0].reasons, [Reason::UrgentTask, Reason::DeclaredAfter]);
}

/// A drive with noise, gaps, lies and changing standings: whatever may come to the check.
fn any_drive() -> impl Strategy<Value = Vec<(Fix, Standing, i64)>> {
    let urgent = prop::option::weighted(0.1, Just(Urgent { kind: "rescue".into(), declared_at: moment(0) }));
    let standing = (prop::bool::weighted(0.95), urgent).prop_map(|(on_duty, urgent)| Standing {
        on_duty,
        urgent,
        ..self::on_duty()
    });
    let noise = (-15.0_f64..15.0, -15.0_f64..15.0);
    let step = (noise, 1.0_f64..80.0, prop::bool::weighted(0.05), 400_i64..4_000, 0_i64..6_000, standing);
    let said = (prop::option::of(0.0_f64..30.0), prop::option::of(80.0_f64..100.0));
    prop::collection::vec((step, said), 30..90).prop_map(|steps| {
        let mut ms = 0;
        let fixes = steps.into_iter().map(|(((e, n), accuracy, mock, gap, age, standing), (speed_mps, course_deg))| {
            ms += gap;
            let place = Point::wgs84(north(n), east(14.0 * ms as f64 / 1000.0 + e), accuracy).expect("a place");
            let fix = Fix { point: Point { mock, ..place }, speed_mps, course_deg, at: moment(ms) };
            (fix, standing, ms + age)
        });
        fixes.collect()
    })
}

proptest! {
    #[test]
    fn a_desk_comes_to_every_verdict_of_a_phone_from_the_line_of_its_log(drive in any_drive(), far in 100.0_f64..900.0) {
        let rules = DutyRules::default();
        let places = [(far, 0.0, "a"), (far + 40.0, 8.0, "b"), (far, 70.0, "c")];
        let known: Accidents =
            places.map(|(e, n, id)| OpenAccident { id: id.into(), ..accident(e, n) }).into_iter().collect();
        let mut watch = Watch::new();
        for (nth, (fix, standing, now)) in drive.iter().enumerate() {
            let none = Accidents::default();
            // Towards the end they are closed.
            let open = if nth > 80 { &none } else { &known };
            for checked in watch.check(fix, open, standing, &rules, &moment(*now)) {
                let line = jingbao_core::canon::bytes(&checked).expect("canonical");
                let read: Checked = serde_json::from_slice(&line).expect("read back");
                prop_assert_eq!(&read, &checked);
                prop_assert!(read.holds(&rules), "{:?}", checked.change);
                let slower = DutyRules { reaction_s: 60.0, corridor_m: 900.0, corridor_most_m: 900.0, ..rules.clone() };
                let mut other = read.clone();
                other.change.distance_m += 0.001;
                prop_assert!(!other.holds(&rules) && read.inputs.change(&slower).is_none_or(|c| c.at == read.change.at));
            }
        }
    }

    #[test]
    fn a_phone_that_fixes_only_as_often_as_it_is_asked_is_warned_in_time_and_saves_its_battery(
        kmh in 20.0_f64..120.0, far in 2_000.0_f64..20_000.0, given in any::<bool>(),
    ) {
        let speed = kmh / 3.6;
        let mut drive = Drive::new(speed, vec![accident(far, 0.0)]);
        let (mut s, mut fixes, mut told) = (0.0, 0, None);
        while told.is_none() && speed * s < far {
            let mut fix = drive.fix(s);
            if given {
                (fix.speed_mps, fix.course_deg) = (Some(speed), Some(90.0));
            }
            fixes += 1;
            told = drive.step(&fix).iter().find(|change| change.verdict == Verdict::MustStop).map(|_| far - speed * s);
            let wanted = drive.watch.next_fix_ms(&drive.accidents, &drive.standing, &drive.rules, &fix.at);
            s += wanted.expect("on duty") as f64 / 1000.0;
        }
        let left = told.unwrap_or(0.0);
        prop_assert!(left >= 4.5 * speed + speed * speed / 4.0, "{left} m left at {kmh} km/h");
        // Half of the way that is left, again and again, and the last kilometre every second.
        let most = 1_100.0 / speed + 60.0 + far / speed / 60.0;
        prop_assert!(f64::from(fixes) < most, "{fixes} fixes, {most}");
    }
}

#[test]
fn nobody_off_duty_is_asked_where_he_is_and_an_empty_road_is_asked_for_once_a_minute() {
    let (mut drive, now) = (Drive::new(14.0, vec![]), moment(9_000));
    drive.run(0, 9);
    let wanted = |drive: &Drive| drive.watch.next_fix_ms(&drive.accidents, &drive.standing, &drive.rules, &now);
    assert_eq!(wanted(&drive), Some(60_000));
    drive.accidents.put(accident(500.0, 0.0));
    assert_eq!(wanted(&drive), Some(1_000), "one was heard of nearby");
    drive.standing.on_duty = false;
    assert_eq!(wanted(&drive), None);
}
