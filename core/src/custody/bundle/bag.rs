//! The zip as a flat list of files, strictly: every byte of it belongs to exactly one file, nothing is compressed.
//! So a bomb has nothing to unfold, and no second reading of the same zip can show other files.

use std::{
    collections::BTreeMap,
    io::{Read, Seek, SeekFrom},
};

use serde::de::DeserializeOwned;
use zip::{CompressionMethod, ZipArchive};

use super::{Break, BreakCode, MAX_DOCUMENT, MAX_FILES, MAX_LOG, MAX_PHOTO, NotABundle};
use crate::{
    canon::{self, Sha256, Sha256Stream, Signature},
    id::CaseId,
};

/// Length of the end record of a zip without a comment, and of a central header without its name (APPNOTE 4.3).
const END_RECORD: u64 = 22;

/// A bundle's files.
pub(super) struct Bag<R> {
    zip: ZipArchive<R>,
    pub(super) case: CaseId,
    /// Path below the case's folder → position in the zip.
    files: BTreeMap<String, usize>,
    /// What is wrong with the zip itself.
    pub(super) broken: Option<Break>,
}

impl<R: Read + Seek> Bag<R> {
    pub(super) fn open(mut source: R) -> Result<Bag<R>, NotABundle> {
        let declared = declared_entries(&mut source)?;
        if declared > MAX_FILES {
            return Err(NotABundle::TooMany);
        }
        let zip = ZipArchive::new(source).map_err(|_| NotABundle::NotAZip)?;
        let first = zip.name_for_index(0).ok_or(NotABundle::NoCase)?.to_owned();
        let folder = first.split('/').next().unwrap_or_default().to_owned();
        let case = folder.strip_prefix("jingbao-").and_then(|id| id.parse().ok()).ok_or(NotABundle::NoCase)?;
        let mut bag = Bag { case, files: BTreeMap::new(), broken: None, zip };
        bag.broken = bag.index(&format!("{folder}/")).err();
        if bag.broken.is_none() && bag.zip.len() != declared {
            bag.broken = Some(Break::new(BreakCode::HiddenBytes, ""));
        }
        Ok(bag)
    }

    fn index(&mut self, folder: &str) -> Result<(), Break> {
        let mut spans = Vec::new();
        for at in 0..self.zip.len() {
            let unreadable = || Break::new(BreakCode::Unreadable, "");
            let file = self.zip.by_index_raw(at).map_err(|_| unreadable())?;
            let full = file.name().to_owned();
            let Some(path) = full.strip_prefix(folder).filter(|path| plain(path) || path.is_empty()) else {
                return Err(Break::new(BreakCode::BadName, full));
            };
            let start = file.data_start().ok_or_else(unreadable)?;
            spans.push((file.header_start(), start.saturating_add(file.compressed_size()), path.to_owned()));
            if file.is_dir() && file.size() == 0 {
                continue;
            }
            if file.compression() != CompressionMethod::Stored || file.encrypted() || !file.is_file() {
                return Err(Break::new(BreakCode::NotStored, path));
            }
            if file.size() > limit(path) || file.size() != file.compressed_size() {
                return Err(Break::new(BreakCode::TooLarge, path));
            }
            self.files.insert(path.to_owned(), at);
        }
        spans.sort();
        let mut end = 0;
        for (start, stop, path) in spans {
            if start != end {
                return Err(Break::new(BreakCode::HiddenBytes, path));
            }
            end = stop;
        }
        if end != self.zip.central_directory_start() || self.zip.offset() != 0 {
            return Err(Break::new(BreakCode::HiddenBytes, ""));
        }
        Ok(())
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.files.keys().cloned().collect()
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Runs `read` on the plain bytes of a file. The zip's own checksum is not asked: the manifests are.
    pub(super) fn with<T>(&mut self, path: &str, read: impl FnOnce(&mut dyn Read) -> T) -> Result<T, Break> {
        let at = *self.files.get(path).ok_or_else(|| Break::new(BreakCode::Missing, path))?;
        let mut file = self.zip.by_index_raw(at).map_err(|_| Break::new(BreakCode::Unreadable, path))?;
        Ok(read(&mut file))
    }

    /// Hash and length of a file.
    pub(super) fn digest(&mut self, path: &str) -> Result<(Sha256, u64), Break> {
        let hashed = self.with(path, |file| {
            let (mut digest, mut length, mut piece) = (Sha256Stream::default(), 0, vec![0; 16 << 10]);
            loop {
                match file.read(&mut piece)? {
                    0 => return Ok((digest.finish(), length)),
                    read => {
                        digest.update(&piece[..read]);
                        length += read as u64;
                    }
                }
            }
        })?;
        hashed.map_err(|_: std::io::Error| Break::new(BreakCode::Unreadable, path))
    }

    /// A small file as a whole.
    pub(super) fn document(&mut self, path: &str) -> Result<Vec<u8>, Break> {
        let read = self.with(path, |file| {
            let mut bytes = Vec::new();
            file.take(MAX_DOCUMENT + 1).read_to_end(&mut bytes).map(|_| bytes)
        })?;
        let bytes = read.map_err(|_| Break::new(BreakCode::Unreadable, path))?;
        if bytes.len() as u64 > MAX_DOCUMENT { Err(Break::new(BreakCode::TooLarge, path)) } else { Ok(bytes) }
    }

    /// A document that must be canonical JSON, exactly as what is read from it would be written again.
    pub(super) fn canonical<T: DeserializeOwned + serde::Serialize>(&mut self, path: &str) -> Result<T, Break> {
        let bytes = self.document(path)?;
        let malformed = || Break::new(BreakCode::Malformed, path);
        let value: T = serde_json::from_slice(&bytes).map_err(|_| malformed())?;
        if canon::bytes(&value).ok().as_deref() != Some(&bytes[..]) {
            return Err(Break::new(BreakCode::NotCanonical, path));
        }
        Ok(value)
    }

    /// The signed bytes and the signature as openssl reads them.
    pub(super) fn check_detached<T: serde::Serialize>(
        &mut self,
        stem: &str,
        of: &T,
        sig: &Signature,
    ) -> Result<(), Break> {
        for (path, bytes) in
            [(format!("{stem}.signed.json"), canon::bytes(of).ok()), (format!("{stem}.sig"), Some(sig.0.clone()))]
        {
            if Some(self.document(&path)?) != bytes {
                return Err(Break::new(BreakCode::Changed, path));
            }
        }
        Ok(())
    }

    /// A small file as text.
    pub(super) fn text(&mut self, path: &str) -> Result<String, Break> {
        String::from_utf8(self.document(path)?).map_err(|_| Break::new(BreakCode::Malformed, path))
    }
}

/// How many files the zip's end record speaks of. It must be the plain record, at the very end.
fn declared_entries(source: &mut (impl Read + Seek)) -> Result<usize, NotABundle> {
    let mut record = [0; END_RECORD as usize];
    let length = source.seek(SeekFrom::End(0)).map_err(|_| NotABundle::NotAZip)?;
    let start = length.checked_sub(END_RECORD).ok_or(NotABundle::NotAZip)?;
    source.seek(SeekFrom::Start(start)).map_err(|_| NotABundle::NotAZip)?;
    source.read_exact(&mut record).map_err(|_| NotABundle::NotAZip)?;
    source.seek(SeekFrom::Start(0)).map_err(|_| NotABundle::NotAZip)?;
    if !record.starts_with(b"PK\x05\x06") {
        return Err(NotABundle::NotAZip);
    }
    Ok(usize::from(u16::from_le_bytes([record[10], record[11]])))
}

/// Names are plain ASCII: no way out of the folder, no two spellings of one name.
fn plain(path: &str) -> bool {
    path.len() <= 200
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b))
        && !path.trim_end_matches('/').split('/').any(|part| part.is_empty() || part.starts_with('.'))
}

fn limit(path: &str) -> u64 {
    match path {
        _ if path.starts_with("data/photos/") => MAX_PHOTO,
        _ if path.starts_with("data/custody/") => MAX_LOG,
        _ => MAX_DOCUMENT,
    }
}
