//! Photos: vault first, then one transaction with the photo's row, its leaf and its queue row. Acknowledged means it
//! survives power loss; killed before that, the next open adopts the file if it is whole, else it sweeps what there is.
//! The same picture for the same shot is taken in once, however often it is handed in.

use std::{
    fs::{self, File},
    io::{Cursor, Seek},
    path::PathBuf,
    sync::Arc,
};

use super::{Engine, Inner, commit::Along};
use crate::{
    canon::{Sha256, Sha256Stream},
    edge::{
        keys::random,
        steps::reached,
        store::{PhotoRow, journal},
        trouble::Trouble,
        vault::{Label, Orphan, Stored},
    },
    evidence::{self, Context, Eye, Finding, FindingCode, PhotoFacts, Sound},
    form::{self, AnyCase, Happened, Means, PhoneSaw},
    id::{CaseId, PhotoId},
    outbox::Payload,
    place::Point,
    time::Moment,
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
    /// A file that the app has opened, read from its beginning where that is possible.
    File(Arc<File>),
    /// The bytes themselves.
    Bytes(Vec<u8>),
}

impl std::fmt::Debug for PhotoSource {
    // Neither a photo's bytes nor what its file is called is for a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            PhotoSource::Path(_) => "Path",
            PhotoSource::Temporary(_) => "Temporary",
            PhotoSource::File(_) => "File",
            PhotoSource::Bytes(_) => "Bytes",
        })
    }
}

/// Where and how the phone was held at the shutter, as its own sensors say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Held {
    /// Where.
    pub fix: Option<Point>,
    /// Degrees turned clockwise from upright.
    pub rotation_deg: Option<u16>,
}

impl From<Option<Point>> for Held {
    fn from(fix: Option<Point>) -> Held {
        Held { fix, rotation_deg: None }
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

/// What a look at the bytes gave: slow enough to be done before anything is locked.
struct Seen {
    facts: PhotoFacts,
    sound: Option<Sound>,
}

impl Seen {
    fn of(eye: &Eye) -> Seen {
        Seen { facts: eye.facts(), sound: eye.sound() }
    }
}

impl Engine {
    /// Takes a photo in. Only what nobody could ever look at is refused: no bytes, or no picture.
    pub fn add_photo(
        &self,
        case: CaseId,
        slot: &str,
        source: PhotoSource,
        held: impl Into<Held>,
    ) -> Result<PhotoAdded, Trouble> {
        self.take_in(case, slot, source, held.into(), None)
    }

    /// Takes a voice note in, for a shot that cannot be taken because of `why` (Art. 19). It is kept like a photo, and not
    /// judged as one; what is no recording is refused.
    pub fn add_voice(
        &self,
        case: CaseId,
        slot: &str,
        why: &str,
        source: PhotoSource,
        held: impl Into<Held>,
    ) -> Result<PhotoAdded, Trouble> {
        self.with(|inner| {
            let open = inner.case(case)?;
            Ok(form::may_substitute(open.case.state(), &open.pack, slot, why)?)
        })?;
        self.take_in(case, slot, source, held.into(), Some(why.to_owned()))
    }

    /// Has words or a marking on the road stand for a shot that cannot be taken because of `why` (Art. 19).
    pub fn substitute(&self, case: CaseId, slot: &str, means: Means, why: &str, words: String) -> Result<(), Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            let open = inner.case(case)?;
            let what = form::substitute(open.case.state(), &open.pack, slot, means, why, words)?;
            inner.append(case, what, &now, Along::default())
        })?;
        self.tell(&format!("case:{case}"));
        Ok(())
    }

    fn take_in(
        &self,
        case: CaseId,
        slot: &str,
        source: PhotoSource,
        held: Held,
        no_photo: Option<String>,
    ) -> Result<PhotoAdded, Trouble> {
        let now = self.now()?;
        let vault = self.with(|inner| inner.case(case).map(|_| inner.vault.clone()))?;
        let photo = PhotoId::from_parts(now.wall, random()?);
        let temporary = match &source {
            PhotoSource::Temporary(path) => path.to_str().map(str::to_owned),
            PhotoSource::Path(_) | PhotoSource::File(_) | PhotoSource::Bytes(_) => None,
        };
        let phone = PhoneSaw {
            fix: held.fix,
            rotation_deg: held.rotation_deg.map(|degrees| degrees % 360),
            app: self.config.app_version.clone(),
            key: Some(self.key.id()),
        };
        let label = Label { case, slot: slot.to_owned(), begun: now.clone(), phone, no_photo, temporary };
        let mut eye = Eye::new(HEAD_BYTES);
        let mut see = |piece: &[u8]| eye.see(piece);
        reached("intake begun");
        let stored = match &source {
            PhotoSource::Path(path) | PhotoSource::Temporary(path) => {
                let mut file = File::open(path).map_err(|_| Trouble::PhotoGone)?;
                vault.take(photo, &label, &mut file, &mut see)?
            }
            PhotoSource::File(file) => {
                let mut file = file.as_ref();
                // A pipe begins where it is.
                let _ = file.rewind();
                vault.take(photo, &label, &mut file, &mut see)?
            }
            PhotoSource::Bytes(bytes) => vault.take(photo, &label, &mut Cursor::new(bytes), &mut see)?,
        };
        let seen = Seen::of(&eye);
        reached("facts read");
        let added = self.with(|inner| inner.keep(photo, &label, &stored, &seen, &now));
        if !added.as_ref().is_ok_and(|added| added.photo == photo) {
            // Not acknowledged, or there already: its file must not stay. If the removal fails too, the next open sweeps it.
            vault.forget(photo);
        }
        if let (Ok(_), PhotoSource::Temporary(path)) = (&added, &source) {
            // Plaintext of a photo must not lie about; a camera that took it away itself is as good.
            let _ = fs::remove_file(path);
            reached("temporary removed");
        }
        let added = added?;
        self.tell(&format!("case:{case}"));
        Ok(added)
    }
}

impl Inner {
    /// Makes a photo whose file is safe one of its case, in one transaction.
    fn keep(
        &mut self,
        photo: PhotoId,
        label: &Label,
        stored: &Stored,
        seen: &Seen,
        now: &Moment,
    ) -> Result<PhotoAdded, Trouble> {
        let open = self.case(label.case)?;
        let state = open.case.state();
        let mut twins = state.photos.iter().filter(|known| known.sha256 == stored.sha256);
        let twin = twins.clone().next();
        if let Some(known) = twins.find(|known| known.slot == label.slot && known.device == self.device)
            && self.store.read(|c| journal::photo(c, known.photo))?.is_some_and(|row| row.key.is_some())
        {
            // An app that was killed before it heard the acknowledgement hands its file in again.
            let (photo, bytes, findings) = (known.photo, known.bytes, known.findings.clone());
            return Ok(PhotoAdded { photo, sha256: stored.sha256.to_string(), bytes, findings });
        }
        let voice = label.no_photo.as_ref().map(|_| seen.sound.ok_or(Trouble::NotAVoice)).transpose()?;
        let context = Context {
            case_place: state.place,
            case_at: state.reached.get("sighted").map(|moment| moment.wall),
            case_offset_s: Some(label.begun.offset_s),
            live_fix: label.phone.fix,
            same_bytes_at: twin.map(|twin| twin.slot.clone()),
            same_bytes_in_other_case: self.slot_elsewhere(label.case, stored.sha256)?,
            changed_since_hashed: false,
            rules: open.pack.evidence.clone(),
        };
        let mut findings = evidence::findings(&seen.facts, &context);
        if voice.is_some() {
            // Only what is true of any bytes is said of a sound.
            findings.retain(|finding| matches!(finding.code, FindingCode::Duplicate | FindingCode::DuplicateElsewhere));
        }
        if findings.iter().any(|finding| finding.code.refuses()) {
            return Err(Trouble::NotAPhoto);
        }
        let row = PhotoRow {
            id: photo,
            case: label.case,
            sha256: stored.sha256,
            bytes: stored.bytes,
            format: voice
                .map(Sound::extension)
                .or(seen.facts.format.map(|format| format.extension()))
                .map(str::to_owned),
            key: Some(stored.wrapped_key.clone()),
            temporary: label.temporary.clone(),
        };
        let mut along = Along::default();
        if let AnyCase::Live(_) = &open.case {
            let payload = Payload::Photo { photo, sha256: stored.sha256, bytes: stored.bytes };
            along.items.push(self.item(Some(label.case), payload, None, true, now, 0)?);
        }
        along.rows = Some(Box::new(move |tx, _| journal::insert_photo(tx, &row)));
        let what = Happened::Photographed {
            photo,
            slot: label.slot.clone(),
            sha256: stored.sha256,
            bytes: stored.bytes,
            findings: findings.clone(),
            begun: (label.begun != *now).then(|| label.begun.clone()),
            phone: label.phone.clone(),
            no_photo: label.no_photo.clone(),
        };
        self.append(label.case, what, now, along)?;
        Ok(PhotoAdded { photo, sha256: stored.sha256.to_string(), bytes: stored.bytes, findings })
    }

    /// The shot of another case that already has the same bytes.
    fn slot_elsewhere(&self, case: CaseId, sha256: Sha256) -> Result<Option<String>, Trouble> {
        let Some(other) = self.store.read(|c| journal::same_photo_elsewhere(c, case, sha256))? else { return Ok(None) };
        let mut photos = self.case(other)?.case.state().photos.iter();
        Ok(photos.find(|known| known.sha256 == sha256).map(|known| known.slot.clone()))
    }

    /// Adopts what killed intakes left whole (T22, S30), and removes the cameras' files of photos that are safe. What
    /// cannot be adopted now, because there is no room for a row, is tried again at the next open.
    pub(super) fn adopt(&mut self, orphans: Vec<Orphan>, now: &Moment) -> Result<(), Trouble> {
        for orphan in orphans {
            let mut eye = Eye::new(HEAD_BYTES);
            let looked = self.vault.take_orphan(&orphan, &mut |piece| eye.see(piece));
            let kept = looked.and_then(|stored| self.keep(orphan.photo, &orphan.label, &stored, &Seen::of(&eye), now));
            let worthless = match kept {
                Ok(kept) => kept.photo != orphan.photo,
                Err(Trouble::NotAPhoto | Trouble::NotAVoice | Trouble::DamagedPhoto | Trouble::UnknownCase) => true,
                Err(_) => false,
            };
            if worthless {
                self.vault.forget(orphan.photo);
            }
        }
        let left = self.store.read(journal::temporaries)?;
        for (path, sha256) in &left {
            // A camera may have given the name to another picture since.
            if hash_of(path).is_ok_and(|found| found == *sha256) {
                let _ = fs::remove_file(path);
            }
        }
        if left.is_empty() { Ok(()) } else { self.store.write(journal::forget_temporaries) }
    }
}

fn hash_of(path: &str) -> std::io::Result<Sha256> {
    let (mut file, mut digest, mut piece) = (fs::File::open(path)?, Sha256Stream::default(), vec![0; 64 * 1024]);
    loop {
        match std::io::Read::read(&mut file, &mut piece)? {
            0 => return Ok(digest.finish()),
            count => digest.update(&piece[..count]),
        }
    }
}
