//! The local numbers: caps, retention, consent versions. The numbers of evidence, duty and scores are those parts' own
//! types.

use serde::{Deserialize, Serialize};

/// Amounts up to which a local rule opens a way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Caps {
    /// Damage of one side in fen up to which the quick settlement is open.
    pub quick_side_fen: u64,
}

impl Caps {
    /// Whether a side's damage in fen is inside the cap; the amount itself is (以下 includes the number, Art. 112).
    pub fn quick(&self, side_fen: u64) -> bool {
        side_fen <= self.quick_side_fen
    }
}

/// How long the phone keeps what it no longer needs. What is unsent is kept for ever, whatever stands here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Hours after an accepted receipt after which the phone deletes the photos.
    pub photo_grace_h: u32,
    /// Days the redacted stub of a case stays; at most 90.
    pub stub_days: u32,
}

/// A consent text: one version for one receiver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentText {
    /// Who receives: `own_insurer`, `other_insurer`, `association`, `police_handover`, the codes of `form::Receiver`.
    pub receiver: String,
    /// Counts up with every change of words; the text is `consent-insurer-1`.
    pub version: u32,
}
