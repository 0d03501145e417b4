//! Views of a sealed record for those who are not to see all of it. Triggered by a hand-over or a screen; ends in a
//! value of the record's own JSON shape with values replaced, or in a refusal because a consent is not there (T30).
//!
//! | of a party's columns | own party, its insurer | another driver | surveyor | insurer of another party | association |
//! |---|---|---|---|---|---|
//! | name | full | full | 王** | 王** | hidden |
//! | ID or licence number | full | 3706\*\*\*\*0013 | 3706\*\*\*\*0013 | hidden | hidden |
//! | phone | full | full | 139\*\*\*\*0001 | hidden | hidden |
//! | plate | full | full | 鲁F·\*\*345 | full | 鲁F·\*\*345 |
//! | VIN | full | hidden | last 4 | hidden | hidden |
//! | policy and report number | full | full | last 4 | hidden | hidden |
//! | drawn signature | full | hidden | hidden | hidden | hidden |
//! | insurer, liability, impact, damage, choices, sums | full | full | full | full | full |
//! | consent asked for | its own insurer: `own_insurer` | none: Art. 21 | none: made by it | `other_insurer` | `association` |
//!
//! The same table in code is `table::SIGHT`. What another driver sees is what the signed agreement (Art. 21), of which
//! both hold the same copy, tells anyway, without the full ID number. [`Audience::OtherParty`] does not say who reads,
//! so that every party but the named one is shown as to the association, with a masked name.
//!
//! In free texts whatever looks like an ID number or a mobile number is masked for everybody, and so is every value of
//! the record that this audience may not see, wherever it turns up. Hashes that cover masked values are zeroed: with
//! all else known, the four digits missing from a phone are found in ten thousand tries.
//!
//! A hand-over to the police's app, its number and what was noted of it stand in no record and so in no view.
//!
//! Not its business: photos' pixels, names in free texts that stand in no column, numbers written out in words, and the
//! agreement itself.

mod mask;
mod table;
mod view;

use serde::Serialize;

use crate::{
    form::{Answer, Consent, Consents, Nature, PartyFacts, Receiver, Record},
    id::PartyId,
    pack::Pack,
    privacy::Private,
};

/// For whom a view is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The specialist, once the case is out of his hands.
    Surveyor,
    /// This party itself.
    OwnParty(PartyId),
    /// A driver who is not this party, and who looks it up.
    OtherParty(PartyId),
    /// The insurer of this party.
    Insurer {
        /// Whom it insures.
        party: PartyId,
    },
    /// The insurance association.
    Association,
}

impl Audience {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Audience::Surveyor => "surveyor",
            Audience::OwnParty(_) => "own_party",
            Audience::OtherParty(_) => "other_party",
            Audience::Insurer { .. } => "insurer",
            Audience::Association => "association",
        }
    }

    /// The party it is named by, if it is.
    pub fn party(self) -> Option<PartyId> {
        match self {
            Audience::OwnParty(party) | Audience::OtherParty(party) | Audience::Insurer { party } => Some(party),
            Audience::Surveyor | Audience::Association => None,
        }
    }
}

/// Why no view is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoView {
    /// The record has no such party.
    #[error("no such party in the record")]
    NoSuchParty,
    /// A party has not agreed to this receiver.
    #[error("party {party} has not agreed to this receiver")]
    NotConsented {
        /// Who.
        party: PartyId,
        /// To whom.
        receiver: Receiver,
    },
    /// A party has taken its consent back (T30).
    #[error("party {party} has withdrawn its consent to this receiver")]
    Withdrawn {
        /// Who.
        party: PartyId,
        /// To whom.
        receiver: Receiver,
    },
}

impl NoView {
    /// The text code.
    pub fn code(self) -> &'static str {
        match self {
            NoView::NoSuchParty => "redact-no-party",
            NoView::NotConsented { .. } => "redact-not-consented",
            NoView::Withdrawn { .. } => "redact-withdrawn",
        }
    }
}

/// A redacted record. It can be shown and written, never hashed or signed as the record it was made from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Redacted<N>(Record<N>);

impl<N: Nature> Redacted<N> {
    /// What is shown of a party's answer, by the version that speaks; none where it was left open.
    pub(crate) fn said(&self, party: PartyId, question: &str) -> Option<Private<String>> {
        let columns = self.0.facts.parties.iter().find(|columns| columns.party == party)?;
        match &PartyFacts::versions(&columns.answers, question, self.0.recorder).first()?.answer {
            Answer::Value(value) => Some(value.clone()),
            Answer::Skipped(_) => None,
        }
    }
}

/// The view of `record` for `audience`, if the consents it needs stand now. `pack` says what its answers are; what it
/// does not know is taken for free text.
pub fn redact<N: Nature>(
    record: &Record<N>,
    pack: &Pack,
    audience: Audience,
    consents: &Consents,
) -> Result<Redacted<N>, NoView> {
    permitted(record, audience, consents)?;
    Ok(Redacted(view::make(record.clone(), pack, audience)))
}

/// Whether the consents that a view of `record` for `audience` needs stand now.
pub(crate) fn permitted<N: Nature>(record: &Record<N>, audience: Audience, consents: &Consents) -> Result<(), NoView> {
    let parties: Vec<PartyId> = record.facts.parties.iter().map(|columns| columns.party).collect();
    if let Audience::OwnParty(named) | Audience::OtherParty(named) | Audience::Insurer { party: named } = audience
        && !parties.contains(&named)
    {
        return Err(NoView::NoSuchParty);
    }
    for party in parties {
        let Some(receiver) = asked_of(audience, party) else { continue };
        match consents.of(party, receiver) {
            None => return Err(NoView::NotConsented { party, receiver }),
            Some(consent) if !Consent::stands(consent) => return Err(NoView::Withdrawn { party, receiver }),
            Some(_) => {}
        }
    }
    Ok(())
}

/// What the columns of `party` count as to `audience` where a consent is asked for.
pub(crate) fn asked_of(audience: Audience, party: PartyId) -> Option<Receiver> {
    match audience {
        Audience::Surveyor | Audience::OwnParty(_) | Audience::OtherParty(_) => None,
        Audience::Insurer { party: own } if own == party => Some(Receiver::OwnInsurer),
        Audience::Insurer { .. } => Some(Receiver::OtherInsurer),
        Audience::Association => Some(Receiver::Association),
    }
}
