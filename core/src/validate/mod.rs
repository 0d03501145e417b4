//! Plate, resident ID, VIN, credit code, mobile, numbers, names: normalise, classify, check, explain.
//!
//! Triggered by every answer of such a kind and by the desk. A check ends in [`Verdict::Valid`], in `Suspicious`, which
//! warns and lets through because people standing on a road are not stopped by a wrong rule, or in `Invalid` with a
//! reason and, where one is likely, a suggestion that a person has to take. Never panics, whatever is typed.
//! Not its business: correcting silently, and whether the number belongs to the person.

mod normal;
mod plain;
mod plate;
mod resident;
mod uscc;
mod vin;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use jiff::civil::Date;
pub use plain::{name, number, phone};
pub use plate::plate;
pub use resident::resident_id;
pub use uscc::uscc;
pub use vin::vin;

use crate::time::Timestamp;

/// How much an input can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All that can be checked fits.
    Valid,
    /// Something is odd; it goes through with a note.
    Suspicious,
    /// It cannot be right.
    Invalid,
}

impl Verdict {
    /// The code in files and text keys (`validate-…`).
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::Suspicious => "suspicious",
            Verdict::Invalid => "invalid",
        }
    }
}

/// What an input claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A vehicle's plate (GA 36-2018).
    Plate,
    /// Resident ID, which is also the licence number (GB 11643).
    Id,
    /// Vehicle identification number (ISO 3779).
    Vin,
    /// Unified social credit code of a company (GB 32100).
    Uscc,
    /// Mobile number of mainland China.
    Phone,
    /// Policy, report or certificate number; no national format.
    Number,
    /// A person's name.
    Name,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 7] = [Kind::Plate, Kind::Id, Kind::Vin, Kind::Uscc, Kind::Phone, Kind::Number, Kind::Name];

    /// The code in commands, files and text keys (`kind-…`).
    pub fn code(self) -> &'static str {
        match self {
            Kind::Plate => "plate",
            Kind::Id => "id",
            Kind::Vin => "vin",
            Kind::Uscc => "uscc",
            Kind::Phone => "phone",
            Kind::Number => "number",
            Kind::Name => "name",
        }
    }
}

/// The text names no kind that can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a kind that can be checked: use plate, id, vin, uscc, phone, number or name")]
pub struct NotAKind;

impl FromStr for Kind {
    type Err = NotAKind;

    fn from_str(text: &str) -> Result<Kind, NotAKind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == text).ok_or(NotAKind)
    }
}

/// One input, checked. `Debug` hides what was typed (invariant 7).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// What it claims to be.
    pub kind: Kind,
    /// As it was typed.
    pub input: String,
    /// As it would be stored; normalising this again changes nothing.
    pub normalised: String,
    /// How much it can be relied on.
    pub verdict: Verdict,
    /// What kind of plate it is, where there are several (`class-…`).
    pub class: Option<String>,
    /// Why it is not simply valid (`reason-…`).
    pub reason: Option<String>,
    /// What may have been meant; offered, never applied.
    pub suggestion: Option<String>,
}

impl fmt::Debug for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checked")
            .field("kind", &self.kind)
            .field("verdict", &self.verdict)
            .field("class", &self.class)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// What a rule found: why it is invalid or suspicious. Rules return this; [`Checked`] is made in one place.
type Found = Result<Option<&'static str>, (Verdict, &'static str)>;

impl Checked {
    fn new(kind: Kind, input: &str, normal: normal::Normal, found: Found) -> Checked {
        let (verdict, class, reason) = match found {
            _ if normal.text.is_empty() => (Verdict::Invalid, None, Some("empty")),
            Ok(class) if normal.controls_removed => (Verdict::Suspicious, class, Some("controls_removed")),
            Ok(class) => (Verdict::Valid, class, None),
            Err((verdict, reason)) => (verdict, None, Some(reason)),
        };
        Checked {
            kind,
            input: input.to_owned(),
            normalised: normal.text,
            verdict,
            class: class.map(str::to_owned),
            reason: reason.map(str::to_owned),
            suggestion: None,
        }
    }

    /// Suggests `text` when this is invalid and `text` would not be.
    fn or_suggest(mut self, text: String, check: impl Fn(&str) -> Checked) -> Checked {
        if self.verdict == Verdict::Invalid && text != self.normalised && check(&text).verdict == Verdict::Valid {
            self.suggestion = Some(text);
        }
        self
    }
}

/// Checks a value of any kind. `today` decides which births lie in the future.
pub fn check(kind: Kind, value: &str, today: Date) -> Checked {
    match kind {
        Kind::Plate => plate(value),
        Kind::Id => resident_id(value, today),
        Kind::Vin => vin(value),
        Kind::Uscc => uscc(value),
        Kind::Phone => phone(value),
        Kind::Number => number(value),
        Kind::Name => name(value),
    }
}

/// The calendar day of an instant at an offset east of UTC in seconds.
pub fn day(at: Timestamp, offset_s: i32) -> Date {
    let local = at.plus(i64::from(offset_s) * 1000);
    jiff::Timestamp::from_millisecond(local.0)
        .map(|instant| instant.to_zoned(jiff::tz::TimeZone::UTC).date())
        .unwrap_or(Date::MAX)
}
