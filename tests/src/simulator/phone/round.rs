//! One round of sync, as `edge/engine/syncing.rs` does it: sign what waits, take back what an earlier round left, then send
//! what is due and read the feed until nothing is due or the time is over. A second round is told that the first is busy.

use jingbao_core::{
    id::OpId,
    outbox::{Event, Instruction, ItemState, Outcome, Payload},
    wire::Feed,
};

use super::{Around, Flight, Phone, Round, Want};
use crate::simulator::{
    courier::{Courier, Next},
    disk::{Load, Unwritten, Write},
    mutation::Mutation,
    paper,
    plan::Ms,
    wire::{Ask, Heard},
};

/// After a round that failed on the phone itself, or was refused the token.
const SOON: Ms = 30_000;

impl Phone {
    /// A round of sync, if none is running.
    pub fn sync(&mut self, budget: Ms, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let Some(process) = &self.process else { return Ok(()) };
        if process.round.is_some() {
            around.judge.busy += 1;
            return Ok(());
        }
        Self::unless_cut(self.sign(around))?;
        let begun = self.take_back(around).and_then(|()| self.step(Event::Resume, around).map(drop));
        if begun == Err(Unwritten::Full) {
            around.wants.push(Want::Look(around.now + SOON));
            return Ok(());
        }
        begun?;
        let after = self.disk.rows.cursor;
        let Some(process) = &mut self.process else { return Ok(()) };
        process.rounds += 1;
        process.begun += 1;
        let (feed, call) = (process.begun, 0);
        process.flights.insert(feed, Flight { courier: None, lease: 0, call, ghost: false });
        let deadline = around.now + budget;
        let under_way = Vec::new();
        let round = Round { deadline, under_way, wake: None, sends: true, feed: Some(feed), unauthorized: false };
        process.round = Some(round);
        around.wants.push(Want::Call { flight: feed, call, ask: Ask::Feed { after } });
        around.wants.push(Want::Deadline(deadline));
        self.turn(around)
    }

    /// Which round this is.
    pub fn round(&self) -> u64 {
        self.process.as_ref().map_or(0, |process| process.rounds)
    }

    /// Looks what is due, sends it, and goes on waiting or ends.
    pub fn turn(&mut self, around: &mut Around<'_>) -> Result<(), Unwritten> {
        if self.process.as_ref().and_then(|process| process.round.as_ref()).is_none_or(|round| !round.sends) {
            return Ok(());
        }
        around.judge.turned(self.number, around.now);
        match self.poll(around) {
            Err(Unwritten::Full) => self.fail(around),
            other => other,
        }
    }

    fn poll(&mut self, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let instructions = self.step(Event::Poll, around)?;
        let mut wake = None;
        for instruction in instructions {
            match instruction {
                Instruction::Send { op, lease } => self.send(op, lease, around)?,
                Instruction::WakeAt { mono_ms } => wake = Some(mono_ms.saturating_add(self.booted - 5)),
                Instruction::Save(_) | Instruction::AskForToken | Instruction::Hold(_) => {}
            }
        }
        let Some(process) = &mut self.process else { return Ok(()) };
        let idle = !process.flights.values().any(|flight| flight.courier.is_some() && !flight.ghost);
        let Some(round) = &mut process.round else { return Ok(()) };
        round.wake = wake;
        let until = wake.filter(|_| idle).map(|at| at.max(around.now + 5));
        match until {
            Some(at) if at < round.deadline => around.wants.push(Want::Wake(at)),
            _ if idle => return self.sent_all(around),
            _ => {}
        }
        Ok(())
    }

    fn send(&mut self, op: OpId, lease: u64, around: &mut Around<'_>) -> Result<(), Unwritten> {
        around.judge.sent(self.number, self.boots, op, lease, around.now, &self.disk.rows);
        let what = self.disk.rows.outbox.get(&op).map(|item| item.payload.clone());
        around.tale.line(around.now, || format!("phone {} sends {what:?}, {op}, lease {lease}", self.number));
        let courier = self.courier(op);
        let Some(process) = &mut self.process else { return Ok(()) };
        let Some(round) = &mut process.round else { return Ok(()) };
        round.under_way.push((op, lease));
        process.begun += 1;
        let (flight, call) = (process.begun, 0);
        let Some(mut courier) = courier else {
            round.under_way.pop();
            around.judge.left(op, lease);
            around.wants.push(Want::Wake(around.now));
            let gone = Outcome::Refused { reason: "parked-photo-gone".into() };
            return self.settle(op, lease, gone, around);
        };
        if around.sender_lost && around.dice.hits(500) {
            // A task that panicked: nobody is told.
            around.tale.line(around.now, || format!("phone {}: the sender of {op} is lost", self.number));
            return Ok(());
        }
        around.wants.extend(wanted(flight, call, courier.first()));
        process.flights.insert(flight, Flight { courier: Some(courier), lease, call, ghost: false });
        Ok(())
    }

    fn courier(&self, op: OpId) -> Option<Courier> {
        let upload = self.disk.rows.uploads.get(&op).cloned();
        match self.disk.rows.loads.get(&op)? {
            Load::Paper(paper, _) if self.mutation == Some(Mutation::BytesRemade) => {
                Some(Courier::with_paper(op, &self.remade(op, paper), self.gateway.clone(), self.mutation))
            }
            Load::Paper(paper, _) => Some(Courier::with_paper(op, paper, self.gateway.clone(), self.mutation)),
            Load::Photo { case, number } => {
                let bytes = self.disk.photo(paper::photo(*number))?;
                let manifest = paper::photo_manifest(*case, *number, &bytes);
                let kept = self.disk.rows.outbox.get(&op).map(|item| &item.payload);
                let whole = matches!(kept, Some(Payload::Photo { bytes: length, .. }) if *length == bytes.len() as u64);
                whole.then(|| Courier::with_photo(op, manifest, bytes, upload, self.gateway.clone(), self.mutation))
            }
        }
    }

    /// The same document, written anew: what a queue would send that keeps no bytes.
    fn remade(&self, op: OpId, paper: &paper::Paper) -> paper::Paper {
        let sends = self.disk.rows.outbox.get(&op).map_or(0, |item| item.sent);
        let mut body: serde_json::Value = serde_json::from_slice(&paper.body).unwrap_or_default();
        if let Some(record) = body.get_mut("record") {
            record["says"] = format!("written at send {sends}").into();
        }
        let body = jingbao_core::canon::bytes(&body).unwrap_or_default();
        let mut manifest = paper.manifest.clone();
        if let jingbao_core::wire::Manifest::Revision { sha256, bytes, .. } = &mut manifest {
            (*sha256, *bytes) = (jingbao_core::canon::Sha256::of(&body), body.len() as u64);
        }
        paper::Paper { body, manifest, subject: paper.subject }
    }

    /// An answer, or what came instead of one.
    pub fn heard(&mut self, flight: u64, call: u64, heard: &Heard, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let Some(process) = &mut self.process else { return Ok(()) };
        let Some(known) = process.flights.get_mut(&flight).filter(|known| known.call == call) else { return Ok(()) };
        let (lease, ghost) = (known.lease, known.ghost);
        let Some(courier) = &mut known.courier else { return self.feed(flight, heard, around) };
        let op = courier.op();
        let (number, now) = (self.number, around.now);
        around.tale.line(now, || format!("phone {number} hears of {op}, lease {lease}: {}", said(heard)));
        let mut next = courier.heard(heard);
        if let Next::Remember(upload, then) = next {
            let begun = upload.is_some();
            next = match self.disk.commit(vec![Write::Upload(op, upload)], &mut self.knife) {
                Err(Unwritten::Cut(cut)) => return Err(cut.into()),
                Err(Unwritten::Full) if begun => {
                    Next::End(Outcome::Later { why: "later-storage", retry_after_ms: None })
                }
                _ => *then,
            };
        }
        let outcome = match next {
            Next::End(outcome) => outcome,
            next => return self.go_on(flight, op, lease, next, around),
        };
        process_of(self).flights.remove(&flight);
        if ghost {
            return Self::unless_cut(self.settle(op, lease, outcome, around));
        }
        around.judge.left(op, lease);
        if let Some(round) = &mut process_of(self).round {
            round.under_way.retain(|(flying, _)| *flying != op);
        }
        match self.settle(op, lease, outcome, around) {
            Err(Unwritten::Full) => self.fail(around),
            Err(cut) => Err(cut),
            Ok(()) => self.turn(around),
        }
    }

    /// A flight goes on; its lease with it.
    fn go_on(
        &mut self,
        flight: u64,
        op: OpId,
        lease: u64,
        next: Next,
        around: &mut Around<'_>,
    ) -> Result<(), Unwritten> {
        let now = self.moment(around.now);
        let process = process_of(self);
        let instructions = process.queue.handle(Event::Progress { op, lease }, &now, 0);
        around.judge.moved(op, lease, around.now);
        if let Some(known) = process.flights.get_mut(&flight) {
            known.call += 1;
            around.wants.extend(wanted(flight, known.call, next));
        }
        Self::unless_cut(self.save(&instructions))
    }

    /// The time of the round is over.
    pub fn deadline(&mut self, round: u64, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let Some(process) = &mut self.process else { return Ok(()) };
        if process.rounds != round || process.round.is_none() {
            return Ok(());
        }
        around.tale.line(around.now, || format!("phone {}: the time of this round is over", self.number));
        match self.abort(around) {
            Err(Unwritten::Full) => self.fail(around),
            Err(cut) => Err(cut),
            Ok(()) => self.end(around),
        }
    }

    fn abort(&mut self, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let process = process_of(self);
        let late = around.answers_late;
        process.flights.retain(|_, flight| {
            flight.ghost |= late && flight.courier.as_ref().is_some_and(Courier::is_paper);
            flight.ghost
        });
        let Some(round) = &mut process.round else { return Ok(()) };
        round.feed = None;
        if !round.sends {
            return Ok(());
        }
        round.sends = false;
        let under_way = std::mem::take(&mut round.under_way);
        for (op, lease) in under_way {
            around.judge.left(op, lease);
            let over = Outcome::Later { why: "later-budget", retry_after_ms: Some(0) };
            self.settle(op, lease, over, around)?;
        }
        Ok(())
    }

    /// What an earlier round left on the way: nobody else holds it.
    fn take_back(&mut self, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let held: Vec<_> = process_of(self)
            .queue
            .outbox()
            .items()
            .filter_map(|item| match &item.state {
                ItemState::InFlight { lease } => Some((item.op, lease.number)),
                _ => None,
            })
            .collect();
        for (op, lease) in held {
            around.judge.left(op, lease);
            let given_up = Outcome::Later { why: "later-budget", retry_after_ms: Some(0) };
            self.settle(op, lease, given_up, around)?;
        }
        Ok(())
    }

    /// The end of a send, in one transaction; what could not be made durable has not happened.
    fn settle(&mut self, op: OpId, lease: u64, outcome: Outcome, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let (now, boots) = (self.moment(around.now), self.boots);
        let process = process_of(self);
        let Some(before) = process.queue.outbox().item(op).cloned() else { return Ok(()) };
        let holds = matches!(&before.state, ItemState::InFlight { lease: held } if held.number == lease);
        let asked = match &outcome {
            Outcome::Later { retry_after_ms, why: "later-busy" } => *retry_after_ms,
            _ => None,
        };
        if matches!(outcome, Outcome::Unauthorized)
            && let Some(round) = &mut process.round
        {
            round.unauthorized = true;
        }
        let instructions = process.queue.handle(Event::Answered { op, lease, outcome }, &now, around.dice.roll());
        if let Err(why) = self.save(&instructions) {
            if let Some(process) = &mut self.process {
                process.queue.add(before);
            }
            return Err(why);
        }
        if let Some(ItemState::Done { .. }) = self.disk.rows.outbox.get(&op).map(|item| &item.state) {
            around.judge.ended(op);
        }
        if let Some(asked) = asked.filter(|_| holds) {
            around.judge.put_off(op, around.now + asked, boots);
        }
        Ok(())
    }

    fn feed(&mut self, flight: u64, heard: &Heard, around: &mut Around<'_>) -> Result<(), Unwritten> {
        process_of(self).flights.remove(&flight);
        let page = match heard {
            Heard::Answer(answer) if answer.status == 200 => serde_json::from_slice::<Feed>(&answer.body).ok(),
            _ => None,
        };
        if let Some(page) = page {
            let entries: Vec<u64> = page.entries.iter().filter_map(|entry| entry.cursor.parse().ok()).collect();
            let next = page.next.parse().unwrap_or(self.disk.rows.cursor);
            match self.disk.commit(vec![Write::Heard(entries, next)], &mut self.knife) {
                Err(Unwritten::Full) => return self.fail(around),
                other => other?,
            }
        }
        let Some(round) = &mut process_of(self).round else { return Ok(()) };
        round.feed = None;
        if round.sends { Ok(()) } else { self.end(around) }
    }

    fn sent_all(&mut self, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let Some(round) = &mut process_of(self).round else { return Ok(()) };
        round.sends = false;
        // What was lost on the way is settled here, as at the deadline.
        let under_way = std::mem::take(&mut round.under_way);
        let waits = round.feed.is_some();
        for (op, lease) in under_way {
            around.judge.left(op, lease);
            let over = Outcome::Later { why: "later-budget", retry_after_ms: Some(0) };
            if self.settle(op, lease, over, around) == Err(Unwritten::Full) {
                return self.fail(around);
            }
        }
        if waits { Ok(()) } else { self.end(around) }
    }

    /// The round ends on the phone's own trouble; the system comes again.
    fn fail(&mut self, around: &mut Around<'_>) -> Result<(), Unwritten> {
        around.tale.line(around.now, || format!("phone {}: the round fails, the disk is full", self.number));
        let process = process_of(self);
        let round = process.round.take();
        process.flights.retain(|_, flight| flight.ghost);
        round.iter().flat_map(|round| &round.under_way).for_each(|(op, lease)| around.judge.left(*op, *lease));
        around.wants.push(Want::Look(around.now + SOON));
        Ok(())
    }

    /// The round ends; the app is told when to come again.
    fn end(&mut self, around: &mut Around<'_>) -> Result<(), Unwritten> {
        let process = process_of(self);
        let Some(round) = process.round.take() else { return Ok(()) };
        process.flights.retain(|_, flight| flight.ghost);
        Self::unless_cut(self.sign(around))?;
        if round.unauthorized {
            around.wants.push(Want::Look(around.now + SOON));
        } else if let Some(wake) = round.wake {
            around.wants.push(Want::Look(wake.max(around.now + 5)));
        } else if self.is_unfinished(around.now) {
            around.wants.push(Want::Look(around.now + SOON));
        }
        Ok(())
    }
}

impl Phone {
    /// Whether something waits for the signer, or is due although the round has ended: freed by the signer only now, or
    /// written while only the feed was waited for. What the server has put off has its own time.
    fn is_unfinished(&self, now: Ms) -> bool {
        let (now, rows) = (self.moment(now).mono_ms, &self.disk.rows.outbox);
        let done = |op: &OpId| rows.get(op).is_some_and(|item| matches!(item.state, ItemState::Done { .. }));
        rows.values().any(|item| match item.state {
            ItemState::Unsigned => true,
            _ if item.last_failure.as_deref() == Some("later-busy") => false,
            ItemState::Waiting { not_before_ms, .. } => not_before_ms <= now && item.after.as_ref().is_none_or(done),
            _ => false,
        })
    }
}

/// What a courier wants of the world.
fn wanted(flight: u64, call: u64, next: Next) -> Option<Want> {
    match next {
        Next::Ask(ask) => Some(Want::Call { flight, call, ask }),
        Next::Wait(ms) => Some(Want::Pause { flight, call, ms: ms.cast_signed() }),
        Next::Remember(..) | Next::End(_) => None,
    }
}

fn process_of(phone: &mut Phone) -> &mut super::Process {
    phone.process.as_mut().unwrap_or_else(|| unreachable!("only an open app runs rounds"))
}

fn said(heard: &Heard) -> String {
    match heard {
        Heard::Answer(answer) => format!("{} {:?}", answer.status, answer.form),
        other => format!("{other:?}"),
    }
}
