//! Carries out what an [`Upload`] asks for: one request each, the bytes flowing from the vault as the connection takes
//! them. What to ask for, and what an answer means for the upload, is decided in [`tus`](crate::tus).

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{Body, Method, RequestBuilder};
use tokio::time::Instant;

use super::{
    body::{Flow, Piece},
    client::Gateway,
    reply::{NoReply, Reply, USUAL, judge, later},
    send::Parcel,
};
use crate::{
    outbox::{
        BROKEN_OFF, Outcome,
        answers::{Asked, Failure, NOT_WHOLE},
    },
    tus::{Ask, Said, Stop, Upload, id_of},
    wire::{TUS_BASE, TUS_VERSION},
};

/// Brings all bytes to the server; the id of the finished upload.
pub(super) async fn carry_out(gateway: &Gateway, parcel: &Parcel<'_>, upload: &mut Upload) -> Result<String, Outcome> {
    let mut last = later(NOT_WHOLE);
    loop {
        match upload.next() {
            Ask::Finished { id } => return Ok(id),
            ask => last = once(gateway, parcel, upload, &ask, last).await?,
        }
    }
}

/// Begins the upload or finds where it stands, for somebody else to go on from there: its id and the offset.
pub(super) async fn place(
    gateway: &Gateway,
    parcel: &Parcel<'_>,
    upload: &mut Upload,
) -> Result<(String, u64), Outcome> {
    let mut last = later(NOT_WHOLE);
    loop {
        match upload.next() {
            Ask::Finished { id } => return Ok((id, parcel.bytes)),
            Ask::Patch { id, offset, .. } => return Ok((id, offset)),
            ask => last = once(gateway, parcel, upload, &ask, last).await?,
        }
    }
}

/// Carries out one of its wishes; what the answer means to the outbox, if it should stop here.
async fn once(
    gateway: &Gateway,
    parcel: &Parcel<'_>,
    upload: &mut Upload,
    ask: &Ask,
    last: Outcome,
) -> Result<Outcome, Outcome> {
    let (began, mut flow) = (Instant::now(), None);
    let (asked, came) = match ask {
        Ask::Finished { .. } => return Ok(last),
        Ask::Stopped(Stop::Judge) => return Err(last),
        Ask::Stopped(Stop::Stuck) => return Err(later(NOT_WHOLE)),
        Ask::Stopped(Stop::Budget | Stop::Cancelled) => return Err(later(BROKEN_OFF)),
        Ask::Wait { ms } => {
            tokio::time::sleep(Duration::from_millis(*ms)).await;
            upload.spend(0, *ms);
            upload.waited();
            return Ok(last);
        }
        Ask::Create => (Asked::Create, Reply::of(create(gateway, parcel)?).await.map_err(NoReply::Failed)),
        Ask::Head { id } => {
            let request = gateway.request(Method::HEAD, &format!("{TUS_BASE}/{id}"))?;
            (Asked::Head, Reply::of(request.header("tus-resumable", TUS_VERSION)).await.map_err(NoReply::Failed))
        }
        Ask::Patch { id, offset, at_most } => {
            let source =
                (parcel.open)(*offset).ok_or_else(|| Outcome::Refused { reason: "parked-photo-gone".into() })?;
            let (piece, seen) = Piece::new(source, *at_most);
            let request = patch(gateway, id, *offset)?.body(Body::wrap(piece));
            let told = |sent: u64| (parcel.progress)(offset + sent);
            let came = Reply::watched(request, &seen, USUAL, &told).await;
            flow = Some(seen);
            (Asked::Patch, came)
        }
    };
    let sent = flow.as_deref().map_or(0, Flow::handed);
    if flow.is_some_and(|flow| flow.is_broken()) {
        return Err(Outcome::Refused { reason: "parked-photo-damaged".into() });
    }
    upload.spend(sent, u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
    let came = match came {
        Ok(reply) => {
            upload.answered(&said(&reply), sent);
            Ok(reply)
        }
        Err(NoReply::CalledOff) => {
            upload.cancel();
            return Ok(last);
        }
        Err(NoReply::Failed(failure)) => {
            upload.failed(matches!(failure, Failure::Stalled | Failure::Cut | Failure::Endless));
            Err(failure)
        }
    };
    // The name has to be durable before the first byte goes.
    if matches!(ask, Ask::Create) && upload.id().is_some() && !(parcel.remember)(upload.id()) {
        return Err(later("later-storage"));
    }
    if !(parcel.progress)(upload.held()) {
        upload.cancel();
    }
    Ok(judge(asked, &came))
}

/// The request that carries bytes from an offset on.
pub(super) fn patch(gateway: &Gateway, id: &str, offset: u64) -> Result<RequestBuilder, Outcome> {
    let request = gateway.request(Method::PATCH, &format!("{TUS_BASE}/{id}"))?;
    Ok(request
        .header("tus-resumable", TUS_VERSION)
        .header("upload-offset", offset)
        .header("content-type", "application/offset+octet-stream"))
}

fn create(gateway: &Gateway, parcel: &Parcel<'_>) -> Result<RequestBuilder, Outcome> {
    let pair = |key: &str, value: String| format!("{key} {}", STANDARD.encode(value));
    let metadata = [
        pair("case", parcel.case.to_string()),
        pair("photo", parcel.photo.to_string()),
        pair("sha256", parcel.sha256.to_string()),
    ];
    let request = gateway.request(Method::POST, TUS_BASE)?;
    Ok(request
        .header("tus-resumable", TUS_VERSION)
        .header("upload-length", parcel.bytes)
        .header("upload-metadata", metadata.join(",")))
}

fn said(reply: &Reply) -> Said {
    let number = |name| reply.header(name).and_then(|text| text.trim().parse().ok());
    let page = reply.status.is_success() && reply.header("content-type").is_some_and(|kind| kind.contains("html"));
    let a_wish = matches!(reply.status.as_u16(), 429 | 500..=599) && reply.header("retry-after").is_some();
    Said {
        status: reply.status.as_u16(),
        id: reply.header("location").and_then(id_of).map(str::to_owned),
        offset: number("upload-offset"),
        length: number("upload-length"),
        beyond: page || a_wish,
    }
}
