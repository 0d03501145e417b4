//! Identifiers: UUIDv7 made from a given time and given randomness, each kind its own type so that a photo's id can
//! never be passed for a case's. Not its business: where the randomness comes from.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::time::Timestamp;

/// Ten bytes of randomness from the edge, enough for one UUIDv7.
pub type Entropy = [u8; 10];

/// The text was not an identifier of the expected form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A UUIDv7 (RFC 9562 §5.7) from the instant and ten random bytes.
            pub fn from_parts(at: Timestamp, entropy: Entropy) -> Self {
                let millis = u64::try_from(at.0).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &entropy).into_uuid())
            }

            /// When it was made: the first 48 bits (RFC 9562 §5.7).
            pub fn made_at(&self) -> Timestamp {
                let millis = self.0.as_bytes().iter().take(6).fold(0_i64, |sum, byte| sum << 8 | i64::from(*byte));
                Timestamp(millis)
            }

            /// The 16 bytes.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }
    )*};
}

ids! {
    /// One accident as one record: 案件.
    CaseId
    /// One installation of an app with its store and its key.
    DeviceId
    /// One photo (or voice note) of a case.
    PhotoId
    /// One queued operation; it is also the `Idempotency-Key` on the wire.
    OpId
}

/// One of the up to eight people or things involved: A to H, as the paper form letters them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartyId(u8);

impl PartyId {
    /// How many parties one case can have.
    pub const MOST: u8 = 8;

    /// The party with this position, 0 for A.
    pub fn nth(index: u8) -> Option<PartyId> {
        (index < Self::MOST).then_some(PartyId(index))
    }

    /// Position, 0 for A.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Display for PartyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", char::from(b'A' + self.0))
    }
}

impl FromStr for PartyId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        match text.as_bytes() {
            [letter @ b'A'..=b'H'] => Ok(PartyId(letter - b'A')),
            _ => Err(NotAnId),
        }
    }
}

impl TryFrom<String> for PartyId {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<PartyId> for String {
    fn from(id: PartyId) -> String {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_made_from_the_same_parts_is_the_same_and_reads_back() {
        let id = CaseId::from_parts(Timestamp(1_700_000_000_000), [7; 10]);
        assert_eq!(id, CaseId::from_parts(Timestamp(1_700_000_000_000), [7; 10]));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(&id.to_string()[14..15], "7");
    }

    #[test]
    fn parties_are_the_letters_a_to_h_and_nothing_else() {
        assert_eq!("A".parse(), PartyId::nth(0).ok_or(NotAnId));
        assert!("I".parse::<PartyId>().is_err() && "a".parse::<PartyId>().is_err() && "".parse::<PartyId>().is_err());
        assert_eq!(PartyId::nth(8), None);
    }
}
