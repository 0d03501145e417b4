//! Enrolling and revoking devices. Works while the server runs: both sides meet in the database.

use std::path::Path;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jingbao_core::{canon::Sha256, id::DeviceId, time::Timestamp};

use crate::store::{Broken, Device, SqliteStore, Store};

/// The device could not be enrolled or revoked.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// The data folder.
    #[error(transparent)]
    Store(#[from] Broken),
    /// No randomness for a token.
    #[error("no randomness: {0}")]
    Entropy(#[from] getrandom::Error),
}

/// Enrols a device and gives its new token, which is kept only as a hash. An earlier token of the device ends.
pub fn add(data: &Path, device: &Device) -> Result<String, NotDone> {
    let mut random = [0; 32];
    getrandom::fill(&mut random)?;
    let token = URL_SAFE_NO_PAD.encode(random);
    SqliteStore::open(data)?.add_device(device, Sha256::of(token.as_bytes()))?;
    Ok(token)
}

/// Ends a device's token. Whether it had one.
pub fn revoke(data: &Path, device: DeviceId) -> Result<bool, NotDone> {
    Ok(SqliteStore::open(data)?.revoke_device(device)?)
}

/// A new id, for a desk that has none.
pub fn new_id(now: Timestamp) -> Result<DeviceId, NotDone> {
    let mut random = [0; 10];
    getrandom::fill(&mut random)?;
    Ok(DeviceId::from_parts(now, random))
}
