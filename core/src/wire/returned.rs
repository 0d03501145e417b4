//! The body of the feed's entry `returned`: a desk gave a file back.

use serde::{Deserialize, Serialize};

use crate::id::CaseId;

/// Why a file is given back; each has the text `returned-<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnReason {
    /// Something is missing.
    Incomplete,
    /// Photos show too little.
    UnreadablePhotos,
    /// Two things in it cannot both be.
    Contradiction,
    /// It names the wrong party or insurer.
    WrongParty,
    /// Another reason, told otherwise.
    OtherReason,
}

/// A file that a desk gave back. It names no person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReturned {
    /// The case.
    pub case: CaseId,
    /// Which revision.
    pub revision: u32,
    /// Why.
    pub reason: ReturnReason,
    /// The company of the desk.
    pub by: String,
}
