//! The photos that an app or account wants, in its order: one a shot, the newest that lies on this phone. A shot that has
//! none is named only where the case needs it.

use super::{
    answers::Answers,
    sheet::{Picture, WhyNot},
    withheld::Withheld,
};
use crate::{
    form::{CaseState, RecordedPhoto},
    id::PartyId,
    pack::{HandoverApp, Pack},
};

pub(super) struct Pictures<'a> {
    pub(super) case: &'a CaseState,
    pub(super) pack: &'a Pack,
    pub(super) app: &'a HandoverApp,
    pub(super) answers: &'a Answers,
    pub(super) withheld: &'a Withheld,
}

impl Pictures<'_> {
    /// The photos of one step; `ready` counts those of the whole sheet, at most as many as the app takes.
    pub(super) fn of(&self, slots: &[String], ready: &mut u32) -> Vec<Picture> {
        let mut pictures = Vec::new();
        for slot in slots {
            let Some(mut picture) = self.picture(slot) else { continue };
            if picture.why.is_none() {
                if self.app.most_photos.is_some_and(|most| *ready >= most) {
                    continue;
                }
                *ready += 1;
                picture.number = *ready;
            }
            pictures.push(picture);
        }
        pictures
    }

    fn picture(&self, slot: &str) -> Option<Picture> {
        if !self.case.is_cleared() && self.pack.shots.after_clear.iter().any(|late| late == slot) {
            return None;
        }
        let about = party_of(slot);
        if about.is_some_and(|party| !self.answers.parties().contains(&party)) {
            return None;
        }
        let of_slot = || self.answered().filter(|photo| photo.slot == slot && photo.no_photo.is_none());
        let here = of_slot().rfind(|photo| self.is_here(photo));
        let why = match () {
            () if here.is_some() && !self.withheld.may_have(about) => self.why_withheld(about),
            () if here.is_some() => None,
            () if of_slot().any(|photo| photo.device != self.case.device) => Some(WhyNot::OtherPhone),
            () if of_slot().next().is_some() => Some(WhyNot::Erased),
            () if self.case.is_answered_for(slot) => Some(WhyNot::Instead),
            () if self.is_needed(slot) => Some(WhyNot::NotTaken),
            () => return None,
        };
        let photo = here.filter(|_| why.is_none()).map(|photo| (photo.photo, photo.sha256));
        Some(Picture { number: 0, slot: slot.to_owned(), photo, why })
    }

    fn why_withheld(&self, about: Option<PartyId>) -> Option<WhyNot> {
        Some(if about.is_some() { WhyNot::PartyTypes } else { WhyNot::NobodyAgreed })
    }

    fn answered(&self) -> impl DoubleEndedIterator<Item = &RecordedPhoto> {
        self.case.photos.iter()
    }

    fn is_here(&self, photo: &RecordedPhoto) -> bool {
        photo.device == self.case.device && !self.case.erased.contains(&photo.photo)
    }

    fn is_needed(&self, slot: &str) -> bool {
        let form = self.answers.versions(None, "scene.form").into_iter().find_map(|said| match &said.answer {
            crate::form::Answer::Value(value) => Some(value.reveal().as_str()),
            crate::form::Answer::Skipped(_) => None,
        });
        self.pack.shots.list(form.unwrap_or_default()).is_some_and(|list| list.minimum.iter().any(|one| one == slot))
    }
}

/// Whose documents or car it shows: `licence_a` is of party A, `scene_front` of nobody.
fn party_of(slot: &str) -> Option<PartyId> {
    let (_, letter) = slot.rsplit_once('_')?;
    letter.to_ascii_uppercase().parse().ok().filter(|_| letter.len() == 1)
}
