//! Consent of one person to one receiver, under one version of the text, and its withdrawal (PIPL 13–15). Triggered by
//! a person's tap; ends in the entry to append or in a refusal that names its reason.
//!
//! A withdrawal stops what is done from then on ([`crate::redact`] makes no view any more) and undoes nothing: the entry
//! stands in the journal after the consent, and a sealed revision keeps every byte (T30). Not its business: the wording,
//! which is pack data, and what the law allows without consent, such as the copy of the agreement that Art. 21 gives
//! each party.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{id::PartyId, time::Moment};

use super::{
    case::{CaseState, Role},
    journal::Happened,
};

/// Who may be given a party's data; each has the text `receiver-<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    /// The insurer of the party itself.
    OwnInsurer,
    /// The insurers of the other parties.
    OtherInsurer,
    /// The insurance association, which assesses (专项考核).
    Association,
    /// What is prepared for the police's own app or account.
    PoliceHandover,
}

impl Receiver {
    /// Every receiver, in the order in which they are asked for.
    pub const ALL: [Receiver; 4] =
        [Receiver::OwnInsurer, Receiver::OtherInsurer, Receiver::Association, Receiver::PoliceHandover];

    /// The code as it stands in JSON and in text keys.
    pub fn code(self) -> &'static str {
        match self {
            Receiver::OwnInsurer => "own_insurer",
            Receiver::OtherInsurer => "other_insurer",
            Receiver::Association => "association",
            Receiver::PoliceHandover => "police_handover",
        }
    }

    /// The receiver of this code.
    pub fn from_code(code: &str) -> Option<Receiver> {
        Receiver::ALL.into_iter().find(|receiver| receiver.code() == code)
    }
}

/// What a party last said about one receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Version of the text that was shown, from 1.
    pub text_version: u32,
    /// When it was given.
    pub given_at: Moment,
    /// When it was withdrawn, if it was.
    pub withdrawn_at: Option<Moment>,
}

impl Consent {
    /// Whether it holds now.
    pub fn stands(&self) -> bool {
        self.withdrawn_at.is_none()
    }
}

/// The last word of every party to every receiver; what is not here was never given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consents(BTreeMap<(PartyId, Receiver), Consent>);

impl Consents {
    /// The last word of `party` about `receiver`.
    pub fn of(&self, party: PartyId, receiver: Receiver) -> Option<&Consent> {
        self.0.get(&(party, receiver))
    }

    /// All of them, by party and receiver.
    pub fn iter(&self) -> impl Iterator<Item = (PartyId, Receiver, &Consent)> {
        self.0.iter().map(|((party, receiver), consent)| (*party, *receiver, consent))
    }

    pub(super) fn give(&mut self, party: PartyId, receiver: Receiver, text_version: u32, at: &Moment) {
        self.0.insert((party, receiver), Consent { text_version, given_at: at.clone(), withdrawn_at: None });
    }

    pub(super) fn withdraw(&mut self, party: PartyId, receiver: Receiver, at: &Moment) {
        if let Some(consent) = self.0.get_mut(&(party, receiver)) {
            consent.withdrawn_at.get_or_insert_with(|| at.clone());
        }
    }
}

/// Why a consent or a withdrawal is not taken. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsentRefused {
    /// The case has no such party.
    #[error("no such party in the case")]
    NoSuchParty,
    /// A driver's phone speaks for its own party only.
    #[error("this phone cannot speak for that party")]
    NotYours,
    /// Consent belongs to a text that was shown; versions count from 1.
    #[error("consent without a text")]
    NoText,
    /// There is no standing consent to withdraw.
    #[error("there is no consent to withdraw")]
    NothingToWithdraw,
}

/// The entry that records that `party` agrees, having read version `text_version` of the text.
pub fn consent(
    case: &CaseState,
    party: PartyId,
    receiver: Receiver,
    text_version: u32,
) -> Result<Happened, ConsentRefused> {
    may_speak(case, party)?;
    if text_version == 0 {
        return Err(ConsentRefused::NoText);
    }
    Ok(Happened::Consented { party, receiver, text_version })
}

/// The entry that records that `party` takes its consent back. Possible at any time, after sealing too.
pub fn withdraw(case: &CaseState, party: PartyId, receiver: Receiver) -> Result<Happened, ConsentRefused> {
    may_speak(case, party)?;
    if !case.consents(party, receiver) {
        return Err(ConsentRefused::NothingToWithdraw);
    }
    Ok(Happened::ConsentWithdrawn { party, receiver })
}

fn may_speak(case: &CaseState, party: PartyId) -> Result<(), ConsentRefused> {
    match case.role {
        Role::Party(own) if own != party => Err(ConsentRefused::NotYours),
        Role::Recorder(_) if !case.parties().contains(&party) => Err(ConsentRefused::NoSuchParty),
        Role::Party(_) | Role::Recorder(_) => Ok(()),
    }
}

impl CaseState {
    /// Whether the consent of `party` to `receiver` stands. What was never asked is no.
    pub fn consents(&self, party: PartyId, receiver: Receiver) -> bool {
        self.consented.of(party, receiver).is_some_and(Consent::stands)
    }
}
