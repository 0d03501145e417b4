//! A specialist's shift (在岗): since when, with which car, whether a serious urgent task (重大紧急任务) was declared, at
//! which accident he is. Triggered by his taps; ends with `end of shift`. It outlives the app, because a phone that was
//! killed must not forget that somebody is on duty (it would say "nothing to do"). Pure: times come from outside, and
//! nobody can type one.

use serde::{Deserialize, Serialize};

use super::{Standing, Urgent};
use crate::{
    id::CaseId,
    pack::Pack,
    privacy::Private,
    time::{Moment, span},
    triage::Ternary,
};

/// Longest words of a declaration, characters.
const MOST_CHARS: usize = 200;

/// One shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Since when.
    pub since: Moment,
    /// Plate of the survey car.
    pub vehicle: Private<String>,
    /// The urgent task in force.
    pub urgent: Option<Declared>,
    /// Where he is: the case, the name of its accident, since when.
    pub at: Option<(CaseId, String, Moment)>,
}

/// An urgent task as it was declared. Its words go to the log of the association, and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// A code of the pack.
    pub kind: String,
    /// In the specialist's words.
    pub reason: Private<String>,
    /// Who gave the task.
    pub issuer: Private<String>,
    /// When it was declared.
    pub at: Moment,
    /// Stopping had been demanded somewhere on this trip before it was.
    pub after_demand: bool,
}

/// Why a declaration is not taken. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDeclared {
    /// Nobody is on duty.
    #[error("nobody is on duty")]
    OffDuty,
    /// The pack knows no such kind.
    #[error("no such kind of urgent task")]
    UnknownKind,
    /// A task without reason or issuer excuses nobody.
    #[error("a declaration without reason or issuer, or with too many words")]
    NoWords,
}

impl NotDeclared {
    /// The key of its text.
    pub fn code(self) -> &'static str {
        match self {
            NotDeclared::OffDuty => "error-urgent-off-duty",
            NotDeclared::UnknownKind => "error-urgent-kind",
            NotDeclared::NoWords => "error-urgent-words",
        }
    }
}

impl Shift {
    /// A shift that begins now.
    pub fn begin(vehicle: Private<String>, now: &Moment) -> Shift {
        Shift { since: now.clone(), vehicle, urgent: None, at: None }
    }

    /// What is declared now, if it may be.
    pub fn declare(
        kind: &str,
        reason: &str,
        issuer: &str,
        after_demand: bool,
        pack: &Pack,
        now: &Moment,
    ) -> Result<Declared, NotDeclared> {
        if !pack.urgent_kinds.iter().any(|known| known == kind) {
            return Err(NotDeclared::UnknownKind);
        }
        let words = |text: &str| {
            let text = text.trim();
            let fits = !text.is_empty() && text.chars().count() <= MOST_CHARS;
            fits.then(|| Private::new(text.to_owned())).ok_or(NotDeclared::NoWords)
        };
        let (reason, issuer) = (words(reason)?, words(issuer)?);
        Ok(Declared { kind: kind.to_owned(), reason, issuer, at: now.clone(), after_demand })
    }

    /// What holds at `now`. A case that was begun longer ago than a case may take (`left_open_ms`) excuses nobody any
    /// more: it was forgotten, and forgetting must not be an excuse for the rest of a shift.
    pub fn standing(shift: Option<&Shift>, credential: Ternary, left_open_ms: i64, now: &Moment) -> Standing {
        let fresh = |since: &Moment| {
            let ms = span(since, now).certain_ms().unwrap_or_else(|| now.wall.since(since.wall));
            (0..=left_open_ms).contains(&ms)
        };
        let at = shift.and_then(|shift| shift.at.as_ref()).filter(|(_, _, since)| fresh(since));
        Standing {
            on_duty: shift.is_some(),
            credential,
            urgent: shift.and_then(|shift| shift.urgent.as_ref()).map(Urgent::from),
            on_case: at.map(|(_, accident, _)| accident.clone()),
        }
    }
}

impl From<&Declared> for Urgent {
    fn from(declared: &Declared) -> Urgent {
        Urgent { kind: declared.kind.clone(), declared_at: declared.at.clone() }
    }
}
