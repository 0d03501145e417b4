//! What goes out for the first time is an event of its case. Triggered by a step of the queue that gives leases: the event
//! is written in the same transaction as the leases, before a byte leaves, with a head frozen where the phone's photos
//! have none yet. Ends with the leases durable; an event that cannot be written holds no send, and is tried again with
//! the next one. Not its business: what is due (`outbox`), sending it, and signing the head.

use std::collections::BTreeMap;

use super::{Inner, commit::Along};
use crate::{
    canon::{KeyId, Sha256},
    edge::{store::journal, trouble::Trouble},
    form::{Happened, Outgoing},
    id::CaseId,
    outbox::{Instruction, Payload},
    time::Moment,
};

impl Inner {
    /// Makes a step of the queue durable, and with it what goes out first.
    pub(super) fn save_going_out(
        &mut self,
        instructions: &[Instruction],
        now: &Moment,
        key: &KeyId,
    ) -> Result<(), Trouble> {
        let mut told = Vec::new();
        for (case, what) in self.first_time(instructions) {
            let freeze = self.case(case)?.case.state().wants_head(&what).then(|| key.clone());
            told.push((case, Happened::Sent { what }, Along { freeze, ..Along::default() }));
        }
        let some = !told.is_empty();
        if some && self.append_all(told, now, |tx| super::queueing::write(tx, instructions)).is_ok() {
            return Ok(());
        }
        self.save(instructions)
    }

    /// What is sent now and never was, by case. Duty events are a log of their own.
    fn first_time(&self, instructions: &[Instruction]) -> BTreeMap<CaseId, Vec<Outgoing>> {
        let mut found = BTreeMap::<CaseId, Vec<Outgoing>>::new();
        let sends =
            instructions.iter().filter_map(|i| if let Instruction::Send { op, .. } = i { Some(op) } else { None });
        for item in sends.filter_map(|op| self.outbox.item(*op)) {
            let Some(case) = item.case else { continue };
            let Some(what) = self.outgoing(case, &item.payload) else { continue };
            if self.case(case).is_ok_and(|open| !open.case.state().sent.contains(&what)) {
                found.entry(case).or_default().push(what);
            }
        }
        found
    }

    fn outgoing(&self, case: CaseId, payload: &Payload) -> Option<Outgoing> {
        match payload {
            Payload::Photo { sha256, .. } => Some(Outgoing::Photo(*sha256)),
            Payload::Revision { revision } => {
                let sealed = &self.case(case).ok()?.case.state().revisions;
                sealed.get((*revision as usize).checked_sub(1)?).copied().map(Outgoing::Revision)
            }
            Payload::Statement { number } => {
                let stated = self.store.read(|c| journal::documents(c, case, "statement")).ok()?;
                let (_, bytes, _) = stated.into_iter().find(|(stated, ..)| stated == number)?;
                Some(Outgoing::Statement(Sha256::of(&bytes)))
            }
            Payload::Notice { number } => {
                let notices = &self.case(case).ok()?.case.state().notices;
                notices.iter().find(|noticed| noticed.number == *number).map(|noticed| Outgoing::Notice(noticed.sha256))
            }
            Payload::Event { .. } => None,
        }
    }
}
