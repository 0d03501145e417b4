//! Numbers of the duty check: pack data, here with their defaults.

use serde::{Deserialize, Serialize};

/// Distances, times and limits of the duty check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DutyRules {
    /// Age of a fix in milliseconds from which on it is old.
    pub old_fix_ms: i64,
    /// Accuracy in metres beyond which a fix cannot carry a verdict.
    pub inaccurate_m: f64,
    /// Accuracy in metres with which one fix alone is enough.
    pub sure_m: f64,
    /// Seconds a fix is usually old.
    pub fix_age_s: f64,
    /// Seconds until a second fix confirms.
    pub confirm_s: f64,
    /// Seconds the prompt takes to be heard.
    pub prompt_s: f64,
    /// Seconds the driver takes to react.
    pub reaction_s: f64,
    /// Comfortable braking, m/s².
    pub brake_mps2: f64,
    /// Milliseconds between fixes from which on one good fix is enough and the interval itself is the age.
    pub sparse_fixes_ms: i64,
    /// Half width in metres of the strip ahead, before errors.
    pub corridor_m: f64,
    /// How much wider the strip gets for each metre ahead.
    pub corridor_growth: f64,
    /// The widest half width in metres for a fix that is sure.
    pub corridor_most_m: f64,
    /// A verdict is left only beyond the warning distance times this…
    pub leave_factor: f64,
    /// …for this many milliseconds.
    pub leave_ms: i64,
    /// Metres a second from which on a road of unknown class may be a motorway.
    pub motorway_mps: f64,
    /// Metres a second assumed where speed is not known.
    pub assumed_mps: f64,
    /// Metres a second that the car may have made since its last believable fix.
    pub reach_mps: f64,
}

impl Default for DutyRules {
    fn default() -> Self {
        DutyRules {
            old_fix_ms: 5_000,
            inaccurate_m: 50.0,
            sure_m: 15.0,
            fix_age_s: 1.0,
            confirm_s: 1.0,
            prompt_s: 2.0,
            reaction_s: 2.5,
            brake_mps2: 2.0,
            sparse_fixes_ms: 3_000,
            corridor_m: 12.0,
            corridor_growth: 0.2,
            corridor_most_m: 45.0,
            leave_factor: 1.3,
            leave_ms: 10_000,
            motorway_mps: 80.0 / 3.6,
            assumed_mps: 60.0 / 3.6,
            reach_mps: 120.0 / 3.6,
        }
    }
}

impl DutyRules {
    /// Metres ahead at which a driver must hear of it to stop comfortably, before position errors. `interval_ms` is the
    /// time between the last two fixes: where it is longer, it replaces fix age and confirmation.
    pub fn warning_distance_m(&self, speed_mps: f64, interval_ms: i64) -> f64 {
        let known = (interval_ms as f64 / 1000.0).max(self.fix_age_s + self.confirm_s);
        let delay_s = known + self.prompt_s + self.reaction_s;
        speed_mps * delay_s + speed_mps * speed_mps / (2.0 * self.brake_mps2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_warning_distance_is_that_of_the_field_at_every_speed() {
        for (kmh, metres) in [(20.0, 44.0), (40.0, 103.0), (60.0, 178.0), (80.0, 268.0), (100.0, 373.0), (120.0, 494.0)]
        {
            let got = DutyRules::default().warning_distance_m(kmh / 3.6, 1_000);
            assert!((got - metres).abs() < 1.0, "{kmh} km/h: {got}");
        }
    }

    #[test]
    fn sparse_fixes_warn_earlier() {
        let rules = DutyRules::default();
        assert!(rules.warning_distance_m(14.0, 10_000) > rules.warning_distance_m(14.0, 1_000) + 100.0);
    }
}
