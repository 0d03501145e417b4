//! The one way anything becomes durable: journal row, custody leaf, and whatever belongs to them (a photo's row, a
//! frozen head, queue rows) in one transaction (invariant 1). The fold and the queue in memory follow only after it.

use rusqlite::Transaction;

use super::{Inner, OpenCase};
use crate::{
    canon::{self, KeyId},
    custody::{Head, Leaf, Salt, Tree},
    edge::{
        keys::random,
        store::{journal, queue},
        trouble::Trouble,
    },
    form::{AnyCase, Entry, Happened, Nature, Role},
    id::{CaseId, OpId},
    outbox::{Item, ItemState, Payload},
    time::Moment,
    wire::LoggedEvent,
};

/// Writes rows of other tables in the same transaction; told the head when one is frozen.
pub(super) type Rows<'a> = Box<dyn FnOnce(&Transaction<'_>, Option<&Head>) -> Result<(), Trouble> + 'a>;

/// What is to be written together with an entry.
#[derive(Default)]
pub(super) struct Along<'a> {
    /// Queue rows.
    pub(super) items: Vec<Item>,
    /// Duty events, already numbered.
    pub(super) events: Vec<LoggedEvent>,
    /// Rows of other tables; told the head when one is frozen.
    pub(super) rows: Option<Rows<'a>>,
    /// Freeze a head over this entry, to be signed by this key.
    pub(super) freeze: Option<KeyId>,
}

impl Inner {
    /// Opens a case with its first entry, under the rules in force now.
    pub(super) fn begin(&mut self, id: CaseId, what: Happened, now: &Moment, along: Along<'_>) -> Result<(), Trouble> {
        let rules = self.rules.newest.clone();
        let entry = Entry { seq: 0, at: now.clone(), pack: rules.pack.version, what };
        let case = AnyCase::begin(id, self.device, &entry).ok_or(Trouble::Unreadable)?;
        let nature = match &case {
            AnyCase::Live(_) => crate::form::Live::NAME,
            AnyCase::Training(_) => crate::form::Training::NAME,
        };
        let mut tree = Tree::default();
        self.write(id, &entry, &mut tree, along, |tx| {
            journal::insert_case(tx, id, nature, now.wall.0)?;
            rules.bind(tx, id)
        })?;
        self.cases.insert(id, OpenCase { case, tree, pack: rules.pack });
        Ok(())
    }

    /// Appends an entry to a case, decided under the case's own rules.
    pub(super) fn append(&mut self, id: CaseId, what: Happened, now: &Moment, along: Along<'_>) -> Result<(), Trouble> {
        let mut open = self.cases.remove(&id).ok_or(Trouble::UnknownCase)?;
        let entry = Entry { seq: open.case.state().entries, at: now.clone(), pack: open.pack.version, what };
        let written = self.write(id, &entry, &mut open.tree, along, |_| Ok(()));
        if written.is_ok() {
            open.case.apply(&entry);
        }
        self.cases.insert(id, open);
        written
    }

    fn write(
        &mut self,
        id: CaseId,
        entry: &Entry,
        tree: &mut Tree,
        along: Along<'_>,
        before: impl FnOnce(&Transaction<'_>) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        let salt = Salt(random()?);
        let event = serde_json::to_value(entry).map_err(crate::canon::NotCanonical::from)?;
        let leaf = Leaf { case: id, device: self.device, seq: entry.seq, salt, event }.hash()?;
        let head = along.freeze.map(|key| {
            let mut ahead = tree.clone();
            ahead.append(leaf);
            Head { case: id, device: self.device, size: ahead.size(), root: ahead.root(), at: entry.at.clone(), key }
        });
        let bytes = canon::bytes(entry)?;
        let (items, events, rows) = (&along.items, &along.events, along.rows);
        self.store.write(|tx| {
            before(tx)?;
            journal::append(tx, id, entry.seq, &bytes, salt, leaf)?;
            if let Some(head) = &head {
                journal::freeze_head(tx, head)?;
            }
            if let Some(rows) = rows {
                rows(tx, head.as_ref())?;
            }
            events.iter().try_for_each(|event| queue::insert_event(tx, event))?;
            items.iter().try_for_each(|item| queue::insert_item(tx, item))
        })?;
        tree.append(leaf);
        self.last_event += along.events.len() as u64;
        along.items.into_iter().for_each(|item| self.outbox.add(item));
        Ok(())
    }

    /// A queue row for something of a live case; `after` is what must have its receipt first.
    pub(super) fn item(
        &self,
        case: Option<CaseId>,
        payload: Payload,
        after: Option<OpId>,
        signed: bool,
        now: &Moment,
        ahead: u64,
    ) -> Result<Item, Trouble> {
        let order = self.outbox.items().last().map_or(0, |item| item.order) + 1 + ahead;
        let waiting = ItemState::Waiting { not_before_ms: 0, boot: now.boot.clone() };
        Ok(Item {
            op: OpId::from_parts(now.wall, random()?),
            order,
            case,
            payload,
            after,
            state: if signed { waiting } else { ItemState::Unsigned },
            attempts: 0,
            sent: 0,
            last_failure: None,
        })
    }

    /// A duty event and its queue row, under the rules of its case or else those in force. Only what names a live case, or none, comes here.
    pub(super) fn duty_event(
        &self,
        case: Option<CaseId>,
        kind: &str,
        detail: serde_json::Value,
        now: &Moment,
    ) -> Result<(LoggedEvent, Item), Trouble> {
        self.duty_event_after(self.outbox.last_event(), 0, case, kind, detail, now)
    }

    /// The same for one of several that are written together: how many of them come before it, and the last of those.
    pub(super) fn duty_event_after(
        &self,
        after: Option<OpId>,
        ahead: u64,
        case: Option<CaseId>,
        kind: &str,
        detail: serde_json::Value,
        now: &Moment,
    ) -> Result<(LoggedEvent, Item), Trouble> {
        let rules = case.and_then(|case| self.cases.get(&case)).map_or(&self.rules.newest.pack, |open| &open.pack);
        let (pack, seq) = (rules.version, self.last_event + 1 + ahead);
        let event = LoggedEvent { seq, case, at: now.clone(), pack, kind: kind.to_owned(), detail };
        let item = self.item(case, Payload::Event { seq }, after, true, now, ahead)?;
        Ok((event, item))
    }

    /// What goes along with an entry that others hear of: a duty event, told by the recorder alone, so that an accident
    /// is cleared once. A training case tells nobody (invariant 9).
    pub(super) fn told(
        &self,
        case: &AnyCase,
        kind: &str,
        detail: serde_json::Value,
        now: &Moment,
    ) -> Result<Along<'static>, Trouble> {
        match case {
            AnyCase::Live(case) if matches!(case.state.role, Role::Recorder(_)) => {
                let (event, item) = self.duty_event(Some(case.state.id), kind, detail, now)?;
                Ok(Along { items: vec![item], events: vec![event], ..Along::default() })
            }
            AnyCase::Live(_) | AnyCase::Training(_) => Ok(Along::default()),
        }
    }
}
