//! What is odd about a photo, as codes with values. A finding is shown and kept; it never judges.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The kinds of findings; each has the text `finding-<code>` in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingCode {
    /// 0 bytes.
    Empty,
    /// Not a picture that a camera makes.
    NotAPhoto,
    /// A picture by its first bytes, but its size cannot be read.
    Unreadable,
    /// Cut off before its own end.
    Truncated,
    /// Larger than the receivers take.
    TooLarge,
    /// Too few pixels to show anything.
    TooSmall,
    /// Its bytes are not those that were hashed when it was taken.
    ChangedSinceHashed,
    /// The same bytes are already in another place of the case.
    Duplicate,
    /// The same bytes are already in another case.
    DuplicateElsewhere,
    /// HEIC, which some receivers cannot show.
    Heic,
    /// Stored turned; whoever shows it must turn it.
    Rotated,
    /// It does not say when it was taken.
    NoTime,
    /// Taken long before or after the case.
    TimeFarFromCase,
    /// The camera's clock and the satellites' differ by more than any time zone could explain.
    ClockJump,
    /// It does not say where it was taken.
    NoGps,
    /// Taken far from the case.
    FarFromCase,
    /// Taken far from where the phone itself said it was.
    FarFromFix,
    /// As far from the fix as a map of another datum would put it (T25).
    WrongDatum,
    /// The phone's location was flagged as simulated.
    MockLocation,
    /// A picture of a screen, as the file itself says or proves.
    Screenshot,
    /// An editing program wrote the file.
    EditedBySoftware,
    /// The two metadata readers disagree (S34).
    ReadersDisagree,
}

impl FindingCode {
    /// Every code, in the order in which they are shown.
    pub const ALL: [FindingCode; 22] = [
        FindingCode::Empty,
        FindingCode::NotAPhoto,
        FindingCode::Unreadable,
        FindingCode::Truncated,
        FindingCode::TooLarge,
        FindingCode::TooSmall,
        FindingCode::ChangedSinceHashed,
        FindingCode::Duplicate,
        FindingCode::DuplicateElsewhere,
        FindingCode::Heic,
        FindingCode::Rotated,
        FindingCode::NoTime,
        FindingCode::TimeFarFromCase,
        FindingCode::ClockJump,
        FindingCode::NoGps,
        FindingCode::FarFromCase,
        FindingCode::FarFromFix,
        FindingCode::WrongDatum,
        FindingCode::MockLocation,
        FindingCode::Screenshot,
        FindingCode::EditedBySoftware,
        FindingCode::ReadersDisagree,
    ];

    /// Whether such a file is turned away. Only what nobody could ever look at is; the case goes on (T20).
    pub fn refuses(self) -> bool {
        matches!(self, FindingCode::Empty | FindingCode::NotAPhoto | FindingCode::Unreadable)
    }

    /// The code as it stands in JSON and in text keys.
    pub fn as_str(self) -> &'static str {
        match self {
            FindingCode::Empty => "empty",
            FindingCode::NotAPhoto => "not_a_photo",
            FindingCode::Unreadable => "unreadable",
            FindingCode::Truncated => "truncated",
            FindingCode::TooLarge => "too_large",
            FindingCode::TooSmall => "too_small",
            FindingCode::ChangedSinceHashed => "changed_since_hashed",
            FindingCode::Duplicate => "duplicate",
            FindingCode::DuplicateElsewhere => "duplicate_elsewhere",
            FindingCode::Heic => "heic",
            FindingCode::Rotated => "rotated",
            FindingCode::NoTime => "no_time",
            FindingCode::TimeFarFromCase => "time_far_from_case",
            FindingCode::ClockJump => "clock_jump",
            FindingCode::NoGps => "no_gps",
            FindingCode::FarFromCase => "far_from_case",
            FindingCode::FarFromFix => "far_from_fix",
            FindingCode::WrongDatum => "wrong_datum",
            FindingCode::MockLocation => "mock_location",
            FindingCode::Screenshot => "screenshot",
            FindingCode::EditedBySoftware => "edited_by_software",
            FindingCode::ReadersDisagree => "readers_disagree",
        }
    }
}

/// One finding with the values that its text names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is.
    pub code: FindingCode,
    /// What was measured: `distance_m`, `hours`, `first`, `second`, …
    pub values: BTreeMap<String, String>,
}

impl Finding {
    pub(super) fn new<const N: usize>(code: FindingCode, values: [(&str, String); N]) -> Finding {
        Finding { code, values: values.into_iter().map(|(name, value)| (name.into(), value)).collect() }
    }
}
