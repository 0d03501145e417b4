//! What a phone reports of a drive: a fix a second with place, mostly with speed and course, and the errors of its
//! kind. Not its business: the check.

use jingbao_core::{
    duty::Fix,
    place::Point,
    time::{Moment, Timestamp},
};

use super::road::{Kind, Way};
use crate::scenery::Chance;

/// How a phone errs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Errs {
    /// By 3 m.
    By3,
    /// By 15 m.
    By15,
    /// By 3 m, and of its motion it says nothing.
    Places3,
    /// By 15 m, and of its motion it says nothing.
    Places15,
    /// By 50 m, and now and then by far more; it says so.
    By50,
    /// No fix for 30 s.
    Gap,
    /// The same place again and again, while the speed is above zero.
    Frozen,
    /// A made-up place, flagged as such.
    Mock,
}

impl Errs {
    /// Every kind.
    pub const ALL: [Errs; 8] =
        [Errs::By3, Errs::By15, Errs::Places3, Errs::Places15, Errs::By50, Errs::Gap, Errs::Frozen, Errs::Mock];

    /// Whether its fixes are believable throughout.
    pub fn is_good(self) -> bool {
        matches!(self, Errs::By3 | Errs::By15) || self.is_silent()
    }

    /// Whether it gives places only. How the car moves is then derived, which is told and has no bounds.
    pub fn is_silent(self) -> bool {
        matches!(self, Errs::Places3 | Errs::Places15)
    }
}

/// One moment of the drive: what the phone has, and what is true.
pub(super) struct Seen {
    pub(super) fix: Fix,
    pub(super) now: Moment,
    /// Whether this fix was not there a second ago, and can be believed.
    pub(super) good: bool,
    /// Metres driven when the fix held, and now.
    pub(super) fix_m: f64,
    pub(super) now_m: f64,
    /// True speed now, m/s.
    pub(super) speed: f64,
}

/// A 68 % radius as a deviation in one direction, both normal.
const DEVIATIONS: f64 = 1.515;
/// How alike the errors of two fixes a second apart are.
const ALIKE: f64 = 0.9;
/// How far a receiver errs in each direction of its velocity, m/s.
const VELOCITY_MPS: f64 = 0.4;
const LAT: f64 = 37.5377;
const LON: f64 = 121.38;
/// Metres of a degree of latitude on the sphere that distances are measured on.
const DEGREE_M: f64 = 111_195.0;

/// The place so many metres east and north of the start.
pub(super) fn place(east: f64, north: f64, accuracy_m: f64) -> Option<Point> {
    let lon = LON + east / (DEGREE_M * LAT.to_radians().cos());
    Point::wgs84(LAT + north / DEGREE_M, lon, accuracy_m).ok()
}

/// A standard normal number.
pub(super) fn normal(chance: &mut Chance) -> f64 {
    let (radius, angle) = (chance.between(f64::MIN_POSITIVE, 1.0), chance.between(0.0, std::f64::consts::TAU));
    (-2.0 * radius.ln()).sqrt() * angle.cos()
}

/// The whole drive as the phone reports it.
pub(super) fn report(way: &Way, kind: Kind, errs: Errs, chance: &mut Chance) -> Vec<Seen> {
    let mut metres = vec![0.0];
    while let Some(driven) = metres.last().copied().filter(|driven| *driven < way.length()) {
        // Tenths of a second, so that braking is followed.
        metres.push((0..10).fold(driven, |at, _| at + way.at(at).speed.max(1.0) / 10.0));
    }
    let seconds = metres.len();
    let bad_from = chance.between(15.0, (seconds as f64 * 0.8).max(16.0)) as usize;
    let dark = if kind == Kind::Tunnel || errs == Errs::Gap { bad_from..bad_from + 30 } else { 0..0 };
    let accuracy = match errs {
        Errs::By15 | Errs::Places15 => 15.0,
        Errs::By50 => 50.0,
        _ => 3.0,
    };
    let mut error = (normal(chance), normal(chance));
    let mut seen: Vec<Seen> = Vec::new();
    for (second, fix_m) in metres.iter().copied().enumerate().skip(1) {
        let age = chance.between(0.1, 0.9);
        let now = moment(second as f64 + age);
        let now_m = fix_m + way.at(fix_m).speed * age;
        let speed = way.at(now_m).speed;
        if let Some(last) = seen.last().filter(|_| dark.contains(&second)) {
            let (fix, fix_m) = (last.fix.clone(), last.fix_m);
            seen.push(Seen { fix, now, good: false, fix_m, now_m, speed });
            continue;
        }
        let fresh = (1.0 - ALIKE * ALIKE).sqrt();
        error = (ALIKE * error.0 + fresh * normal(chance), ALIKE * error.1 + fresh * normal(chance));
        let far = errs == Errs::By50 && chance.between(0.0, 1.0) < 0.05;
        let said = if far { chance.between(150.0, 400.0) } else { accuracy };
        let spot = way.at(fix_m);
        let off = said / DEVIATIONS;
        let Some(mut point) = place(spot.east + off * error.0, spot.north + off * error.1, said) else { continue };
        let bad = second >= bad_from;
        if bad
            && errs == Errs::Frozen
            && let Some(last) = seen.last()
        {
            point = last.fix.point;
        }
        if bad && errs == Errs::Mock {
            (point.mock, point.lat) = (true, point.lat + chance.between(-0.1, 0.1));
        }
        let told = (spot.speed + VELOCITY_MPS * normal(chance)).max(0.0);
        // The receiver's velocity errs by the same in both directions, so that a slow car's course is the less sure.
        let course = (spot.heading + (VELOCITY_MPS * normal(chance)).atan2(spot.speed)).to_degrees();
        let (speed_mps, course_deg) =
            if errs.is_silent() { (None, None) } else { (Some(told), Some(course.rem_euclid(360.0))) };
        let fix = Fix { point, speed_mps, course_deg, at: moment(second as f64) };
        let good = said <= 15.0 && !(bad && matches!(errs, Errs::Frozen | Errs::Mock));
        seen.push(Seen { fix, now, good, fix_m, now_m, speed });
    }
    seen
}

fn moment(seconds: f64) -> Moment {
    let ms = (seconds * 1_000.0) as i64;
    Moment { wall: Timestamp(1_795_417_000_000 + ms), offset_s: 28_800, mono_ms: ms, boot: "drive".into() }
}
