//! SM3 (GB/T 32905) as a second digest beside SHA-256, for those who ask for it. Nothing is signed or compared by it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sm3::Digest;

/// An SM3 digest; prints and travels as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sm3(pub [u8; 32]);

impl Sm3 {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Sm3 {
        Sm3(sm3::Sm3::digest(bytes).into())
    }
}

impl fmt::Display for Sm3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Sm3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sm3({self})")
    }
}

/// The text was not 64 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an SM3 digest in lower-case hex")]
pub struct NotAnSm3;

impl FromStr for Sm3 {
    type Err = NotAnSm3;

    fn from_str(text: &str) -> Result<Self, NotAnSm3> {
        let mut digest = [0; 32];
        hex::decode_to_slice(text, &mut digest).map_err(|_| NotAnSm3)?;
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) { Err(NotAnSm3) } else { Ok(Sm3(digest)) }
    }
}

impl TryFrom<String> for Sm3 {
    type Error = NotAnSm3;

    fn try_from(text: String) -> Result<Self, NotAnSm3> {
        text.parse()
    }
}

impl From<Sm3> for String {
    fn from(digest: Sm3) -> String {
        digest.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digests_are_those_of_the_standards_two_examples() {
        for (message, digest) in [
            ("abc".to_owned(), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
            ("abcd".repeat(16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
        ] {
            assert_eq!(Sm3::of(message.as_bytes()).to_string(), digest);
            assert_eq!(digest.parse(), Ok(Sm3::of(message.as_bytes())));
        }
        assert_eq!("66C7".parse::<Sm3>(), Err(NotAnSm3));
    }
}
