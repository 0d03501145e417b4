//! A phone's services in software, over which tests open the engine as an app would: keys in a file, a fixed signing
//! key, the machine's clocks. Not its business: processes ([`phone`](crate::phone)) and anything an app ships.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use jingbao::{
    Field, FieldError,
    ports::{Clock, Credentials, KeyStore, Listener, PortError, Signer},
    records::{Config, Moment},
};
use jingbao_core::{
    canon::{self, NotCanonical, PublicKey},
    pack::{Pack, SignedPack},
};
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};

/// One installation: where it lies and how it is set up. Opening it twice is opening the same phone again.
#[derive(Clone)]
pub struct Installation {
    /// The app's own folder; the store is in `store` below it.
    pub folder: PathBuf,
    /// `zh` or `en`.
    pub lang: String,
    /// Address and pinned key of the gateway.
    pub gateway: Option<(String, String)>,
    /// PEM that replaces the public roots.
    pub authority: Option<String>,
    /// The association's pinned key and its successor.
    pub association: (Option<String>, Option<String>),
    /// Where heads are time-stamped.
    pub stamp_url: Option<String>,
    /// The token it presents.
    pub token: Option<String>,
    /// Which signing key: one installation, one number.
    pub number: u8,
}

impl Installation {
    /// A phone without a network, speaking Chinese.
    pub fn new(folder: &Path, number: u8) -> Installation {
        let (lang, gateway, authority, token, stamp_url) = ("zh".to_owned(), None, None, None, None);
        let association = (None, None);
        Installation { folder: folder.to_owned(), lang, gateway, authority, association, token, number, stamp_url }
    }

    /// The folder of store and vault.
    pub fn store(&self) -> PathBuf {
        self.folder.join("store")
    }

    /// How the engine is set up.
    pub fn config(&self) -> Config {
        let (gateway, gateway_key) = self.gateway.clone().unzip();
        let (folder, authority) = (self.store().display().to_string(), self.authority.clone());
        let (association_key, association_successor) = self.association.clone();
        let lang = self.lang.clone();
        let app_version = Some("0.1.0-test".to_owned());
        Config {
            folder,
            gateway,
            gateway_key,
            authority,
            lang,
            association_key,
            association_successor,
            app_version,
            stamp_url: self.stamp_url.clone(),
            begin_anew: false,
        }
    }

    /// Opens the engine over the plain services.
    pub fn open(&self) -> Result<Arc<Field>, FieldError> {
        self.open_with(self.config())
    }

    /// Opens it set up in another way.
    pub fn open_with(&self, config: Config) -> Result<Arc<Field>, FieldError> {
        self.open_at(config, Arc::new(MachineClock))
    }

    /// Opens it with another clock.
    pub fn open_at(&self, config: Config, clock: Arc<dyn Clock>) -> Result<Arc<Field>, FieldError> {
        self.open_heard_by(config, clock, Arc::new(NobodyListens))
    }

    /// Opens it with another clock, and with somebody who listens.
    pub fn open_heard_by(
        &self,
        config: Config,
        clock: Arc<dyn Clock>,
        listener: Arc<dyn Listener>,
    ) -> Result<Arc<Field>, FieldError> {
        let keys = Arc::new(FileKeys(self.folder.join("master.key")));
        let signer = Arc::new(SoftSigner::number(self.number));
        let token = Arc::new(Token(Mutex::new(self.token.clone())));
        Field::open(config, keys, signer, token, clock, listener)
    }
}

/// The master key in a file.
pub struct FileKeys(pub PathBuf);

impl KeyStore for FileKeys {
    fn load(&self) -> Result<Option<Vec<u8>>, PortError> {
        match fs::read(&self.0) {
            Ok(secret) => Ok(Some(secret)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(PortError::Failed),
        }
    }

    fn store(&self, secret: Vec<u8>) -> Result<(), PortError> {
        fs::write(&self.0, secret).map_err(|_| PortError::Failed)
    }
}

/// A P-256 key in memory.
pub struct SoftSigner(SigningKey);

impl SoftSigner {
    /// The key of this number; the same number is the same key.
    pub fn number(number: u8) -> SoftSigner {
        let scalar = [number.max(1); 32];
        SoftSigner(SigningKey::from_slice(&scalar).unwrap_or_else(|_| unreachable!("a small scalar is a key")))
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        let sec1 = self.0.verifying_key().to_sec1_bytes();
        PublicKey::from_sec1(&sec1).unwrap_or_else(|_| unreachable!("a P-256 key"))
    }
}

impl Signer for SoftSigner {
    fn public_key(&self) -> Result<Vec<u8>, PortError> {
        Ok(self.0.verifying_key().to_sec1_bytes().to_vec())
    }

    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, PortError> {
        let signature: Signature = self.0.sign(&message);
        Ok(signature.to_der().as_bytes().to_vec())
    }
}

/// The next version of the pack compiled in, changed by `change` and signed with the key of this number: a file as an
/// association hands it in.
pub fn signed_pack(number: u8, change: impl FnOnce(&mut serde_json::Value)) -> Result<Vec<u8>, NotCanonical> {
    let mut pack = serde_json::to_value(Pack::builtin())?;
    pack["version"] = serde_json::json!(Pack::builtin().version + 1);
    change(&mut pack);
    let signer = SoftSigner::number(number);
    let message = canon::bytes(&pack)?;
    let signature: Signature = signer.0.sign(&message);
    let signature = canon::Signature(signature.to_der().as_bytes().to_vec());
    Ok(serde_json::to_vec(&SignedPack { pack, key: signer.public().id(), signature })?)
}

/// A token that a test may change.
pub struct Token(pub Mutex<Option<String>>);

impl Credentials for Token {
    fn token(&self) -> Result<Option<String>, PortError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

/// The machine's clocks.
pub struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Result<Moment, PortError> {
        static START: OnceLock<Instant> = OnceLock::new();
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| PortError::Failed)?;
        let mono = START.get_or_init(Instant::now).elapsed();
        Ok(Moment {
            wall_ms: i64::try_from(wall.as_millis()).map_err(|_| PortError::Failed)?,
            offset_s: 28_800,
            mono_ms: i64::try_from(mono.as_millis()).map_err(|_| PortError::Failed)?,
            boot: std::process::id().to_string(),
        })
    }
}

/// Hears nothing.
pub struct NobodyListens;

impl Listener for NobodyListens {
    fn changed(&self, _: String) -> Result<(), PortError> {
        Ok(())
    }
}

/// A whole JPEG of eight by eight pixels and about `length` bytes, different for every number. `None` if it cannot be
/// encoded.
pub fn small_photo(number: u64, length: usize) -> Option<Vec<u8>> {
    /// What fits into one application segment.
    const MOST: usize = 65_000;
    let mut jpeg = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, 80);
    let ballast = [number.to_be_bytes().to_vec(), vec![0x5a; length]].concat();
    for piece in ballast.chunks(MOST) {
        encoder.add_app_segment(9, piece.to_vec()).ok()?;
    }
    encoder.encode(&[0x7f; 64], 8, 8, jpeg_encoder::ColorType::Luma).ok()?;
    Some(jpeg)
}

/// A value that fits the question.
pub fn fitting_answer(question: &str, party: Option<&str>) -> &'static str {
    match question {
        "fact.parties" => "motor_motor",
        "fact.road" => "city",
        "scene.time" => "2026-11-23 15:02",
        "scene.place" => "南大街与解放路路口",
        "scene.weather" => "clear",
        "scene.form" => "rear_end",
        "party.kind" => "motor",
        "party.name" => "张三",
        "party.id_number" => "refused",
        "party.phone" => "13800138000",
        "party.vehicle_kind" => "car",
        "party.plate" => "鲁F12345",
        "party.insurer" => "picc",
        "party.policy" => "unknown",
        "party.impact" => "6",
        "party.liability" if party == Some("A") => "full",
        "party.liability" => "none",
        _ => "no",
    }
}
