//! What screens show: one view in one call, texts included, nothing left to decide.

use super::{Engine, Inner, paper::today};
use crate::{
    edge::{
        store::{journal, outbox, queue},
        trouble::Trouble,
    },
    form::{AnswerRefused, AnyCase, Round},
    id::CaseId,
    inbox::{Aside, KINDS},
    outbox::{ItemState, Payload},
    text,
    view::{
        CaseView, CheckView, DocumentView, TimesView, case_view, check_view, document_view, newer_rules, times_view,
    },
};

/// What waits, why, since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueView {
    /// Operations without a receipt that will be tried again.
    pub pending: u32,
    /// Operations refused for good, until a person acts.
    pub parked: u32,
    /// Operations with a receipt.
    pub done: u32,
    /// Sends that were repeated.
    pub resent: u32,
    /// The gateway refuses the token; everything is kept.
    pub unauthorized: bool,
    /// Every operation, in order.
    pub items: Vec<QueueItem>,
    /// What the gateway told and this app cannot read; it is kept, and read by an app that can.
    pub aside: Vec<AsideItem>,
}

/// An entry of the feed that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsideItem {
    /// What it says it is; empty where it does not say.
    pub kind: String,
    /// Why it was set aside, in the person's language.
    pub why: String,
}

/// One operation as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueItem {
    /// Its name.
    pub op: String,
    /// Its case.
    pub case: Option<String>,
    /// `revision`, `statement`, `notice`, `photo` or `event`.
    pub kind: String,
    /// SHA-256 of the photo, number of the revision, statement, notice or event.
    pub what: String,
    /// `unsigned`, `waiting`, `sending`, `parked`, `withdrawn` or `done`.
    pub state: String,
    /// Why it is not done, in the person's language; empty when there is nothing to say.
    pub why: String,
    /// How often it was sent.
    pub sent: u32,
    /// Since when it waits, UTC milliseconds.
    pub since_ms: i64,
    /// How large it is where it is a photo, else 0.
    pub bytes: u64,
    /// What a person can do: `retry`, `export`.
    pub may: Vec<String>,
}

impl Engine {
    /// One case as its screen shows it.
    pub fn case(&self, id: CaseId) -> Result<CaseView, Trouble> {
        self.with(|inner| {
            let open = inner.case(id)?;
            let mut view = case_view(&open.case, &open.pack, self.lang);
            let newest = &inner.rules.newest.pack;
            view.rules_changed = view.rules_changed.or_else(|| newer_rules(&open.pack, newest, self.lang));
            view.returned = inner.returned_view(id, self.lang)?;
            view.claims = inner.claims_view(id, self.lang)?;
            Ok(view)
        })
    }

    /// The document of a round as it would be signed on this phone now, to be read before.
    pub fn document(&self, id: CaseId, round: Round) -> Result<DocumentView, Trouble> {
        self.with(|inner| {
            let open = inner.case(id)?;
            Ok(document_view(open.case.state(), &open.pack, round, self.lang)?)
        })
    }

    /// What is to be said of a value while it is being typed as an answer; nothing is taken.
    pub fn check(&self, id: CaseId, question: &str, typed: &str) -> Result<CheckView, Trouble> {
        let today = today(&self.now()?);
        self.with(|inner| {
            let pack = &inner.case(id)?.pack;
            let view = check_view(question, typed, pack, today, self.lang);
            view.ok_or(Trouble::Answer(AnswerRefused::UnknownQuestion))
        })
    }

    /// Every case on this phone, in order of opening.
    pub fn cases(&self) -> Result<Vec<CaseId>, Trouble> {
        self.with(|inner| inner.store.read(journal::cases))
    }

    /// The queue as it is.
    pub fn queue(&self) -> Result<QueueView, Trouble> {
        self.with(|inner| self.queue_view(inner))
    }

    /// The times of each live case on this phone; training is not scored (invariant 9).
    pub fn scorecard(&self) -> Result<Vec<TimesView>, Trouble> {
        self.with(|inner| {
            let mut live = Vec::new();
            inner.each_case(inner.store.read(journal::cases)?, |_, open| {
                if let AnyCase::Live(case) = &open.case {
                    live.push(times_view(case));
                }
                Ok(())
            })?;
            Ok(live)
        })
    }

    fn queue_view(&self, inner: &Inner) -> Result<QueueView, Trouble> {
        let items: Vec<QueueItem> = inner.store.read(outbox::all)?.iter().map(|item| self.queue_item(item)).collect();
        let count = |state: &[&str]| items.iter().filter(|item| state.contains(&item.state.as_str())).count() as u32;
        Ok(QueueView {
            pending: count(&["unsigned", "waiting", "sending"]),
            parked: count(&["parked"]),
            done: count(&["done"]),
            resent: items.iter().map(|item| item.sent.saturating_sub(1)).sum(),
            unauthorized: inner.outbox.is_paused(),
            items,
            aside: inner.store.read(queue::aside)?.iter().map(|one| self.aside_item(one)).collect(),
        })
    }

    fn aside_item(&self, aside: &Aside) -> AsideItem {
        let code = if KINDS.contains(&aside.kind()) { "aside-unreadable" } else { "aside-unknown" };
        AsideItem { kind: aside.kind().to_owned(), why: text::say(self.lang, code, &[]) }
    }

    fn queue_item(&self, item: &crate::outbox::Item) -> QueueItem {
        let (state, code) = match &item.state {
            ItemState::Unsigned => ("unsigned", Some("later-unsigned")),
            ItemState::Waiting { .. } => ("waiting", item.last_failure.as_deref()),
            ItemState::InFlight { .. } => ("sending", None),
            ItemState::Parked { reason } => ("parked", Some(reason.as_str())),
            ItemState::Withdrawn => ("withdrawn", Some("claim-withheld")),
            ItemState::Done { .. } => ("done", None),
        };
        let may: &[&str] = match &item.state {
            ItemState::Parked { .. } if item.case.is_some() => &["retry", "export"],
            ItemState::Waiting { .. } | ItemState::Parked { .. } => &["retry"],
            _ => &[],
        };
        let (kind, what) = match &item.payload {
            Payload::Revision { revision } => ("revision", revision.to_string()),
            Payload::Statement { number } => ("statement", number.to_string()),
            Payload::Photo { sha256, .. } => ("photo", sha256.to_string()),
            Payload::Notice { number } => ("notice", number.to_string()),
            Payload::Event { seq } => ("event", seq.to_string()),
        };
        let known = code.filter(|code| text::has(self.lang, code));
        let why = match (code, known) {
            (None, _) => String::new(),
            (Some(_), Some(code)) => text::say(self.lang, code, &[]),
            (Some(_), None) => text::say(self.lang, "parked-refused", &[]),
        };
        QueueItem {
            op: item.op.to_string(),
            case: item.case.map(|case| case.to_string()),
            kind: kind.to_owned(),
            what,
            state: state.to_owned(),
            why,
            sent: item.sent,
            since_ms: item.op.made_at().0,
            bytes: if let Payload::Photo { bytes, .. } = item.payload { bytes } else { 0 },
            may: may.iter().map(|what| (*what).to_owned()).collect(),
        }
    }
}
