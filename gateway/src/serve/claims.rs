//! Claim notices (快赔): the recorder's phone brings them, the insurer's desk reads its own and answers, the association
//! sees that there are some and what became of them. What is in a notice it does not see: the party agreed to its insurer.

use std::sync::Arc;

use axum::{
    Extension, Json,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use jingbao_core::{
    canon::Sha256,
    id::{CaseId, DeviceId, PartyId},
    wire::{ClaimReason, ClaimState, Manifest},
};
use serde::Deserialize;

use super::{
    App,
    documents::{document, read, sign},
    problem::{Kind, Problem},
    request::{self, with_store},
};
use crate::store::{Answered, Broken, Device, NewClaim, Role, Store, StoredClaim};

/// What of a notice is looked at; the rest is the insurer's.
#[derive(Deserialize)]
struct Said {
    number: u32,
    revision: u32,
    record: Sha256,
    party: PartyId,
    insurer: String,
    device: DeviceId,
    nature: String,
    view: View,
}

#[derive(Deserialize)]
struct View {
    case: CaseId,
    revision: u32,
    nature: String,
}

/// Notify a party's own insurer of a stored revision.
///
/// The body is `{"notice": …, "head": …}`. Only the recorder's notices count, each about a revision that is stored, whose
/// hash it names, and to the insurer that this revision names for the party.
#[utoipa::path(put, path = "/v1/cases/{case}/claims/{n}",
    params(
        ("case" = String, Path, description = "UUID of the case"),
        ("n" = u32, Path, description = "Number of the notice in its case, from 1; one that was withheld is never sent"),
        ("Idempotency-Key" = String, Header, description = "UUID of the operation"),
        ("Repr-Digest" = String, Header, description = "`sha-256=:…:` of the body (RFC 9530)"),
    ),
    responses(
        (status = 201, description = "Stored; the signed receipt"),
        (status = 200, description = "Was stored before; the same receipt"),
        (status = 403, description = "`another-device`"),
        (status = 409, description = "`missing-parent`, or `other-recorder` with `recorder`"),
        (status = 422, description = "`no-such-insurer`, `other-bytes`, `training`, `bad-head`, `malformed`, `not-canonical`"),
    ))]
pub(super) async fn put_claim(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Path((case, number)): Path<(String, u32)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let op = request::operation(&headers)?;
    let body = request::body(&headers, body, true).await?;
    let (case, notice, head) = read(&body, &case, "notice", &device)?;
    let said = Said::deserialize(&notice).map_err(|_| Kind::Malformed)?;
    if said.device != device.id {
        return Err(Kind::AnotherDevice.into());
    }
    if said.nature != "live" || said.view.nature != "live" {
        return Err(Kind::Training.into());
    }
    let of_the_revision = (said.view.case, said.view.revision) == (case, said.revision);
    if number == 0 || said.number != number || !of_the_revision {
        return Err(Kind::Malformed.into());
    }
    let manifest = Manifest::Notice { case, notice: number, sha256: Sha256::of(&body), bytes: body.len() as u64 };
    let document = document(op, case, device.id, number, &notice, Some(said.record), &body)?;
    let Said { party, insurer, revision, .. } = said;
    let new = NewClaim { document, party, insurer, revision };
    let receipt = sign(&app, manifest, &head)?;
    let stored = with_store(&app, move |store| store.put_claim(&new, &receipt)).await?;
    Ok(request::receipt(stored))
}

/// One claim notice and what was said of it.
///
/// With the notice itself for its insurer's desk and the phone that sent it; without for the association's desk.
#[utoipa::path(get, path = "/v1/cases/{case}/claims/{n}",
    params(
        ("case" = String, Path, description = "UUID of the case"),
        ("n" = u32, Path, description = "Number of the notice"),
    ),
    responses(
        (status = 200, description = "`{case, claim, party, insurer, revision, sha256, states, receipt, body}`"),
        (status = 404, description = "`not-found`: no such notice, or not for this reader"),
    ))]
pub(super) async fn claim(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Path((case, number)): Path<(String, u32)>,
) -> Result<Response, Problem> {
    let case: CaseId = case.parse().map_err(|_| Kind::NotFound)?;
    let found = with_store(&app, move |store| seen(store, &device, case, number)).await?;
    Ok(Json(found.ok_or(Kind::NotFound)?).into_response())
}

/// The notice, if this reader may see it, with as much of it as he may.
fn seen(store: &dyn Store, reader: &Device, case: CaseId, number: u32) -> Result<Option<StoredClaim>, Broken> {
    let Some(claim) = store.claim(case, number)? else { return Ok(None) };
    Ok(match reader.role {
        Role::Association => Some(StoredClaim { body: None, ..claim }),
        Role::Insurer => Some(claim).filter(|claim| claim.insurer == reader.company),
        Role::Specialist | Role::Driver => Some(claim).filter(|claim| claim.device == reader.id),
    })
}

#[derive(Deserialize)]
pub(super) struct After {
    after: Option<String>,
}

/// The claim notices to this insurer, in the order in which they came; all of them for the association's desk.
#[utoipa::path(get, path = "/v1/claims",
    params(("after" = Option<String>, Query, description = "The `next` of the answer before; left out at first")),
    responses(
        (status = 200, description = "`{claims: [{case, claim, party, insurer, revision, sha256, states, receipt}], next}`"),
        (status = 400, description = "`bad-query`"),
    ))]
pub(super) async fn claims(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Query(After { after }): Query<After>,
) -> Result<Response, Problem> {
    let after: u64 = match after.as_deref() {
        None | Some("") => 0,
        Some(place) => place.parse().map_err(|_| request::bad_query("after"))?,
    };
    let after = after.min(i64::MAX.cast_unsigned());
    let insurer = (device.role != Role::Association).then_some(device.company);
    let (claims, next) = with_store(&app, move |store| store.claims(insurer.as_deref(), after)).await?;
    Ok(Json(serde_json::json!({ "claims": claims, "next": next.to_string() })).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    state: ClaimState,
    reason: Option<ClaimReason>,
}

/// Say what becomes of a notice; for the desk of its insurer.
///
/// The body is `{"state": received|accepted|needs_more|refused|settled, "reason"}`, the reason
/// (`incomplete|unreadable_photos|inspection|not_insured|not_covered|duplicate|other_reason`) with `needs_more` and
/// `refused` alone. The same again changes nothing.
#[utoipa::path(post, path = "/v1/cases/{case}/claims/{n}/states",
    params(
        ("case" = String, Path, description = "UUID of the case"),
        ("n" = u32, Path, description = "Number of the notice"),
    ),
    responses(
        (status = 201, description = "Told to the recorder and to the party's own phone: `{…, seq, state, reason, at}`"),
        (status = 200, description = "Was the last that was said"),
        (status = 404, description = "`not-found`: no such notice, or not for this desk"),
        (status = 409, description = "`out-of-order`, with `state`: it cannot follow what was said last"),
        (status = 422, description = "`malformed`"),
    ))]
pub(super) async fn answer_claim(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Path((case, number)): Path<(String, u32)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let case: CaseId = case.parse().map_err(|_| Kind::NotFound)?;
    let body = request::body(&headers, body, false).await?;
    let Answer { state, reason } = serde_json::from_slice(&body).map_err(|_| Kind::Malformed)?;
    if state.wants_reason() != reason.is_some() {
        return Err(Kind::Malformed.into());
    }
    let now = app.now();
    let answered = with_store(&app, move |store| -> Result<_, Broken> {
        let Some(_) = seen(store, &device, case, number)? else { return Ok(None) };
        store.answer_claim(case, number, (state, reason), now)
    });
    match answered.await?.ok_or(Kind::NotFound)? {
        Answered::New(told) => Ok((StatusCode::CREATED, Json(told)).into_response()),
        Answered::Same(told) => Ok(Json(told).into_response()),
        Answered::OutOfOrder(last) => Err(Problem::from(Kind::OutOfOrder).with("state", last.state)),
    }
}
