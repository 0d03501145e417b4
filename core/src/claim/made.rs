//! Making a notice. Triggered by a tap on the recorder after the seal; ends in a [`Notice`] of a live case or in the
//! reason why there is none. Nothing is written here.

use serde::{Deserialize, Serialize};

use super::Noticed;
use crate::{
    canon::{NotCanonical, Sha256},
    form::{Answer, Case, Happened, Live, PartyFacts, Receiver, Record, Role},
    id::{CaseId, DeviceId, PartyId},
    pack::Pack,
    privacy::Private,
    redact::{Audience, NoView, Redacted, asked_of, permitted, redact},
    time::Timestamp,
};

/// One consent that a notice stands on, as the recorder knew it when the notice was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Who agreed.
    pub party: PartyId,
    /// To whom.
    pub receiver: Receiver,
    /// Which version of the text was shown, from 1.
    pub text_version: u32,
    /// When, by the clock of the phone it was recorded on.
    pub given_at: Timestamp,
    /// That phone.
    pub device: DeviceId,
}

/// What a party's own insurer is told. Only a live case has one.
///
/// ```compile_fail
/// use jingbao_core::{claim, form::{Case, Record, Training}, id::PartyId, pack::Pack, time::Timestamp};
/// fn tell(case: &Case<Training>, record: &Record<Training>, party: PartyId) {
///     let _ = claim::notice(case, record, party, Pack::builtin(), Timestamp(0));
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Notice {
    /// Version of this layout.
    pub schema: u32,
    /// The case.
    pub case: CaseId,
    /// Number among this phone's notices of the case, from 1.
    pub number: u32,
    /// Which sealed revision it was made from.
    pub revision: u32,
    /// SHA-256 of that record, of which the insurer sees a view only.
    pub record: Sha256,
    /// Who notifies.
    pub party: PartyId,
    /// Whom: the insurer's id in the pack.
    pub insurer: String,
    /// The insured plate, as it was said; none where nobody said one.
    pub plate: Option<Private<String>>,
    /// The policy's number, likewise.
    pub policy: Option<Private<String>>,
    /// The recorder, which makes it.
    pub device: DeviceId,
    /// Always `live`.
    pub nature: Live,
    /// The consents it stands on: the party's own, and the others' to their counterparts' insurers.
    pub consents: Vec<Basis>,
    /// When it was made.
    pub made_at: Timestamp,
    /// What the insurer of this party may see of the record.
    pub view: Redacted<Live>,
}

impl Notice {
    /// The entry that keeps it; `sha256` is of its canonical JSON.
    pub fn happened(&self, sha256: Sha256) -> Happened {
        Happened::Notified {
            number: self.number,
            party: self.party,
            insurer: self.insurer.clone(),
            revision: self.revision,
            sha256,
            consents: self.consents.clone(),
        }
    }
}

/// Why there is no notice. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoNotice {
    /// Practice is told to nobody.
    #[error("a training case")]
    Training,
    /// The consents and the record are the recorder's.
    #[error("only the recorder notifies")]
    NotRecorder,
    /// There is no sealed record, or this is not the newest.
    #[error("not the newest sealed record")]
    NotSealed,
    /// The record has no such party.
    #[error("no such party in the record")]
    NoSuchParty,
    /// The sealed record names no insurer of this party that the pack knows.
    #[error("the record names no insurer of this party")]
    NoInsurer,
    /// Two phones name different insurers: a person's data does not go out on a guess.
    #[error("two phones name different insurers")]
    InsurerDisputed,
    /// This revision was notified already.
    #[error("this revision was notified already")]
    AlreadyNotified,
    /// A consent that it needs is not there, or was taken back (T30).
    #[error(transparent)]
    NoView(#[from] NoView),
    /// The record has no canonical form.
    #[error("no canonical form")]
    NotCanonical,
}

impl From<NotCanonical> for NoNotice {
    fn from(_: NotCanonical) -> Self {
        NoNotice::NotCanonical
    }
}

impl NoNotice {
    /// The text code.
    pub fn code(self) -> &'static str {
        match self {
            NoNotice::Training => "claim-none-training",
            NoNotice::NotRecorder => "error-not-recorder",
            NoNotice::NotSealed => "error-not-sealed",
            NoNotice::NoSuchParty => "error-consent-no-party",
            NoNotice::NoInsurer => "claim-none-no_insurer",
            NoNotice::InsurerDisputed => "claim-none-insurer_disputed",
            NoNotice::AlreadyNotified => "claim-none-already",
            NoNotice::NoView(reason) => reason.code(),
            NoNotice::NotCanonical => "error-storage",
        }
    }
}

/// The notice of `party` to its own insurer about `record`, the newest that this phone sealed, with the consents as they
/// stand now.
pub fn notice(
    case: &Case<Live>,
    record: &Record<Live>,
    party: PartyId,
    pack: &Pack,
    now: Timestamp,
) -> Result<Notice, NoNotice> {
    let (insurer, record_hash) = ready(case, record, party, pack)?;
    let (state, audience) = (&case.state, Audience::Insurer { party });
    let view = redact(record, pack, audience, &state.consented)?;
    let basis = |columns: &PartyFacts| {
        let receiver = asked_of(audience, columns.party)?;
        let (device, consent) = state.consented.word(columns.party, receiver)?;
        let (text_version, given_at) = (consent.text_version, consent.given_at.wall);
        Some(Basis { party: columns.party, receiver, text_version, given_at, device })
    };
    Ok(Notice {
        schema: 1,
        case: state.id,
        number: u32::try_from(state.notices.len()).unwrap_or(u32::MAX).saturating_add(1),
        revision: record.revision,
        record: record_hash,
        party,
        insurer,
        plate: view.said(party, "party.plate"),
        policy: view.said(party, "party.policy"),
        device: state.device,
        nature: Live::default(),
        consents: record.facts.parties.iter().filter_map(basis).collect(),
        made_at: now,
        view,
    })
}

/// Each party that has not notified the newest revision yet, and whether it could now.
pub fn readiness(case: &Case<Live>, record: &Record<Live>, pack: &Pack) -> Vec<(PartyId, Result<(), NoNotice>)> {
    let parties = record.facts.parties.iter().map(|columns| columns.party);
    let ready = parties.map(|party| (party, ready(case, record, party, pack).map(drop)));
    ready.filter(|(_, ready)| *ready != Err(NoNotice::AlreadyNotified)).collect()
}

/// The insurer to be notified and the hash of the record.
fn ready(case: &Case<Live>, record: &Record<Live>, party: PartyId, pack: &Pack) -> Result<(String, Sha256), NoNotice> {
    let state = &case.state;
    if !matches!(state.role, Role::Recorder(_)) {
        return Err(NoNotice::NotRecorder);
    }
    let hash = record.hash()?;
    if state.revisions.last() != Some(&hash) {
        return Err(NoNotice::NotSealed);
    }
    let columns = record.facts.parties.iter().find(|columns| columns.party == party).ok_or(NoNotice::NoSuchParty)?;
    let told = |noticed: &Noticed| (noticed.party, noticed.revision) == (party, record.revision);
    if state.notices.iter().any(|noticed| told(noticed) && !noticed.withheld) {
        return Err(NoNotice::AlreadyNotified);
    }
    let insurer = insurer(columns, record, pack)?;
    permitted(record, Audience::Insurer { party }, &state.consented)?;
    Ok((insurer, hash))
}

/// The insurer that all phones of the case name, as the sealed record has it.
fn insurer(columns: &PartyFacts, record: &Record<Live>, pack: &Pack) -> Result<String, NoNotice> {
    let versions = PartyFacts::versions(&columns.answers, "party.insurer", record.recorder);
    let said: Vec<&str> = versions
        .iter()
        .filter(|version| version.doubt.is_none())
        .filter_map(|version| match &version.answer {
            Answer::Value(code) => Some(code.reveal().as_str()),
            Answer::Skipped(_) => None,
        })
        .filter(|code| pack.insurers.iter().any(|insurer| insurer.id == *code))
        .collect();
    match said.as_slice() {
        [] => Err(NoNotice::NoInsurer),
        [one] => Ok((*one).to_owned()),
        [_, ..] => Err(NoNotice::InsurerDisputed),
    }
}
