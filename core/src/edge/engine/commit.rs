//! The one way anything becomes durable: journal row, custody leaf, and whatever belongs to them (a photo's row, a
//! frozen head, queue rows) in one transaction (invariant 1). The fold and the queue in memory follow only after it.

use std::collections::{BTreeMap, btree_map::Entry};

use rusqlite::Transaction;

use super::{Inner, cases::OpenCase, hearing::name_of};
use crate::{
    canon::{self, KeyId, Sha256},
    custody::{Head, Leaf, Salt, Tree},
    edge::{
        keys::random,
        store::{journal, outbox, queue},
        trouble::Trouble,
    },
    form::{self, AnyCase, Happened, Nature, Role},
    id::{CaseId, OpId},
    outbox::{Item, ItemState, Lane, Payload},
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

/// An entry with all its rows, ready to be written.
struct Ready<'a> {
    id: CaseId,
    seq: u64,
    bytes: Vec<u8>,
    salt: Salt,
    leaf: Sha256,
    head: Option<Head>,
    along: Along<'a>,
}

impl Ready<'_> {
    /// How many duty events and queue rows it has.
    fn counts(&self) -> (u64, u64) {
        (self.along.events.len() as u64, self.along.items.len() as u64)
    }

    fn write(self, tx: &Transaction<'_>) -> Result<(), Trouble> {
        journal::append(tx, self.id, self.seq, &self.bytes, self.salt, self.leaf)?;
        if let Some(head) = &self.head {
            journal::freeze_head(tx, head)?;
        }
        if let Some(rows) = self.along.rows {
            rows(tx, self.head.as_ref())?;
        }
        self.along.events.iter().try_for_each(|event| queue::insert_event(tx, event))?;
        self.along.items.iter().try_for_each(|item| outbox::insert(tx, item))
    }
}

fn journal_entry(open: &OpenCase, what: Happened, now: &Moment) -> form::Entry {
    form::Entry { seq: open.case.state().entries, at: now.clone(), pack: open.pack.version, what }
}

impl Inner {
    /// Opens a case with its first entry, under the rules in force now.
    pub(super) fn begin(&mut self, id: CaseId, what: Happened, now: &Moment, along: Along<'_>) -> Result<(), Trouble> {
        let rules = self.rules.newest.clone();
        let entry = form::Entry { seq: 0, at: now.clone(), pack: rules.pack.version, what };
        let case = AnyCase::begin(id, self.device, &entry).ok_or(Trouble::Unreadable)?;
        let nature = match &case {
            AnyCase::Live(_) => crate::form::Live::NAME,
            AnyCase::Training(_) => crate::form::Training::NAME,
        };
        let (about, mut tree) = (name_of(case.state()), Tree::default());
        let ready = self.ready(id, &entry, &mut tree, along)?;
        let counts = ready.counts();
        self.store.write(|tx| {
            journal::insert_case(tx, id, nature, now.wall.0, &about)?;
            rules.bind(tx, id)?;
            ready.write(tx)
        })?;
        self.count(counts);
        self.cases.put(id, OpenCase { case, tree, pack: rules.pack });
        Ok(())
    }

    /// Appends an entry to a case, decided under the case's own rules.
    pub(super) fn append(&mut self, id: CaseId, what: Happened, now: &Moment, along: Along<'_>) -> Result<(), Trouble> {
        self.append_all(vec![(id, what, along)], now, |_| Ok(()))
    }

    /// Appends entries to cases, several to one if need be, and writes rows of other tables: all of it, or nothing.
    pub(super) fn append_all(
        &mut self,
        news: Vec<(CaseId, Happened, Along<'_>)>,
        now: &Moment,
        rows: impl FnOnce(&Transaction<'_>) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        // What is taken out here and not put back is unfolded anew: after a failure memory is what the store is.
        let mut taken: BTreeMap<CaseId, OpenCase> = BTreeMap::new();
        let mut ready = Vec::new();
        for (id, what, along) in news {
            if let Entry::Vacant(place) = taken.entry(id) {
                self.case(id)?;
                place.insert(self.cases.take(id).ok_or(Trouble::UnknownCase)?);
            }
            let Some(open) = taken.get_mut(&id) else { continue };
            let entry = journal_entry(open, what, now);
            ready.push(self.ready(id, &entry, &mut open.tree, along)?);
            open.case.apply(&entry);
        }
        let counts: Vec<(u64, u64)> = ready.iter().map(Ready::counts).collect();
        self.store.write(|tx| {
            ready.into_iter().try_for_each(|one| one.write(tx))?;
            rows(tx)
        })?;
        counts.into_iter().for_each(|counts| self.count(counts));
        taken.into_iter().for_each(|(id, open)| self.cases.put(id, open));
        Ok(())
    }

    fn count(&mut self, (events, items): (u64, u64)) {
        self.last_event += events;
        self.last_place += items;
    }

    /// Makes the leaf of an entry, takes it into the tree, and the head over it where one is to be frozen.
    fn ready<'a>(
        &self,
        id: CaseId,
        entry: &form::Entry,
        tree: &mut Tree,
        along: Along<'a>,
    ) -> Result<Ready<'a>, Trouble> {
        let salt = Salt(random()?);
        let event = serde_json::to_value(entry).map_err(canon::NotCanonical::from)?;
        let leaf = Leaf { case: id, device: self.device, seq: entry.seq, salt, event }.hash()?;
        tree.append(leaf);
        let (size, root, at) = (tree.size(), tree.root(), entry.at.clone());
        let head = along.freeze.clone().map(|key| Head { case: id, device: self.device, size, root, at, key });
        Ok(Ready { id, seq: entry.seq, bytes: canon::bytes(entry)?, salt, leaf, head, along })
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
        let order = self.last_place + 1 + ahead;
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

    /// A duty event and its queue row, under the rules of its case or else those in force, as the one after so many that
    /// are written with it. It goes after the last one of its case; those of no case wait for nobody. Only what names a
    /// live case, or none, comes here.
    pub(super) fn duty_event(
        &self,
        case: Option<CaseId>,
        kind: &str,
        detail: serde_json::Value,
        now: &Moment,
        ahead: u64,
    ) -> Result<(LoggedEvent, Item), Trouble> {
        let (pack, after) = match case {
            Some(id) => {
                let open = self.find_case(id)?.map(|open| open.pack.version);
                (open, self.store.read(|c| outbox::last(c, Lane::Event, case))?)
            }
            None => (None, None),
        };
        let (pack, seq) = (pack.unwrap_or(self.rules.newest.pack.version), self.last_event + 1 + ahead);
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
                let (event, item) = self.duty_event(Some(case.state.id), kind, detail, now, 0)?;
                Ok(Along { items: vec![item], events: vec![event], ..Along::default() })
            }
            AnyCase::Live(_) | AnyCase::Training(_) => Ok(Along::default()),
        }
    }
}
