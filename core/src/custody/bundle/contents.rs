//! The list of everything in a bundle, `data/contents.json`: its hash stands in the event of the export, the last leaf
//! under the closing head, and that head is signed. So every file is under a signature, what is left out too.
//!
//! Outside the list stand only what leads to it (the log, the closing head, the list itself) and what is made anew and
//! compared: `bagit.txt`, `bag-info.txt` and both manifests.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{BAG_INFO, BAGIT, MANIFEST, Part, TAG_MANIFEST};
use crate::{
    canon::{self, NotCanonical, Sha256},
    id::{CaseId, DeviceId},
};

pub(super) const CONTENTS: &str = "data/contents.json";

/// Version of the layout of a bundle.
pub(super) const LAYOUT: u32 = 2;

/// What a bundle holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// Version of the layout.
    pub layout: u32,
    /// The case.
    pub case: CaseId,
    /// Who made the bundle, and whose log closes it.
    pub device: DeviceId,
    /// Path below the bag's folder → SHA-256.
    pub files: BTreeMap<String, Sha256>,
    /// Photos of the case that are left out on purpose.
    pub left_out: BTreeSet<Sha256>,
    /// For whom and of what, when it is only a part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
}

impl Contents {
    /// What the event of the export names: SHA-256 of the canonical JSON.
    pub fn sha256(&self) -> Result<Sha256, NotCanonical> {
        canon::sha256(self)
    }
}

/// Where the log of the maker and its closing head stand.
pub(super) struct Closing {
    pub(super) log: String,
    pub(super) head: String,
    /// Of the head as signed bytes and signature for openssl.
    pub(super) stem: String,
    /// Of a part: leaves with their proofs, and heads that were countersigned.
    pub(super) leaves: String,
    pub(super) earlier: String,
}

impl Closing {
    pub(super) fn of(device: DeviceId) -> Closing {
        let stem = format!("data/custody/{device}-closing");
        Closing {
            log: format!("data/custody/{device}.jsonl"),
            head: format!("{stem}.json"),
            leaves: format!("data/custody/{device}-leaves.json"),
            earlier: format!("data/custody/{device}-earlier.json"),
            stem,
        }
    }

    /// Whether a file is checked in another way than by the list.
    pub(super) fn is_beside(&self, path: &str, part: bool) -> bool {
        let Closing { log, head, stem, leaves, earlier } = self;
        let shown = if part { [leaves, earlier] } else { [log, log] };
        [BAGIT, BAG_INFO, MANIFEST, TAG_MANIFEST, CONTENTS, head].contains(&path)
            || shown.iter().any(|known| *known == path)
            || path.strip_prefix(stem.as_str()).is_some_and(|end| [".signed.json", ".sig"].contains(&end))
    }
}
