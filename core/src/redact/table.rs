//! Who may see how much of what: the table of the module's doc, in code.

use crate::{
    id::PartyId,
    pack::{Question, QuestionKind},
};

use super::{Audience, mask};

/// What the reader is to the party whose columns they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// The party itself or its insurer.
    Own,
    /// Another driver of the case.
    Counterpart,
    /// The specialist.
    Surveyor,
    /// The insurer of another party.
    Claim,
    /// The association.
    Association,
    /// A driver who is told about somebody else.
    Stranger,
}

/// A kind of personal datum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Datum {
    Name,
    IdNumber,
    Phone,
    Plate,
    Vin,
    Number,
    Drawing,
}

/// How much of it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    Full,
    Masked,
    Hidden,
}

use Sight::{Full, Hidden, Masked};

/// Columns: own, counterpart, surveyor, claim, association, stranger.
const SIGHT: [(Datum, [Sight; 6]); 7] = [
    (Datum::Name, [Full, Full, Masked, Masked, Hidden, Masked]),
    (Datum::IdNumber, [Full, Masked, Masked, Hidden, Hidden, Hidden]),
    (Datum::Phone, [Full, Full, Masked, Hidden, Hidden, Hidden]),
    (Datum::Plate, [Full, Full, Masked, Full, Masked, Masked]),
    (Datum::Vin, [Full, Hidden, Masked, Hidden, Hidden, Hidden]),
    (Datum::Number, [Full, Full, Masked, Hidden, Hidden, Hidden]),
    (Datum::Drawing, [Full, Hidden, Hidden, Hidden, Hidden, Hidden]),
];

/// How much of `datum` the reader may see.
pub(super) fn sight(reader: Reader, datum: Datum) -> Sight {
    SIGHT.iter().find(|(row, _)| *row == datum).map_or(Hidden, |(_, row)| row[reader as usize])
}

/// What `audience` is to a party, or to the scene, which belongs to nobody.
pub(super) fn reader(audience: Audience, about: Option<PartyId>) -> Reader {
    match audience {
        Audience::Surveyor => Reader::Surveyor,
        Audience::Association => Reader::Association,
        Audience::OwnParty(own) | Audience::Insurer { party: own } if about == Some(own) => Reader::Own,
        Audience::Insurer { .. } => Reader::Claim,
        Audience::OwnParty(_) if about.is_some() => Reader::Counterpart,
        Audience::OtherParty(named) if about == Some(named) => Reader::Counterpart,
        Audience::OwnParty(_) | Audience::OtherParty(_) => Reader::Stranger,
    }
}

/// Which personal datum a question asks for, if any.
pub(super) fn datum(question: &Question) -> Option<Datum> {
    match question.kind {
        QuestionKind::Name => Some(Datum::Name),
        QuestionKind::ResidentId => Some(Datum::IdNumber),
        QuestionKind::Phone => Some(Datum::Phone),
        QuestionKind::Plate => Some(Datum::Plate),
        QuestionKind::Vin => Some(Datum::Vin),
        // The number of a licence is its holder's ID number.
        QuestionKind::Number if question.id == "party.licence" => Some(Datum::IdNumber),
        QuestionKind::Number => Some(Datum::Number),
        _ => None,
    }
}

/// The value as it is shown.
pub(super) fn shown(value: &str, datum: Datum, sight: Sight) -> String {
    match (sight, datum) {
        (Full, _) => value.to_owned(),
        (Hidden, _) | (Masked, Datum::Drawing) => mask::HIDDEN.to_owned(),
        (Masked, Datum::Name) => mask::name(value),
        (Masked, Datum::IdNumber) => mask::keep(value, 4, 4),
        (Masked, Datum::Phone) => mask::keep(value, 3, 4),
        (Masked, Datum::Plate) => mask::plate(value),
        (Masked, Datum::Vin | Datum::Number) => mask::keep(value, 0, 4),
    }
}
