//! Effects: the encrypted store, the vault of photos, HTTP, and the [`Engine`] that stands between them and the pure core.
//!
//! Everything here reads clocks and files and so lifts the bans of `clippy.toml` for itself, in this one place. It
//! decides nothing: it asks the pure core what would happen, makes that durable, and only then says so.
#![allow(clippy::disallowed_methods, reason = "this is the edge: clocks, files and sockets are its business")]

mod engine;
mod envelope;
mod http;
mod keys;
mod place;
mod ports;
mod steps;
mod store;
mod trouble;
mod vault;

pub use engine::{
    AnswerTaken, AsideItem, Config, CopyMade, CopyReady, Engine, HandedHeader, HandedUpload, HandoverReady, Held,
    PackTaken, PhotoAdded, PhotoSource, QueueItem, QueueView, Scanned, SyncBudget, SyncReport, Waiting,
};
pub use envelope::Recipient;
pub use ports::{Clock, Credentials, KeyStore, Listener, PortFailed, Ports, Signer};
pub use steps::watch_steps;
pub use trouble::Trouble;
pub use vault::Vault;
