//! One random master key behind the phone's keystore; everything else is derived from it by HKDF-SHA256.

use hkdf::Hkdf;
use zeroize::Zeroizing;

use super::{place::Place, ports::KeyStore, trouble::Trouble};
use crate::time::Timestamp;

/// A 32-byte secret that is wiped when dropped and never printed.
pub(super) type Secret = Zeroizing<[u8; 32]>;

/// The keys a store works with.
pub(super) struct Keys {
    /// SQLCipher's raw key.
    pub(super) database: Secret,
    /// Wraps the keys of photo files.
    pub(super) files: Secret,
}

/// Random bytes of the operating system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], Trouble> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Trouble::Port(super::ports::PortFailed))?;
    Ok(bytes)
}

/// The master key, if there is one: key and store belong together, one without the other is said and left as it is.
/// Changes nothing.
pub(super) fn find(port: &dyn KeyStore, place: &Place) -> Result<Option<Secret>, Trouble> {
    match port.load()? {
        Some(bytes) => {
            let master = Zeroizing::new(bytes);
            if !place.has_store() && !place.may_begin() {
                return Err(Trouble::StoreMissing);
            }
            let master: [u8; 32] = master.as_slice().try_into().map_err(|_| Trouble::WrongKey)?;
            Ok(Some(Zeroizing::new(master)))
        }
        None if place.has_store() || place.has_photos() => Err(Trouble::KeyMissing),
        None => Ok(None),
    }
}

/// Finds the master key, or makes one where no store exists yet. The folder is held by the caller alone.
pub(super) fn load(port: &dyn KeyStore, place: &Place, now: Timestamp) -> Result<Keys, Trouble> {
    let found = find(port, place)?;
    if !place.has_store() {
        place.begin(now)?;
    }
    let master = match found {
        Some(master) => master,
        None => {
            let fresh = Zeroizing::new(random::<32>()?);
            port.store(fresh.as_slice())?;
            fresh
        }
    };
    Ok(Keys { database: derive(&master, b"jingbao database v1")?, files: derive(&master, b"jingbao files v1")? })
}

fn derive(master: &Secret, purpose: &[u8]) -> Result<Secret, Trouble> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<sha2::Sha256>::new(None, master.as_slice())
        .expand(purpose, key.as_mut_slice())
        .map_err(|_| Trouble::WrongKey)?;
    Ok(key)
}
