//! Working days as the State Council announces them each autumn: weekdays, less the holidays, plus the make-up days.
//!
//! [`working_days`] is asked for a term such as 三日 and always ends: with a day, or with the year that the pack does not
//! know. A term is never counted into a year whose holidays are not known. Not its business: hours of the day.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::Pack;

/// The years whose working days are known for certain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// In any order, each year once.
    pub years: Vec<CalendarYear>,
}

/// One year's differences from Monday to Friday.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The year, `2026`.
    pub year: i16,
    /// Holidays as first and last day, both off, `["2026-10-01", "2026-10-07"]`; weekends within may be left in.
    pub off: Vec<[Date; 2]>,
    /// Saturdays and Sundays on which people work (调休上班).
    pub work: Vec<Date>,
}

/// When a term ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// At the end of this day.
    On(Date),
    /// Nobody can say: the pack has no working days of this year.
    CannotTell {
        /// The first year that is missing.
        year: i16,
    },
}

/// The last day of a term of `days` working days that starts with what happened on `from`. That day itself does not
/// count (Civil Code Art. 201), so three working days after a Monday end on Thursday; none end on `from`.
pub fn working_days(pack: &Pack, from: Date, days: u16) -> Due {
    let mut day = from;
    let mut left = days;
    while left > 0 {
        let Ok(next) = day.tomorrow() else { return Due::CannotTell { year: day.year() } };
        match pack.calendar.works(next) {
            None => return Due::CannotTell { year: next.year() },
            Some(works) => left -= u16::from(works),
        }
        day = next;
    }
    Due::On(day)
}

impl Calendar {
    /// Whether people work on this day; `None` when its year is not known.
    pub fn works(&self, day: Date) -> Option<bool> {
        let year = self.years.iter().find(|row| row.year == day.year())?;
        let off = year.off.iter().any(|[first, last]| (*first..=*last).contains(&day));
        Some(!off && (!weekend(day) || year.work.contains(&day)))
    }

    /// What contradicts itself: the field and the problem.
    pub(super) fn whole(&self) -> Result<(), (String, &'static str)> {
        for (nth, row) in self.years.iter().enumerate() {
            let field = |name: &str| format!("calendar.years.{}.{name}", row.year);
            if self.years[..nth].iter().any(|before| before.year == row.year) {
                return Err((field("year"), "is there twice"));
            }
            if row.off.iter().any(|[first, last]| first > last) {
                return Err((field("off"), "a holiday ends before it begins"));
            }
            if row.off.iter().flatten().chain(&row.work).any(|day| day.year() != row.year) {
                return Err((field("off"), "has a day of another year; write it there"));
            }
            if row.work.iter().any(|day| !weekend(*day)) {
                return Err((field("work"), "only Saturdays and Sundays are made up"));
            }
            if row.work.iter().any(|day| row.off.iter().any(|[first, last]| (*first..=*last).contains(day))) {
                return Err((field("work"), "a day is both a holiday and a working day"));
            }
        }
        Ok(())
    }
}

fn weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}
