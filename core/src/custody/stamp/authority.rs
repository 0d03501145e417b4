//! Who signed a time-stamp: the certificate that a reader trusts, and the signature over the token (RFC 5652 §5.4).
//! ECDSA on P-256 and RSA (PKCS #1 v1.5), each with SHA-256, SHA-384 or SHA-512.

use der::{Any, Encode, Tag, asn1::ObjectIdentifier};
use p256::{
    ecdsa::{self, signature::hazmat::PrehashVerifier},
    pkcs8::DecodePublicKey,
};
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::{
    Certificate,
    ext::pkix::{ExtendedKeyUsage, SubjectKeyIdentifier},
};

use super::{INFO, asn1};
use crate::time::Timestamp;

/// id-kp-timeStamping (RFC 3161 §2.3).
const STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
/// id-contentType, id-messageDigest (RFC 5652 §11).
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");

/// The text is no certificate of a time-stamping authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no certificate of a time-stamping authority")]
pub struct NotAnAuthority;

/// An authority, by its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority(Certificate);

impl Authority {
    /// The authorities of a PEM file; other certificates in it, such as those above them, are passed over.
    pub fn from_pem(pem: &[u8]) -> Result<Vec<Authority>, NotAnAuthority> {
        let all = Certificate::load_pem_chain(pem).map_err(|_| NotAnAuthority)?;
        let stamps = |certificate: &Certificate| {
            let usage = certificate.tbs_certificate().get_extension::<ExtendedKeyUsage>();
            usage.is_ok_and(|usage| usage.is_some_and(|(_, ExtendedKeyUsage(usage))| usage.contains(&STAMPING)))
        };
        let own: Vec<_> = all.into_iter().filter(stamps).map(Authority).collect();
        if own.is_empty() { Err(NotAnAuthority) } else { Ok(own) }
    }

    fn verifies(&self, hash: Hash, message: &[u8], signature: &[u8]) -> bool {
        let Ok(key) = self.0.tbs_certificate().subject_public_key_info().to_der() else { return false };
        let digest = hash.of(message);
        if let Ok(key) = ecdsa::VerifyingKey::from_public_key_der(&key) {
            return ecdsa::Signature::from_der(signature)
                .is_ok_and(|parsed| key.verify_prehash(&digest, &parsed).is_ok());
        }
        let padding = match hash {
            Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
            Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
            Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
        };
        RsaPublicKey::from_public_key_der(&key).is_ok_and(|key| key.verify(padding, &digest, signature).is_ok())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn from_oid(oid: ObjectIdentifier) -> Option<Hash> {
        // RFC 5754; ecdsa-with-SHA2 of RFC 5758; sha2WithRSAEncryption of RFC 4055.
        Some(match oid.to_string().as_str() {
            "2.16.840.1.101.3.4.2.1" | "1.2.840.10045.4.3.2" | "1.2.840.113549.1.1.11" => Hash::Sha256,
            "2.16.840.1.101.3.4.2.2" | "1.2.840.10045.4.3.3" | "1.2.840.113549.1.1.12" => Hash::Sha384,
            "2.16.840.1.101.3.4.2.3" | "1.2.840.10045.4.3.4" | "1.2.840.113549.1.1.13" => Hash::Sha512,
            _ => return None,
        })
    }

    fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha256 => Sha256::digest(bytes).to_vec(),
            Hash::Sha384 => Sha384::digest(bytes).to_vec(),
            Hash::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }
}

/// What is signed, and by whom it says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// TSTInfo as it stands there.
    info: Vec<u8>,
    /// Issuer and serial number, or the key's identifier.
    signer: Any,
    digest: Hash,
    /// The signed attributes as a SET, which is what the signature is over.
    attributes: Vec<u8>,
    signed_with: Hash,
    signature: Vec<u8>,
}

impl Token {
    /// Reads a SignerInfo (RFC 5652 §5.3).
    pub(super) fn read(info: &[u8], signer: &Any) -> Option<Token> {
        let fields = asn1::sequence(signer)?;
        let digest = Hash::from_oid(asn1::algorithm(fields.get(2)?)?)?;
        let attributes = Any::new(Tag::Set, asn1::context(fields.get(3)?, 0)?.to_vec()).ok()?.to_der().ok()?;
        // Plain rsaEncryption says no hash: it is the one of the content then.
        let signed_with = Hash::from_oid(asn1::algorithm(fields.get(4)?)?).unwrap_or(digest);
        let signature = asn1::octets(fields.get(5)?)?.to_vec();
        Some(Token { info: info.to_vec(), signer: fields.get(1)?.clone(), digest, attributes, signed_with, signature })
    }

    /// Whether it says that it is this authority's.
    pub(super) fn names(&self, authority: &Authority) -> bool {
        let certificate = authority.0.tbs_certificate();
        if let Some(key) = asn1::context(&self.signer, 0) {
            let own = certificate.get_extension::<SubjectKeyIdentifier>().ok().flatten();
            return own.is_some_and(|(_, own)| own.0.as_bytes() == key);
        }
        let Some(named) = asn1::sequence(&self.signer) else { return false };
        let [issuer, serial] = &named[..] else { return false };
        issuer.to_der().ok() == certificate.issuer().to_der().ok()
            && asn1::integer(serial) == Some(certificate.serial_number().as_bytes())
    }

    /// Whether this authority has signed it, while its certificate was in force.
    pub(super) fn is_signed_by(&self, authority: &Authority, at: Timestamp) -> bool {
        let validity = authority.0.tbs_certificate().validity();
        let seconds =
            |time: &x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
        let in_force = (seconds(&validity.not_before)..=seconds(&validity.not_after)).contains(&at.0.div_euclid(1000));
        in_force
            && self.attribute(CONTENT_TYPE).and_then(|value| asn1::oid(&value)) == Some(INFO)
            && self.attribute(MESSAGE_DIGEST).as_ref().and_then(asn1::octets) == Some(&self.digest.of(&self.info))
            && authority.verifies(self.signed_with, &self.attributes, &self.signature)
    }

    /// The one value of a signed attribute.
    fn attribute(&self, wanted: ObjectIdentifier) -> Option<Any> {
        let all = asn1::set(&der::Decode::from_der(&self.attributes).ok()?)?;
        let mut own = all.iter().filter_map(|attribute| {
            let parts = asn1::sequence(attribute)?;
            (asn1::oid(parts.first()?)? == wanted).then(|| asn1::set(parts.get(1)?)).flatten()
        });
        match (own.next()?.as_slice(), own.next()) {
            ([value], None) => Some(value.clone()),
            _ => None,
        }
    }
}
