//! Sending one operation and judging the answer.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;

use super::{
    client::{Gateway, Reply, later},
    tus,
};
use crate::{
    canon::Sha256,
    edge::vault::VaultReader,
    id::{CaseId, OpId, PhotoId},
    outbox::Outcome,
    wire::{Feed, Manifest, SignedReceipt},
};

/// Sends a small document; success is the gateway's receipt for `manifest`.
pub(in crate::edge) async fn put(
    gateway: &Gateway,
    method: Method,
    path: &str,
    op: OpId,
    body: Vec<u8>,
    manifest: &Manifest,
) -> Outcome {
    let sent = async {
        let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::of(&body).0));
        let request = gateway
            .request(method, path)?
            .header("content-type", "application/json")
            .header("idempotency-key", op.to_string())
            .header("repr-digest", digest)
            .body(body);
        Ok(receipt(gateway, &Reply::of(request).await?, manifest))
    };
    sent.await.unwrap_or_else(|outcome| outcome)
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
    /// Told how many bytes the server has.
    pub(in crate::edge) progress: &'a (dyn Fn(u64) + Sync),
}

/// Uploads a photo by tus, going on where the server is, then commits it by its hash.
pub(in crate::edge) async fn send_photo(gateway: &Gateway, parcel: Parcel<'_>, known: Option<String>) -> Outcome {
    let sent = async {
        let upload = tus::upload(gateway, &parcel, known).await?;
        let path = format!("/v1/cases/{}/photos/{}/commit", parcel.case, parcel.sha256);
        let body = serde_json::json!({ "upload": upload });
        let reply = Reply::of(gateway.request(Method::POST, &path)?.json(&body)).await?;
        let manifest =
            Manifest::Photo { case: parcel.case, photo: parcel.photo, sha256: parcel.sha256, bytes: parcel.bytes };
        // The gateway no longer has what was uploaded: begin anew.
        if matches!(reply.status.as_u16(), 404 | 410 | 422) {
            (parcel.remember)(None);
            return Ok(later("later-upload-lost"));
        }
        Ok(receipt(gateway, &reply, &manifest))
    };
    sent.await.unwrap_or_else(|outcome| outcome)
}

/// What is new since the cursor. `None` when there is no answer worth having.
pub(in crate::edge) async fn feed(gateway: &Gateway, after: &str) -> Option<Feed> {
    let request = gateway.request(Method::GET, "/v1/feed").ok()?.query(&[("after", after)]);
    let reply = Reply::of(request).await.ok()?;
    (reply.status.as_u16() == 200).then(|| serde_json::from_slice(&reply.body).ok()).flatten()
}

fn receipt(gateway: &Gateway, reply: &Reply, manifest: &Manifest) -> Outcome {
    if !matches!(reply.status.as_u16(), 200 | 201) {
        return reply.failure();
    }
    match serde_json::from_slice::<SignedReceipt>(&reply.body) {
        Err(_) => later("later-not-a-receipt"),
        Ok(receipt) => match receipt.check(manifest, &gateway.key) {
            Ok(()) => Outcome::Receipt(Box::new(receipt)),
            Err(_) => later("later-foreign-receipt"),
        },
    }
}
