//! The recorder's draft as another phone reads it. Triggered by a scan; ends in the two documents, or in a refusal with
//! nothing kept. What is read is written again and has to give the same bytes: a person signs the hash of the bytes and
//! sees what was read from them, so nothing may stand in the bytes that is not read.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    canon::{self, Sha256},
    id::CaseId,
    pack::Pack,
};

use super::{
    case::{CaseState, Role},
    document::{FactsDocument, Settlement},
};

/// Why a draft is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftRefused {
    /// It says more than this app reads, or not in canonical form.
    #[error("the draft does not read back as it was written")]
    NotWhole,
    /// It is of another case, or its settlement belongs to other facts.
    #[error("the parts of the draft do not belong together")]
    NotTogether,
}

/// The documents of a draft of `case`.
pub fn read_draft(case: CaseId, facts: &str, settlement: &str) -> Result<(FactsDocument, Settlement), DraftRefused> {
    let read: FactsDocument = whole(facts)?;
    let late: Settlement = whole(settlement)?;
    let together = read.case == case && late.facts == Sha256::of(facts.as_bytes());
    if together { Ok((read, late)) } else { Err(DraftRefused::NotTogether) }
}

fn whole<T: Serialize + DeserializeOwned>(text: &str) -> Result<T, DraftRefused> {
    let read: T = serde_json::from_str(text).map_err(|_| DraftRefused::NotWhole)?;
    let again = canon::bytes(&read).map_err(|_| DraftRefused::NotWhole)?;
    if again == text.as_bytes() { Ok(read) } else { Err(DraftRefused::NotWhole) }
}

impl CaseState {
    /// What is to be signed on this phone: the recorder's documents as they stand, or those of the draft it was shown.
    pub fn to_be_read(&self, pack: &Pack) -> Option<(FactsDocument, Settlement)> {
        match self.role {
            Role::Recorder(_) => Some((self.facts_document(pack), self.settlement(pack).ok()?)),
            Role::Party(_) => {
                let (facts, settlement) = self.draft.as_ref()?;
                read_draft(self.id, facts.reveal(), settlement.reveal()).ok()
            }
        }
    }
}
