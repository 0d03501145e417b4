//! Whether a signature may be appended, and which signatures hold. A signature binds the SHA-256 of the canonical
//! document as it was shown, with the phone's role and a second factor (`factor`): any later change of that document
//! leaves the signature behind, kept and void.

use std::cell::OnceCell;

use crate::{
    canon::{NotCanonical, Sha256},
    id::PartyId,
    pack::Pack,
};

use super::{
    case::{CaseState, Role, SignatureGiven},
    factor::FactorGiven,
    journal::{Happened, Round, Strokes},
};

/// Most points one drawing may have: some seconds of a finger at 120 Hz.
const MOST_POINTS: usize = 20_000;

/// Why a signature is not taken. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningRefused {
    /// Nothing was drawn, or far too much.
    #[error("no drawing, or an endless one")]
    NoDrawing,
    /// The road is not clear yet.
    #[error("signed only after the road is clear")]
    TooEarly,
    /// What was shown is not what stands there now: show it again.
    #[error("the document has changed since it was shown")]
    Stale,
    /// This phone has not been shown the recorder's draft.
    #[error("no draft of the recorder has been shown")]
    NothingShown,
    /// The phone cannot sign for that party.
    #[error("not a party this phone can sign for")]
    NotYours,
    /// A drawing on somebody else's phone, and nothing else that ties it to the person.
    #[error("neither the person's own phone, nor a code of it, nor a witness")]
    NoFactor,
    /// The code is not the one that the party's phone shows for this very document.
    #[error("not the code of this party for this document")]
    WrongCode,
    /// The witness is the person itself, nobody of this case, or a specialist on a phone that is none's.
    #[error("nobody who could be a witness here")]
    NoWitness,
    /// The document has no canonical form.
    #[error("document has no canonical form")]
    NotCanonical,
}

impl From<NotCanonical> for SigningRefused {
    fn from(_: NotCanonical) -> Self {
        SigningRefused::NotCanonical
    }
}

/// A signature as it comes from a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signing<'a> {
    /// Who signs.
    pub party: PartyId,
    /// What.
    pub round: Round,
    /// SHA-256 of the document as it was shown.
    pub shown: Sha256,
    /// In which language it was shown.
    pub lang: &'a str,
    /// The drawing.
    pub strokes: Strokes,
    /// What is offered besides the drawing.
    pub factor: FactorGiven,
}

/// The entry that records a signature under what was shown.
pub fn sign(case: &CaseState, pack: &Pack, given: Signing<'_>) -> Result<Happened, SigningRefused> {
    let Signing { party, round, shown, lang, strokes, factor } = given;
    let points: usize = strokes.0.reveal().iter().map(Vec::len).sum();
    if !(2..=MOST_POINTS).contains(&points) {
        return Err(SigningRefused::NoDrawing);
    }
    may_speak(case, party)?;
    if case.to_be_signed(pack, round)? != shown {
        return Err(SigningRefused::Stale);
    }
    let factor = case.factor(party, round, shown, &factor)?;
    Ok(Happened::Signed { party, round, shown, lang: lang.to_owned(), strokes, role: case.role, factor })
}

/// The entry that records that `party` refuses to sign what stands there now; a later change needs a new word of it.
pub fn refuse_to_sign(case: &CaseState, pack: &Pack, party: PartyId, round: Round) -> Result<Happened, SigningRefused> {
    may_speak(case, party)?;
    Ok(Happened::RefusedToSign { party, round, shown: case.to_be_signed(pack, round)? })
}

/// Whether this phone can say now that `party` signs or refuses.
fn may_speak(case: &CaseState, party: PartyId) -> Result<(), SigningRefused> {
    match case.role {
        Role::Party(own) if own != party => Err(SigningRefused::NotYours),
        Role::Recorder(_) if !case.parties().contains(&party) => Err(SigningRefused::NotYours),
        Role::Recorder(_) if !case.is_cleared() => Err(SigningRefused::TooEarly),
        Role::Party(_) | Role::Recorder(_) => Ok(()),
    }
}

impl CaseState {
    /// SHA-256 of the document that a signature of this round must bind on this phone now.
    pub fn to_be_signed(&self, pack: &Pack, round: Round) -> Result<Sha256, SigningRefused> {
        self.documents(pack).hash(round)
    }

    /// The documents as they stand now, for asking about many signatures at once.
    pub fn documents<'a>(&'a self, pack: &'a Pack) -> Documents<'a> {
        Documents { case: self, pack, facts: OnceCell::new(), settlement: OnceCell::new() }
    }

    /// The latest signature (or refusal) of `party` in `round` that belongs to the document as it stands now.
    pub fn holding<'a>(&'a self, pack: &'a Pack, party: PartyId, round: Round) -> Option<&'a SignatureGiven> {
        self.documents(pack).holding(party, round)
    }

    /// Whether every party has signed, or refused to sign, both rounds as they stand now.
    pub fn signed_by_all(&self, pack: &Pack) -> bool {
        self.documents(pack).signed_by_all()
    }
}

/// Both documents of a case as they stand, each hashed once, when first asked for. It borrows the case: the case cannot
/// change while this lives, so nothing in here can go stale.
#[derive(Debug)]
pub struct Documents<'a> {
    case: &'a CaseState,
    pack: &'a Pack,
    facts: OnceCell<Result<Sha256, SigningRefused>>,
    settlement: OnceCell<Result<Sha256, SigningRefused>>,
}

impl<'a> Documents<'a> {
    /// SHA-256 of the document that a signature of this round must bind on this phone.
    pub fn hash(&self, round: Round) -> Result<Sha256, SigningRefused> {
        match round {
            Round::Facts => *self.facts.get_or_init(|| self.work_out(round)),
            Round::Settlement => *self.settlement.get_or_init(|| self.work_out(round)),
        }
    }

    /// The latest signature (or refusal) of `party` in `round` that belongs to the document as it stands.
    pub fn holding(&self, party: PartyId, round: Round) -> Option<&'a SignatureGiven> {
        let of_party = |given: &&SignatureGiven| given.party == party && given.round == round;
        self.case.signatures.iter().rev().filter(of_party).find(|given| self.holds(given))
    }

    /// Whether a signature or refusal belongs to the document as it stands.
    pub fn holds(&self, given: &SignatureGiven) -> bool {
        self.hash(given.round) == Ok(given.shown)
    }

    /// Whether every party has signed, or refused to sign, both rounds.
    pub fn signed_by_all(&self) -> bool {
        let rounds = [Round::Facts, Round::Settlement];
        self.case.parties().into_iter().all(|party| rounds.iter().all(|round| self.holding(party, *round).is_some()))
    }

    fn work_out(&self, round: Round) -> Result<Sha256, SigningRefused> {
        match (self.case.role, round) {
            (Role::Recorder(_), Round::Facts) => Ok(crate::canon::sha256(&self.case.facts_document(self.pack))?),
            (Role::Recorder(_), Round::Settlement) => {
                let facts = self.hash(Round::Facts)?;
                Ok(crate::canon::sha256(&self.case.settlement_over(facts, self.pack))?)
            }
            (Role::Party(_), _) => {
                let (facts, settlement) = self.case.draft.as_ref().ok_or(SigningRefused::NothingShown)?;
                let shown = if round == Round::Facts { facts } else { settlement };
                Ok(Sha256::of(shown.reveal().as_bytes()))
            }
        }
    }
}
