//! How long something took, honestly (T15): the monotonic clock inside one boot, and *uncertain* across boots with
//! both readings kept. Not its business: rounding for a screen.

use serde::{Deserialize, Serialize};

use super::Moment;

/// The time between two moments, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Span {
    /// Both readings belong to one boot: the monotonic difference, whatever the wall clock did.
    Certain {
        /// Milliseconds, never negative.
        ms: i64,
    },
    /// The phone was restarted in between: only the wall clocks can be compared, and they may have been set.
    Uncertain {
        /// Difference of the wall clocks in milliseconds; may be negative.
        wall_ms: i64,
    },
}

impl Span {
    /// The milliseconds when they are certain.
    pub fn certain_ms(self) -> Option<i64> {
        match self {
            Span::Certain { ms } => Some(ms),
            Span::Uncertain { .. } => None,
        }
    }
}

/// The span from `from` to `to`. A monotonic clock that ran backwards inside one boot proves nothing: *uncertain*.
pub fn span(from: &Moment, to: &Moment) -> Span {
    if from.boot == to.boot && to.mono_ms >= from.mono_ms {
        Span::Certain { ms: to.mono_ms.saturating_sub(from.mono_ms) }
    } else {
        Span::Uncertain { wall_ms: to.wall.since(from.wall) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn moment(wall: i64, mono_ms: i64, boot: &str) -> Moment {
        Moment { wall: Timestamp(wall), offset_s: 28_800, mono_ms, boot: boot.into() }
    }

    #[test]
    fn t15_a_clock_set_back_an_hour_does_not_change_a_duration_inside_one_boot() {
        let stopped = moment(10_000_000, 5_000, "a");
        let cleared = moment(10_000_000 - 3_600_000 + 90_000, 95_000, "a");
        assert_eq!(span(&stopped, &cleared), Span::Certain { ms: 90_000 });
    }

    #[test]
    fn t15_across_a_reboot_a_duration_is_uncertain_and_keeps_the_wall_reading() {
        assert_eq!(span(&moment(0, 5_000, "a"), &moment(90_000, 10, "b")), Span::Uncertain { wall_ms: 90_000 });
    }
}
