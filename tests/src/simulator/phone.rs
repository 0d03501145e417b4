//! One phone: its disk, its clocks, and the process of its app while it lives. The queue is the real one; what stands
//! around it does in the same order what the engine does around it (`edge/engine/open.rs`, `syncing.rs`, `sending.rs`): a row
//! is saved before it is sent, an end is one transaction, what a round leaves is taken back by the next.

mod round;

use std::{collections::BTreeMap, rc::Rc};

use jingbao_core::{
    canon::PublicKey,
    id::OpId,
    outbox::{Event, Instruction, Item, ItemState, Lane, Payload},
    time::Moment,
    wire::Manifest,
};

use super::{
    courier::Courier,
    disk::{Disk, Load, Unwritten, Write},
    judge::{Judge, Kept},
    knife::{Cut, Knife},
    mutation::{Mutation, Queue},
    paper::{self, BEGIN, Kind, Paper},
    plan::Ms,
    tale::Tale,
    wire::Ask,
};

/// What a phone wants of the world.
pub enum Want {
    /// This request made, and answered to this flight under this call.
    Call {
        /// Which flight.
        flight: u64,
        /// Which call of it.
        call: u64,
        /// The request.
        ask: Ask,
    },
    /// This flight to go on after so many milliseconds.
    Pause {
        /// Which flight.
        flight: u64,
        /// Which call of it.
        call: u64,
        /// How long.
        ms: Ms,
    },
    /// To be woken in its round at this time.
    Wake(Ms),
    /// To be told that the time of its round is over.
    Deadline(Ms),
    /// To be opened or looked at by the system at this time.
    Look(Ms),
}

/// What a phone acts upon.
pub struct Around<'a> {
    /// Now.
    pub now: Ms,
    /// Who watches.
    pub judge: &'a mut Judge,
    /// Who tells.
    pub tale: &'a mut Tale,
    /// What the phone wants.
    pub wants: &'a mut Vec<Want>,
    /// The signer does not sign.
    pub signer_silent: bool,
    /// Senders go away without a word.
    pub sender_lost: bool,
    /// What is given up answers late.
    pub answers_late: bool,
    /// Chance.
    pub dice: &'a mut super::dice::Dice,
    /// How many operations this story has named.
    pub names: &'a mut u64,
    /// And how many photos.
    pub photos: &'a mut u64,
}

/// One phone.
pub struct Phone {
    number: usize,
    gateway: PublicKey,
    mutation: Option<Mutation>,
    /// What it has stored.
    pub disk: Disk,
    /// Where its process ends.
    pub knife: Knife,
    process: Option<Process>,
    boots: u32,
    booted: Ms,
    set_by: Ms,
    /// How many processes there have been; answers to an earlier one reach nobody.
    pub life: u64,
}

/// The app's process.
struct Process {
    queue: Queue,
    round: Option<Round>,
    rounds: u64,
    flights: BTreeMap<u64, Flight>,
    begun: u64,
}

/// One round of sync.
struct Round {
    deadline: Ms,
    under_way: Vec<(OpId, u64)>,
    wake: Option<Ms>,
    sends: bool,
    feed: Option<u64>,
    unauthorized: bool,
}

/// One operation, or the feed, on its way.
struct Flight {
    courier: Option<Courier>,
    lease: u64,
    call: u64,
    ghost: bool,
}

impl Phone {
    /// A phone that was never opened.
    pub fn new(number: usize, gateway: PublicKey, seed: u64, mutation: Option<Mutation>) -> Phone {
        let (disk, knife) = (Disk::default(), Knife::of(seed, 1 + number as u64));
        Phone { number, gateway, mutation, disk, knife, process: None, boots: 0, booted: 0, set_by: 0, life: 0 }
    }

    /// Its clocks.
    pub fn moment(&self, now: Ms) -> Moment {
        let boot = format!("phone {} boot {}", self.number, self.boots);
        Moment { wall: BEGIN.plus(now + self.set_by), offset_s: 28_800, mono_ms: now - self.booted + 5, boot }
    }

    /// Somebody sets the wall clock.
    pub fn set_clock(&mut self, by: Ms) {
        self.set_by += by;
    }

    /// Whether its app runs.
    pub fn is_open(&self) -> bool {
        self.process.is_some()
    }

    /// Its process ends here, perhaps with the power.
    pub fn die(&mut self, cut: Cut, now: Ms) {
        self.process = None;
        self.life += 1;
        if cut.power {
            self.disk.lose_power(&mut self.knife);
            self.boots += 1;
            self.booted = now;
        }
    }

    /// The app is opened: rows become the queue again, and whoever held a lease is dead.
    pub fn open(&mut self, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let boot = self.moment(around.now).boot;
        let mut rows: Vec<Item> = self.disk.rows.outbox.values().cloned().collect();
        rows.sort_by_key(|item| item.order);
        for item in &mut rows {
            if matches!(item.state, ItemState::InFlight { .. }) {
                item.state = ItemState::Waiting { not_before_ms: 0, boot: boot.clone() };
            }
        }
        let queue = Queue::from_rows(rows, self.disk.rows.lease, self.disk.rows.hold.clone(), self.mutation);
        let loads = &self.disk.rows.loads;
        let kept = |load: &Load, wanted| matches!(load, Load::Photo { number, .. } if paper::photo(*number) == wanted);
        let known: Vec<_> = loads.values().cloned().collect();
        self.disk.sweep(|photo| known.iter().any(|load| kept(load, photo)));
        self.process = Some(Process { queue, round: None, rounds: 0, flights: BTreeMap::new(), begun: 0 });
        around.tale.line(around.now, || format!("phone {} is opened", self.number));
        Self::unless_cut(self.sign(around))
    }

    /// Seals the next revision of a case: the document, its row, and the duty event that tells of it, in one transaction.
    pub fn seal(&mut self, case: usize, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let number =
            self.count(|manifest| matches!(manifest, Manifest::Revision { case: of, .. } if *of == paper::case(case)));
        let paper = paper::paper(Kind::Revision, self.number, case, number);
        let sealed = self.item(Some(case), Payload::Revision { revision: number as u32 }, false, 0, around);
        let (event, told) = self.event(Some(case), 1, around);
        self.write_down(vec![(sealed, paper), (event, told)], around)?;
        Self::unless_cut(self.sign(around))
    }

    /// Makes the next statement about a case.
    pub fn state(&mut self, case: usize, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let number =
            self.count(|manifest| matches!(manifest, Manifest::Statement { case: of, .. } if *of == paper::case(case)));
        let paper = paper::paper(Kind::Statement, self.number, case, number);
        let item = self.item(Some(case), Payload::Statement { number: number as u32 }, false, 0, around);
        self.write_down(vec![(item, paper)], around)?;
        Self::unless_cut(self.sign(around))
    }

    /// A duty event.
    pub fn duty(&mut self, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let (event, paper) = self.event(None, 0, around);
        self.write_down(vec![(event, paper)], around)
    }

    /// Takes a photo: first its file, then its row.
    pub fn shoot(&mut self, case: usize, length: u64, cursed: bool, around: &mut Around<'_>) -> Result<(), Unwritten> {
        *around.photos += 1;
        let number = *around.photos;
        let bytes: Rc<[u8]> = paper::picture(number, length).into();
        if cursed {
            around.judge.cursed.insert(paper::photo(number));
        }
        self.disk.put_photo(paper::photo(number), Rc::clone(&bytes), &mut self.knife)?;
        let Manifest::Photo { photo, sha256, bytes: length, .. } = paper::photo_manifest(case, number, &bytes) else {
            unreachable!("a photo")
        };
        let item = self.item(Some(case), Payload::Photo { photo, sha256, bytes: length }, true, 0, around);
        let op = item.op;
        let load = Load::Photo { case, number };
        self.disk.commit(vec![Write::Item(item.clone()), Write::Load(op, load)], &mut self.knife)?;
        self.add(item);
        around.tale.line(around.now, || format!("phone {} keeps a photo of {length} bytes, {op}", self.number));
        around.judge.kept(self.number, op, Kept::Photo(case, number, bytes));
        Ok(())
    }

    /// A person wants everything tried now.
    pub fn tap(&mut self, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let Some(process) = &self.process else { return Ok(()) };
        around.judge.tapped();
        let ops: Vec<OpId> = process.queue.outbox().items().map(|item| item.op).collect();
        ops.into_iter().try_for_each(|op| self.step(Event::Retry { op }, around).map(drop))
    }

    fn event(&self, case: Option<usize>, ahead: u64, around: &mut Around<'_>) -> (Item, Rc<Paper>) {
        let seq = self.count(|manifest| matches!(manifest, Manifest::Events { .. }));
        let item = self.item(case, Payload::Event { seq }, true, ahead, around);
        (item, paper::paper(Kind::Event, self.number, 0, seq))
    }

    /// The next number of something: one more than there are.
    fn count(&self, of: impl Fn(&Manifest) -> bool) -> u64 {
        let papers = self.disk.rows.loads.values();
        let known = papers.filter(|load| matches!(load, Load::Paper(paper, _) if of(&paper.manifest))).count();
        known as u64 + 1
    }

    fn item(&self, case: Option<usize>, payload: Payload, signed: bool, ahead: u64, around: &mut Around<'_>) -> Item {
        *around.names += 1;
        let waiting = ItemState::Waiting { not_before_ms: 0, boot: self.moment(around.now).boot };
        let state = if signed { waiting } else { ItemState::Unsigned };
        let case = case.map(paper::case);
        let (op, mut item) = (paper::op(*around.names), None);
        if let Some(process) = &self.process {
            let outbox = process.queue.outbox();
            // After the last of its lane in its case; photos and what belongs to no case wait for nobody.
            let before = |item: &&Item| item.case == case && item.payload.lane() == payload.lane();
            let chained = case.is_some() && payload.lane() != Lane::Photo;
            let after = outbox.items().filter(before).last().filter(|_| chained).map(|item| item.op);
            let order = outbox.items().last().map_or(0, |item| item.order) + 1 + ahead;
            let (attempts, sent, last_failure) = (0, 0, None);
            let new = Item { op, order, case, payload, after, state, attempts, sent, last_failure };
            item = Some(process.queue.prepare(new));
        }
        item.unwrap_or_else(|| unreachable!("only an open app makes rows"))
    }

    /// Rows and what they carry in one transaction; told to the person once it is durable.
    fn write_down(&mut self, new: Vec<(Item, Rc<Paper>)>, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let rows = new.iter().flat_map(|(item, paper)| {
            let load = Load::Paper(Rc::clone(paper), item.state != ItemState::Unsigned && !is_record(&item.payload));
            [Write::Item(item.clone()), Write::Load(item.op, load)]
        });
        let rows = rows.collect();
        self.disk.commit(rows, &mut self.knife)?;
        for (item, paper) in new {
            let (op, what) = (item.op, item.payload.clone());
            around.tale.line(around.now, || format!("phone {} keeps {what:?}, {op}", self.number));
            around.judge.kept(self.number, op, Kept::Paper(paper));
            self.add(item);
        }
        Ok(())
    }

    fn add(&mut self, item: Item) {
        if let Some(process) = &mut self.process {
            process.queue.add(item);
        }
    }

    /// Signs what is not signed, and frees what waits for it.
    fn sign(&mut self, around: &mut Around<'_>) -> Result<(), Unwritten> {
        if !around.signer_silent {
            let open = |(op, load): (&OpId, &Load)| match load {
                Load::Paper(paper, false) => Some((*op, Rc::clone(paper))),
                _ => None,
            };
            let unsigned: Vec<_> = self.disk.rows.loads.iter().filter_map(open).collect();
            for (op, paper) in unsigned {
                self.disk.commit(vec![Write::Load(op, Load::Paper(paper, true))], &mut self.knife)?;
            }
        }
        let Some(process) = &self.process else { return Ok(()) };
        let waits = process.queue.outbox().items().filter(|item| item.state == ItemState::Unsigned);
        let signed = |op: &OpId| matches!(self.disk.rows.loads.get(op), Some(Load::Paper(_, true)));
        let free: Vec<OpId> = waits.map(|item| item.op).filter(signed).collect();
        free.into_iter().try_for_each(|op| self.step(Event::Signed { op }, around).map(drop))
    }

    /// One step of the queue, its rows saved before anything follows.
    fn step(&mut self, event: Event, around: &mut Around<'_>) -> Result<Vec<Instruction>, Unwritten> {
        let now = self.moment(around.now);
        let Some(process) = &mut self.process else { return Ok(Vec::new()) };
        let instructions = process.queue.handle(event, &now, around.dice.roll());
        self.save(&instructions)?;
        Ok(instructions)
    }

    fn save(&mut self, instructions: &[Instruction]) -> Result<(), Unwritten> {
        let mut highest = None;
        let mut writes = Vec::new();
        for instruction in instructions {
            match instruction {
                Instruction::Save(item) => writes.push(Write::Item((**item).clone())),
                Instruction::Send { lease, .. } => highest = highest.max(Some(*lease)),
                Instruction::Hold(hold) => writes.push(Write::Hold(hold.clone())),
                Instruction::WakeAt { .. } | Instruction::AskForToken => {}
            }
        }
        if writes.is_empty() {
            return Ok(());
        }
        writes.extend(highest.map(Write::Lease));
        self.disk.commit(writes, &mut self.knife)
    }

    /// A full disk is met again later; an end is an end.
    fn unless_cut(done: Result<(), Unwritten>) -> Result<(), Unwritten> {
        match done {
            Err(Unwritten::Full) => Ok(()),
            other => other,
        }
    }
}

fn is_record(payload: &Payload) -> bool {
    matches!(payload.lane(), Lane::Record)
}
