//! How fast and where to a car moves, where its receiver does not say so: a straight line through the longest run of its
//! last fixes that one such line explains. A bend ends the run, so that after it only the new direction counts; on a
//! straight road twelve seconds tame the noise that two would not. Not its business: which fixes may be believed.

use serde::{Deserialize, Serialize};

use super::plane::{Offset, Plane};

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

/// Over how long a speed is derived: the shorter follows a car that speeds up, the longer outlasts noise. The higher
/// of the two counts, which warns rather early than late.
const SPEED_MS: [i64; 2] = [3_000, 6_000];
/// By how much of what the fixes say of their accuracy the run may stray from its line.
const STRAY: f64 = 0.6;
/// However sure the fixes say they are, a lane is that wide, metres.
const LANE_M: f64 = 3.0;
/// Shorter than this no run is: on a shorter one the noise across turns the course by too much.
const SHORTEST_MS: i64 = 2_000;
/// Over how many metres at least a course is derived, and over how many times the accuracy.
const SHORTEST_BASE_M: f64 = 15.0;
const BASE_ACCURACIES: f64 = 1.5;

/// Metres a second over the last seconds; none of a single fix. `plane` lies around the newest of `good`.
pub(super) fn speed_mps(good: &[Seen], plane: &Plane) -> Option<f64> {
    let (newest, earlier) = good.split_last()?;
    let over = |window_ms: i64| {
        let from = earlier.iter().find(|old| newest.mono_ms - old.mono_ms <= window_ms).or(earlier.last())?;
        let seconds = (newest.mono_ms - from.mono_ms) as f64 / 1000.0;
        (seconds > 0.0).then(|| plane.offset(from.place()).metres() / seconds)
    };
    SPEED_MS.into_iter().filter_map(over).reduce(f64::max)
}

/// Degrees clockwise from north; none where the car has not moved by more than the errors.
pub(super) fn course_deg(good: &[Seen], plane: &Plane) -> Option<f64> {
    let newest_ms = good.last()?.mono_ms;
    let (mut line, mut best) = (Line::default(), None);
    for seen in good.iter().rev() {
        let metres = line.add(seen, newest_ms, plane).metres();
        if line.count > 2.0 && best.is_some() && line.strays() {
            break;
        }
        let long = newest_ms - seen.mono_ms >= SHORTEST_MS;
        if long && metres >= SHORTEST_BASE_M.max(BASE_ACCURACIES * line.accuracy_m) {
            best = Some(line);
        }
    }
    best.and_then(|line| line.course_deg())
}

/// Sums of a straight line through points in time, least squares.
#[derive(Clone, Copy, Default)]
struct Line {
    count: f64,
    accuracy_m: f64,
    t: f64,
    tt: f64,
    east: Axis,
    north: Axis,
}

/// The sums of one coordinate.
#[derive(Clone, Copy, Default)]
struct Axis {
    x: f64,
    xx: f64,
    tx: f64,
}

impl Line {
    /// Takes one more point, and says where it lies.
    fn add(&mut self, seen: &Seen, newest_ms: i64, plane: &Plane) -> Offset {
        let (t, offset) = ((seen.mono_ms - newest_ms) as f64 / 1000.0, plane.offset(seen.place()));
        self.count += 1.0;
        self.accuracy_m = self.accuracy_m.max(seen.accuracy_m);
        self.t += t;
        self.tt += t * t;
        for (axis, x) in [(&mut self.east, offset.east), (&mut self.north, offset.north)] {
            axis.x += x;
            axis.xx += x * x;
            axis.tx += t * x;
        }
        offset
    }

    fn spread(&self) -> f64 {
        self.tt - self.t * self.t / self.count
    }

    /// Metres a second along one axis.
    fn slope(&self, axis: &Axis) -> f64 {
        (axis.tx - self.t * axis.x / self.count) / self.spread()
    }

    fn course_deg(&self) -> Option<f64> {
        let (east, north) = (self.slope(&self.east), self.slope(&self.north));
        let moves = self.spread() > 0.0 && (east != 0.0 || north != 0.0);
        moves.then(|| east.atan2(north).to_degrees().rem_euclid(360.0))
    }

    /// Whether the points lie farther from the line, root mean square, than noise would put them.
    fn strays(&self) -> bool {
        let spread = self.spread();
        let left = |axis: &Axis| {
            let together = axis.tx - self.t * axis.x / self.count;
            axis.xx - axis.x * axis.x / self.count - together * together / spread
        };
        let most = LANE_M.max(STRAY * self.accuracy_m);
        left(&self.east) + left(&self.north) > most * most * self.count
    }
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
        (speed_mps(&good, &plane), course_deg(&good, &plane))
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
