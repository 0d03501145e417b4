//! What a credential was worth at a time: genuine, not yet valid, expired, revoked, not the association's, or not to be
//! told. Always at the time of what it is asked about, never of when somebody gets round to asking (T27).
//!
//! Not its business: who stands there with it, which is the living code's.

use serde::{Deserialize, Serialize};

use super::{Credential, RevocationList};
use crate::{pack::Association, time::Timestamp};

/// What a credential was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Issued by the association and in force.
    Genuine,
    /// Issued by the association, for later.
    NotYetValid,
    /// Issued by the association, and over.
    Expired,
    /// Issued by the association, and taken back.
    Revoked,
    /// The association did not issue it.
    NotASpecialist,
    /// No association's key is known here.
    CannotCheck,
}

/// By what a credential is judged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Checking<'a> {
    /// The pinned key and its successor.
    pub association: Option<&'a Association>,
    /// The newest list that is here.
    pub revocations: Option<&'a RevocationList>,
}

/// The outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What it was worth.
    pub standing: Standing,
    /// Since when it is taken back, if it is, also after the time asked about.
    pub revoked_at: Option<Timestamp>,
    /// How old the list of revocations was then, milliseconds; none when there is no list. A list that was made later
    /// has the age 0.
    pub list_age_ms: Option<i64>,
}

/// What `credential` was worth at `at`.
pub fn judge(credential: &Credential, by: Checking<'_>, at: Timestamp) -> Judged {
    let revoked_at = by.revocations.and_then(|list| list.since(credential));
    let list_age_ms = by.revocations.map(|list| at.since(list.made_at).max(0));
    let claims = credential.claims();
    let standing = match by.association {
        None => Standing::CannotCheck,
        Some(association) if !association.keys().any(|key| credential.signed_by(key)) => Standing::NotASpecialist,
        Some(_) if revoked_at.is_some_and(|since| since <= at) => Standing::Revoked,
        Some(_) if at >= claims.valid_to => Standing::Expired,
        Some(_) if at < claims.valid_from => Standing::NotYetValid,
        Some(_) => Standing::Genuine,
    };
    Judged { standing, revoked_at, list_age_ms }
}
