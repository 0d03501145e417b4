//! Figures that open to the events behind them: counts, and times with nearest-rank percentiles. Not its business: which
//! events they are made of.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{AssessRules, EventId, Took, took};
use crate::{id::CaseId, time::Moment};

/// How many, and which.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// How many.
    pub count: u64,
    /// The events behind it, in their order.
    pub events: BTreeSet<EventId>,
}

impl Count {
    pub(super) fn add(&mut self, events: impl IntoIterator<Item = EventId>) {
        self.count += 1;
        self.events.extend(events);
    }
}

/// What a figure stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sample {
    /// Nothing.
    NoData,
    /// Fewer than the pack wants.
    Small,
    /// Enough.
    Enough,
}

impl Sample {
    pub(super) fn of(count: u64, small: u32) -> Sample {
        match count {
            0 => Sample::NoData,
            some if some < u64::from(small) => Sample::Small,
            _ => Sample::Enough,
        }
    }

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Sample::NoData => "no_data",
            Sample::Small => "small",
            Sample::Enough => "enough",
        }
    }
}

/// One time that counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Measured {
    /// Milliseconds of one monotonic clock.
    pub ms: i64,
    /// The case.
    pub case: CaseId,
    /// The event it begins with and the one it ends with.
    pub events: [EventId; 2],
}

/// Times of one step over many cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Times {
    /// How many there are to stand on.
    pub sample: Sample,
    /// The middle one (nearest rank), milliseconds.
    pub median_ms: Option<i64>,
    /// Nine of ten are no longer (nearest rank), milliseconds.
    pub p90_ms: Option<i64>,
    /// The shortest, milliseconds.
    pub best_ms: Option<i64>,
    /// Those that count, the shortest first.
    pub counted: Vec<Measured>,
    /// Left out: one of the two events is not in the log.
    pub missing: Count,
    /// Left out: the phone was restarted in between, and wall clocks prove nothing.
    pub uncertain: Count,
    /// Left out: so long that the case was left open.
    pub left_open: Count,
}

impl Times {
    /// The times of these pairs of events; a pair without both is missing.
    pub(super) fn of<'a>(
        pairs: impl Iterator<Item = (CaseId, Option<(EventId, &'a Moment)>, Option<(EventId, &'a Moment)>)>,
        rules: &AssessRules,
        small: u32,
    ) -> Times {
        let (mut counted, mut missing, mut uncertain, mut left_open) =
            (Vec::new(), Count::default(), Count::default(), Count::default());
        for (case, from, to) in pairs {
            let (Some((first, start)), Some((last, end))) = (from, to) else {
                missing.add(from.or(to).map(|(id, _)| id));
                continue;
            };
            match took(start, end, rules) {
                Took::Certain { ms } => counted.push(Measured { ms, case, events: [first, last] }),
                Took::Uncertain { .. } => uncertain.add([first, last]),
                Took::LeftOpen { .. } => left_open.add([first, last]),
                Took::Missing { .. } => missing.add([first, last]),
            }
        }
        counted.sort_unstable();
        Times {
            sample: Sample::of(counted.len() as u64, small),
            median_ms: nearest_rank(&counted, 50),
            p90_ms: nearest_rank(&counted, 90),
            best_ms: counted.first().map(|best| best.ms),
            counted,
            missing,
            uncertain,
            left_open,
        }
    }
}

/// The smallest value that so many percent are not above.
fn nearest_rank(sorted: &[Measured], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).map(|measured| measured.ms)
}
