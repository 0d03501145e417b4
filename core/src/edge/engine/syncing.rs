//! One round of sync: sign what waits, send what is due, read the feed, until nothing is due, the budget is spent, or
//! the engine closes. Only one round runs at a time; a second one is told that the first is busy (T19).

use std::{sync::Arc, time::Duration};

use rusqlite::Transaction;
use tokio::{task::JoinSet, time::Instant};

use super::{Engine, Inner, commit::Along};
use crate::{
    edge::{store::queue, trouble::Trouble},
    form::Happened,
    id::OpId,
    outbox::{Event, Instruction, ItemState, Outcome},
};

/// How long a round may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncBudget {
    /// Seconds; what is under way when they are over goes on in the next round.
    pub seconds: u32,
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
    /// Sends what is due, for at most the budget.
    pub async fn sync(self: &Arc<Engine>, budget: SyncBudget) -> Result<SyncReport, Trouble> {
        let Ok(_only) = self.syncing.try_lock() else {
            return Ok(SyncReport { busy: true, ..self.report(0, None)? });
        };
        // What another phone has begun is that phone's to send (T23).
        self.signer()?;
        let deadline = Instant::now() + Duration::from_secs(u64::from(budget.seconds));
        let mut closing = self.closing.subscribe();
        // A signer that cannot sign now is asked again next time; what needs it waits, the rest goes.
        let _ = self.sign_pending_heads();
        self.take_back()?;
        let now = self.now()?;
        let _ = self.with(|inner| inner.withhold_lapsed(&now));
        self.step(Event::Resume)?;
        // Neither waits for the other: a feed that hangs takes nothing from what is to be sent.
        let work =
            async { tokio::try_join!(self.send_due(deadline), self.read_feed(deadline), self.stamp_heads(deadline)) };
        let ((sent, wake), (), ()) = tokio::select! {
            _ = closing.wait_for(|closing| *closing) => return Err(Trouble::ShutDown),
            done = work => done?,
        };
        // Photos went out under a head that is signed now, or else in the next round; it holds nothing up.
        let _ = self.sign_pending_heads();
        // What cannot be erased now is due the next time too.
        let _ = self.tidy();
        self.tell("queue");
        self.report(sent, wake)
    }

    /// Sends what is due until nothing is, or the time is over: how many receipts came, and when to come again.
    async fn send_due(self: &Arc<Engine>, deadline: Instant) -> Result<(u32, Option<i64>), Trouble> {
        let (mut flying, mut sent) = (JoinSet::new(), 0);
        let mut wake;
        let mut under_way: Vec<(OpId, u64)> = Vec::new();
        loop {
            wake = None;
            for instruction in self.step(Event::Poll)? {
                match instruction {
                    Instruction::Send { op, lease } => {
                        under_way.push((op, lease));
                        let engine = Arc::clone(self);
                        flying.spawn(async move {
                            let progress = |_: u64| engine.extend(op, lease);
                            let outcome = engine.send(op, progress).await;
                            (op, lease, outcome)
                        });
                    }
                    Instruction::WakeAt { mono_ms } => wake = Some(mono_ms),
                    Instruction::Save(_) | Instruction::AskForToken => {}
                }
            }
            let now = self.now()?;
            let idle = flying.is_empty();
            let until = wake.filter(|_| idle).map(|at| Duration::from_millis((at - now.mono_ms).max(5).unsigned_abs()));
            if idle && until.is_none_or(|wait| Instant::now() + wait >= deadline) {
                break;
            }
            tokio::select! {
                () = tokio::time::sleep_until(deadline) => break,
                () = tokio::time::sleep(until.unwrap_or(Duration::MAX)), if until.is_some() => {}
                Some(done) = flying.join_next(), if !idle => {
                    let Ok((op, lease, outcome)) = done else { continue };
                    under_way.retain(|(flying, _)| *flying != op);
                    sent += u32::from(matches!(outcome, Outcome::Receipt(_)));
                    self.settle(op, lease, outcome)?;
                }
            }
        }
        flying.abort_all();
        for (op, lease) in under_way {
            // Not a failure: the round is over, the next one goes on where the server is.
            self.settle(op, lease, Outcome::Later { why: "later-budget", retry_after_ms: Some(0) })?;
        }
        Ok((sent, wake))
    }

    /// What an earlier round had under way when its caller gave it up: no other round runs, so nobody else holds it.
    fn take_back(&self) -> Result<(), Trouble> {
        let held: Vec<(OpId, u64)> = self.with(|inner| {
            let leases = inner.outbox.items().filter_map(|item| match &item.state {
                ItemState::InFlight { lease } => Some((item.op, lease.number)),
                _ => None,
            });
            Ok(leases.collect())
        })?;
        let given_up = || Outcome::Later { why: "later-budget", retry_after_ms: Some(0) };
        held.into_iter().try_for_each(|(op, lease)| self.settle(op, lease, given_up()))
    }

    /// A person wants this operation tried now.
    pub fn retry(&self, op: OpId) -> Result<(), Trouble> {
        self.step(Event::Retry { op }).map(|_| ())
    }

    fn report(&self, sent: u32, wake: Option<i64>) -> Result<SyncReport, Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            let count =
                |wanted: fn(&ItemState) -> bool| inner.outbox.items().filter(|i| wanted(&i.state)).count() as u32;
            let over =
                |s: &ItemState| matches!(s, ItemState::Done { .. } | ItemState::Parked { .. } | ItemState::Withdrawn);
            let pending = inner.outbox.items().filter(|item| !over(&item.state)).count() as u32;
            Ok(SyncReport {
                sent,
                pending,
                parked: count(|s| matches!(s, ItemState::Parked { .. })),
                unauthorized: inner.outbox.is_paused(),
                busy: false,
                wake_in_ms: wake.filter(|_| pending > 0).map(|at| (at - now.mono_ms).max(0)),
            })
        })
    }

    /// One step of the queue, its rows saved before anything is sent.
    fn step(&self, event: Event) -> Result<Vec<Instruction>, Trouble> {
        let now = self.now()?;
        let dice = u64::from_le_bytes(crate::edge::keys::random()?);
        self.with(|inner| {
            let instructions = inner.outbox.handle(event, &now, dice);
            // Without a gateway nothing goes out.
            match &self.gateway {
                Some(_) => inner.save_going_out(&instructions, &now, &self.key.id())?,
                None => inner.save(&instructions)?,
            }
            Ok(instructions)
        })
    }

    /// The end of a send: queue row, and for a receipt the case's journal too, in one transaction.
    fn settle(&self, op: OpId, lease: u64, outcome: Outcome) -> Result<(), Trouble> {
        let now = self.now()?;
        let dice = u64::from_le_bytes(crate::edge::keys::random()?);
        let case = self.with(|inner| {
            let receipt = match &outcome {
                Outcome::Receipt(receipt) => Some(receipt.clone()),
                _ => None,
            };
            let Some(before) = inner.outbox.item(op).cloned() else { return Ok(None) };
            let news = !matches!(before.state, ItemState::Done { .. });
            let instructions = inner.outbox.handle(Event::Answered { op, lease, outcome }, &now, dice);
            let stored = news && receipt.is_some();
            let written = match (receipt, before.case) {
                (Some(receipt), Some(case)) if news => {
                    let done = inner.outbox.item(op).cloned();
                    let rows: super::commit::Rows<'_> =
                        Box::new(move |tx, _| done.iter().try_for_each(|item| queue::save_item(tx, item)));
                    let along = Along { rows: Some(rows), ..Along::default() };
                    inner.append(case, Happened::Received { receipt }, &now, along)
                }
                _ => inner.save(&instructions),
            };
            // What could not be made durable has not happened: the lease lapses, and the gateway says the same again.
            let case = before.case.filter(|_| stored);
            written.inspect_err(|_| inner.outbox.add(before))?;
            Ok(case)
        })?;
        self.tell("queue");
        if let Some(case) = case {
            // Its photos and its state show what is stored.
            self.tell(&format!("case:{case}"));
        }
        Ok(())
    }

    fn extend(&self, op: OpId, lease: u64) {
        // A clock that cannot be read now only shortens the lease.
        if let Ok(now) = self.now() {
            let _ = self.with(|inner| {
                let instructions = inner.outbox.handle(Event::Progress { op, lease }, &now, 0);
                inner.save(&instructions)
            });
        }
    }
}

impl Inner {
    /// Rows that changed, and the highest lease dealt out, durable together.
    pub(super) fn save(&mut self, instructions: &[Instruction]) -> Result<(), Trouble> {
        if instructions.iter().any(|i| matches!(i, Instruction::Save(_))) {
            self.store.write(|tx| write(tx, instructions))?;
        }
        Ok(())
    }
}

pub(super) fn write(tx: &Transaction<'_>, instructions: &[Instruction]) -> Result<(), Trouble> {
    let mut highest = None;
    for instruction in instructions {
        match instruction {
            Instruction::Save(item) => queue::save_item(tx, item)?,
            Instruction::Send { lease, .. } => highest = highest.max(Some(lease)),
            Instruction::WakeAt { .. } | Instruction::AskForToken => {}
        }
    }
    highest.map_or(Ok(()), |lease| queue::set_counter(tx, "lease", &lease.to_string()))
}
