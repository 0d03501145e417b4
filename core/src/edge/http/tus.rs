//! A small client for tus 1.0 (<https://tus.io/protocols/resumable-upload>): creation, HEAD, PATCH. After anything
//! unexpected it asks for the offset and goes on from there; the server's offset is the only truth (S16, S17).

use std::io::Read;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;

use super::{
    client::{Gateway, Reply, later},
    send::Parcel,
};
use crate::{
    outbox::Outcome,
    wire::{TUS_BASE, TUS_VERSION},
};

/// Bytes in one PATCH.
const STEP: u64 = 256 * 1024;
/// How often one call may find the server somewhere else than expected.
const SURPRISES: u32 = 8;

/// Where an upload is on the server.
enum Offset {
    At(u64),
    Gone,
}

/// Brings all bytes to the server; the id of the finished upload.
pub(super) async fn upload(gateway: &Gateway, parcel: &Parcel<'_>, known: Option<String>) -> Result<String, Outcome> {
    let (mut id, mut offset) = match known {
        Some(id) => match head(gateway, &id).await? {
            Offset::At(offset) => (id, offset),
            Offset::Gone => (create(gateway, parcel).await?, 0),
        },
        None => (create(gateway, parcel).await?, 0),
    };
    let mut surprises = 0;
    while offset < parcel.bytes {
        (parcel.progress)(offset);
        let sent = patch(gateway, parcel, &id, offset).await?;
        offset = match sent {
            Some(next) if next > offset && next <= parcel.bytes => next,
            _ => {
                surprises += 1;
                if surprises > SURPRISES {
                    return Err(later("later-upload-stuck"));
                }
                match head(gateway, &id).await? {
                    Offset::At(offset) => offset,
                    Offset::Gone => {
                        id = create(gateway, parcel).await?;
                        0
                    }
                }
            }
        };
    }
    (parcel.progress)(offset);
    Ok(id)
}

async fn create(gateway: &Gateway, parcel: &Parcel<'_>) -> Result<String, Outcome> {
    let pair = |key: &str, value: String| format!("{key} {}", STANDARD.encode(value));
    let metadata = [
        pair("case", parcel.case.to_string()),
        pair("photo", parcel.photo.to_string()),
        pair("sha256", parcel.sha256.to_string()),
    ];
    let request = gateway
        .request(Method::POST, TUS_BASE)?
        .header("tus-resumable", TUS_VERSION)
        .header("upload-length", parcel.bytes)
        .header("upload-metadata", metadata.join(","));
    let reply = Reply::of(request).await?;
    if reply.status.as_u16() != 201 {
        return Err(reply.failure());
    }
    let id = reply.header("location").and_then(|location| location.trim_end_matches('/').rsplit('/').next());
    let id = id.filter(|id| is_plain(id)).ok_or_else(|| later("later-not-a-gateway"))?.to_owned();
    if (parcel.remember)(Some(&id)) { Ok(id) } else { Err(later("later-storage")) }
}

async fn head(gateway: &Gateway, id: &str) -> Result<Offset, Outcome> {
    let request = gateway.request(Method::HEAD, &format!("{TUS_BASE}/{id}"))?.header("tus-resumable", TUS_VERSION);
    let reply = Reply::of(request).await?;
    match reply.status.as_u16() {
        200 | 204 => {
            let offset = reply.header("upload-offset").and_then(|text| text.parse().ok());
            offset.map(Offset::At).ok_or_else(|| later("later-not-a-gateway"))
        }
        403 | 404 | 410 => Ok(Offset::Gone),
        _ => Err(reply.failure()),
    }
}

/// One PATCH; the server's new offset, or `None` where it has to be asked.
async fn patch(gateway: &Gateway, parcel: &Parcel<'_>, id: &str, offset: u64) -> Result<Option<u64>, Outcome> {
    let wanted = STEP.min(parcel.bytes - offset);
    let reader = (parcel.open)(offset).ok_or_else(|| Outcome::Refused { reason: "parked-photo-gone".into() })?;
    let mut piece = Vec::new();
    let read = reader.take(wanted).read_to_end(&mut piece);
    if read.is_err() || piece.len() as u64 != wanted {
        return Err(Outcome::Refused { reason: "parked-photo-damaged".into() });
    }
    let request = gateway
        .request(Method::PATCH, &format!("{TUS_BASE}/{id}"))?
        .header("tus-resumable", TUS_VERSION)
        .header("upload-offset", offset)
        .header("content-type", "application/offset+octet-stream")
        .body(piece);
    let reply = Reply::of(request).await?;
    match reply.status.as_u16() {
        204 => Ok(reply.header("upload-offset").and_then(|text| text.parse().ok())),
        400 | 404 | 409 | 410 | 423 => Ok(None),
        _ => Err(reply.failure()),
    }
}

/// An upload's id is one plain path segment, whatever a server puts into `Location`.
fn is_plain(id: &str) -> bool {
    (1..=200).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+' | b'.'))
}
