//! What phone and gateway say to each other: manifests, receipts, bodies. Both sides compile against these types, so
//! the wire cannot drift. The paths stand in `docs/openapi.json`, made from the gateway's code.
//!
//! An operation ends on the phone only by a [`SignedReceipt`] over the hash of the [`Manifest`] the phone itself
//! computed (invariant 3). Not its business: when to send (that is [`outbox`](crate)), how (the edge).

mod claim;
mod events;
mod receipt;
mod returned;

pub use claim::{ClaimReason, ClaimState, ClaimTold};
pub use events::{EventBatch, Feed, FeedEntry, LoggedEvent};
pub use receipt::{BadReceipt, Manifest, Receipt, SignedReceipt};
pub use returned::{FileReturned, ReturnReason};

/// The tus protocol version spoken (<https://tus.io/protocols/resumable-upload>).
pub const TUS_VERSION: &str = "1.0.0";
/// Where the gateway's own tus endpoint stands.
pub const TUS_BASE: &str = "/v1/uploads";
