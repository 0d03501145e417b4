//! What a phone that is not the recorder says: its party's answers, its photos' hashes, its signatures, its party's
//! consents. Append-only;
//! the recorder takes it in word for word and never changes it.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use crate::{
    canon::{self, NotCanonical, Sha256},
    id::{CaseId, DeviceId, PartyId},
    pack::{About, Pack},
    time::Moment,
};

use super::{
    answering,
    case::{Case, CaseState, Role, SignatureGiven},
    consents::StatedConsent,
    document::{RecordedAnswer, RecordedPhoto},
    factor::Factor,
    journal::Answer,
    nature::Nature,
};

/// One statement of one device about one case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// The case.
    pub case: CaseId,
    /// Whose phone.
    pub device: DeviceId,
    /// Number, from 1; a later one says everything again and adds to it.
    pub number: u32,
    /// For which party.
    pub party: PartyId,
    /// `live` or `training`.
    pub nature: String,
    /// The party's own answers.
    pub answers: Vec<RecordedAnswer>,
    /// The phone's photos.
    pub photos: Vec<RecordedPhoto>,
    /// The party's signatures over what the recorder showed.
    pub signatures: Vec<SignatureGiven>,
    /// What the party said on this phone about who may have its data. Left out when there is nothing, so that a statement
    /// made before there was such a thing keeps its bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<StatedConsent>,
    /// That it says less than everything, so that it fits one code; left out when it says all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<StatedPart>,
    /// When it was made.
    pub at: Moment,
}

/// What a statement says that does not say everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatedPart {
    /// The party's own columns. What this phone said before of photos, signatures and consents stands.
    Party,
}

/// Proof that a statement about a case of nature `N` was made: the key to the queue, where only `Live` fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatementRef<N: Nature> {
    /// The case.
    pub case: CaseId,
    /// The statement's number.
    pub number: u32,
    nature: PhantomData<N>,
}

/// Why a statement is not taken in. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementRefused {
    /// It speaks of another case.
    #[error("a statement for another case")]
    AnotherCase,
    /// One of the same or a higher number is there already.
    #[error("an older statement, or one taken in before")]
    Replayed,
    /// This phone is not the recorder.
    #[error("only the recorder takes statements in")]
    NotRecorder,
    /// It is for training and the case is real, or the reverse.
    #[error("training and real do not mix")]
    OtherNature,
    /// It answers for a party other than its own.
    #[error("it speaks for a party that is not its own")]
    NotIts,
    /// An answer is longer than any answer is.
    #[error("too long")]
    TooLong,
    /// It consents without a text; versions count from 1.
    #[error("consent without a text")]
    NoText,
}

/// The next statement of this phone, with everything or with one part.
pub fn make_statement<N: Nature>(
    case: &Case<N>,
    part: Option<StatedPart>,
    now: &Moment,
) -> Result<(Statement, Sha256, StatementRef<N>), NotCanonical> {
    let state = &case.state;
    let party = match state.role {
        Role::Party(party) | Role::Recorder(Some(party)) => party,
        Role::Recorder(None) => PartyId::nth(0).unwrap_or_else(|| unreachable!("A is a party")),
    };
    let whole = part.is_none();
    let statement = Statement {
        case: state.id,
        device: state.device,
        number: state.stated.saturating_add(1),
        party,
        nature: N::NAME.to_owned(),
        answers: own_answers(state, party),
        photos: if whole { state.facts_photos() } else { Vec::new() },
        signatures: if whole { state.signatures.clone() } else { Vec::new() },
        consents: if whole { state.consented.stated_by(state.device, party) } else { Vec::new() },
        part,
        at: now.clone(),
    };
    let hash = canon::sha256(&statement)?;
    let reference = StatementRef { case: state.id, number: statement.number, nature: PhantomData };
    Ok((statement, hash, reference))
}

/// What the recorder cannot believe of a statement that it takes in: its rules find the value impossible. The statement is
/// kept word for word; the answer is shown as doubted, and does not count as given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// The question's id in the statement.
    pub question: String,
    /// A text code.
    pub reason: String,
}

/// Whether the recorder may take `statement` in, and what it doubts of it under `pack`. `today` judges birth dates. A
/// question that this pack does not have is doubted and not refused: the other phone may stand under newer rules.
pub fn take_statement<N: Nature>(
    case: &Case<N>,
    pack: &Pack,
    statement: &Statement,
    today: jiff::civil::Date,
) -> Result<Vec<Doubt>, StatementRefused> {
    let state = &case.state;
    if !matches!(state.role, Role::Recorder(_)) {
        return Err(StatementRefused::NotRecorder);
    }
    if statement.case != state.id {
        return Err(StatementRefused::AnotherCase);
    }
    if statement.nature != N::NAME {
        return Err(StatementRefused::OtherNature);
    }
    let newest =
        state.statements.iter().filter(|(known, _)| known.device == statement.device).map(|(s, _)| s.number).max();
    if newest.is_some_and(|number| statement.number <= number) {
        return Err(StatementRefused::Replayed);
    }
    if !speaks_for_its_own(state, statement) {
        return Err(StatementRefused::NotIts);
    }
    let more = statement.part.is_some()
        && !(statement.photos.is_empty() && statement.signatures.is_empty() && statement.consents.is_empty());
    let foreign = more
        || statement.answers.iter().any(|answer| answer.by != statement.device)
        || statement.signatures.iter().any(|given| !is_its_own(statement, given))
        || statement.photos.iter().any(|photo| photo.device != statement.device)
        || statement.consents.iter().any(|stated| stated.party != statement.party)
        || statement.answers.iter().any(|answer| is_of_the_scene(pack, answer));
    match () {
        () if foreign => Err(StatementRefused::NotIts),
        () if statement.consents.iter().any(|stated| stated.consent.text_version == 0) => Err(StatementRefused::NoText),
        () if statement.answers.iter().any(is_too_long) => Err(StatementRefused::TooLong),
        () => Ok(doubts(pack, statement, today)),
    }
}

fn doubts(pack: &Pack, statement: &Statement, today: jiff::civil::Date) -> Vec<Doubt> {
    let doubted = |given: &RecordedAnswer| {
        let reason = answering::doubt(pack, &given.question, &given.answer, today)?;
        Some(Doubt { question: given.question.clone(), reason })
    };
    statement.answers.iter().filter_map(doubted).collect()
}

/// The scene's columns belong to the recorder.
fn is_of_the_scene(pack: &Pack, given: &RecordedAnswer) -> bool {
    pack.question(&given.question).is_some_and(|question| question.about == About::Scene)
}

fn is_too_long(given: &RecordedAnswer) -> bool {
    let said = match &given.answer {
        Answer::Value(text) => text.reveal(),
        Answer::Skipped(reason) => reason,
    };
    [said, &given.question].iter().any(|text| text.chars().count() > answering::LONGEST)
}

/// Columns are owned: one phone speaks for one party, and for none that another phone speaks for already.
fn speaks_for_its_own(state: &CaseState, statement: &Statement) -> bool {
    let recorders = statement.device == state.device || state.role == Role::Recorder(Some(statement.party));
    let taken =
        |(known, _): &(Statement, Sha256)| (known.party == statement.party) != (known.device == statement.device);
    !recorders && !state.statements.iter().any(taken)
}

/// A phone that joined signs for its own party on its own glass, and cannot say that it did anything else.
fn is_its_own(statement: &Statement, given: &SignatureGiven) -> bool {
    given.device == statement.device
        && given.party == statement.party
        && given.role == Role::Party(statement.party)
        && given.factor == (!given.refused).then_some(Factor::OwnPhone)
}

fn own_answers(state: &CaseState, party: PartyId) -> Vec<RecordedAnswer> {
    state
        .answers
        .iter()
        .filter(|((about, _), _)| *about == Some(party))
        .flat_map(|((_, question), versions)| {
            versions.iter().filter(|version| version.by == state.device).map(|version| RecordedAnswer {
                question: question.clone(),
                by: version.by,
                answer: version.answer.clone(),
                doubt: None,
            })
        })
        .collect()
}
