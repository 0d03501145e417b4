//! The association's keys as a clerk gives them: a private key as a PEM file, public ones in any form they come in. Each
//! ends in a key or in a sentence. Not its business: making keys, and where they are kept.

use std::{fs, io, path::Path};

use jingbao_core::{
    canon::{PublicKey, Signature},
    custody::bundle::{KeyRole, TrustedKeys},
    text::{Lang, say},
};
use p256::{
    ecdsa::{self, SigningKey, signature::Signer},
    pkcs8::{DecodePrivateKey, DecodePublicKey},
};

use super::text_of;

/// A private key with its public half.
pub(super) struct Signing {
    signing: SigningKey,
    pub(super) public: PublicKey,
}

impl Signing {
    /// Reads PKCS#8 PEM.
    pub(super) fn read(path: &Path, lang: Lang) -> io::Result<Signing> {
        let bad_key = || io::Error::other(say(lang, "pack-bad-private-key", &[]));
        let signing = SigningKey::from_pkcs8_pem(&text_of(path)?).map_err(|_| bad_key())?;
        let public = PublicKey::from_sec1(&signing.verifying_key().to_sec1_bytes()).map_err(|_| bad_key())?;
        Ok(Signing { signing, public })
    }

    /// ECDSA with SHA-256, DER.
    pub(super) fn sign(&self, message: &[u8]) -> Signature {
        let signature: ecdsa::Signature = self.signing.sign(message);
        Signature(signature.to_der().as_bytes().to_vec())
    }
}

/// One public key: base64url, or the path of a file with that or a PEM.
pub(super) fn public_key(given: &str, lang: Lang) -> io::Result<PublicKey> {
    let text = if Path::new(given).is_file() { fs::read_to_string(given)? } else { given.to_owned() };
    let from_pem = || {
        let key = p256::PublicKey::from_public_key_pem(&text).ok()?;
        PublicKey::from_sec1(&ecdsa::VerifyingKey::from(&key).to_sec1_bytes()).ok()
    };
    PublicKey::try_from(text.trim().to_owned())
        .ok()
        .or_else(from_pem)
        .ok_or_else(|| io::Error::other(say(lang, "pack-bad-public-key", &[])))
}

/// The association's keys: one as above, or a file of trusted keys as `verify` takes it.
pub(super) fn trusted(given: &str, lang: Lang) -> io::Result<Vec<PublicKey>> {
    if Path::new(given).is_file()
        && let Ok(trusted) = serde_json::from_str::<TrustedKeys>(&text_of(Path::new(given))?)
    {
        let association = trusted.keys.into_iter().filter(|trusted| trusted.role == KeyRole::Association);
        return Ok(association.map(|trusted| trusted.key).collect());
    }
    Ok(vec![public_key(given, lang)?])
}
