//! One round of sync: sign what waits, send what is due, read the feed, until nothing is due, the budget is spent, or
//! the engine closes. Only one round runs at a time; a second one is told that the first is busy (T19).

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use tokio::{task::JoinSet, time::Instant};

use super::{Engine, Waiting, commit::Along, life::Leaving, queueing::write};
use crate::{
    edge::trouble::Trouble,
    form::Happened,
    id::{CaseId, OpId},
    outbox::{BROKEN_OFF, Event, Instruction, ItemState, Lane, Outcome},
};

/// What a round may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncBudget {
    /// Seconds; what is under way when they are over goes on in the next round.
    pub seconds: u32,
    /// Bytes of photos that may go in this round; none sets no limit. Everything else is small and always goes.
    pub photo_bytes: Option<u64>,
    /// The network is paid by the byte, and the person wants photos to wait for another one.
    pub metered: bool,
}

impl SyncBudget {
    /// A round without a limit but time.
    pub fn of_seconds(seconds: u32) -> SyncBudget {
        SyncBudget { seconds, photo_bytes: None, metered: false }
    }
}

/// How a round ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Receipts that came in this round.
    pub sent: u32,
    /// Operations that still wait.
    pub pending: u32,
    /// Operations refused for good, listed in `queue`.
    pub parked: u32,
    /// The gateway refuses the token; everything is kept.
    pub unauthorized: bool,
    /// Another round is running.
    pub busy: bool,
    /// When to come again, milliseconds from now; none when nothing waits.
    pub wake_in_ms: Option<i64>,
}

impl Engine {
    /// Sends what is due, for at most the budget. A second round is told that the first is busy, and that one looks at
    /// once at whatever waits: whoever calls has a network, or something new (T19).
    pub async fn sync(self: &Arc<Engine>, budget: SyncBudget) -> Result<SyncReport, Trouble> {
        let Ok(_only) = self.syncing.try_lock() else {
            self.step(Event::Resume)?;
            self.news.notify_one();
            return Ok(SyncReport { busy: true, ..self.report(0)? });
        };
        // What another phone has begun is that phone's to send (T23).
        self.signer()?;
        let deadline = Instant::now() + Duration::from_secs(u64::from(budget.seconds));
        let photos = if budget.metered { Some(0) } else { budget.photo_bytes };
        self.with(|inner| {
            inner.photo_bytes = photos;
            Ok(())
        })?;
        let done = self.round(deadline).await;
        // What rested in this round is no reason to come again at once, but it is there.
        self.with_open(|inner| inner.photo_bytes = None);
        done
    }

    async fn round(self: &Arc<Engine>, deadline: Instant) -> Result<SyncReport, Trouble> {
        let mut leaving = self.leaving.subscribe();
        // A signer that cannot sign now is asked again next time; what needs it waits, the rest goes.
        let _ = self.sign_pending_heads();
        self.take_back()?;
        let now = self.now()?;
        let _ = self.with(|inner| inner.withhold_lapsed(&now));
        self.step(Event::Resume)?;
        // Neither waits for the other: a feed that hangs takes nothing from what is to be sent.
        let work =
            async { tokio::try_join!(self.send_due(deadline), self.read_feed(deadline), self.stamp_heads(deadline)) };
        let (sent, (), ()) = tokio::select! {
            told = leaving.wait_for(|leaving| *leaving != Leaving::Not) => {
                return Err(told.map_or(Trouble::ShutDown, |leaving| leaving.trouble()));
            }
            done = work => done?,
        };
        // Photos went out under a head that is signed now, or else in the next round; it holds nothing up.
        let _ = self.sign_pending_heads();
        // What cannot be erased now is due the next time too.
        let _ = self.tidy();
        self.tell("queue");
        self.report(sent)
    }

    /// Sends what is due until nothing is, or the time is over: how many receipts came.
    async fn send_due(self: &Arc<Engine>, deadline: Instant) -> Result<u32, Trouble> {
        let (mut flying, mut sent) = (JoinSet::new(), 0);
        let mut wake;
        let mut under_way: Vec<(OpId, u64)> = Vec::new();
        loop {
            wake = None;
            let mut sends = Vec::new();
            for instruction in self.step(Event::Poll)? {
                match instruction {
                    Instruction::Send { op, lease } => sends.push((op, lease)),
                    Instruction::WakeAt { mono_ms } => wake = Some(mono_ms),
                    Instruction::Save(_) | Instruction::AskForToken | Instruction::Hold(_) => {}
                }
            }
            under_way.extend(&sends);
            for together in self.together(sends) {
                let (engine, crew) = (Arc::clone(self), Arc::clone(&self.crew));
                flying.spawn(async move {
                    let _crew = crew;
                    engine.send_together(together).await
                });
            }
            let now = self.now()?;
            let idle = flying.is_empty();
            let until = wake.map(|at| Duration::from_millis((at - now.mono_ms).max(5).unsigned_abs()));
            if idle && until.is_none_or(|wait| Instant::now() + wait >= deadline) {
                break;
            }
            tokio::select! {
                () = tokio::time::sleep_until(deadline) => break,
                () = self.news.notified() => {}
                () = tokio::time::sleep(until.unwrap_or(Duration::MAX)), if until.is_some() => {}
                Some(done) = flying.join_next(), if !idle => {
                    // Whatever else has ended by now is made durable with it.
                    let mut ended: Vec<(OpId, u64, Outcome)> = done.into_iter().flatten().collect();
                    while let Some(done) = flying.try_join_next() {
                        ended.extend(done.into_iter().flatten());
                    }
                    under_way.retain(|(flying, _)| ended.iter().all(|(op, ..)| op != flying));
                    sent += ended.iter().filter(|(.., outcome)| matches!(outcome, Outcome::Receipt(_))).count() as u32;
                    self.settle(ended)?;
                }
            }
        }
        flying.abort_all();
        // Not a failure: the round is over, the next one goes on where the server is.
        self.settle(broken_off(under_way))?;
        Ok(sent)
    }

    /// What an earlier round had under way when its caller gave it up: no other round runs, so nobody else holds it.
    fn take_back(&self) -> Result<(), Trouble> {
        let held: Vec<(OpId, u64)> = self.with(|inner| {
            let leases = inner.outbox.items().filter_map(|item| match &item.state {
                ItemState::InFlight { lease } if !lease.handed => Some((item.op, lease.number)),
                _ => None,
            });
            Ok(leases.collect())
        })?;
        if held.is_empty() { Ok(()) } else { self.settle(broken_off(held)) }
    }

    /// A person wants this operation tried now.
    pub fn retry(&self, op: OpId) -> Result<(), Trouble> {
        self.step(Event::Retry { op }).map(|_| ())
    }

    /// How the queue stands; when to come again is read from its rows, whatever happened while the round ran (S2).
    fn report(&self, sent: u32) -> Result<SyncReport, Trouble> {
        let (Waiting { pending, parked, wake_in_ms }, unauthorized) =
            (self.waiting()?, self.with(|inner| Ok(inner.outbox.is_paused()))?);
        Ok(SyncReport { sent, pending, parked, unauthorized, busy: false, wake_in_ms })
    }

    /// The ends of sends: queue rows, and for receipts the cases' journals too, in one transaction.
    pub(super) fn settle(&self, ended: Vec<(OpId, u64, Outcome)>) -> Result<(), Trouble> {
        if ended.is_empty() {
            return Ok(());
        }
        let now = self.now()?;
        let dice = u64::from_le_bytes(crate::edge::keys::random()?);
        let cases = self.with(|inner| {
            let (mut news, mut rows, mut before) = (Vec::new(), Vec::new(), Vec::new());
            for (nth, (op, lease, outcome)) in (0..).zip(ended) {
                let dice = dice.rotate_left(nth);
                let Some(item) = inner.fetch(op)?.cloned() else { continue };
                if let (Outcome::Receipt(receipt), Some(case)) = (&outcome, item.case)
                    // Duty events are a log of their own, whose receipts stand in the queue.
                    && item.payload.lane() != Lane::Event
                    && !matches!(item.state, ItemState::Done { .. })
                {
                    news.push((case, Happened::Received { receipt: receipt.clone() }, Along::default()));
                }
                before.push(item);
                rows.extend(inner.outbox.handle(Event::Answered { op, lease, outcome }, &now, dice));
            }
            let cases: BTreeSet<CaseId> = news.iter().map(|(case, ..)| *case).collect();
            let written = inner.append_all(news, &now, |tx| write(tx, &rows));
            // What could not be made durable has not happened: the lease lapses, and the gateway says the same again.
            written.inspect_err(|_| before.into_iter().for_each(|item| inner.outbox.add(item)))?;
            Ok(cases)
        })?;
        self.tell("queue");
        // Their photos and their states show what is stored.
        cases.iter().for_each(|case| self.tell(&format!("case:{case}")));
        Ok(())
    }

    pub(super) fn extend(&self, op: OpId, lease: u64) {
        // A clock that cannot be read now only shortens the lease.
        if let Ok(now) = self.now() {
            let _ = self.with(|inner| {
                let instructions = inner.outbox.handle(Event::Progress { op, lease }, &now, 0);
                inner.save(&instructions)
            });
        }
    }
}

fn broken_off(under_way: Vec<(OpId, u64)>) -> Vec<(OpId, u64, Outcome)> {
    let ended = under_way.into_iter();
    ended.map(|(op, lease)| (op, lease, Outcome::Later { why: BROKEN_OFF, retry_after_ms: None })).collect()
}
