//! How far a case has gone towards an app or account of the police. Triggered by what a person did there and comes back
//! to say; ends in the entry to append or in a refusal that names its reason.
//!
//! `prepared → handed over → number recorded → outcome recorded`, for each app by itself. Nothing here has contact with
//! the police: each is a person's word about what was done elsewhere. Therefore what comes back is taken by itself, a
//! number without a hand-over and an outcome after one, because people also use these apps on their own; but an
//! outcome that cannot be without a number waits for the number, and one of nothing is none. What was recorded wrongly is
//! recorded again: the later counts, both stay in the journal. Preparing again after an outcome begins a new round.
//! Not its business: what is handed over, which [`handover`](crate::handover) says, and opening anything.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    canon::Sha256,
    id::PhotoId,
    pack::{HandoverApp, Pack},
    privacy::Private,
    time::Moment,
    validate::{self, Verdict},
};

use super::{answering, case::CaseState, journal::Happened};

/// What happened to a hand-over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "went", rename_all = "snake_case")]
pub enum HandoverEvent {
    /// The sheet and the copies lay ready.
    Prepared {
        /// SHA-256 of the sheet's canonical JSON.
        sheet: Sha256,
        /// The copies of photos made for it, in its order.
        copies: Vec<HandoverCopy>,
    },
    /// Somebody says that it was passed on in the app or account.
    HandedOver {
        /// The sheet that lay ready.
        sheet: Sha256,
    },
    /// The number that it has there.
    NumberRecorded {
        /// As it is written there.
        number: Private<String>,
        /// Whether a camera read it; otherwise it was typed.
        scanned: bool,
    },
    /// How it ended there.
    OutcomeRecorded {
        /// One of the pack's codes.
        outcome: String,
        /// In somebody's own words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Private<String>>,
    },
}

/// A copy that went along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverCopy {
    /// Of which photo.
    pub photo: PhotoId,
    /// SHA-256 of the copy.
    pub sha256: Sha256,
}

/// How far it has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HandoverState {
    /// Nothing yet.
    Open,
    /// It lies ready.
    Prepared,
    /// Somebody passed it on.
    HandedOver,
    /// Its number there is known.
    NumberRecorded,
    /// How it ended there is known.
    OutcomeRecorded,
}

impl HandoverState {
    /// Every state.
    pub const ALL: [HandoverState; 5] = [
        HandoverState::Open,
        HandoverState::Prepared,
        HandoverState::HandedOver,
        HandoverState::NumberRecorded,
        HandoverState::OutcomeRecorded,
    ];

    /// The code; the text is `handover-state-<code>`.
    pub fn code(self) -> &'static str {
        match self {
            HandoverState::Open => "open",
            HandoverState::Prepared => "prepared",
            HandoverState::HandedOver => "handed_over",
            HandoverState::NumberRecorded => "number_recorded",
            HandoverState::OutcomeRecorded => "outcome_recorded",
        }
    }
}

/// The present round with one app or account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handing {
    /// How many rounds have ended before.
    pub rounds: u32,
    /// The sheet that lies ready, and since when.
    pub prepared: Option<(Sha256, Moment)>,
    /// The sheet that was passed on, and when that was said.
    pub handed_over: Option<(Sha256, Moment)>,
    /// The number, whether it was scanned, and since when it is known.
    pub number: Option<(Private<String>, bool, Moment)>,
    /// The outcome, a note on it, and since when it is known.
    pub outcome: Option<(String, Option<Private<String>>, Moment)>,
}

impl Handing {
    /// How far it has gone.
    pub fn state(&self) -> HandoverState {
        match self {
            Handing { outcome: Some(_), .. } => HandoverState::OutcomeRecorded,
            Handing { number: Some(_), .. } => HandoverState::NumberRecorded,
            Handing { handed_over: Some(_), .. } => HandoverState::HandedOver,
            Handing { prepared: Some(_), .. } => HandoverState::Prepared,
            Handing { .. } => HandoverState::Open,
        }
    }

    fn take(&mut self, event: &HandoverEvent, at: &Moment) {
        match event {
            HandoverEvent::Prepared { sheet, .. } => {
                if self.outcome.is_some() {
                    *self = Handing { rounds: self.rounds + 1, ..Handing::default() };
                }
                self.prepared = Some((*sheet, at.clone()));
            }
            HandoverEvent::HandedOver { sheet } => self.handed_over = Some((*sheet, at.clone())),
            HandoverEvent::NumberRecorded { number, scanned } => {
                self.number = Some((number.clone(), *scanned, at.clone()));
            }
            HandoverEvent::OutcomeRecorded { outcome, note } => {
                self.outcome = Some((outcome.clone(), note.clone(), at.clone()));
            }
        }
    }
}

/// The hand-overs of a case, by the app's or account's id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handings(BTreeMap<String, Handing>);

impl Handings {
    /// How it stands with this app or account.
    pub fn of(&self, app: &str) -> Handing {
        self.0.get(app).cloned().unwrap_or_default()
    }

    pub(super) fn take(&mut self, app: &str, event: &HandoverEvent, at: &Moment) {
        self.0.entry(app.to_owned()).or_default().take(event, at);
    }
}

/// Why nothing is recorded. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandoverRefused {
    /// The rules of this case do not say how this app or account works.
    #[error("no such app or account in the rules")]
    NoApp,
    /// The road comes first.
    #[error("only after the road is clear")]
    NotCleared,
    /// By what is known this accident is not for an app.
    #[error("not the way for this accident")]
    NotThisWay,
    /// No party has agreed that anything is handed over.
    #[error("no party has agreed")]
    NobodyAgreed,
    /// The case has changed while the copies were made.
    #[error("changed meanwhile")]
    Changed,
    /// Nothing lies ready.
    #[error("nothing was prepared")]
    NotPrepared,
    /// It cannot be a number of a record.
    #[error("not a possible number")]
    BadNumber,
    /// The pack has no such outcome.
    #[error("no such outcome")]
    NoSuchOutcome,
    /// This outcome has a number, and it is not recorded yet.
    #[error("the number comes first")]
    NoNumber,
    /// Nothing was passed on that could have ended somehow.
    #[error("nothing was handed over")]
    NotHandedOver,
    /// Longer than any answer is.
    #[error("too long")]
    TooLong,
    /// The sheet has no canonical form.
    #[error("the sheet has no canonical form")]
    NotCanonical,
}

impl HandoverRefused {
    /// The text code.
    pub fn code(self) -> &'static str {
        match self {
            HandoverRefused::NoApp => "error-handover-no-app",
            HandoverRefused::NotCleared => "error-handover-not-cleared",
            HandoverRefused::NotThisWay => "error-handover-not-this-way",
            HandoverRefused::NobodyAgreed => "error-handover-nobody-agreed",
            HandoverRefused::Changed => "error-handover-changed",
            HandoverRefused::NotPrepared => "error-handover-not-prepared",
            HandoverRefused::BadNumber => "error-handover-bad-number",
            HandoverRefused::NoSuchOutcome => "error-handover-no-outcome",
            HandoverRefused::NoNumber => "error-handover-no-number",
            HandoverRefused::NotHandedOver => "error-handover-not-handed-over",
            HandoverRefused::TooLong => "error-too-long",
            HandoverRefused::NotCanonical => "error-storage",
        }
    }
}

/// The app or account of this id, if the pack says how it works.
pub fn handover_app<'a>(pack: &'a Pack, app: &str) -> Result<&'a HandoverApp, HandoverRefused> {
    pack.handover.app(app).ok_or(HandoverRefused::NoApp)
}

/// The entry that says that what was prepared was passed on in the app or account.
pub fn hand_over(case: &CaseState, pack: &Pack, app: &str) -> Result<Happened, HandoverRefused> {
    handover_app(pack, app)?;
    let handing = case.handings.of(app);
    let (sheet, _) = handing.prepared.filter(|_| handing.outcome.is_none()).ok_or(HandoverRefused::NotPrepared)?;
    Ok(entry(app, HandoverEvent::HandedOver { sheet }))
}

/// The entry that records the number it has there.
pub fn handover_number(pack: &Pack, app: &str, number: &str, scanned: bool) -> Result<Happened, HandoverRefused> {
    handover_app(pack, app)?;
    let checked = validate::number(number);
    if checked.verdict == Verdict::Invalid {
        return Err(HandoverRefused::BadNumber);
    }
    Ok(entry(app, HandoverEvent::NumberRecorded { number: Private::new(checked.normalised), scanned }))
}

/// The entry that records how it ended there.
pub fn handover_outcome(
    case: &CaseState,
    pack: &Pack,
    app: &str,
    outcome: &str,
    note: Option<&str>,
) -> Result<Happened, HandoverRefused> {
    let rules = handover_app(pack, app)?;
    let known = rules.outcomes.iter().find(|known| known.id == outcome).ok_or(HandoverRefused::NoSuchOutcome)?;
    let handing = case.handings.of(app);
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    match () {
        () if known.needs_number && handing.number.is_none() => Err(HandoverRefused::NoNumber),
        () if handing.state() < HandoverState::HandedOver => Err(HandoverRefused::NotHandedOver),
        () if note.is_some_and(|note| note.chars().count() > answering::LONGEST) => Err(HandoverRefused::TooLong),
        () => {
            let (outcome, note) = (outcome.to_owned(), note.map(|note| Private::new(note.to_owned())));
            Ok(entry(app, HandoverEvent::OutcomeRecorded { outcome, note }))
        }
    }
}

/// The entry of what happened with one app or account.
pub(crate) fn entry(app: &str, event: HandoverEvent) -> Happened {
    Happened::Handover { app: app.to_owned(), event }
}
