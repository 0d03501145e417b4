//! Erasing: the photo's key is dropped and the label key replaced in one transaction with the entry that stays, then no
//! older page of the store is kept, then the file goes. A kill in between is made up for at the next open. Not its
//! business: which photos may go (`form`).

use std::sync::Arc;

use super::{Engine, Inner, commit::Along};
use crate::{
    edge::{
        keys::random,
        steps::reached,
        store::{journal, outbox},
        trouble::Trouble,
    },
    form::{self, AnyCase, Happened, NotErased},
    id::{CaseId, PhotoId},
    outbox::ItemState,
    time::Moment,
};

/// So many cases are looked at in one go.
const AT_A_TIME: u32 = 64;

impl Engine {
    /// Erases one photo of this phone: from now on nobody can read it here, whoever kept a copy of its file. Its entries
    /// in the record and the custody log stay. Refused before the gateway's receipt for it; twice is once.
    pub fn erase_photo(&self, case: CaseId, photo: PhotoId) -> Result<(), Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            let what = form::erase(&inner.case(case)?.case, &[photo])?;
            what.map_or(Ok(()), |what| inner.erase(case, what, &now))
        })?;
        self.tell(&format!("case:{case}"));
        Ok(())
    }

    /// Erases every photo of a case from this phone; how many. Refused, all of it, while anything of the case is unsent.
    pub fn erase_case(&self, case: CaseId) -> Result<u32, Trouble> {
        let now = self.now()?;
        let erased = self.with(|inner| {
            let case_here = &inner.case(case)?.case;
            let rows = inner.store.read(|c| outbox::of_case(c, case))?;
            if rows.iter().any(|item| !matches!(item.state, ItemState::Done { .. })) || has_unsealed(case_here) {
                return Err(NotErased::Unsent.into());
            }
            let state = case_here.state();
            let own = state.photos.iter().filter(|photo| photo.device == state.device).map(|photo| photo.photo);
            match form::erase(case_here, &own.collect::<Vec<_>>())? {
                Some(what) => inner.erase(case, what.clone(), &now).map(|()| count(&what)),
                None => Ok(0),
            }
        })?;
        self.tell(&format!("case:{case}"));
        Ok(erased)
    }

    /// Erases what the retention of each case's rules says is over; how many photos. Each sync does it too, and each time
    /// looks at some cases more.
    pub fn tidy(&self) -> Result<u32, Trouble> {
        let now = self.now()?;
        let done: Vec<(CaseId, u32)> = self.with(|inner| {
            let (mut due, ids) = (Vec::new(), inner.next_to_tidy()?);
            inner.each_case(ids, |id, open| {
                due.extend(form::due(&open.case, &open.pack, &now).map(|what| (id, what)));
                Ok(())
            })?;
            due.into_iter().map(|(id, what)| inner.erase(id, what.clone(), &now).map(|()| (id, count(&what)))).collect()
        })?;
        done.iter().for_each(|(case, _)| self.tell(&format!("case:{case}")));
        Ok(done.iter().map(|(_, count)| count).sum())
    }
}

/// A recorder's real case that says more than its newest sealed revision has an unsent record, though none is frozen.
fn has_unsealed(case: &AnyCase) -> bool {
    match case {
        AnyCase::Live(case) => matches!(case.state.role, form::Role::Recorder(_)) && !case.state.is_sealed(),
        AnyCase::Training(_) => false,
    }
}

fn count(what: &Happened) -> u32 {
    if let Happened::Erased { photos, .. } = what { photos.len() as u32 } else { 0 }
}

impl Inner {
    /// The cases that are looked at this time; after the last one it begins anew.
    fn next_to_tidy(&mut self) -> Result<Vec<CaseId>, Trouble> {
        let ids = self.store.read(|c| journal::cases_after(c, &self.tidied, AT_A_TIME))?;
        let last = ids.last().filter(|_| ids.len() == AT_A_TIME as usize);
        self.tidied = last.map_or(String::new(), |id| id.to_string());
        Ok(ids)
    }

    fn erase(&mut self, case: CaseId, what: Happened, now: &Moment) -> Result<(), Trouble> {
        let Happened::Erased { photos, .. } = &what else { return Ok(()) };
        let (photos, fresh) = (photos.clone(), zeroize::Zeroizing::new(random()?));
        let vault = Arc::new(self.vault.relabelled(&fresh)?);
        let (named, key) = (photos.clone(), &fresh);
        let rows: super::commit::Rows<'_> = Box::new(move |tx, _| {
            named.iter().try_for_each(|photo| journal::drop_key(tx, *photo))?;
            journal::set_label_key(tx, key)
        });
        self.append(case, what, now, Along { rows: Some(rows), ..Along::default() })?;
        self.vault = vault;
        // Pages with the old keys go; if they cannot now, the files stay as a sign for the next open, which does both.
        self.store.truncate()?;
        reached("pages gone");
        photos.iter().for_each(|photo| self.vault.forget(*photo));
        Ok(())
    }
}
