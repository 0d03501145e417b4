//! The commit that turns a finished upload into a photo, and the way back to its bytes. No checksum but our own is
//! trusted: the commit reads every byte.

use std::{io::Read, sync::Arc};

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use jingbao_core::{
    canon::{Sha256, Sha256Stream},
    id::CaseId,
    wire::Manifest,
};
use serde::Deserialize;

use super::{
    App,
    problem::{Kind, Problem},
    request::{self, with_store},
    tus,
};
use crate::store::{Broken, Device, Role, Store, Stored};

#[derive(Deserialize)]
struct Commit {
    upload: String,
}

/// Turn a finished upload into a photo of the case.
///
/// The body is `{"upload": id}`. The gateway hashes what it holds; only then does it sign.
#[utoipa::path(post, path = "/v1/cases/{case}/photos/{sha256}/commit",
    params(
        ("case" = String, Path, description = "UUID of the case"),
        ("sha256" = String, Path, description = "SHA-256 of the original, hex"),
    ),
    responses(
        (status = 201, description = "Stored; the signed receipt"),
        (status = 200, description = "Was stored before; the same receipt"),
        (status = 404, description = "No such upload of this device for this case and hash"),
        (status = 409, description = "`incomplete`, with `offset`"),
        (status = 422, description = "`hash-mismatch`: the upload is dropped, begin anew"),
    ))]
pub(super) async fn commit_photo(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Path((case, sha256)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = request::body(&headers, body, false).await?;
    let Commit { upload } = serde_json::from_slice(&body).map_err(|_| Kind::Malformed)?;
    let upload = tus::find(&app, &device, upload).await?;
    if case.parse() != Ok(upload.case) || sha256.parse() != Ok(upload.sha256) {
        return Err(Kind::NotFound.into());
    }
    let _turn = app.writers.turn(&upload.id).await.ok_or(Kind::Locked)?;
    let manifest =
        Manifest::Photo { case: upload.case, photo: upload.photo, sha256: upload.sha256, bytes: upload.length };
    let hash = manifest.hash().map_err(|_| Kind::NotCanonical)?;
    if let Some(receipt) = with_store(&app, move |store| store.receipt(hash)).await? {
        return Ok(request::receipt(Stored { receipt, fresh: false }));
    }
    let upload = tus::stands(&app, tus::find(&app, &device, upload.id).await?).await?;
    if upload.offset != upload.length {
        return Err(Problem::from(Kind::Incomplete).with("offset", upload.offset));
    }
    let elsewhere = tus::lies_elsewhere(&app, &upload)?.filter(|_| !upload.committed);
    if let Some((server, path)) = elsewhere {
        server.fetch(&app, &upload, path).await?;
    }
    let id = upload.id.clone();
    let found = with_store(&app, move |store| hash_upload(store, &id)).await?;
    let ended = if found == upload.sha256 {
        let receipt = app.key.receipt(manifest, None, app.now()).map_err(|_| Kind::NotCanonical)?;
        let upload = upload.clone();
        Ok(request::receipt(with_store(&app, move |store| store.put_photo(&upload, &receipt)).await?))
    } else {
        let id = upload.id.clone();
        with_store(&app, move |store| store.drop_upload(&id)).await?;
        Err(Kind::HashMismatch.into())
    };
    // Either way nobody needs the bytes there any more.
    if let Some((server, path)) = elsewhere {
        server.drop_upload(path).await;
    }
    ended
}

fn hash_upload(store: &dyn Store, id: &str) -> Result<Sha256, Broken> {
    let (mut bytes, mut digest, mut piece) = (store.upload_bytes(id)?, Sha256Stream::default(), vec![0; 256 << 10]);
    loop {
        match bytes.read(&mut piece)? {
            0 => return Ok(digest.finish()),
            read => digest.update(&piece[..read]),
        }
    }
}

/// A photo's original bytes, for the recorder, who sent it, and the association's desk.
#[utoipa::path(get, path = "/v1/cases/{case}/photos/{sha256}",
    params(
        ("case" = String, Path, description = "UUID of the case"),
        ("sha256" = String, Path, description = "SHA-256 of the original, hex"),
    ),
    responses((status = 200, description = "The bytes", content_type = "application/octet-stream"), (status = 404, description = "`not-found`")))]
pub(super) async fn photo(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Path((case, sha256)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let case: CaseId = case.parse().map_err(|_| Kind::NotFound)?;
    let sha256: Sha256 = sha256.parse().map_err(|_| Kind::NotFound)?;
    let view = with_store(&app, move |store| store.case(case)).await?.ok_or(Kind::NotFound)?;
    let sent_it = view.photos.iter().any(|photo| photo.sha256 == sha256 && photo.device == device.id);
    let may = match device.role {
        Role::Association => true,
        // What its people photographed shows other people's customers; nobody agreed to that.
        Role::Insurer => false,
        Role::Specialist | Role::Driver => view.recorder == Some(device.id) || sent_it,
    };
    if !may {
        return Err(Kind::NotFound.into());
    }
    let length = view.photos.iter().find(|photo| photo.sha256 == sha256).ok_or(Kind::NotFound)?.bytes;
    let bytes = with_store(&app, move |store| -> Result<_, Broken> {
        let Some(mut file) = store.photo_bytes(case, sha256)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.by_ref().take(length).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    })
    .await?;
    let bytes = Bytes::from(bytes.ok_or(Kind::NotFound)?);
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response())
}
