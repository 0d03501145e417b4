//! How often the check wants a fix, so that a shift does not empty a phone: every second where an accident may soon be
//! within the warning distance, and the more seldom the farther all of them are. Triggered by whoever asks the receiver.
//! Not its business: asking the receiver, and what to do when it gives none.

use super::{Accidents, DutyRules, Standing, Verdict, Watch};
use crate::time::Moment;

/// Milliseconds between fixes near an accident.
pub const NEAR_MS: i64 = 1_000;
/// Milliseconds between fixes where nothing is near.
pub const FAR_MS: i64 = 60_000;
/// Metres of run-up in which the check learns where the car is heading and a second fix confirms, before the warning.
const RUN_UP_M: f64 = 150.0;
/// Of the time in which the fastest car would get there, this share may pass without a fix.
const SHARE: f64 = 0.5;

impl Watch {
    /// Milliseconds until the next fix is wanted; none while nobody is on duty, when the place of a person is nobody's
    /// business (PIPL 28). Ask again after each fix and whenever an accident was heard of.
    pub fn next_fix_ms(
        &self,
        accidents: &Accidents,
        standing: &Standing,
        rules: &DutyRules,
        now: &Moment,
    ) -> Option<i64> {
        if !standing.on_duty {
            return None;
        }
        if accidents.is_empty() {
            return Some(FAR_MS);
        }
        if self.current().iter().any(|change| change.verdict != Verdict::ReportOnly) {
            return Some(NEAR_MS);
        }
        let Some((here, accuracy_m, age_ms)) = self.last_place(now) else { return Some(NEAR_MS) };
        let warning_m = rules.warning_distance_m(rules.reach_mps, NEAR_MS) * rules.leave_factor;
        let blind_m = warning_m + RUN_UP_M + 3.0 * accuracy_m + accidents.widest_m();
        let gone_m = rules.reach_mps * age_ms as f64 / 1000.0;
        let most_m = blind_m + gone_m + rules.reach_mps * FAR_MS as f64 / 1000.0 / SHARE;
        let nearest_m = accidents.nearest_m(here, most_m);
        let left_s = (nearest_m.unwrap_or(most_m) - blind_m - gone_m) / rules.reach_mps * SHARE;
        Some(((left_s * 1000.0) as i64).clamp(NEAR_MS, FAR_MS))
    }
}
