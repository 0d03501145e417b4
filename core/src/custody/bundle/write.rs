//! Writes a bundle in constant memory: first everything small, then photo by photo. Ends with [`Writer::finish`];
//! dropped before that it leaves an unfinished zip, which no verifier takes for a bundle.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read, Seek, Write},
};

use zip::{CompressionMethod, DateTime, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{
    BAG_INFO, BAGIT, Contents, Draft, MANIFEST, TAG_MANIFEST,
    contents::{CONTENTS, Closing},
    draft::photo_path,
    tags,
};
use crate::{
    canon::{self, NotCanonical, Sha256, Sha256Stream},
    custody::{Leaf, SignedHead},
    id::CaseId,
};

/// The bundle could not be written.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// The place it is written to failed.
    #[error("cannot write the bundle: {0}")]
    Io(#[from] io::Error),
    /// The zip layer refused.
    #[error("cannot write the bundle: {0}")]
    Zip(#[from] ZipError),
    /// A part has no canonical form.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// A photo's bytes are not those of the hash it was given under.
    #[error("photo {0} has other bytes than its hash says")]
    PhotoChanged(Sha256),
    /// A photo of the list was not written, or one that is not on it should be.
    #[error("photo {0} is not written, or is not on the list")]
    PhotoMissing(Sha256),
}

/// A bundle that only lacks photos.
pub struct Writer<W: Write + Seek> {
    zip: ZipWriter<W>,
    case: CaseId,
    payload: BTreeMap<String, (Sha256, u64)>,
    tag_files: BTreeMap<String, Sha256>,
    photos: BTreeMap<Sha256, String>,
    left_out: BTreeSet<Sha256>,
}

impl<W: Write + Seek> Writer<W> {
    pub(super) fn begin(
        sink: W,
        draft: Draft,
        contents: &Contents,
        files: &BTreeMap<String, Vec<u8>>,
        closing: &SignedHead,
    ) -> Result<Writer<W>, NotWritten> {
        let (payload, tag_files) = (BTreeMap::new(), BTreeMap::new());
        let Draft { case, device, photos, left_out, .. } = draft;
        let mut writer = Writer { zip: ZipWriter::new(sink), case, payload, tag_files, photos, left_out };
        for (path, bytes) in files {
            writer.put(path, bytes)?;
        }
        let at = Closing::of(device);
        writer.put(&at.head, &canon::bytes(closing)?)?;
        writer.put(&format!("{}.signed.json", at.stem), &closing.head.bytes()?)?;
        writer.put(&format!("{}.sig", at.stem), &closing.signature.0)?;
        writer.put(CONTENTS, &canon::bytes(contents)?)?;
        Ok(writer)
    }

    /// The photos that are still to be written.
    pub fn wanted(&self) -> Vec<Sha256> {
        self.photos.keys().copied().collect()
    }

    /// A photo's original bytes, read in pieces.
    pub fn photo(&mut self, sha256: Sha256, mut bytes: impl Read) -> Result<(), NotWritten> {
        let ext = self.photos.remove(&sha256).ok_or(NotWritten::PhotoMissing(sha256))?;
        let path = photo_path(sha256, &ext);
        self.start(&path)?;
        let (mut digest, mut length, mut piece) = (Sha256Stream::default(), 0, vec![0; 64 << 10]);
        loop {
            let read = bytes.read(&mut piece)?;
            if read == 0 {
                break;
            }
            digest.update(&piece[..read]);
            length += read as u64;
            self.zip.write_all(&piece[..read])?;
        }
        if digest.finish() != sha256 {
            return Err(NotWritten::PhotoChanged(sha256));
        }
        self.payload.insert(path, (sha256, length));
        Ok(())
    }

    /// Writes the bag's own lists, and gives the sink back.
    pub fn finish(mut self) -> Result<W, NotWritten> {
        if let Some(missing) = self.photos.keys().next() {
            return Err(NotWritten::PhotoMissing(*missing));
        }
        let lengths = self.payload.values().map(|(_, length)| *length);
        let info = tags::BagInfo::over(self.case, lengths, std::mem::take(&mut self.left_out)).render();
        let manifest = self.payload.iter().map(|(path, (digest, _))| (path.clone(), *digest)).collect();
        self.put(BAGIT, tags::BAGIT_TEXT.as_bytes())?;
        self.put(BAG_INFO, info.as_bytes())?;
        self.put(MANIFEST, tags::render_manifest(&manifest).as_bytes())?;
        let tag_manifest = tags::render_manifest(&self.tag_files);
        self.put(TAG_MANIFEST, tag_manifest.as_bytes())?;
        Ok(self.zip.finish()?)
    }

    pub(super) fn log(&mut self, path: &str, leaves: impl Iterator<Item = Leaf>) -> Result<(), NotWritten> {
        self.start(path)?;
        let (mut digest, mut length) = (Sha256Stream::default(), 0);
        for leaf in leaves {
            let mut line = leaf.bytes()?;
            line.push(b'\n');
            digest.update(&line);
            length += line.len() as u64;
            self.zip.write_all(&line)?;
        }
        self.payload.insert(path.to_owned(), (digest.finish(), length));
        Ok(())
    }

    pub(super) fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), NotWritten> {
        self.start(path)?;
        self.zip.write_all(bytes)?;
        let digest = Sha256::of(bytes);
        if path.starts_with("data/") {
            self.payload.insert(path.to_owned(), (digest, bytes.len() as u64));
        } else {
            self.tag_files.insert(path.to_owned(), digest);
        }
        Ok(())
    }

    fn start(&mut self, path: &str) -> Result<(), NotWritten> {
        // One fixed time for all: same parts, same bytes.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        Ok(self.zip.start_file(format!("jingbao-{}/{path}", self.case), options)?)
    }
}
