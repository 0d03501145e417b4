//! Who agreed, and what of the others must not be on a sheet. Somebody may have written another party's name or number
//! where it does not belong; a value in which one is found is not handed on.

use std::collections::BTreeSet;

use super::answers::Answers;
use crate::{
    form::{Answer, CaseState, Receiver},
    id::PartyId,
    pack::{Pack, QuestionKind},
};

/// Shorter values are not looked for: they stand in every text.
const SHORTEST: usize = 2;

/// Which parties agreed, and the data of the others.
pub(super) struct Withheld {
    agreed: Vec<PartyId>,
    secrets: BTreeSet<String>,
}

impl Withheld {
    pub(super) fn of(case: &CaseState, answers: &Answers, pack: &Pack) -> Withheld {
        let (agreed, others): (Vec<PartyId>, Vec<PartyId>) =
            answers.parties().into_iter().partition(|party| case.consents(*party, Receiver::PoliceHandover));
        let of = |parties: &[PartyId]| -> BTreeSet<String> {
            parties.iter().flat_map(|party| answers.about(*party)).filter_map(|said| datum(said, pack)).collect()
        };
        // Two people may have one name; one who agreed keeps none of his own back.
        let secrets = of(&others).difference(&of(&agreed)).cloned().collect();
        Withheld { agreed, secrets }
    }

    /// Whether what belongs to this party, or to nobody, may be on the sheet.
    pub(super) fn may_have(&self, about: Option<PartyId>) -> bool {
        about.map_or(!self.agreed.is_empty(), |party| self.agreed.contains(&party))
    }

    /// Whether the text holds somebody else's datum.
    pub(super) fn names_another(&self, text: &str) -> bool {
        let read = plain(text);
        self.secrets.iter().any(|secret| read.contains(secret.as_str()))
    }
}

/// What tells who somebody is, a name or a number, as it is compared. A question that the pack does not know may ask
/// for one.
fn datum(said: &crate::form::RecordedAnswer, pack: &Pack) -> Option<String> {
    let Answer::Value(value) = &said.answer else { return None };
    let value = value.reveal();
    let personal = pack.question(&said.question).is_none_or(|question| {
        let tells = matches!(
            question.kind,
            QuestionKind::Name
                | QuestionKind::Plate
                | QuestionKind::ResidentId
                | QuestionKind::Phone
                | QuestionKind::Vin
                | QuestionKind::Number
        );
        tells && !question.choices.contains(value)
    });
    let value = plain(value);
    (personal && value.chars().count() >= SHORTEST).then_some(value)
}

/// Without what people put between the groups of a number, and in one case.
fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_whitespace() && !"-‐–—_.·•".contains(*c));
    kept.flat_map(char::to_uppercase).collect()
}
