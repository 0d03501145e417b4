//! What can be asked: the state of a case, and the feed.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use jingbao_core::{id::CaseId, wire::Feed};
use serde::Deserialize;

use super::{
    App,
    problem::{Kind, Problem},
    request,
};
use crate::store::Role;

/// What is stored of a case, by hashes and sizes, with every receipt.
///
/// For the devices that contributed to it, and the association's desk.
#[utoipa::path(get, path = "/v1/cases/{case}",
    params(("case" = String, Path, description = "UUID of the case")),
    responses(
        (status = 200, description = "`{case, state: open|stored, recorder, revision, revisions, statements, photos}`"),
        (status = 404, description = "`not-found`"),
    ))]
pub(super) async fn case(
    State(app): State<Arc<App>>,
    Path(case): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let device = request::device(&app, &headers).await?;
    let case: CaseId = case.parse().map_err(|_| Kind::NotFound)?;
    let view = request::with_store(&app, move |store| store.case(case)).await?;
    match view.filter(|view| device.role == Role::Desk || view.concerns(device.id)) {
        Some(view) => Ok(Json(view).into_response()),
        None => Err(Kind::NotFound.into()),
    }
}

#[derive(Deserialize)]
pub(super) struct After {
    after: Option<String>,
}

/// What is new since a cursor: accidents, their end, claim states, rule packs.
#[utoipa::path(get, path = "/v1/feed",
    params(("after" = Option<String>, Query, description = "The `next` of the answer before; left out at first")),
    responses(
        (status = 200, description = "`{entries: [{cursor, kind, body}], next}`"),
        (status = 422, description = "`malformed`: not a cursor of this gateway"),
    ))]
pub(super) async fn feed(
    State(app): State<Arc<App>>,
    Query(After { after }): Query<After>,
    headers: HeaderMap,
) -> Result<Json<Feed>, Problem> {
    let device = request::device(&app, &headers).await?;
    let after: u64 = match after.as_deref() {
        None | Some("") => 0,
        Some(cursor) => cursor.parse().map_err(|_| Kind::Malformed)?,
    };
    let after = after.min(i64::MAX.cast_unsigned());
    Ok(Json(request::with_store(&app, move |store| store.feed(device.id, after)).await?))
}
