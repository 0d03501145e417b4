//! What comes out: mirrors of the core's views. A field that drifts is a compile error.

pub use crate::queue::*;
pub use jingbao_core::{
    edge::PackTaken,
    view::{
        AnswerView, CaseView, CheckView, ChoiceView, ClaimView, CodeView, ConsentTextView, ConsentView, CredentialView,
        DocumentView, FactorView, FindingView, HandoverLineView, HandoverPhotoView, HandoverStateView,
        HandoverStepView, HandoverView, LineView, LivingView, MissingView, PhotoView, QuestionView, ReturnedView,
        RulesView, ShiftView, ShotView, SignatureView, SignerView, SigningView, TimesView, TriageView, UrgentView,
        VerdictView, WayView,
    },
};

/// Mirror of the core's `TriageView`.
#[uniffi::remote(Record)]
pub struct TriageView {
    pub route: String,
    pub text: String,
    pub settled: bool,
    pub cites: Vec<String>,
    pub because: Vec<String>,
    pub unknown: Vec<String>,
    pub advice: Vec<String>,
}

/// Mirror of the core's `ChoiceView`.
#[uniffi::remote(Record)]
pub struct ChoiceView {
    pub code: String,
    pub text: String,
}

/// Mirror of the core's `QuestionView`.
#[uniffi::remote(Record)]
pub struct QuestionView {
    pub question: String,
    pub party: Option<String>,
    pub text: String,
    pub kind: String,
    pub choices: Vec<ChoiceView>,
}

/// Mirror of the core's `MissingView`.
#[uniffi::remote(Record)]
pub struct MissingView {
    pub question: String,
    pub party: Option<String>,
    pub stage: String,
    pub text: String,
}

/// Mirror of the core's `AnswerView`.
#[uniffi::remote(Record)]
pub struct AnswerView {
    pub question: String,
    pub party: Option<String>,
    pub value: Option<String>,
    pub text: String,
    pub disagreement: bool,
    pub doubt: Option<String>,
}

/// Mirror of the core's `ShotView`.
#[uniffi::remote(Record)]
pub struct ShotView {
    pub slot: String,
    pub text: String,
    pub needed: bool,
    pub taken: bool,
    pub instead: Option<String>,
}

/// Mirror of the core's `FindingView`.
#[uniffi::remote(Record)]
pub struct FindingView {
    pub code: String,
    pub text: String,
}

/// Mirror of the core's `PhotoView`.
#[uniffi::remote(Record)]
pub struct PhotoView {
    pub photo: String,
    pub slot: String,
    pub sha256: String,
    pub bytes: u64,
    pub here: bool,
    pub erased: bool,
    pub stored: bool,
    pub instead: Option<String>,
    pub findings: Vec<FindingView>,
}

/// Mirror of the core's `SigningView`.
#[uniffi::remote(Record)]
pub struct SigningView {
    pub facts_sha256: String,
    pub settlement_sha256: String,
    pub signers: Vec<SignerView>,
}

/// Mirror of the core's `SignerView`.
#[uniffi::remote(Record)]
pub struct SignerView {
    pub party: String,
    pub factors: Vec<FactorView>,
}

/// Mirror of the core's `FactorView`.
#[uniffi::remote(Record)]
pub struct FactorView {
    pub kind: String,
    pub witness: Option<String>,
    pub text: String,
}

/// Mirror of the core's `DocumentView`.
#[uniffi::remote(Record)]
pub struct DocumentView {
    pub round: String,
    pub sha256: String,
    pub lines: Vec<LineView>,
}

/// Mirror of the core's `LineView`.
#[uniffi::remote(Record)]
pub struct LineView {
    pub party: Option<String>,
    pub label: String,
    pub text: String,
    pub missing: bool,
    pub disagreement: bool,
}

/// Mirror of the core's `CheckView`.
#[uniffi::remote(Record)]
pub struct CheckView {
    pub verdict: String,
    pub value: String,
    pub class: Option<String>,
    pub note: Option<String>,
    pub suggestion: Option<String>,
}

/// Mirror of the core's `ConsentTextView`.
#[uniffi::remote(Record)]
pub struct ConsentTextView {
    pub receiver: String,
    pub name: String,
    pub version: u32,
    pub text: String,
}

/// Mirror of the core's `ConsentView`.
#[uniffi::remote(Record)]
pub struct ConsentView {
    pub party: String,
    pub receiver: String,
    pub text: String,
    pub text_version: u32,
    pub given: bool,
    pub here: bool,
    pub stands: bool,
}

/// Mirror of the core's `SignatureView`.
#[uniffi::remote(Record)]
pub struct SignatureView {
    pub party: String,
    pub round: String,
    pub holds: bool,
    pub refused: bool,
    pub factor: Option<String>,
    pub how: String,
}

/// Mirror of the core's `ReturnedView`.
#[uniffi::remote(Record)]
pub struct ReturnedView {
    pub revision: u32,
    pub by: String,
    pub reason: String,
    pub text: String,
}

/// Mirror of the core's `ClaimView`.
#[uniffi::remote(Record)]
pub struct ClaimView {
    pub number: u32,
    pub party: String,
    pub insurer: String,
    pub insurer_text: String,
    pub revision: u32,
    pub state: String,
    pub text: String,
    pub reason: Option<String>,
    pub reason_text: Option<String>,
    pub at_ms: Option<i64>,
    pub may_notify: bool,
}

/// Mirror of the core's `CaseView`.
#[uniffi::remote(Record)]
pub struct CaseView {
    pub id: String,
    pub nature: String,
    pub recorder: bool,
    pub own_party: Option<String>,
    pub step: String,
    pub step_text: String,
    pub triage: TriageView,
    pub next: Option<QuestionView>,
    pub missing: Vec<MissingView>,
    pub answered: u32,
    pub required: u32,
    pub parties: Vec<String>,
    pub rules_version: u32,
    pub rules_changed: Option<String>,
    pub answers: Vec<AnswerView>,
    pub shots: Vec<ShotView>,
    pub photos: Vec<PhotoView>,
    pub may_clear: bool,
    pub cleared: bool,
    pub help_asked: bool,
    pub consents: Vec<ConsentView>,
    pub consent_texts: Vec<ConsentTextView>,
    pub signing: Option<SigningView>,
    pub accord: String,
    pub accord_text: String,
    pub signatures: Vec<SignatureView>,
    pub revisions: Vec<String>,
    pub returned: Vec<ReturnedView>,
    pub claims: Vec<ClaimView>,
    pub handovers: Vec<HandoverStateView>,
    pub state: String,
}

/// Mirror of the core's `RulesView`.
#[uniffi::remote(Record)]
pub struct RulesView {
    pub id: String,
    pub version: u32,
    pub source: String,
    pub text: String,
    pub refused: Option<String>,
}

/// Mirror of the core's `PackTaken`.
#[uniffi::remote(Record)]
pub struct PackTaken {
    pub id: String,
    pub version: u32,
}

/// Mirror of the core's `ShiftView`.
#[uniffi::remote(Record)]
pub struct ShiftView {
    pub on_duty: bool,
    pub since_ms: Option<i64>,
    pub vehicle: Option<String>,
    pub certified: String,
    pub urgent: Option<UrgentView>,
    pub on_case: Option<String>,
    pub verdicts: Vec<VerdictView>,
    pub next_fix_ms: Option<u32>,
}

/// Mirror of the core's `UrgentView`.
#[uniffi::remote(Record)]
pub struct UrgentView {
    pub kind: String,
    pub text: String,
    pub reason: String,
    pub issuer: String,
    pub declared_at_ms: i64,
    pub after_demand: bool,
}

/// Mirror of the core's `VerdictView`.
#[uniffi::remote(Record)]
pub struct VerdictView {
    pub accident: String,
    pub verdict: String,
    pub text: String,
    pub reasons: Vec<String>,
    pub reason_texts: Vec<String>,
    pub distance_m: f64,
    pub at_ms: i64,
}

/// Mirror of the core's `TimesView`.
#[uniffi::remote(Record)]
pub struct TimesView {
    pub case_id: String,
    pub response_ms: Option<i64>,
    pub clearing_ms: Option<i64>,
    pub whole_ms: Option<i64>,
}

/// Mirror of the core's `CredentialView`.
#[uniffi::remote(Record)]
pub struct CredentialView {
    pub verdict: String,
    pub word: String,
    pub number: String,
    pub name: String,
    pub company: String,
    pub valid_from: String,
    pub valid_to: String,
    pub list: String,
}

/// Mirror of the core's `LivingView`.
#[uniffi::remote(Record)]
pub struct LivingView {
    pub code: String,
    pub next_in_ms: i64,
}

/// Mirror of the core's `CodeView`.
#[uniffi::remote(Record)]
pub struct CodeView {
    pub verdict: String,
    pub reason: String,
    pub word: String,
    pub text: String,
    pub name: Option<String>,
    pub company: Option<String>,
    pub number: Option<String>,
    pub face: Option<Vec<u8>>,
    pub list: String,
    pub list_age_ms: Option<i64>,
    pub challenge: bool,
}

/// Mirror of the core's `HandoverStateView`.
#[uniffi::remote(Record)]
pub struct HandoverStateView {
    pub app: String,
    pub name: String,
    pub offered: bool,
    pub state: String,
    pub state_text: String,
    pub since_ms: Option<i64>,
    pub number: Option<String>,
    pub outcome: Option<String>,
    pub outcome_text: Option<String>,
    pub note: Option<String>,
    pub rounds: u32,
}

/// Mirror of the core's `HandoverView`.
#[uniffi::remote(Record)]
pub struct HandoverView {
    pub standing: HandoverStateView,
    pub practice: bool,
    pub notice: String,
    pub ways: Vec<WayView>,
    pub open: Option<WayView>,
    pub open_text: String,
    pub steps: Vec<HandoverStepView>,
    pub photos_ready: u32,
    pub photos_least: u32,
    pub photo_most_bytes: u64,
    pub photo_longest_edge_px: u32,
    pub changed: Option<String>,
    pub outcomes: Vec<ChoiceView>,
}

/// Mirror of the core's `WayView`.
#[uniffi::remote(Record)]
pub struct WayView {
    pub kind: String,
    pub target: String,
    pub can_open: bool,
}

/// Mirror of the core's `HandoverStepView`.
#[uniffi::remote(Record)]
pub struct HandoverStepView {
    pub number: u32,
    pub code: String,
    pub text: String,
    pub later: bool,
    pub lines: Vec<HandoverLineView>,
    pub photos: Vec<HandoverPhotoView>,
}

/// Mirror of the core's `HandoverLineView`.
#[uniffi::remote(Record)]
pub struct HandoverLineView {
    pub number: u32,
    pub code: String,
    pub party: Option<String>,
    pub label: String,
    pub value: Option<String>,
    pub text: String,
    pub why: Option<String>,
    pub differs: bool,
}

/// Mirror of the core's `HandoverPhotoView`.
#[uniffi::remote(Record)]
pub struct HandoverPhotoView {
    pub number: u32,
    pub slot: String,
    pub label: String,
    pub photo: Option<String>,
    pub too_large: bool,
    pub why: Option<String>,
    pub text: Option<String>,
}
