//! A change of verdict as the alarm shows and speaks it, the shift as its screen shows it, and the times of a case.

use crate::{
    assess::{AssessRules, Milestone, case_times},
    duty::{Change, Shift, Standing, Ternary},
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

/// The duty home: on duty or not, excused by what, what is near, how soon the next fix is wanted.
#[derive(Clone, PartialEq)]
pub struct ShiftView {
    /// Whether somebody is on duty.
    pub on_duty: bool,
    /// Since when, UTC milliseconds.
    pub since_ms: Option<i64>,
    /// Plate of the survey car.
    pub vehicle: Option<String>,
    /// `yes`, `no` or `unknown`: certified now.
    pub certified: String,
    /// The urgent task in force.
    pub urgent: Option<UrgentView>,
    /// The accident that the specialist is busy with.
    pub on_case: Option<String>,
    /// What holds now, the most urgent first.
    pub verdicts: Vec<VerdictView>,
    /// Milliseconds until the next fix is wanted; none asks for no fixes.
    pub next_fix_ms: Option<u32>,
}

/// A declared urgent task.
#[derive(Clone, PartialEq, Eq)]
pub struct UrgentView {
    /// The pack's code.
    pub kind: String,
    /// The same in words.
    pub text: String,
    /// In the specialist's words.
    pub reason: String,
    /// Who gave the task.
    pub issuer: String,
    /// When it was declared, UTC milliseconds.
    pub declared_at_ms: i64,
    /// Stopping had been demanded before it was declared.
    pub after_demand: bool,
}

impl std::fmt::Debug for ShiftView {
    // Plate, reason and issuer are a person's (invariant 7).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ShiftView(on duty: {}, {:?})", self.on_duty, self.verdicts)
    }
}

/// Makes the view of a shift.
pub fn shift_view(
    shift: Option<&Shift>,
    standing: &Standing,
    verdicts: &[Change],
    next_fix_ms: Option<i64>,
    lang: Lang,
) -> ShiftView {
    let urgent = shift.and_then(|shift| shift.urgent.as_ref()).map(|declared| UrgentView {
        kind: declared.kind.clone(),
        text: text::tell(lang, "urgent", &declared.kind),
        reason: declared.reason.reveal().clone(),
        issuer: declared.issuer.reveal().clone(),
        declared_at_ms: declared.at.wall.0,
        after_demand: declared.after_demand,
    });
    let certified = match standing.credential {
        Ternary::Yes => "yes",
        Ternary::No => "no",
        Ternary::Unknown => "unknown",
    };
    ShiftView {
        on_duty: standing.on_duty,
        since_ms: shift.map(|shift| shift.since.wall.0),
        vehicle: shift.map(|shift| shift.vehicle.reveal().clone()),
        certified: certified.to_owned(),
        urgent,
        on_case: standing.on_case.clone(),
        verdicts: verdicts.iter().map(|change| verdict_view(change, lang)).collect(),
        next_fix_ms: next_fix_ms.and_then(|ms| u32::try_from(ms).ok()),
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
