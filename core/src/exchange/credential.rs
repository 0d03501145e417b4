//! The specialist's credential (持证): who may stop at an accident for the programme, since when, until when, and with
//! which phone. A CBOR Web Token (RFC 8392) whose `cnf` (RFC 8747) names the phone's key, signed by the association.
//!
//! [`Claims::draft`] ends in what the association's key is to sign, or in the claim that cannot stand;
//! [`Credential::read`] in a credential of which nothing is believed yet, or in a [`BadCode`]. Whether it is genuine and in
//! force is asked of [`judge`](super::judge). Not its business: keeping the association's key, and the face behind the hash.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{
    BadCode,
    cose::{self, Sealed, Unsigned, Value},
    packing,
};
use crate::{
    canon::{KeyId, PublicKey, Sha256, Signature},
    privacy::Private,
    time::Timestamp,
    validate,
};

const PREFIX: &str = "JBC1:";
/// Nothing is mixed into the signature, so that any COSE library can check it.
const PURPOSE: &[u8] = b"";
/// 9999-12-31T23:59:59Z in seconds: later than anything is valid.
const LATEST_S: i64 = 253_402_300_799;

/// Labels of the claims; those below −65536 are for private use (RFC 8392 §9.1.1).
mod label {
    pub(super) const NUMBER: i64 = 2;
    pub(super) const EXPIRES: i64 = 4;
    pub(super) const NOT_BEFORE: i64 = 5;
    pub(super) const ISSUED: i64 = 6;
    pub(super) const CONFIRMED: i64 = 8;
    pub(super) const NAME: i64 = -65537;
    pub(super) const COMPANY: i64 = -65538;
    pub(super) const PHOTO: i64 = -65539;
}

/// What the association says of a specialist. Times count in whole seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Number of the credential, 1 to 40 visible characters.
    pub number: Private<String>,
    /// The specialist's name, 1 to 50 characters.
    pub name: Private<String>,
    /// The company, 1 to 50 characters.
    pub company: String,
    /// SHA-256 of the face's thumbnail.
    pub photo: Sha256,
    /// The key of the phone that may show it.
    pub device: PublicKey,
    /// When it was issued; a revocation takes back what was issued before it.
    pub issued_at: Timestamp,
    /// From when it is valid.
    pub valid_from: Timestamp,
    /// From when it is no longer.
    pub valid_to: Timestamp,
}

/// A claim that cannot stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultyClaims {
    /// Empty, too long, or with something invisible in it.
    #[error("the number is empty, too long or not as it is seen")]
    Number,
    /// Likewise.
    #[error("the name is empty, too long or not as it is seen")]
    Name,
    /// Likewise.
    #[error("the company is empty, too long or not as it is seen")]
    Company,
    /// It would never be valid, or a time is out of all measure.
    #[error("the times are not in order")]
    Times,
    /// The signature is not one, or the code would be too long.
    #[error("cannot be signed")]
    Signature,
}

impl FaultyClaims {
    /// The text code.
    pub fn code(self) -> &'static str {
        match self {
            FaultyClaims::Number => "credential-faulty-number",
            FaultyClaims::Name => "credential-faulty-name",
            FaultyClaims::Company => "credential-faulty-company",
            FaultyClaims::Times => "credential-faulty-times",
            FaultyClaims::Signature => "credential-faulty-signature",
        }
    }
}

impl Claims {
    /// What the association's key of this name is to sign.
    pub fn draft(&self, issuer: KeyId) -> Result<Unsigned, FaultyClaims> {
        self.sound()?;
        Ok(Unsigned::new(cose::encoded(&self.value()), issuer, PURPOSE))
    }

    fn sound(&self) -> Result<(), FaultyClaims> {
        let as_seen = |text: &str, most: usize| {
            let length = text.chars().count();
            length >= 1 && length <= most && validate::name(text).normalised == text
        };
        let seconds = |at: Timestamp| at.0 % 1000 == 0 && (0..=LATEST_S).contains(&(at.0 / 1000));
        let times = [self.issued_at, self.valid_from, self.valid_to];
        match () {
            () if !as_seen(self.number.reveal(), 40) => Err(FaultyClaims::Number),
            () if !as_seen(self.name.reveal(), 50) => Err(FaultyClaims::Name),
            () if !as_seen(&self.company, 50) => Err(FaultyClaims::Company),
            () if !times.into_iter().all(seconds) || self.valid_from >= self.valid_to => Err(FaultyClaims::Times),
            () => Ok(()),
        }
    }

    /// In the order of RFC 8949 §4.2.1.
    fn value(&self) -> Value {
        let whole = |at: Timestamp| Value::from(at.0 / 1000);
        let claims = [
            (label::NUMBER, Value::from(self.number.reveal().as_str())),
            (label::EXPIRES, whole(self.valid_to)),
            (label::NOT_BEFORE, whole(self.valid_from)),
            (label::ISSUED, whole(self.issued_at)),
            (label::CONFIRMED, confirmation(&self.device)),
            (label::NAME, Value::from(self.name.reveal().as_str())),
            (label::COMPANY, Value::from(self.company.as_str())),
            (label::PHOTO, Value::from(&self.photo.0[..])),
        ];
        map(claims)
    }

    fn read(payload: &[u8]) -> Result<Claims, BadCode> {
        let value = cose::value(payload)?;
        let find = |label: i64| field(&value, label).ok_or(BadCode::Damaged);
        let text = |label| find(label)?.as_text().map(str::to_owned).ok_or(BadCode::Damaged);
        let instant = |label| {
            let seconds = find(label)?.as_integer().and_then(|number| i64::try_from(number).ok());
            seconds.and_then(|s| s.checked_mul(1000)).map(Timestamp).ok_or(BadCode::Damaged)
        };
        let photo = find(label::PHOTO)?.as_bytes().and_then(|bytes| <[u8; 32]>::try_from(&bytes[..]).ok());
        let claims = Claims {
            number: Private::new(text(label::NUMBER)?),
            name: Private::new(text(label::NAME)?),
            company: text(label::COMPANY)?,
            photo: Sha256(photo.ok_or(BadCode::Damaged)?),
            device: confirmed(find(label::CONFIRMED)?)?,
            issued_at: instant(label::ISSUED)?,
            valid_from: instant(label::NOT_BEFORE)?,
            valid_to: instant(label::EXPIRES)?,
        };
        // Exactly these claims, in this order, and each as it may stand: a claim that is not understood is not skipped.
        let whole = claims.sound().is_ok() && cose::encoded(&claims.value()) == payload;
        if whole { Ok(claims) } else { Err(BadCode::Damaged) }
    }
}

/// A credential as it was read. Only [`judge`](super::judge) says what it is worth.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    claims: Claims,
    sealed: Sealed,
    bytes: Vec<u8>,
}

impl Credential {
    /// The credential of a draft and the association's signature over its message.
    pub fn signed(draft: &Unsigned, signature: &Signature) -> Result<Credential, FaultyClaims> {
        let bytes = draft.signed(signature).ok_or(FaultyClaims::Signature)?;
        Credential::from_bytes(&bytes).map_err(|_| FaultyClaims::Signature)
    }

    /// Reads the text of a code.
    pub fn read(text: &str) -> Result<Credential, BadCode> {
        Credential::from_bytes(&packing::unpack(PREFIX, text)?)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Credential, BadCode> {
        let sealed = Sealed::read(bytes)?;
        let claims = Claims::read(&sealed.payload)?;
        Ok(Credential { claims, sealed, bytes: bytes.to_vec() })
    }

    /// The text of its code. `None` when the claims are longer than any code is.
    pub fn text(&self) -> Option<String> {
        packing::pack(PREFIX, &self.bytes)
    }

    /// What it claims.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The key that is said to have signed it.
    pub fn issuer(&self) -> &KeyId {
        &self.sealed.key
    }

    /// Its name: SHA-256 of its claims.
    pub fn id(&self) -> Sha256 {
        Sha256::of(&self.sealed.payload)
    }

    /// Tagged COSE_Sign1, as it is inside the code.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn signed_by(&self, key: &PublicKey) -> bool {
        self.sealed.signed_by(key, PURPOSE)
    }
}

impl std::fmt::Debug for Credential {
    // Name and number are a person's (invariant 7).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credential({} by {})", self.id(), self.sealed.key.0)
    }
}

/// The file that goes to the specialist's phone: the credential and the face behind its hash.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialFile {
    /// The text of the code.
    pub credential: String,
    /// The thumbnail, base64.
    pub face: String,
}

impl CredentialFile {
    /// Largest file that is looked at, bytes.
    pub const LARGEST: usize = 16 * 1024;

    /// The file of a credential.
    pub fn of(credential: &Credential, face: &[u8]) -> Option<CredentialFile> {
        Some(CredentialFile { credential: credential.text()?, face: STANDARD.encode(face) })
    }

    /// Credential and face, if they belong together.
    pub fn open(file: &[u8]) -> Result<(Credential, Vec<u8>), BadCode> {
        if file.len() > CredentialFile::LARGEST {
            return Err(BadCode::TooLarge);
        }
        let file: CredentialFile = serde_json::from_slice(file).map_err(|_| BadCode::NotOurs)?;
        let credential = Credential::read(&file.credential)?;
        let face = STANDARD.decode(&file.face).map_err(|_| BadCode::Damaged)?;
        let together = Sha256::of(&face) == credential.claims.photo && face.len() <= super::LARGEST_FACE;
        if together { Ok((credential, face)) } else { Err(BadCode::NotGenuine) }
    }
}

impl std::fmt::Debug for CredentialFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CredentialFile")
    }
}

pub(super) fn map(entries: impl IntoIterator<Item = (i64, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(label, value)| (Value::from(label), value)).collect())
}

pub(super) fn field(map: &Value, label: i64) -> Option<&Value> {
    map.as_map()?.iter().find(|(key, _)| *key == Value::from(label)).map(|(_, value)| value)
}

/// `cnf` with a COSE_Key: EC2 on P-256 (RFC 9053 §7.1.1).
fn confirmation(key: &PublicKey) -> Value {
    let point = key.to_sec1();
    let (x, y) = point[1..].split_at(32);
    let key = map([(1, Value::from(2)), (-1, Value::from(1)), (-2, Value::from(x)), (-3, Value::from(y))]);
    map([(1, key)])
}

fn confirmed(value: &Value) -> Result<PublicKey, BadCode> {
    let key = field(value, 1).ok_or(BadCode::Damaged)?;
    let part = |label| field(key, label).and_then(Value::as_bytes).filter(|b| b.len() == 32).ok_or(BadCode::Damaged);
    let point = [&[4][..], part(-2)?, part(-3)?].concat();
    PublicKey::from_sec1(&point).map_err(|_| BadCode::Damaged)
}
