//! Which photos of this phone may be erased, and which are due. Triggered by a person or by the pack's retention; ends in
//! an entry that names them, and stays for good, or in why not. Nothing unsent is ever erased. Not its business: how the
//! bytes are made unreadable.

use serde::{Deserialize, Serialize};

use crate::{
    id::PhotoId,
    pack::Pack,
    time::{Moment, Timestamp},
    wire::Manifest,
};

use super::{
    case::{AnyCase, CaseState, Role},
    journal::Happened,
};

/// Why photos were erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Erasure {
    /// Somebody asked for it.
    Asked,
    /// The pack's grace after the receipts is over.
    Retention,
}

/// Why nothing is erased. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotErased {
    /// This phone has taken no such photo.
    #[error("no such photo of this phone")]
    NoSuchPhoto,
    /// The gateway's receipt for it has not come.
    #[error("it is not sent yet")]
    Unsent,
}

/// What erasing these photos would be; `None` where all of them are erased already. A training case is never sent, so
/// that nothing of it waits for a receipt.
pub fn erase(case: &AnyCase, photos: &[PhotoId]) -> Result<Option<Happened>, NotErased> {
    let state = case.state();
    let own = |photo: &PhotoId| state.photos.iter().any(|known| known.photo == *photo && known.device == state.device);
    if !photos.iter().all(own) {
        return Err(NotErased::NoSuchPhoto);
    }
    let left: Vec<PhotoId> = photos.iter().filter(|photo| !state.erased.contains(photo)).copied().collect();
    if matches!(case, AnyCase::Live(_)) && !left.iter().all(|photo| state.photo_stored(*photo).is_some()) {
        return Err(NotErased::Unsent);
    }
    Ok((!left.is_empty()).then_some(Happened::Erased { photos: left, why: Erasure::Asked }))
}

/// What the retention of `pack` erases at `now`: photos whose own receipt, and that of the newest record or statement of
/// this phone, are older than the grace. `None` where there is nothing.
pub fn due(case: &AnyCase, pack: &Pack, now: &Moment) -> Option<Happened> {
    let AnyCase::Live(case) = case else { return None };
    let state = &case.state;
    let document = state.document_stored()?;
    let grace = i64::from(pack.retention.photo_grace_h) * 3_600_000;
    let is_over = |stored: Timestamp| now.wall.since(stored.max(document)) >= grace;
    let own = state.photos.iter().filter(|photo| photo.device == state.device && !state.erased.contains(&photo.photo));
    let photos: Vec<PhotoId> =
        own.map(|photo| photo.photo).filter(|photo| state.photo_stored(*photo).is_some_and(is_over)).collect();
    (!photos.is_empty()).then_some(Happened::Erased { photos, why: Erasure::Retention })
}

impl CaseState {
    fn photo_stored(&self, wanted: PhotoId) -> Option<Timestamp> {
        self.stored_at(|manifest| matches!(manifest, Manifest::Photo { photo, .. } if *photo == wanted))
    }

    /// When the newest document of this phone was stored; `None` while one is still to come.
    fn document_stored(&self) -> Option<Timestamp> {
        match self.role {
            Role::Recorder(_) if self.is_sealed() => {
                let newest = self.revisions.len();
                self.stored_at(|manifest| {
                    matches!(manifest, Manifest::Revision { revision, .. } if usize::try_from(*revision) == Ok(newest))
                })
            }
            Role::Recorder(_) => None,
            Role::Party(_) => self.stored_at(|manifest| {
                matches!(manifest, Manifest::Statement { device, number, .. }
                    if *device == self.device && *number == self.stated)
            }),
        }
    }

    fn stored_at(&self, wanted: impl Fn(&Manifest) -> bool) -> Option<Timestamp> {
        let receipt = self.receipts.iter().find(|receipt| wanted(&receipt.receipt.manifest))?;
        Some(receipt.receipt.stored_at)
    }
}
