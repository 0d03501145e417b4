//! What all phones of a case together say about consent. Each phone's last word about a party and a receiver is kept for
//! itself, the recorder's beside the party's own, and none wins by being last:
//!
//! - a receiver may have a party's data when at least one phone recorded the party's consent **and** none its withdrawal;
//! - a withdrawal counts whoever recorded it, and only a later consent on the same phone lifts it;
//! - what nobody recorded is no.
//!
//! Which clock is ahead does therefore not matter: two phones' times are never compared. Not its business: who may say
//! what, which is `consent`'s and `statement`'s.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    id::{DeviceId, PartyId},
    time::Moment,
};

use super::Receiver;

/// The last word of one phone: that a party agreed, and perhaps that it took it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// A party's own word in its statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedConsent {
    /// Who: the party of the statement.
    pub party: PartyId,
    /// To whom.
    pub receiver: Receiver,
    /// What it last said on that phone.
    pub consent: Consent,
}

/// The last word of every phone about every party and receiver; what is not here was never given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consents(BTreeMap<(PartyId, Receiver), BTreeMap<DeviceId, Consent>>);

impl Consents {
    /// The word that decides about `party` and `receiver`: a withdrawal if there is one, else a consent.
    pub fn of(&self, party: PartyId, receiver: Receiver) -> Option<&Consent> {
        self.word(party, receiver).map(|(_, word)| word)
    }

    /// The same with the phone that recorded it.
    pub(crate) fn word(&self, party: PartyId, receiver: Receiver) -> Option<(DeviceId, &Consent)> {
        let words = self.0.get(&(party, receiver))?;
        let decides = words.iter().find(|(_, word)| !word.stands()).or_else(|| words.iter().next());
        decides.map(|(device, word)| (*device, word))
    }

    /// Every word, by party, receiver and phone.
    pub fn iter(&self) -> impl Iterator<Item = (PartyId, Receiver, DeviceId, &Consent)> {
        self.0.iter().flat_map(|((party, receiver), words)| {
            words.iter().map(|(device, word)| (*party, *receiver, *device, word))
        })
    }

    /// What `device` recorded of `party`: what its statement carries.
    pub(super) fn stated_by(&self, device: DeviceId, party: PartyId) -> Vec<StatedConsent> {
        let own = self.iter().filter(|(of, _, by, _)| *of == party && *by == device);
        own.map(|(party, receiver, _, word)| StatedConsent { party, receiver, consent: word.clone() }).collect()
    }

    pub(super) fn give(&mut self, by: DeviceId, party: PartyId, receiver: Receiver, text_version: u32, at: &Moment) {
        let word = Consent { text_version, given_at: at.clone(), withdrawn_at: None };
        self.0.entry((party, receiver)).or_default().insert(by, word);
    }

    /// A phone may record the withdrawal of a consent that another phone recorded.
    pub(super) fn withdraw(&mut self, by: DeviceId, party: PartyId, receiver: Receiver, at: &Moment) {
        let Some(given) = self.of(party, receiver).cloned() else { return };
        let word = self.0.entry((party, receiver)).or_default().entry(by).or_insert(given);
        word.withdrawn_at.get_or_insert_with(|| at.clone());
    }

    /// Takes a party's own word in. A statement that has forgotten a withdrawal, which an honest phone's never has, does
    /// not undo it: for that the consent must be later than it, on the phone's own clock.
    pub(super) fn take(&mut self, by: DeviceId, stated: &StatedConsent) {
        let words = self.0.entry((stated.party, stated.receiver)).or_default();
        let withdrawn = words.get(&by).and_then(|known| known.withdrawn_at.as_ref());
        let again = |withdrawn: &Moment| stated.consent.given_at.wall > withdrawn.wall;
        if !stated.consent.stands() || withdrawn.is_none_or(again) {
            words.insert(by, stated.consent.clone());
        }
    }
}
