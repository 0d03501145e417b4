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

/// How often the watchdog looks.
const TICK: Duration = Duration::from_millis(200);
/// Answers larger than this are not ours.
const LARGEST_REPLY: usize = 8 * 1024 * 1024;

/// How long nothing may move.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// No byte in either direction for so long: given up, and asked again later.
    pub(super) silence: Duration,
    /// After the last byte of a body: what the system still holds for a slow link is not seen leaving.
    pub(super) tail: Duration,
}

/// For every question to the gateway.
pub(super) const USUAL: Patience = Patience { silence: Duration::from_secs(20), tail: Duration::from_secs(60) };

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
        match Reply::watched(request, &Flow::default(), USUAL, &|_| true).await {
            Ok(reply) => Ok(reply),
            Err(NoReply::Failed(failure)) => Err(failure),
            Err(NoReply::CalledOff) => Err(Failure::Cut),
        }
    }

    /// The same for a body that flows: `told` hears how much of it has left, and calls the whole off by `false`.
    pub(super) async fn watched(
        request: RequestBuilder,
        flow: &Flow,
        patience: Patience,
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
                    let limit = if flow.is_out() && heard.count() == 0 { patience.tail } else { patience.silence };
                    if since.elapsed() > limit {
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

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::{SocketAddr, TcpListener, TcpStream},
    };

    use super::*;
    use crate::edge::http::client::client;

    const SHORT: Patience = Patience { silence: Duration::from_millis(700), tail: Duration::from_millis(1_500) };

    /// A server that does this with the one connection it takes.
    fn server(does: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
        let address = listener.local_addr().expect("an address");
        std::thread::spawn(move || does(listener.accept().expect("connected").0));
        address
    }

    fn ask(address: SocketAddr, told: &(dyn Fn(u64) -> bool + Sync)) -> Result<Reply, NoReply> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let request = client(None).expect("a client").get(format!("http://{address}/"));
            Reply::watched(request, &Flow::default(), SHORT, told).await
        })
    }

    fn head(stream: &mut TcpStream) {
        let _ = stream.read(&mut [0; 4096]);
    }

    const SLOW: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n";

    #[test]
    fn s26_a_server_that_says_nothing_is_given_up_after_the_silence_and_not_before() {
        let began = std::time::Instant::now();
        let address = server(|mut stream| {
            head(&mut stream);
            std::thread::sleep(Duration::from_secs(4));
        });
        assert_eq!(ask(address, &|_| true).expect_err("nothing"), NoReply::Failed(Failure::Stalled));
        assert!(began.elapsed() >= SHORT.silence && began.elapsed() < Duration::from_secs(3));
    }

    #[test]
    fn s26_an_answer_that_keeps_moving_may_take_longer_than_any_silence() {
        let address = server(|mut stream| {
            head(&mut stream);
            let _ = stream.write_all(SLOW);
            for _ in 0..8 {
                std::thread::sleep(Duration::from_millis(250));
                let _ = stream.write_all(b"x");
            }
        });
        assert_eq!(ask(address, &|_| true).expect("an answer").body, b"xxxxxxxx");
    }

    #[test]
    fn s26_an_answer_that_stops_in_its_middle_is_a_stall_and_one_that_ends_there_a_cut() {
        let address = server(|mut stream| {
            head(&mut stream);
            let _ = stream.write_all(SLOW);
            std::thread::sleep(Duration::from_secs(4));
        });
        assert_eq!(ask(address, &|_| true).expect_err("half"), NoReply::Failed(Failure::Stalled));
        let address = server(|mut stream| {
            head(&mut stream);
            let _ = stream.write_all(SLOW);
        });
        assert_eq!(ask(address, &|_| true).expect_err("half"), NoReply::Failed(Failure::Cut));
        let nobody = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("an address");
        assert_eq!(ask(nobody, &|_| true).expect_err("nobody"), NoReply::Failed(Failure::Unreachable));
    }

    #[test]
    fn what_is_called_off_ends_at_the_next_movement() {
        let address = server(|mut stream| {
            head(&mut stream);
            let _ = stream.write_all(SLOW);
            std::thread::sleep(Duration::from_secs(4));
        });
        assert_eq!(ask(address, &|_| false).expect_err("called off"), NoReply::CalledOff);
    }
}
