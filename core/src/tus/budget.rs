//! What an upload may cost in one go. Whatever is left over goes on next time from the server's offset.

/// The limits of one go. The default has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// Bytes of the file that may be sent; a byte sent twice counts twice.
    pub bytes: Option<u64>,
    /// Milliseconds that may pass.
    pub ms: Option<u64>,
    /// Whether the network at hand is paid by the byte.
    pub metered: bool,
    /// Nothing goes over a network that is paid by the byte.
    pub unmetered_only: bool,
}

/// What has been spent of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Bytes that left.
    pub bytes: u64,
    /// Milliseconds since the beginning.
    pub ms: u64,
}

impl Budget {
    /// How many more bytes may go now.
    pub(super) fn left(&self, spent: Spent) -> u64 {
        let late = self.ms.is_some_and(|ms| spent.ms >= ms);
        if late || (self.metered && self.unmetered_only) {
            return 0;
        }
        self.bytes.map_or(u64::MAX, |bytes| bytes.saturating_sub(spent.bytes))
    }
}
