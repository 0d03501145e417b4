//! Group commit: writes that are waiting for the database at the same moment share one transaction and one sync of the
//! disk. Each stands in a savepoint of its own, so that one that is refused takes nothing from the others; none is
//! answered before all are durable. Triggered by a write; whoever gets the database next does the work of all who wait.
//! Not its business: what is written.

use std::sync::{
    Mutex, PoisonError,
    mpsc::{SyncSender, sync_channel},
};

use rusqlite::{Connection, Savepoint, TransactionBehavior};

use super::{Broken, Refusal};

/// So many share one transaction at most: nobody waits long for others.
const TOGETHER: usize = 64;

/// What was written, told once it is durable; with `false` when it could not be made so.
type Told = Box<dyn FnOnce(bool) + Send>;
/// A write that waits.
type Job = Box<dyn FnOnce(&mut rusqlite::Transaction<'_>) -> Told + Send>;

/// The writes that wait.
#[derive(Default)]
pub(super) struct Group(Mutex<Vec<Job>>);

impl Group {
    /// Writes, together with whoever else waits. Ends when it is durable, or refused with nothing changed.
    pub(super) fn write<T: Send + 'static>(
        &self,
        db: &Mutex<Connection>,
        work: impl FnOnce(&Connection) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (tell, told) = sync_channel(1);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(job(work, tell));
        {
            // A panic between two statements leaves a transaction that was rolled back; the connection is sound.
            let mut db = db.lock().unwrap_or_else(PoisonError::into_inner);
            loop {
                // Somebody who had the database before may have done it already.
                if let Ok(told) = told.try_recv() {
                    return told;
                }
                let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                let jobs: Vec<Job> = {
                    let most = waiting.len().min(TOGETHER);
                    waiting.drain(..most).collect()
                };
                drop(waiting);
                if jobs.is_empty() {
                    break;
                }
                run(&mut db, jobs)?;
            }
        }
        told.recv().unwrap_or(Err(Broken::NotCommitted.into()))
    }
}

fn job<T: Send + 'static>(
    work: impl FnOnce(&Connection) -> Result<T, Refusal> + Send + 'static,
    tell: SyncSender<Result<T, Refusal>>,
) -> Job {
    Box::new(move |tx| {
        let done = tx.savepoint().map_err(Refusal::from).and_then(|savepoint: Savepoint<'_>| {
            // Without a commit the savepoint is rolled back.
            let done = work(&savepoint)?;
            savepoint.commit()?;
            Ok(done)
        });
        Box::new(move |durable| {
            let done = if durable || done.is_err() { done } else { Err(Broken::NotCommitted.into()) };
            // Whoever asked may be gone.
            let _ = tell.send(done);
        })
    })
}

fn run(db: &mut Connection, jobs: Vec<Job>) -> Result<(), Refusal> {
    let mut tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let told: Vec<Told> = jobs.into_iter().map(|job| job(&mut tx)).collect();
    let durable = tx.commit();
    told.into_iter().for_each(|told| told(durable.is_ok()));
    Ok(())
}
