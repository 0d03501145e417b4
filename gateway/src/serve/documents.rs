//! `PUT` of revisions and statements: the bodies that carry a custody head. Ends with the signed receipt, the same
//! for ever, or a problem and nothing stored.

use std::sync::Arc;

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use jingbao_core::{
    canon::{self, Sha256},
    custody::SignedHead,
    id::{CaseId, DeviceId},
    wire::Manifest,
};
use serde_json::Value;

use super::{
    App,
    problem::{Kind, Problem},
    request,
};
use crate::store::{Device, Document};

/// Store a sealed revision of a case's record.
///
/// The body is `{"record": …, "head": …}`. Only the recorder's revisions count; each names the hash of the one before.
#[utoipa::path(put, path = "/v1/cases/{case}/revisions/{n}",
    params(
        ("case" = String, Path, description = "UUID of the case"),
        ("n" = u32, Path, description = "Number of the revision, from 1"),
        ("Idempotency-Key" = String, Header, description = "UUID of the operation"),
        ("Repr-Digest" = String, Header, description = "`sha-256=:…:` of the body (RFC 9530)"),
    ),
    responses(
        (status = 201, description = "Stored; the signed receipt"),
        (status = 200, description = "Was stored before; the same receipt"),
        (status = 409, description = "`missing-parent`, or `other-recorder` with `recorder`"),
        (status = 422, description = "`other-bytes`, `training`, `bad-head`, `malformed`, `not-canonical`"),
    ))]
pub(super) async fn put_revision(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Path((case, number)): Path<(String, u32)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let op = request::operation(&headers)?;
    let body = request::body(&headers, body, true).await?;
    let (case, record, head) = read(&body, &case, "record", &device)?;
    speaks_for(&record, "recorder", &device)?;
    if record.get("nature").and_then(Value::as_str) != Some("live") {
        return Err(Kind::Training.into());
    }
    let parent = match (number, record.get("parent")) {
        (0, _) => return Err(Kind::Malformed.into()),
        (1, None | Some(Value::Null)) => None,
        (_, Some(Value::String(hash))) => Some(hash.parse::<Sha256>().map_err(|_| Kind::Malformed)?),
        _ => return Err(Kind::Malformed.into()),
    };
    if record.get("revision").and_then(Value::as_u64) != Some(u64::from(number)) {
        return Err(Kind::Malformed.into());
    }
    let (sha256, bytes) = (Sha256::of(&body), body.len() as u64);
    let manifest = Manifest::Revision { case, revision: number, sha256, bytes };
    let document = document(op, case, device.id, number, &record, parent, &body)?;
    let receipt = sign(&app, manifest, &head)?;
    let stored = request::with_store(&app, move |store| store.put_revision(&document, &receipt)).await?;
    Ok(request::receipt(stored))
}

/// Store a statement of a phone that is not the recorder.
///
/// The body is `{"statement": …, "head": …}`; statements of a device are numbered without gaps.
#[utoipa::path(put, path = "/v1/cases/{case}/statements/{device}/{n}",
    params(
        ("case" = String, Path, description = "UUID of the case"),
        ("device" = String, Path, description = "UUID of the device, the token's own"),
        ("n" = u32, Path, description = "Number of the statement, from 1"),
        ("Idempotency-Key" = String, Header, description = "UUID of the operation"),
        ("Repr-Digest" = String, Header, description = "`sha-256=:…:` of the body (RFC 9530)"),
    ),
    responses(
        (status = 201, description = "Stored; the signed receipt"),
        (status = 200, description = "Was stored before; the same receipt"),
        (status = 403, description = "`another-device`"),
        (status = 409, description = "`missing-parent`"),
        (status = 422, description = "`other-bytes`, `training`, `bad-head`, `malformed`, `not-canonical`"),
    ))]
pub(super) async fn put_statement(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Path((case, of, number)): Path<(String, String, u32)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    if of.parse() != Ok(device.id) {
        return Err(Kind::AnotherDevice.into());
    }
    let op = request::operation(&headers)?;
    let body = request::body(&headers, body, true).await?;
    let (case, statement, head) = read(&body, &case, "statement", &device)?;
    speaks_for(&statement, "device", &device)?;
    if statement.get("nature").and_then(Value::as_str) != Some("live") {
        return Err(Kind::Training.into());
    }
    if number == 0 || statement.get("number").and_then(Value::as_u64) != Some(u64::from(number)) {
        return Err(Kind::Malformed.into());
    }
    let (sha256, bytes) = (Sha256::of(&body), body.len() as u64);
    let manifest = Manifest::Statement { case, device: device.id, number, sha256, bytes };
    let document = document(op, case, device.id, number, &statement, None, &body)?;
    let receipt = sign(&app, manifest, &head)?;
    let stored = request::with_store(&app, move |store| store.put_statement(&document, &receipt)).await?;
    Ok(request::receipt(stored))
}

/// Takes the body apart: the case both path and body name, the subject, and the head under the device's enrolled key.
pub(super) fn read(
    body: &Bytes,
    case: &str,
    subject: &str,
    device: &Device,
) -> Result<(CaseId, Value, SignedHead), Problem> {
    let case: CaseId = case.parse().map_err(|_| Kind::NotFound)?;
    let mut value = request::canonical(body)?;
    let members = value.as_object_mut().filter(|members| members.len() == 2).ok_or(Kind::Malformed)?;
    let content = members.remove(subject).filter(Value::is_object).ok_or(Kind::Malformed)?;
    let head = members.remove("head").ok_or(Kind::Malformed)?;
    let head: SignedHead = serde_json::from_value(head).map_err(|_| Kind::Malformed)?;
    if content.get("case").and_then(Value::as_str) != Some(case.to_string().as_str()) {
        return Err(Kind::Malformed.into());
    }
    if head.head.case != case
        || head.head.device != device.id
        || device.key.as_ref().is_none_or(|key| head.check(key).is_err())
    {
        return Err(Kind::BadHead.into());
    }
    Ok((case, content, head))
}

fn speaks_for(content: &Value, member: &str, device: &Device) -> Result<(), Problem> {
    match content.get(member).and_then(Value::as_str) {
        Some(id) if id == device.id.to_string() => Ok(()),
        _ => Err(Kind::AnotherDevice.into()),
    }
}

pub(super) fn document(
    op: jingbao_core::id::OpId,
    case: CaseId,
    device: DeviceId,
    number: u32,
    content: &Value,
    parent: Option<Sha256>,
    body: &Bytes,
) -> Result<Document, Problem> {
    let subject = canon::sha256(content).map_err(|_| Kind::NotCanonical)?;
    Ok(Document { op, case, device, number, subject, parent, body: body.to_vec() })
}

pub(super) fn sign(
    app: &App,
    manifest: Manifest,
    head: &SignedHead,
) -> Result<jingbao_core::wire::SignedReceipt, Problem> {
    let head = head.head.sha256().map_err(|_| Kind::NotCanonical)?;
    app.key.receipt(manifest, Some(head), app.now()).map_err(|_| Kind::NotCanonical.into())
}
