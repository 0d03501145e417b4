//! The phone's services in software: files for secrets, a story clock. For demo and kill tests only.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Instant,
};

use jingbao::{
    ports::{Clock, Credentials, KeyStore, Listener, PortError, Signer},
    records::Moment,
};
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};

use super::say;

/// The master key in a file.
pub(super) struct FileKeys(pub(super) PathBuf);

impl KeyStore for FileKeys {
    fn load(&self) -> Result<Option<Vec<u8>>, PortError> {
        match fs::read(&self.0) {
            Ok(secret) => Ok(Some(secret)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(PortError::Failed),
        }
    }

    fn store(&self, secret: Vec<u8>) -> Result<(), PortError> {
        whole(&self.0, &secret).map_err(|_| PortError::Failed)
    }
}

/// The device key in a file.
pub(super) struct FileSigner(SigningKey);

impl FileSigner {
    pub(super) fn open(path: &Path) -> io::Result<FileSigner> {
        if !path.exists() {
            let mut secret = [0; 32];
            getrandom::fill(&mut secret).map_err(io::Error::other)?;
            whole(path, &secret)?;
        }
        SigningKey::from_slice(&fs::read(path)?).map(FileSigner).map_err(|_| io::Error::other("not a key"))
    }
}

impl Signer for FileSigner {
    fn public_key(&self) -> Result<Vec<u8>, PortError> {
        Ok(self.0.verifying_key().to_sec1_point(false).as_bytes().to_vec())
    }

    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, PortError> {
        let signature: Signature = self.0.sign(&message);
        Ok(signature.to_der().as_bytes().to_vec())
    }
}

/// The token in a file; none before the company enrolled the phone.
pub(super) struct FileToken(pub(super) PathBuf);

impl Credentials for FileToken {
    fn token(&self) -> Result<Option<String>, PortError> {
        match fs::read_to_string(&self.0) {
            Ok(token) => Ok(Some(token.trim().to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(PortError::Failed),
        }
    }
}

/// A clock that stands where the story is and runs on from there. A kill is no reboot: the boot stays the same.
pub(super) struct StoryClock(Mutex<(i64, Instant)>);

impl StoryClock {
    pub(super) fn starting(at: i64) -> StoryClock {
        StoryClock(Mutex::new((at, Instant::now())))
    }

    /// The story is at `at` now; it never runs backwards.
    pub(super) fn set(&self, at: i64) {
        if let Ok(mut state) = self.0.lock() {
            let now = state.0 + i64::try_from(state.1.elapsed().as_millis()).unwrap_or(0);
            *state = (at.max(now), Instant::now());
        }
    }
}

impl StoryClock {
    /// All clocks of the phone in the story.
    pub(super) fn moment(&self) -> Moment {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wall_ms = state.0 + i64::try_from(state.1.elapsed().as_millis()).unwrap_or(0);
        // The phone of the story was switched on at the beginning of its era.
        Moment { wall_ms, offset_s: 8 * 3600, mono_ms: wall_ms - 1_700_000_000_000, boot: "story".into() }
    }
}

impl Clock for StoryClock {
    fn now(&self) -> Result<Moment, PortError> {
        Ok(self.moment())
    }
}

/// Tells every change on standard output.
pub(super) struct Echo;

impl Listener for Echo {
    fn changed(&self, what: String) -> Result<(), PortError> {
        let what = what.split(':').next().unwrap_or_default().to_owned();
        say(&serde_json::json!({ "event": what })).map_err(|_| PortError::Failed)
    }
}

/// Writes a file whole or not at all.
fn whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    fs::write(&part, bytes)?;
    fs::File::open(&part)?.sync_all()?;
    fs::rename(&part, path)
}
