//! The accident record: questions by stage, answers as a journal, what is still missing, the sealed revisions.
//!
//! A case is a fold of its [`Entry`]s and of nothing else: opening it again, on any phone, ten times, gives the same
//! state (T16). Rules decide what may be appended (`answering`, `consent`, `signing`, `sealing`); they return what would
//! happen and never do it. Nothing about documents is asked before the road is clear.
//!
//! Not its business: storing entries, reading clocks, deciding fault.

mod accord;
mod answering;
mod case;
mod consent;
mod consents;
mod document;
mod draft;
mod erasing;
mod factor;
mod handing;
mod journal;
mod nature;
mod phone_saw;
mod progress;
mod sealing;
mod signing;
mod statement;
mod substitute;

pub use accord::Accord;
pub(crate) use answering::judge;
pub use answering::{AnswerRefused, Given, accept};
pub use case::{AnyCase, Case, CaseState, Role, SignatureGiven, Version};
pub use consent::{ConsentRefused, Receiver, consent, withdraw};
pub use consents::{Consent, Consents, StatedConsent};
pub use document::{FactsDocument, PartyFacts, Record, RecordedAnswer, RecordedPhoto, Settlement, TriageFacts};
pub use draft::{DraftRefused, read_draft};
pub use erasing::{Erasure, NotErased, due, erase};
pub use factor::{Factor, FactorGiven, Witness};
pub(crate) use handing::entry as handover_entry;
pub use handing::{
    Handing, Handings, HandoverCopy, HandoverEvent, HandoverRefused, HandoverState, hand_over, handover_app,
    handover_number, handover_outcome,
};
pub use journal::{Answer, Entry, Happened, Outgoing, Round, Strokes, Viewed};
pub use nature::{Live, Nature, Training};
pub use phone_saw::PhoneSaw;
pub use progress::{Missing, Progress, Step};
pub use sealing::{NotSealable, SealedRef, seal};
pub use signing::{Documents, Signing, SigningRefused, refuse_to_sign, sign};
pub use statement::{Doubt, StatedPart, Statement, StatementRef, StatementRefused, make_statement, take_statement};
pub use substitute::{Means, REASONS, Substitute, SubstituteRefused, may_substitute, substitute};
