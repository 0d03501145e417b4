//! A question that only the right phone can answer now: 16 random bytes on the driver's screen, for when the two
//! clocks differ. The answer is a living code with these bytes in it. Not its business: drawing the bytes, and for how
//! long an answer is waited for.

use super::{BadCode, packing};

const PREFIX: &str = "JBN1:";

/// The bytes that are to come back signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge(pub [u8; 16]);

impl Challenge {
    /// For how long an answer is taken, milliseconds on the monotonic clock.
    pub const WAITS_MS: i64 = 120_000;

    /// The text of the code.
    pub fn text(&self) -> String {
        packing::pack(PREFIX, &self.0).unwrap_or_default()
    }

    /// Reads the text of a code.
    pub fn read(text: &str) -> Result<Challenge, BadCode> {
        let bytes = packing::unpack(PREFIX, text)?;
        <[u8; 16]>::try_from(bytes).map(Challenge).map_err(|_| BadCode::Damaged)
    }
}
