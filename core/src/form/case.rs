//! A case as the fold of its journal.

use std::{
    collections::{BTreeMap, BTreeSet},
    marker::PhantomData,
};

use serde::{Deserialize, Serialize};

use crate::{
    canon::Sha256,
    claim::Noticed,
    id::{CaseId, DeviceId, PartyId, PhotoId},
    place::Point,
    privacy::Private,
    time::Moment,
    wire::{Manifest, SignedReceipt},
};

use super::{
    Consents, Doubt, Factor, Handings, Statement,
    document::RecordedPhoto,
    journal::{Answer, Entry, Happened, Outgoing, Round, Strokes},
    nature::{Live, Nature, Training},
    substitute::Substitute,
};

/// What this phone is in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", content = "party", rename_all = "snake_case")]
pub enum Role {
    /// It shows the case code and seals revisions; `None` when it belongs to no party (the specialist's).
    Recorder(Option<PartyId>),
    /// It speaks for one party and sends statements.
    Party(PartyId),
}

/// One device's version of one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Who gave it.
    pub by: DeviceId,
    /// What.
    pub answer: Answer,
    /// Why this phone's rules find it impossible, as a text code: a value of another phone's statement.
    pub doubt: Option<String>,
}

/// A signature as given; whether it still holds is decided by comparing `shown` with the present document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignatureGiven {
    /// Who.
    pub party: PartyId,
    /// Which round.
    pub round: Round,
    /// SHA-256 of the document as shown, to which a refusal belongs just as a signature does.
    pub shown: Sha256,
    /// Whether it is a recorded refusal instead of a signature.
    pub refused: bool,
    /// Language shown.
    pub lang: String,
    /// The drawing.
    pub strokes: Strokes,
    /// When.
    pub at: Moment,
    /// On which phone.
    pub device: DeviceId,
    /// What that phone was in the case.
    pub role: Role,
    /// What besides the drawing ties it to the person; a refusal has nothing.
    pub factor: Option<Factor>,
}

/// What can change after a seal: the answers of all phones, which photos there are, and how much stands for others.
type Content = (BTreeMap<(Option<PartyId>, String), Vec<Version>>, BTreeSet<PhotoId>, usize);

/// Everything the journal says, folded.
#[derive(Clone, Debug)]
pub struct CaseState {
    /// The case.
    pub id: CaseId,
    /// This phone.
    pub device: DeviceId,
    /// What this phone is in it.
    pub role: Role,
    /// Whose phone is the recorder.
    pub recorder: DeviceId,
    /// Where it was sighted.
    pub place: Option<Point>,
    /// The announced accident it answers.
    pub accident: Option<String>,
    /// On the recorder, what all parties' secrets come from; on another phone, the secret of its own party alone.
    pub join_secret: Private<String>,
    /// When each step of the case's life was reached first: `sighted`, `stopped`, `cleared`, `sealed`, …
    pub reached: BTreeMap<String, Moment>,
    /// How the survey car answered.
    pub response: Option<String>,
    /// Versions by question and party; the own device's first.
    pub answers: BTreeMap<(Option<PartyId>, String), Vec<Version>>,
    /// Photos on this phone and those that statements announce.
    pub photos: Vec<RecordedPhoto>,
    /// What stands for photos that could not be taken.
    pub substitutes: Vec<Substitute>,
    /// Photos of this phone that were erased from it.
    pub erased: BTreeSet<PhotoId>,
    /// What each phone recorded of who agreed to which receiver, and who took it back.
    pub consented: Consents,
    /// How far it has gone towards each app or account of the police.
    pub handings: Handings,
    /// Signatures and refusals, in order.
    pub signatures: Vec<SignatureGiven>,
    /// The recorder's draft that this phone was shown last: facts and settlement, canonical.
    pub draft: Option<(Private<String>, Private<String>)>,
    /// Statements taken in, with the hash of each.
    pub statements: Vec<(Statement, Sha256)>,
    /// How many statements this phone made.
    pub stated: u32,
    /// What went out at least once.
    pub sent: BTreeSet<Outgoing>,
    /// Photos of this phone that no frozen head covers yet.
    pub under_no_head: BTreeSet<Sha256>,
    /// Record hashes of the sealed revisions, the first at index 0.
    pub revisions: Vec<Sha256>,
    /// What the newest revision was sealed over: any difference since then wants another revision.
    sealed_over: Option<Box<Content>>,
    /// Claim notices that this phone made.
    pub notices: Vec<Noticed>,
    /// Receipts for something of this case.
    pub receipts: Vec<SignedReceipt>,
    /// Sizes of the heads of what was sealed or stated that have no time-stamp.
    pub to_stamp: BTreeSet<u64>,
    /// Size of a head → the answer of the time-stamping authority, base64url.
    pub stamps: BTreeMap<u64, String>,
    /// The pack version of the last entry.
    pub pack: u32,
    /// Every pack version that entries were made under, in order of first use (T32).
    pub packs: Vec<u32>,
    /// How many entries were folded.
    pub entries: u64,
}

/// A case of one nature. Everything that may be sent or scored asks for `Case<Live>`.
#[derive(Clone, Debug)]
pub struct Case<N: Nature> {
    /// The fold.
    pub state: CaseState,
    nature: PhantomData<N>,
}

/// A case whose nature is known at run time only: what comes out of the store.
#[derive(Clone, Debug)]
pub enum AnyCase {
    /// A real accident.
    Live(Case<Live>),
    /// Practice.
    Training(Case<Training>),
}

impl AnyCase {
    /// Begins the fold with a `sighted` entry. `None` if the entry is another, or its nature is unknown.
    pub fn begin(id: CaseId, device: DeviceId, first: &Entry) -> Option<AnyCase> {
        let Happened::Sighted { role, recorder, nature, place, accident, join_secret, verdicts: _ } = &first.what
        else {
            return None;
        };
        let state = CaseState {
            id,
            device,
            role: *role,
            recorder: *recorder,
            place: *place,
            accident: accident.clone(),
            join_secret: join_secret.clone(),
            reached: BTreeMap::from([("sighted".to_owned(), first.at.clone())]),
            response: None,
            answers: BTreeMap::new(),
            photos: Vec::new(),
            substitutes: Vec::new(),
            erased: BTreeSet::new(),
            consented: Consents::default(),
            handings: Handings::default(),
            signatures: Vec::new(),
            draft: None,
            statements: Vec::new(),
            stated: 0,
            sent: BTreeSet::new(),
            under_no_head: BTreeSet::new(),
            revisions: Vec::new(),
            sealed_over: None,
            notices: Vec::new(),
            receipts: Vec::new(),
            to_stamp: BTreeSet::new(),
            stamps: BTreeMap::new(),
            pack: first.pack,
            packs: vec![first.pack],
            entries: first.seq + 1,
        };
        match nature.as_str() {
            Live::NAME => Some(AnyCase::Live(Case { state, nature: PhantomData })),
            Training::NAME => Some(AnyCase::Training(Case { state, nature: PhantomData })),
            _ => None,
        }
    }

    /// The fold, whatever the nature.
    pub fn state(&self) -> &CaseState {
        match self {
            AnyCase::Live(case) => &case.state,
            AnyCase::Training(case) => &case.state,
        }
    }

    /// Folds one more entry.
    pub fn apply(&mut self, entry: &Entry) {
        match self {
            AnyCase::Live(case) => case.state.apply(entry),
            AnyCase::Training(case) => case.state.apply(entry),
        }
    }
}

impl CaseState {
    fn apply(&mut self, entry: &Entry) {
        self.pack = entry.pack;
        if !self.packs.contains(&entry.pack) {
            self.packs.push(entry.pack);
        }
        self.entries = entry.seq + 1;
        let at = &entry.at;
        match &entry.what {
            Happened::Sighted { .. } | Happened::Derived { .. } | Happened::Viewed { .. } => {}
            // Each comes with a head frozen over it.
            Happened::Exported { .. } => self.under_no_head.clear(),
            Happened::Sent { what } => {
                if self.wants_head(what) {
                    self.under_no_head.clear();
                }
                self.sent.extend(what);
            }
            Happened::Responded { response } => {
                self.response = Some(response.clone());
                self.reach(response, at);
            }
            Happened::Answered { question, party, answer } => {
                let device = self.device;
                self.keep_version(*party, question, Version { by: device, answer: answer.clone(), doubt: None });
            }
            Happened::Photographed { photo, slot, sha256, bytes, findings, begun, phone, no_photo } => {
                self.under_no_head.insert(*sha256);
                self.photos.push(RecordedPhoto {
                    photo: *photo,
                    slot: slot.clone(),
                    sha256: *sha256,
                    bytes: *bytes,
                    findings: findings.clone(),
                    at: begun.as_ref().unwrap_or(at).clone(),
                    device: self.device,
                    phone: phone.clone(),
                    no_photo: no_photo.clone(),
                });
            }
            Happened::Substituted { slot, means, why, words } => self.substitutes.push(Substitute {
                slot: slot.clone(),
                means: *means,
                why: why.clone(),
                words: words.clone(),
                at: at.clone(),
            }),
            Happened::Erased { photos, .. } => self.erased.extend(photos),
            Happened::Consented { party, receiver, text_version } => {
                self.consented.give(self.device, *party, *receiver, *text_version, at);
            }
            Happened::ConsentWithdrawn { party, receiver } => {
                self.consented.withdraw(self.device, *party, *receiver, at);
            }
            Happened::HelpAsked => self.reach("help_asked", at),
            Happened::Handover { app, event } => self.handings.take(app, event, at),
            Happened::Cleared => self.reach("cleared", at),
            Happened::DraftTaken { facts, settlement } => self.draft = Some((facts.clone(), settlement.clone())),
            Happened::Signed { party, round, shown, lang, strokes, role, factor } => {
                self.signatures.push(SignatureGiven {
                    party: *party,
                    round: *round,
                    shown: *shown,
                    refused: false,
                    lang: lang.clone(),
                    strokes: strokes.clone(),
                    at: at.clone(),
                    device: self.device,
                    role: *role,
                    factor: Some(*factor),
                });
            }
            Happened::RefusedToSign { party, round, shown } => self.signatures.push(SignatureGiven {
                party: *party,
                round: *round,
                shown: *shown,
                refused: true,
                lang: String::new(),
                strokes: Strokes::default(),
                at: at.clone(),
                device: self.device,
                role: self.role,
                factor: None,
            }),
            Happened::StatementTaken { statement, sha256, doubts, .. } => self.take(statement, *sha256, doubts),
            Happened::Stated { number, .. } => {
                self.to_stamp.insert(entry.seq + 1);
                self.under_no_head.clear();
                self.stated = *number;
                self.reach("stated", at);
            }
            Happened::Sealed { record, .. } => {
                self.to_stamp.insert(entry.seq + 1);
                self.under_no_head.clear();
                self.revisions.push(*record);
                self.sealed_over = Some(Box::new(self.content()));
                self.reach("sealed", at);
            }
            Happened::Notified { number, party, insurer, revision, sha256, consents } => {
                self.under_no_head.clear();
                self.notices.push(Noticed {
                    number: *number,
                    party: *party,
                    insurer: insurer.clone(),
                    revision: *revision,
                    sha256: *sha256,
                    consents: consents.clone(),
                    at: at.clone(),
                    withheld: false,
                });
            }
            Happened::NoticeWithheld { number } => {
                self.notices.iter_mut().filter(|noticed| noticed.number == *number).for_each(|n| n.withheld = true);
            }
            Happened::Stamped { size, answer, .. } => {
                self.to_stamp.remove(size);
                self.stamps.insert(*size, answer.clone());
            }
            Happened::Received { receipt } => {
                if matches!(receipt.receipt.manifest, Manifest::Revision { .. }) {
                    self.reach("stored", at);
                }
                self.receipts.push((**receipt).clone());
            }
        }
    }

    fn take(&mut self, statement: &Statement, sha256: Sha256, doubts: &[Doubt]) {
        for recorded in &statement.answers {
            let doubt = doubts.iter().find(|doubt| doubt.question == recorded.question);
            let doubt = doubt.map(|doubt| doubt.reason.clone());
            let version = Version { by: statement.device, answer: recorded.answer.clone(), doubt };
            self.keep_version(Some(statement.party), &recorded.question, version);
        }
        if statement.part.is_none() {
            self.photos.retain(|photo| photo.device != statement.device);
            self.photos.extend(statement.photos.iter().cloned());
            self.signatures.retain(|given| given.device != statement.device);
            self.signatures.extend(statement.signatures.iter().cloned());
        }
        statement.consents.iter().for_each(|stated| self.consented.take(statement.device, stated));
        self.statements.push((statement.clone(), sha256));
    }

    fn keep_version(&mut self, party: Option<PartyId>, question: &str, version: Version) {
        let versions = self.answers.entry((party, question.to_owned())).or_default();
        match versions.iter_mut().find(|known| known.by == version.by) {
            Some(known) => *known = version,
            None => versions.push(version),
        }
    }

    fn reach(&mut self, step: &str, at: &Moment) {
        self.reached.entry(step.to_owned()).or_insert_with(|| at.clone());
    }

    /// Whether a head is to be frozen when these go out: a body brings its own, a photo has at most an earlier one.
    pub fn wants_head(&self, outgoing: &[Outgoing]) -> bool {
        outgoing.iter().any(|what| matches!(what, Outgoing::Photo(sha256) if self.under_no_head.contains(sha256)))
    }

    fn content(&self) -> Content {
        (self.answers.clone(), self.photos.iter().map(|photo| photo.photo).collect(), self.substitutes.len())
    }

    /// Whether the newest sealed revision still says what is known now; a later answer or photo opens the case again.
    pub fn is_sealed(&self) -> bool {
        self.sealed_over.as_ref().is_some_and(|sealed| **sealed == self.content())
    }

    /// Whether the vehicles are off the road.
    pub fn is_cleared(&self) -> bool {
        self.reached.contains_key("cleared")
    }

    /// Whether passing specialists were asked for help.
    pub fn has_asked_for_help(&self) -> bool {
        self.reached.contains_key("help_asked")
    }

    /// The version that speaks for an answer: a party's own phone for its own columns, else the recorder's (the
    /// other versions stay, and are shown as a disagreement). One that cannot be speaks only where there is no other.
    pub fn version(&self, party: Option<PartyId>, question: &str) -> Option<&Version> {
        let own = |by: DeviceId| {
            party.is_some_and(|party| self.statements.iter().any(|(s, _)| s.party == party && s.device == by))
        };
        let rank = |version: &&Version| (version.doubt.is_some(), !own(version.by), version.by != self.recorder);
        self.answers.get(&(party, question.to_owned()))?.iter().min_by_key(rank)
    }

    /// What was answered, be it possible or not.
    pub fn answer(&self, party: Option<PartyId>, question: &str) -> Option<&Answer> {
        self.version(party, question).map(|version| &version.answer)
    }

    /// The value of an answer, if it is one and can be.
    pub fn value(&self, party: Option<PartyId>, question: &str) -> Option<&str> {
        match self.version(party, question)? {
            Version { answer: Answer::Value(text), doubt: None, .. } => Some(text.reveal()),
            _ => None,
        }
    }

    /// The parties: A alone for a single-vehicle accident, else A and B and whoever else has been spoken of.
    pub fn parties(&self) -> Vec<PartyId> {
        let least = if self.value(None, "fact.parties") == Some("single") { 1 } else { 2 };
        let spoken = self.answers.keys().filter_map(|(party, _)| *party).map(|p| p.index() + 1).max().unwrap_or(0);
        (0..least.max(spoken)).filter_map(|n| u8::try_from(n).ok().and_then(PartyId::nth)).collect()
    }
}
