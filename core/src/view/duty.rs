//! A change of verdict as the alarm shows and speaks it, and the times of a case.

use crate::{
    assess::{AssessRules, Milestone, case_times},
    duty::Change,
    form::{Case, Live},
    text::{self, Lang},
};

/// What the one at the wheel is told.
#[derive(Clone, Debug, PartialEq)]
pub struct VerdictView {
    /// Which accident.
    pub accident: String,
    /// `must_stop`, `exempt`, `report_only`, `cannot_tell` or `clear`.
    pub verdict: String,
    /// The verdict in words, short enough to be spoken.
    pub text: String,
    /// Codes of the reasons.
    pub reasons: Vec<String>,
    /// The reasons in words.
    pub reason_texts: Vec<String>,
    /// Metres to the accident.
    pub distance_m: f64,
    /// When, UTC milliseconds.
    pub at_ms: i64,
}

/// Makes the view of one change.
pub fn verdict_view(change: &Change, lang: Lang) -> VerdictView {
    VerdictView {
        accident: change.accident.clone(),
        verdict: change.verdict.as_str().to_owned(),
        text: text::tell(lang, "verdict", change.verdict.as_str()),
        reasons: change.reasons.iter().map(|reason| reason.as_str().to_owned()).collect(),
        reason_texts: change.reasons.iter().map(|r| text::tell(lang, "duty-reason", r.as_str())).collect(),
        distance_m: change.distance_m,
        at_ms: change.at.wall.0,
    }
}

/// The times of one live case. A time that cannot be known honestly is none (T29).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimesView {
    /// The case.
    pub case_id: String,
    /// Sighted to stopped, milliseconds.
    pub response_ms: Option<i64>,
    /// Stopped to cleared, milliseconds: the key figure.
    pub clearing_ms: Option<i64>,
    /// Sighted to sealed, milliseconds.
    pub whole_ms: Option<i64>,
}

/// Makes the view of a case's times. Training cases have no way in (invariant 9).
pub fn times_view(case: &Case<Live>) -> TimesView {
    let reached = case.state.reached.iter();
    let events: Vec<_> = reached.filter_map(|(kind, at)| Some((Milestone::of_kind(kind)?, at.clone()))).collect();
    let times = case_times(&events, &AssessRules::default());
    TimesView {
        case_id: case.state.id.to_string(),
        response_ms: times.response.countable_ms(),
        clearing_ms: times.clearing.countable_ms(),
        whole_ms: times.whole.countable_ms(),
    }
}
