//! Uploads whose bytes lie with another tus server in the house (`serve --tus URL`): tusd over object storage, or any
//! other that speaks tus 1.0. Phones never see it: the gateway checks token and owner of every request, gives uploads
//! names of its own, and hands the protocol on as a stream. What counts is still the commit, at which the bytes are
//! fetched (`GET`, which tus servers answer though the protocol does not ask it of them) and hashed here.
//!
//! A phone that falls silent in its body ends the request to the other server, which keeps what came.
//! Each question ends in the other server's answer, or in `tus-server` (502), which phones take as passing. The server is
//! trusted with bytes and with nothing else: of its `Location` only the path counts, never the host.
//! Not its business: who may (that is [`request`](super::request)), when an earlier writer stops ([`writers`](super::writers)).

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::StatusCode,
};
use jingbao_core::wire::TUS_VERSION;
use reqwest::{Client, Method, RequestBuilder, Response, Url, header};
use tokio::time::{Instant, Sleep};

use super::{
    App,
    problem::{Kind, Problem},
    request::with_store,
};
use crate::store::{Broken, Upload};

/// For a connection in the house.
const CONNECT: Duration = Duration::from_secs(5);
/// No byte of an answer, or of a phone's body, for so long. The answer to a `PATCH` comes only after its body.
const SILENCE: Duration = Duration::from_secs(30);
/// Bytes gathered before they are written.
const PIECE: usize = 1 << 20;

/// The base of the other server cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the tus server's address is not usable")]
pub struct BadBase;

/// The other server.
pub(crate) struct Elsewhere {
    client: Client,
    base: Url,
}

/// Where an upload stands there.
pub(super) enum Stands {
    At(u64),
    Gone,
}

impl Elsewhere {
    pub(crate) fn new(base: &str) -> Result<Elsewhere, BadBase> {
        let base = Url::parse(base).map_err(|_| BadBase)?;
        if !["http", "https"].contains(&base.scheme()) || base.host().is_none() {
            return Err(BadBase);
        }
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| BadBase)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .build()
            .map_err(|_| BadBase)?;
        Ok(Elsewhere { client, base })
    }

    /// Begins an upload there; the path it lies under, with its query.
    pub(super) async fn create(&self, length: u64, metadata: &str) -> Result<String, Problem> {
        let request = self.ask(Method::POST, self.base.clone());
        let request = request.header("upload-length", length).header("upload-metadata", metadata);
        let response = answer(request).await?;
        let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        match (response.status(), location) {
            (StatusCode::CREATED, Some(location)) => {
                let url = self.base.join(location).map_err(|_| Kind::TusServer)?;
                let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
                Ok(format!("{}{query}", url.path()))
            }
            (StatusCode::PAYLOAD_TOO_LARGE, _) => Err(Kind::TooLarge.into()),
            (status, _) => Err(strange(status)),
        }
    }

    pub(super) async fn stands(&self, path: &str) -> Result<Stands, Problem> {
        let response = answer(self.ask(Method::HEAD, self.at(path))).await?;
        match response.status().as_u16() {
            200 | 204 => offset(&response).map(Stands::At).ok_or_else(|| Kind::TusServer.into()),
            403 | 404 | 410 => Ok(Stands::Gone),
            423 => Err(Kind::Locked.into()),
            _ => Err(strange(response.status())),
        }
    }

    /// Hands a body on from `claimed`; the offset it was taken to.
    pub(super) async fn append(&self, path: &str, claimed: u64, body: Body) -> Result<u64, Problem> {
        let request = self.ask(Method::PATCH, self.at(path));
        let request = request.header("upload-offset", claimed).header(header::CONTENT_TYPE, super::tus::BYTES);
        // No limit on the whole: it ends with the phone's body, and a newcomer ends it before.
        let request = request.body(reqwest::Body::wrap(Listening::to(body)));
        let response = request.send().await.map_err(|error| unreachable(&error))?;
        match response.status().as_u16() {
            200 | 204 => offset(&response).ok_or_else(|| Kind::TusServer.into()),
            404 | 410 => Err(Kind::NotFound.into()),
            // 400: somebody else was let in meanwhile, as tusd does it.
            400 | 409 => Err(Kind::WrongOffset.into()),
            413 => Err(Kind::TooLarge.into()),
            423 => Err(Kind::Locked.into()),
            _ => Err(strange(response.status())),
        }
    }

    /// Gives an upload up. Whether the server forgets it does not matter to anybody but its disk.
    pub(super) async fn drop_upload(&self, path: &str) {
        let _ = answer(self.ask(Method::DELETE, self.at(path))).await;
    }

    /// Fetches the bytes into the gateway's own copy of the upload. They are durable on return.
    pub(super) async fn fetch(&self, app: &App, upload: &Upload, path: &str) -> Result<(), Problem> {
        let mut response = answer(self.ask(Method::GET, self.at(path))).await?;
        match response.status().as_u16() {
            200 => {}
            404 | 410 => return Err(Kind::NotFound.into()),
            423 => return Err(Kind::Locked.into()),
            _ => return Err(strange(response.status())),
        }
        let (mut at, mut piece) = (0, Vec::with_capacity(PIECE));
        loop {
            let next = tokio::time::timeout(SILENCE, response.chunk()).await.map_err(|_| Kind::TusServer)?;
            let next: Option<Bytes> = next.map_err(|error| unreachable(&error))?;
            piece.extend_from_slice(next.as_deref().unwrap_or_default());
            if at + piece.len() as u64 > upload.length {
                return Err(Kind::HashMismatch.into());
            }
            if piece.len() >= PIECE || next.is_none() {
                let (id, offset, bytes) = (upload.id.clone(), at, std::mem::take(&mut piece));
                at += bytes.len() as u64;
                with_store(app, move |store| store.append(&id, offset, &bytes)).await?;
            }
            if next.is_none() {
                break;
            }
        }
        if at != upload.length {
            return Err(Kind::TusServer.into());
        }
        let id = upload.id.clone();
        with_store(app, move |store| -> Result<(), Broken> { store.settle(&id, at) }).await
    }

    fn ask(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url).header("tus-resumable", TUS_VERSION)
    }

    /// A path of this server; nothing in it leads to another.
    fn at(&self, path: &str) -> Url {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let mut url = self.base.clone();
        url.set_path(path);
        url.set_query(query);
        url
    }
}

/// A phone's body that breaks off when nothing comes.
struct Listening {
    /// Behind a lock that nobody ever waits for: the client wants a body that could be shared.
    body: Mutex<Body>,
    silent: Pin<Box<Sleep>>,
}

impl Listening {
    fn to(body: Body) -> Listening {
        Listening { body: Mutex::new(body), silent: Box::pin(tokio::time::sleep(SILENCE)) }
    }
}

impl HttpBody for Listening {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        let body = self.body.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Poll::Ready(frame) = Pin::new(body).poll_frame(cx) {
            self.silent.as_mut().reset(Instant::now() + SILENCE);
            return Poll::Ready(frame);
        }
        let silence = || axum::Error::new(io::Error::from(io::ErrorKind::TimedOut));
        self.silent.as_mut().poll(cx).map(|()| Some(Err(silence())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

async fn answer(request: RequestBuilder) -> Result<Response, Problem> {
    let answer = tokio::time::timeout(SILENCE, request.send()).await.map_err(|_| Kind::TusServer)?;
    answer.map_err(|error| unreachable(&error))
}

fn offset(response: &Response) -> Option<u64> {
    response.headers().get("upload-offset")?.to_str().ok()?.trim().parse().ok()
}

fn unreachable(error: &reqwest::Error) -> Problem {
    tracing::warn!(connect = error.is_connect(), "the tus server does not answer");
    Kind::TusServer.into()
}

fn strange(status: StatusCode) -> Problem {
    tracing::warn!(status = status.as_u16(), "the tus server answers strangely");
    Kind::TusServer.into()
}
