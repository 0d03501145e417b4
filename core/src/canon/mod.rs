//! Canonical bytes (RFC 8785) and their SHA-256: same inputs, same bytes, on every phone, gateway and desk.
//!
//! Everything that is hashed or signed goes through [`bytes()`]. Not its business: what the bytes mean.

mod hash;
mod key;
mod sm3;

use serde::Serialize;

pub use hash::{Sha256, Sha256Stream};
pub use key::{KeyId, PublicKey, Signature};
pub use sm3::{NotAnSm3, Sm3};

/// The value cannot be written as canonical JSON (a map with keys that are not text, or a number that is not finite).
#[derive(Debug, thiserror::Error)]
#[error("no canonical form: {0}")]
pub struct NotCanonical(#[from] serde_json::Error);

/// Canonical JSON of `value` (RFC 8785).
pub fn bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, NotCanonical> {
    Ok(serde_json_canonicalizer::to_vec(value)?)
}

/// SHA-256 of the canonical JSON of `value`.
pub fn sha256<T: Serialize>(value: &T) -> Result<Sha256, NotCanonical> {
    Ok(Sha256::of(&bytes(value)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invariant_8_same_inputs_same_bytes_whatever_the_order_of_keys() {
        let a: serde_json::Value = serde_json::from_str(r#"{"b":1,"a":{"y":0.1,"x":"警保"}}"#).expect("json");
        let b: serde_json::Value = serde_json::from_str(r#"{ "a":{"x":"\u8b66保","y":1e-1}, "b":1.0 }"#).expect("json");
        assert_eq!(bytes(&a).expect("canonical"), bytes(&b).expect("canonical"));
        assert_eq!(
            String::from_utf8(bytes(&a).expect("canonical")).expect("utf-8"),
            r#"{"a":{"x":"警保","y":0.1},"b":1}"#
        );
    }
}
