//! One random master key behind the phone's keystore; everything else is derived from it by HKDF-SHA256.

use std::path::Path;

use hkdf::Hkdf;
use zeroize::Zeroizing;

use super::{ports::KeyStore, trouble::Trouble};

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

/// Loads the master key, or makes one where no store exists yet. A store whose key is gone is left untouched.
pub(super) fn load(port: &dyn KeyStore, database: &Path) -> Result<Keys, Trouble> {
    let master: Secret = match port.load()? {
        Some(bytes) => Zeroizing::new(bytes.try_into().map_err(|_| Trouble::WrongKey)?),
        None if database.exists() => return Err(Trouble::KeyMissing),
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
