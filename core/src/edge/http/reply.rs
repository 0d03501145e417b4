//! One question over the wire and the whole answer, under a watchdog: silence in both directions is limited, the time as
//! a whole is not (S26). Ends in a [`Reply`], or in the [`Failure`] that the table of answers knows.

use std::{
    cell::Cell,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use reqwest::{RequestBuilder, StatusCode, header};
use tokio::time::Instant;

use super::body::Flow;
use crate::{
    outbox::{
        Outcome,
        answers::{self, Answer, Asked, Failure},
    },
    time::Timestamp,
};

/// No byte for so long: given up, and asked again later.
const SILENCE: Duration = Duration::from_secs(20);
/// Silence after the last byte of a body: what the system still holds for a slow link is not seen leaving.
const TAIL: Duration = Duration::from_secs(60);
/// How often the watchdog looks.
const TICK: Duration = Duration::from_millis(200);
/// Answers larger than this are not ours.
const LARGEST_REPLY: usize = 8 * 1024 * 1024;

/// What came back, read whole.
#[derive(Debug)]
pub(in crate::edge) struct Reply {
    pub(in crate::edge) status: StatusCode,
    pub(in crate::edge) headers: header::HeaderMap,
    pub(in crate::edge) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoReply {
    /// The world's doing.
    Failed(Failure),
    /// Ours: it was called off.
    CalledOff,
}

impl Reply {
    /// Sends and reads the whole answer, up to a limit.
    pub(super) async fn of(request: RequestBuilder) -> Result<Reply, Failure> {
        match Reply::watched(request, &Flow::default(), &|_| true).await {
            Ok(reply) => Ok(reply),
            Err(NoReply::Failed(failure)) => Err(failure),
            Err(NoReply::CalledOff) => Err(Failure::Cut),
        }
    }

    /// The same for a body that flows: `told` hears how much of it has left, and calls the whole off by `false`.
    pub(super) async fn watched(
        request: RequestBuilder,
        flow: &Flow,
        told: &(dyn Fn(u64) -> bool + Sync),
    ) -> Result<Reply, NoReply> {
        let heard = Heard(std::sync::atomic::AtomicU64::new(0));
        let mut work = std::pin::pin!(Reply::read(request, &heard));
        let (mut since, seen) = (Instant::now(), Cell::new(0));
        loop {
            tokio::select! {
                done = &mut work => return done.map_err(NoReply::Failed),
                () = tokio::time::sleep(TICK) => {
                    let moved = flow.handed() + heard.count();
                    if moved != seen.replace(moved) {
                        since = Instant::now();
                        if !told(flow.handed()) {
                            return Err(NoReply::CalledOff);
                        }
                    }
                    let patience = if flow.is_out() && heard.count() == 0 { TAIL } else { SILENCE };
                    if since.elapsed() > patience {
                        return Err(NoReply::Failed(Failure::Stalled));
                    }
                }
            }
        }
    }

    async fn read(request: RequestBuilder, heard: &Heard) -> Result<Reply, Failure> {
        let mut response = request.send().await.map_err(|error| transport(&error))?;
        heard.more(1);
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| transport(&error))? {
            heard.more(chunk.len() as u64);
            if body.len() + chunk.len() > LARGEST_REPLY {
                return Err(Failure::Endless);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, headers, body })
    }

    /// A header as text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// As the table of answers reads it.
    pub(super) fn answer(&self) -> Answer<'_> {
        Answer {
            status: self.status.as_u16(),
            content_type: self.header("content-type"),
            retry_after: self.header("retry-after"),
            date: self.header("date"),
            body: &self.body,
        }
    }
}

/// Bytes of the answer so far.
struct Heard(std::sync::atomic::AtomicU64);

impl Heard {
    fn more(&self, bytes: u64) {
        self.0.fetch_add(bytes, std::sync::atomic::Ordering::Relaxed);
    }

    fn count(&self) -> u64 {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }
}

/// What came of a question, by the table of answers.
pub(super) fn judge(asked: Asked<'_>, came: &Result<Reply, Failure>) -> Outcome {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
    match came {
        Ok(reply) => answers::judge(asked, Ok(&reply.answer()), now),
        Err(failure) => answers::judge(asked, Err(*failure), now),
    }
}

/// *Later*, by the usual back-off.
pub(super) fn later(why: &'static str) -> Outcome {
    Outcome::Later { why, retry_after_ms: None }
}

/// A certificate that is not trusted is told apart: waiting will not mend it, but nothing is lost by waiting either.
fn transport(error: &reqwest::Error) -> Failure {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(inner) = cause {
        if let Some(rustls::Error::InvalidCertificate(why)) = inner.downcast_ref::<rustls::Error>() {
            return match why {
                rustls::CertificateError::NotValidForName | rustls::CertificateError::NotValidForNameContext { .. } => {
                    Failure::WrongName
                }
                _ => Failure::Certificate,
            };
        }
        // `source` of an I/O error skips the error that it wraps, and these are wrapped more than once.
        let wrapped = inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = wrapped.map(|wrapped| wrapped as &dyn std::error::Error).or_else(|| inner.source());
    }
    match () {
        () if error.is_connect() => Failure::Unreachable,
        () if error.is_timeout() => Failure::Stalled,
        () => Failure::Cut,
    }
}
