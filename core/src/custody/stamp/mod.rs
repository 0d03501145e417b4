//! A time-stamp by somebody outside (RFC 3161): that these bytes were there at a time which neither the phone nor the
//! gateway can choose. [`request`] makes the question, [`Stamp::read`] reads the answer, [`Stamp::covers`] says whether it
//! is about these bytes, [`Stamp::is_by`] whether a given authority has signed it.
//! Not its business: sending, and the chain above the authority's certificate, which `openssl ts -verify` follows.

mod asn1;
mod authority;

use der::{Any, Decode, Encode, Tag, Tagged, asn1::ObjectIdentifier};

pub use authority::{Authority, NotAnAuthority};

use crate::{canon::Sha256, time::Timestamp};

/// id-sha256 (RFC 5754).
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
/// id-signedData (RFC 5652 §5.1).
const SIGNED: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// id-ct-TSTInfo (RFC 3161 §2.4.2).
const INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// Longest answer that is read, bytes.
pub const MAX_STAMP: usize = 64 << 10;

/// What can be wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadStamp {
    /// Not a TimeStampResp of RFC 3161.
    #[error("not a time-stamp")]
    Malformed,
    /// The authority did not grant it.
    #[error("the time-stamp was not granted")]
    Refused,
    /// It was signed by another authority than those given.
    #[error("the time-stamp is by another authority")]
    AnotherAuthority,
    /// The given authority has not signed this.
    #[error("the signature of the time-stamp does not fit")]
    BadSignature,
}

/// A granted time-stamp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When, by the authority's clock.
    pub at: Timestamp,
    imprint: Sha256,
    nonce: Option<Vec<u8>>,
    token: authority::Token,
}

/// A TimeStampReq over `message`, which asks for the authority's certificate too.
pub fn request(message: &[u8], nonce: [u8; 8]) -> Vec<u8> {
    let imprint = nested(&[nested(&[SHA256.to_der().unwrap_or_default(), vec![5, 0]]), octets(&Sha256::of(message).0)]);
    let nonce = plain(Tag::Integer, positive(nonce).to_vec());
    nested(&[vec![2, 1, 1], imprint, nonce, vec![1, 1, 0xff]])
}

impl Stamp {
    /// Reads a TimeStampResp.
    pub fn read(answer: &[u8]) -> Result<Stamp, BadStamp> {
        if answer.len() > MAX_STAMP {
            return Err(BadStamp::Malformed);
        }
        let answer = Any::from_der(answer).ok().and_then(|any| asn1::sequence(&any)).ok_or(BadStamp::Malformed)?;
        let status = answer.first().and_then(asn1::sequence).ok_or(BadStamp::Malformed)?;
        match status.first().and_then(asn1::integer) {
            // granted and grantedWithMods (RFC 3161 §2.4.2).
            Some([0 | 1]) => {}
            Some(_) => return Err(BadStamp::Refused),
            None => return Err(BadStamp::Malformed),
        }
        answer.get(1).and_then(token).ok_or(BadStamp::Malformed)
    }

    /// Whether it is about these bytes.
    pub fn covers(&self, message: &[u8]) -> bool {
        self.imprint == Sha256::of(message)
    }

    /// Whether it answers the [`request`] with this nonce.
    pub fn answers(&self, nonce: [u8; 8]) -> bool {
        self.nonce.as_deref() == Some(&positive(nonce))
    }

    /// Whether one of these authorities has signed it.
    pub fn is_by(&self, authorities: &[Authority]) -> Result<(), BadStamp> {
        let mut own = authorities.iter().filter(|authority| self.token.names(authority)).peekable();
        own.peek().ok_or(BadStamp::AnotherAuthority)?;
        if own.any(|authority| self.token.is_signed_by(authority, self.at)) {
            Ok(())
        } else {
            Err(BadStamp::BadSignature)
        }
    }
}

/// ContentInfo → SignedData → TSTInfo.
fn token(any: &Any) -> Option<Stamp> {
    let content = asn1::sequence(any)?;
    if asn1::oid(content.first()?)? != SIGNED {
        return None;
    }
    let signed = asn1::sequence(&Any::from_der(asn1::context(content.get(1)?, 0)?).ok()?)?;
    let encapsulated = asn1::sequence(signed.get(2)?)?;
    if asn1::oid(encapsulated.first()?)? != INFO {
        return None;
    }
    let info = Any::from_der(asn1::context(encapsulated.get(1)?, 0)?).ok()?;
    let info = asn1::octets(&info)?;
    let signers = asn1::set(signed.last()?)?;
    let [signer] = &signers[..] else { return None };
    let token = authority::Token::read(info, signer)?;

    let fields = asn1::sequence(&Any::from_der(info).ok()?)?;
    let imprint = asn1::sequence(fields.get(2)?)?;
    if asn1::algorithm(imprint.first()?)? != SHA256 {
        return None;
    }
    let imprint = Sha256(asn1::octets(imprint.get(1)?)?.try_into().ok()?);
    let at = fields.get(4).filter(|field| field.tag() == Tag::GeneralizedTime)?;
    let nonce = fields.iter().skip(5).find_map(asn1::integer).map(<[u8]>::to_vec);
    Some(Stamp { at: generalized(at.value())?, imprint, nonce, token })
}

/// `YYYYMMDDhhmmss[.fff]Z`: RFC 3161 allows fractions of a second, which other certificates' times may not have.
fn generalized(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if whole.len() != 14 || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let [date, hour, minute, second] = [&whole[..8], &whole[8..10], &whole[10..12], &whole[12..]];
    let (year, month, day) = (&date[..4], &date[4..6], &date[6..]);
    Timestamp::parse_rfc3339(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}.{:.3}Z", format!("{fraction}00")))
}

/// An INTEGER that is neither negative nor has a leading zero, whatever the random bytes are.
fn positive(mut nonce: [u8; 8]) -> [u8; 8] {
    nonce[0] = nonce[0] & 0x3f | 0x40;
    nonce
}

fn plain(tag: Tag, value: Vec<u8>) -> Vec<u8> {
    Any::new(tag, value).and_then(|any| any.to_der()).unwrap_or_default()
}

fn octets(bytes: &[u8]) -> Vec<u8> {
    plain(Tag::OctetString, bytes.to_vec())
}

fn nested(members: &[Vec<u8>]) -> Vec<u8> {
    plain(Tag::Sequence, members.concat())
}
