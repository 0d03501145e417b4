//! Freezing a revision. Triggered by the recorder; ends in a [`Record`] whose bytes never change again (invariant 2),
//! or in everything that still stands in the way.

use std::marker::PhantomData;

use crate::{
    canon::{NotCanonical, Sha256, Sm3},
    fault::{self, Liability},
    id::CaseId,
    pack::{Pack, Stage},
    privacy::Private,
    time::Moment,
};

use super::{
    accord::Accord,
    case::{Case, CaseState, Role},
    document::Record,
    nature::Nature,
    progress::Missing,
};

/// Why a case cannot be sealed now. Nothing has changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NotSealable {
    /// Another phone is the recorder.
    #[error("only the recorder seals")]
    NotRecorder,
    /// The road is not clear.
    #[error("the road is not clear")]
    NotCleared,
    /// Required answers are missing.
    #[error("{} required answers are missing", .0.len())]
    Missing(Vec<Missing>),
    /// The liabilities do not fit together.
    #[error("the liabilities do not fit together")]
    Inconsistent {
        /// A text code.
        reason: String,
        /// Sets that would.
        would_do: Vec<Vec<Liability>>,
    },
    /// Somebody has neither signed nor refused a round.
    #[error("signatures are missing")]
    Unsigned,
    /// A further revision needs a reason.
    #[error("a further revision needs a reason")]
    NoReason,
    /// It has no canonical form.
    #[error("no canonical form")]
    NotCanonical,
}

impl From<NotCanonical> for NotSealable {
    fn from(_: NotCanonical) -> Self {
        NotSealable::NotCanonical
    }
}

/// Proof that a revision of a case of nature `N` was sealed: the key to the queue, where only `Live` fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedRef<N: Nature> {
    /// The case.
    pub case: CaseId,
    /// The revision.
    pub revision: u32,
    /// SHA-256 of the canonical record.
    pub record: Sha256,
    /// SM3 of the same bytes, where the pack asks for it.
    pub sm3: Option<Sm3>,
    nature: PhantomData<N>,
}

/// The next revision of `case`.
pub fn seal<N: Nature>(
    case: &Case<N>,
    pack: &Pack,
    reason: Option<String>,
    now: &Moment,
) -> Result<(Record<N>, SealedRef<N>), NotSealable> {
    let state = &case.state;
    if !matches!(state.role, Role::Recorder(_)) {
        return Err(NotSealable::NotRecorder);
    }
    if !state.is_cleared() {
        return Err(NotSealable::NotCleared);
    }
    let missing: Vec<Missing> = state.progress(pack).missing.into_iter().filter(|m| m.stage <= Stage::Agree).collect();
    if !missing.is_empty() {
        return Err(NotSealable::Missing(missing));
    }
    consistent(state, pack)?;
    let documents = state.documents(pack);
    if !documents.signed_by_all() {
        return Err(NotSealable::Unsigned);
    }
    if !state.revisions.is_empty() && reason.as_deref().is_none_or(|r| r.trim().is_empty()) {
        return Err(NotSealable::NoReason);
    }
    let (signatures, void_signatures) = state.signatures.iter().cloned().partition(|given| documents.holds(given));
    let record = Record {
        schema: 1,
        case: state.id,
        revision: u32::try_from(state.revisions.len()).unwrap_or(u32::MAX).saturating_add(1),
        parent: state.revisions.last().copied(),
        reason: reason.map(Private::new),
        recorder: state.recorder,
        nature: N::default(),
        pack: (pack.id.clone(), pack.version),
        sealed_at: now.clone(),
        facts: state.facts_document(pack),
        settlement: state.settlement(pack)?,
        signatures,
        void_signatures,
        statements: state.statements.iter().map(|(_, hash)| *hash).collect(),
    };
    let (revision, hash, sm3) = (record.revision, record.hash()?, record.sm3(pack)?);
    let sealed = SealedRef { case: state.id, revision, record: hash, sm3, nature: PhantomData };
    Ok((record, sealed))
}

/// The set of liabilities must be one the pack allows; where the parties dispute, there is none to check.
fn consistent(state: &CaseState, pack: &Pack) -> Result<(), NotSealable> {
    if state.accord(pack) == Accord::Disputed {
        return Ok(());
    }
    let text = |party| state.value(Some(party), "party.liability");
    let given: Option<Vec<Liability>> = state
        .parties()
        .into_iter()
        .map(|party| serde_json::from_value(serde_json::Value::String(text(party)?.to_owned())).ok())
        .collect();
    let Some(set) = given else { return Ok(()) };
    let circumstance = state.value(None, "scene.form").and_then(|id| pack.circumstances.iter().find(|c| c.id == id));
    fault::check(&set, circumstance, &pack.liability_sets)
        .map_err(|broken| NotSealable::Inconsistent { reason: broken.reason.to_owned(), would_do: broken.would_do })
}
