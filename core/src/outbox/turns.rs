//! Whose turn it is: leases for what is due, and when to look again. Triggered by a poll; everything is recomputed from the
//! rows each time, so that no timer and no flag can be left behind by a crash (S2, S15). Ends in instructions to save and
//! to send. Not its business: what a failure means (`step`), and which rows are looked at.
//!
//! Lanes never wait for each other. Inside a lane cases take turns, and inside a case the order is strict: whatever has a
//! predecessor waits for its receipt. Of duty events the case with the newest goes first: who is asked to come must hear
//! of it now, and what happened yesterday can wait.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{
    Instruction, Item, ItemState, Lane, Lease, Outbox,
    step::{due_at, lease_from, save},
};
use crate::{
    id::{CaseId, OpId},
    time::Moment,
};

/// How many operations of a lane are on the way at once. Each lane has its own, so that slow photos leave room; a photo
/// fills the line by itself, and duty events share requests.
pub const fn at_once(lane: Lane) -> usize {
    match lane {
        Lane::Photo => 3,
        Lane::Record | Lane::Notice => 8,
        Lane::Event => 64,
    }
}

impl Outbox {
    /// Gives leases to what is due and says when to look again.
    pub(super) fn dispatch(&mut self, now: &Moment, out: &mut Vec<Instruction>) {
        if self.paused {
            return;
        }
        let held = self.hold.as_ref().filter(|hold| hold.holds(now)).map(|hold| hold.until_ms);
        let mut wake = held;
        let mut sooner = |at: i64| wake = Some(wake.map_or(at, |w| w.min(at)));
        let mut due: BTreeMap<Lane, Vec<(Option<CaseId>, u64)>> = BTreeMap::new();
        for item in self.items.values() {
            match due_at(&item.state, now) {
                None => {}
                Some(at) if at > now.mono_ms => sooner(at),
                Some(_) if held.is_none() && self.is_free(item) => {
                    due.entry(item.payload.lane()).or_default().push((item.case, item.order));
                }
                Some(_) => {}
            }
        }
        for (lane, waiting) in due {
            for order in self.in_turn(lane, waiting, now) {
                self.lease += 1;
                let (lease, number) = (lease_from(now, self.lease), self.lease);
                let Some(item) = self.items.get_mut(&order) else { continue };
                sooner(lease.until_ms);
                item.state = ItemState::InFlight { lease };
                item.sent = item.sent.saturating_add(1);
                out.push(save(item));
                out.push(Instruction::Send { op: item.op, lease: number });
                if let Some(case) = item.case {
                    self.turn.insert(lane, case);
                }
            }
        }
        if let Some(mono_ms) = wake {
            out.push(Instruction::WakeAt { mono_ms });
        }
    }

    /// A lease for whoever works outside the app; it takes no place in its lane.
    pub(super) fn hand_out(&mut self, op: OpId, for_ms: i64, now: &Moment, out: &mut Vec<Instruction>) {
        let rests = self.paused || self.held(now).is_some();
        let due = |item: &&Item| due_at(&item.state, now).is_some_and(|at| at <= now.mono_ms) && self.is_free(item);
        if rests || self.item(op).filter(due).is_none() {
            return;
        }
        self.lease += 1;
        let number = self.lease;
        if let Some(item) = self.of(op) {
            let (until_ms, boot) = (now.mono_ms.saturating_add(for_ms), now.boot.clone());
            item.state = ItemState::InFlight { lease: Lease { number, until_ms, boot, handed: true } };
            item.sent = item.sent.saturating_add(1);
            out.push(save(item));
            out.push(Instruction::Send { op, lease: number });
        }
    }

    /// Which of them go now: as many as the lane has room for, from the case with the least under way, the next one after
    /// the case that had its turn last.
    fn in_turn(&self, lane: Lane, mut waiting: Vec<(Option<CaseId>, u64)>, now: &Moment) -> Vec<u64> {
        let mut on_the_way: BTreeMap<Option<CaseId>, usize> = BTreeMap::new();
        for item in self.items.values().filter(|item| item.payload.lane() == lane && flying(&item.state, now)) {
            *on_the_way.entry(item.case).or_default() += 1;
        }
        let (mut room, mut last) = (at_once(lane), self.turn.get(&lane).copied());
        room = room.saturating_sub(on_the_way.values().sum());
        let mut chosen = Vec::new();
        while chosen.len() < room && !waiting.is_empty() {
            let rank = |(case, order): &(Option<CaseId>, u64)| {
                let newest = (lane == Lane::Event).then_some(Reverse(*order));
                let busy = on_the_way.get(case).copied().unwrap_or(0);
                (newest, busy, *case <= last, *case, *order)
            };
            let first = waiting.iter().enumerate().min_by_key(|(_, one)| rank(one)).map_or(0, |(at, _)| at);
            let (case, order) = waiting.swap_remove(first);
            *on_the_way.entry(case).or_default() += 1;
            last = case.or(last);
            chosen.push(order);
        }
        chosen
    }

    fn is_free(&self, item: &Item) -> bool {
        match item.after {
            None => true,
            Some(first) => self.item(first).is_some_and(|i| matches!(i.state, ItemState::Done { .. })),
        }
    }
}

/// Whether a sender of this app still holds it: a lapsed lease, or one of another boot, is nobody's (S3, S13).
fn flying(state: &ItemState, now: &Moment) -> bool {
    matches!(state, ItemState::InFlight { lease: Lease { until_ms, boot, handed: false, .. } } if *boot == now.boot && *until_ms > now.mono_ms)
}
