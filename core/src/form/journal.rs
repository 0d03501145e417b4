//! What a case's journal holds. Every entry is one leaf of the case's custody tree; none is ever changed or removed.

use serde::{Deserialize, Serialize};

use crate::{
    canon::{KeyId, Sha256, Sm3},
    claim::Basis,
    duty::Checked,
    evidence::{CopyLimits, Finding},
    id::{DeviceId, PartyId, PhotoId},
    place::Point,
    privacy::Private,
    time::Moment,
    wire::SignedReceipt,
};

use super::{Doubt, Erasure, Factor, HandoverEvent, Means, PhoneSaw, Receiver, Statement, case::Role};

/// One thing that happened to a case, as this phone saw it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Position in this phone's journal of the case, from 0 without gaps.
    pub seq: u64,
    /// When, by all clocks of the phone.
    pub at: Moment,
    /// The pack version it was decided under (invariant 6, T32).
    pub pack: u32,
    /// What happened.
    #[serde(flatten)]
    pub what: Happened,
}

/// An answer to a question: a value, or the reason why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The normalised value.
    Value(Private<String>),
    /// Why it stays open: `cannot_read`, `no_plate`, `refuses`, `unknown`, `not_applicable`.
    Skipped(String),
}

/// Which of the two signature rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Round {
    /// What happened.
    Facts,
    /// Who bears what.
    Settlement,
}

/// A finger's drawing: lines of points, in thousandths of the field's width and height.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Strokes(pub Private<Vec<Vec<(i32, i32)>>>);

/// What can happen to a case on one phone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happened {
    /// This phone began to record or to take part.
    Sighted {
        /// What this phone is in the case.
        role: Role,
        /// The recorder of the case.
        recorder: DeviceId,
        /// `live` or `training`.
        nature: String,
        /// Where, if known.
        place: Option<Point>,
        /// The accident it was announced as, if it was.
        accident: Option<String>,
        /// On the recorder 16 random bytes in hex, from which every party's secret is derived; on a phone that joined,
        /// the secret of its own party alone.
        join_secret: Private<String>,
        /// What the duty check had said of this accident on this trip, each with its inputs, the latest last.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        verdicts: Vec<Checked>,
    },
    /// The survey car stopped, or why it did not: `stopped`, `urgent`, `cannot_stop_safely`, `served`, `passed`.
    Responded {
        /// Which.
        response: String,
    },
    /// Somebody answered a question.
    Answered {
        /// Its id in the pack.
        question: String,
        /// For which party; none for the scene.
        party: Option<PartyId>,
        /// What.
        answer: Answer,
    },
    /// A photo is safe in the vault.
    Photographed {
        /// Which.
        photo: PhotoId,
        /// The shot it answers.
        slot: String,
        /// SHA-256 of the original.
        sha256: Sha256,
        /// Length of the original.
        bytes: u64,
        /// What was noticed.
        findings: Vec<Finding>,
        /// When its intake had begun, where the app was killed in between and the next open adopted it; else the entry's
        /// own moment counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        begun: Option<Moment>,
        /// What the phone itself knew just then.
        #[serde(default, skip_serializing_if = "PhoneSaw::is_empty")]
        phone: PhoneSaw,
        /// It is a voice note, and this is why there is no photo.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        no_photo: Option<String>,
    },
    /// A copy of a photo was made for somebody; the original stays as it is.
    Derived {
        /// Of which photo.
        photo: PhotoId,
        /// SHA-256 of the original.
        original: Sha256,
        /// SHA-256 of the copy.
        copy: Sha256,
        /// Length of the copy.
        bytes: u64,
        /// Pixels of the copy from left to right.
        width: u32,
        /// Pixels of the copy from top to bottom.
        height: u32,
        /// What it is for: the receiver and its limits.
        limits: CopyLimits,
    },
    /// Words or a marking on the road stand for a photo that cannot be taken.
    Substituted {
        /// The shot it answers.
        slot: String,
        /// What it is.
        means: Means,
        /// Why there is no photo.
        why: String,
        /// What there was to see, or how it was marked.
        words: Private<String>,
    },
    /// The driver asks passing specialists for help.
    HelpAsked,
    /// The vehicles are off the road.
    Cleared,
    /// The recorder's draft was taken in by a phone that is not the recorder.
    DraftTaken {
        /// Canonical JSON of the facts.
        facts: Private<String>,
        /// Canonical JSON of the settlement.
        settlement: Private<String>,
    },
    /// A person signed what was shown.
    Signed {
        /// Who.
        party: PartyId,
        /// Which round.
        round: Round,
        /// SHA-256 of the canonical document as it was shown.
        shown: Sha256,
        /// In which language it was shown.
        lang: String,
        /// The drawing.
        strokes: Strokes,
        /// What the phone was on whose glass it was drawn.
        role: Role,
        /// What besides the drawing ties it to the person.
        factor: Factor,
    },
    /// A person refused to sign.
    RefusedToSign {
        /// Who.
        party: PartyId,
        /// Which round.
        round: Round,
        /// SHA-256 of what was refused, as it stood.
        shown: Sha256,
    },
    /// The recorder took in another phone's statement.
    StatementTaken {
        /// Word for word.
        statement: Box<Statement>,
        /// SHA-256 of its canonical JSON.
        sha256: Sha256,
        /// The key it was signed with.
        key: KeyId,
        /// What in it cannot be under the rules of this case.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        doubts: Vec<Doubt>,
    },
    /// This phone, not being the recorder, froze its statement.
    Stated {
        /// Number, from 1.
        number: u32,
        /// SHA-256 of its canonical JSON.
        sha256: Sha256,
    },
    /// The recorder sealed a revision.
    Sealed {
        /// Number, from 1.
        revision: u32,
        /// SHA-256 of the canonical record.
        record: Sha256,
        /// SM3 of the same bytes, where the pack asks for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sm3: Option<Sm3>,
        /// Why there is another one; none for the first.
        reason: Option<Private<String>>,
    },
    /// Somebody looks at something of the case on this phone: written before it is shown, once for each opening of the app.
    Viewed {
        /// At what.
        what: Viewed,
    },
    /// These go out for the first time: from here on the gateway may have them. That it has one, its receipt says.
    Sent {
        /// Which.
        what: Vec<Outgoing>,
    },
    /// The gateway's receipt for something of this case.
    Received {
        /// The receipt.
        receipt: Box<SignedReceipt>,
    },
    /// A time-stamping authority said when a signed head was there.
    Stamped {
        /// Size of the head.
        size: u64,
        /// SHA-256 of its answer.
        sha256: Sha256,
        /// Its answer (RFC 3161 TimeStampResp), base64url.
        answer: String,
    },
    /// A party agreed that a receiver may be given its data.
    Consented {
        /// Who.
        party: PartyId,
        /// To whom.
        receiver: Receiver,
        /// Which version of the text was shown, from 1.
        text_version: u32,
    },
    /// A party took its consent back.
    ConsentWithdrawn {
        /// Who.
        party: PartyId,
        /// To whom.
        receiver: Receiver,
    },
    /// A party's own insurer was notified: the notice is frozen and queued.
    Notified {
        /// Number of the notice, from 1.
        number: u32,
        /// Who notified.
        party: PartyId,
        /// Whom: the insurer's id in the pack.
        insurer: String,
        /// About which revision.
        revision: u32,
        /// SHA-256 of its canonical JSON.
        sha256: Sha256,
        /// The consents it stands on.
        consents: Vec<Basis>,
    },
    /// A notice that was not delivered yet was taken out of the queue, because a consent it stands on was taken back.
    NoticeWithheld {
        /// Its number.
        number: u32,
    },
    /// A hand-over to an app or account of the police went on, by a person's word.
    Handover {
        /// Which app or account, by its id in the pack.
        app: String,
        /// What happened.
        #[serde(flatten)]
        event: HandoverEvent,
    },
    /// Photos of this phone were made unreadable for good; what the record and this log say of them stays.
    Erased {
        /// Which.
        photos: Vec<PhotoId>,
        /// Why.
        why: Erasure,
    },
    /// A bundle was about to be made; this is the last event it holds.
    Exported {
        /// SHA-256 of its list of contents.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contents: Option<Sha256>,
        /// The public key it was encrypted to, where it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        recipient: Option<String>,
    },
}

/// What somebody looks at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Viewed {
    /// An original, at full size.
    Photo {
        /// Which.
        photo: PhotoId,
    },
    /// A sealed revision, as one audience may see it.
    Record {
        /// Its number, from 1.
        revision: u32,
        /// The audience's code.
        audience: String,
        /// The party it is named by, if it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        party: Option<PartyId>,
    },
}

/// What goes out to the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outgoing {
    /// A sealed revision: SHA-256 of the canonical record.
    Revision(Sha256),
    /// A statement: SHA-256 of its canonical JSON.
    Statement(Sha256),
    /// A photo: SHA-256 of the original.
    Photo(Sha256),
    /// A claim notice: SHA-256 of its canonical JSON.
    Notice(Sha256),
}
