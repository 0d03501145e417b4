//! What stands for a photo that cannot be taken: words, the positions marked on the road, or a voice note (Art. 19).
//! Triggered by a person at the scene, with a reason; ends in an entry, or in why not. The shot then counts as taken.
//! Not its business: keeping a voice note's bytes.

use serde::{Deserialize, Serialize};

use crate::{pack::Pack, privacy::Private, time::Moment};

use super::{
    answering,
    case::{CaseState, Role},
    journal::Happened,
};

/// Why there is no photo; the texts are `no-photo-…`.
pub const REASONS: [&str; 5] = ["camera_broken", "too_dark", "too_dangerous", "not_allowed", "other_reason"];

/// What stands for the photo; the texts are `means-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Somebody wrote down what there was to see.
    Words,
    /// The positions were marked on the road; the words say how.
    Marking,
    /// Somebody said it into the phone.
    Voice,
}

impl Means {
    /// The code as it stands in JSON and in text keys.
    pub fn code(self) -> &'static str {
        match self {
            Means::Words => "words",
            Means::Marking => "marking",
            Means::Voice => "voice",
        }
    }

    /// What this code means.
    pub fn from_code(code: &str) -> Option<Means> {
        [Means::Words, Means::Marking, Means::Voice].into_iter().find(|means| means.code() == code)
    }
}

/// Words or a marking in the place of a photo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Substitute {
    /// The shot it answers.
    pub slot: String,
    /// What it is.
    pub means: Means,
    /// Why there is no photo: one of [`REASONS`].
    pub why: String,
    /// What there was to see, or how it was marked.
    pub words: Private<String>,
    /// When.
    pub at: Moment,
}

/// Why nothing stands for the photo. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubstituteRefused {
    /// The list of shots is the recorder's.
    #[error("only the recorder says why a photo is missing")]
    NotRecorder,
    /// The case has no such shot.
    #[error("no such shot")]
    UnknownSlot,
    /// The reason is none of the known ones.
    #[error("no such reason")]
    UnknownReason,
    /// It says nothing, or a voice note without its sound.
    #[error("it says nothing")]
    NoWords,
    /// Longer than any answer is.
    #[error("too long")]
    TooLong,
}

/// What it would be to have words or a marking stand for the shot `slot`.
pub fn substitute(
    state: &CaseState,
    pack: &Pack,
    slot: &str,
    means: Means,
    why: &str,
    words: String,
) -> Result<Happened, SubstituteRefused> {
    may_substitute(state, pack, slot, why)?;
    let words = words.trim().to_owned();
    match () {
        () if means == Means::Voice || words.is_empty() => Err(SubstituteRefused::NoWords),
        () if words.chars().count() > answering::LONGEST => Err(SubstituteRefused::TooLong),
        () => {
            Ok(Happened::Substituted { slot: slot.to_owned(), means, why: why.to_owned(), words: Private::new(words) })
        }
    }
}

/// Whether anything may stand for the shot `slot`, for the reason `why`.
pub fn may_substitute(state: &CaseState, pack: &Pack, slot: &str, why: &str) -> Result<(), SubstituteRefused> {
    let list = pack.shots.list(state.value(None, "scene.form").unwrap_or_default());
    let known = |slot: &str| {
        list.is_some_and(|list| list.slots.iter().any(|known| known == slot))
            || pack.shots.after_clear.iter().any(|known| known == slot)
    };
    match () {
        () if !matches!(state.role, Role::Recorder(_)) => Err(SubstituteRefused::NotRecorder),
        () if !known(slot) => Err(SubstituteRefused::UnknownSlot),
        () if !REASONS.contains(&why) => Err(SubstituteRefused::UnknownReason),
        () => Ok(()),
    }
}
