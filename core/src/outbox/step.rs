//! One step of the queue. Read [`Outbox::handle`] top to bottom: it is the whole behaviour.

use std::collections::BTreeMap;

use super::{
    Hold, Item, ItemState, Lane, Lease,
    hold::{self, BROKEN_OFF, NEVER_LEFT},
};
use crate::{
    id::{CaseId, OpId},
    time::Moment,
    wire::SignedReceipt,
};

/// How long a lease lasts without news from its sender. A stalled sender is given up after this.
const LEASE_MS: i64 = 90_000;
/// What can happen to the queue.
#[derive(Clone, Debug)]
pub enum Event {
    /// Look what is due. The only event that hands out leases, so whoever polls must be ready to send.
    Poll,
    /// A send ended.
    Answered {
        /// Which operation.
        op: OpId,
        /// Under which lease it was sent.
        lease: u64,
        /// How it ended.
        outcome: Outcome,
    },
    /// Bytes moved: the lease goes on.
    Progress {
        /// Which operation.
        op: OpId,
        /// Under which lease.
        lease: u64,
    },
    /// The system is to carry this one out by itself, for so long at most; nothing happens unless it is due.
    HandOut {
        /// Which operation.
        op: OpId,
        /// Milliseconds.
        for_ms: i64,
    },
    /// The frozen head of this operation is signed.
    Signed {
        /// Which operation.
        op: OpId,
    },
    /// There is a network again, or a new token: whatever waits is due at once, unless the server itself has asked to wait
    /// (`Retry-After`).
    Resume,
    /// A person wants this one tried now, parked or waiting.
    Retry {
        /// Which operation.
        op: OpId,
    },
    /// This one must not go out any more.
    Withdraw {
        /// Which operation.
        op: OpId,
    },
}

/// How a send ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// A receipt that checks against the manifest and the pinned key.
    Receipt(Box<SignedReceipt>),
    /// Not now: unreachable, cut, 5xx, 429, or an answer that is no receipt.
    Later {
        /// A text code, `later-…`.
        why: &'static str,
        /// What `Retry-After` asked for, milliseconds.
        retry_after_ms: Option<i64>,
    },
    /// 401: the token is not taken.
    Unauthorized,
    /// The gateway will never take it as it is.
    Refused {
        /// A text code, `parked-…`.
        reason: String,
    },
}

/// What the edge shall do, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// Make this row durable before anything that follows.
    Save(Box<Item>),
    /// Send it; answer under this lease.
    Send {
        /// Which operation.
        op: OpId,
        /// The lease's number.
        lease: u64,
    },
    /// Poll again at this monotonic reading of the present boot, at the latest.
    WakeAt {
        /// Monotonic milliseconds.
        mono_ms: i64,
    },
    /// The token is refused: ask for another, then `Resume`.
    AskForToken,
    /// Make it durable that everything waits, or that nothing does any more.
    Hold(Option<Hold>),
}

/// The rows of one phone's queue that are looked at: all of them, or, of a long queue, those that are on the way and those
/// whose turn may be next ([`Outbox::keep_flying`]).
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    pub(super) items: BTreeMap<u64, Item>,
    by_op: BTreeMap<OpId, u64>,
    pub(super) lease: u64,
    pub(super) paused: bool,
    pub(super) hold: Option<Hold>,
    /// Failures since the last receipt.
    failures: u32,
    /// Which case had its turn last.
    pub(super) turn: BTreeMap<Lane, CaseId>,
}

impl Outbox {
    /// The queue that these rows are; `lease` is the highest lease number ever given, `hold` what was held last.
    pub fn from_rows(rows: impl IntoIterator<Item = Item>, lease: u64, hold: Option<Hold>) -> Outbox {
        let mut outbox = Outbox { lease, hold, ..Outbox::default() };
        rows.into_iter().for_each(|item| outbox.add(item));
        outbox
    }

    /// Takes a row that has just been written together with what it carries.
    pub fn add(&mut self, item: Item) {
        self.by_op.insert(item.op, item.order);
        self.items.insert(item.order, item);
    }

    /// The rows in their order.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    /// One row.
    pub fn item(&self, op: OpId) -> Option<&Item> {
        self.items.get(self.by_op.get(&op)?)
    }

    /// Lets go of every row that nobody is sending: it is in the store as it is here.
    pub fn keep_flying(&mut self) {
        self.items.retain(|_, item| matches!(item.state, ItemState::InFlight { .. }));
        self.by_op = self.items.values().map(|item| (item.op, item.order)).collect();
    }

    /// Which case had its turn last in a lane: those after it come next.
    pub fn turn(&self, lane: Lane) -> Option<CaseId> {
        self.turn.get(&lane).copied()
    }

    /// What everything waits for, if it does.
    pub fn held(&self, now: &Moment) -> Option<&Hold> {
        self.hold.as_ref().filter(|hold| hold.holds(now))
    }

    /// Whether the queue stands still until there is a new token.
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// One step. `dice` is a random number for the jitter; `now` drives leases and waits by its monotonic reading.
    pub fn handle(&mut self, event: Event, now: &Moment, dice: u64) -> Vec<Instruction> {
        let mut out = Vec::new();
        match event {
            Event::Poll => self.dispatch(now, &mut out),
            Event::Progress { op, lease } => {
                if let Some(item) = self.leased(op, lease) {
                    item.state = ItemState::InFlight { lease: lease_from(now, lease) };
                }
            }
            Event::HandOut { op, for_ms } => self.hand_out(op, for_ms, now, &mut out),
            Event::Signed { op } => {
                if let Some(item) = self.of(op).filter(|item| item.state == ItemState::Unsigned) {
                    item.state = due(now);
                    out.push(save(item));
                }
            }
            Event::Resume => {
                self.paused = false;
                if self.hold.as_ref().is_some_and(|hold| !hold.was_asked_for()) {
                    self.lift(&mut out);
                }
                for item in self.items.values_mut() {
                    let waits = due_at(&item.state, now).is_some_and(|at| at > now.mono_ms);
                    if waits && matches!(item.state, ItemState::Waiting { .. }) {
                        item.state = due(now);
                        item.attempts = 0;
                        out.push(save(item));
                    }
                }
            }
            Event::Retry { op } => {
                self.paused = false;
                self.lift(&mut out);
                if let Some(item) = self.of(op)
                    && matches!(item.state, ItemState::Waiting { .. } | ItemState::Parked { .. })
                {
                    item.state = due(now);
                    item.attempts = 0;
                    out.push(save(item));
                }
            }
            Event::Withdraw { op } => {
                if let Some(item) = self.of(op)
                    && !matches!(item.state, ItemState::Withdrawn | ItemState::Done { .. })
                {
                    item.state = ItemState::Withdrawn;
                    out.push(save(item));
                }
            }
            Event::Answered { op, lease, outcome } => self.answered(op, lease, outcome, now, dice, &mut out),
        }
        out
    }

    fn answered(
        &mut self,
        op: OpId,
        lease: u64,
        outcome: Outcome,
        now: &Moment,
        dice: u64,
        out: &mut Vec<Instruction>,
    ) {
        // A receipt counts under whatever lease it comes: the gateway has it, and that is what was wanted.
        let late = self.leased(op, lease).is_none();
        if late && !matches!(outcome, Outcome::Receipt(_)) {
            return;
        }
        match &outcome {
            Outcome::Unauthorized => {
                self.paused = true;
                out.push(Instruction::AskForToken);
            }
            Outcome::Receipt(_) => {
                self.failures = 0;
                if self.hold.as_ref().is_some_and(|hold| !(hold.was_asked_for() && hold.holds(now))) {
                    self.lift(out);
                }
            }
            Outcome::Later { .. } | Outcome::Refused { .. } => {}
        }
        let held = match &outcome {
            Outcome::Later { why, retry_after_ms } => self.failed(why, *retry_after_ms, lease, now, dice, out),
            _ => false,
        };
        let Some(item) = self.of(op).filter(|item| !matches!(item.state, ItemState::Done { .. })) else { return };
        match outcome {
            Outcome::Receipt(receipt) => {
                item.state = ItemState::Done { receipt };
                item.attempts = 0;
                item.last_failure = None;
            }
            Outcome::Refused { reason } => item.state = ItemState::Parked { reason },
            Outcome::Unauthorized => {
                item.state = due(now);
                item.last_failure = Some("later-unauthorized".into());
            }
            Outcome::Later { why, retry_after_ms } => {
                if why == NEVER_LEFT {
                    item.sent = item.sent.saturating_sub(1);
                }
                item.last_failure = Some(why.into());
                if held || why == BROKEN_OFF {
                    item.state = due(now);
                } else {
                    let wait = hold::wait_ms(retry_after_ms, item.attempts, dice);
                    item.attempts = item.attempts.saturating_add(1);
                    item.state =
                        ItemState::Waiting { not_before_ms: now.mono_ms.saturating_add(wait), boot: now.boot.clone() };
                }
            }
        }
        out.push(save(item));
    }

    /// Counts a failure; whether it is not the operation's own, so that all wait and not this one alone.
    fn failed(
        &mut self,
        why: &'static str,
        asked_ms: Option<i64>,
        lease: u64,
        now: &Moment,
        dice: u64,
        out: &mut Vec<Instruction>,
    ) -> bool {
        if why == BROKEN_OFF {
            return false;
        }
        self.failures = self.failures.saturating_add(1);
        if !hold::is_of_all(why, self.failures) {
            return false;
        }
        let before = self.hold.take();
        let attempts = before.as_ref().map_or(0, |hold| hold.attempts);
        // Of several that were under way together only the first says something new.
        let news = before.as_ref().is_none_or(|hold| lease > hold.lease || !hold.holds(now));
        let until_ms = now.mono_ms.saturating_add(hold::wait_ms(asked_ms, attempts, dice));
        let fresh = Hold {
            until_ms,
            boot: now.boot.clone(),
            why: why.into(),
            attempts: attempts.saturating_add(1),
            lease: self.lease,
        };
        self.hold = Some(match before {
            // What the server asks for is never made shorter by another failure.
            Some(held) if held.holds(now) && (!news || held.was_asked_for()) && asked_ms.is_none() => held,
            Some(held) if held.holds(now) && held.was_asked_for() && held.until_ms > until_ms => held,
            _ => fresh,
        });
        out.push(Instruction::Hold(self.hold.clone()));
        true
    }

    fn lift(&mut self, out: &mut Vec<Instruction>) {
        self.failures = 0;
        if self.hold.take().is_some() {
            out.push(Instruction::Hold(None));
        }
    }

    pub(super) fn of(&mut self, op: OpId) -> Option<&mut Item> {
        self.items.get_mut(self.by_op.get(&op)?)
    }

    fn leased(&mut self, op: OpId, number: u64) -> Option<&mut Item> {
        self.of(op).filter(|item| matches!(&item.state, ItemState::InFlight { lease } if lease.number == number))
    }
}

pub(super) fn save(item: &Item) -> Instruction {
    Instruction::Save(Box::new(item.clone()))
}

fn due(now: &Moment) -> ItemState {
    ItemState::Waiting { not_before_ms: 0, boot: now.boot.clone() }
}

pub(super) fn lease_from(now: &Moment, number: u64) -> Lease {
    Lease { number, until_ms: now.mono_ms + LEASE_MS, boot: now.boot.clone(), handed: false }
}

/// The monotonic reading at which an item may be sent (again); `None` for what is not to be sent.
pub(super) fn due_at(state: &ItemState, now: &Moment) -> Option<i64> {
    match state {
        ItemState::Waiting { not_before_ms, boot } if *boot == now.boot => Some(*not_before_ms),
        ItemState::Waiting { .. } => Some(0),
        ItemState::InFlight { lease } if lease.boot == now.boot => Some(lease.until_ms),
        ItemState::InFlight { .. } => Some(0),
        ItemState::Unsigned | ItemState::Parked { .. } | ItemState::Withdrawn | ItemState::Done { .. } => None,
    }
}
