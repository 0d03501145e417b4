//! `POST /v1/cases/{case}/returns`: a desk gives a file back with a reason. The recorder's phone hears it in its feed, shows
//! it in its case and logs it as a duty event, which the scorecard counts. The sealed revision stays as it is; what is
//! mended is a further one.

use std::sync::Arc;

use axum::{
    Extension, Json,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use jingbao_core::{id::CaseId, wire::FileReturned};

use super::{
    App, cases,
    problem::{Kind, Problem},
    request::{self, with_store},
};
use crate::store::{Broken, Device};

/// Give a file back to who recorded it.
///
/// The body is `{"revision", "reason": incomplete|unreadable_photos|contradiction|wrong_party|other_reason}`. The same again
/// changes nothing.
#[utoipa::path(post, path = "/v1/cases/{case}/returns",
    params(("case" = String, Path, description = "UUID of the case")),
    responses(
        (status = 201, description = "Told to the recorder"),
        (status = 200, description = "Was told before"),
        (status = 404, description = "`not-found`: no such case, or not for this desk; no such revision"),
        (status = 422, description = "`malformed`"),
    ))]
pub(super) async fn return_file(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Path(case): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let case: CaseId = case.parse().map_err(|_| Kind::NotFound)?;
    let body = request::body(&headers, body, false).await?;
    let asked: Asked = serde_json::from_slice(&body).map_err(|_| Kind::Malformed)?;
    let told = FileReturned { case, revision: asked.revision, reason: asked.reason, by: device.company.clone() };
    let fresh = with_store(&app, move |store| -> Result<_, Broken> {
        let view = cases::seen(store, &device, case)?;
        let recorder = view.filter(|view| (1..=view.revision).contains(&told.revision)).and_then(|view| view.recorder);
        recorder.map(|recorder| store.return_file(recorder, &told)).transpose()
    });
    let status = if fresh.await?.ok_or(Kind::NotFound)? { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(serde_json::json!({ "case": case }))).into_response())
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    revision: u32,
    reason: jingbao_core::wire::ReturnReason,
}
