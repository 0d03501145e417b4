//! A pack that travels: `{"pack": {…}, "key": "<id of the key>", "signature": "<base64url DER>"}`, signed by the
//! association over the canonical JSON of `pack`.
//!
//! [`accept`] is asked when a file arrives, from wherever; it ends with the newer pack or with a [`PackRefused`], after
//! which the old pack stays in force. Nothing of `pack` is looked at before its signature is found good, by the
//! association's pinned key or by the successor that was named for it. Not its business: signing, and keeping what was
//! accepted.

use serde::{Deserialize, Serialize};

use super::{BadPack, Pack, SCHEMA};
use crate::canon::{self, KeyId, NotCanonical, PublicKey, Signature};

/// More than any pack needs; a larger file is not read at all.
const LARGEST_BYTES: usize = 4 << 20;

/// The file as it travels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedPack {
    /// The document, exactly as it was signed: also with fields that this code does not know.
    pub pack: serde_json::Value,
    /// Which key signed.
    pub key: KeyId,
    /// ECDSA P-256 with SHA-256 over the canonical JSON of `pack`.
    pub signature: Signature,
}

/// Whose signature a pack needs: the association's pinned key, or the successor named for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association {
    /// The pinned key.
    pub key: PublicKey,
    /// The key that is to follow it, accepted as well.
    pub successor: Option<PublicKey>,
}

impl Association {
    /// Both keys.
    pub fn keys(&self) -> impl Iterator<Item = &PublicKey> {
        [Some(&self.key), self.successor.as_ref()].into_iter().flatten()
    }

    /// The key of this name, if it is one of the two.
    fn named(&self, id: &KeyId) -> Option<&PublicKey> {
        self.keys().find(|key| &key.id() == id)
    }

    /// Whether the association signed this canonical document with the key of that name.
    pub fn signed(&self, document: &[u8], key: &KeyId, signature: &Signature) -> bool {
        self.named(key).is_some_and(|key| key.verifies(document, signature))
    }
}

/// Why a file does not replace the pack in force.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackRefused {
    /// This app was set up without an association's key, so that nobody could have signed it.
    #[error("no association's key is pinned")]
    NoKey,
    /// It is not a signed pack, or the pack in it does not read or contradicts itself.
    #[error("not readable: {problem}")]
    NotReadable {
        /// The field and what is wrong with it.
        problem: String,
    },
    /// The pinned key did not sign it.
    #[error("not signed by the pinned key")]
    NotSigned,
    /// A layout this code does not read.
    #[error("schema {there} is not known, only {SCHEMA}")]
    Schema {
        /// The layout of the file.
        there: u32,
    },
    /// The pack of another region.
    #[error("another region's pack: {there}, here is {here}")]
    OtherRegion {
        /// The pack in force.
        here: String,
        /// The pack in the file.
        there: String,
    },
    /// Not newer than the one in force.
    #[error("version {there} is not higher than {here}")]
    NotNewer {
        /// The version in force.
        here: u32,
        /// The version in the file.
        there: u32,
    },
}

impl PackRefused {
    /// Text code; the sentence is `pack-refused-not_signed`.
    pub fn code(&self) -> &'static str {
        match self {
            PackRefused::NoKey => "no_key",
            PackRefused::NotReadable { .. } => "not_readable",
            PackRefused::NotSigned => "not_signed",
            PackRefused::Schema { .. } => "schema",
            PackRefused::OtherRegion { .. } => "other_region",
            PackRefused::NotNewer { .. } => "not_newer",
        }
    }

    /// What the sentence names.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            PackRefused::NotReadable { problem } => vec![("problem", problem.clone())],
            PackRefused::NoKey | PackRefused::NotSigned => vec![],
            PackRefused::Schema { there } => vec![("there", there.to_string()), ("here", SCHEMA.to_string())],
            PackRefused::OtherRegion { here, there } => vec![("there", there.clone()), ("here", here.clone())],
            PackRefused::NotNewer { here, there } => vec![("there", there.to_string()), ("here", here.to_string())],
        }
    }
}

/// The pack in `file`, when it may replace `current`: signed by the association, of a known schema, whole, of the same
/// region, and of a higher version. The envelope comes back with it, to be kept.
pub fn accept(
    current: &Pack,
    file: &[u8],
    association: Option<&Association>,
) -> Result<(Pack, SignedPack), PackRefused> {
    let association = association.ok_or(PackRefused::NoKey)?;
    let signed = SignedPack::from_bytes(file)?;
    let pack = signed.open(association.named(&signed.key).ok_or(PackRefused::NotSigned)?)?;
    if pack.id != current.id {
        return Err(PackRefused::OtherRegion { here: current.id.clone(), there: pack.id });
    }
    if pack.version <= current.version {
        return Err(PackRefused::NotNewer { here: current.version, there: pack.version });
    }
    Ok((pack, signed))
}

impl SignedPack {
    /// Reads the envelope; the signature is not checked yet.
    pub fn from_bytes(file: &[u8]) -> Result<SignedPack, PackRefused> {
        if file.len() > LARGEST_BYTES {
            return Err(PackRefused::NotReadable { problem: format!("larger than {LARGEST_BYTES} bytes") });
        }
        serde_json::from_slice(file).map_err(|error| PackRefused::NotReadable { problem: error.to_string() })
    }

    /// The bytes that are signed.
    pub fn message(&self) -> Result<Vec<u8>, NotCanonical> {
        canon::bytes(&self.pack)
    }

    /// The pack, if `association` signed it and it is whole.
    pub fn open(&self, association: &PublicKey) -> Result<Pack, PackRefused> {
        let message = self.message().map_err(|error| PackRefused::NotReadable { problem: error.to_string() })?;
        if self.key != association.id() || !association.verifies(&message, &self.signature) {
            return Err(PackRefused::NotSigned);
        }
        read(&message)
    }
}

fn read(document: &[u8]) -> Result<Pack, PackRefused> {
    let not_readable = |problem: String| PackRefused::NotReadable { problem };
    let text = std::str::from_utf8(document).map_err(|error| not_readable(error.to_string()))?;
    Pack::from_json(text).map_err(|error| match error {
        BadPack::Schema(there) => PackRefused::Schema { there },
        bad => not_readable(bad.to_string()),
    })
}
