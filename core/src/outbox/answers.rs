//! Answers of the world: what came back, or failed to, becomes one [`Outcome`]. Triggered by the edge after every request;
//! ends in *done*, *later*, *pause* or *parked*, never in an error that somebody would have to interpret again.
//!
//! [`TABLE`] is the whole judgement: the first row that fits counts. The same rows stand in `docs/queues.md`, for people;
//! a test keeps both in step. Only a receipt that checks against the manifest and the pinned key is success, and only a
//! refusal that speaks as our gateway does (RFC 9457 with a type of ours) parks anything: what a hotel, a proxy or a broken
//! server says is *later*, whatever it says.
//!
//! Not its business: what a tus answer means for an upload under way, which [`tus`](crate::tus) knows and brings here only
//! where it gives up; how long *later* is, which [`Outbox`](super::Outbox) says.

use super::{NEVER_LEFT, Outcome};
use crate::{
    canon::PublicKey,
    time::Timestamp,
    wire::{Manifest, SignedReceipt},
};

/// The state of the case is asked for; it may hold the receipt. Otherwise the operation is tried again.
pub const ASK_STATE: &str = "later-conflict";
/// The gateway has no such upload any more: its name is forgotten, and it begins anew.
pub const BEGIN_ANEW: &str = "later-upload-lost";
/// The gateway has not all bytes yet: its offset is asked for.
pub const NOT_WHOLE: &str = "later-upload-stuck";

/// What was asked.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// A revision, a statement, a notice or events were sent.
    Put(Wanted<'a>),
    /// An upload was to become a photo.
    Commit(Wanted<'a>),
    /// tus: an upload was to begin.
    Create,
    /// tus: where it stands.
    Head,
    /// tus: bytes were sent.
    Patch,
    /// What is new.
    Feed,
}

/// The receipt that alone ends an operation.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// What it is to attest.
    pub manifest: &'a Manifest,
    /// The pinned key.
    pub key: &'a PublicKey,
}

/// What came back. Headers as they stood there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answer<'a> {
    /// Status code.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// `Retry-After`: seconds, or a date (RFC 9110 §10.2.3).
    pub retry_after: Option<&'a str>,
    /// `Date`, which a date in `Retry-After` is measured from: the phone's own clock may be wrong.
    pub date: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// No answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No connection: not a byte of the request left the phone.
    Unreachable,
    /// Somebody answered under another name than the gateway's (TLS).
    WrongName,
    /// The certificate does not count otherwise: authority, time, form.
    Certificate,
    /// No byte moved for too long.
    Stalled,
    /// The connection ended before the answer did.
    Cut,
    /// The answer does not end.
    Endless,
}

/// What a row of the table leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The receipt is kept, the operation is over.
    Done,
    /// Tried again after the usual back-off, for this reason.
    Later(&'static str),
    /// Tried again when the server has said.
    WhenAsked,
    /// Everything pauses and is kept until there is a new token.
    Pause,
    /// This one alone is parked with the gateway's reason, for a person.
    Park,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name in the documents.
    pub name: &'static str,
    /// What follows.
    pub then: Then,
    fits: fn(&Seen<'_>) -> bool,
}

/// First match counts.
pub const TABLE: [Row; 19] = [
    row("no-connection", Then::Later(NEVER_LEFT), |s| s.failure == Some(Failure::Unreachable)),
    row("wrong-name", Then::Later("later-portal"), |s| s.failure == Some(Failure::WrongName)),
    row("certificate", Then::Later("later-certificate"), |s| s.failure == Some(Failure::Certificate)),
    row("silence", Then::Later("later-stalled"), |s| s.failure == Some(Failure::Stalled)),
    row("cut", Then::Later("later-cut"), |s| s.failure == Some(Failure::Cut)),
    row("endless", Then::Later("later-not-a-gateway"), |s| s.failure == Some(Failure::Endless)),
    row("portal", Then::Later("later-portal"), |s| s.is_portal()),
    row("token", Then::Pause, |s| s.status == 401),
    row("busy", Then::WhenAsked, |s| s.passes() && s.asked_ms.is_some()),
    row("server", Then::Later("later-server"), |s| s.passes() || s.status == 423),
    row("receipt", Then::Done, |s| matches!(s.receipt, Some(Ok(_)))),
    row("foreign-receipt", Then::Later("later-foreign-receipt"), |s| matches!(s.receipt, Some(Err(Unfit::Foreign)))),
    row("no-receipt", Then::Later("later-not-a-receipt"), |s| matches!(s.receipt, Some(Err(Unfit::None)))),
    row("upload-gone", Then::Later(BEGIN_ANEW), |s| s.is_commit && s.has_gone()),
    row("upload-short", Then::Later(NOT_WHOLE), |s| s.is_commit && s.status == 409),
    row("garbled", Then::Later("later-garbled"), |s| s.problem.as_deref() == Some("digest-mismatch")),
    row("conflict", Then::Later(ASK_STATE), |s| s.is_put && s.status == 409 && !s.is_settled()),
    row("refusal", Then::Park, |s| (400..500).contains(&s.status) && s.problem.is_some()),
    row("stranger", Then::Later("later-not-a-gateway"), |_| true),
];

const fn row(name: &'static str, then: Then, fits: fn(&Seen<'_>) -> bool) -> Row {
    Row { name, then, fits }
}

/// What an answer, or none, means for what was asked. `now` stands in where the server says no `Date`.
pub fn judge(asked: Asked<'_>, came: Result<&Answer<'_>, Failure>, now: Timestamp) -> Outcome {
    let mut seen = Seen::of(asked, came, now);
    let then = TABLE.iter().find(|row| (row.fits)(&seen)).map_or(Then::Later("later-not-a-gateway"), |row| row.then);
    match then {
        Then::Done => match seen.receipt.take() {
            Some(Ok(receipt)) => Outcome::Receipt(receipt),
            _ => Outcome::Later { why: "later-not-a-receipt", retry_after_ms: None },
        },
        Then::Later(why) => Outcome::Later { why, retry_after_ms: None },
        Then::WhenAsked => Outcome::Later { why: "later-busy", retry_after_ms: seen.asked_ms },
        Then::Pause => Outcome::Unauthorized,
        Then::Park => Outcome::Refused { reason: format!("parked-{}", seen.problem.as_deref().unwrap_or("refused")) },
    }
}

/// Why what should be a receipt is none.
#[derive(Clone, Copy, Debug)]
enum Unfit {
    /// It is for another manifest, or another key signed it.
    Foreign,
    /// It is no receipt at all.
    None,
}

/// What the rows look at.
struct Seen<'a> {
    failure: Option<Failure>,
    is_put: bool,
    is_commit: bool,
    status: u16,
    content_type: Option<&'a str>,
    body: &'a [u8],
    asked_ms: Option<i64>,
    receipt: Option<Result<Box<SignedReceipt>, Unfit>>,
    problem: Option<String>,
}

impl<'a> Seen<'a> {
    fn of(asked: Asked<'_>, came: Result<&Answer<'a>, Failure>, now: Timestamp) -> Seen<'a> {
        let nothing = Answer::default();
        let (answer, failure) = match came {
            Ok(answer) => (*answer, None),
            Err(failure) => (nothing, Some(failure)),
        };
        let wanted = match asked {
            Asked::Put(wanted) | Asked::Commit(wanted) => Some(wanted),
            Asked::Create | Asked::Head | Asked::Patch | Asked::Feed => None,
        };
        Seen {
            failure,
            is_put: matches!(asked, Asked::Put(_)),
            is_commit: matches!(asked, Asked::Commit(_)),
            status: answer.status,
            content_type: answer.content_type,
            body: answer.body,
            asked_ms: answer.retry_after.and_then(|text| wait_ms(text, answer.date, now)),
            receipt: wanted.filter(|_| matches!(answer.status, 200 | 201)).map(|wanted| receipt(&answer, wanted)),
            problem: problem(&answer),
        }
    }

    /// A page that stands between us and the gateway: a redirect (we follow none), 407, 511 (RFC 6585 §6), or success
    /// that is a web page.
    fn is_portal(&self) -> bool {
        match self.status {
            300..=399 | 407 | 511 => true,
            200..=299 => self.is_page(),
            _ => false,
        }
    }

    fn is_page(&self) -> bool {
        let html = |kind: &str| kind.contains("html") || kind.contains("xml");
        let said = self.content_type.is_some_and(|kind| html(&kind.to_ascii_lowercase()));
        said || self.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
    }

    /// Statuses that pass by themselves, whatever their body is.
    fn passes(&self) -> bool {
        matches!(self.status, 408 | 425 | 429 | 500..=599)
    }

    fn has_gone(&self) -> bool {
        match self.problem.as_deref() {
            Some("hash-mismatch") => true,
            problem => problem.is_some() && matches!(self.status, 404 | 410),
        }
    }

    /// A conflict that asking for the state would not change.
    fn is_settled(&self) -> bool {
        matches!(self.problem.as_deref(), Some("other-recorder" | "other-bytes"))
    }
}

fn receipt(answer: &Answer<'_>, wanted: Wanted<'_>) -> Result<Box<SignedReceipt>, Unfit> {
    let receipt: SignedReceipt = serde_json::from_slice(answer.body).map_err(|_| Unfit::None)?;
    receipt.check(wanted.manifest, wanted.key).map_err(|_| Unfit::Foreign)?;
    Ok(Box::new(receipt))
}

/// The code of a problem of our gateway: media type of RFC 9457, a body that reads, a type of ours.
fn problem(answer: &Answer<'_>) -> Option<String> {
    answer.content_type.filter(|kind| kind.starts_with("application/problem+json"))?;
    let body: serde_json::Value = serde_json::from_slice(answer.body).ok()?;
    let code = body.get("type")?.as_str()?.strip_prefix("urn:jingbao:problem:")?;
    let plain = code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    (plain && (1..=40).contains(&code.len())).then(|| code.to_owned())
}

/// What `Retry-After` asks for, milliseconds from now: seconds, or a date of RFC 9110 §5.6.7 (its one form that is still
/// written), measured from the answer's own `Date`. What cannot be read is not there: the usual back-off serves as well.
fn wait_ms(text: &str, date: Option<&str>, now: Timestamp) -> Option<i64> {
    if let Ok(seconds) = text.trim().parse::<u32>() {
        return Some(i64::from(seconds) * 1000);
    }
    let until = http_date(text)?;
    let from = date.and_then(http_date).unwrap_or(now.0);
    Some(until.saturating_sub(from).max(0))
}

fn http_date(text: &str) -> Option<i64> {
    let parser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    parser.parse_timestamp(text.trim()).ok().map(|at| at.as_millisecond())
}
