//! What must hold. While a story runs: nothing is sent before it is saved, before what it follows, by two at once, after
//! its receipt, or before the server wants it. At its end: what a person was told is kept is on the gateway once, byte for
//! byte and in order; nothing waits but behind what is rightly parked; receipts verify; nobody runs in circles.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use jingbao_core::{
    canon::PublicKey,
    id::{CaseId, DeviceId, OpId, PhotoId},
    outbox::{Item, ItemState},
    wire::{EventBatch, Manifest},
};

use super::{
    answers::verifies,
    disk::{Load, Rows},
    gateway::Base,
    paper::{self, Paper},
    plan::Ms,
};

/// How long a lease lasts without news.
const LEASE: Ms = 90_000;
/// No story needs more requests.
const MOST_CALLS: u64 = 30_000;
/// No phone looks more often in a second.
const MOST_TURNS: u64 = 400;

/// What a person was told is kept.
#[derive(Clone, Debug)]
pub enum Kept {
    /// A document.
    Paper(Rc<Paper>),
    /// A photo of a case.
    Photo(usize, u64, Rc<[u8]>),
}

/// What was seen in a story.
#[derive(Default)]
pub struct Judge {
    kept: BTreeMap<OpId, (usize, Kept)>,
    live: BTreeMap<OpId, (usize, u64, Ms)>,
    ended: BTreeSet<OpId>,
    put_off: BTreeMap<OpId, (Ms, u32)>,
    turns: BTreeMap<usize, (Ms, u64)>,
    /// Photos that the gateway never takes.
    pub cursed: BTreeSet<PhotoId>,
    /// Requests made.
    pub calls: u64,
    /// Rounds refused because one was running.
    pub busy: u64,
    /// The first thing that was wrong.
    pub wrong: Option<String>,
}

impl Judge {
    fn must(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds && self.wrong.is_none() {
            self.wrong = Some(otherwise());
        }
    }

    /// A person was told that this is kept.
    pub fn kept(&mut self, phone: usize, op: OpId, what: Kept) {
        self.kept.insert(op, (phone, what));
    }

    /// A person has asked for it now.
    pub fn tapped(&mut self) {
        self.put_off.clear();
    }

    /// A send begins.
    pub fn sent(&mut self, phone: usize, boot: u32, op: OpId, lease: u64, now: Ms, rows: &Rows) {
        let row = rows.outbox.get(&op);
        let saved = row
            .is_some_and(|item| matches!(&item.state, ItemState::InFlight { lease: saved } if saved.number == lease));
        self.must(saved, || format!("{op} was sent before its row was saved"));
        if let Some(Load::Paper(_, signed)) = rows.loads.get(&op) {
            self.must(*signed, || format!("{op} was sent before its head was signed"));
        }
        let done = |op: &OpId| rows.outbox.get(op).is_some_and(is_done);
        let first = follows(op, rows);
        self.must(first.is_none_or(|first| done(&first)), || format!("{op} was sent before what it follows"));
        let ended = self.ended.contains(&op);
        self.must(!ended, || format!("{op} was sent again after its receipt"));
        let twice = self.live.get(&op).is_some_and(|(_, _, until)| *until > now);
        self.must(!twice, || format!("{op} was sent by two at once"));
        let early = self.put_off.get(&op).is_some_and(|(until, of)| *of == boot && *until > now);
        self.must(!early, || format!("{op} was sent before the server wanted it"));
        self.live.insert(op, (phone, lease, now + LEASE));
    }

    /// Bytes moved.
    pub fn moved(&mut self, op: OpId, lease: u64, now: Ms) {
        if let Some((_, number, until)) = self.live.get_mut(&op)
            && *number == lease
        {
            *until = now + LEASE;
        }
    }

    /// A sender is no more.
    pub fn left(&mut self, op: OpId, lease: u64) {
        if self.live.get(&op).is_some_and(|(_, number, _)| *number == lease) {
            self.live.remove(&op);
        }
    }

    /// A process is no more.
    pub fn died(&mut self, phone: usize) {
        self.live.retain(|_, (of, ..)| *of != phone);
    }

    /// The end of an operation is durable.
    pub fn ended(&mut self, op: OpId) {
        self.ended.insert(op);
    }

    /// The server asked to come again later, and the sender has written it down.
    pub fn put_off(&mut self, op: OpId, until: Ms, boot: u32) {
        self.put_off.insert(op, (until, boot));
    }

    /// A request is made.
    pub fn called(&mut self) {
        self.calls += 1;
        self.must(self.calls < MOST_CALLS, || "requests without end".into());
    }

    /// A phone looks what is due.
    pub fn turned(&mut self, phone: usize, now: Ms) {
        let (second, turns) = self.turns.entry(phone).or_default();
        if *second != now / 1_000 {
            (*second, *turns) = (now / 1_000, 0);
        }
        *turns += 1;
        let busy = *turns > MOST_TURNS;
        self.must(!busy, || format!("phone {phone} runs in circles"));
    }

    /// Whether nothing of this phone is on its way or waits, but behind what is rightly parked.
    pub fn is_settled(&self, rows: &Rows) -> bool {
        rows.outbox.values().all(|item| is_done(item) || self.may_stand(item, rows))
    }

    /// Whether an operation rightly has no receipt: it, or what it follows, is one that the gateway never takes.
    fn may_stand(&self, item: &Item, rows: &Rows) -> bool {
        let cursed = matches!(rows.loads.get(&item.op), Some(Load::Photo { number, .. })
            if self.cursed.contains(&paper::photo(*number)));
        cursed && matches!(&item.state, ItemState::Parked { reason } if reason.starts_with("parked-"))
    }

    /// The end of the story.
    pub fn close(&mut self, phones: &[&Rows], base: &Base, key: &PublicKey) {
        if self.wrong.is_some() {
            return;
        }
        let kept = std::mem::take(&mut self.kept);
        for (op, (phone, what)) in &kept {
            let Some(item) = phones[*phone].outbox.get(op) else {
                self.must(false, || format!("{op} was acknowledged and its row is gone"));
                continue;
            };
            if self.may_stand(item, phones[*phone]) {
                continue;
            }
            let state = &item.state;
            self.must(is_there(what, base, paper::device(*phone)), || {
                format!("{op} was acknowledged and is not on the gateway: {state:?}, {:?}", item.last_failure)
            });
            let ItemState::Done { receipt } = state else {
                self.must(false, || format!("{op} has no receipt: {state:?}, {:?}", item.last_failure));
                continue;
            };
            let verifies = verifies(receipt, &manifest_of(what), key);
            self.must(verifies, || format!("the receipt of {op} does not verify"));
            let same = base.receipts.get(&receipt.receipt.manifest_sha256).is_some_and(|one| **one == **receipt);
            self.must(same, || format!("the receipt of {op} is not the gateway's"));
        }
        self.nothing_unknown(phones, base);
        self.in_order(base);
        for (phone, rows) in phones.iter().enumerate() {
            let all = |rows: &&Rows| self.is_settled(rows);
            let settled = all(rows);
            self.must(settled, || format!("phone {phone} still has something to send"));
            let own = base.feed.iter().zip(1..).filter(|(to, _)| **to == paper::device(phone));
            let told: Vec<u64> = own.map(|(_, cursor)| cursor).collect();
            // The last entries may wait for the next round of sync.
            let heard = rows.heard.len() <= told.len() && rows.heard[..] == told[..rows.heard.len()];
            self.must(heard, || format!("phone {phone} heard {:?} of {told:?}", rows.heard));
        }
    }

    /// The gateway has nothing that no phone has.
    fn nothing_unknown(&mut self, phones: &[&Rows], base: &Base) {
        let papers: BTreeSet<&[u8]> = phones
            .iter()
            .flat_map(|rows| rows.loads.values())
            .filter_map(|load| if let Load::Paper(paper, _) = load { Some(&paper.body[..]) } else { None })
            .collect();
        let stored = base.revisions.values().chain(base.statements.values());
        let strange = stored.filter(|stored| !papers.contains(&stored.body[..])).count();
        self.must(strange == 0, || format!("the gateway has {strange} documents that no phone wrote"));
        let photos: BTreeSet<PhotoId> = phones
            .iter()
            .flat_map(|rows| rows.loads.values())
            .filter_map(|load| if let Load::Photo { number, .. } = load { Some(paper::photo(*number)) } else { None })
            .collect();
        let strange = base.photos.keys().filter(|(.., photo)| !photos.contains(photo)).count();
        self.must(strange == 0, || format!("the gateway has {strange} photos that no phone took"));
    }

    /// What belongs to one case and phone came in the order of its numbers.
    fn in_order(&mut self, base: &Base) {
        let mut last: BTreeMap<CaseId, u64> = BTreeMap::new();
        let numbered: Vec<_> = base.revisions.iter().map(|((case, _), stored)| (*case, stored.place)).collect();
        for (case, place) in numbered {
            let before = last.insert(case, place).unwrap_or_default();
            self.must(before < place, || format!("the revisions of {case} came out of order"));
        }
        let mut last: BTreeMap<(CaseId, DeviceId), u64> = BTreeMap::new();
        for ((case, device, _), stored) in &base.statements {
            let before = last.insert((*case, *device), stored.place).unwrap_or_default();
            self.must(before < stored.place, || format!("the statements about {case} came out of order"));
        }
    }
}

fn is_done(item: &Item) -> bool {
    matches!(item.state, ItemState::Done { .. })
}

/// What comes directly before it by its number, whatever its row says.
fn follows(op: OpId, rows: &Rows) -> Option<OpId> {
    let Some(Load::Paper(own, _)) = rows.loads.get(&op) else { return None };
    let is_before = |other: &Manifest| match (&own.manifest, other) {
        (Manifest::Revision { case, revision, .. }, Manifest::Revision { case: of, revision: before, .. }) => {
            case == of && before + 1 == *revision
        }
        (Manifest::Statement { case, number, .. }, Manifest::Statement { case: of, number: before, .. }) => {
            case == of && before + 1 == *number
        }
        _ => false,
    };
    let mut papers = rows.loads.iter().filter_map(|(op, load)| match load {
        Load::Paper(paper, _) => Some((op, &paper.manifest)),
        Load::Photo { .. } => None,
    });
    papers.find(|(_, manifest)| is_before(manifest)).map(|(op, _)| *op)
}

fn manifest_of(what: &Kept) -> Manifest {
    match what {
        Kept::Paper(paper) => paper.manifest.clone(),
        Kept::Photo(case, number, bytes) => paper::photo_manifest(*case, *number, bytes),
    }
}

fn is_there(what: &Kept, base: &Base, device: DeviceId) -> bool {
    match what {
        Kept::Photo(case, number, bytes) => {
            let Manifest::Photo { sha256, .. } = paper::photo_manifest(*case, *number, bytes) else { return false };
            base.photos.get(&(paper::case(*case), sha256, paper::photo(*number))).is_some_and(|there| there == bytes)
        }
        Kept::Paper(paper) => match paper.manifest {
            Manifest::Revision { case, revision, .. } => {
                base.revisions.get(&(case, revision)).is_some_and(|stored| stored.body[..] == paper.body[..])
            }
            Manifest::Statement { case, number, .. } => {
                base.statements.get(&(case, device, number)).is_some_and(|stored| stored.body[..] == paper.body[..])
            }
            Manifest::Events { first, .. } => {
                let batch: Option<EventBatch> = serde_json::from_slice(&paper.body).ok();
                let event = batch.and_then(|batch| jingbao_core::canon::bytes(batch.events.first()?).ok());
                event.is_some() && base.events.get(&(device, first)) == event.as_ref()
            }
            Manifest::Photo { .. } | Manifest::Notice { .. } => false,
        },
    }
}
