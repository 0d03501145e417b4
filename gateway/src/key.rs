//! The gateway's P-256 key: made at the first start, kept in the data folder for its owner only, signs receipts.
//! Not its business: rotation with a named successor.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use jingbao_core::{
    canon::{self, NotCanonical, PublicKey, Sha256, Signature},
    time::Timestamp,
    wire::{Manifest, Receipt, SignedReceipt},
};
use p256::{
    ecdsa::{SigningKey, signature::Signer},
    pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding},
};

/// The key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoKey {
    /// The file cannot be read or made.
    #[error("cannot read or make the gateway's key: {0}")]
    Io(#[from] io::Error),
    /// The file is there but holds no P-256 key.
    #[error("the gateway's key file holds no P-256 key")]
    NotAKey,
}

/// The gateway's signing key.
pub struct GatewayKey {
    signing: SigningKey,
    public: PublicKey,
}

impl GatewayKey {
    /// Reads `gateway-key.pem` in `folder`, or makes it when it is not there yet.
    pub fn open(folder: &Path) -> Result<GatewayKey, NoKey> {
        let path = folder.join("gateway-key.pem");
        if !path.try_exists()? {
            make(folder, &path)?;
        }
        let signing = SigningKey::from_pkcs8_pem(&fs::read_to_string(&path)?).map_err(|_| NoKey::NotAKey)?;
        let public = PublicKey::from_sec1(&signing.verifying_key().to_sec1_bytes()).map_err(|_| NoKey::NotAKey)?;
        Ok(GatewayKey { signing, public })
    }

    /// The public half, to be pinned by phones.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// A signed receipt. It counts only once the store has taken it in.
    pub fn receipt(
        &self,
        manifest: Manifest,
        head_sha256: Option<Sha256>,
        stored_at: Timestamp,
    ) -> Result<SignedReceipt, NotCanonical> {
        let manifest_sha256 = manifest.hash()?;
        let receipt = Receipt { manifest, manifest_sha256, stored_at, head_sha256, key: self.public.id() };
        let signature: p256::ecdsa::Signature = self.signing.sign(&canon::bytes(&receipt)?);
        Ok(SignedReceipt { receipt, signature: Signature(signature.to_der().as_bytes().to_vec()) })
    }
}

/// Makes the key beside its place and links it there, so that a crash leaves no half key and two starts share one.
fn make(folder: &Path, path: &Path) -> Result<(), NoKey> {
    let mut scalar = [0; 32];
    let secret = loop {
        getrandom::fill(&mut scalar).map_err(io::Error::other)?;
        if let Ok(secret) = p256::SecretKey::from_slice(&scalar) {
            break secret;
        }
    };
    let pem = secret.to_pkcs8_pem(LineEnding::LF).map_err(|_| NoKey::NotAKey)?;
    let beside = folder.join(format!("gateway-key.{}.new", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(pem.as_bytes())?;
    file.sync_all()?;
    match fs::hard_link(&beside, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
        _ => fs::remove_file(&beside)?,
    }
    Ok(fs::File::open(folder)?.sync_all()?)
}
