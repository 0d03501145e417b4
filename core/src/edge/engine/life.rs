//! Open, asleep, closed. An app that goes to the background is put to sleep: a running round of sync ends, and the store
//! and the folder's lock are let go, so that a system which kills whoever holds a lock while suspended finds none (S23).
//! The next call wakes it. Closing is for good. Both return within two seconds from any state, because no call holds the
//! store while it waits for anything outside. Not its business: what a call does.

use std::{
    collections::BTreeSet,
    mem,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Engine, Inner};
use crate::{edge::trouble::Trouble, form::Viewed, id::CaseId};

/// How long a round of sync is waited for; what is on the way by then is taken back when the app is used again.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// What was looked at since the app was opened; sleep does not make a person forget.
type Looked = BTreeSet<(CaseId, Viewed)>;

/// How the engine is.
pub(super) enum Life {
    /// In use.
    Open(Box<Inner>),
    /// Nothing is held; the next call opens it again.
    Asleep(Looked),
    /// For good.
    Closed,
}

/// What a running round of sync is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaving {
    /// To go on.
    Not,
    /// The app goes to the background.
    Asleep,
    /// The app closes.
    Closed,
}

impl Leaving {
    /// What the round's caller is told.
    pub(super) fn trouble(self) -> Trouble {
        match self {
            Leaving::Closed => Trouble::ShutDown,
            Leaving::Not | Leaving::Asleep => Trouble::Suspended,
        }
    }
}

impl Engine {
    /// The app goes to the background: ends a running round of sync and lets go of the store and its lock. The next call
    /// opens it again. Returns within two seconds.
    pub fn suspend(&self) {
        self.leaving.send_if_modified(|leaving| {
            let stays = *leaving == Leaving::Not;
            if stays {
                *leaving = Leaving::Asleep;
            }
            stays
        });
        let begun = Instant::now();
        while (self.syncing.try_lock().is_err() || Arc::strong_count(&self.crew) > 1) && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(2));
        }
        let mut life = self.lock();
        *life = match mem::replace(&mut *life, Life::Closed) {
            Life::Open(inner) => Life::Asleep(inner.looked),
            other => other,
        };
        self.leaving.send_if_modified(|leaving| {
            let slept = *leaving == Leaving::Asleep;
            if slept {
                *leaving = Leaving::Not;
            }
            slept
        });
    }

    /// Closes the store and ends a running sync. Every later call says that it is shut down; twice is once.
    pub fn shutdown(&self) {
        self.leaving.send_replace(Leaving::Closed);
        let life = mem::replace(&mut *self.lock(), Life::Closed);
        drop(life);
    }

    /// Works on the store if it is open, and wakes nobody.
    pub(super) fn with_open(&self, work: impl FnOnce(&mut Inner)) {
        if let Life::Open(inner) = &mut *self.lock() {
            work(inner);
        }
    }

    /// The store, opened again if the app was asleep.
    pub(super) fn awake<'a>(&self, life: &'a mut Life) -> Result<&'a mut Inner, Trouble> {
        if let Life::Asleep(looked) = life {
            let mut inner = Inner::open(&self.config, &self.ports, &self.key)?;
            inner.looked = mem::take(looked);
            *life = Life::Open(Box::new(inner));
        }
        match life {
            Life::Open(inner) => Ok(inner),
            Life::Asleep(_) | Life::Closed => Err(Trouble::ShutDown),
        }
    }
}
