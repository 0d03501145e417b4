//! Instants and moments. Nothing here reads a clock: whoever stands at the edge reads it once and passes it in.
//!
//! A [`Timestamp`] is what a clock on the wall claimed; a [`Moment`] adds the monotonic reading and the boot it
//! belongs to, because the wall clock can be set by the one who is assessed.
//! How long something took is [`span`]'s answer, which never invents a duration across a reboot.

mod span;

use serde::{Deserialize, Serialize};

pub use span::{Span, span};

/// UTC milliseconds since 1970-01-01, as a wall clock claimed them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Milliseconds from `earlier` to `self`; negative when `self` is before it.
    pub fn since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This instant moved by `ms` milliseconds.
    pub fn plus(self, ms: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(ms))
    }

    /// RFC 3339 with the given offset east of UTC in seconds, to the second: `2026-11-23T15:02:10+08:00`.
    pub fn rfc3339(self, offset_s: i32) -> String {
        match (jiff::Timestamp::from_millisecond(self.0), jiff::tz::Offset::from_seconds(offset_s)) {
            (Ok(instant), Ok(offset)) => {
                let whole = jiff::Timestamp::from_second(instant.as_millisecond().div_euclid(1000)).unwrap_or(instant);
                whole.display_with_offset(offset).to_string()
            }
            _ => format!("{}ms", self.0),
        }
    }

    /// `2026-11-23 15:02`, to the minute, at the given offset: what the agreement prints.
    pub fn minute(self, offset_s: i32) -> String {
        self.rfc3339(offset_s).get(..16).map(|text| text.replace('T', " ")).unwrap_or_default()
    }

    /// Reads RFC 3339. `None` when it is not one.
    pub fn parse_rfc3339(text: &str) -> Option<Timestamp> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Timestamp(t.as_millisecond()))
    }
}

/// Offset of Asia/Shanghai east of UTC in seconds; China has had no summer time since 1991.
pub const SHANGHAI_OFFSET_S: i32 = 8 * 3600;

/// One reading of every clock a phone has, taken together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// What the wall clock claimed.
    pub wall: Timestamp,
    /// Offset of local time east of UTC, seconds.
    pub offset_s: i32,
    /// Milliseconds since boot, counting sleep.
    pub mono_ms: i64,
    /// Which boot `mono_ms` belongs to; readings of two boots cannot be compared.
    pub boot: String,
}

impl Moment {
    /// RFC 3339 of the wall clock at its own offset.
    pub fn rfc3339(&self) -> String {
        self.wall.rfc3339(self.offset_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_prints_with_its_offset_and_reads_back() {
        let t = Timestamp(1_795_417_330_123);
        let text = t.rfc3339(SHANGHAI_OFFSET_S);
        assert!(text.ends_with("+08:00"), "{text}");
        assert_eq!(Timestamp::parse_rfc3339(&text), Some(Timestamp(1_795_417_330_000)));
    }

    #[test]
    fn the_agreement_prints_to_the_minute() {
        assert_eq!(Timestamp(0).minute(SHANGHAI_OFFSET_S), "1970-01-01 08:00");
    }
}
