//! Bodies of `POST /v1/events` and `GET /v1/feed`.

use serde::{Deserialize, Serialize};

use crate::{
    id::{CaseId, DeviceId},
    time::Moment,
};

/// One duty event of a device: sighted, stopped, cleared and the like. It names no party of an accident; the words in which
/// a specialist declares an urgent task are his own.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct LoggedEvent {
    /// Sequence number within the device, from 1, without gaps; it may arrive after a higher one.
    pub seq: u64,
    /// The case it belongs to, if any.
    pub case: Option<CaseId>,
    /// When, by all clocks of the phone.
    pub at: Moment,
    /// The pack version under which it was decided.
    pub pack: u32,
    /// What happened, e.g. `sighted`, `stopped`, `cleared`, `sealed`, `verdict`.
    pub kind: String,
    /// What belongs to it: reasons, distances, counts. Never a party's data.
    pub detail: serde_json::Value,
}

impl std::fmt::Debug for LoggedEvent {
    // The detail has places, and words of a specialist's own (invariant 7).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LoggedEvent({} {} {:?})", self.seq, self.kind, self.case)
    }
}

/// The body of `POST /v1/events`: canonical JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventBatch {
    /// Whose events.
    pub device: DeviceId,
    /// The events in order of their numbers, at least one.
    pub events: Vec<LoggedEvent>,
}

/// The answer of `GET /v1/feed?after=cursor`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feed {
    /// What is new since the cursor.
    pub entries: Vec<FeedEntry>,
    /// Opaque; pass it back as `after`.
    pub next: String,
}

/// One entry of the feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeedEntry {
    /// Opaque position.
    pub cursor: String,
    /// `accident`, `accident_closed`, `claim`, `refusal`, `pack`, `credential`, `revocations`, `roster`, `returned`; an unknown kind is kept and skipped.
    pub kind: String,
    /// Depends on the kind.
    pub body: serde_json::Value,
}
