//! One step of the queue. Read [`Outbox::handle`] top to bottom: it is the whole behaviour.

use std::collections::BTreeMap;

use super::{Item, ItemState, Lane, Lease, Payload};
use crate::{
    id::{CaseId, OpId},
    time::Moment,
    wire::SignedReceipt,
};

/// How long a lease lasts without news from its sender. A stalled sender is given up after this.
const LEASE_MS: i64 = 90_000;
/// First back-off; doubles with each failure.
const BACKOFF_MS: i64 = 1_000;
/// No wait is longer than this.
const BACKOFF_CAP_MS: i64 = 300_000;
/// A server that asks for more than this is asked again all the same.
const RETRY_AFTER_CAP_MS: i64 = 3_600_000;
/// How many operations of one lane are on the way at once. Each lane has its own, so that slow photos leave room.
const AT_ONCE: usize = 3;
/// The server has said when to come again; neither a network nor a round of sync makes it earlier.
const ASKED_TO_WAIT: &str = "later-busy";

/// Why of an attempt that found nobody at the other end: not a byte of it left the phone, so it was not sent.
pub const NEVER_LEFT: &str = "later-unreachable";

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
    /// The frozen head of this operation is signed.
    Signed {
        /// Which operation.
        op: OpId,
    },
    /// There is a network again, or a new token: whatever waits is due at once, but for what the server itself has put
    /// off (`Retry-After`).
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
}

/// All rows of one phone's queue.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    items: BTreeMap<u64, Item>,
    by_op: BTreeMap<OpId, u64>,
    lease: u64,
    paused: bool,
}

impl Outbox {
    /// The queue that these rows are; `lease` is the highest lease number ever given.
    pub fn from_rows(rows: impl IntoIterator<Item = Item>, lease: u64) -> Outbox {
        let mut outbox = Outbox { lease, ..Outbox::default() };
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

    /// The last operation in the record lane of `case`: a new one goes after it.
    pub fn last_record_of(&self, case: CaseId) -> Option<OpId> {
        self.items.values().rev().find(|i| i.case == Some(case) && i.payload.lane() == Lane::Record).map(|i| i.op)
    }

    /// The last duty event queued: a new one goes after it.
    pub fn last_event(&self) -> Option<OpId> {
        self.items.values().rev().find(|i| matches!(i.payload, Payload::Event { .. })).map(|i| i.op)
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
            Event::Signed { op } => {
                if let Some(item) = self.of(op).filter(|item| item.state == ItemState::Unsigned) {
                    item.state = due(now);
                    out.push(save(item));
                }
            }
            Event::Resume => {
                self.paused = false;
                for item in self.items.values_mut() {
                    let waits = ready_at(&item.state, now).is_some_and(|at| at > now.mono_ms);
                    let put_off = item.last_failure.as_deref() == Some(ASKED_TO_WAIT);
                    if waits && !put_off && matches!(item.state, ItemState::Waiting { .. }) {
                        item.state = due(now);
                        item.attempts = 0;
                        out.push(save(item));
                    }
                }
            }
            Event::Retry { op } => {
                self.paused = false;
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
        if matches!(outcome, Outcome::Unauthorized) {
            self.paused = true;
            out.push(Instruction::AskForToken);
        }
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
                let asked = retry_after_ms.map(|asked| asked.clamp(0, RETRY_AFTER_CAP_MS));
                let wait = asked.unwrap_or_else(|| jittered(item.attempts, dice));
                item.attempts = item.attempts.saturating_add(1);
                item.state =
                    ItemState::Waiting { not_before_ms: now.mono_ms.saturating_add(wait), boot: now.boot.clone() };
                item.last_failure = Some(why.into());
            }
        }
        out.push(save(item));
    }

    /// Gives leases to what is due and says when to look again; both are recomputed from the rows every time (S2).
    fn dispatch(&mut self, now: &Moment, out: &mut Vec<Instruction>) {
        if self.paused {
            return;
        }
        let mut on_the_way: BTreeMap<Lane, usize> = BTreeMap::new();
        for item in self.items.values().filter(|item| flying(&item.state, now)) {
            *on_the_way.entry(item.payload.lane()).or_default() += 1;
        }
        let mut wake: Option<i64> = None;
        let mut due: Vec<(Lane, u64)> = Vec::new();
        for item in self.items.values() {
            match ready_at(&item.state, now) {
                None => {}
                Some(at) if at > now.mono_ms => wake = Some(wake.map_or(at, |w| w.min(at))),
                Some(_) if self.is_free(item) => due.push((item.payload.lane(), item.order)),
                Some(_) => {}
            }
        }
        due.sort_unstable();
        for (lane, order) in due {
            let in_lane = on_the_way.entry(lane).or_default();
            if *in_lane >= AT_ONCE {
                continue;
            }
            *in_lane += 1;
            self.lease += 1;
            let lease = self.lease;
            if let Some(item) = self.items.get_mut(&order) {
                let lease_row = lease_from(now, lease);
                wake = Some(wake.map_or(lease_row.until_ms, |w| w.min(lease_row.until_ms)));
                item.state = ItemState::InFlight { lease: lease_row };
                item.sent = item.sent.saturating_add(1);
                out.push(save(item));
                out.push(Instruction::Send { op: item.op, lease });
            }
        }
        if let Some(mono_ms) = wake {
            out.push(Instruction::WakeAt { mono_ms });
        }
    }

    fn is_free(&self, item: &Item) -> bool {
        match item.after {
            None => true,
            Some(first) => self.item(first).is_some_and(|i| matches!(i.state, ItemState::Done { .. })),
        }
    }

    fn of(&mut self, op: OpId) -> Option<&mut Item> {
        self.items.get_mut(self.by_op.get(&op)?)
    }

    fn leased(&mut self, op: OpId, number: u64) -> Option<&mut Item> {
        self.of(op).filter(|item| matches!(&item.state, ItemState::InFlight { lease } if lease.number == number))
    }
}

fn save(item: &Item) -> Instruction {
    Instruction::Save(Box::new(item.clone()))
}

fn due(now: &Moment) -> ItemState {
    ItemState::Waiting { not_before_ms: 0, boot: now.boot.clone() }
}

fn lease_from(now: &Moment, number: u64) -> Lease {
    Lease { number, until_ms: now.mono_ms + LEASE_MS, boot: now.boot.clone() }
}

/// Whether a sender still holds it: a lapsed lease, or one of another boot, is nobody's (S3, S13).
fn flying(state: &ItemState, now: &Moment) -> bool {
    matches!(state, ItemState::InFlight { lease } if lease.boot == now.boot && lease.until_ms > now.mono_ms)
}

/// The monotonic reading at which an item may be sent (again); `None` for what is not to be sent.
fn ready_at(state: &ItemState, now: &Moment) -> Option<i64> {
    match state {
        ItemState::Waiting { not_before_ms, boot } if *boot == now.boot => Some(*not_before_ms),
        ItemState::Waiting { .. } => Some(0),
        ItemState::InFlight { lease } if lease.boot == now.boot => Some(lease.until_ms),
        ItemState::InFlight { .. } => Some(0),
        ItemState::Unsigned | ItemState::Parked { .. } | ItemState::Withdrawn | ItemState::Done { .. } => None,
    }
}

/// Full jitter: anything between nothing and the doubled, capped back-off.
fn jittered(attempts: u32, dice: u64) -> i64 {
    let ceiling = BACKOFF_MS.saturating_mul(1 << attempts.min(20)).min(BACKOFF_CAP_MS);
    i64::try_from(dice % ceiling.unsigned_abs().max(1)).unwrap_or(0)
}
