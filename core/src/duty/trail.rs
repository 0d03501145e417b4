//! The last believable fixes: which new ones may be believed, and how fast and where to the car moves.

use serde::{Deserialize, Serialize};

use super::{
    DutyRules, Fix, Motion, Reason,
    motion::{Derived, Seen, derive},
    plane::Plane,
};
use crate::time::{Moment, Span, span};

/// How long fixes are kept for deriving motion.
const KEEP_MS: i64 = 12_000;
/// Harder than any car accelerates or brakes on a road, m/s².
const ACCELERATION_MPS2: f64 = 10.0;
/// Faster than any car on a public road, m/s; used before a speed is known.
const FASTEST_MPS: f64 = 70.0;
/// That many strays which fit one another are the truth, and the trail before them was not.
const STRAYS: usize = 3;
/// A wall clock may be corrected by less than this against the monotonic clock.
const CLOCK_STEP_MS: i64 = 60_000;
/// Below this a course is noise, m/s.
const WALKING_MPS: f64 = 1.5;

/// The believable fixes of the last seconds, all of one boot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Trail {
    good: Vec<Seen>,
    strays: Vec<Seen>,
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
    /// The map around it.
    pub(super) plane: Plane,
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
        let plane = Plane::around(fix.point.to_wgs84());
        if fresh {
            // Readings of two boots cannot be compared.
            if self.last.as_ref().is_some_and(|last| last.at.boot != fix.at.boot) {
                self.good.clear();
                self.strays.clear();
            }
            self.last_doubts = self.judge(fix, &plane, rules);
            match &mut self.last {
                // Into the space of the one before: this happens every second of a shift.
                Some(last) => {
                    (last.point, last.speed_mps, last.course_deg) = (fix.point, fix.speed_mps, fix.course_deg);
                    (last.at.wall, last.at.offset_s, last.at.mono_ms) = (fix.at.wall, fix.at.offset_s, fix.at.mono_ms);
                    last.at.boot.clone_from(&fix.at.boot);
                }
                None => self.last = Some(fix.clone()),
            }
        }
        let mut doubts = self.last_doubts.clone();
        let age_ms = match span(&fix.at, now) {
            Span::Certain { ms } => ms,
            // A fix slightly from the future is a matter of two clocks read one after the other.
            Span::Uncertain { .. } if fix.at.boot == now.boot && fix.at.mono_ms - now.mono_ms < 1_000 => 0,
            Span::Uncertain { .. } => i64::MAX,
        };
        if age_ms > rules.old_fix_ms {
            doubts.push(Reason::FixOld);
        }
        Judged { doubts, fresh, age_ms, plane }
    }

    /// The last believable fix, and for how many milliseconds it has been the last.
    pub(super) fn last_good(&self, now: &Moment) -> Option<(&Seen, i64)> {
        let same_boot = self.last.as_ref().is_some_and(|last| last.at.boot == now.boot);
        self.good.last().map(|good| match now.mono_ms.checked_sub(good.mono_ms) {
            Some(ms) if same_boot && ms >= 0 => (good, ms),
            _ => (good, i64::MAX),
        })
    }

    /// Speed and course, given or derived.
    pub(super) fn motion(&self) -> Motion {
        self.motion
    }

    /// Milliseconds between the last two believable fixes.
    pub(super) fn interval_ms(&self) -> i64 {
        self.interval_ms
    }

    /// Why a new fix cannot be believed; one that can is kept.
    fn judge(&mut self, fix: &Fix, plane: &Plane, rules: &DutyRules) -> Vec<Reason> {
        if fix.point.checked().is_err() {
            return vec![Reason::NoFix];
        }
        let mut doubts = Vec::new();
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
        if !doubts.is_empty() {
            return doubts;
        }
        let here = plane.middle();
        let (accuracy_m, speed_mps, mono_ms) = (fix.point.accuracy_m, fix.speed_mps, fix.at.mono_ms);
        let seen = Seen { lat: here.y, lon: here.x, accuracy_m, speed_mps, mono_ms };
        if self.good.last().is_some_and(|good| is_jump(good, &seen, self.motion.speed_mps, plane)) {
            if self.strays.last().is_some_and(|stray| is_jump(stray, &seen, None, plane)) {
                self.strays.clear();
            }
            self.strays.push(seen);
            if self.strays.len() < STRAYS {
                return vec![Reason::PositionJump];
            }
            self.good.clear();
            self.good.append(&mut self.strays);
        } else {
            self.strays.clear();
            self.good.push(seen);
        }
        self.keep(mono_ms);
        self.motion = self.derive(fix, plane);
        doubts
    }

    fn keep(&mut self, mono_ms: i64) {
        // The one before stays however old it is: with sparse fixes it is the only measure there is.
        let older = self.good.len().saturating_sub(2);
        if self.good.is_sorted_by_key(|seen| seen.mono_ms) {
            let over = self.good[..older].iter().take_while(|old| mono_ms - old.mono_ms > KEEP_MS).count();
            self.good.drain(..over);
        } else {
            let mut nth = 0;
            self.good.retain(|old| {
                nth += 1;
                old.mono_ms <= mono_ms && (nth > older || mono_ms - old.mono_ms <= KEEP_MS)
            });
        }
        self.interval_ms = match self.good.as_slice() {
            [.., before, last] => last.mono_ms - before.mono_ms,
            _ => 0,
        };
    }

    fn derive(&self, fix: &Fix, plane: &Plane) -> Motion {
        let usable = |value: Option<f64>| value.filter(|number| number.is_finite() && *number >= 0.0);
        let (said_mps, said_deg) = (usable(fix.speed_mps), usable(fix.course_deg));
        let derived = match (said_mps, said_deg) {
            (Some(_), Some(_)) => Derived::default(),
            _ => derive(&self.good, plane),
        };
        let speed_mps = said_mps.or(derived.speed_mps);
        let given = said_deg.filter(|_| speed_mps.is_none_or(|speed| speed >= WALKING_MPS));
        let course_deg = given.or(derived.course_deg).or(self.motion.course_deg);
        Motion { speed_mps, course_deg }
    }
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
    let later = span(&last.at, &fix.at).certain_ms().is_some_and(|ms| ms >= 500);
    same && later && fix.speed_mps.is_some_and(|speed| speed > 1.0)
}

/// Farther than a car gets in that time, both errors counted twice. `plane` lies around `to`.
fn is_jump(from: &Seen, to: &Seen, speed_mps: Option<f64>, plane: &Plane) -> bool {
    let ms = to.mono_ms - from.mono_ms;
    if ms < 0 {
        return false;
    }
    let seconds = ms as f64 / 1000.0;
    let errors = 2.0 * (from.accuracy_m + to.accuracy_m);
    let speed = speed_mps.into_iter().chain(to.speed_mps.filter(|speed| speed.is_finite())).reduce(f64::max);
    let possible = match speed {
        Some(speed) => (speed * seconds + 0.5 * ACCELERATION_MPS2 * seconds * seconds).min(FASTEST_MPS * seconds),
        None => FASTEST_MPS * seconds,
    };
    plane.metres(from.place()) > possible + errors
}
