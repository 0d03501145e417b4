//! The receipt: what the gateway signs when it has durably stored an operation. Triggered by every write on the wire;
//! it is the same for ever for the same manifest. A receipt that does not verify, or speaks of another manifest, is
//! no receipt, and the operation goes on waiting (T17, T18, S27).

use serde::{Deserialize, Serialize};

use crate::{
    canon::{self, KeyId, NotCanonical, PublicKey, Sha256, Signature},
    id::{CaseId, DeviceId, PhotoId},
    time::Timestamp,
};

/// What was asked to be stored, by hashes and sizes alone: no person's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Manifest {
    /// One sealed revision of a case's record.
    Revision {
        /// The case.
        case: CaseId,
        /// Its number, from 1.
        revision: u32,
        /// SHA-256 of the request body.
        sha256: Sha256,
        /// Length of the request body in bytes.
        bytes: u64,
    },
    /// One statement of a phone that is not the recorder.
    Statement {
        /// The case.
        case: CaseId,
        /// Whose statement.
        device: DeviceId,
        /// Its number, from 1.
        number: u32,
        /// SHA-256 of the request body.
        sha256: Sha256,
        /// Length of the request body in bytes.
        bytes: u64,
    },
    /// One photo's original bytes.
    Photo {
        /// The case.
        case: CaseId,
        /// The photo.
        photo: PhotoId,
        /// SHA-256 of the original.
        sha256: Sha256,
        /// Length of the original in bytes.
        bytes: u64,
    },
    /// One claim notice to a party's own insurer.
    Notice {
        /// The case.
        case: CaseId,
        /// Its number, from 1.
        notice: u32,
        /// SHA-256 of the request body.
        sha256: Sha256,
        /// Length of the request body in bytes.
        bytes: u64,
    },
    /// A run of duty events of one device.
    Events {
        /// The device.
        device: DeviceId,
        /// Sequence number of the first event in the batch.
        first: u64,
        /// Sequence number of the last one.
        last: u64,
        /// SHA-256 of the request body.
        sha256: Sha256,
    },
}

impl Manifest {
    /// SHA-256 of the canonical JSON: what the receipt countersigns.
    pub fn hash(&self) -> Result<Sha256, NotCanonical> {
        canon::sha256(self)
    }
}

/// The gateway's word that it has durably stored what the manifest names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// What was stored.
    pub manifest: Manifest,
    /// SHA-256 of the canonical manifest.
    pub manifest_sha256: Sha256,
    /// When the gateway stored it first, by the gateway's clock.
    pub stored_at: Timestamp,
    /// The custody head that came with a revision or statement and is countersigned hereby: SHA-256 of its canonical JSON.
    pub head_sha256: Option<Sha256>,
    /// Which gateway key signed.
    pub key: KeyId,
}

/// A receipt with the gateway's signature over its canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedReceipt {
    /// What is attested.
    pub receipt: Receipt,
    /// ECDSA P-256 with SHA-256 over the canonical JSON of `receipt`.
    pub signature: Signature,
}

/// Why a receipt does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadReceipt {
    /// Its signature is not the pinned gateway key's.
    #[error("receipt is not signed by the pinned gateway key")]
    NotSigned,
    /// It attests something else than what was sent.
    #[error("receipt is for another manifest")]
    AnotherManifest,
    /// It has no canonical form.
    #[error("receipt has no canonical form")]
    NotCanonical,
}

impl SignedReceipt {
    /// Whether this receipt ends the operation whose manifest is `expected`, under the pinned `gateway` key.
    pub fn check(&self, expected: &Manifest, gateway: &PublicKey) -> Result<(), BadReceipt> {
        let message = canon::bytes(&self.receipt).map_err(|_| BadReceipt::NotCanonical)?;
        let hash = expected.hash().map_err(|_| BadReceipt::NotCanonical)?;
        if !gateway.verifies(&message, &self.signature) {
            return Err(BadReceipt::NotSigned);
        }
        if &self.receipt.manifest != expected || self.receipt.manifest_sha256 != hash {
            return Err(BadReceipt::AnotherManifest);
        }
        Ok(())
    }
}
