//! What can be asked: the state of a case, and the feed.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use jingbao_core::{id::CaseId, wire::Feed};
use serde::Deserialize;

use super::{
    App,
    problem::{Kind, Problem},
    request,
};
use crate::store::{Broken, CaseView, Device, Role, Store};

/// What is stored of a case, by hashes and sizes, with every receipt.
///
/// For the devices that contributed to it, the desk of an insurer whose specialist did, and the association's desk.
#[utoipa::path(get, path = "/v1/cases/{case}",
    params(("case" = String, Path, description = "UUID of the case")),
    responses(
        (status = 200, description = "`{case, state: open|stored, recorder, revision, revisions, statements, photos}`"),
        (status = 404, description = "`not-found`"),
    ))]
pub(super) async fn case(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Path(case): Path<String>,
) -> Result<Response, Problem> {
    let case: CaseId = case.parse().map_err(|_| Kind::NotFound)?;
    let view = request::with_store(&app, move |store| seen(store, &device, case)).await?;
    Ok(Json(view.ok_or(Kind::NotFound)?).into_response())
}

/// The case, if this reader may see it; whether there is one that it may not, it does not learn.
pub(super) fn seen(store: &dyn Store, reader: &Device, case: CaseId) -> Result<Option<CaseView>, Broken> {
    let Some(view) = store.case(case)? else { return Ok(None) };
    let may = match reader.role {
        Role::Association => true,
        Role::Insurer => store.has_people_at(&reader.company, case)?,
        Role::Specialist | Role::Driver => view.concerns(reader.id),
    };
    Ok(may.then_some(view))
}

#[derive(Deserialize)]
pub(super) struct After {
    after: Option<String>,
}

/// What is new for this reader since a cursor: accidents and their end, its own claim states, credential and roster, rule
/// packs, revocations.
#[utoipa::path(get, path = "/v1/feed",
    params(("after" = Option<String>, Query, description = "The `next` of the answer before; left out at first")),
    responses(
        (status = 200, description = "`{entries: [{cursor, kind, body}], next}`"),
        (status = 422, description = "`malformed`: not a cursor of this gateway"),
    ))]
pub(super) async fn feed(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Query(After { after }): Query<After>,
) -> Result<Json<Feed>, Problem> {
    let after: u64 = match after.as_deref() {
        None | Some("") => 0,
        Some(cursor) => cursor.parse().map_err(|_| Kind::Malformed)?,
    };
    let after = after.min(i64::MAX.cast_unsigned());
    Ok(Json(request::with_store(&app, move |store| store.feed(&device, after)).await?))
}
