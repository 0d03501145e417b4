//! COSE_Sign1 with ES256 (RFC 9052, RFC 9053) in one shape alone: tagged, the algorithm and the key's name protected,
//! nothing unprotected, the payload inside, the signature as `r‖s`.
//!
//! Reading writes what it has read once more and compares: an indefinite length, a longer integer, a map key twice or in
//! another order, a header that is not known, critical or not, and a byte too many all end as *damaged*. Not its
//! business: whose key it is, and what the payload says.

use coset::{CborSerializable, CoseSign1, Header, HeaderBuilder, ProtectedHeader, TaggedCborSerializable, cbor, iana};

use super::BadCode;
use crate::canon::{KeyId, PublicKey, Signature};

pub(super) use cbor::value::Value;

/// What is to be signed, and by which key.
#[derive(Clone)]
pub struct Unsigned {
    payload: Vec<u8>,
    key: KeyId,
    purpose: &'static [u8],
}

impl Unsigned {
    pub(super) fn new(payload: Vec<u8>, key: KeyId, purpose: &'static [u8]) -> Unsigned {
        Unsigned { payload, key, purpose }
    }

    /// The bytes that are signed (RFC 9052 §4.4).
    pub fn message(&self) -> Vec<u8> {
        message(&self.key, &self.payload, self.purpose)
    }

    /// Tagged COSE_Sign1. `None` when the signature is not one.
    pub(super) fn signed(&self, signature: &Signature) -> Option<Vec<u8>> {
        write(&self.key, &self.payload, signature.to_fixed()?)
    }
}

impl std::fmt::Debug for Unsigned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Unsigned({} bytes for {})", self.payload.len(), self.key.0)
    }
}

/// A signed payload whose signature nobody has checked yet.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) payload: Vec<u8>,
    pub(super) key: KeyId,
    signature: Signature,
}

impl Sealed {
    /// Reads tagged COSE_Sign1 in the one shape that [`Unsigned::signed`] writes.
    pub(super) fn read(bytes: &[u8]) -> Result<Sealed, BadCode> {
        let sign1 = CoseSign1::from_tagged_slice(bytes).map_err(|_| BadCode::Damaged)?;
        let key = KeyId(hex::encode(&sign1.protected.header.key_id));
        let payload = sign1.payload.ok_or(BadCode::Damaged)?;
        let signature = Signature::from_fixed(&sign1.signature).ok_or(BadCode::Damaged)?;
        // The name of a key is 8 bytes, and nothing is signed by nobody.
        let named = key.0.len() == 16;
        if !named || write(&key, &payload, sign1.signature).as_deref() != Some(bytes) {
            return Err(BadCode::Damaged);
        }
        Ok(Sealed { payload, key, signature })
    }

    /// Whether `key` signed it for this purpose.
    pub(super) fn signed_by(&self, key: &PublicKey, purpose: &[u8]) -> bool {
        key.id() == self.key && key.verifies(&message(&self.key, &self.payload, purpose), &self.signature)
    }
}

/// The payload as a value, if these are the only bytes for it.
pub(super) fn value(bytes: &[u8]) -> Result<Value, BadCode> {
    let value = Value::from_slice(bytes).map_err(|_| BadCode::Damaged)?;
    if encoded(&value) == bytes { Ok(value) } else { Err(BadCode::Damaged) }
}

/// Shortest, definite form. Maps keep the order that they are given in.
pub(super) fn encoded(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to memory cannot fail; nothing would be as wrong as a half.
    if cbor::ser::into_writer(value, &mut bytes).is_ok() { bytes } else { Vec::new() }
}

fn protected(key: &KeyId) -> ProtectedHeader {
    let name = hex::decode(&key.0).unwrap_or_default();
    let header = HeaderBuilder::new().algorithm(iana::Algorithm::ES256).key_id(name).build();
    ProtectedHeader { original_data: None, header }
}

fn message(key: &KeyId, payload: &[u8], purpose: &[u8]) -> Vec<u8> {
    let sign1 = CoseSign1 { protected: protected(key), payload: Some(payload.to_vec()), ..CoseSign1::default() };
    sign1.tbs_data(purpose)
}

fn write(key: &KeyId, payload: &[u8], signature: Vec<u8>) -> Option<Vec<u8>> {
    let (unprotected, payload) = (Header::default(), Some(payload.to_vec()));
    CoseSign1 { protected: protected(key), unprotected, payload, signature }.to_tagged_vec().ok()
}
