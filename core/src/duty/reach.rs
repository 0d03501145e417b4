//! Geometry of one fix and one accident: is it ahead, within the distance that a driver needs?

use super::{DutyRules, Motion, OpenAccident, plane::Plane};

/// How sure it is that an accident concerns this car now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Near {
    /// Behind, beside or far.
    No,
    /// The errors leave both open.
    Maybe,
    /// Ahead and within the warning distance.
    Yes,
}

/// The car as the check sees it.
pub(super) struct Car {
    plane: Plane,
    accuracy_m: f64,
    /// The higher of what the receiver says and what was known before.
    claimed_mps: Option<f64>,
    motion: Motion,
    interval_ms: i64,
    age_ms: i64,
}

/// Accuracies are 68 % radii; three of them hold practically every true place.
const WIDE: f64 = 3.0;
/// The next fix comes every second where fixes carry a verdict; later than this it is missing.
pub(super) const LATE_MS: i64 = 1_000;
/// By how much a receiver's speed errs; a car that speeds up is that much faster within the second, too.
const SPEED_ERROR_MPS: f64 = 0.8;
/// How fast a driver usually speeds up at most, m/s².
const HURRY_MPS2: f64 = 3.0;
/// A course derived from fixes that are not sure may be off by 45°.
const WIDE_GROWTH: f64 = 1.0;

impl Car {
    /// A car in the middle of this map, that the receiver says is so fast, and that moved so until now.
    pub(super) fn new(
        plane: Plane,
        accuracy_m: f64,
        said_mps: Option<f64>,
        motion: Motion,
        interval_ms: i64,
        age_ms: i64,
    ) -> Car {
        let claimed = said_mps.into_iter().chain(motion.speed_mps).filter(|speed| speed.is_finite());
        let claimed_mps = claimed.reduce(f64::max);
        Car { plane, accuracy_m, claimed_mps, motion, interval_ms, age_ms }
    }

    pub(super) fn plane(&self) -> Plane {
        self.plane
    }

    pub(super) fn distance_m(&self, accident: &OpenAccident) -> f64 {
        self.plane.metres(accident.place.to_wgs84())
    }

    /// For a fix that can be believed; `stretch` widens the warning distance for leaving.
    pub(super) fn sees(&self, accident: &OpenAccident, rules: &DutyRules, stretch: f64) -> Near {
        let (fix_error, place_error) = (self.accuracy_m, accident.place.accuracy_m);
        let distance = self.distance_m(accident);
        let strip = |speed: f64, error: f64, growth: f64, most: f64| {
            let (along, across) = self.along_and_across(accident, distance, error);
            let width = (rules.corridor_m + error + growth * along.max(0.0)).min(most);
            let stop = rules.warning_distance_m(speed + SPEED_ERROR_MPS, self.interval_ms) * stretch;
            along >= 0.0 && along - speed * self.age_s() <= stop + error && across <= width
        };
        let speed = self.speed_mps(rules);
        let error = fix_error + place_error;
        if strip(speed, error, rules.corridor_growth, rules.corridor_most_m.max(rules.corridor_m + error)) {
            // Before the car has moved nobody knows what lies ahead of it.
            if self.motion.course_deg.is_none() && distance > error { Near::Maybe } else { Near::Yes }
        } else if self.is_unsure(rules)
            && strip(self.hurried_mps(rules), WIDE * fix_error + place_error, WIDE_GROWTH, f64::INFINITY)
        {
            Near::Maybe
        } else {
            Near::No
        }
    }

    /// For a fix that only says it is inaccurate: anything inside its wide circle may be ahead.
    pub(super) fn might_see(&self, accident: &OpenAccident, rules: &DutyRules) -> Near {
        self.circle(accident, rules, self.claimed_mps(rules))
    }

    /// For a position that is worthless but for where it was: the car may have gone anywhere since, at any speed.
    pub(super) fn might_reach(&self, accident: &OpenAccident, rules: &DutyRules) -> Near {
        self.circle(accident, rules, rules.reach_mps)
    }

    fn circle(&self, accident: &OpenAccident, rules: &DutyRules, speed: f64) -> Near {
        let circle = self.circle_m(accident.place.accuracy_m, rules, speed);
        if self.distance_m(accident) <= circle { Near::Maybe } else { Near::No }
    }

    fn circle_m(&self, place_error: f64, rules: &DutyRules, speed: f64) -> f64 {
        let gone = rules.reach_mps * self.age_s();
        let errors = WIDE * self.accuracy_m + place_error;
        rules.warning_distance_m(speed, self.interval_ms) + gone + errors
    }

    fn age_s(&self) -> f64 {
        self.age_ms.max(0) as f64 / 1000.0
    }

    /// How fast it is; where fixes are sparse, how fast it may be until the next one: a car at a light drives off.
    fn speed_mps(&self, rules: &DutyRules) -> f64 {
        match self.motion.speed_mps {
            Some(speed) if !self.is_sparse(rules) => speed,
            Some(speed) => speed.max(rules.assumed_mps),
            None => rules.assumed_mps,
        }
    }

    fn is_sparse(&self, rules: &DutyRules) -> bool {
        self.interval_ms > rules.sparse_fixes_ms
    }

    /// How fast the car may be by now.
    fn hurried_mps(&self, rules: &DutyRules) -> f64 {
        self.speed_mps(rules) + HURRY_MPS2 * self.age_s()
    }

    /// A fix that is not sure, or that the next one should have followed already, or that comes so long after the one
    /// before that nobody knows what the road did in between.
    fn is_unsure(&self, rules: &DutyRules) -> bool {
        self.accuracy_m > rules.sure_m || self.age_ms > LATE_MS || self.is_sparse(rules)
    }

    /// Beyond this many metres [`Car::sees`] (unstretched) sees nothing.
    pub(super) fn farthest_seen_m(&self, widest_m: f64, rules: &DutyRules) -> f64 {
        let unsure = self.is_unsure(rules);
        let speed = if unsure { self.hurried_mps(rules) } else { self.speed_mps(rules) };
        let error = if unsure { WIDE } else { 1.0 } * self.accuracy_m + widest_m;
        let along = rules.warning_distance_m(speed + SPEED_ERROR_MPS, self.interval_ms) + speed * self.age_s() + error;
        let growth = if unsure { WIDE_GROWTH } else { rules.corridor_growth };
        let across = rules.corridor_m + error + growth * along;
        (along * along + across * across).sqrt()
    }

    /// Beyond this many metres [`Car::might_see`] sees nothing.
    pub(super) fn widest_circle_m(&self, widest_m: f64, rules: &DutyRules) -> f64 {
        self.circle_m(widest_m, rules, self.claimed_mps(rules))
    }

    /// Beyond this many metres [`Car::might_reach`] reaches nothing.
    pub(super) fn farthest_gone_m(&self, widest_m: f64, rules: &DutyRules) -> f64 {
        self.circle_m(widest_m, rules, rules.reach_mps)
    }

    /// The last known speed may be as wrong as the position: it counts only where it makes the circle larger.
    fn claimed_mps(&self, rules: &DutyRules) -> f64 {
        self.claimed_mps.unwrap_or(rules.reach_mps).max(rules.assumed_mps)
    }

    /// Metres along the course and beside it. Inside the error circle, or without a course, it counts as ahead.
    fn along_and_across(&self, accident: &OpenAccident, distance: f64, error: f64) -> (f64, f64) {
        match self.motion.course_deg {
            Some(course) if distance > error => {
                let (east, north) = course.to_radians().sin_cos();
                let to = self.plane.offset(accident.place.to_wgs84());
                (to.east * east + to.north * north, (to.east * north - to.north * east).abs())
            }
            _ => (distance, 0.0),
        }
    }
}
