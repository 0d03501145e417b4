//! A hand-over as its screen shows it: what to copy, in the order of the app or account it is typed into, and how far it
//! has gone. The words say what a person did or is to do, and never that anything is with the police.

use super::{
    case::{code, question_text, value_text},
    parts::ChoiceView,
};
use crate::{
    evidence::CopyLimits,
    form::{AnyCase, CaseState, HandoverRefused, HandoverState, Progress, Role, Step},
    handover::{Line, Picture, Sheet, SheetStep, WhyNot, sheet, way, ways},
    pack::{HandoverApp, Opening, Pack},
    text::{self, Lang},
};

/// How far the case has gone towards one app or account.
#[derive(Clone, PartialEq, Eq)]
pub struct HandoverStateView {
    /// Its id in the pack.
    pub app: String,
    /// Its name in words.
    pub name: String,
    /// Whether it is what to do next: the case is sealed and nothing is handed over yet.
    pub offered: bool,
    /// `open`, `prepared`, `handed_over`, `number_recorded` or `outcome_recorded`.
    pub state: String,
    /// The same in words.
    pub state_text: String,
    /// Since when, UTC milliseconds by this phone's clock; none while it is open.
    pub since_ms: Option<i64>,
    /// Its number there.
    pub number: Option<String>,
    /// How it ended there, a code of the rules.
    pub outcome: Option<String>,
    /// The same in words.
    pub outcome_text: Option<String>,
    /// What somebody noted about it.
    pub note: Option<String>,
    /// Rounds that ended before this one.
    pub rounds: u32,
}

impl std::fmt::Debug for HandoverStateView {
    // Number and note are about people (invariant 7).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HandoverStateView({} {})", self.app, self.state)
    }
}

/// What to type and to show there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverView {
    /// How far it has gone.
    pub standing: HandoverStateView,
    /// It is practice: nothing of it is to be typed in anywhere, and nothing is opened.
    pub practice: bool,
    /// What this is and what it is not, in words.
    pub notice: String,
    /// The ways to open it; the phone is asked which of them it has.
    pub ways: Vec<WayView>,
    /// The way to take; none means by hand.
    pub open: Option<WayView>,
    /// How to open it, in words.
    pub open_text: String,
    /// Its steps.
    pub steps: Vec<HandoverStepView>,
    /// Photos that are ready.
    pub photos_ready: u32,
    /// Fewest photos it goes on with.
    pub photos_least: u32,
    /// Most bytes of a photo.
    pub photo_most_bytes: u64,
    /// Most pixels along a photo's longer side.
    pub photo_longest_edge_px: u32,
    /// That the case has changed since it was prepared or handed over, in words.
    pub changed: Option<String>,
    /// How it can end there.
    pub outcomes: Vec<ChoiceView>,
}

/// A way to open it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayView {
    /// `android_package`, `harmony_bundle` or `url`.
    pub kind: String,
    /// The name.
    pub target: String,
    /// Whether this phone has it.
    pub can_open: bool,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverStepView {
    /// From 1.
    pub number: u32,
    /// The pack's code.
    pub code: String,
    /// What to do there, in words.
    pub text: String,
    /// It comes after the road is clear, and that is not so yet.
    pub later: bool,
    /// What to type.
    pub lines: Vec<HandoverLineView>,
    /// What to show.
    pub photos: Vec<HandoverPhotoView>,
}

/// One value.
#[derive(Clone, PartialEq, Eq)]
pub struct HandoverLineView {
    /// Its place on the sheet, from 1.
    pub number: u32,
    /// The question it answers.
    pub code: String,
    /// About which party; none for the accident.
    pub party: Option<String>,
    /// What is told.
    pub label: String,
    /// What to copy, in Chinese as it is typed there; none when there is nothing.
    pub value: Option<String>,
    /// The same in the language of this phone, or why there is nothing to copy.
    pub text: String,
    /// Code of the reason why there is nothing.
    pub why: Option<String>,
    /// Two phones say different things; look before typing it.
    pub differs: bool,
}

impl std::fmt::Debug for HandoverLineView {
    // Value and text are what a person said (invariant 7).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HandoverLineView({} {:?} {:?})", self.code, self.party, self.why)
    }
}

/// One photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverPhotoView {
    /// Its place among those that are ready, from 1; 0 when it is not.
    pub number: u32,
    /// The shot.
    pub slot: String,
    /// The shot in words.
    pub label: String,
    /// The photo of this phone; none when there is none to hand on.
    pub photo: Option<String>,
    /// Whether a copy has to be made of it: the original has more bytes than it takes. Preparing always makes one,
    /// because a copy tells neither place nor time nor camera.
    pub too_large: bool,
    /// Code of the reason why there is none.
    pub why: Option<String>,
    /// The reason in words.
    pub text: Option<String>,
}

/// The sheet of one app or account; `can_open` are the targets that the phone says it can open.
pub fn handover_view(
    case: &AnyCase,
    pack: &Pack,
    app: &str,
    can_open: &[String],
    lang: Lang,
) -> Result<HandoverView, HandoverRefused> {
    let state = case.state();
    let sheet = sheet(state, pack, app)?;
    let rules = crate::form::handover_app(pack, app)?;
    let practice = matches!(case, AnyCase::Training(_));
    let (ways, open) = match practice {
        true => (Vec::new(), None),
        false => (ways(rules, can_open), way(rules, can_open)),
    };
    let name = app_name(rules, lang);
    let named = |key: &str| text::say(lang, key, &[("name", name.as_str().into())]);
    let limits = pack.evidence.copies.iter().find(|limits| limits.receiver == rules.receiver);
    Ok(HandoverView {
        standing: standing(state, pack, rules, &state.progress(pack), lang),
        notice: named(if practice { "handover-practice" } else { "handover-notice" }),
        open_text: named(match (practice, &open) {
            (true, _) => "handover-practice",
            (false, Some(_)) => "handover-open",
            (false, None) => "handover-open-by-hand",
        }),
        practice,
        ways: ways.into_iter().map(|way| way_view(way.opening, way.can_open)).collect(),
        open: open.map(|opening| way_view(opening, true)),
        photos_ready: sheet.pictures().filter(|picture| picture.photo.is_some()).count() as u32,
        photos_least: rules.least_photos,
        photo_most_bytes: limits.map_or(pack.evidence.largest_bytes, |limits| limits.most_bytes),
        photo_longest_edge_px: limits.map_or(u32::MAX, |limits| limits.longest_edge_px),
        changed: changed(state, &sheet).then(|| named("handover-changed")),
        outcomes: rules.outcomes.iter().map(|outcome| outcome_view(&outcome.id, lang)).collect(),
        steps: (1..).zip(&sheet.steps).map(|(n, step)| step_view(n, step, state, pack, limits, &name, lang)).collect(),
    })
}

/// Every app or account whose work the rules know, and how far the case has gone towards it.
pub(super) fn standings(state: &CaseState, pack: &Pack, progress: &Progress, lang: Lang) -> Vec<HandoverStateView> {
    let apps = pack.handover.apps.iter().filter(|app| app.works());
    apps.map(|app| standing(state, pack, app, progress, lang)).collect()
}

fn standing(state: &CaseState, pack: &Pack, app: &HandoverApp, progress: &Progress, lang: Lang) -> HandoverStateView {
    let handing = state.handings.of(&app.id);
    let reached = handing.state();
    let since = match reached {
        HandoverState::Open => None,
        HandoverState::Prepared => handing.prepared.as_ref().map(|(_, at)| at),
        HandoverState::HandedOver => handing.handed_over.as_ref().map(|(_, at)| at),
        HandoverState::NumberRecorded => handing.number.as_ref().map(|(_, _, at)| at),
        HandoverState::OutcomeRecorded => handing.outcome.as_ref().map(|(_, _, at)| at),
    };
    let is_done = match state.role {
        Role::Recorder(_) => progress.step == Step::Sealed,
        Role::Party(_) => matches!(progress.step, Step::Seal | Step::Sealed),
    };
    let is_next = is_done && reached < HandoverState::HandedOver;
    let (outcome, note) = match &handing.outcome {
        Some((outcome, note, _)) => (Some(outcome.clone()), note.as_ref().map(|note| note.reveal().clone())),
        None => (None, None),
    };
    HandoverStateView {
        app: app.id.clone(),
        name: app_name(app, lang),
        offered: is_next && sheet(state, pack, &app.id).is_ok(),
        state: reached.code().to_owned(),
        state_text: text::tell(lang, "handover-state", reached.code()),
        since_ms: since.map(|at| at.wall.0),
        number: handing.number.map(|(number, ..)| number.reveal().clone()),
        outcome_text: outcome.as_ref().map(|outcome| outcome_view(outcome, lang).text),
        outcome,
        note,
        rounds: handing.rounds,
    }
}

/// Whether the sheet is another by now than the one that was handed over, or that lies ready.
fn changed(state: &CaseState, sheet: &Sheet) -> bool {
    let handing = state.handings.of(&sheet.app);
    let known = handing.handed_over.or(handing.prepared).map(|(known, _)| known);
    known.is_some_and(|known| sheet.sha256().ok() != Some(known))
}

fn app_name(app: &HandoverApp, lang: Lang) -> String {
    let key = format!("handover-{}", app.id);
    if text::has(lang, &key) { text::say(lang, &key, &[]) } else { app.name.clone() }
}

fn way_view(opening: Opening, can_open: bool) -> WayView {
    WayView { kind: opening.kind.code().to_owned(), target: opening.target, can_open }
}

fn outcome_view(id: &str, lang: Lang) -> ChoiceView {
    ChoiceView { code: id.to_owned(), text: text::tell(lang, "handover-outcome", id) }
}

fn step_view(
    number: u32,
    step: &SheetStep,
    state: &CaseState,
    pack: &Pack,
    limits: Option<&CopyLimits>,
    name: &str,
    lang: Lang,
) -> HandoverStepView {
    HandoverStepView {
        number,
        code: step.id.clone(),
        text: text::say(lang, &format!("handover-step-{}", step.id), &[("name", name.into())]),
        later: step.later,
        lines: step.lines.iter().map(|line| line_view(line, pack, lang)).collect(),
        photos: step.pictures.iter().map(|picture| photo_view(picture, state, limits, lang)).collect(),
    }
}

fn line_view(line: &Line, pack: &Pack, lang: Lang) -> HandoverLineView {
    let held = line.held.as_ref().map(|held| held.reveal());
    let words = held.zip(pack.question(&line.question)).map(|(held, asked)| value_text(asked, held, pack, lang));
    HandoverLineView {
        number: line.number,
        code: line.question.clone(),
        party: line.party.map(|party| party.to_string()),
        label: question_text(&line.question, lang),
        value: line.value.as_ref().map(|value| value.reveal().clone()),
        text: words.or(line.why.map(|why| why_text(why, lang))).unwrap_or_default(),
        why: line.why.as_ref().map(code),
        differs: line.differs,
    }
}

fn photo_view(picture: &Picture, state: &CaseState, limits: Option<&CopyLimits>, lang: Lang) -> HandoverPhotoView {
    let original = picture.photo.and_then(|(photo, _)| state.photos.iter().find(|known| known.photo == photo));
    HandoverPhotoView {
        number: picture.number,
        slot: picture.slot.clone(),
        label: text::tell(lang, "shot", &picture.slot),
        photo: picture.photo.map(|(photo, _)| photo.to_string()),
        too_large: original.zip(limits).is_some_and(|(original, limits)| original.bytes > limits.most_bytes),
        why: picture.why.as_ref().map(code),
        text: picture.why.map(|why| why_text(why, lang)),
    }
}

fn why_text(why: WhyNot, lang: Lang) -> String {
    text::tell(lang, "handover-why", why.code())
}
