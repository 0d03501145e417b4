//! tus 1.0 with creation and termination (<https://tus.io/protocols/resumable-upload>). An offset is told only once
//! the bytes below it are durable. A cut in mid-request keeps what came. An upload is no photo yet: that is the commit.
//! Where the bytes lie with another tus server, this endpoint checks who asks and hands on ([`elsewhere`](super::elsewhere)).

use std::{future::poll_fn, pin::Pin, sync::Arc, time::Duration};

use axum::{
    Extension,
    body::{Body, Bytes, HttpBody},
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jingbao_core::{
    custody::bundle::MAX_PHOTO,
    wire::{TUS_BASE, TUS_VERSION},
};
use tokio::time::Instant;

use super::{
    App,
    elsewhere::{Elsewhere, Stands},
    problem::{Kind, Problem},
    request::{bad_header, text, with_store},
};
use crate::store::{Broken, Device, Upload};

/// What a PATCH carries.
pub(super) const BYTES: &str = "application/offset+octet-stream";
/// Bytes gathered before they are written.
const PIECE: usize = 256 << 10;
/// Bytes after which what came is made durable, so that a kill costs little.
const SETTLE: u64 = 4 << 20;
/// A request from which nothing comes for so long is over.
const SILENCE: Duration = Duration::from_secs(30);
/// A request that is to stop for a newcomer is over when nothing comes for so long,
const LAST: Duration = Duration::from_millis(50);
/// and after this in any case.
const LEAVE: Duration = Duration::from_secs(1);
/// What is read of a refused body, so that the refusal can be read on the other side (S17).
const DRAIN: usize = 8 << 20;

/// Begin the upload of a photo.
#[utoipa::path(post, path = "/v1/uploads",
    params(
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Length" = u64, Header, description = "Bytes of the photo"),
        ("Upload-Metadata" = String, Header, description = "`case`, `photo` (UUIDs) and `sha256` (hex), each in base64"),
    ),
    responses(
        (status = 201, description = "Begun; `Location` is the upload"),
        (status = 400, description = "`bad-header`"),
        (status = 412, description = "`tus-version`"),
        (status = 413, description = "`too-large`"),
    ))]
pub(super) async fn create_upload(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    speaks_tus(&headers)?;
    let length = number(&headers, "upload-length").ok_or_else(|| bad_header("Upload-Length"))?;
    if length > MAX_PHOTO {
        return Err(Kind::TooLarge.into());
    }
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| Kind::Broken)?;
    let metadata = text(&headers, "upload-metadata").unwrap_or_default();
    let mut upload = Upload {
        id: hex::encode(random),
        device: device.id,
        case: meta(metadata, "case")?,
        photo: meta(metadata, "photo")?,
        sha256: meta(metadata, "sha256")?,
        length,
        offset: 0,
        committed: false,
        elsewhere: None,
    };
    if let Some(elsewhere) = &app.elsewhere {
        upload.elsewhere = Some(elsewhere.create(length, metadata).await?);
    }
    let location = format!("{TUS_BASE}/{}", upload.id);
    with_store(&app, move |store| store.create_upload(&upload)).await?;
    Ok((StatusCode::CREATED, tus_headers(Some(0)), [(header::LOCATION, location)]).into_response())
}

/// What this tus server can do.
#[utoipa::path(options, path = "/v1/uploads", responses((status = 204, description = "Version, extensions, largest size")))]
pub(super) async fn upload_options() -> Response {
    let more = [
        ("Tus-Version", TUS_VERSION.to_owned()),
        ("Tus-Extension", "creation,termination".to_owned()),
        ("Tus-Max-Size", MAX_PHOTO.to_string()),
    ];
    (StatusCode::NO_CONTENT, tus_headers(None), more).into_response()
}

/// Where an upload stands.
#[utoipa::path(head, path = "/v1/uploads/{upload}",
    params(("upload" = String, Path, description = "Id of the upload"), ("Tus-Resumable" = String, Header, description = "`1.0.0`")),
    responses(
        (status = 200, description = "`Upload-Offset`, `Upload-Length`"),
        (status = 404, description = "No such upload of this device"),
        (status = 423, description = "`locked`: another request is writing"),
    ))]
pub(super) async fn upload_offset(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    speaks_tus(&headers)?;
    find(&app, &device, id.clone()).await?;
    // An earlier request that nobody sends any more may still be writing: its bytes are settled before an offset is told.
    let _turn = app.writers.turn(&id).await.ok_or(Kind::Locked)?;
    let upload = stands(&app, find(&app, &device, id).await?).await?;
    let more = [("Upload-Length", upload.length.to_string()), ("Cache-Control", "no-store".to_owned())];
    Ok((StatusCode::OK, tus_headers(Some(upload.offset)), more).into_response())
}

/// Go on with an upload from its offset.
#[utoipa::path(patch, path = "/v1/uploads/{upload}",
    params(
        ("upload" = String, Path, description = "Id of the upload"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Offset" = u64, Header, description = "Where these bytes belong"),
    ),
    responses(
        (status = 204, description = "Durable; `Upload-Offset` is where to go on"),
        (status = 404, description = "No such upload of this device"),
        (status = 409, description = "`wrong-offset`, with `offset`"),
        (status = 413, description = "`too-large`: more bytes than the upload has"),
        (status = 415, description = "`media-type`: not `application/offset+octet-stream`"),
        (status = 423, description = "`locked`: another request is writing"),
    ))]
pub(super) async fn append_upload(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Path(id): Path<String>,
    headers: HeaderMap,
    mut body: Body,
) -> Result<Response, Problem> {
    let done = append(&app, &device, id, &headers, &mut body).await;
    if done.is_err() {
        drain(&mut body).await;
    }
    Ok((StatusCode::NO_CONTENT, tus_headers(Some(done?))).into_response())
}

async fn append(
    app: &Arc<App>,
    device: &Device,
    id: String,
    headers: &HeaderMap,
    body: &mut Body,
) -> Result<u64, Problem> {
    speaks_tus(headers)?;
    if text(headers, "content-type") != Some(BYTES) {
        return Err(Kind::MediaType.into());
    }
    let claimed = number(headers, "upload-offset").ok_or_else(|| bad_header("Upload-Offset"))?;
    find(app, device, id.clone()).await?;
    let turn = app.writers.turn(&id).await.ok_or(Kind::Locked)?;
    // Read again: the earlier writer may have moved it.
    let upload = find(app, device, id).await?;
    if upload.committed || (upload.elsewhere.is_none() && claimed != upload.offset) {
        let offset = HeaderValue::from(upload.offset);
        return Err(Problem::from(Kind::WrongOffset).with("offset", upload.offset).header("upload-offset", offset));
    }
    if number(headers, "content-length").is_some_and(|length| length > upload.length.saturating_sub(claimed)) {
        return Err(Kind::TooLarge.into());
    }
    if let Some((elsewhere, path)) = lies_elsewhere(app, &upload)? {
        let body = std::mem::take(body);
        let mut handing_on = std::pin::pin!(elsewhere.append(path, claimed, body));
        return tokio::select! {
            done = &mut handing_on => done,
            () = turn.asked_to_stop() => {
                tokio::time::timeout(LEAVE, handing_on).await.unwrap_or_else(|_| Err(Kind::Locked.into()))
            }
        };
    }
    let mut pen = Pen { app, id: upload.id.clone(), settled: upload.offset, written: upload.offset, piece: Vec::new() };
    let (mut over, mut patience, mut leave_at) = (false, SILENCE, None);
    loop {
        let next = tokio::select! {
            next = tokio::time::timeout(patience, chunk(body)) => next.ok().flatten(),
            // What has come over the earlier connection still counts; nobody sends it again.
            () = turn.asked_to_stop(), if leave_at.is_none() => {
                (patience, leave_at) = (LAST, Some(Instant::now() + LEAVE));
                continue;
            }
        };
        let Some(bytes) = next.filter(|_| leave_at.is_none_or(|at| Instant::now() < at)) else { break };
        if pen.end() + bytes.len() as u64 > upload.length {
            over = true;
            break;
        }
        pen.take(&bytes).await?;
    }
    pen.finish().await?;
    if over { Err(Kind::TooLarge.into()) } else { Ok(pen.settled) }
}

/// Give an upload up.
#[utoipa::path(delete, path = "/v1/uploads/{upload}",
    params(("upload" = String, Path, description = "Id of the upload"), ("Tus-Resumable" = String, Header, description = "`1.0.0`")),
    responses(
        (status = 204, description = "Gone"),
        (status = 404, description = "No such upload of this device"),
        (status = 423, description = "`locked`"),
    ))]
pub(super) async fn delete_upload(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    speaks_tus(&headers)?;
    let upload = find(&app, &device, id).await?;
    let _turn = app.writers.turn(&upload.id).await.ok_or(Kind::Locked)?;
    if let Some((elsewhere, path)) = lies_elsewhere(&app, &upload)? {
        elsewhere.drop_upload(path).await;
    }
    with_store(&app, move |store| store.drop_upload(&upload.id)).await?;
    Ok((StatusCode::NO_CONTENT, tus_headers(None)).into_response())
}

/// The upload of this id, if it is this device's.
pub(super) async fn find(app: &App, device: &Device, id: String) -> Result<Upload, Problem> {
    let found = with_store(app, move |store| store.upload(&id)).await?;
    found.filter(|upload| upload.device == device.id).ok_or_else(|| Kind::NotFound.into())
}

/// The other server and the path there, for an upload whose bytes lie with it. Without that server they are gone.
pub(super) fn lies_elsewhere<'a>(
    app: &'a App,
    upload: &'a Upload,
) -> Result<Option<(&'a Elsewhere, &'a str)>, Problem> {
    match (&upload.elsewhere, &app.elsewhere) {
        (None, _) => Ok(None),
        (Some(path), Some(elsewhere)) => Ok(Some((elsewhere, path))),
        (Some(_), None) => Err(Kind::NotFound.into()),
    }
}

/// The upload with its true offset.
pub(super) async fn stands(app: &App, mut upload: Upload) -> Result<Upload, Problem> {
    if upload.committed {
        return Ok(upload);
    }
    if let Some((elsewhere, path)) = lies_elsewhere(app, &upload)? {
        match elsewhere.stands(path).await? {
            Stands::At(offset) => upload.offset = offset,
            Stands::Gone => return Err(Kind::NotFound.into()),
        }
    }
    Ok(upload)
}

/// Writes what comes in large pieces and makes it durable now and then.
struct Pen<'a> {
    app: &'a App,
    id: String,
    settled: u64,
    written: u64,
    piece: Vec<u8>,
}

impl Pen<'_> {
    fn end(&self) -> u64 {
        self.written + self.piece.len() as u64
    }

    async fn take(&mut self, bytes: &Bytes) -> Result<(), Problem> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.write().await?;
        }
        if self.written - self.settled >= SETTLE { self.settle().await } else { Ok(()) }
    }

    async fn write(&mut self) -> Result<(), Problem> {
        let (id, at, piece) = (self.id.clone(), self.written, std::mem::take(&mut self.piece));
        self.written += piece.len() as u64;
        with_store(self.app, move |store| store.append(&id, at, &piece)).await
    }

    async fn settle(&mut self) -> Result<(), Problem> {
        let (id, offset) = (self.id.clone(), self.written);
        with_store(self.app, move |store| -> Result<(), Broken> { store.settle(&id, offset) }).await?;
        self.settled = offset;
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), Problem> {
        self.write().await?;
        self.settle().await
    }
}

/// The next bytes of a body; `None` at its end or when the other side is gone.
async fn chunk(body: &mut Body) -> Option<Bytes> {
    loop {
        let frame = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await?.ok()?;
        if let Ok(bytes) = frame.into_data() {
            return Some(bytes);
        }
    }
}

pub(super) async fn drain(body: &mut Body) {
    let mut read = 0;
    let reading = async {
        while let Some(bytes) = chunk(body).await {
            read += bytes.len();
            if read > DRAIN {
                return;
            }
        }
    };
    // Either way the answer goes out.
    let _ = tokio::time::timeout(Duration::from_secs(2), reading).await;
}

fn speaks_tus(headers: &HeaderMap) -> Result<(), Problem> {
    if text(headers, "tus-resumable") == Some(TUS_VERSION) {
        return Ok(());
    }
    Err(Problem::from(Kind::TusVersion).header("tus-version", HeaderValue::from_static(TUS_VERSION)))
}

fn tus_headers(offset: Option<u64>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("tus-resumable", HeaderValue::from_static(TUS_VERSION));
    if let Some(offset) = offset {
        headers.insert("upload-offset", HeaderValue::from(offset));
    }
    headers
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    text(headers, name)?.parse().ok()
}

/// A member of `Upload-Metadata`: comma-separated pairs of key and base64 value.
fn meta<T: std::str::FromStr>(metadata: &str, name: &str) -> Result<T, Problem> {
    let mut pairs = metadata.split(',').filter_map(|pair| pair.trim().split_once(' '));
    let value = pairs.find(|(key, _)| *key == name).and_then(|(_, value)| STANDARD.decode(value.trim()).ok());
    let text = value.and_then(|bytes| String::from_utf8(bytes).ok());
    text.and_then(|text| text.parse().ok()).ok_or_else(|| bad_header("Upload-Metadata").with("member", name))
}
