//! Ways in which a queue could be wrong, to see that the simulator notices. Each is done to the real queue from outside:
//! its events, its rows or its instructions are tampered with, so that the code that ships has no switch.

use std::collections::BTreeSet;

use jingbao_core::{
    outbox::{Event, Hold, Instruction, Item, ItemState, Lane, Outbox, Outcome},
    time::Moment,
};

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mutation {
    /// A lease never lapses, so that what a dead sender held is held for ever (S3, S13).
    LeaseNeverLapses,
    /// An answer under an old lease counts as if it were the present sender's (S22).
    OldLeaseCounts,
    /// A 5xx is taken for a permanent error (S1).
    ServerErrorParks,
    /// A 401 is taken for a permanent error (S9).
    UnauthorizedParks,
    /// A child goes before its parent (S11).
    OrderIgnored,
    /// A row is sent before it is saved.
    SentUnsaved,
    /// Any receipt counts (S27).
    ReceiptUnchecked,
    /// What the server asks for by `Retry-After` is not obeyed (S9).
    RetryAfterIgnored,
    /// Nobody is told when to come again (S2).
    WakeForgotten,
    /// A record waits behind the photos of its case (S12).
    LaneShared,
    /// The bytes are made anew at each send (S14, S28).
    BytesRemade,
    /// What is done is sent again.
    SentAfterDone,
    /// What goes wrong is tried again at once and for ever.
    NoBackOff,
    /// After a 401 the queue never goes on (S3).
    PausedForEver,
    /// A receipt is forgotten where the row is saved (S7).
    DoneUnsaved,
    /// What has no signed head yet is sent all the same.
    UnsignedSent,
}

impl Mutation {
    /// Every one.
    pub const ALL: [Mutation; 16] = [
        Mutation::LeaseNeverLapses,
        Mutation::OldLeaseCounts,
        Mutation::ServerErrorParks,
        Mutation::UnauthorizedParks,
        Mutation::OrderIgnored,
        Mutation::SentUnsaved,
        Mutation::ReceiptUnchecked,
        Mutation::RetryAfterIgnored,
        Mutation::WakeForgotten,
        Mutation::LaneShared,
        Mutation::BytesRemade,
        Mutation::SentAfterDone,
        Mutation::NoBackOff,
        Mutation::PausedForEver,
        Mutation::DoneUnsaved,
        Mutation::UnsignedSent,
    ];
}

/// The real queue, and what is done to it.
pub struct Queue {
    outbox: Outbox,
    mutation: Option<Mutation>,
    paused: bool,
}

impl Queue {
    /// The queue that these rows are.
    pub fn from_rows(
        rows: impl IntoIterator<Item = Item>,
        lease: u64,
        hold: Option<Hold>,
        mutation: Option<Mutation>,
    ) -> Queue {
        Queue { outbox: Outbox::from_rows(rows, lease, hold), mutation, paused: false }
    }

    /// The real one, to be read.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Takes a new row; what is to be written for it.
    pub fn prepare(&self, mut item: Item) -> Item {
        match self.mutation {
            Some(Mutation::OrderIgnored) => item.after = None,
            Some(Mutation::LaneShared) if item.payload.lane() == Lane::Record => {
                let photo = |other: &&Item| other.case == item.case && other.payload.lane() == Lane::Photo;
                item.after = self.outbox.items().filter(photo).last().map(|photo| photo.op).or(item.after);
            }
            Some(Mutation::UnsignedSent) if item.state == ItemState::Unsigned => {
                item.state = ItemState::Waiting { not_before_ms: 0, boot: String::new() };
            }
            _ => {}
        }
        item
    }

    /// Takes a row that has been written.
    pub fn add(&mut self, item: Item) {
        self.outbox.add(item);
    }

    /// One step.
    pub fn handle(&mut self, event: Event, now: &Moment, dice: u64) -> Vec<Instruction> {
        let event = self.event(event);
        if self.mutation == Some(Mutation::PausedForEver) {
            if matches!(event, Event::Answered { outcome: Outcome::Unauthorized, .. }) {
                self.paused = true;
            }
            if self.paused && matches!(event, Event::Poll) {
                return Vec::new();
            }
        }
        if self.mutation == Some(Mutation::SentAfterDone) && matches!(event, Event::Poll) && dice.is_multiple_of(5) {
            let done = |item: &&Item| matches!(item.state, ItemState::Done { .. });
            let rows: Vec<Item> = self.outbox.items().filter(done).take(1).cloned().collect();
            for mut item in rows {
                item.state = ItemState::Waiting { not_before_ms: 0, boot: now.boot.clone() };
                self.outbox.add(item);
            }
        }
        let mut out = self.outbox.handle(event, now, dice);
        self.tamper(&mut out);
        out
    }

    fn event(&self, event: Event) -> Event {
        let Event::Answered { op, lease, outcome } = event else { return event };
        let lease = match (self.mutation, self.outbox.item(op).map(|item| &item.state)) {
            (Some(Mutation::OldLeaseCounts), Some(ItemState::InFlight { lease })) => lease.number,
            _ => lease,
        };
        let outcome = match (self.mutation, outcome) {
            (Some(Mutation::ServerErrorParks), Outcome::Later { why: "later-server", .. }) => {
                Outcome::Refused { reason: "parked-refused".into() }
            }
            (Some(Mutation::UnauthorizedParks), Outcome::Unauthorized) => {
                Outcome::Refused { reason: "parked-unauthorised".into() }
            }
            (Some(Mutation::RetryAfterIgnored), Outcome::Later { why, .. }) => {
                Outcome::Later { why, retry_after_ms: None }
            }
            (Some(Mutation::NoBackOff), Outcome::Later { why, retry_after_ms: None }) => {
                Outcome::Later { why, retry_after_ms: Some(0) }
            }
            (_, outcome) => outcome,
        };
        Event::Answered { op, lease, outcome }
    }

    fn tamper(&mut self, out: &mut Vec<Instruction>) {
        let sent: BTreeSet<_> = out
            .iter()
            .filter_map(|one| if let Instruction::Send { op, .. } = one { Some(*op) } else { None })
            .collect();
        match self.mutation {
            Some(Mutation::WakeForgotten) => out.retain(|one| !matches!(one, Instruction::WakeAt { .. })),
            Some(Mutation::SentUnsaved) => {
                out.retain(|one| !matches!(one, Instruction::Save(item) if sent.contains(&item.op)));
            }
            Some(Mutation::DoneUnsaved) => {
                out.retain(
                    |one| !matches!(one, Instruction::Save(item) if matches!(item.state, ItemState::Done { .. })),
                );
            }
            Some(Mutation::LeaseNeverLapses) => {
                for one in out.iter_mut() {
                    if let Instruction::Save(item) = one
                        && let ItemState::InFlight { lease } = &mut item.state
                    {
                        lease.until_ms = i64::MAX;
                        self.outbox.add((**item).clone());
                    }
                }
            }
            _ => {}
        }
    }
}
