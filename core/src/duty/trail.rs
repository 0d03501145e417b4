//! The last believable fixes: which new ones may be believed, and how fast and where to the car moves.

use serde::{Deserialize, Serialize};

use super::{DutyRules, Fix, Motion, Reason};
use crate::{
    place::{bearing_deg, distance_m},
    time::{Moment, Span, span},
};

/// How long fixes are kept for deriving motion.
const KEEP_MS: i64 = 12_000;
/// Over how long a speed is derived: the shorter follows a car that speeds up, the longer outlasts noise. The higher
/// of the two counts, which warns rather early than late.
const SPEED_MS: [i64; 2] = [3_000, 6_000];
/// Harder than any car accelerates or brakes on a road, m/s².
const ACCELERATION_MPS2: f64 = 10.0;
/// Faster than any car on a public road, m/s; used before a speed is known.
const FASTEST_MPS: f64 = 70.0;
/// That many strays which fit one another are the truth, and the trail before them was not.
const STRAYS: usize = 3;
/// A wall clock may be corrected by less than this against the monotonic clock.
const CLOCK_STEP_MS: i64 = 60_000;
/// Over how many metres at least and at most a course is derived.
const SHORTEST_BASE_M: f64 = 15.0;
const LONGEST_BASE_M: f64 = 75.0;
/// Below this a course is noise, m/s.
const WALKING_MPS: f64 = 1.5;

/// The believable fixes of the last seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Trail {
    good: Vec<Fix>,
    strays: Vec<Fix>,
    last: Option<Fix>,
    last_doubts: Vec<Reason>,
    motion: Motion,
    interval_ms: i64,
}

/// What a fix is worth.
pub(super) struct Judged {
    /// Why it cannot be believed; empty when it can.
    pub(super) doubts: Vec<Reason>,
    /// It is another one than before.
    pub(super) fresh: bool,
    /// Milliseconds since it held.
    pub(super) age_ms: i64,
}

/// How far a position can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Worth {
    Good,
    /// It says itself how far off it may be, and nothing else is wrong with it.
    Inaccurate,
    Nothing,
}

impl Judged {
    pub(super) fn worth(&self) -> Worth {
        match self.doubts[..] {
            [] => Worth::Good,
            [Reason::FixInaccurate] => Worth::Inaccurate,
            _ => Worth::Nothing,
        }
    }
}

impl Trail {
    /// Takes the next fix, or the same one again later, and says what it is worth.
    pub(super) fn take(&mut self, fix: &Fix, now: &Moment, rules: &DutyRules) -> Judged {
        let fresh = self.last.as_ref() != Some(fix);
        let mut doubts = if fresh { self.doubts(fix, rules) } else { self.last_doubts.clone() };
        if fresh {
            self.keep(fix, &mut doubts);
            self.last = Some(fix.clone());
            self.last_doubts.clone_from(&doubts);
        }
        let age_ms = match span(&fix.at, now) {
            Span::Certain { ms } => ms,
            // A fix slightly from the future is a matter of two clocks read one after the other.
            Span::Uncertain { .. } if fix.at.boot == now.boot && fix.at.mono_ms - now.mono_ms < 1_000 => 0,
            Span::Uncertain { .. } => i64::MAX,
        };
        if age_ms > rules.old_fix_ms {
            doubts.push(Reason::FixOld);
        }
        Judged { doubts, fresh, age_ms }
    }

    /// The last believable fix.
    pub(super) fn last_good(&self) -> Option<&Fix> {
        self.good.last()
    }

    /// Speed and course, given or derived.
    pub(super) fn motion(&self) -> Motion {
        self.motion
    }

    /// Milliseconds between the last two believable fixes.
    pub(super) fn interval_ms(&self) -> i64 {
        self.interval_ms
    }

    fn doubts(&self, fix: &Fix, rules: &DutyRules) -> Vec<Reason> {
        let mut doubts = Vec::new();
        if fix.point.checked().is_err() {
            return vec![Reason::NoFix];
        }
        if fix.point.accuracy_m > rules.inaccurate_m {
            doubts.push(Reason::FixInaccurate);
        }
        if fix.point.mock {
            doubts.push(Reason::FixMocked);
        }
        if self.last.as_ref().is_some_and(|last| clocks_disagree(last, fix)) {
            doubts.push(Reason::TimeJump);
        }
        if self.last.as_ref().is_some_and(|last| is_frozen(last, fix)) {
            doubts.push(Reason::FixFrozen);
        }
        if doubts.is_empty() && self.good.last().is_some_and(|good| is_jump(good, fix, self.motion.speed_mps)) {
            doubts.push(Reason::PositionJump);
        }
        doubts
    }

    fn keep(&mut self, fix: &Fix, doubts: &mut Vec<Reason>) {
        if *doubts == [Reason::PositionJump] {
            if self.strays.last().is_some_and(|stray| is_jump(stray, fix, None)) {
                self.strays.clear();
            }
            self.strays.push(fix.clone());
            if self.strays.len() < STRAYS {
                return;
            }
            self.good = std::mem::take(&mut self.strays);
            doubts.clear();
        } else if doubts.is_empty() {
            self.strays.clear();
            self.good.push(fix.clone());
        } else {
            return;
        }
        let recent = |old: &Fix| matches!(span(&old.at, &fix.at), Span::Certain { ms } if ms <= KEEP_MS);
        let same_boot = |old: &Fix| old.at.boot == fix.at.boot;
        // The one before stays however old it is: with sparse fixes it is the only measure there is.
        let (mut nth, all) = (0, self.good.len());
        self.good.retain(|old| {
            nth += 1;
            if nth + 2 > all { same_boot(old) } else { recent(old) }
        });
        self.interval_ms = match self.good.as_slice() {
            [.., before, last] => gap_ms(before, last),
            _ => 0,
        };
        self.motion = self.derive(fix);
    }

    fn derive(&self, fix: &Fix) -> Motion {
        let usable = |value: Option<f64>| value.filter(|number| number.is_finite() && *number >= 0.0);
        let here = fix.point.to_wgs84();
        let earlier = &self.good[..self.good.len().saturating_sub(1)];
        let speed_mps = usable(fix.speed_mps).or_else(|| {
            let over = |window_ms: i64| {
                let from = earlier.iter().find(|old| gap_ms(old, fix) <= window_ms).or(earlier.last())?;
                let seconds = gap_ms(from, fix) as f64 / 1000.0;
                (seconds > 0.0).then(|| distance_m(from.point.to_wgs84(), here) / seconds)
            };
            SPEED_MS.into_iter().filter_map(over).reduce(f64::max)
        });
        let given = usable(fix.course_deg).filter(|_| speed_mps.is_none_or(|speed| speed >= WALKING_MPS));
        // Two seconds of driving: on a shorter base the noise across turns the course by too much, a longer one lags.
        let two_seconds = 2.0 * speed_mps.unwrap_or(0.0);
        let moved_enough = two_seconds.max(1.5 * fix.point.accuracy_m).clamp(SHORTEST_BASE_M, LONGEST_BASE_M);
        let derived = || {
            let from = earlier.iter().rev().find(|old| distance_m(old.point.to_wgs84(), here) >= moved_enough)?;
            Some(bearing_deg(from.point.to_wgs84(), here))
        };
        Motion { speed_mps, course_deg: given.or_else(derived).or(self.motion.course_deg) }
    }
}

fn gap_ms(earlier: &Fix, later: &Fix) -> i64 {
    span(&earlier.at, &later.at).certain_ms().unwrap_or(0)
}

/// Inside one boot the monotonic clock ran backwards, or the wall clock was set.
fn clocks_disagree(last: &Fix, fix: &Fix) -> bool {
    let same_boot = last.at.boot == fix.at.boot;
    let mono = fix.at.mono_ms.saturating_sub(last.at.mono_ms);
    same_boot && (mono < 0 || (fix.at.wall.since(last.at.wall).saturating_sub(mono)).saturating_abs() > CLOCK_STEP_MS)
}

/// The very same degrees although the receiver says that it moves.
fn is_frozen(last: &Fix, fix: &Fix) -> bool {
    let same = last.point.lat == fix.point.lat && last.point.lon == fix.point.lon;
    same && fix.speed_mps.is_some_and(|speed| speed > 1.0) && gap_ms(last, fix) >= 500
}

/// Farther than a car gets in that time, both errors counted twice.
fn is_jump(from: &Fix, to: &Fix, speed_mps: Option<f64>) -> bool {
    let Some(ms) = span(&from.at, &to.at).certain_ms() else { return false };
    let seconds = ms as f64 / 1000.0;
    let errors = 2.0 * (from.point.accuracy_m + to.point.accuracy_m);
    let speed = speed_mps.into_iter().chain(to.speed_mps.filter(|speed| speed.is_finite())).reduce(f64::max);
    let possible = match speed {
        Some(speed) => (speed * seconds + 0.5 * ACCELERATION_MPS2 * seconds * seconds).min(FASTEST_MPS * seconds),
        None => FASTEST_MPS * seconds,
    };
    from.point.distance_m(to.point) > possible + errors
}
