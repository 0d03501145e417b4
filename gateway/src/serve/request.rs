//! What every request is checked for: the token, the headers, the body's length, digest and canonical form.

use std::sync::Arc;

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jingbao_core::{
    canon::{self, Sha256},
    id::OpId,
};
use serde_json::Value;

use super::{
    App,
    problem::{Kind, Problem},
    tus,
};
use crate::{
    roles::{self, Door},
    store::{Device, Store, Stored},
};

/// Largest revision, statement or batch of events, bytes.
pub(crate) const MAX_BODY: usize = 4 << 20;

/// Runs a step of the store where it may wait for the disk.
pub(crate) async fn with_store<T: Send + 'static, E: Into<Problem> + Send + 'static>(
    app: &App,
    step: impl FnOnce(&dyn Store) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem> {
    let store = Arc::clone(&app.store);
    match tokio::task::spawn_blocking(move || step(store.as_ref())).await {
        Ok(done) => done.map_err(Into::into),
        Err(_) => Err(Kind::Broken.into()),
    }
}

/// Lets in whom the table of endpoints lets in, and hands on who it is.
pub(super) async fn let_in(
    State(app): State<Arc<App>>,
    path: MatchedPath,
    mut request: Request,
    next: Next,
) -> Response {
    let refused = match roles::door(request.method().as_str(), path.as_str()) {
        Some(Door::Open) => return next.run(request).await,
        Some(Door::For(roles)) => match device(&app, request.headers()).await {
            Ok(device) if roles.contains(&device.role) => {
                request.extensions_mut().insert(device);
                return next.run(request).await;
            }
            Ok(_) => Kind::NotForThisRole.into(),
            Err(problem) => problem,
        },
        None => Kind::NotFound.into(),
    };
    tus::drain(request.body_mut()).await;
    refused.into_response()
}

/// Whose token the request carries.
async fn device(app: &App, headers: &HeaderMap) -> Result<Device, Problem> {
    let token = text(headers, header::AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "));
    let digest = Sha256::of(token.ok_or(Kind::Unauthorised)?.trim().as_bytes());
    with_store(app, move |store| store.device_of(digest)).await?.ok_or_else(|| Kind::Unauthorised.into())
}

/// The operation's id. The structured form with quotes is taken too.
pub(crate) fn operation(headers: &HeaderMap) -> Result<OpId, Problem> {
    let key = text(headers, "idempotency-key").map(|value| value.trim_matches('"'));
    key.and_then(|value| value.parse().ok()).ok_or_else(|| bad_header("Idempotency-Key"))
}

/// The whole body, its digest checked against `Repr-Digest` (RFC 9530), which must be there when `required`.
pub(crate) async fn body(headers: &HeaderMap, body: Body, required: bool) -> Result<Bytes, Problem> {
    let bytes = axum::body::to_bytes(body, MAX_BODY).await.map_err(|_| Kind::TooLarge)?;
    let Some(field) = text(headers, "repr-digest") else {
        return if required { Err(bad_header("Repr-Digest")) } else { Ok(bytes) };
    };
    let mut members = field.split(',').filter_map(|member| member.trim().strip_prefix("sha-256="));
    let claimed = members.next().and_then(|value| value.strip_prefix(':')?.strip_suffix(':'));
    let claimed = claimed.and_then(|value| STANDARD.decode(value).ok()).ok_or_else(|| bad_header("Repr-Digest"))?;
    if claimed == Sha256::of(&bytes).0 { Ok(bytes) } else { Err(Kind::DigestMismatch.into()) }
}

/// The body as canonical JSON.
pub(crate) fn canonical(bytes: &[u8]) -> Result<Value, Problem> {
    let value: Value = serde_json::from_slice(bytes).map_err(|_| Kind::Malformed)?;
    if canon::bytes(&value).ok().as_deref() == Some(bytes) { Ok(value) } else { Err(Kind::NotCanonical.into()) }
}

/// A header as text.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The problem that a header is missing or not of its form.
pub(crate) fn bad_header(name: &str) -> Problem {
    Problem::from(Kind::BadHeader).with("header", name)
}

/// The problem that a parameter of the query is not of its form.
pub(crate) fn bad_query(name: &str) -> Problem {
    Problem::from(Kind::BadQuery).with("parameter", name)
}

/// 201 for what was stored now, 200 for what was stored before; the receipt either way.
pub(crate) fn receipt(stored: Stored) -> Response {
    let status = if stored.fresh { StatusCode::CREATED } else { StatusCode::OK };
    (status, Json(stored.receipt)).into_response()
}
