//! A case as its screen shows it: made from the fold by one pure function, texts included. A thin UI draws this and
//! sends one intent back; it knows no question, no rule and no code. Not its business: layout.

mod case;
mod checking;
mod claims;
mod credential;
mod document;
mod duty;
mod handover;
mod parts;
mod rules;
mod signing;

pub use case::{CaseView, case_view, finding_view, returned_view};
pub(crate) use case::{doubt_text, instead_text, value_text};
pub use checking::{CheckView, check_view};
pub use claims::claim_views;
pub use credential::{CodeView, CredentialView, LivingView, code_view, credential_view, list_text};
pub use document::document_view;
pub use duty::{ShiftView, TimesView, UrgentView, VerdictView, shift_view, times_view, verdict_view};
pub use handover::{
    HandoverLineView, HandoverPhotoView, HandoverStateView, HandoverStepView, HandoverView, WayView, handover_view,
};
pub use parts::{
    AnswerView, ChoiceView, ClaimView, ConsentTextView, ConsentView, DocumentView, FactorView, FindingView, LineView,
    MissingView, PhotoView, QuestionView, ReturnedView, ShotView, SignatureView, SignerView, SigningView, TriageView,
};
pub use rules::{RulesView, newer_rules, pack_refused, rules_view};
pub(crate) use signing::how_given;
