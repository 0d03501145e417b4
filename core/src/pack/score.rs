//! How a scorecard is made of its figures: weights, when a time earns its points, small samples and ties.
//! Not its business: the figures ([`assess`](crate::assess)).

use serde::{Deserialize, Serialize};

/// How much each figure of a scorecard counts, in percent of the whole; together 100.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreWeights {
    /// From the sighting to the stop.
    pub sighted_to_stopped: u32,
    /// From the stop to the clear road: the key figure.
    pub stopped_to_cleared: u32,
    /// From the clear road to the sealed record.
    pub cleared_to_sealed: u32,
    /// Files that no insurer returned.
    pub not_returned: u32,
    /// Fewer cases than this are shown as a small sample, and not ranked.
    pub small_sample: u32,
    /// When the median of a time earns all of its points, and when none.
    #[serde(default)]
    pub scale: ScoreScale,
    /// Who comes first of two with the same score.
    #[serde(default)]
    pub ties: Ties,
    /// A step that took more minutes was left open, for example overnight; it counts in no figure.
    #[serde(default = "left_open_min")]
    pub left_open_min: u32,
    /// Two phones at so many accidents together are shown with a flag.
    #[serde(default = "same_colleagues")]
    pub same_colleagues: u32,
}

/// The scale of each time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ScoreScale {
    /// From the sighting to the stop.
    pub sighted_to_stopped: Scale,
    /// From the stop to the clear road.
    pub stopped_to_cleared: Scale,
    /// From the clear road to the sealed record.
    pub cleared_to_sealed: Scale,
}

impl Default for ScoreScale {
    fn default() -> Self {
        ScoreScale {
            sighted_to_stopped: Scale { best_s: 60, worst_s: 600 },
            stopped_to_cleared: Scale { best_s: 180, worst_s: 1_200 },
            cleared_to_sealed: Scale { best_s: 300, worst_s: 3_600 },
        }
    }
}

/// Points fall in a straight line between the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// So many seconds or fewer earn all points.
    pub best_s: u32,
    /// So many seconds or more earn none.
    pub worst_s: u32,
}

/// Who comes first of two with the same score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// Both have the place, and the next one is left empty.
    #[default]
    Shared,
    /// The one whose median from stop to clear road is shorter; if that is the same too, both have the place.
    FasterClear,
}

fn left_open_min() -> u32 {
    180
}

fn same_colleagues() -> u32 {
    3
}
