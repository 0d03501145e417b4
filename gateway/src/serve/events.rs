//! `POST /v1/events`: a device's duty events by their own numbers. The same numbers with the same bytes are taken
//! again and again; with other bytes, never.

use std::sync::Arc;

use axum::{Extension, body::Body, extract::State, http::HeaderMap, response::Response};
use jingbao_core::{
    canon::Sha256,
    wire::{EventBatch, Manifest},
};

use super::{
    App,
    problem::{Kind, Problem},
    request,
};
use crate::store::Device;

/// Append duty events of this device.
///
/// The body is `{"device": …, "events": […]}`, the events of one body numbered one after the other. Bodies come in any
/// order: what is urgent now is told before what waited since yesterday. Numbers that never come are counted by the
/// assessment.
#[utoipa::path(post, path = "/v1/events",
    responses(
        (status = 201, description = "Stored; the signed receipt"),
        (status = 200, description = "Was stored before; the same receipt"),
        (status = 403, description = "`another-device`"),
        (status = 422, description = "`other-bytes`, `malformed`, `not-canonical`"),
    ))]
pub(super) async fn post_events(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = request::body(&headers, body, false).await?;
    let batch: EventBatch = serde_json::from_value(request::canonical(&body)?).map_err(|_| Kind::Malformed)?;
    if batch.device != device.id {
        return Err(Kind::AnotherDevice.into());
    }
    let (Some(first), Some(last)) = (batch.events.first(), batch.events.last()) else {
        return Err(Kind::Malformed.into());
    };
    let in_order = batch.events.windows(2).all(|pair| pair[0].seq.checked_add(1) == Some(pair[1].seq));
    if first.seq == 0 || last.seq > i64::MAX.cast_unsigned() || !in_order {
        return Err(Kind::Malformed.into());
    }
    let sha256 = Sha256::of(&body);
    let manifest = Manifest::Events { device: device.id, first: first.seq, last: last.seq, sha256 };
    let receipt = app.key.receipt(manifest, None, app.now()).map_err(|_| Kind::NotCanonical)?;
    let stored = request::with_store(&app, move |store| store.put_events(&batch, &receipt)).await?;
    Ok(request::receipt(stored))
}
