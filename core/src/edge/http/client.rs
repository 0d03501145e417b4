//! The one client: rustls with ring, public roots or the configured authority alone, no redirects, no total time-out
//! but a limit on silence (S26).

use std::{sync::Arc, time::Duration};

use reqwest::{Client, Method, RequestBuilder, StatusCode, Url, header};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::{
    canon::PublicKey,
    edge::{ports::Credentials, trouble::Trouble},
    outbox::{self, Outcome},
};

/// No byte for so long: given up, and asked again later.
const SILENCE: Duration = Duration::from_secs(20);
/// Answers larger than this are not ours.
const LARGEST_REPLY: usize = 8 * 1024 * 1024;

/// Where to send, whom to believe.
pub(in crate::edge) struct Gateway {
    client: Client,
    base: Url,
    /// The pinned key that receipts must be signed with.
    pub(in crate::edge) key: PublicKey,
    credentials: Arc<dyn Credentials>,
}

/// What came back, read whole.
pub(in crate::edge) struct Reply {
    pub(in crate::edge) status: StatusCode,
    pub(in crate::edge) headers: header::HeaderMap,
    pub(in crate::edge) body: Vec<u8>,
}

impl Gateway {
    /// `base` is `https://…`, or `http://` towards this very machine; `authority` replaces the public roots (PEM).
    pub(in crate::edge) fn new(
        base: &str,
        key: PublicKey,
        authority: Option<&str>,
        credentials: Arc<dyn Credentials>,
    ) -> Result<Gateway, Trouble> {
        let base = Url::parse(base).map_err(|_| Trouble::Configuration("error-gateway-address"))?;
        let loopback = matches!(base.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if base.scheme() != "https" && !(base.scheme() == "http" && loopback) {
            return Err(Trouble::Configuration("error-gateway-address"));
        }
        let client = client(authority)?;
        Ok(Gateway { client, base, key, credentials })
    }

    /// A request with token; `path` is absolute on the gateway.
    pub(super) fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Outcome> {
        let url = self.base.join(path).map_err(|_| later(outbox::NEVER_LEFT))?;
        let token = self.credentials.token().map_err(|_| later("later-no-token"))?;
        let request = self.client.request(method, url);
        Ok(match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
    }
}

/// `authority` replaces the public roots (PEM).
pub(super) fn client(authority: Option<&str>) -> Result<Client, Trouble> {
    let mut roots = RootCertStore::empty();
    match authority {
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                let certificate = certificate.map_err(|_| Trouble::Configuration("error-gateway-authority"))?;
                roots.add(certificate).map_err(|_| Trouble::Configuration("error-gateway-authority"))?;
            }
            // A file without any certificate would trust nobody and never say why.
            if roots.is_empty() {
                return Err(Trouble::Configuration("error-gateway-authority"));
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| Trouble::Configuration("error-gateway-authority"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(SILENCE)
        .build()
        .map_err(|_| Trouble::Configuration("error-gateway-address"))
}

impl Reply {
    /// Sends and reads the whole answer, up to a limit.
    pub(super) async fn of(request: RequestBuilder) -> Result<Reply, Outcome> {
        let mut response = request.send().await.map_err(|error| later(transport(&error)))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| later(transport(&error)))? {
            if body.len() + chunk.len() > LARGEST_REPLY {
                return Err(later("later-not-a-gateway"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, headers, body })
    }

    /// A header as text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What an answer means that is not the success its caller looked for. One table for all operations.
    pub(super) fn failure(&self) -> Outcome {
        match self.status.as_u16() {
            401 => Outcome::Unauthorized,
            // RFC 9110 §10.2.3: 503 may say when to come again, as 429 does.
            429 | 503 if self.retry_after_ms().is_some() => {
                Outcome::Later { why: "later-busy", retry_after_ms: self.retry_after_ms() }
            }
            408 | 423 | 425 | 429 | 500..=599 => later("later-server"),
            // A refusal counts only if it speaks as our gateway does: RFC 9457, not a portal's page.
            400..=499 if self.is_problem() => Outcome::Refused { reason: self.problem() },
            _ => later("later-not-a-gateway"),
        }
    }

    /// What `Retry-After` asks for; its form as a date is not read, the usual back-off serves as well.
    fn retry_after_ms(&self) -> Option<i64> {
        let seconds: u32 = self.header("retry-after")?.trim().parse().ok()?;
        Some(i64::from(seconds) * 1000)
    }

    fn is_problem(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.starts_with("application/problem+json"))
    }

    /// The last path segment of the problem's type, as a text code.
    fn problem(&self) -> String {
        let kind = serde_json::from_slice::<serde_json::Value>(&self.body)
            .ok()
            .and_then(|body| body.get("type")?.as_str().map(str::to_owned));
        let last = kind.as_deref().and_then(|kind| kind.rsplit(['/', ':']).next()).unwrap_or("refused").to_owned();
        format!("parked-{last}")
    }
}

/// *Later*, by the usual back-off.
pub(super) fn later(why: &'static str) -> Outcome {
    Outcome::Later { why, retry_after_ms: None }
}

/// A certificate that is not trusted is told apart: waiting will not mend it, but nothing is lost by waiting either.
fn transport(error: &reqwest::Error) -> &'static str {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(inner) = cause {
        if let Some(rustls::Error::InvalidCertificate(_)) = inner.downcast_ref::<rustls::Error>() {
            return "later-certificate";
        }
        // `source` of an I/O error skips the error that it wraps, and these are wrapped more than once.
        let wrapped = inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = wrapped.map(|wrapped| wrapped as &dyn std::error::Error).or_else(|| inner.source());
    }
    match () {
        () if error.is_connect() => outbox::NEVER_LEFT,
        () if error.is_timeout() => "later-stalled",
        () => "later-cut",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Reply {
        let mut map = header::HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, header::HeaderValue::from_static(value));
        }
        let status = StatusCode::from_u16(status).expect("a status");
        Reply { status, headers: map, body: body.as_bytes().to_vec() }
    }

    const PROBLEM: (&str, &str) = ("content-type", "application/problem+json");

    #[test]
    fn s1_s9_t18_what_an_answer_means_that_is_no_success() {
        let waits = |reply: Reply| match reply.failure() {
            Outcome::Later { why, retry_after_ms } => (why, retry_after_ms),
            other => panic!("{other:?}"),
        };
        // Whatever its body, a 5xx passes; only our own problem is a refusal.
        assert_eq!(waits(reply(520, &[("content-type", "text/html")], "<html>")), ("later-server", None));
        assert_eq!(waits(reply(500, &[PROBLEM], "{}")), ("later-server", None));
        assert_eq!(waits(reply(503, &[("retry-after", "120")], "")), ("later-busy", Some(120_000)));
        assert_eq!(waits(reply(429, &[("retry-after", "7")], "")), ("later-busy", Some(7_000)));
        for odd in ["", "-5", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "99999999999999999999"] {
            assert_eq!(waits(reply(429, &[("retry-after", odd)], "")), ("later-server", None), "{odd}");
        }
        for status in [302, 404, 422, 403] {
            assert_eq!(waits(reply(status, &[("content-type", "text/html")], "<html>")).0, "later-not-a-gateway");
        }
        assert!(matches!(reply(401, &[], "").failure(), Outcome::Unauthorized));
    }

    #[test]
    fn invariant_4_a_403_about_one_operation_parks_it_and_pauses_nobody() {
        let body = r#"{"type": "urn:jingbao:problem:another-device", "status": 403}"#;
        let outcome = reply(403, &[PROBLEM], body).failure();
        assert!(matches!(&outcome, Outcome::Refused { reason } if reason == "parked-another-device"), "{outcome:?}");
        let nameless = reply(422, &[PROBLEM], "not json").failure();
        assert!(matches!(&nameless, Outcome::Refused { reason } if reason == "parked-refused"), "{nameless:?}");
    }
}
