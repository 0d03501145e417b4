//! Cases in memory: each is unfolded from its rows when it is first asked for, so that opening costs the same with ten
//! cases and ten thousand. The rows are the truth; what is in memory can be let go between any two calls. Ends in the
//! case, or in one that is unknown or unreadable, which is no other's trouble.

use std::sync::Arc;

use elsa::FrozenBTreeMap;

use super::Inner;
use crate::{
    custody::Tree,
    edge::{
        store::{CaseRow, journal},
        trouble::Trouble,
    },
    form::AnyCase,
    id::CaseId,
    pack::Pack,
};

/// More than a person has in hand at once.
const IN_MEMORY: usize = 64;

/// A case in memory: its fold, its custody tree and the rules it stands under.
pub(super) struct OpenCase {
    pub(super) case: AnyCase,
    pub(super) tree: Tree,
    pub(super) pack: Arc<Pack>,
}

/// Those that were asked for.
#[derive(Default)]
pub(super) struct Cases(FrozenBTreeMap<CaseId, Box<OpenCase>>);

impl Cases {
    /// Keeps what was begun or went on.
    pub(super) fn put(&mut self, id: CaseId, open: OpenCase) {
        self.0.as_mut().insert(id, Box::new(open));
    }

    /// Takes out what is about to change.
    pub(super) fn take(&mut self, id: CaseId) -> Option<OpenCase> {
        self.0.as_mut().remove(&id).map(|open| *open)
    }

    /// Lets all go once there are many.
    pub(super) fn trim(&mut self) {
        if self.0.len() > IN_MEMORY {
            self.0.as_mut().clear();
        }
    }
}

impl Inner {
    pub(super) fn case(&self, id: CaseId) -> Result<&OpenCase, Trouble> {
        if let Some(open) = self.cases.0.get(&id) {
            return Ok(open);
        }
        let row = self.store.read(|c| journal::case(c, id))?.ok_or(Trouble::UnknownCase)?;
        Ok(self.cases.0.insert(id, Box::new(self.unfold(row)?)))
    }

    /// The case, if this phone has it.
    pub(super) fn find_case(&self, id: CaseId) -> Result<Option<&OpenCase>, Trouble> {
        match self.case(id) {
            Ok(open) => Ok(Some(open)),
            Err(Trouble::UnknownCase) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// Looks at one case after the other without keeping them.
    pub(super) fn each_case(
        &self,
        ids: Vec<CaseId>,
        mut look: impl FnMut(CaseId, &OpenCase) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        for id in ids {
            if let Some(open) = self.cases.0.get(&id) {
                look(id, open)?;
            } else if let Some(row) = self.store.read(|c| journal::case(c, id))? {
                look(id, &self.unfold(row)?)?;
            }
        }
        Ok(())
    }

    fn unfold(&self, row: CaseRow) -> Result<OpenCase, Trouble> {
        let (first, rest) = row.entries.split_first().ok_or(Trouble::Unreadable)?;
        let mut case = AnyCase::begin(row.id, self.device, first).ok_or(Trouble::Unreadable)?;
        rest.iter().for_each(|entry| case.apply(entry));
        let pack = self.shelf.of(case.state(), row.pack, &self.rules);
        Ok(OpenCase { case, tree: Tree::from_leaves(row.leaves), pack })
    }
}
