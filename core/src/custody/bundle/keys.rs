//! Keys in a bundle and keys a reader trusts. A bundle carries its own keys so that signatures can be checked; which
//! of them deserve belief only the reader's [`TrustedKeys`] say.

use serde::{Deserialize, Serialize};

use crate::{
    canon::{KeyId, PublicKey},
    id::DeviceId,
};

/// What a key is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyRole {
    /// Signs receipts.
    Gateway,
    /// Signs custody heads.
    Device,
    /// Signs packs and credentials.
    Association,
}

/// One key of `data/keys/keys.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleKey {
    /// Short name; also the name of its PEM file.
    pub kid: KeyId,
    /// What it signs.
    pub role: KeyRole,
    /// Whose it is, for a device key.
    pub device: Option<DeviceId>,
    /// The key.
    pub key: PublicKey,
}

/// One key that the reader of a bundle trusts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedKey {
    /// For what it is trusted.
    pub role: KeyRole,
    /// The key.
    pub key: PublicKey,
}

/// The file given as `--trust`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedKeys {
    /// The keys.
    pub keys: Vec<TrustedKey>,
}

impl TrustedKeys {
    /// Whether `key` is trusted in this role.
    pub fn trusts(&self, role: KeyRole, key: &PublicKey) -> bool {
        self.keys.iter().any(|trusted| trusted.role == role && &trusted.key == key)
    }
}
