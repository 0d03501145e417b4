//! Thresholds of the findings: pack data, here with their defaults.

use serde::{Deserialize, Serialize};

use super::CopyLimits;

/// From where on something about a photo is worth a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EvidenceRules {
    /// Metres between photo and case.
    pub far_from_case_m: f64,
    /// Metres between photo and the phone's own fix at that time.
    pub far_from_fix_m: f64,
    /// Minutes between shutter and case.
    pub time_far_from_case_min: i64,
    /// Minutes between camera clock and satellites, beyond what a time zone explains.
    pub clock_jump_min: i64,
    /// Shortest side in pixels that still shows a plate.
    pub smallest_side_px: u32,
    /// Largest file in bytes that every receiver takes.
    pub largest_bytes: u64,
    /// Lower-case pieces of the names of editing programs.
    pub editors: Vec<String>,
    /// What receivers take, each by its name; for one that is not named there are no limits but [`EvidenceRules::largest_bytes`].
    pub copies: Vec<CopyLimits>,
}

impl Default for EvidenceRules {
    fn default() -> Self {
        let editors =
            ["photoshop", "lightroom", "gimp", "snapseed", "picsart", "pixelmator", "meitu", "美图", "醒图", "canva"];
        EvidenceRules {
            far_from_case_m: 300.0,
            far_from_fix_m: 200.0,
            time_far_from_case_min: 24 * 60,
            clock_jump_min: 10,
            smallest_side_px: 480,
            largest_bytes: 50_000_000,
            editors: editors.map(String::from).to_vec(),
            copies: Vec::new(),
        }
    }
}
