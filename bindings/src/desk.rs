//! The phone's services in software, for desktop tools, examples and tests. Never for a phone: its key lies in a plain
//! file. Opened once per folder; ends in a phone whose secret and key are on disk, or in a port that failed. Not its
//! business: tokens and listeners, which differ from program to program.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use p256::ecdsa::{SigningKey, signature::Signer as _};

use crate::{
    ports::{Clock, KeyStore, PortError, Signer},
    records::Moment,
};

/// Offset of China's standard time, which knows no summer time, in seconds.
const CHINA_OFFSET_S: i32 = 8 * 3600;

/// Keystore, signer and clock of a phone that is none. Desktop and tests only.
#[derive(uniffi::Object)]
pub struct SoftwarePhone {
    /// Where the engine's secret lies.
    secret: PathBuf,
    signing: SigningKey,
    since: Instant,
    boot: String,
    /// Milliseconds that a test has let pass.
    ahead_ms: Mutex<i64>,
}

#[uniffi::export]
impl SoftwarePhone {
    /// The phone of a folder: its key is made on the first call and is the same ever after.
    #[uniffi::constructor]
    pub fn open(folder: String) -> Result<Arc<Self>, PortError> {
        let folder = PathBuf::from(folder);
        fs::create_dir_all(&folder).map_err(|_| PortError::Failed)?;
        let key = folder.join("device.key");
        let scalar = match read(&key)? {
            Some(scalar) => scalar,
            None => {
                let scalar = fresh_scalar()?;
                write(&key, &scalar)?;
                scalar
            }
        };
        let signing = SigningKey::from_slice(&scalar).map_err(|_| PortError::Failed)?;
        let mut boot = [0; 8];
        getrandom::fill(&mut boot).map_err(|_| PortError::Failed)?;
        Ok(Arc::new(SoftwarePhone {
            secret: folder.join("engine.secret"),
            signing,
            since: Instant::now(),
            boot: format!("{:016x}", u64::from_be_bytes(boot)),
            ahead_ms: Mutex::new(0),
        }))
    }

    /// Lets time pass on this phone's clocks without waiting, in milliseconds; for tests.
    pub fn pass(&self, ms: i64) {
        *self.ahead_ms.lock().unwrap_or_else(PoisonError::into_inner) += ms.max(0);
    }
}

#[uniffi::export]
impl KeyStore for SoftwarePhone {
    fn load(&self) -> Result<Option<Vec<u8>>, PortError> {
        read(&self.secret)
    }

    fn store(&self, secret: Vec<u8>) -> Result<(), PortError> {
        write(&self.secret, &secret)
    }
}

#[uniffi::export]
impl Signer for SoftwarePhone {
    fn public_key(&self) -> Result<Vec<u8>, PortError> {
        Ok(self.signing.verifying_key().to_sec1_point(false).as_bytes().to_vec())
    }

    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, PortError> {
        let signature: p256::ecdsa::Signature = self.signing.sign(&message);
        Ok(signature.to_der().as_bytes().to_vec())
    }
}

#[uniffi::export]
impl Clock for SoftwarePhone {
    /// Now. The monotonic part counts from `open` and does not count the machine's sleep.
    fn now(&self) -> Result<Moment, PortError> {
        let ahead = *self.ahead_ms.lock().unwrap_or_else(PoisonError::into_inner);
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| PortError::Failed)?;
        let ms = |span: std::time::Duration| i64::try_from(span.as_millis()).map_err(|_| PortError::Failed);
        Ok(Moment {
            wall_ms: ms(wall)? + ahead,
            offset_s: CHINA_OFFSET_S,
            mono_ms: ms(self.since.elapsed())? + ahead,
            boot: self.boot.clone(),
        })
    }
}

/// A scalar that is a P-256 key: practically the first draw.
fn fresh_scalar() -> Result<Vec<u8>, PortError> {
    let mut scalar = vec![0; 32];
    for _ in 0..8 {
        getrandom::fill(&mut scalar).map_err(|_| PortError::Failed)?;
        if SigningKey::from_slice(&scalar).is_ok() {
            return Ok(scalar);
        }
    }
    Err(PortError::Failed)
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, PortError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(_) => Err(PortError::Failed),
    }
}

/// Whole or not at all, durable on return, readable by its owner alone.
fn write(path: &Path, bytes: &[u8]) -> Result<(), PortError> {
    let unfinished = path.with_extension("part");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let done = (|| {
        let mut file = options.open(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, path)?;
        path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    })();
    done.map_err(|_: std::io::Error| PortError::Failed)
}

#[cfg(test)]
mod tests {
    use jingbao_core::canon::{PublicKey, Signature};

    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("folder")
    }

    fn phone(folder: &tempfile::TempDir) -> Arc<SoftwarePhone> {
        SoftwarePhone::open(folder.path().display().to_string()).expect("opened")
    }

    #[test]
    fn a_phone_keeps_its_key_and_its_secret() {
        let folder = folder();
        let first = phone(&folder);
        assert_eq!(first.load(), Ok(None));
        first.store(vec![7; 32]).expect("stored");
        let again = phone(&folder);
        assert_eq!(again.load(), Ok(Some(vec![7; 32])));
        assert_eq!(again.public_key(), first.public_key());
    }

    #[test]
    fn the_core_accepts_its_signatures_and_no_other_message() {
        let folder = folder();
        let phone = phone(&folder);
        let key = PublicKey::from_sec1(&phone.public_key().expect("key")).expect("a P-256 key");
        let signature = Signature(phone.sign(b"head".to_vec()).expect("signed"));
        assert!(key.verifies(b"head", &signature) && !key.verifies(b"tail", &signature));
    }

    #[test]
    fn every_clock_moves_when_a_test_lets_time_pass() {
        let folder = folder();
        let phone = phone(&folder);
        let before = phone.now().expect("now");
        phone.pass(60_000);
        let after = phone.now().expect("now");
        assert!(after.wall_ms >= before.wall_ms + 60_000 && after.mono_ms >= before.mono_ms + 60_000);
        assert_eq!(after.boot, before.boot);
    }
}
