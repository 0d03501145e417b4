//! Handing a case over to an app or account of the police, by hand: what lies ready, and what a person says was done with
//! it. Each call but the look ends in an entry of the case or in a refusal; nothing here reaches the police, and nothing
//! of it is sent or scored. Not its business: what is on the sheet ([`handover`]), opening the app, which is the shell's.

use std::path::{Path, PathBuf};

use super::{Engine, commit::Along};
use crate::{
    canon::Sha256,
    edge::trouble::Trouble,
    form::{self, CaseState, HandoverCopy, HandoverRefused, Happened},
    handover::{self, Sheet},
    id::{CaseId, PhotoId},
    pack::Pack,
    view::{HandoverView, handover_view},
};

/// What lies ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverReady {
    /// SHA-256 of the sheet: what the custody log says was prepared.
    pub sheet: Sha256,
    /// The copies, in the order in which they are wanted.
    pub copies: Vec<CopyReady>,
    /// Photos of which this phone cannot make a copy (HEIC): the phone's own gallery hands them on.
    pub by_gallery: Vec<PhotoId>,
}

/// One copy that lies ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyReady {
    /// Of which photo.
    pub photo: PhotoId,
    /// The shot.
    pub slot: String,
    /// The file.
    pub path: PathBuf,
    /// Its SHA-256.
    pub sha256: Sha256,
}

impl Engine {
    /// What is ready for `app`, in its order; `can_open` are the targets that the phone says it can open. Nothing changes.
    pub fn handover(&self, case: CaseId, app: &str, can_open: &[String]) -> Result<HandoverView, Trouble> {
        self.with(|inner| {
            let open = inner.case(case)?;
            Ok(handover_view(&open.case, &open.pack, app, can_open, self.lang)?)
        })
    }

    /// Writes a copy of each photo into `folder`, which is made if missing, in order and within the app's limits, and records what lies ready. A
    /// copy that was written before something failed stays an entry of the case; preparing again makes all anew.
    pub fn prepare_handover(&self, case: CaseId, app: &str, folder: &Path) -> Result<HandoverReady, Trouble> {
        let (sheet, receiver) = self.with(|inner| {
            let open = inner.case(case)?;
            let receiver = form::handover_app(&open.pack, app)?.receiver.clone();
            Ok((handover::prepare(open.case.state(), &open.pack, app)?, receiver))
        })?;
        std::fs::create_dir_all(folder)?;
        let (copies, by_gallery) = self.copies(case, &sheet, &receiver, folder)?;
        let expected = sheet.sha256()?;
        let made = copies.iter().map(|copy| HandoverCopy { photo: copy.photo, sha256: copy.sha256 }).collect();
        self.went(case, |state, pack| handover::prepared(state, pack, app, expected, made))?;
        Ok(HandoverReady { sheet: expected, copies, by_gallery })
    }

    /// Records that what was prepared was passed on in the app or account.
    pub fn hand_over(&self, case: CaseId, app: &str) -> Result<(), Trouble> {
        self.went(case, |state, pack| form::hand_over(state, pack, app))
    }

    /// Records the number it has there, typed or `scanned`; a later one corrects an earlier one.
    pub fn handover_number(&self, case: CaseId, app: &str, number: &str, scanned: bool) -> Result<(), Trouble> {
        self.went(case, |_, pack| form::handover_number(pack, app, number, scanned))
    }

    /// Records how it ended there, with a note in somebody's own words; a later one corrects an earlier one.
    pub fn handover_outcome(&self, case: CaseId, app: &str, outcome: &str, note: Option<&str>) -> Result<(), Trouble> {
        self.went(case, |state, pack| form::handover_outcome(state, pack, app, outcome, note))
    }

    fn copies(
        &self,
        case: CaseId,
        sheet: &Sheet,
        receiver: &str,
        folder: &Path,
    ) -> Result<(Vec<CopyReady>, Vec<PhotoId>), Trouble> {
        let (mut copies, mut by_gallery) = (Vec::new(), Vec::new());
        for picture in sheet.pictures() {
            let Some((photo, _)) = picture.photo else { continue };
            let path = folder.join(format!("{:02}-{}.jpg", picture.number, picture.slot));
            match self.derive_copy(case, photo, receiver, &path) {
                Ok(made) => copies.push(CopyReady { photo, slot: picture.slot.clone(), path, sha256: made.copy }),
                Err(Trouble::Derive(_)) => by_gallery.push(photo),
                Err(trouble) => return Err(trouble),
            }
        }
        Ok((copies, by_gallery))
    }

    fn went(
        &self,
        case: CaseId,
        rule: impl FnOnce(&CaseState, &Pack) -> Result<Happened, HandoverRefused>,
    ) -> Result<(), Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            let open = inner.case(case)?;
            let what = rule(open.case.state(), &open.pack)?;
            inner.append(case, what, &now, Along::default())
        })?;
        self.tell(&format!("case:{case}"));
        Ok(())
    }
}
