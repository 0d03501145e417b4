//! Photos: vault first, then one transaction with the photo's row, its leaf and its queue row. Acknowledged means it
//! survives power loss; killed before that, nothing is left but a file the next open sweeps.

use std::{fs, io::Cursor, path::PathBuf};

use super::{Engine, commit::Along};
use crate::{
    edge::{
        keys::random,
        store::{PhotoRow, journal},
        trouble::Trouble,
    },
    evidence::{self, Context, Eye, Finding},
    form::{AnyCase, Happened},
    id::{CaseId, PhotoId},
    outbox::Payload,
    place::Point,
};

/// How many bytes from the start of a photo are kept while its metadata is read.
const HEAD_BYTES: usize = 4 << 20;

/// Where a photo's bytes come from.
#[derive(Clone)]
pub enum PhotoSource {
    /// A file; it is left where it is.
    Path(PathBuf),
    /// A camera's temporary file: removed once the photo is acknowledged.
    Temporary(PathBuf),
    /// The bytes themselves.
    Bytes(Vec<u8>),
}

impl std::fmt::Debug for PhotoSource {
    // Neither a photo's bytes nor what its file is called is for a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            PhotoSource::Path(_) => "Path",
            PhotoSource::Temporary(_) => "Temporary",
            PhotoSource::Bytes(_) => "Bytes",
        })
    }
}

/// A photo that is safe now.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoAdded {
    /// Which.
    pub photo: PhotoId,
    /// SHA-256 of the original, lower-case hex.
    pub sha256: String,
    /// Length of the original.
    pub bytes: u64,
    /// What was noticed, to be mended while it still can be.
    pub findings: Vec<Finding>,
}

impl Engine {
    /// Takes a photo in. Only what nobody could ever look at is refused: no bytes, or no picture.
    pub fn add_photo(
        &self,
        case: CaseId,
        slot: &str,
        source: PhotoSource,
        live_fix: Option<Point>,
    ) -> Result<PhotoAdded, Trouble> {
        let now = self.now()?;
        let (vault, place, opened) = self.with(|inner| {
            let state = inner.case(case)?.case.state();
            Ok((inner.vault.clone(), state.place, state.reached.get("sighted").map(|moment| moment.wall)))
        })?;
        let photo = PhotoId::from_parts(now.wall, random()?);
        let mut eye = Eye::new(HEAD_BYTES);
        let mut see = |piece: &[u8]| eye.see(piece);
        let stored = match &source {
            PhotoSource::Path(path) | PhotoSource::Temporary(path) => {
                let mut file = fs::File::open(path).map_err(|_| Trouble::PhotoGone)?;
                vault.take(photo, &mut file, &mut see)?
            }
            PhotoSource::Bytes(bytes) => vault.take(photo, &mut Cursor::new(bytes), &mut see)?,
        };
        let facts = eye.facts();
        let added = self.with(|inner| {
            let seen = inner.store.read(|c| journal::has_photo_bytes(c, stored.sha256))?;
            let twin = inner.case(case)?.case.state().photos.iter().find(|known| known.sha256 == stored.sha256);
            let context = Context {
                case_place: place,
                case_at: opened,
                case_offset_s: Some(now.offset_s),
                live_fix,
                same_bytes_at: seen.then(|| twin.map_or(slot, |twin| &twin.slot).to_owned()),
                changed_since_hashed: false,
                rules: inner.case(case)?.pack.evidence.clone(),
            };
            let findings = evidence::findings(&facts, &context);
            if findings.iter().any(|finding| finding.code.refuses()) {
                return Err(Trouble::NotAPhoto);
            }
            let row = PhotoRow {
                id: photo,
                case,
                sha256: stored.sha256,
                bytes: stored.bytes,
                format: facts.format.map(|format| format.extension().to_owned()),
                key: Some(stored.wrapped_key.clone()),
            };
            let mut along = Along::default();
            if let AnyCase::Live(_) = &inner.case(case)?.case {
                let payload = Payload::Photo { photo, sha256: stored.sha256, bytes: stored.bytes };
                along.items.push(inner.item(Some(case), payload, None, true, &now, 0)?);
            }
            along.rows = Some(Box::new(move |tx, _| journal::insert_photo(tx, &row)));
            let what = Happened::Photographed {
                photo,
                slot: slot.to_owned(),
                sha256: stored.sha256,
                bytes: stored.bytes,
                findings: findings.clone(),
            };
            inner.append(case, what, &now, along)?;
            Ok(PhotoAdded { photo, sha256: stored.sha256.to_string(), bytes: stored.bytes, findings })
        });
        if added.is_err() {
            // Not acknowledged: its file must not stay. If the removal fails too, the next open sweeps it.
            vault.forget(photo);
        } else if let PhotoSource::Temporary(path) = &source {
            // Plaintext of a photo must not lie about; a camera that took it away itself is as good.
            let _ = fs::remove_file(path);
        }
        let added = added?;
        self.tell(&format!("case:{case}"));
        Ok(added)
    }
}
