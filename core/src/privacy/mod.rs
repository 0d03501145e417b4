//! A value about a person: it can be stored, hashed and shown on purpose, and never slips into `Debug`, a log or an
//! error (invariant 7).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Wraps a person's datum; `Debug` prints only that there is one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private<T>(T);

impl<T> Private<T> {
    /// Wraps `value`.
    pub fn new(value: T) -> Self {
        Private(value)
    }

    /// The value, for the few places whose purpose is to show, store or check it.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹private›")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invariant_7_debug_of_a_persons_datum_says_nothing() {
        let printed = format!("{:?}", Some(Private::new("张三 370602199003070013")));
        assert_eq!(printed, "Some(‹private›)");
    }
}
