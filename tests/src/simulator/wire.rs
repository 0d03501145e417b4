//! What phones ask and the gateway answers, before it is HTTP. Not its business: what is done about it.

use std::rc::Rc;

use jingbao_core::{
    canon::Sha256,
    id::{CaseId, DeviceId, OpId, PhotoId},
};

/// A request.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// `PUT /v1/cases/{case}/revisions/{number}`.
    Revision {
        /// In the path.
        case: CaseId,
        /// In the path.
        number: u32,
        /// `Idempotency-Key`.
        op: OpId,
        /// The document.
        body: Rc<[u8]>,
    },
    /// `PUT /v1/cases/{case}/statements/{device}/{number}`.
    Statement {
        /// In the path.
        case: CaseId,
        /// In the path.
        device: DeviceId,
        /// In the path.
        number: u32,
        /// `Idempotency-Key`.
        op: OpId,
        /// The document.
        body: Rc<[u8]>,
    },
    /// `POST /v1/events`.
    Events {
        /// The batch.
        body: Rc<[u8]>,
    },
    /// `POST /v1/uploads`.
    Create {
        /// In the metadata.
        case: CaseId,
        /// In the metadata.
        photo: PhotoId,
        /// In the metadata.
        sha256: Sha256,
        /// `Upload-Length`.
        length: u64,
    },
    /// `HEAD /v1/uploads/{upload}`.
    Offset {
        /// In the path.
        upload: String,
    },
    /// `PATCH /v1/uploads/{upload}`.
    Append {
        /// In the path.
        upload: String,
        /// `Upload-Offset`.
        offset: u64,
        /// The bytes that arrive.
        bytes: Vec<u8>,
        /// Whether the connection is cut after them.
        cut: bool,
    },
    /// `DELETE /v1/uploads/{upload}`.
    Drop {
        /// In the path.
        upload: String,
    },
    /// `POST /v1/cases/{case}/photos/{sha256}/commit`.
    Commit {
        /// In the path.
        case: CaseId,
        /// In the path.
        sha256: Sha256,
        /// In the body.
        upload: String,
    },
    /// `GET /v1/feed`.
    Feed {
        /// The cursor.
        after: u64,
    },
}

impl Ask {
    /// A word for it.
    pub fn name(&self) -> String {
        match self {
            Ask::Revision { number, .. } => format!("revision {number}"),
            Ask::Statement { number, .. } => format!("statement {number}"),
            Ask::Events { .. } => "event".into(),
            Ask::Create { length, .. } => format!("begin an upload of {length}"),
            Ask::Offset { upload } => format!("where is upload {upload}"),
            Ask::Append { upload, offset, bytes, .. } => {
                format!("upload {upload} from {offset}, {} bytes", bytes.len())
            }
            Ask::Drop { upload } => format!("drop upload {upload}"),
            Ask::Commit { upload, .. } => format!("commit upload {upload}"),
            Ask::Feed { after } => format!("feed after {after}"),
        }
    }
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `application/json`, or none.
    Plain,
    /// `application/problem+json` with the last part of its type.
    Problem(&'static str),
    /// A page for a person.
    Page,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// What the body is.
    pub form: Form,
    /// The body; of a problem, nothing that counts.
    pub body: Rc<[u8]>,
    /// `Retry-After`, seconds.
    pub retry_after: Option<u32>,
    /// `Upload-Offset`.
    pub offset: Option<u64>,
    /// The last part of `Location`.
    pub upload: Option<String>,
}

impl Answer {
    /// A status with nothing.
    pub fn bare(status: u16) -> Answer {
        Answer { status, form: Form::Plain, body: Rc::from([]), retry_after: None, offset: None, upload: None }
    }

    /// A problem of ours.
    pub fn problem(status: u16, code: &'static str) -> Answer {
        Answer { form: Form::Problem(code), ..Answer::bare(status) }
    }

    /// A page for a person.
    pub fn page(status: u16) -> Answer {
        Answer { form: Form::Page, body: Rc::from(&b"<html>Welcome</html>"[..]), ..Answer::bare(status) }
    }

    /// JSON.
    pub fn json(status: u16, body: Vec<u8>) -> Answer {
        Answer { body: body.into(), ..Answer::bare(status) }
    }
}

/// What a sender hears.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// An answer, read whole.
    Answer(Answer),
    /// Nobody there: nothing was sent.
    Unreachable,
    /// The connection broke.
    Broke,
    /// No byte for a long time.
    Silence,
    /// The time that the sender wanted to wait is over.
    Waited,
}
