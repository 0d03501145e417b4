//! What waits, and what a round of sync may cost and has brought: mirrors of the core's records. A field that drifts is a
//! compile error.

pub use jingbao_core::edge::{
    AsideItem, HandedHeader, HandedUpload, QueueItem, QueueView, SyncBudget, SyncReport, Waiting,
};

/// Mirror of the core's `QueueItem`.
#[uniffi::remote(Record)]
pub struct QueueItem {
    pub op: String,
    pub since_ms: i64,
    pub bytes: u64,
    pub may: Vec<String>,
    pub case: Option<String>,
    pub kind: String,
    pub what: String,
    pub state: String,
    pub why: String,
    pub sent: u32,
}

/// Mirror of the core's `QueueView`.
#[uniffi::remote(Record)]
pub struct QueueView {
    pub pending: u32,
    pub parked: u32,
    pub done: u32,
    pub resent: u32,
    pub unauthorized: bool,
    pub items: Vec<QueueItem>,
    pub aside: Vec<AsideItem>,
}

/// Mirror of the core's `AsideItem`.
#[uniffi::remote(Record)]
pub struct AsideItem {
    pub kind: String,
    pub why: String,
}

/// Mirror of the core's `Waiting`.
#[uniffi::remote(Record)]
pub struct Waiting {
    pub pending: u32,
    pub parked: u32,
    pub wake_in_ms: Option<i64>,
}

/// Mirror of the core's `HandedUpload`.
#[uniffi::remote(Record)]
pub struct HandedUpload {
    pub op: String,
    pub lease: u64,
    pub method: String,
    pub url: String,
    pub headers: Vec<HandedHeader>,
    pub file: String,
    pub bytes: u64,
}

/// Mirror of the core's `HandedHeader`.
#[uniffi::remote(Record)]
pub struct HandedHeader {
    pub name: String,
    pub value: String,
}

/// Mirror of the core's `SyncBudget`.
#[uniffi::remote(Record)]
pub struct SyncBudget {
    pub seconds: u32,
    pub photo_bytes: Option<u64>,
    pub metered: bool,
}

/// Mirror of the core's `SyncReport`.
#[uniffi::remote(Record)]
pub struct SyncReport {
    pub sent: u32,
    pub pending: u32,
    pub parked: u32,
    pub unauthorized: bool,
    pub busy: bool,
    pub wake_in_ms: Option<i64>,
}
