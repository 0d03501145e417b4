//! One event of a case as a leaf of the custody tree. Made by the store in the same transaction as the row it speaks
//! of (invariant 1); never changed afterwards. Not its business: the vocabulary of events, beyond that each is a JSON
//! object with a `kind`.

use serde::{Deserialize, Serialize};

use crate::{
    canon::{self, NotCanonical, Sha256},
    id::{CaseId, DeviceId},
};

/// Sixteen random bytes in a leaf, so that a sibling hash in a part-bundle cannot be guessed back to its event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Salt(pub [u8; 16]);

impl TryFrom<String> for Salt {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Salt, &'static str> {
        let mut bytes = [0; 16];
        match hex::decode_to_slice(&text, &mut bytes) {
            Ok(()) if !text.bytes().any(|byte| byte.is_ascii_uppercase()) => Ok(Salt(bytes)),
            _ => Err("not 16 bytes in lower-case hex"),
        }
    }
}

impl From<Salt> for String {
    fn from(salt: Salt) -> String {
        hex::encode(salt.0)
    }
}

/// One event of one device's log of one case. Its canonical JSON is what is hashed, and one line of the log file.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// The case.
    pub case: CaseId,
    /// Whose log.
    pub device: DeviceId,
    /// Position in the log, from 0, without gaps.
    pub seq: u64,
    /// Keeps the hash from being guessed.
    pub salt: Salt,
    /// What happened: a JSON object with a `kind` and what belongs to it.
    pub event: serde_json::Value,
}

impl std::fmt::Debug for Leaf {
    // The event may hold an answer, and so a person's data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Leaf({} {} #{})", self.case, self.device, self.seq)
    }
}

impl Leaf {
    /// The bytes that are hashed and kept: canonical JSON, no line end.
    pub fn bytes(&self) -> Result<Vec<u8>, NotCanonical> {
        canon::bytes(self)
    }

    /// The hash with which this leaf enters the tree.
    pub fn hash(&self) -> Result<Sha256, NotCanonical> {
        Ok(leaf_hash(&self.bytes()?))
    }

    /// The `kind` of the event, empty when it has none.
    pub fn kind(&self) -> &str {
        self.event.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default()
    }
}

/// Leaf hash of RFC 6962 §2.1: the prefix 0x00 keeps a leaf from ever being taken for an inner node.
pub fn leaf_hash(bytes: &[u8]) -> Sha256 {
    Sha256::of_parts(&[&[0], bytes])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn leaf() -> Leaf {
        Leaf {
            case: CaseId::from_parts(Timestamp(1), [1; 10]),
            device: DeviceId::from_parts(Timestamp(1), [2; 10]),
            seq: 0,
            salt: Salt([0xab; 16]),
            event: serde_json::json!({"kind": "answered", "value": "张三"}),
        }
    }

    #[test]
    fn a_leaf_reads_back_from_its_line_with_the_same_hash() {
        let line = leaf().bytes().expect("canonical");
        let read: Leaf = serde_json::from_slice(&line).expect("leaf");
        assert_eq!((read.hash().ok(), read.kind()), (leaf().hash().ok(), "answered"));
    }

    #[test]
    fn two_equal_events_with_different_salt_have_unrelated_hashes() {
        let other = Leaf { salt: Salt([0; 16]), ..leaf() };
        assert_ne!(leaf().hash().ok(), other.hash().ok());
    }

    #[test]
    fn invariant_7_a_leaf_never_shows_its_event_in_debug() {
        assert!(!format!("{:?}", leaf()).contains("张三"));
    }
}
