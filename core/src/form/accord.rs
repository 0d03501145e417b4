//! Whether the parties agree about who bears what. Triggered by every look at a case; ends in one of three words, which
//! stands in the document that they sign in the second round.
//!
//! A dispute never keeps anybody on the road. Where there is one, no liability is required; what a party claims may be
//! recorded and counts as its claim. The way from there is a joint application, and the police if one side does not want
//! it (Art. 20). Not its business: who is right.

use serde::{Deserialize, Serialize};

use crate::{
    id::PartyId,
    pack::{Pack, Question, QuestionKind},
};

use super::{
    case::CaseState,
    document::{Record, Settlement},
    journal::Answer,
};

/// The question whose *yes* says that somebody disputes.
const DISPUTE: &str = "fact.dispute";
/// Why a party's liability may be left open without anybody disagreeing: a lamp post bears none.
const DOES_NOT_APPLY: &str = "not_applicable";

/// Where the parties stand towards each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accord {
    /// Not everybody's liability has been said yet.
    Open,
    /// They say the same liabilities.
    Agreed,
    /// They say that they dispute, or different liabilities, or one does not say.
    Disputed,
}

impl Accord {
    /// The code as it stands in JSON and in text keys.
    pub fn code(self) -> &'static str {
        match self {
            Accord::Open => "open",
            Accord::Agreed => "agreed",
            Accord::Disputed => "disputed",
        }
    }
}

impl CaseState {
    /// Where the parties stand by their answers. Who refuses to sign does not agree either; that is the reader's to see.
    pub fn accord(&self, pack: &Pack) -> Accord {
        let parties = self.parties();
        let asked = pack.questions.iter().filter(|question| question.kind == QuestionKind::Liability);
        let of_all = asked.flat_map(|question| parties.iter().map(|party| self.said(question, *party)));
        let mut accord = if self.is_in_dispute() { Accord::Disputed } else { Accord::Agreed };
        for said in of_all {
            accord = match (accord, said) {
                (Accord::Disputed, _) | (_, Accord::Disputed) => Accord::Disputed,
                (Accord::Open, _) | (_, Accord::Open) => Accord::Open,
                (Accord::Agreed, Accord::Agreed) => Accord::Agreed,
            };
        }
        accord
    }

    /// Whether somebody said that they dispute: then nobody has to say a liability.
    pub(super) fn is_in_dispute(&self) -> bool {
        let is_yes = |answer: &Answer| matches!(answer, Answer::Value(value) if value.reveal() == "yes");
        let versions = self.answers.get(&(None, DISPUTE.to_owned()));
        versions.is_some_and(|versions| versions.iter().any(|version| is_yes(&version.answer)))
    }

    fn said(&self, question: &Question, party: PartyId) -> Accord {
        let versions = self.answers.get(&(Some(party), question.id.clone())).map_or([].as_slice(), Vec::as_slice);
        match versions {
            [] => Accord::Open,
            [first, rest @ ..] if rest.iter().any(|other| other.answer != first.answer) => Accord::Disputed,
            [first, ..] => match &first.answer {
                Answer::Value(_) => Accord::Agreed,
                Answer::Skipped(why) if why == DOES_NOT_APPLY => Accord::Agreed,
                Answer::Skipped(_) => Accord::Disputed,
            },
        }
    }
}

impl<N> Record<N> {
    /// Whether it is an agreement: nobody disputes, and nobody refused to sign.
    pub fn is_agreed(&self) -> bool {
        let Settlement { accord, .. } = self.settlement;
        accord == Accord::Agreed && !self.signatures.iter().any(|given| given.refused)
    }
}
