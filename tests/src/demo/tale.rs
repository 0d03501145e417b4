//! Everything the demo saw, for `summary.json` and `report.html`. Filled in while the story runs; nothing in it is
//! computed for show.

use std::collections::BTreeMap;

use jingbao_core::{exchange::Picture, text::Lang};
use serde::Serialize;

/// The whole story.
#[derive(Clone, Debug)]
pub struct Tale {
    /// Language of the page.
    pub lang: Lang,
    /// What happened, in order.
    pub moments: Vec<Beat>,
    /// The drive: degrees north, degrees east, in order.
    pub drive: Vec<(f64, f64)>,
    /// Where the accident is.
    pub accident: (f64, f64),
    /// Verdicts as they changed.
    pub duty: Vec<DutyBeat>,
    /// Every photo of the first case, in order of taking.
    pub photos: Vec<PhotoBeat>,
    /// The agreements' file names beside the report, in the order of the cases.
    pub agreements: Vec<String>,
    /// The queue's life: what waited on both phones at each look.
    pub queue: Vec<QueueBeat>,
    /// What the driver's phone said of the specialist's credential.
    pub credential: Option<CredentialBeat>,
    /// The custody logs of both phones.
    pub custody: Vec<CustodyBeat>,
    /// The gateway's receipts for what it lists of the case.
    pub receipts: Vec<ReceiptBeat>,
    /// Stopped to cleared by the specialist's phone, milliseconds: the key figure of the programme.
    pub clearing_ms: Option<i64>,
    /// What the verifier says of the bundle.
    pub verified: Verified,
    /// For `summary.json`.
    pub summary: Summary,
}

/// One line of the story.
#[derive(Clone, Debug)]
pub struct Beat {
    /// Story time, `15:02:10`.
    pub at: String,
    /// `surveyor`, `driver`, `association`, `gateway`, `road` or `stranger`.
    pub who: &'static str,
    /// The sentence.
    pub text: String,
    /// Whether it is a blow: a kill or an outage.
    pub blow: bool,
}

/// One change of verdict.
#[derive(Clone, Debug, Serialize)]
pub struct DutyBeat {
    /// RFC 3339.
    pub at: String,
    /// Code of the verdict.
    pub verdict: String,
    /// Which accident.
    pub accident: String,
    /// Index into the drive.
    #[serde(skip)]
    pub fix: usize,
    /// Metres left.
    #[serde(skip)]
    pub distance_m: f64,
    /// The verdict and its reasons in words.
    #[serde(skip)]
    pub text: String,
}

/// One photo.
#[derive(Clone, Debug, Serialize)]
pub struct PhotoBeat {
    /// File name, or the slot of a drawn one.
    pub name: String,
    /// SHA-256 of the original.
    pub sha256: String,
    /// Length.
    pub bytes: u64,
    /// Codes of the findings.
    pub findings: Vec<String>,
    /// Which shot it answers.
    #[serde(skip)]
    pub slot: String,
    /// The shot in words.
    #[serde(skip)]
    pub slot_text: String,
    /// The findings in words.
    #[serde(skip)]
    pub finding_texts: Vec<String>,
    /// Whose phone: `surveyor` or `driver`.
    #[serde(skip)]
    pub who: &'static str,
    /// The original bytes when a browser can show them; none for HEIC.
    #[serde(skip)]
    pub shown: Option<Vec<u8>>,
}

/// One look at the queues.
#[derive(Clone, Debug)]
pub struct QueueBeat {
    /// What had just happened, in words.
    pub when: String,
    /// Operations waiting on the surveyor's phone.
    pub surveyor: u32,
    /// Operations waiting on the driver's phone.
    pub driver: u32,
    /// Operations with a receipt on both.
    pub done: u32,
}

/// The living code and its check.
#[derive(Clone, Debug)]
pub struct CredentialBeat {
    /// As it was on the screen.
    pub picture: Picture,
    /// Number of the credential.
    pub number: String,
    /// The verdict at once, in a word.
    pub word: String,
    /// The same in a sentence.
    pub text: String,
    /// What was said of a picture of it half a minute later.
    pub later: String,
}

/// One custody log.
#[derive(Clone, Debug)]
pub struct CustodyBeat {
    /// `surveyor` or `driver`.
    pub who: &'static str,
    /// Leaves in the log.
    pub leaves: u64,
    /// Root of its newest head.
    pub root: String,
    /// Key that signed it.
    pub key: String,
}

/// One receipt.
#[derive(Clone, Debug)]
pub struct ReceiptBeat {
    /// `revision`, `statement`, `photo` or `event`.
    pub kind: String,
    /// What it is for.
    pub what: String,
    /// When the gateway stored it, RFC 3339.
    pub at: String,
}

/// The verifier's word.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// Nothing is broken.
    pub whole: bool,
    /// Signed by a trusted key.
    pub trusted: bool,
    /// Which key.
    pub signer: String,
    /// The verifier's own sentence.
    pub text: String,
}

/// `summary.json`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// The cases.
    pub cases: Vec<CaseSummary>,
    /// The photos of the first case, those of the input, as in the report.
    pub photos: Vec<PhotoBeat>,
    /// The verdicts, as in the report.
    pub duty: Vec<DutyBeat>,
    /// Both queues together.
    pub queue: QueueSummary,
    /// How often a process was killed.
    pub kills: u32,
    /// How often the gateway was away.
    pub outages: u32,
    /// How long it took.
    pub elapsed_ms: u64,
}

/// One case.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CaseSummary {
    /// Its id.
    pub id: String,
    /// `stored` when the gateway has it.
    pub state: String,
    /// Whether the parties agreed: `agreed` or `disputed`.
    pub accord: String,
    /// Newest revision.
    pub revision: u32,
    /// How many parties.
    pub parties: usize,
    /// How many photos the gateway has of it.
    pub photos: usize,
    /// What the parties' insurers say of their notices, in the order of the parties.
    pub claims: Vec<ClaimSummary>,
    /// SHA-256 of the newest record.
    pub record_sha256: String,
    /// SHA-256 of the manifest its receipt is for.
    pub receipt: String,
    /// How far it has gone towards each app or account of the police, by its id; only where something was done.
    pub handovers: BTreeMap<String, String>,
}

/// One claim notice.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ClaimSummary {
    /// Whose.
    pub party: String,
    /// To whom.
    pub insurer: String,
    /// Where it stands.
    pub state: String,
    /// Insurer and state in words.
    #[serde(skip)]
    pub text: String,
}

/// Both queues.
#[derive(Clone, Debug, Default, Serialize)]
pub struct QueueSummary {
    /// Operations in all.
    pub operations: u32,
    /// With a receipt.
    pub sent: u32,
    /// Sent again after a cut or a kill.
    pub resent: u32,
    /// Still waiting.
    pub pending: u32,
    /// Refused.
    pub parked: u32,
}
