//! How fast and where to a car moves, where its receiver does not say so: a curve through the longest run of its last
//! fixes that one such curve explains. A corner ends the run, so that after it only the new direction counts; on a steady
//! road twelve seconds tame the noise that two would not. Where the fixes do not show plainly that the car bends or
//! speeds up, the curve is a straight line. Not its business: which fixes may be believed.

use serde::{Deserialize, Serialize};

use super::{curve::Curve, plane::Plane};

/// What is kept of a believable fix.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Seen {
    /// WGS-84 degrees.
    pub(super) lat: f64,
    pub(super) lon: f64,
    /// 68 % radius, metres.
    pub(super) accuracy_m: f64,
    /// As the receiver gave it.
    pub(super) speed_mps: Option<f64>,
    /// Milliseconds since boot.
    pub(super) mono_ms: i64,
}

impl Seen {
    pub(super) fn place(&self) -> geo_types::Coord<f64> {
        geo_types::Coord { x: self.lon, y: self.lat }
    }
}

/// One millisecond in seconds.
const MILLI: f64 = 0.001;
/// Over how long a speed is derived: the shorter follows a car that speeds up, the longer outlasts noise. The highest
/// of what they and the curve say counts, which warns rather early than late.
const SPEED_MS: [i64; 2] = [3_000, 6_000];
/// By how much of what the fixes say of their accuracy the run may stray from its curve.
const STRAY: f64 = 0.6;
/// However sure the fixes say they are, a lane is that wide, metres.
const LANE_M: f64 = 3.0;
/// Shorter than this no run is: on a shorter one the noise across turns the course by too much.
const SHORTEST_MS: i64 = 2_000;
/// Over how many metres at least a course is derived, and over how many times the accuracy.
const SHORTEST_BASE_M: f64 = 15.0;
const BASE_ACCURACIES: f64 = 1.5;

/// What the last fixes say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Derived {
    /// Metres a second; none of a single fix.
    pub(super) speed_mps: Option<f64>,
    /// Degrees clockwise from north; none where the car has not moved by more than the errors.
    pub(super) course_deg: Option<f64>,
}

/// Motion at the newest of `good`, around which `plane` lies.
pub(super) fn derive(good: &[Seen], plane: &Plane) -> Derived {
    let straight = over_windows(good, plane);
    let Some(curve) = longest_run(good, plane) else { return Derived { speed_mps: straight, course_deg: None } };
    let (east, north) = curve.velocity();
    let speed = (east * east + north * north).sqrt();
    Derived {
        speed_mps: straight.map(|straight| straight.max(speed)),
        course_deg: (speed > 0.0).then(|| east.atan2(north).to_degrees().rem_euclid(360.0)),
    }
}

fn over_windows(good: &[Seen], plane: &Plane) -> Option<f64> {
    let (newest, earlier) = good.split_last()?;
    let over = |window_ms: i64| {
        let from = earlier.iter().find(|old| newest.mono_ms - old.mono_ms <= window_ms).or(earlier.last())?;
        let seconds = (newest.mono_ms - from.mono_ms) as f64 / 1000.0;
        (seconds > 0.0).then(|| plane.offset(from.place()).metres() / seconds)
    };
    SPEED_MS.into_iter().filter_map(over).reduce(f64::max)
}

fn longest_run(good: &[Seen], plane: &Plane) -> Option<Curve> {
    // On a steady road one curve explains all of them, and nothing shorter has to be tried.
    whole_run(good, plane).or_else(|| run_from_newest(good, plane))
}

fn whole_run(good: &[Seen], plane: &Plane) -> Option<Curve> {
    let (oldest, newest) = (good.first()?, good.last()?);
    let (mut curve, mut accuracy_m) = (Curve::default(), 0.0_f64);
    for seen in good {
        curve.add((seen.mono_ms - newest.mono_ms) as f64 * MILLI, plane.offset(seen.place()));
        accuracy_m = accuracy_m.max(seen.accuracy_m);
    }
    let metres = plane.offset(oldest.place()).metres();
    let long = is_long(newest.mono_ms - oldest.mono_ms, metres, accuracy_m);
    (long && !curve.strays(most_stray_m(accuracy_m))).then_some(curve)
}

/// As far back as the places fit one curve.
fn run_from_newest(good: &[Seen], plane: &Plane) -> Option<Curve> {
    let newest_ms = good.last()?.mono_ms;
    let (mut curve, mut best, mut accuracy_m) = (Curve::default(), None, 0.0_f64);
    for seen in good.iter().rev() {
        let (ms, offset) = (newest_ms - seen.mono_ms, plane.offset(seen.place()));
        curve.add(-ms as f64 * MILLI, offset);
        accuracy_m = accuracy_m.max(seen.accuracy_m);
        if best.is_some() && curve.strays(most_stray_m(accuracy_m)) {
            break;
        }
        if is_long(ms, offset.metres(), accuracy_m) {
            best = Some(curve);
        }
    }
    best
}

/// Whether a run of so many milliseconds and metres is long enough for a course.
fn is_long(ms: i64, metres: f64, accuracy_m: f64) -> bool {
    ms >= SHORTEST_MS && metres >= SHORTEST_BASE_M.max(BASE_ACCURACIES * accuracy_m)
}

/// How far the places of a run may stray from its curve, root mean square.
fn most_stray_m(accuracy_m: f64) -> f64 {
    LANE_M.max(STRAY * accuracy_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(second: i64, east: f64, north: f64) -> Seen {
        let degree = 111_195.0;
        Seen { lat: north / degree, lon: east / degree, accuracy_m: 5.0, speed_mps: None, mono_ms: second * 1_000 }
    }

    fn of(places: &[(f64, f64)]) -> (Option<f64>, Option<f64>) {
        let good: Vec<Seen> =
            places.iter().enumerate().map(|(s, (east, north))| seen(s as i64, *east, *north)).collect();
        let plane = Plane::around(good.last().expect("a fix").place());
        let derived = derive(&good, &plane);
        (derived.speed_mps, derived.course_deg)
    }

    #[test]
    fn one_fix_has_no_motion_and_a_standing_car_no_course() {
        assert_eq!(of(&[(0.0, 0.0)]), (None, None));
        let (speed, course) = of(&[(0.0, 0.0), (1.0, 0.5), (0.2, 0.1), (0.0, 1.0)]);
        assert!(speed.is_some_and(|speed| speed < 1.5) && course.is_none());
    }

    #[test]
    fn noise_across_a_straight_road_hardly_turns_the_course() {
        let noisy: Vec<(f64, f64)> =
            (0..12).map(|s| (f64::from(s) * 14.0, if s % 2 == 0 { 2.0 } else { -2.0 })).collect();
        let course = of(&noisy).1.expect("a course");
        assert!((course - 90.0).abs() < 1.5, "{course}");
    }

    #[test]
    fn two_seconds_after_a_bend_the_course_is_that_of_the_new_road() {
        let mut places: Vec<(f64, f64)> = (0..10).map(|s| (0.0, f64::from(s) * 10.0)).collect();
        places.extend((1..3).map(|s| (f64::from(s) * 10.0, 90.0)));
        let course = of(&places).1.expect("a course");
        assert!((course - 90.0).abs() < 20.0, "{course}");
    }
}
