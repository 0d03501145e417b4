//! What the association has taken back: a list, signed as rule packs are, that travels by feed or file.
//!
//! [`SignedRevocations::accept`] ends with the list, if the association signed it and it is not older than the one at
//! hand, or with the reason why it stays away. A list is never the whole truth of now; its age is shown with every
//! answer. Not its business: why somebody's credential was taken back.

use serde::{Deserialize, Serialize};

use super::Credential;
use crate::{
    canon::{self, KeyId, NotCanonical, Signature},
    pack::Association,
    time::Timestamp,
};

/// Largest list that is looked at, bytes.
const LARGEST: usize = 1 << 20;

/// The credentials of one number, taken back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// Of which number.
    pub number: String,
    /// From when. What was issued after it under the same number stands.
    pub at: Timestamp,
}

impl std::fmt::Debug for Revocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Revocation({:?})", self.at)
    }
}

/// Everything that was taken back up to a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevocationList {
    /// Up to when it is complete.
    pub made_at: Timestamp,
    /// One a number or more.
    pub revoked: Vec<Revocation>,
}

impl RevocationList {
    /// Since when this credential is taken back.
    pub fn since(&self, credential: &Credential) -> Option<Timestamp> {
        let claims = credential.claims();
        let hit = |one: &&Revocation| &one.number == claims.number.reveal() && claims.issued_at <= one.at;
        self.revoked.iter().filter(hit).map(|one| one.at).min()
    }

    /// What is signed: canonical JSON.
    pub fn message(&self) -> Result<Vec<u8>, NotCanonical> {
        canon::bytes(self)
    }
}

/// The list as it travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedRevocations {
    /// The list.
    pub revocations: RevocationList,
    /// Which key signed.
    pub key: KeyId,
    /// ECDSA P-256 with SHA-256 over the canonical JSON of the list, DER.
    pub signature: Signature,
}

/// Why a list is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevocationsRefused {
    /// This app was set up without an association's key.
    #[error("no association's key is pinned")]
    NoKey,
    /// It is not such a list.
    #[error("not a list of revocations")]
    NotReadable,
    /// The pinned key did not sign it.
    #[error("not signed by the pinned key")]
    NotSigned,
    /// Not newer than the one at hand.
    #[error("not newer than the list at hand")]
    NotNewer,
}

impl RevocationsRefused {
    /// The text code.
    pub fn code(self) -> &'static str {
        match self {
            RevocationsRefused::NoKey => "revocations-refused-no_key",
            RevocationsRefused::NotReadable => "revocations-refused-not_readable",
            RevocationsRefused::NotSigned => "revocations-refused-not_signed",
            RevocationsRefused::NotNewer => "revocations-refused-not_newer",
        }
    }
}

impl SignedRevocations {
    /// The list in `file`, if the association signed it and it is newer than `current`.
    pub fn accept(
        current: Option<&RevocationList>,
        file: &[u8],
        association: Option<&Association>,
    ) -> Result<RevocationList, RevocationsRefused> {
        let association = association.ok_or(RevocationsRefused::NoKey)?;
        if file.len() > LARGEST {
            return Err(RevocationsRefused::NotReadable);
        }
        let signed: SignedRevocations = serde_json::from_slice(file).map_err(|_| RevocationsRefused::NotReadable)?;
        let message = signed.revocations.message().map_err(|_| RevocationsRefused::NotReadable)?;
        if !association.signed(&message, &signed.key, &signed.signature) {
            return Err(RevocationsRefused::NotSigned);
        }
        if current.is_some_and(|current| signed.revocations.made_at <= current.made_at) {
            return Err(RevocationsRefused::NotNewer);
        }
        Ok(signed.revocations)
    }
}
