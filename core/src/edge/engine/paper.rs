//! The form: answers, signatures, the seal.

use std::collections::BTreeSet;

use super::{Engine, Inner, commit::Along, hearing::whereabouts};
use crate::{
    canon::{self, Sha256},
    custody::Head,
    duty::PlateTag,
    edge::{
        store::{journal, outbox},
        trouble::Trouble,
    },
    form::{
        self, Answer, AnyCase, Entry, FactorGiven, Happened, Live, Record, Round, SealedRef, Signing, StatedPart, Step,
        Strokes,
    },
    id::{CaseId, PartyId},
    outbox::{Lane, Payload},
    time::Moment,
};

/// An answer that is durable now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerTaken {
    /// A text code about a value that was let through with a warning.
    pub note: Option<String>,
}

impl Engine {
    /// Takes one answer; durable when it returns (invariant 1).
    pub fn answer(
        &self,
        case: CaseId,
        party: Option<PartyId>,
        question: &str,
        answer: Answer,
    ) -> Result<AnswerTaken, Trouble> {
        let now = self.now()?;
        let note = self.with(|inner| {
            let open = inner.case(case)?;
            let given = form::accept(open.case.state(), &open.pack, question, party, answer, today(&now))?;
            let along = match inner.handed_over(case, &given.what, &now)? {
                Some(kind) => {
                    let detail = whereabouts(inner.case(case)?.case.state());
                    inner.told(&inner.case(case)?.case, kind, detail, &now)?
                }
                None => Along::default(),
            };
            inner.append(case, given.what, &now, along)?;
            Ok(given.note)
        })?;
        self.tell(&format!("case:{case}"));
        Ok(AnswerTaken { note })
    }

    /// Takes a signature over what was `shown`, with what ties it to the person besides the drawing.
    pub fn sign(
        &self,
        case: CaseId,
        party: PartyId,
        round: Round,
        shown: Sha256,
        strokes: Strokes,
        factor: FactorGiven,
    ) -> Result<(), Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            let open = inner.case(case)?;
            let signing = Signing { party, round, shown, lang: self.lang.tag(), strokes, factor };
            let what = form::sign(open.case.state(), &open.pack, signing)?;
            inner.append(case, what, &now, Along::default())
        })?;
        self.tell(&format!("case:{case}"));
        Ok(())
    }

    /// The code of this phone's party for the document it was shown last; changes with the document.
    pub fn one_time_code(&self, case: CaseId, round: Round) -> Result<String, Trouble> {
        self.with(|inner| {
            let open = inner.case(case)?;
            Ok(open.case.state().one_time_code(&open.pack, round)?)
        })
    }

    /// Records that a party refuses to sign.
    pub fn refuse_to_sign(&self, case: CaseId, party: PartyId, round: Round) -> Result<(), Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            let open = inner.case(case)?;
            let what = form::refuse_to_sign(open.case.state(), &open.pack, party, round)?;
            inner.append(case, what, &now, Along::default())
        })?;
        self.tell(&format!("case:{case}"));
        Ok(())
    }

    /// Seals the next revision and queues it. Its head is frozen in the same transaction and signed after it.
    pub fn seal(&self, case: CaseId, reason: Option<String>) -> Result<u32, Trouble> {
        let now = self.now()?;
        let revision =
            self.with(|inner| match inner.case(case).map(|open| (open.case.clone(), open.pack.clone()))? {
                (AnyCase::Live(live), pack) => {
                    let (record, sealed) = form::seal(&live, &pack, reason, &now)?;
                    let after = inner.store.read(|c| outbox::last(c, Lane::Record, Some(case)))?;
                    let payload = Payload::revision(&sealed);
                    let mut items = vec![inner.item(Some(case), payload, after, false, &now, 0)?];
                    let insurers = insurers(&live.state);
                    let detail = serde_json::json!({
                        "revision": sealed.revision, "record": sealed.record, "insurers": insurers,
                        "plates": plate_tags(&live.state),
                    });
                    let (event, mut told) = inner.duty_event(Some(case), "sealed", detail, &now, 0)?;
                    told.order += 1;
                    items.push(told);
                    let along = Along { items, events: vec![event], ..Along::default() };
                    self.freeze(inner, &record, &sealed, &now, along)?;
                    Ok(sealed.revision)
                }
                (AnyCase::Training(training), pack) => {
                    let (record, sealed) = form::seal(&training, &pack, reason, &now)?;
                    self.freeze(inner, &record, &sealed, &now, Along::default())?;
                    Ok(sealed.revision)
                }
            })?;
        // Signed now if the signer can; else at the next open or sync. The seal stands either way.
        let _ = self.sign_pending_heads();
        self.tell(&format!("case:{case}"));
        Ok(revision)
    }

    fn freeze<N: form::Nature>(
        &self,
        inner: &mut Inner,
        record: &Record<N>,
        sealed: &SealedRef<N>,
        now: &Moment,
        mut along: Along<'_>,
    ) -> Result<(), Trouble> {
        let (case, revision) = (sealed.case, sealed.revision);
        let bytes = canon::bytes(record)?;
        along.freeze = Some(self.key.id());
        along.rows = Some(Box::new(move |tx, head: Option<&Head>| {
            let size = head.map_or(0, |head| head.size);
            journal::insert_document(tx, case, "record", revision, &bytes, size)
        }));
        let what = Happened::Sealed { revision, record: sealed.record, sm3: sealed.sm3, reason: record.reason.clone() };
        inner.append(case, what, now, along)
    }

    /// Makes and queues this phone's next statement; the frozen statement is what the code carries too.
    pub(super) fn state_now(&self, case: CaseId, part: Option<StatedPart>) -> Result<form::Statement, Trouble> {
        let now = self.now()?;
        let statement = self.with(|inner| {
            let (statement, hash, items) = match inner.case(case)?.case.clone() {
                AnyCase::Live(live) => {
                    let (statement, hash, reference) = form::make_statement::<Live>(&live, part, &now)?;
                    let after = inner.store.read(|c| outbox::last(c, Lane::Record, Some(case)))?;
                    let item = inner.item(Some(case), Payload::statement(&reference), after, false, &now, 0)?;
                    (statement, hash, vec![item])
                }
                AnyCase::Training(training) => {
                    let (statement, hash, _) = form::make_statement(&training, part, &now)?;
                    (statement, hash, vec![])
                }
            };
            let (number, bytes) = (statement.number, canon::bytes(&statement)?);
            let along = Along {
                items,
                freeze: Some(self.key.id()),
                rows: Some(Box::new(move |tx, head: Option<&Head>| {
                    journal::insert_document(tx, case, "statement", number, &bytes, head.map_or(0, |head| head.size))
                })),
                ..Along::default()
            };
            inner.append(case, Happened::Stated { number, sha256: hash }, &now, along)?;
            Ok(statement)
        })?;
        let _ = self.sign_pending_heads();
        Ok(statement)
    }
}

impl Inner {
    /// Whether with this answer the case leaves towards the police, where it did not before: `protect` or `hazmat`.
    fn handed_over(&self, case: CaseId, what: &Happened, now: &Moment) -> Result<Option<&'static str>, Trouble> {
        if !matches!(what, Happened::Answered { question, party: None, .. } if question.starts_with("fact.")) {
            return Ok(None);
        }
        let open = self.case(case)?;
        let kind = |case: &AnyCase| match case.state().progress(&open.pack).step {
            Step::Protect => Some("protect"),
            Step::Hazmat => Some("hazmat"),
            _ => None,
        };
        let mut after = open.case.clone();
        let (seq, pack) = (open.case.state().entries, open.pack.version);
        after.apply(&Entry { seq, at: now.clone(), pack, what: what.clone() });
        Ok(kind(&after).filter(|_| kind(&open.case).is_none()))
    }
}

/// The day at the phone's own offset; judges birth dates.
pub(super) fn today(now: &Moment) -> jiff::civil::Date {
    let zone = jiff::tz::Offset::from_seconds(now.offset_s).unwrap_or(jiff::tz::Offset::UTC);
    let instant = jiff::Timestamp::from_millisecond(now.wall.0).unwrap_or_default();
    zone.to_datetime(instant).date()
}

/// Tags of the parties' plates: whether two cases are of the same cars, and not of whose.
fn plate_tags(state: &form::CaseState) -> BTreeSet<PlateTag> {
    let known = state.parties().into_iter().filter_map(|party| state.value(Some(party), "party.plate"));
    known.map(PlateTag::of).collect()
}

/// Insurers of the parties, as the pack names them: whose customers were helped. They say of no person who it is.
fn insurers(state: &form::CaseState) -> BTreeSet<String> {
    let known = state.parties().into_iter().filter_map(|party| state.value(Some(party), "party.insurer"));
    known.filter(|insurer| !matches!(*insurer, "unknown" | "none")).map(str::to_owned).collect()
}
