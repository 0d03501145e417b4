//! One queued operation as a row: what it is, what it waits for, how far it is.

use serde::{Deserialize, Serialize};

use crate::{
    canon::Sha256,
    claim::Notice,
    form::{Live, SealedRef, StatementRef},
    id::{CaseId, OpId, PhotoId},
    wire::SignedReceipt,
};

/// What an operation carries. Only a [`Live`] case can make one: a training case has no constructor here (invariant 9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Payload {
    /// A sealed revision of a record.
    Revision {
        /// Number, from 1.
        revision: u32,
    },
    /// A statement of this phone, which is not the recorder.
    Statement {
        /// Number, from 1.
        number: u32,
    },
    /// One photo.
    Photo {
        /// Which.
        photo: PhotoId,
        /// SHA-256 of the original.
        sha256: Sha256,
        /// Length of the original.
        bytes: u64,
    },
    /// A claim notice to a party's own insurer.
    Notice {
        /// Number, from 1.
        number: u32,
    },
    /// One duty event of this device.
    Event {
        /// Its number within the device, from 1.
        seq: u64,
    },
}

impl Payload {
    /// The payload of a sealed revision of a live case.
    pub fn revision(sealed: &SealedRef<Live>) -> Payload {
        Payload::Revision { revision: sealed.revision }
    }

    /// The payload of a statement about a live case.
    pub fn statement(statement: &StatementRef<Live>) -> Payload {
        Payload::Statement { number: statement.number }
    }

    /// The payload of a claim notice, which only a live case has.
    pub fn notice(notice: &Notice) -> Payload {
        Payload::Notice { number: notice.number }
    }

    /// Which lane it travels in.
    pub fn lane(&self) -> Lane {
        match self {
            Payload::Revision { .. } | Payload::Statement { .. } => Lane::Record,
            Payload::Notice { .. } => Lane::Notice,
            Payload::Photo { .. } => Lane::Photo,
            Payload::Event { .. } => Lane::Event,
        }
    }
}

/// Lanes never wait for each other. Order of declaration is order of preference: small things first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Duty events, in the order of the device's numbers.
    Event,
    /// Revisions and statements of one case, strictly in order.
    Record,
    /// Claim notices of one case, each behind its revision; no revision ever waits behind one.
    Notice,
    /// Photos of one case, each for itself.
    Photo,
}

/// A right to send, for a while. The number grows with every lease, so that a late answer to an old one is told apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Fencing counter.
    pub number: u64,
    /// Monotonic reading at which it lapses, milliseconds.
    pub until_ms: i64,
    /// The boot that reading belongs to; after a restart the lease has lapsed.
    pub boot: String,
    /// The system carries it out by itself, also when the app is gone; it takes nobody's place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub handed: bool,
}

/// How far an operation is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ItemState {
    /// Its custody head is frozen but not signed yet; the signer is asked again at every open.
    Unsigned,
    /// Ready, not before a monotonic reading of one boot.
    Waiting {
        /// Monotonic milliseconds; 0 is at once.
        not_before_ms: i64,
        /// The boot the reading belongs to; after a restart it is due at once.
        boot: String,
    },
    /// Somebody is sending it.
    InFlight {
        /// Until when, and which.
        lease: Lease,
    },
    /// Refused by the gateway for a reason that repeating does not mend.
    Parked {
        /// A text code, `parked-…`.
        reason: String,
    },
    /// It must not go out any more, and nothing brings it back; a receipt for what had gone out before still counts.
    Withdrawn,
    /// The gateway's receipt has come.
    Done {
        /// What ended it.
        receipt: Box<SignedReceipt>,
    },
}

/// One row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Name of the operation; its `Idempotency-Key`.
    pub op: OpId,
    /// Position in the order of writing.
    pub order: u64,
    /// The case, if it belongs to one.
    pub case: Option<CaseId>,
    /// What it carries.
    pub payload: Payload,
    /// The operation that must have its receipt first.
    pub after: Option<OpId>,
    /// How far it is.
    pub state: ItemState,
    /// Failed attempts since the last success or tap; drives the back-off.
    pub attempts: u32,
    /// How often it has been sent at all.
    pub sent: u32,
    /// Why the last attempt failed: a text code, `later-…`.
    pub last_failure: Option<String>,
}
