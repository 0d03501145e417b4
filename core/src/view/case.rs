//! The view of one case.

use super::{
    handover::{HandoverStateView, standings},
    parts::*,
    rules::rules_changed,
    signing::{signature_view, signing},
};
use crate::{
    evidence::Finding,
    form::{
        Accord, Answer, AnyCase, CaseState, Consent, Documents, Live, Means, Missing, Nature, Receiver, Role, Step,
        Training, Version,
    },
    id::{DeviceId, PartyId},
    pack::{ConsentText, Pack, Question, QuestionKind},
    text::{self, Lang},
    wire::{FileReturned, Manifest},
};

/// One case as its screen shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseView {
    /// Its id.
    pub id: String,
    /// `live` or `training`; a screen marks training all over.
    pub nature: String,
    /// Whether this phone is the recorder.
    pub recorder: bool,
    /// For which party this phone speaks.
    pub own_party: Option<String>,
    /// Where it stands: `screen`, `protect`, `hazmat`, `evidence`, `clear`, `form`, `agree`, `sign`, `seal`, `sealed`.
    pub step: String,
    /// The same in words.
    pub step_text: String,
    /// May they leave?
    pub triage: TriageView,
    /// What to ask now.
    pub next: Option<QuestionView>,
    /// What is still missing, in the order of asking.
    pub missing: Vec<MissingView>,
    /// Required answers given.
    pub answered: u32,
    /// Required answers in all.
    pub required: u32,
    /// The parties.
    pub parties: Vec<String>,
    /// Version of the rules it was begun under and stays under.
    pub rules_version: u32,
    /// That there are newer rules by now, or that its own are gone, in words; none when neither is so (T32).
    pub rules_changed: Option<String>,
    /// What was answered.
    pub answers: Vec<AnswerView>,
    /// What to photograph, in order.
    pub shots: Vec<ShotView>,
    /// What was photographed.
    pub photos: Vec<PhotoView>,
    /// Whether *clear now* is to be shown.
    pub may_clear: bool,
    /// Whether the road is clear.
    pub cleared: bool,
    /// Whether passing specialists were asked for help.
    pub help_asked: bool,
    /// What each phone recorded of who agreed to which receiver, and who took it back; what is not here was never given.
    pub consents: Vec<ConsentView>,
    /// What can be consented to, in the words that are to be shown. A text that this app does not have is not here.
    pub consent_texts: Vec<ConsentTextView>,
    /// What a signature must bind now; none while there is nothing to sign.
    pub signing: Option<SigningView>,
    /// `open`, `agreed` or `disputed`: where the parties stand about who bears what.
    pub accord: String,
    /// The same in words; a dispute with the way on from it.
    pub accord_text: String,
    /// Signatures and refusals so far.
    pub signatures: Vec<SignatureView>,
    /// SHA-256 of each sealed record, the first revision first.
    pub revisions: Vec<String>,
    /// Which revisions a desk gave back, and why, the earliest first.
    pub returned: Vec<ReturnedView>,
    /// The claim notices to the parties' own insurers, and what these say.
    pub claims: Vec<ClaimView>,
    /// How far it has gone towards each app or account of the police that the rules know.
    pub handovers: Vec<HandoverStateView>,
    /// `open`, `sealed` or `stored`.
    pub state: String,
}

impl std::fmt::Debug for CaseView {
    // It is full of what people said (invariant 7).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CaseView({} {} {}/{})", self.id, self.step, self.answered, self.required)
    }
}

/// Makes the view of a case that stands under `pack`.
pub fn case_view(case: &AnyCase, pack: &Pack, lang: Lang) -> CaseView {
    let state = case.state();
    let documents = state.documents(pack);
    let progress = state.progress_with(pack, &documents);
    let step = code(&progress.step);
    let accord = accord(state, pack, &documents).code();
    CaseView {
        id: state.id.to_string(),
        nature: match case {
            AnyCase::Live(_) => Live::NAME,
            AnyCase::Training(_) => Training::NAME,
        }
        .to_owned(),
        recorder: matches!(state.role, Role::Recorder(_)),
        own_party: match state.role {
            Role::Party(party) | Role::Recorder(Some(party)) => Some(party.to_string()),
            Role::Recorder(None) => None,
        },
        step_text: text::tell(lang, "step", &step),
        step,
        triage: triage_view(state, pack, lang),
        next: progress.next.as_ref().and_then(|next| question_view(next, pack, lang)),
        missing: progress.missing.iter().map(|missing| missing_view(missing, lang)).collect(),
        answered: progress.answered.0 as u32,
        required: progress.answered.1 as u32,
        parties: state.parties().iter().map(PartyId::to_string).collect(),
        rules_version: pack.version,
        rules_changed: rules_changed(state, pack, lang),
        answers: answers(state, pack, lang),
        shots: shots(state, pack, lang),
        photos: photos(state, lang),
        may_clear: progress.step == Step::Clear,
        cleared: state.is_cleared(),
        help_asked: state.has_asked_for_help(),
        consents: consents(state, lang),
        consent_texts: consent_texts(pack, lang),
        signing: signing(state, &documents, progress.step, lang),
        accord: accord.to_owned(),
        accord_text: text::tell(lang, "accord", accord),
        signatures: state.signatures.iter().map(|given| signature_view(given, &documents, lang)).collect(),
        revisions: state.revisions.iter().map(ToString::to_string).collect(),
        returned: Vec::new(),
        claims: Vec::new(),
        handovers: standings(state, pack, &progress, lang),
        state: match () {
            () if is_stored(state) => "stored",
            () if !state.revisions.is_empty() => "sealed",
            () => "open",
        }
        .to_owned(),
    }
}

/// By the recorder's answers, or by the draft that this phone was shown; who refuses to sign does not agree.
fn accord(state: &CaseState, pack: &Pack, documents: &Documents<'_>) -> Accord {
    let said = match state.role {
        Role::Recorder(_) => state.accord(pack),
        Role::Party(_) => state.to_be_read(pack).map_or(Accord::Open, |(_, settlement)| settlement.accord),
    };
    let refused = state.signatures.iter().any(|given| given.refused && documents.holds(given));
    if said == Accord::Agreed && refused { Accord::Disputed } else { said }
}

/// Whether the gateway's receipt for the newest revision is here; an older one's says nothing about this one.
fn is_stored(state: &CaseState) -> bool {
    let newest = state.revisions.len();
    let of_newest =
        |manifest: &Manifest| matches!(manifest, Manifest::Revision { revision, .. } if *revision as usize == newest);
    newest > 0 && state.receipts.iter().any(|given| of_newest(&given.receipt.manifest))
}

pub(super) fn code<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn triage_view(state: &CaseState, pack: &Pack, lang: Lang) -> TriageView {
    let outcome = crate::triage::triage(&state.facts(), &pack.triage);
    let words = |prefix: &str, codes: &[String]| codes.iter().map(|code| text::tell(lang, prefix, code)).collect();
    TriageView {
        route: outcome.route.code().to_owned(),
        text: text::tell(lang, "route", outcome.route.code()),
        settled: outcome.settled,
        cites: words("cite", &outcome.cites),
        because: words("fact", &outcome.because),
        unknown: outcome.unknown.clone(),
        advice: words("triage-advice", &outcome.advice),
    }
}

pub(super) fn question_text(id: &str, lang: Lang) -> String {
    text::tell(lang, "question", id.replace('.', "-"))
}

fn missing_view(missing: &Missing, lang: Lang) -> MissingView {
    MissingView {
        question: missing.question.clone(),
        party: missing.party.map(|party| party.to_string()),
        stage: code(&missing.stage),
        text: question_text(&missing.question, lang),
    }
}

fn question_view(missing: &Missing, pack: &Pack, lang: Lang) -> Option<QuestionView> {
    let question = pack.question(&missing.question)?;
    Some(QuestionView {
        question: question.id.clone(),
        party: missing.party.map(|party| party.to_string()),
        text: question_text(&question.id, lang),
        kind: code(&question.kind),
        choices: choices(question, pack, lang),
    })
}

fn choices(question: &Question, pack: &Pack, lang: Lang) -> Vec<ChoiceView> {
    let own = question.choices.iter().cloned();
    let listed: Vec<String> = match question.kind {
        QuestionKind::Insurer => pack.insurers.iter().map(|insurer| insurer.id.clone()).chain(own).collect(),
        QuestionKind::Circumstance => pack.circumstances.iter().map(|circumstance| circumstance.id.clone()).collect(),
        QuestionKind::ImpactClock => (1..=12).map(|hour: u8| hour.to_string()).chain(own).collect(),
        _ => own.collect(),
    };
    listed.into_iter().map(|code| ChoiceView { text: value_text(question, &code, pack, lang), code }).collect()
}

/// A value in words: choices by their text, free values as they are.
pub(crate) fn value_text(question: &Question, value: &str, pack: &Pack, lang: Lang) -> String {
    if question.kind == QuestionKind::Insurer && pack.insurers.iter().any(|insurer| insurer.id == value) {
        return text::tell(lang, "insurer", value);
    }
    match question.kind {
        QuestionKind::Circumstance => text::tell(lang, "circumstance", value),
        QuestionKind::Liability => text::tell(lang, "liability", value),
        _ if question.choices.iter().any(|choice| choice == value) => {
            let key = format!("choice-{}-{value}", question.id.replace('.', "-"));
            if text::has(lang, &key) { text::say(lang, &key, &[]) } else { text::tell(lang, "choice", value) }
        }
        QuestionKind::ImpactClock => text::say(lang, "agreement-clock", &[("hour", value.into())]),
        QuestionKind::Fen => yuan(value),
        _ => value.to_owned(),
    }
}

/// Fen as yuan, `2600.00`: the questions ask in yuan, the record counts in fen.
fn yuan(fen: &str) -> String {
    match fen.parse::<u64>() {
        Ok(fen) => format!("{}.{:02}", fen / 100, fen % 100),
        Err(_) => fen.to_owned(),
    }
}

fn answers(state: &CaseState, pack: &Pack, lang: Lang) -> Vec<AnswerView> {
    let shown = |(party, id): &(Option<PartyId>, String)| {
        let Version { answer, doubt, .. } = state.version(*party, id)?;
        let versions = state.answers.get(&(*party, id.clone()))?;
        let (value, words) = match answer {
            Answer::Value(value) => {
                let value = value.reveal().clone();
                let words = pack.question(id).map_or_else(|| value.clone(), |q| value_text(q, &value, pack, lang));
                (Some(value), words)
            }
            Answer::Skipped(reason) => (None, text::tell(lang, "skip", reason)),
        };
        Some(AnswerView {
            question: id.clone(),
            party: party.map(|party| party.to_string()),
            value,
            text: words,
            disagreement: versions.iter().any(|version| &version.answer != answer),
            doubt: doubt.as_ref().map(|reason| doubt_text(reason, lang)),
        })
    };
    state.answers.keys().filter_map(shown).collect()
}

/// Why an answer of another phone's statement cannot be, in words.
pub(crate) fn doubt_text(reason: &str, lang: Lang) -> String {
    if reason.starts_with("doubt-") {
        return text::say(lang, reason, &[]);
    }
    let known = if text::has(lang, reason) { reason } else { "refused-invalid" };
    text::say(lang, "doubt-impossible", &[("reason", text::say(lang, known, &[]).into())])
}

fn shots(state: &CaseState, pack: &Pack, lang: Lang) -> Vec<ShotView> {
    let Some(list) = pack.shots.list(state.value(None, "scene.form").unwrap_or_default()) else { return Vec::new() };
    let after = if state.is_cleared() { pack.shots.after_clear.as_slice() } else { &[] };
    list.slots
        .iter()
        .chain(after)
        .map(|slot| ShotView {
            slot: slot.clone(),
            text: text::tell(lang, "shot", slot),
            needed: list.minimum.contains(slot),
            taken: state.is_answered_for(slot),
            instead: instead(state, slot, lang),
        })
        .collect()
}

fn photos(state: &CaseState, lang: Lang) -> Vec<PhotoView> {
    let stored = |photo: &crate::form::RecordedPhoto| {
        state
            .receipts
            .iter()
            .any(|r| matches!(&r.receipt.manifest, Manifest::Photo { photo: p, .. } if *p == photo.photo))
    };
    state
        .photos
        .iter()
        .map(|photo| PhotoView {
            photo: photo.photo.to_string(),
            slot: photo.slot.clone(),
            sha256: photo.sha256.to_string(),
            bytes: photo.bytes,
            here: photo.device == state.device && !state.erased.contains(&photo.photo),
            erased: state.erased.contains(&photo.photo),
            stored: stored(photo),
            instead: photo.no_photo.as_ref().map(|why| instead_text(Means::Voice, why, lang)),
            findings: photo.findings.iter().map(|finding| finding_view(finding, lang)).collect(),
        })
        .collect()
}

/// What stands for a shot that has no photo, in words.
fn instead(state: &CaseState, slot: &str, lang: Lang) -> Option<String> {
    let photos = || state.photos.iter().filter(|photo| photo.slot == slot);
    if photos().any(|photo| photo.no_photo.is_none()) {
        return None;
    }
    let voice = photos().find_map(|photo| Some((Means::Voice, photo.no_photo.as_ref()?)));
    let given = state.substitutes.iter().rev().find(|given| given.slot == slot).map(|given| (given.means, &given.why));
    voice.or(given).map(|(means, why)| instead_text(means, why, lang))
}

/// What stands for a photo, and why, in words.
pub(crate) fn instead_text(means: Means, why: &str, lang: Lang) -> String {
    let (means, why) = (text::tell(lang, "means", means.code()), text::tell(lang, "no-photo", why));
    text::say(lang, "instead-of-photo", &[("means", means.into()), ("why", why.into())])
}

/// That a desk gave a file back, in words.
pub fn returned_view(returned: FileReturned, lang: Lang) -> ReturnedView {
    let reason = code(&returned.reason);
    let text = text::tell(lang, "returned", &reason);
    ReturnedView { revision: returned.revision, by: returned.by, text, reason }
}

/// What was noticed about a photo, in words.
pub fn finding_view(finding: &Finding, lang: Lang) -> FindingView {
    let args: Vec<(&str, text::Value)> =
        finding.values.iter().map(|(key, value)| (key.as_str(), text::Value::from(value.as_str()))).collect();
    let code = finding.code.as_str().to_owned();
    FindingView { text: text::say(lang, &format!("finding-{code}"), &args), code }
}

fn consent_texts(pack: &Pack, lang: Lang) -> Vec<ConsentTextView> {
    let worded = |consent: &ConsentText| {
        let key = format!("consent-{}-{}", consent.receiver, consent.version);
        text::has(lang, &key).then(|| ConsentTextView {
            receiver: consent.receiver.clone(),
            name: text::tell(lang, "receiver", &consent.receiver),
            version: consent.version,
            text: text::say(lang, &key, &[]),
        })
    };
    pack.consents.iter().filter_map(worded).collect()
}

fn consents(state: &CaseState, lang: Lang) -> Vec<ConsentView> {
    let shown = |(party, receiver, by, word): (PartyId, Receiver, DeviceId, &Consent)| ConsentView {
        party: party.to_string(),
        receiver: receiver.code().to_owned(),
        text: text::tell(lang, "receiver", receiver.code()),
        text_version: word.text_version,
        given: word.stands(),
        here: by == state.device,
        stands: state.consents(party, receiver),
    };
    state.consented.iter().map(shown).collect()
}
