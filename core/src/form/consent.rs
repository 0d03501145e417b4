//! Consent of one person to one receiver, under one version of the text, and its withdrawal (PIPL 13–15). Triggered by
//! a person's tap; ends in the entry to append or in a refusal that names its reason.
//!
//! A withdrawal stops what is done from then on ([`crate::redact`] makes no view any more) and undoes nothing: the entry
//! stands in the journal after the consent, and a sealed revision keeps every byte (T30). Not its business: the wording,
//! which is pack data; whose word counts when phones differ, which [`Consents`](super::Consents) says; and what the law
//! allows without consent, such as the copy of the agreement that Art. 21 gives each party.

use serde::{Deserialize, Serialize};

use crate::id::PartyId;

use super::{
    case::{CaseState, Role},
    consents::Consent,
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
