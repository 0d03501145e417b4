//! The living code: the credential with its owner's face, signed just now by the phone that it names. A picture of it is
//! worth nothing half a minute later.
//!
//! [`Living::draft`] ends in what the phone's key is to sign; [`Living::read`] in a code of which nothing is believed yet;
//! [`Living::answered`] in one answer. The moment itself is signed, not the number of its slot: a slot would add up to
//! 15 seconds of doubt to every age. With a [`Challenge`] in it, its moment is not looked at: the bytes are the proof that it is
//! new. Not its business: clocks, keys, and showing it.

use super::{
    BadCode, Challenge, Checking, Credential, Judged, LARGEST_FACE, Standing,
    cose::{self, Sealed, Unsigned, Value},
    credential::{field, map},
    judge, packing,
};
use crate::{
    canon::{Sha256, Signature},
    time::Timestamp,
};

const PREFIX: &str = "JBL1:";
/// So that a signature of this kind is none of another kind.
const PURPOSE: &[u8] = b"jingbao living code 1";
/// A new code is shown so often, milliseconds.
pub const SLOT_MS: i64 = 15_000;
/// Older, or so far ahead, a code is not taken, milliseconds.
pub const LIVE_MS: i64 = 30_000;

/// Labels of the payload.
mod label {
    pub(super) const MADE_AT: i64 = 1;
    pub(super) const CREDENTIAL: i64 = 2;
    pub(super) const FACE: i64 = 3;
    pub(super) const CHALLENGE: i64 = 4;
}

/// A living code as it was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Living {
    sealed: Sealed,
    content: Content,
}

#[derive(Clone, PartialEq, Eq)]
struct Content {
    made_at: Timestamp,
    credential: Credential,
    face: Vec<u8>,
    challenge: Option<Challenge>,
}

/// Whether a code was made just now, as far as two clocks can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newness {
    /// Within [`LIVE_MS`], or the answer to the challenge.
    Now,
    /// Older: a picture of a screen, or a clock that is slow.
    Old,
    /// From later than now: one of the clocks is wrong.
    Ahead,
    /// The answer to another challenge, or to none.
    OtherChallenge,
}

/// What a code says, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// What the credential in it is worth now.
    pub judged: Judged,
    /// Whether the phone that it names made it now.
    pub newness: Newness,
}

impl Living {
    /// What the phone's key is to sign, so that `credential` is seen to be shown now.
    pub fn draft(credential: &Credential, face: &[u8], made_at: Timestamp, challenge: Option<Challenge>) -> Unsigned {
        let (credential, face) = (credential.clone(), face.to_vec());
        let content = Content { made_at, credential, face, challenge };
        let key = content.credential.claims().device.id();
        Unsigned::new(cose::encoded(&content.value()), key, PURPOSE)
    }

    /// The text of the code of a draft and the phone's signature over its message. `None` when the signature is not one or
    /// the code too long.
    pub fn text(draft: &Unsigned, signature: &Signature) -> Option<String> {
        packing::pack(PREFIX, &draft.signed(signature)?)
    }

    /// Reads the text of a code.
    pub fn read(text: &str) -> Result<Living, BadCode> {
        let sealed = Sealed::read(&packing::unpack(PREFIX, text)?)?;
        let content = Content::read(&sealed.payload)?;
        Ok(Living { sealed, content })
    }

    /// The credential in it.
    pub fn credential(&self) -> &Credential {
        &self.content.credential
    }

    /// The face in it; worth nothing unless the answer is a good one.
    pub fn face(&self) -> &[u8] {
        &self.content.face
    }

    /// What the code says at `now`, where `asked` is the challenge that waits for an answer.
    pub fn answered(&self, by: Checking<'_>, now: Timestamp, asked: Option<Challenge>) -> Answered {
        let claims = self.content.credential.claims();
        let mut judged = judge(&self.content.credential, by, now);
        let own = self.sealed.signed_by(&claims.device, PURPOSE) && Sha256::of(&self.content.face) == claims.photo;
        if !own {
            // Somebody else's credential on this screen, or somebody else's face.
            judged.standing = Standing::NotASpecialist;
        }
        let age = now.since(self.content.made_at);
        let newness = match self.content.challenge {
            Some(challenge) if asked == Some(challenge) => Newness::Now,
            Some(_) => Newness::OtherChallenge,
            None if age > LIVE_MS => Newness::Old,
            None if age < -LIVE_MS => Newness::Ahead,
            None => Newness::Now,
        };
        Answered { judged, newness }
    }
}

impl std::fmt::Debug for Living {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Living({:?})", self.content.credential)
    }
}

impl Content {
    fn value(&self) -> Value {
        let mut entries = vec![
            (label::MADE_AT, Value::from(self.made_at.0)),
            (label::CREDENTIAL, Value::from(self.credential.bytes())),
            (label::FACE, Value::from(&self.face[..])),
        ];
        entries.extend(self.challenge.map(|challenge| (label::CHALLENGE, Value::from(&challenge.0[..]))));
        map(entries)
    }

    fn read(payload: &[u8]) -> Result<Content, BadCode> {
        let value = cose::value(payload)?;
        let bytes = |label| field(&value, label).map(|found| found.as_bytes().ok_or(BadCode::Damaged)).transpose();
        let made_at = field(&value, label::MADE_AT).and_then(Value::as_integer);
        let made_at = made_at.and_then(|number| i64::try_from(number).ok()).ok_or(BadCode::Damaged)?;
        let challenge = bytes(label::CHALLENGE)?.map(|found| <[u8; 16]>::try_from(&found[..]));
        let content = Content {
            made_at: Timestamp(made_at),
            credential: Credential::from_bytes(bytes(label::CREDENTIAL)?.ok_or(BadCode::Damaged)?)?,
            face: bytes(label::FACE)?.ok_or(BadCode::Damaged)?.clone(),
            challenge: challenge.transpose().map_err(|_| BadCode::Damaged)?.map(Challenge),
        };
        let whole = content.face.len() <= LARGEST_FACE && cose::encoded(&content.value()) == payload;
        if whole { Ok(content) } else { Err(BadCode::Damaged) }
    }
}
