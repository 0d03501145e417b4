//! The server: starts, tells on stdout where it listens and with which key it signs, runs until told to stop.
//!
//! Each file holds one resource; [`request`] what all of them check, who may do what stands in [`crate::roles`], [`problem`] how all of them refuse. Ends with the
//! process; a kill at any moment loses nothing that was acknowledged, because the store has it before the answer goes.

mod accidents;
mod cases;
mod claims;
mod documents;
mod elsewhere;
mod events;
mod photos;
mod problem;
mod request;
mod returns;
mod scorecards;
mod tus;
mod writers;

use std::{
    future::Future,
    io,
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{Router, middleware};
use jingbao_core::{canon::PublicKey, time::Timestamp};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    key::{GatewayKey, NoKey},
    store::{Broken, SqliteStore, Store},
};

pub use elsewhere::BadBase;
pub use problem::Kind;

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum NotServing {
    /// The data folder cannot be used.
    #[error(transparent)]
    Store(#[from] Broken),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] NoKey),
    /// The other tus server cannot be used.
    #[error(transparent)]
    Elsewhere(#[from] BadBase),
    /// The address cannot be listened on, or the network failed.
    #[error("cannot listen: {0}")]
    Network(#[from] io::Error),
}

/// What every handler works with.
pub(crate) struct App {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) key: GatewayKey,
    pub(crate) writers: writers::Writers,
    /// The tus server that keeps the bytes of uploads, if it is another.
    pub(crate) elsewhere: Option<elsewhere::Elsewhere>,
}

impl App {
    /// The gateway's clock.
    pub(crate) fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Jingbao gateway",
        description = "What phones send and ask. Bodies are canonical JSON (RFC 8785); problems are RFC 9457 with a stable `type`; photos go by tus 1.0."
    ),
    modifiers(&Bearer)
)]
struct Document;

/// Every path wants a bearer token.
struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
        let components = api.components.get_or_insert_with(Default::default);
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        api.security = Some(vec![SecurityRequirement::new("bearer", Vec::<String>::new())]);
    }
}

fn router() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(documents::put_revision))
        .routes(routes!(documents::put_statement))
        .routes(routes!(claims::put_claim, claims::claim))
        .routes(routes!(claims::claims))
        .routes(routes!(claims::answer_claim))
        .routes(routes!(tus::create_upload, tus::upload_options))
        .routes(routes!(tus::upload_offset, tus::append_upload, tus::delete_upload))
        .routes(routes!(photos::commit_photo))
        .routes(routes!(photos::photo))
        .routes(routes!(events::post_events))
        .routes(routes!(cases::case))
        .routes(routes!(returns::return_file))
        .routes(routes!(cases::feed))
        .routes(routes!(accidents::accidents, accidents::announce))
        .routes(routes!(accidents::close))
        .routes(routes!(scorecards::scorecards))
}

/// The OpenAPI document, as pretty JSON with a line end: what `docs/openapi.json` holds.
pub fn openapi() -> String {
    let mut text = router().to_openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// A server that listens and is ready to run.
pub struct Server {
    listener: tokio::net::TcpListener,
    router: Router,
    address: SocketAddr,
    key: PublicKey,
}

impl Server {
    /// Opens the data folder and listens. Port 0 takes a free one.
    pub async fn bind(listen: SocketAddr, data: &Path) -> Result<Server, NotServing> {
        Server::bind_before(listen, data, None).await
    }

    /// The same in front of another tus server, which keeps the bytes of uploads until they are photos: its base.
    pub async fn bind_before(listen: SocketAddr, data: &Path, tus: Option<&str>) -> Result<Server, NotServing> {
        let elsewhere = tus.map(elsewhere::Elsewhere::new).transpose()?;
        let store = SqliteStore::open(data)?;
        let key = GatewayKey::open(data)?;
        let public = key.public().clone();
        let app = Arc::new(App { store: Arc::new(store), key, writers: writers::Writers::default(), elsewhere });
        let (router, _) = router().split_for_parts();
        let door = middleware::from_fn_with_state(Arc::clone(&app), request::let_in);
        let router = router.route_layer(door);
        let router =
            router.fallback(problem::no_such_path).layer(middleware::from_fn(problem::put_into_words)).with_state(app);
        let listener = tokio::net::TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        Ok(Server { listener, router, address, key: public })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The key that signs its receipts.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Serves until `stop` ends, then lets running requests finish.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), NotServing> {
        Ok(axum::serve(self.listener, self.router).with_graceful_shutdown(stop).await?)
    }
}
