//! P-256 public keys and ECDSA signatures as they travel: the key as SubjectPublicKeyInfo in base64url, the signature
//! as DER in base64url, so that `openssl dgst -sha256 -verify` can check either without us.
//!
//! Only verification stands here. Signing is a port of the phone (`Signer`) or the gateway's business.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::{
    ecdsa::{self, signature::Verifier},
    pkcs8::{DecodePublicKey, EncodePublicKey},
};
use serde::{Deserialize, Serialize};

use super::Sha256;

/// What a key or signature can have wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// The text is not base64url without padding.
    #[error("not base64url")]
    NotBase64,
    /// The bytes are not a P-256 public key.
    #[error("not a P-256 public key")]
    NotP256,
}

/// A P-256 public key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey(ecdsa::VerifyingKey);

impl PublicKey {
    /// From SEC1 bytes (`04‖x‖y` or compressed), as phones give them.
    pub fn from_sec1(bytes: &[u8]) -> Result<PublicKey, BadKey> {
        ecdsa::VerifyingKey::from_sec1_bytes(bytes).map(PublicKey).map_err(|_| BadKey::NotP256)
    }

    /// SubjectPublicKeyInfo (RFC 5280), DER.
    pub fn to_spki(&self) -> Vec<u8> {
        // A valid P-256 point always has this encoding; an empty one would only make a verification fail.
        self.0.to_public_key_der().map(|der| der.as_bytes().to_vec()).unwrap_or_default()
    }

    /// The same as PEM, for `openssl`.
    pub fn to_pem(&self) -> String {
        self.0.to_public_key_pem(p256::pkcs8::LineEnding::LF).unwrap_or_default()
    }

    /// Uncompressed SEC1 (`04‖x‖y`): 65 bytes.
    pub fn to_sec1(&self) -> Vec<u8> {
        self.0.to_sec1_point(false).as_bytes().to_vec()
    }

    /// Short name of the key: the first 16 hex digits of the SHA-256 of its SubjectPublicKeyInfo.
    pub fn id(&self) -> KeyId {
        KeyId(Sha256::of(&self.to_spki()).to_string()[..16].to_owned())
    }

    /// Whether `signature` is this key's over `message` (ECDSA with SHA-256). Anything malformed is simply not.
    pub fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        ecdsa::Signature::from_der(&signature.0).is_ok_and(|parsed| self.0.verify(message, &parsed).is_ok())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id().0)
    }
}

impl TryFrom<String> for PublicKey {
    type Error = BadKey;

    fn try_from(text: String) -> Result<Self, BadKey> {
        let der = URL_SAFE_NO_PAD.decode(text).map_err(|_| BadKey::NotBase64)?;
        ecdsa::VerifyingKey::from_public_key_der(&der).map(PublicKey).map_err(|_| BadKey::NotP256)
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> String {
        URL_SAFE_NO_PAD.encode(key.to_spki())
    }
}

/// Short name of a public key, 16 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub String);

/// An ECDSA signature in DER.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Signature(pub Vec<u8>);

impl Signature {
    /// The same as `r‖s`, 64 bytes, which is how COSE writes it (RFC 9053 §2.1). `None` when it is not a signature.
    pub fn to_fixed(&self) -> Option<Vec<u8>> {
        ecdsa::Signature::from_der(&self.0).ok().map(|signature| signature.to_bytes().to_vec())
    }

    /// From `r‖s`. `None` when these bytes are not a signature.
    pub fn from_fixed(bytes: &[u8]) -> Option<Signature> {
        let signature = ecdsa::Signature::from_slice(bytes).ok()?;
        Some(Signature(signature.to_der().as_bytes().to_vec()))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({} bytes)", self.0.len())
    }
}

impl TryFrom<String> for Signature {
    type Error = BadKey;

    fn try_from(text: String) -> Result<Self, BadKey> {
        URL_SAFE_NO_PAD.decode(text).map(Signature).map_err(|_| BadKey::NotBase64)
    }
}

impl From<Signature> for String {
    fn from(signature: Signature) -> String {
        URL_SAFE_NO_PAD.encode(signature.0)
    }
}
