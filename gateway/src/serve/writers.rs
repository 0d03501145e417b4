//! One writer an upload. A newcomer is nearly always the same phone after a cut that the server has not seen yet, so
//! the earlier writer is told to stop and its bytes are kept; if it does not, the newcomer gets 423 (S16).

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

/// How long a newcomer waits for the earlier writer to stop.
const PATIENCE: Duration = Duration::from_secs(3);

/// Who is writing what.
#[derive(Default)]
pub(crate) struct Writers {
    now: Mutex<BTreeMap<String, Arc<Notify>>>,
}

impl Writers {
    /// The right to write an upload, until the turn is dropped; `None` when the earlier writer does not stop.
    pub(crate) async fn turn<'a>(&'a self, id: &str) -> Option<Turn<'a>> {
        let tries = PATIENCE.as_millis() / 20;
        for _ in 0..tries {
            match self.take(id) {
                Ok(turn) => return Some(turn),
                Err(earlier) => earlier.notify_one(),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        None
    }

    fn take(&self, id: &str) -> Result<Turn<'_>, Arc<Notify>> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = now.get(id) {
            return Err(Arc::clone(earlier));
        }
        let stop = Arc::new(Notify::new());
        now.insert(id.to_owned(), Arc::clone(&stop));
        Ok(Turn { writers: self, id: id.to_owned(), stop })
    }
}

/// The right to write one upload.
pub(crate) struct Turn<'a> {
    writers: &'a Writers,
    id: String,
    stop: Arc<Notify>,
}

impl Turn<'_> {
    /// Ends when somebody else wants to write.
    pub(crate) async fn asked_to_stop(&self) {
        self.stop.notified().await;
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.writers.now.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}
