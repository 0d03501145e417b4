//! The naive model: a plain list of rows that recomputes everything, and the real queue beside it.

use std::collections::BTreeMap;

use jingbao_core::{
    canon::{Sha256, Signature},
    id::{CaseId, OpId, PhotoId},
    outbox::{Event, Hold, Instruction, Item, ItemState, Lane, Outbox, Payload, at_once},
    time::{Moment, Timestamp},
    wire::{Manifest, Receipt, SignedReceipt},
};

pub(super) const LEASE_MS: i64 = 90_000;
pub(super) const IN_A_ROW: u32 = 8;

#[derive(Clone, Debug)]
pub(super) enum Act {
    Pass(i64),
    Reboot,
    /// The process ends and another one reads the rows.
    Restart,
    Add {
        case: u8,
        lane: Lane,
        signed: bool,
    },
    Poll,
    Answer {
        which: usize,
        stale: bool,
        how: How,
    },
    Progress {
        which: usize,
    },
    Signed {
        which: usize,
    },
    Resume,
    Retry {
        which: usize,
    },
    Withdraw {
        which: usize,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    Receipt,
    Later,
    /// Nobody there.
    Gone,
    After(i64),
    Unauthorized,
    Refused,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum State {
    Unsigned,
    Waiting { at: i64 },
    Flying { lease: u64, until: i64, saved_until: i64 },
    Parked,
    Withdrawn,
    Done,
}

pub(super) struct Row {
    pub(super) case: u8,
    pub(super) lane: Lane,
    pub(super) after: Option<usize>,
    pub(super) state: State,
    pub(super) attempts: u32,
}

pub(super) struct World {
    pub(super) rows: Vec<Row>,
    pub(super) mono: i64,
    pub(super) boot: u32,
    pub(super) paused: bool,
    pub(super) leases: u64,
    pub(super) outbox: Outbox,
    pub(super) durable: BTreeMap<OpId, Item>,
    pub(super) old_leases: Vec<(usize, u64)>,
    pub(super) durable_hold: Option<Hold>,
    pub(super) held: Option<Held>,
    pub(super) failures: u32,
    pub(super) turns: BTreeMap<Lane, u8>,
}

/// Everything waits.
#[derive(Clone, Copy)]
pub(super) struct Held {
    pub(super) until: i64,
    pub(super) asked: bool,
    pub(super) attempts: u32,
    pub(super) lease: u64,
}

pub(super) fn op(n: usize) -> OpId {
    OpId::from_parts(Timestamp(n as i64), [7; 10])
}

pub(super) fn case(n: u8) -> CaseId {
    CaseId::from_parts(Timestamp(i64::from(n)), [n; 10])
}

pub(super) fn receipt() -> SignedReceipt {
    let manifest = Manifest::Revision { case: case(0), revision: 1, sha256: Sha256::of(b"body"), bytes: 4 };
    let key = serde_json::from_value(serde_json::Value::String("A".repeat(43))).expect("a key's name");
    let manifest_sha256 = Sha256::of(b"manifest");
    let receipt = Receipt { manifest, manifest_sha256, stored_at: Timestamp(1), head_sha256: None, key };
    SignedReceipt { receipt, signature: Signature(vec![1]) }
}

impl World {
    pub(super) fn new() -> World {
        let (rows, durable, old_leases) = (Vec::new(), BTreeMap::new(), Vec::new());
        let outbox = Outbox::default();
        let (durable_hold, held, failures, turns) = (None, None, 0, BTreeMap::new());
        World {
            rows,
            mono: 0,
            boot: 0,
            paused: false,
            leases: 0,
            outbox,
            durable,
            old_leases,
            durable_hold,
            held,
            failures,
            turns,
        }
    }

    pub(super) fn now(&self) -> Moment {
        let boot = format!("boot {}", self.boot);
        Moment { wall: Timestamp(self.mono), offset_s: 28_800, mono_ms: self.mono, boot }
    }

    pub(super) fn handle(&mut self, event: Event, dice: u64) -> Vec<Instruction> {
        let out = self.outbox.handle(event, &self.now(), dice);
        for instruction in &out {
            match instruction {
                Instruction::Save(item) => drop(self.durable.insert(item.op, (**item).clone())),
                Instruction::Hold(hold) => self.durable_hold = hold.clone(),
                Instruction::Send { .. } | Instruction::WakeAt { .. } | Instruction::AskForToken => {}
            }
        }
        out
    }

    pub(super) fn act(&mut self, act: &Act, dice: u64) {
        match act {
            Act::Pass(ms) => self.mono += ms,
            Act::Reboot => self.reboot(),
            Act::Restart => self.restart(),
            Act::Add { case, lane, signed } => self.add(*case, *lane, *signed),
            Act::Poll => self.poll(),
            Act::Answer { which, stale, how } => self.answer(*which, *stale, *how, dice),
            Act::Progress { which } => {
                let flying = self.flying();
                let Some(&(n, lease)) = pick(&flying, *which) else { return };
                let until = self.mono + LEASE_MS;
                if let State::Flying { until: known, .. } = &mut self.rows[n].state {
                    *known = until;
                }
                self.handle(Event::Progress { op: op(n), lease }, dice);
            }
            Act::Signed { which } => {
                let n = which % self.rows.len().max(1);
                let Some(row) = self.rows.get_mut(n) else { return };
                if row.state == State::Unsigned {
                    row.state = State::Waiting { at: 0 };
                }
                self.handle(Event::Signed { op: op(n) }, dice);
            }
            Act::Resume => {
                self.paused = false;
                if self.held.is_some_and(|held| !held.asked) {
                    (self.held, self.failures) = (None, 0);
                }
                for row in &mut self.rows {
                    if matches!(row.state, State::Waiting { at } if at > self.mono) {
                        (row.state, row.attempts) = (State::Waiting { at: 0 }, 0);
                    }
                }
                self.handle(Event::Resume, dice);
            }
            Act::Retry { which } => {
                let n = which % self.rows.len().max(1);
                let Some(row) = self.rows.get_mut(n) else { return };
                self.paused = false;
                (self.held, self.failures) = (None, 0);
                if matches!(row.state, State::Waiting { .. } | State::Parked) {
                    (row.state, row.attempts) = (State::Waiting { at: 0 }, 0);
                }
                self.handle(Event::Retry { op: op(n) }, dice);
            }
            Act::Withdraw { which } => {
                let n = which % self.rows.len().max(1);
                let Some(row) = self.rows.get_mut(n) else { return };
                if let State::Flying { lease, .. } = row.state {
                    self.old_leases.push((n, lease));
                }
                if row.state != State::Done {
                    row.state = State::Withdrawn;
                }
                self.handle(Event::Withdraw { op: op(n) }, dice);
            }
        }
    }

    pub(super) fn reboot(&mut self) {
        (self.boot, self.mono) = (self.boot + 1, 5);
        if let Some(held) = &mut self.held {
            held.until = 0;
        }
        for row in &mut self.rows {
            match row.state {
                State::Waiting { .. } => row.state = State::Waiting { at: 0 },
                // Nobody holds a lease of another boot (S3, S13).
                State::Flying { lease, .. } => row.state = State::Flying { lease, until: 0, saved_until: 0 },
                _ => {}
            }
        }
        self.restart();
    }

    pub(super) fn restart(&mut self) {
        (self.paused, self.failures) = (false, 0);
        self.turns.clear();
        for row in &mut self.rows {
            if let State::Flying { until, saved_until, .. } = &mut row.state {
                *until = *saved_until;
            }
        }
        self.outbox = Outbox::from_rows(self.durable.values().cloned(), self.leases, self.durable_hold.clone());
    }

    pub(super) fn add(&mut self, of: u8, lane: Lane, signed: bool) {
        let n = self.rows.len();
        let payload = match lane {
            Lane::Event => Payload::Event { seq: n as u64 },
            Lane::Record => Payload::Revision { revision: n as u32 },
            Lane::Notice => Payload::Notice { number: n as u32 },
            Lane::Photo => Payload::Photo {
                photo: PhotoId::from_parts(Timestamp(n as i64), [1; 10]),
                sha256: Sha256::of(b"photo"),
                bytes: 5,
            },
        };
        // The last of the lane in the case; a notice goes behind a revision, and nothing behind a notice or a photo.
        let first = if lane == Lane::Notice { Lane::Record } else { lane };
        let goes_before = |row: &Row| row.lane == first && row.case == of;
        let before = self.rows.iter().rposition(goes_before).filter(|_| lane != Lane::Photo);
        let after = before.map(op);
        let boot = self.now().boot;
        let state = if signed { ItemState::Waiting { not_before_ms: 0, boot } } else { ItemState::Unsigned };
        let owner = Some(case(of));
        let (attempts, sent, last_failure) = (0, 0, None);
        let item =
            Item { op: op(n), order: n as u64, case: owner, payload, after, state, attempts, sent, last_failure };
        self.durable.insert(item.op, item.clone());
        self.outbox.add(item);
        let state = if signed { State::Waiting { at: 0 } } else { State::Unsigned };
        self.rows.push(Row { case: of, lane, after: before, state, attempts: 0 });
    }

    pub(super) fn poll(&mut self) {
        let out = self.handle(Event::Poll, 0);
        let mut expected = Vec::new();
        if !self.paused && !self.is_held() {
            for lane in [Lane::Event, Lane::Record, Lane::Notice, Lane::Photo] {
                while let Some(n) = self.next_in(lane) {
                    self.leases += 1;
                    let (lease, until) = (self.leases, self.mono + LEASE_MS);
                    if let State::Flying { lease, .. } = self.rows[n].state {
                        self.old_leases.push((n, lease));
                    }
                    self.rows[n].state = State::Flying { lease, until, saved_until: until };
                    self.turns.insert(self.rows[n].lane, self.rows[n].case);
                    expected.push((op(n), lease));
                }
            }
        }
        let mut saved = Vec::new();
        let mut sent = Vec::new();
        for instruction in &out {
            match instruction {
                Instruction::Save(item) => saved.push(item.op),
                Instruction::Send { op, lease } => {
                    assert!(saved.contains(op), "a row is durable before it is sent");
                    sent.push((*op, *lease));
                }
                Instruction::WakeAt { .. } | Instruction::AskForToken | Instruction::Hold(_) => {}
            }
        }
        assert_eq!(sent, expected);
        // S2: the wake-up is recomputed from the rows at every poll.
        let wake = out.iter().find_map(|i| if let Instruction::WakeAt { mono_ms } = i { Some(*mono_ms) } else { None });
        let at = |row: &Row| match row.state {
            State::Waiting { at, .. } => Some(at),
            State::Flying { until, .. } => Some(until),
            _ => None,
        };
        let held = self.held.map(|held| held.until);
        let soonest = self.rows.iter().filter_map(at).chain(held).filter(|at| *at > self.mono).min();
        assert_eq!(wake, soonest.filter(|_| !self.paused));
    }

    fn is_held(&self) -> bool {
        self.held.is_some_and(|held| held.until > self.mono)
    }

    /// Who goes next in a lane that has room: of duty events the newest, else a row of the case with the least under way,
    /// the next one after the case that went last.
    fn next_in(&self, lane: Lane) -> Option<usize> {
        let flying = |case: Option<u8>| {
            let of = |row: &&Row| row.lane == lane && case.is_none_or(|case| row.case == case);
            self.rows.iter().filter(of).filter(|row| self.is_flying(row)).count()
        };
        if flying(None) >= at_once(lane) {
            return None;
        }
        let due = (0..self.rows.len()).filter(|n| self.rows[*n].lane == lane && self.is_due(*n));
        if lane == Lane::Event {
            return due.into_iter().next_back();
        }
        let last = self.turns.get(&lane).copied();
        due.min_by_key(|n| {
            let case = self.rows[*n].case;
            (flying(Some(case)), last.is_some_and(|last| case <= last), case, *n)
        })
    }

    pub(super) fn flying(&self) -> Vec<(usize, u64)> {
        let lease = |(n, row): (usize, &Row)| match row.state {
            State::Flying { lease, .. } => Some((n, lease)),
            _ => None,
        };
        self.rows.iter().enumerate().filter_map(lease).collect()
    }

    pub(super) fn is_flying(&self, row: &Row) -> bool {
        matches!(row.state, State::Flying { until, .. } if until > self.mono)
    }

    pub(super) fn is_due(&self, n: usize) -> bool {
        let row = &self.rows[n];
        let time = match row.state {
            State::Waiting { at, .. } => at <= self.mono,
            State::Flying { until, .. } => until <= self.mono,
            _ => false,
        };
        time && row.after.is_none_or(|first| self.rows[first].state == State::Done)
    }

    /// Nothing dropped, nothing invented, every row as the model has it, and durable as it is in memory.
    pub(super) fn compare(&self) {
        assert_eq!(self.outbox.items().count(), self.rows.len());
        for (item, row) in self.outbox.items().zip(&self.rows) {
            let same = match (&item.state, &row.state) {
                (ItemState::Unsigned, State::Unsigned)
                | (ItemState::Parked { .. }, State::Parked)
                | (ItemState::Withdrawn, State::Withdrawn)
                | (ItemState::Done { .. }, State::Done) => true,
                (ItemState::Waiting { not_before_ms, boot }, State::Waiting { at, .. }) => {
                    let due = if *boot == self.now().boot { *not_before_ms } else { 0 };
                    due == *at
                }
                (ItemState::InFlight { lease }, State::Flying { lease: number, until, .. }) => {
                    let lapses = if lease.boot == self.now().boot { lease.until_ms } else { 0 };
                    lease.number == *number && lapses == *until
                }
                _ => false,
            };
            assert!(same, "{:?} is not {:?}", item.state, row.state);
            assert_eq!(item.attempts, row.attempts);
            let durable = &self.durable[&item.op];
            if !matches!(item.state, ItemState::InFlight { .. }) {
                assert_eq!(durable, item, "a row in memory that no crash would bring back");
            }
        }
    }
}

pub(super) fn pick<T>(from: &[T], which: usize) -> Option<&T> {
    from.get(which % from.len().max(1))
}
