//! How long one case took, from its events: sighted → stopped → cleared (T15, T29).

use serde::{Deserialize, Serialize};

use crate::{
    pack::ScoreWeights,
    time::{Moment, Span, span},
};

/// What happened to a case, as far as its times go; the names are the kinds of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// Somebody saw the accident.
    Sighted,
    /// The specialist stopped.
    Stopped,
    /// The road was clear.
    Cleared,
    /// The record was sealed.
    Sealed,
}

impl Milestone {
    /// The milestone of a log entry's kind; `None` for all that has no part in times.
    pub fn of_kind(kind: &str) -> Option<Milestone> {
        match kind {
            "sighted" => Some(Milestone::Sighted),
            "stopped" => Some(Milestone::Stopped),
            "cleared" => Some(Milestone::Cleared),
            "sealed" => Some(Milestone::Sealed),
            _ => None,
        }
    }
}

/// When a time is no longer one: pack data, here with its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AssessRules {
    /// A step that took longer in milliseconds was left open, for example overnight.
    pub left_open_ms: i64,
}

impl From<&ScoreWeights> for AssessRules {
    fn from(score: &ScoreWeights) -> Self {
        AssessRules { left_open_ms: i64::from(score.left_open_min) * 60_000 }
    }
}

impl Default for AssessRules {
    fn default() -> Self {
        AssessRules { left_open_ms: 3 * 3_600_000 }
    }
}

/// A time, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Took {
    /// By one clock that nobody can set.
    Certain {
        /// Milliseconds.
        ms: i64,
    },
    /// Across a restart of the phone: the wall clocks say this, and they can be set. It counts in no figure.
    Uncertain {
        /// Milliseconds, may be negative.
        wall_ms: i64,
    },
    /// These milestones are not in the log.
    Missing {
        /// Which.
        what: Vec<Milestone>,
    },
    /// So long that it was left open; it counts in no figure.
    LeftOpen {
        /// Milliseconds.
        ms: i64,
    },
}

impl Took {
    /// The milliseconds that may be counted.
    pub fn countable_ms(&self) -> Option<i64> {
        match self {
            Took::Certain { ms } => Some(*ms),
            Took::Uncertain { .. } | Took::Missing { .. } | Took::LeftOpen { .. } => None,
        }
    }
}

/// The times of one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseTimes {
    /// Sighted → stopped.
    pub response: Took,
    /// Stopped → cleared: the key figure of the programme.
    pub clearing: Took,
    /// Sighted → sealed.
    pub whole: Took,
}

/// The time between two moments, if it may be counted, and else why not.
pub fn took(start: &Moment, end: &Moment, rules: &AssessRules) -> Took {
    match span(start, end) {
        Span::Certain { ms } | Span::Uncertain { wall_ms: ms } if ms > rules.left_open_ms => Took::LeftOpen { ms },
        Span::Certain { ms } => Took::Certain { ms },
        Span::Uncertain { wall_ms } => Took::Uncertain { wall_ms },
    }
}

/// The times of a case from its events in any order. A milestone that was logged twice counts the first time, by its
/// place in the log: whoever presses again later does not make the case longer.
pub fn case_times(events: &[(Milestone, Moment)], rules: &AssessRules) -> CaseTimes {
    let first = |wanted| events.iter().find(|(milestone, _)| *milestone == wanted).map(|(_, moment)| moment);
    let between = |from, to| match (first(from), first(to)) {
        (Some(start), Some(end)) => took(start, end, rules),
        (start, end) => {
            let lacks = [(from, start.is_none()), (to, end.is_none())];
            Took::Missing { what: lacks.into_iter().filter(|(_, lacks)| *lacks).map(|(which, _)| which).collect() }
        }
    };
    CaseTimes {
        response: between(Milestone::Sighted, Milestone::Stopped),
        clearing: between(Milestone::Stopped, Milestone::Cleared),
        whole: between(Milestone::Sighted, Milestone::Sealed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    const MINUTE: i64 = 60_000;

    fn at(mono_ms: i64, wall_shift_ms: i64, boot: &str) -> Moment {
        let wall = Timestamp(1_795_417_000_000 + mono_ms + wall_shift_ms);
        Moment { wall, offset_s: 28_800, mono_ms, boot: boot.into() }
    }

    fn times(events: &[(Milestone, Moment)]) -> CaseTimes {
        case_times(events, &AssessRules::default())
    }

    #[test]
    fn t15_a_clock_set_back_in_mid_case_changes_no_time() {
        let events = [
            (Milestone::Sighted, at(0, 0, "a")),
            (Milestone::Stopped, at(MINUTE, 0, "a")),
            (Milestone::Cleared, at(9 * MINUTE, -60 * MINUTE, "a")),
        ];
        assert_eq!(times(&events).response, Took::Certain { ms: MINUTE });
        assert_eq!(times(&events).clearing, Took::Certain { ms: 8 * MINUTE });
    }

    #[test]
    fn t15_across_a_restart_the_time_is_uncertain_and_counts_in_no_figure() {
        let events = [(Milestone::Stopped, at(0, 0, "a")), (Milestone::Cleared, at(7 * MINUTE, 0, "b"))];
        let clearing = times(&events).clearing;
        assert_eq!(clearing, Took::Uncertain { wall_ms: 7 * MINUTE });
        assert_eq!(clearing.countable_ms(), None);
    }

    #[test]
    fn t29_a_missing_time_stays_missing_and_names_what_is_not_in_the_log() {
        let missing = |what: &[Milestone]| Took::Missing { what: what.to_vec() };
        assert_eq!(times(&[]).clearing, missing(&[Milestone::Stopped, Milestone::Cleared]));
        let sighted = [(Milestone::Sighted, at(0, 0, "a"))];
        assert_eq!(times(&sighted).response, missing(&[Milestone::Stopped]));
    }

    #[test]
    fn t29_a_case_left_open_for_nine_hours_is_left_out_with_its_reason() {
        for boot in ["a", "b"] {
            let nine_hours = 9 * 60 * MINUTE;
            let events = [(Milestone::Stopped, at(0, 0, "a")), (Milestone::Cleared, at(nine_hours, 0, boot))];
            let clearing = times(&events).clearing;
            assert_eq!(clearing, Took::LeftOpen { ms: nine_hours });
            assert_eq!(clearing.countable_ms(), None);
        }
    }

    #[test]
    fn pressing_again_later_does_not_change_a_time() {
        let events = [
            (Milestone::Stopped, at(0, 0, "a")),
            (Milestone::Cleared, at(5 * MINUTE, 0, "a")),
            (Milestone::Cleared, at(50 * MINUTE, 0, "a")),
        ];
        assert_eq!(times(&events).clearing, Took::Certain { ms: 5 * MINUTE });
    }
}
