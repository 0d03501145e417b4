//! The head of a custody log: its size and root at a moment, signed by the device key. Frozen in the transaction that
//! sealed or stated; signed outside any transaction. A gateway that stores it countersigns its hash in the receipt.
//! Not its business: signing.

use serde::{Deserialize, Serialize};

use crate::{
    canon::{self, KeyId, NotCanonical, PublicKey, Sha256, Signature},
    id::{CaseId, DeviceId},
    time::Moment,
};

/// What a custody log was at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The case.
    pub case: CaseId,
    /// Whose log.
    pub device: DeviceId,
    /// Leaves in it.
    pub size: u64,
    /// Root over them (RFC 6962).
    pub root: Sha256,
    /// When it was frozen.
    pub at: Moment,
    /// The device key that signs.
    pub key: KeyId,
}

impl Head {
    /// What the device key signs: canonical JSON.
    pub fn bytes(&self) -> Result<Vec<u8>, NotCanonical> {
        canon::bytes(self)
    }

    /// What a receipt countersigns: SHA-256 of [`Head::bytes`].
    pub fn sha256(&self) -> Result<Sha256, NotCanonical> {
        canon::sha256(self)
    }
}

/// A head with the device's signature over its canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedHead {
    /// What is signed.
    pub head: Head,
    /// ECDSA P-256 with SHA-256 over [`Head::bytes`].
    pub signature: Signature,
}

/// Why a signed head does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadHead {
    /// It names another key than the one it is checked with.
    #[error("head names another key")]
    AnotherKey,
    /// The signature is not the key's over this head.
    #[error("head is not signed by the key it names")]
    NotSigned,
}

impl SignedHead {
    /// Whether `key` is the one the head names and has signed it.
    pub fn check(&self, key: &PublicKey) -> Result<(), BadHead> {
        if self.head.key != key.id() {
            return Err(BadHead::AnotherKey);
        }
        let message = self.head.bytes().map_err(|_| BadHead::NotSigned)?;
        if key.verifies(&message, &self.signature) { Ok(()) } else { Err(BadHead::NotSigned) }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use p256::ecdsa::{SigningKey, signature::Signer};

    use super::*;
    use crate::time::Timestamp;

    pub(crate) fn key(seed: u8) -> (SigningKey, PublicKey) {
        let signing = SigningKey::from_slice(&[seed; 32]).expect("a scalar");
        let public = PublicKey::from_sec1(&signing.verifying_key().to_sec1_bytes()).expect("a point");
        (signing, public)
    }

    pub(crate) fn sign(signing: &SigningKey, message: &[u8]) -> Signature {
        let signature: p256::ecdsa::Signature = signing.sign(message);
        Signature(signature.to_der().as_bytes().to_vec())
    }

    #[test]
    fn a_head_counts_under_its_own_key_only_and_only_unchanged() {
        let (signing, public) = key(7);
        let head = Head {
            case: CaseId::from_parts(Timestamp(1), [1; 10]),
            device: DeviceId::from_parts(Timestamp(1), [2; 10]),
            size: 3,
            root: Sha256::of(b"root"),
            at: Moment { wall: Timestamp(5), offset_s: 28_800, mono_ms: 9, boot: "b".into() },
            key: public.id(),
        };
        let signature = sign(&signing, &head.bytes().expect("canonical"));
        let signed = SignedHead { head, signature };
        assert_eq!(signed.check(&public), Ok(()));
        assert_eq!(signed.check(&key(8).1), Err(BadHead::AnotherKey));
        let mut grown = signed.clone();
        grown.head.size = 4;
        assert_eq!(grown.check(&public), Err(BadHead::NotSigned));
        let mut mangled = signed;
        mangled.signature.0.truncate(3);
        assert_eq!(mangled.check(&public), Err(BadHead::NotSigned));
    }
}
