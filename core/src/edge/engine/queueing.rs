//! The queue's rows between the store and the pure queue. A poll looks at a window of rows: those on the way, and those
//! whose turn may be next; everything else stays in the store, so that a queue of ten thousand costs no more than one of
//! ten. Ends in instructions whose rows are durable. Not its business: whose turn it is, and sending.

use rusqlite::Transaction;

use super::{Engine, Inner};
use crate::{
    edge::{
        keys::random,
        store::{outbox, queue},
        trouble::Trouble,
    },
    id::OpId,
    outbox::{Event, Hold, Instruction, Item, ItemState, Lane, Outbox},
    time::Moment,
};

/// What waits, in one glance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Operations without a receipt that will be tried again.
    pub pending: u32,
    /// Operations refused for good, until a person acts.
    pub parked: u32,
    /// When a round of sync has something to do, milliseconds from now; 0 is at once, none never.
    pub wake_in_ms: Option<i64>,
}

/// Of the rows that were put off, so many are tried at once when there is a network again; the rest follow in time.
const AT_A_RESUME: u32 = 256;
/// Where the store keeps what holds everything.
const HOLD: &str = "hold";

/// The queue as the store has it: nothing is on the way but what the system carries out by itself, because this process
/// holds the folder alone and whoever held a lease is dead.
pub(super) fn open(store: &mut crate::edge::store::Store, now: &Moment) -> Result<(Outbox, u64), Trouble> {
    let lease = store.read(|c| queue::counter(c, "lease"))?.and_then(|text| text.parse().ok()).unwrap_or(0);
    let hold = store.read(|c| queue::counter(c, HOLD))?;
    let hold: Option<Hold> = hold.and_then(|text| serde_json::from_str(&text).ok());
    let (handed, left): (Vec<Item>, Vec<Item>) =
        store.read(|c| outbox::in_state(c, "in_flight"))?.into_iter().partition(|item| is_handed(item, now));
    if !left.is_empty() {
        store.write(|tx| {
            left.iter().try_for_each(|item| {
                let state = ItemState::Waiting { not_before_ms: 0, boot: now.boot.clone() };
                outbox::save(tx, &Item { state, ..item.clone() })
            })
        })?;
    }
    Ok((Outbox::from_rows(handed, lease, hold), store.read(outbox::last_place)?))
}

/// Whether the system has it, and may have it still.
pub(super) fn is_handed(item: &Item, now: &Moment) -> bool {
    matches!(&item.state, ItemState::InFlight { lease }
        if lease.handed && lease.boot == now.boot && lease.until_ms > now.mono_ms)
}

impl Engine {
    /// How much is unsent and when to call `sync`, cheap however long the queue is: for every opening of the app, and for
    /// whoever plans the work in the background. Recomputed from the rows each time (S2, S21).
    pub fn waiting(&self) -> Result<Waiting, Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            let counts = inner.store.read(outbox::counts)?;
            let count = |of: &[&str]| counts.iter().filter(|(s, _)| of.contains(&s.as_str())).map(|(_, n)| n).sum();
            let (pending, parked): (u32, u32) = (count(&["unsigned", "waiting", "in_flight"]), count(&["parked"]));
            // A step of the queue on a copy: nothing is leased.
            let (mut ahead, wake) = inner.poll(&now)?;
            let mut instructions = ahead.handle(Event::Poll, &now, 0);
            sooner(&mut instructions, wake);
            let due = instructions.iter().any(|i| matches!(i, Instruction::Send { .. }));
            let wake = instructions
                .iter()
                .find_map(|i| if let Instruction::WakeAt { mono_ms } = i { Some(mono_ms) } else { None });
            let later = wake.map(|at| (at - now.mono_ms).max(0));
            Ok(Waiting { pending, parked, wake_in_ms: if due { Some(0) } else { later } })
        })
    }

    /// One step of the queue, its rows saved before anything is sent.
    pub(super) fn step(&self, event: Event) -> Result<Vec<Instruction>, Trouble> {
        let now = self.now()?;
        let dice = u64::from_le_bytes(random()?);
        self.with(|inner| {
            let mut wake = None;
            match &event {
                Event::Poll => (inner.outbox, wake) = inner.poll(&now)?,
                Event::Resume => {
                    let put_off = inner.store.read(|c| outbox::put_off(c, &now, AT_A_RESUME))?;
                    inner.look_at(put_off);
                }
                Event::Answered { op, .. }
                | Event::Progress { op, .. }
                | Event::HandOut { op, .. }
                | Event::Signed { op }
                | Event::Retry { op }
                | Event::Withdraw { op } => drop(inner.fetch(*op)?),
            }
            let mut instructions = inner.outbox.handle(event, &now, dice);
            sooner(&mut instructions, wake);
            // Without a gateway nothing goes out.
            match &self.gateway {
                Some(_) => inner.save_going_out(&instructions, &now, &self.key.id())?,
                None => inner.save(&instructions)?,
            }
            Ok(instructions)
        })
    }
}

impl Inner {
    /// The queue as a poll is to look at it, and when the next row outside the window is due.
    fn poll(&self, now: &Moment) -> Result<(Outbox, Option<i64>), Trouble> {
        let mut queue = self.outbox.clone();
        queue.keep_flying();
        if queue.is_paused() || queue.held(now).is_some() {
            return Ok((queue, None));
        }
        let photos_rest = self.photo_bytes == Some(0);
        for row in self.store.read(|c| outbox::window(c, &queue, now))? {
            if photos_rest && row.payload.lane() == Lane::Photo {
                continue;
            }
            // What is on the way is further than its row.
            if queue.item(row.op).is_none() {
                queue.add(row);
            }
        }
        Ok((queue, self.store.read(|c| outbox::next_due(c, now))?))
    }

    /// One row, from the store if nobody looks at it yet.
    pub(super) fn fetch(&mut self, op: OpId) -> Result<Option<&Item>, Trouble> {
        if self.outbox.item(op).is_none() {
            let row = self.store.read(|c| outbox::item(c, op))?;
            self.look_at(row);
        }
        Ok(self.outbox.item(op))
    }

    fn look_at(&mut self, rows: impl IntoIterator<Item = Item>) {
        for row in rows {
            // What is on the way is further than its row.
            if self.outbox.item(row.op).is_none() {
                self.outbox.add(row);
            }
        }
    }

    /// Rows that changed, and the highest lease dealt out, durable together.
    pub(super) fn save(&mut self, instructions: &[Instruction]) -> Result<(), Trouble> {
        if instructions.iter().any(|i| matches!(i, Instruction::Save(_) | Instruction::Hold(_))) {
            self.store.write(|tx| write(tx, instructions))?;
        }
        Ok(())
    }
}

/// The same inside a transaction.
pub(super) fn write(tx: &Transaction<'_>, instructions: &[Instruction]) -> Result<(), Trouble> {
    let mut highest = None;
    for instruction in instructions {
        match instruction {
            Instruction::Save(item) => outbox::save(tx, item)?,
            Instruction::Send { lease, .. } => highest = highest.max(Some(lease)),
            Instruction::Hold(hold) => {
                let text = serde_json::to_string(hold).map_err(crate::canon::NotCanonical::from)?;
                queue::set_counter(tx, HOLD, &text)?;
            }
            Instruction::WakeAt { .. } | Instruction::AskForToken => {}
        }
    }
    highest.map_or(Ok(()), |lease| queue::set_counter(tx, "lease", &lease.to_string()))
}

/// The wake-up of the whole queue, where a row outside the window is due sooner.
fn sooner(instructions: &mut Vec<Instruction>, at: Option<i64>) {
    let Some(at) = at else { return };
    match instructions
        .iter_mut()
        .find_map(|i| if let Instruction::WakeAt { mono_ms } = i { Some(mono_ms) } else { None })
    {
        Some(mono_ms) => *mono_ms = at.min(*mono_ms),
        None => instructions.push(Instruction::WakeAt { mono_ms: at }),
    }
}
