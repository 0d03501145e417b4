//! Uploads that the system carries out by itself, while the app sleeps or is gone (on iOS a background URLSession). The
//! engine hands out a request with a file of the bytes that are left, and takes its end back: late, twice or never (S25).
//!
//! Whatever the system says, the server's offset is the only truth: the next round of sync asks for it and goes on, or
//! commits. A request that never comes back is given up when its lease lapses. The file is the only place where a photo
//! lies unencrypted; it is readable by this app alone and swept as soon as nobody carries it.
//! Not its business: the session that carries it, which is the platform's.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Engine, Inner, queueing::is_handed};
use crate::{
    edge::{
        http::{self, Parcel},
        store::{journal, outbox},
        trouble::Trouble,
        vault::VaultReader,
    },
    id::OpId,
    outbox::{BROKEN_OFF, Event, Instruction, Item, Lane, Outcome, Payload},
    time::Moment,
    tus::Budget,
};

/// After so long without news the system has forgotten it, milliseconds: six hours.
const GIVEN_UP_MS: i64 = 6 * 3_600_000;

/// A request for the system to carry out.
#[derive(Clone, PartialEq, Eq)]
pub struct HandedUpload {
    /// Which operation.
    pub op: String,
    /// The right to send it; goes back with its end.
    pub lease: u64,
    /// Always `PATCH`.
    pub method: String,
    /// Where to.
    pub url: String,
    /// To be sent as they are; the token is among them.
    pub headers: Vec<HandedHeader>,
    /// The body: a file of this app, to be left where it is.
    pub file: String,
    /// Its length, bytes.
    pub bytes: u64,
}

impl std::fmt::Debug for HandedUpload {
    // The token is among the headers (invariant 7).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HandedUpload({} {} {})", self.op, self.lease, self.bytes)
    }
}

/// One header of it.
#[derive(Clone, PartialEq, Eq)]
pub struct HandedHeader {
    /// Its name, lower case.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Engine {
    /// Hands out uploads of at most so many photos that are due. None while a round of sync runs, without a network, or
    /// where nothing is due.
    pub async fn hand_out(self: &Arc<Engine>, most: u32) -> Result<Vec<HandedUpload>, Trouble> {
        let (Ok(_only), Some(gateway)) = (self.syncing.try_lock(), &self.gateway) else { return Ok(Vec::new()) };
        self.signer()?;
        let _ = self.sign_pending_heads();
        let now = self.now()?;
        let due = self.with(|inner| inner.photos_due(&now))?;
        let mut handed = Vec::new();
        for (op, payload) in due.into_iter().take(most as usize) {
            let Payload::Photo { photo, sha256, bytes } = payload else { continue };
            let instructions = self.step(Event::HandOut { op, for_ms: GIVEN_UP_MS })?;
            let Some(lease) = instructions.iter().find_map(lease_of) else { continue };
            let known = self.with(|inner| {
                let row = inner.store.read(|c| journal::photo(c, photo))?;
                let upload = inner.store.read(|c| outbox::upload(c, op))?;
                Ok(row.and_then(|row| Some((row.case, row.key?, upload, inner.vault.clone()))))
            })?;
            let Some((case, key, upload, vault)) = known else {
                self.settle(vec![(op, lease, Outcome::Refused { reason: "parked-photo-gone".into() })])?;
                continue;
            };
            let open = |offset| vault.read(photo, &key, offset).ok();
            let remember =
                |id: Option<&str>| self.with(|inner| inner.store.write(|tx| outbox::save_upload(tx, op, id))).is_ok();
            let (budget, progress) = (Budget::default(), |_: u64| true);
            let parcel =
                Parcel { case, photo, sha256, bytes, open: &open, remember: &remember, budget, progress: &progress };
            let errand = http::errand(gateway, &parcel, upload).await;
            let made = match errand {
                Ok(Some(errand)) => {
                    let file = self.slice(op, lease);
                    match open(errand.offset).map(|rest| write_slice(&file, rest)) {
                        Some(Ok(())) => Ok((errand, file)),
                        _ => Err(later("later-storage")),
                    }
                }
                // Nothing is left but the commit, which the next round does.
                Ok(None) => Err(later(BROKEN_OFF)),
                Err(outcome) => Err(outcome),
            };
            match made {
                Ok((http::Errand { offset, url, headers }, file)) => handed.push(HandedUpload {
                    op: op.to_string(),
                    lease,
                    method: "PATCH".into(),
                    url,
                    headers: headers.into_iter().map(|(name, value)| HandedHeader { name, value }).collect(),
                    file: file.display().to_string(),
                    bytes: bytes - offset,
                }),
                Err(outcome) => self.settle(vec![(op, lease, outcome)])?,
            }
        }
        Ok(handed)
    }

    /// Takes the end of a request back, with the status that came or none. What comes late or twice changes nothing. The
    /// next round of sync asks the server how much it has.
    pub fn hand_back(&self, op: OpId, lease: u64, status: Option<u16>) -> Result<(), Trouble> {
        let _ = fs::remove_file(self.slice(op, lease));
        let outcome = if status == Some(401) { Outcome::Unauthorized } else { later(BROKEN_OFF) };
        self.settle(vec![(op, lease, outcome)])
    }

    fn slice(&self, op: OpId, lease: u64) -> PathBuf {
        folder(Path::new(&self.config.folder)).join(format!("{op}.{lease}"))
    }
}

impl Inner {
    fn photos_due(&self, now: &Moment) -> Result<Vec<(OpId, Payload)>, Trouble> {
        let window = self.store.read(|c| outbox::window(c, &self.outbox, now))?;
        let photos = window.into_iter().filter(|item| item.payload.lane() == Lane::Photo);
        Ok(photos.filter(|item| self.outbox.item(item.op).is_none()).map(|item| (item.op, item.payload)).collect())
    }
}

/// Removes the bytes of requests that nobody carries any more.
pub(super) fn sweep(at: &Path, carried: &[Item], now: &Moment) {
    let kept: Vec<String> = carried
        .iter()
        .filter(|item| is_handed(item, now))
        .filter_map(|item| match &item.state {
            crate::outbox::ItemState::InFlight { lease } => Some(format!("{}.{}", item.op, lease.number)),
            _ => None,
        })
        .collect();
    // No folder, nothing to sweep.
    let Ok(entries) = fs::read_dir(folder(at)) else { return };
    for entry in entries.flatten() {
        if !kept.iter().any(|name| entry.file_name().to_str() == Some(name)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn folder(at: &Path) -> PathBuf {
    at.join("outgoing")
}

fn lease_of(instruction: &Instruction) -> Option<u64> {
    if let Instruction::Send { lease, .. } = instruction { Some(*lease) } else { None }
}

fn later(why: &'static str) -> Outcome {
    Outcome::Later { why, retry_after_ms: None }
}

/// The bytes from the offset on, whole or not at all.
fn write_slice(path: &Path, mut rest: VaultReader) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let written = private(path).and_then(|mut file| io::copy(&mut rest, &mut file));
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written.map(drop)
}

/// A new file that only this app reads.
fn private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
