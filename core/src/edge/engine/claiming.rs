//! Claim notices: made, frozen and queued behind their revision; taken out of the queue when a consent they stand on is
//! taken back before they are delivered (T30); and shown with what the insurers say of them. A withdrawal is looked for
//! where it is recorded, when the app opens, before a round of sync, and once more before a notice leaves, so that a
//! kill in between lets nothing out. Not its business: who may be told what ([`claim`]), and the feed (`hearing`).

use super::{
    Engine, Inner,
    commit::{Along, Rows},
    queueing::write,
};
use crate::{
    canon::{self, Sha256},
    claim::{self, NoNotice},
    custody::Head,
    edge::{
        store::{claims, journal, outbox},
        trouble::Trouble,
    },
    form::{AnyCase, Happened, Live, Record},
    id::{CaseId, OpId, PartyId},
    outbox::{Event, Payload},
    text::Lang,
    time::Moment,
    view::{ClaimView, claim_views},
};

impl Engine {
    /// Notifies a party's own insurer of the newest sealed revision: the notice is frozen, in the journal and in the queue
    /// when this returns. Its number.
    pub fn notify_insurer(&self, case: CaseId, party: PartyId) -> Result<u32, Trouble> {
        let now = self.now()?;
        let number = self.with(|inner| {
            let (record, live) = match &inner.case(case)?.case {
                AnyCase::Live(live) => (inner.newest(case)?.ok_or(NoNotice::NotSealed)?, live),
                AnyCase::Training(_) => return Err(NoNotice::Training.into()),
            };
            let notice = claim::notice(live, &record, party, &inner.case(case)?.pack, now.wall)?;
            let after = inner.op_of(case, &Payload::Revision { revision: notice.revision })?;
            let after = Some(after.ok_or(NoNotice::NotSealed)?);
            let item = inner.item(Some(case), Payload::notice(&notice), after, false, &now, 0)?;
            let (number, bytes) = (notice.number, canon::bytes(&notice)?);
            let what = notice.happened(Sha256::of(&bytes));
            let along = Along {
                items: vec![item],
                freeze: Some(self.key.id()),
                rows: Some(Box::new(move |tx, head: Option<&Head>| {
                    journal::insert_document(tx, case, "notice", number, &bytes, head.map_or(0, |head| head.size))
                })),
                ..Along::default()
            };
            inner.append(case, what, &now, along)?;
            Ok(number)
        })?;
        let _ = self.sign_pending_heads();
        self.tell(&format!("case:{case}"));
        Ok(number)
    }
}

impl Inner {
    /// Takes every notice out of the queue that must not go out any more.
    pub(super) fn withhold_lapsed(&mut self, now: &Moment) -> Result<(), Trouble> {
        // Only what waits can be taken out.
        let cases = self.store.read(outbox::cases_with_notices)?;
        cases.into_iter().try_for_each(|case| self.withhold(case, now))
    }

    /// The same for one case. The trace in the journal and the queue's row are one transaction.
    pub(super) fn withhold(&mut self, case: CaseId, now: &Moment) -> Result<(), Trouble> {
        for number in self.case(case)?.case.state().notices_to_withhold() {
            let Some(op) = self.op_of(case, &Payload::Notice { number })? else { continue };
            let Some(before) = self.fetch(op)?.cloned() else { continue };
            let instructions = self.outbox.handle(Event::Withdraw { op: before.op }, now, 0);
            let rows: Rows<'_> = Box::new(move |tx, _| write(tx, &instructions));
            let along = Along { rows: Some(rows), ..Along::default() };
            let written = self.append(case, Happened::NoticeWithheld { number }, now, along);
            // What could not be made durable has not happened.
            written.inspect_err(|_| self.outbox.add(before))?;
        }
        Ok(())
    }

    /// The newest sealed record of a live case.
    fn newest(&self, case: CaseId) -> Result<Option<Record<Live>>, Trouble> {
        let newest = self.store.read(|c| journal::documents(c, case, "record"))?.pop();
        newest.map(|(_, bytes, _)| journal::json(&bytes)).transpose()
    }

    fn op_of(&self, case: CaseId, payload: &Payload) -> Result<Option<OpId>, Trouble> {
        let rows = self.store.read(|c| outbox::of_case(c, case))?;
        Ok(rows.iter().find(|item| item.payload == *payload).map(|item| item.op))
    }

    /// What each party's insurer was told and said.
    pub(super) fn claims_view(&self, case: CaseId, lang: Lang) -> Result<Vec<ClaimView>, Trouble> {
        let told = self.store.read(|c| claims::of_case(c, case))?;
        let open = self.case(case)?;
        let ready = match &open.case {
            AnyCase::Live(live) => {
                let record = self.newest(case)?;
                record.map(|record| claim::readiness(live, &record, &open.pack)).unwrap_or_default()
            }
            AnyCase::Training(_) => Vec::new(),
        };
        Ok(claim_views(open.case.state(), &ready, &told, lang))
    }
}
