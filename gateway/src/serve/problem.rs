//! How a request is refused: RFC 9457, with a `type` that never changes its meaning and a title in the language that
//! was asked for. Inner causes go to the log, never into the answer.

use std::sync::Arc;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};

use crate::{
    store::{Broken, Refusal},
    texts::{accepted, say},
};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal $status:ident,)*) => {
        /// The kinds of problem; each has the `type` `urn:jingbao:problem:<code>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Kind] = &[$(Kind::$name,)*];

            /// The stable code.
            pub fn as_str(self) -> &'static str {
                match self { $(Kind::$name => $code,)* }
            }

            fn status(self) -> StatusCode {
                match self { $(Kind::$name => StatusCode::$status,)* }
            }
        }
    };
}

kinds! {
    /// No token, or one that does not count.
    Unauthorised = "unauthorised" UNAUTHORIZED,
    /// The body speaks for another device than the token's.
    AnotherDevice = "another-device" FORBIDDEN,
    /// The endpoint is for others than this token's role.
    NotForThisRole = "not-for-this-role" FORBIDDEN,
    /// Nothing there, or nothing for this token.
    NotFound = "not-found" NOT_FOUND,
    /// A header that must be there is not, or is not of its form.
    BadHeader = "bad-header" BAD_REQUEST,
    /// A parameter of the query is not of its form; `parameter` says which.
    BadQuery = "bad-query" BAD_REQUEST,
    /// The body is not what `Repr-Digest` says.
    DigestMismatch = "digest-mismatch" BAD_REQUEST,
    /// The body is larger than allowed.
    TooLarge = "too-large" PAYLOAD_TOO_LARGE,
    /// The body is not of the form it must have.
    Malformed = "malformed" UNPROCESSABLE_ENTITY,
    /// The body is not canonical JSON.
    NotCanonical = "not-canonical" UNPROCESSABLE_ENTITY,
    /// A training record.
    Training = "training" UNPROCESSABLE_ENTITY,
    /// The custody head does not verify under the enrolled key.
    BadHead = "bad-head" UNPROCESSABLE_ENTITY,
    /// Other bytes were stored before under this key or number.
    OtherBytes = "other-bytes" UNPROCESSABLE_ENTITY,
    /// The uploaded bytes do not have the hash they should.
    HashMismatch = "hash-mismatch" UNPROCESSABLE_ENTITY,
    /// What this one follows is not stored.
    MissingParent = "missing-parent" CONFLICT,
    /// Another phone records this case; its id is in `recorder`.
    OtherRecorder = "other-recorder" CONFLICT,
    /// The notice's insurer has no desk here, or its record names another one.
    NoSuchInsurer = "no-such-insurer" UNPROCESSABLE_ENTITY,
    /// It cannot follow what was said last, given in `state`.
    OutOfOrder = "out-of-order" CONFLICT,
    /// The upload stands at another offset, given in `offset`.
    WrongOffset = "wrong-offset" CONFLICT,
    /// The upload is not complete.
    Incomplete = "incomplete" CONFLICT,
    /// Someone else is writing this upload.
    Locked = "locked" LOCKED,
    /// Another tus version.
    TusVersion = "tus-version" PRECONDITION_FAILED,
    /// Another media type than must be sent.
    MediaType = "media-type" UNSUPPORTED_MEDIA_TYPE,
    /// The tus server behind the gateway does not answer as it should; the same again later.
    TusServer = "tus-server" BAD_GATEWAY,
    /// The gateway's storage failed; the same again later.
    Broken = "broken" INTERNAL_SERVER_ERROR,
}

/// A refusal on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    kind: Kind,
    more: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Problem {
        let mut headers = Vec::new();
        if kind == Kind::Unauthorised {
            headers.push((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
        }
        Problem { kind, more: Map::new(), headers }
    }
}

impl Problem {
    /// With a further member.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Problem {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// With a further header.
    pub(crate) fn header(mut self, name: &'static str, value: HeaderValue) -> Problem {
        self.headers.push((HeaderName::from_static(name), value));
        self
    }
}

impl From<Broken> for Problem {
    fn from(cause: Broken) -> Problem {
        tracing::error!(%cause, "storage failed");
        Kind::Broken.into()
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Problem {
        match refusal {
            Refusal::OtherBytes => Kind::OtherBytes.into(),
            Refusal::MissingParent => Kind::MissingParent.into(),
            Refusal::OtherRecorder(device) => Problem::from(Kind::OtherRecorder).with("recorder", device.to_string()),
            Refusal::NoSuchInsurer => Kind::NoSuchInsurer.into(),
            Refusal::Broken(cause) => cause.into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// The answer for a path that does not exist.
pub(crate) async fn no_such_path() -> Problem {
    Kind::NotFound.into()
}

/// Writes the body of a problem in the language that was asked for, and logs method and status of every request.
pub(crate) async fn put_into_words(request: Request, next: Next) -> Response {
    let asked = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let lang = accepted(asked);
    let method = request.method().clone();
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() else {
        tracing::info!(%method, status = response.status().as_u16());
        return response;
    };
    let (code, status) = (problem.kind.as_str(), problem.kind.status());
    tracing::info!(%method, status = status.as_u16(), problem = code);
    let mut body = problem.more.clone();
    body.insert("type".to_owned(), format!("urn:jingbao:problem:{code}").into());
    body.insert("title".to_owned(), say(lang, &format!("problem-{code}"), &[]).into());
    body.insert("status".to_owned(), status.as_u16().into());
    let headers = [(header::CONTENT_TYPE, "application/problem+json")];
    (status, HeaderMap::from_iter(problem.headers.clone()), headers, Value::Object(body).to_string()).into_response()
}
