//! Waiting: how long after a failure, for one operation or for all. Triggered by an answer that says *later*. Nobody at the
//! other end, a hotel's page, `Retry-After`, or many failures in a row mean the other end and not one operation: then all
//! of them wait together, and a queue of thousands asks once instead of thousands of times. Ends with the reading of the
//! monotonic clock at which to ask again. Not its business: who is asked first then.
//!
//! Kept libraries for this draw their own random numbers; here the die is an argument, so that a bad day can be played
//! again.

use serde::{Deserialize, Serialize};

use crate::time::Moment;

/// First back-off; doubles with each failure.
const FIRST_MS: i64 = 1_000;
/// No wait is longer than this.
const LONGEST_MS: i64 = 300_000;
/// A server that asks for more than this is asked again all the same.
const RETRY_AFTER_CAP_MS: i64 = 3_600_000;
/// So many failures without a single receipt in between are no longer one operation's bad luck.
const IN_A_ROW: u32 = 8;

/// Why of an attempt that found nobody at the other end: not a byte of it left the phone, so it was not sent.
pub const NEVER_LEFT: &str = "later-unreachable";
/// Why of an attempt that its own round of sync broke off: no failure at all.
pub const BROKEN_OFF: &str = "later-budget";
/// The server has said when to come again; neither a network nor a round of sync makes it earlier.
pub(super) const ASKED_TO_WAIT: &str = "later-busy";
/// What says nothing about the operation that met it.
const OF_THE_WAY: [&str; 6] =
    [NEVER_LEFT, ASKED_TO_WAIT, "later-portal", "later-certificate", "later-no-token", "later-no-gateway"];

/// Everything waits. A row of the store, so that a phone that is killed and opened again does not ask at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Monotonic milliseconds of that boot; after a restart of the phone nothing is held.
    pub until_ms: i64,
    /// The boot the reading belongs to.
    pub boot: String,
    /// A text code, `later-…`.
    pub why: String,
    /// How often it was tried in vain; drives the back-off.
    pub attempts: u32,
    /// The highest lease that had been dealt out: what was under way then says nothing new.
    pub lease: u64,
}

impl Hold {
    /// Whether it is in force.
    pub fn holds(&self, now: &Moment) -> bool {
        self.boot == now.boot && self.until_ms > now.mono_ms
    }

    /// Whether the server itself has asked for it.
    pub fn was_asked_for(&self) -> bool {
        self.why == ASKED_TO_WAIT
    }
}

/// Whether a failure is all operations' and not one's.
pub(super) fn is_of_all(why: &str, failures_in_a_row: u32) -> bool {
    OF_THE_WAY.contains(&why) || failures_in_a_row >= IN_A_ROW
}

/// What the server asked for, or else full jitter: anything between nothing and the doubled, capped back-off.
pub(super) fn wait_ms(asked_ms: Option<i64>, attempts: u32, dice: u64) -> i64 {
    let ceiling = FIRST_MS.saturating_mul(1 << attempts.min(20)).min(LONGEST_MS);
    let jittered = || i64::try_from(dice % ceiling.unsigned_abs().max(1)).unwrap_or(0);
    asked_ms.map_or_else(jittered, |asked| asked.clamp(0, RETRY_AFTER_CAP_MS))
}
