//! Sending one operation and judging the answer.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;

use super::{
    client::Gateway,
    reply::{Reply, judge, later},
    tus,
};
use crate::{
    canon::Sha256,
    edge::vault::VaultReader,
    id::{CaseId, OpId, PhotoId},
    inbox::{self, Page},
    outbox::{
        Outcome,
        answers::{ASK_STATE, Asked, BEGIN_ANEW, NOT_WHOLE, Wanted},
    },
    tus::{Budget, Upload},
    wire::{Manifest, SignedReceipt},
};

/// How often one go commits: an upload that seemed whole may not be, or be gone.
const COMMITS: u32 = 3;

/// Sends a small document; success is the gateway's receipt for `manifest`.
pub(in crate::edge) async fn put(
    gateway: &Gateway,
    method: Method,
    path: &str,
    op: OpId,
    body: Vec<u8>,
    manifest: &Manifest,
) -> Outcome {
    let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::of(&body).0));
    let request = match gateway.request(method, path) {
        Ok(request) => request
            .header("content-type", "application/json")
            .header("idempotency-key", op.to_string())
            .header("repr-digest", digest)
            .body(body),
        Err(outcome) => return outcome,
    };
    let wanted = Wanted { manifest, key: &gateway.key };
    let outcome = judge(Asked::Put(wanted), &Reply::of(request).await);
    match outcome {
        Outcome::Later { why: ASK_STATE, .. } => match from_state(gateway, manifest).await {
            Some(receipt) => Outcome::Receipt(Box::new(receipt)),
            None => outcome,
        },
        outcome => outcome,
    }
}

/// The receipt for `manifest` in the state that the gateway has of its case.
async fn from_state(gateway: &Gateway, manifest: &Manifest) -> Option<SignedReceipt> {
    let (Manifest::Revision { case, .. }
    | Manifest::Statement { case, .. }
    | Manifest::Photo { case, .. }
    | Manifest::Notice { case, .. }) = manifest
    else {
        return None;
    };
    let reply = Reply::of(gateway.request(Method::GET, &format!("/v1/cases/{case}")).ok()?).await.ok()?;
    let state: serde_json::Value = serde_json::from_slice(&reply.body).ok().filter(|_| reply.status == 200)?;
    let lists = ["revisions", "statements", "photos"].into_iter().filter_map(|list| state.get(list)?.as_array());
    let receipts = lists.flatten().filter_map(|stored| stored.get("receipt").cloned());
    let mut receipts = receipts.filter_map(|receipt| serde_json::from_value::<SignedReceipt>(receipt).ok());
    receipts.find(|receipt| receipt.check(manifest, &gateway.key).is_ok())
}

/// A photo to be sent: who it is, and how to read it from an offset.
pub(in crate::edge) struct Parcel<'a> {
    pub(in crate::edge) case: CaseId,
    pub(in crate::edge) photo: PhotoId,
    pub(in crate::edge) sha256: Sha256,
    pub(in crate::edge) bytes: u64,
    /// Opens the original at an offset.
    pub(in crate::edge) open: &'a (dyn Fn(u64) -> Option<VaultReader> + Sync),
    /// Makes the upload's name durable before the first byte goes; `None` forgets it.
    pub(in crate::edge) remember: &'a (dyn Fn(Option<&str>) -> bool + Sync),
    /// What it may cost in one go.
    pub(in crate::edge) budget: Budget,
    /// Told how many bytes are there or on their way; `false` calls it off.
    pub(in crate::edge) progress: &'a (dyn Fn(u64) -> bool + Sync),
}

/// Uploads a photo by tus, going on where the server is, then commits it by its hash.
pub(in crate::edge) async fn send_photo(gateway: &Gateway, parcel: Parcel<'_>, known: Option<String>) -> Outcome {
    let sent = async {
        let mut upload = Upload::new(parcel.bytes, known, parcel.budget);
        let mut tries = COMMITS;
        loop {
            let id = tus::carry_out(gateway, &parcel, &mut upload).await?;
            tries -= 1;
            match commit(gateway, &parcel, &id).await? {
                Outcome::Later { why: NOT_WHOLE, .. } if tries > 0 => upload.doubted(),
                // The gateway no longer has what was uploaded: that is no failure, it begins anew.
                Outcome::Later { why: BEGIN_ANEW, .. } => {
                    (parcel.remember)(None);
                    if tries == 0 {
                        return Ok(later(BEGIN_ANEW));
                    }
                    upload = Upload::new(parcel.bytes, None, parcel.budget);
                }
                outcome => return Ok(outcome),
            }
        }
    };
    sent.await.unwrap_or_else(|outcome| outcome)
}

/// The rest of an upload as one request, for whoever sends it instead of us.
pub(in crate::edge) struct Errand {
    /// Where the server stands.
    pub(in crate::edge) offset: u64,
    pub(in crate::edge) url: String,
    /// Names and values, the token among them.
    pub(in crate::edge) headers: Vec<(String, String)>,
}

/// Begins a photo's upload, or finds where it stands; none where nothing is left to be sent.
pub(in crate::edge) async fn errand(
    gateway: &Gateway,
    parcel: &Parcel<'_>,
    known: Option<String>,
) -> Result<Option<Errand>, Outcome> {
    let mut upload = Upload::new(parcel.bytes, known, parcel.budget);
    let (id, offset) = tus::place(gateway, parcel, &mut upload).await?;
    if offset >= parcel.bytes {
        return Ok(None);
    }
    let request = tus::patch(gateway, &id, offset)?.build().map_err(|_| later("later-no-token"))?;
    let header = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    let headers = request.headers().iter().filter_map(header).collect();
    Ok(Some(Errand { offset, url: request.url().to_string(), headers }))
}

async fn commit(gateway: &Gateway, parcel: &Parcel<'_>, id: &str) -> Result<Outcome, Outcome> {
    let path = format!("/v1/cases/{}/photos/{}/commit", parcel.case, parcel.sha256);
    let request = gateway.request(Method::POST, &path)?.json(&serde_json::json!({ "upload": id }));
    let manifest =
        Manifest::Photo { case: parcel.case, photo: parcel.photo, sha256: parcel.sha256, bytes: parcel.bytes };
    let wanted = Wanted { manifest: &manifest, key: &gateway.key };
    Ok(judge(Asked::Commit(wanted), &Reply::of(request).await))
}

/// What the feed answers.
pub(in crate::edge) enum Heard {
    /// What is new since the cursor.
    Page(Page),
    /// The gateway does not know the cursor: its database is another one.
    UnknownCursor,
}

/// What is new since the cursor. `None` when there is no answer worth having.
pub(in crate::edge) async fn feed(gateway: &Gateway, after: &str) -> Option<Heard> {
    let request = gateway.request(Method::GET, "/v1/feed").ok()?.query(&[("after", after)]);
    let reply = Reply::of(request).await.ok()?;
    match reply.status.as_u16() {
        200 => inbox::page(&reply.body).map(Heard::Page),
        410 | 422 if reply.header("content-type") == Some("application/problem+json") => Some(Heard::UnknownCursor),
        _ => None,
    }
}
