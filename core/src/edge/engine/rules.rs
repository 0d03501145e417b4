//! The rules of this phone: the pack in force for what begins now, the pack that each case was begun under and stays
//! under (ADR 12), and taking a newer one, from a file or the feed.
//!
//! Taking ends with the newer pack, durable and in force, or with its refusal, after which the old one stays in force.
//! Not its business: what makes a pack acceptable, which is [`pack::accept`]'s.

use std::{collections::BTreeMap, sync::Arc};

use super::{Engine, Inner};
use crate::{
    canon::{self, Sha256},
    edge::{
        store::{
            Store,
            packs::{self, PackRow},
        },
        trouble::Trouble,
    },
    form::CaseState,
    id::CaseId,
    pack::{self, Association, Pack, PackRefused},
    view::{RulesView, rules_view},
};

/// A pack that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackTaken {
    /// Its region.
    pub id: String,
    /// Its version, in force for every case begun from now on.
    pub version: u32,
}

/// A pack with its name in the store: the hash of its canonical document.
#[derive(Clone)]
pub(super) struct Edition {
    pub(super) pack: Arc<Pack>,
    sha256: Sha256,
    row: Arc<PackRow>,
}

impl Edition {
    fn of(pack: Pack, row: PackRow) -> Edition {
        Edition { pack: Arc::new(pack), sha256: Sha256::of(&row.document), row: Arc::new(row) }
    }

    fn builtin() -> Result<Edition, Trouble> {
        let pack = Pack::builtin().clone();
        let row = PackRow { document: canon::bytes(&pack)?, signed: None };
        Ok(Edition::of(pack, row))
    }

    /// `None` for a layout that this app does not read; the row stays, for an app that does.
    fn stored(row: PackRow) -> Option<Edition> {
        let pack = std::str::from_utf8(&row.document).ok().and_then(|text| Pack::from_json(text).ok())?;
        Some(Edition::of(pack, row))
    }

    fn put(&self, store: &mut Store) -> Result<(), Trouble> {
        store.write(|tx| self.put_in(tx))
    }

    /// Keeps the pack as the one in force; what was refused before is of no more interest.
    pub(super) fn put_in(&self, tx: &rusqlite::Transaction<'_>) -> Result<(), Trouble> {
        self.keep(tx)?;
        packs::set_refused(tx, None)
    }

    fn keep(&self, tx: &rusqlite::Transaction<'_>) -> Result<(), Trouble> {
        packs::keep(tx, self.sha256, &self.row)
    }

    /// Keeps the pack and binds a new case to it.
    pub(super) fn bind(&self, tx: &rusqlite::Transaction<'_>, case: CaseId) -> Result<(), Trouble> {
        self.keep(tx)?;
        packs::bind(tx, case, self.sha256)
    }
}

/// The rules in force.
pub(super) struct Rules {
    /// For every case that is begun now, and for the duty check.
    pub(super) newest: Edition,
    /// Why the last pack of the feed was not taken.
    pub(super) refused: Option<PackRefused>,
    pub(super) association: Option<Association>,
}

/// Every pack of this phone, for the cases that stand under one of them.
pub(super) struct Shelf {
    editions: BTreeMap<Sha256, Edition>,
}

impl Rules {
    /// The newest of the pack compiled in and the stored ones of its region whose signature still holds: a key that is
    /// no longer pinned takes its packs out of force, though not from the cases begun under them. The pack that was
    /// refused last is judged again: this app may know its key or its layout by now.
    pub(super) fn open(store: &mut Store, association: Option<Association>) -> Result<(Rules, Shelf), Trouble> {
        let builtin = Edition::builtin()?;
        let mut newest = builtin.clone();
        let mut editions = BTreeMap::new();
        // The one compiled in is read already; every case of this app's own version stands under it.
        let other = |row: &PackRow| Sha256::of(&row.document) != builtin.sha256;
        for edition in store.read(packs::all)?.into_iter().filter(other).filter_map(Edition::stored) {
            let holds = edition
                .row
                .signed
                .as_ref()
                .zip(association.as_ref())
                .is_some_and(|((key, signature), by)| by.signed(&edition.row.document, key, signature));
            if holds && edition.pack.id == newest.pack.id && edition.pack.version > newest.pack.version {
                newest = edition.clone();
            }
            editions.insert(edition.sha256, edition);
        }
        editions.insert(builtin.sha256, builtin);
        let mut rules = Rules { newest, refused: None, association };
        if let Some(file) = store.read(packs::refused)? {
            match rules.judge(&rules.newest.pack, &file) {
                Ok(edition) => {
                    edition.put(store)?;
                    rules.newest = edition;
                }
                Err(PackRefused::NotNewer { .. }) => {}
                Err(refused) => rules.refused = Some(refused),
            }
        }
        editions.insert(rules.newest.sha256, rules.newest.clone());
        Ok((rules, Shelf { editions }))
    }

    /// The pack in `file`, if it may follow `current`.
    pub(super) fn judge(&self, current: &Pack, file: &[u8]) -> Result<Edition, PackRefused> {
        let (pack, signed) = pack::accept(current, file, self.association.as_ref())?;
        let document = signed.message().map_err(|error| PackRefused::NotReadable { problem: error.to_string() })?;
        Ok(Edition::of(pack, PackRow { document, signed: Some((signed.key, signed.signature)) }))
    }
}

impl Shelf {
    /// The pack that a case was begun under. A store of schema 1 did not keep it: then the one of that version, if
    /// it is here. Where neither is, the newest, and the case's view says so.
    pub(super) fn of(&self, case: &CaseState, pack: Option<Sha256>, rules: &Rules) -> Arc<Pack> {
        let bound = pack.and_then(|sha256| self.editions.get(&sha256));
        let begun = case.packs.first().copied().unwrap_or_default();
        let same = |edition: &&Edition| edition.pack.id == rules.newest.pack.id && edition.pack.version == begun;
        bound.or_else(|| self.editions.values().find(same)).unwrap_or(&rules.newest).pack.clone()
    }
}

impl Engine {
    /// Takes a newer rule pack from a signed file. Durable and in force on return; cases that are open stay under theirs.
    pub fn accept_pack(&self, file: &[u8]) -> Result<PackTaken, Trouble> {
        let taken = self.with(|inner| {
            let edition = inner.rules.judge(&inner.rules.newest.pack, file)?;
            edition.put(&mut inner.store)?;
            let taken = PackTaken { id: edition.pack.id.clone(), version: edition.pack.version };
            inner.put_in_force(edition);
            Ok(taken)
        })?;
        self.tell("rules");
        Ok(taken)
    }

    /// The rules in force, where they came from, and why a later pack was not taken.
    pub fn rules(&self) -> Result<RulesView, Trouble> {
        self.with(|inner| {
            let Rules { newest, refused, .. } = &inner.rules;
            Ok(rules_view(&newest.pack, newest.row.signed.is_some(), refused.as_ref(), self.lang))
        })
    }
}

impl Inner {
    pub(super) fn put_in_force(&mut self, edition: Edition) {
        self.shelf.editions.insert(edition.sha256, edition.clone());
        self.rules.newest = edition;
        self.rules.refused = None;
    }
}
