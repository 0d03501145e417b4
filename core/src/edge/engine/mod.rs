//! The engine: one per app, long-lived, every call coarse. It reads the clock once, asks the pure core, makes the
//! outcome durable in one transaction, and only then answers.
//!
//! | file | calls |
//! |---|---|
//! | `open`, `life` | `open`, `suspend`, `shutdown` |
//! | `commit` | the one way anything becomes durable |
//! | `cases` | cases in memory, unfolded when asked for |
//! | `road` | `duty`, `sight`, `respond`, `clear` |
//! | `shift` | `begin_shift`, `end_shift`, `declare_urgent`, `end_urgent`, `shift` |
//! | `hearing` | `hear_of`, the feed |
//! | `paper` | `answer`, `sign`, `seal` |
//! | `consenting` | `consent`, `withdraw` |
//! | `claiming` | `notify_insurer` |
//! | `rules` | `accept_pack`, `rules` |
//! | `certifying` | `accept_credential`, `living_code`, `check_code`, `challenge` |
//! | `photos` | `add_photo`, `add_voice`, `substitute` |
//! | `deriving` | `thumbnail`, `derive_copy` |
//! | `handing_over` | `handover`, `prepare_handover`, `hand_over`, its number and outcome |
//! | `erasing` | `erase_photo`, `erase_case`, `tidy` |
//! | `codes` | `show_code`, `scan` |
//! | `queueing` | the queue's rows: whose turn may be next |
//! | `syncing`, `going_out`, `together`, `sending` | `sync` and what it sends |
//! | `handing_out` | `hand_out`, `hand_back`: uploads that the system carries out |
//! | `stamping` | time-stamps, in a round of `sync` |
//! | `showing` | `original`, `view_for` |
//! | `assessing` | `assessment` |
//! | `views`, `export`, `export_part` | `case`, `queue`, `scorecard`, `export`, `export_part` |

mod assessing;
mod cases;
mod certifying;
mod claiming;
mod codes;
mod commit;
mod consenting;
mod deriving;
mod erasing;
mod export;
mod export_part;
mod going_out;
mod handing_out;
mod handing_over;
mod hearing;
mod life;
mod open;
mod paper;
mod photos;
mod queueing;
mod returning;
mod road;
mod rules;
mod sending;
mod shift;
mod showing;
mod stamping;
mod syncing;
mod together;
mod views;

use std::{
    collections::BTreeSet,
    fs::File,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    http::{Gateway, Stamping},
    ports::Ports,
    store::Store,
    trouble::Trouble,
    vault::Vault,
};
use crate::{
    canon::PublicKey,
    duty::{Accidents, Shift, Watch},
    form::Viewed,
    id::{CaseId, DeviceId},
    outbox::Outbox,
    pack::Pack,
    text::Lang,
    time::Moment,
};

use cases::Cases;
use certifying::Wallet;
pub use codes::Scanned;
pub use deriving::CopyMade;
pub use handing_out::{HandedHeader, HandedUpload};
pub use handing_over::{CopyReady, HandoverReady};
use life::{Leaving, Life};
pub use paper::AnswerTaken;
pub use photos::{Held, PhotoAdded, PhotoSource};
pub use queueing::Waiting;
pub use rules::PackTaken;
use rules::{Rules, Shelf};
pub use syncing::{SyncBudget, SyncReport};
pub use views::{AsideItem, QueueItem, QueueView};

/// How an engine is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder of the store and the vault; made if missing.
    pub folder: String,
    /// `https://…` of the gateway (`http://` only towards this machine); none works offline for ever.
    pub gateway: Option<String>,
    /// The gateway's pinned key, base64url SubjectPublicKeyInfo.
    pub gateway_key: Option<String>,
    /// PEM of the authority that replaces the public roots.
    pub authority: Option<String>,
    /// Language of texts: `zh` or `en`.
    pub lang: String,
    /// The association's pinned key, base64url SubjectPublicKeyInfo; without it no rule pack is taken.
    pub association_key: Option<String>,
    /// The key that is to follow it, accepted as well.
    pub association_successor: Option<String>,
    /// Where heads are time-stamped (RFC 3161), `https://…` or `http://…`; none stamps nothing.
    pub stamp_url: Option<String>,
    /// The app's version, as it is to stand beside each photo.
    pub app_version: Option<String>,
    /// The person was told that the store of this phone's key is missing, and wants to begin anew. What is still in
    /// the folder is set aside; a store that is there is opened and never begun anew.
    pub begin_anew: bool,
}

/// The one long-lived object of an app.
pub struct Engine {
    life: Mutex<Life>,
    config: Config,
    ports: Ports,
    gateway: Option<Gateway>,
    stamps: Option<Stamping>,
    lang: Lang,
    key: PublicKey,
    syncing: tokio::sync::Mutex<()>,
    leaving: tokio::sync::watch::Sender<Leaving>,
    /// Something new waits, for a round that sleeps.
    news: tokio::sync::Notify,
    /// One more for each operation that a round of sync has on the way.
    crew: Arc<()>,
}

/// Everything behind the lock.
struct Inner {
    store: Store,
    vault: Arc<Vault>,
    cases: Cases,
    outbox: Outbox,
    /// The highest place of a row in the queue.
    last_place: u64,
    device: DeviceId,
    /// Whether the store was begun with this phone's signing key. Only then anything is signed or sent.
    own: bool,
    rules: Rules,
    shelf: Shelf,
    accidents: Accidents,
    shift: Option<Shift>,
    wallet: Wallet,
    watch: Watch,
    last_event: u64,
    /// Bytes of photos that may still go in the round of sync that runs; none sets no limit.
    photo_bytes: Option<u64>,
    /// The case that was looked at last for what is to be erased.
    tidied: String,
    /// What was looked at since the app was opened.
    looked: BTreeSet<(CaseId, Viewed)>,
    /// Held as long as the store is open: one process at a time (S13, S22).
    _only: Alone,
}

/// The lock on the folder. Given back explicitly: a child that is just being started by another thread has a copy of the
/// open file for a moment, and closing ours alone would leave the folder locked for as long.
struct Alone(File);

impl Drop for Alone {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

impl Engine {
    fn lock(&self) -> MutexGuard<'_, Life> {
        // A panic in another call left nothing half done: whatever counts is in the store, and the fold follows it.
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> Result<T, Trouble>) -> Result<T, Trouble> {
        let mut life = self.lock();
        let inner = self.awake(&mut life)?;
        inner.cases.trim();
        let rows = inner.last_place;
        let done = work(inner);
        if inner.last_place != rows {
            self.news.notify_one();
        }
        done
    }

    fn now(&self) -> Result<Moment, Trouble> {
        Ok(self.ports.clock.now()?)
    }

    /// Tells the listener, never under the lock, never after `shutdown`.
    fn tell(&self, what: &str) {
        if !matches!(*self.lock(), Life::Closed) {
            self.ports.listener.changed(what);
        }
    }

    /// This installation.
    pub fn device(&self) -> Result<DeviceId, Trouble> {
        self.with(|inner| Ok(inner.device))
    }

    /// The device's public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// The language texts are made in.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The rules in force for cases begun now.
    pub fn pack(&self) -> Result<Arc<Pack>, Trouble> {
        self.with(|inner| Ok(inner.rules.newest.pack.clone()))
    }
}
