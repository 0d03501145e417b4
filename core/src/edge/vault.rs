//! The photos: one original, one encrypted file. Triggered by an intake; ends in a file that is whole and durable under
//! its final name, or in none. The original is never re-encoded, rotated or stripped.
//!
//! File: a sealed [`Label`], 7 bytes of nonce prefix, then AEAD STREAM chunks (AES-256-GCM, `aead-stream`'s BE32) of
//! 64 KiB plaintext each, the last one marked, each bound to the label. A chunk opens by its position, so that an upload
//! can go on from any offset. The key of a file is random and lies, wrapped, in the photo's row: dropping it is the
//! deletion. Until the row is there, the label holds it too. Not its business: rows, findings.

mod label;

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use aead_stream::{NewStream, StreamBE32, StreamPrimitive};
use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

use super::{
    keys::{Secret, random},
    steps::reached,
    trouble::Trouble,
};
use crate::{
    canon::{Sha256, Sha256Stream},
    id::PhotoId,
};
use label::Front;
pub(super) use label::Label;

/// Plaintext bytes in a chunk.
const CHUNK: usize = 64 * 1024;
/// Bytes the cipher adds to each chunk.
const TAG: usize = 16;
/// Bytes of nonce prefix at the start of a file.
const PREFIX: usize = 7;

/// Where the encrypted files lie.
pub struct Vault {
    folder: PathBuf,
    wrap: Aes256Gcm,
    labels: Aes256Gcm,
}

/// What the store knows of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// A row with its key.
    Kept,
    /// A row without a key: the photo was erased.
    Erased,
    /// No row.
    None,
}

/// A whole file that no row knows: its intake was killed before the acknowledgement.
pub(super) struct Orphan {
    /// Which.
    pub(super) photo: PhotoId,
    /// What it was taken in for.
    pub(super) label: Label,
    key: Secret,
}

/// A file that can be made durable.
trait Durable: Write {
    /// On return, what was written survives power loss.
    fn settle(&self) -> std::io::Result<()>;
}

impl Durable for File {
    fn settle(&self) -> std::io::Result<()> {
        self.sync_all()
    }
}

/// What an intake gives.
pub(super) struct Stored {
    /// SHA-256 of the original.
    pub(super) sha256: Sha256,
    /// Length of the original.
    pub(super) bytes: u64,
    /// The file's key, wrapped.
    pub(super) wrapped_key: Vec<u8>,
}

impl Vault {
    /// `key` wraps the keys of rows, `labels` seals the labels of files.
    pub(super) fn open(folder: PathBuf, key: &Secret, labels: &Secret) -> Result<Vault, Trouble> {
        fs::create_dir_all(&folder)?;
        let wrap = Aes256Gcm::new_from_slice(key.as_slice()).map_err(|_| Trouble::WrongKey)?;
        Ok(Vault { folder, wrap, labels: label::labels(labels)? })
    }

    /// The same vault with another label key: no label that was sealed before opens any more.
    pub(super) fn relabelled(&self, labels: &Secret) -> Result<Vault, Trouble> {
        Ok(Vault { folder: self.folder.clone(), wrap: self.wrap.clone(), labels: label::labels(labels)? })
    }

    fn path(&self, photo: PhotoId) -> PathBuf {
        self.folder.join(format!("{photo}.jbv"))
    }

    /// Takes the original in, one pass over its bytes, constant memory; `eye` sees each of them once. Durable on return.
    pub(super) fn take(
        &self,
        photo: PhotoId,
        label: &Label,
        source: &mut dyn Read,
        eye: &mut dyn FnMut(&[u8]),
    ) -> Result<Stored, Trouble> {
        self.take_on(&|path| Ok(Box::new(File::create(path)?)), photo, label, source, eye)
    }

    fn take_on(
        &self,
        disk: &dyn Fn(&Path) -> std::io::Result<Box<dyn Durable>>,
        photo: PhotoId,
        label: &Label,
        source: &mut dyn Read,
        eye: &mut dyn FnMut(&[u8]),
    ) -> Result<Stored, Trouble> {
        let unfinished = self.folder.join(format!("{photo}.part"));
        let written = self.begin(photo, label, source).and_then(|begun| {
            let mut file = disk(&unfinished)?;
            reached("part made");
            let stored = self.write(photo, begun, source, eye, &mut file)?;
            reached("part written");
            file.settle()?;
            reached("part synced");
            fs::rename(&unfinished, self.path(photo))?;
            reached("renamed");
            File::open(&self.folder)?.sync_all()?;
            reached("folder synced");
            Ok(stored)
        });
        written.inspect_err(|_| {
            // A file that was not acknowledged is worth nothing; the sweep at the next open takes what stays.
            let _ = fs::remove_file(&unfinished);
            self.forget(photo);
        })
    }

    /// The first chunk and the front of the file: nothing is made for a source without bytes.
    fn begin(&self, photo: PhotoId, label: &Label, source: &mut dyn Read) -> Result<Begun, Trouble> {
        let mut chunk = vec![0; CHUNK];
        let filled = fill(source, &mut chunk)?;
        if filled == 0 {
            return Err(Trouble::EmptyPhoto);
        }
        let key = Zeroizing::new(random::<32>()?);
        let front = Front::seal(&self.labels, photo, &key, label)?;
        Ok(Begun { chunk, filled, key, front })
    }

    fn write(
        &self,
        photo: PhotoId,
        begun: Begun,
        source: &mut dyn Read,
        eye: &mut dyn FnMut(&[u8]),
        file: &mut dyn Write,
    ) -> Result<Stored, Trouble> {
        let Begun { mut chunk, mut filled, key, front } = begun;
        let (prefix, aad) = (random::<PREFIX>()?, front.binding());
        let stream = cipher(&key, &prefix)?;
        file.write_all(front.bytes())?;
        file.write_all(&prefix)?;
        let (mut digest, mut bytes, mut ahead) = (Sha256Stream::default(), 0_u64, vec![0; CHUNK]);
        for position in 0_u32.. {
            let plain = &chunk[..filled];
            digest.update(plain);
            eye(plain);
            bytes += filled as u64;
            let next = if filled == CHUNK { fill(source, &mut ahead)? } else { 0 };
            let payload = Payload { msg: plain, aad: &aad };
            let sealed = stream.encrypt(position, next == 0, payload).map_err(|_| Trouble::DamagedPhoto)?;
            file.write_all(&sealed)?;
            reached("chunk written");
            if next == 0 {
                break;
            }
            std::mem::swap(&mut chunk, &mut ahead);
            filled = next;
        }
        Ok(Stored { sha256: digest.finish(), bytes, wrapped_key: self.wrap_key(photo, &key)? })
    }

    fn wrap_key(&self, photo: PhotoId, key: &Secret) -> Result<Vec<u8>, Trouble> {
        let nonce = random::<12>()?;
        let payload = Payload { msg: key.as_slice(), aad: photo.as_bytes() };
        let sealed = self.wrap.encrypt(&nonce.into(), payload).map_err(|_| Trouble::DamagedPhoto)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// A reader of the original's bytes from `offset` on. Any change on disk is an error, never other bytes.
    pub(super) fn read(&self, photo: PhotoId, wrapped: &[u8], offset: u64) -> Result<VaultReader, Trouble> {
        let (nonce, sealed) = wrapped.split_at_checked(12).ok_or(Trouble::DamagedPhoto)?;
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| Trouble::DamagedPhoto)?;
        let payload = Payload { msg: sealed, aad: photo.as_bytes() };
        let key = Zeroizing::new(self.wrap.decrypt(&nonce.into(), payload).map_err(|_| Trouble::DamagedPhoto)?);
        let key: Secret = Zeroizing::new(key.as_slice().try_into().map_err(|_| Trouble::DamagedPhoto)?);
        self.read_with(photo, &key, offset)
    }

    fn read_with(&self, photo: PhotoId, key: &Secret, offset: u64) -> Result<VaultReader, Trouble> {
        let mut file = File::open(self.path(photo)).map_err(|_| Trouble::PhotoGone)?;
        let length = file.metadata()?.len();
        let front = Front::read(&mut file)?;
        let mut prefix = [0; PREFIX];
        file.read_exact(&mut prefix).map_err(|_| Trouble::DamagedPhoto)?;
        let position = offset / CHUNK as u64;
        file.seek(SeekFrom::Current(i64::try_from(position * (CHUNK + TAG) as u64).unwrap_or(i64::MAX)))?;
        let position = u32::try_from(position).map_err(|_| Trouble::DamagedPhoto)?;
        let (stream, aad) = (cipher(key, &prefix)?, front.binding());
        let mut reader = VaultReader { file, length, stream, aad, position, plain: Vec::new(), at: 0 };
        reader.next_chunk()?;
        reader.at = usize::try_from(offset % CHUNK as u64).unwrap_or(0).min(reader.plain.len());
        Ok(reader)
    }

    /// Looks at an orphan as at a photo that is just being taken in.
    pub(super) fn take_orphan(&self, orphan: &Orphan, eye: &mut dyn FnMut(&[u8])) -> Result<Stored, Trouble> {
        let mut reader = self.read_with(orphan.photo, &orphan.key, 0)?;
        let (mut digest, mut bytes) = (Sha256Stream::default(), 0);
        while !reader.plain.is_empty() {
            digest.update(&reader.plain);
            eye(&reader.plain);
            bytes += reader.plain.len() as u64;
            reader.next_chunk()?;
        }
        Ok(Stored { sha256: digest.finish(), bytes, wrapped_key: self.wrap_key(orphan.photo, &orphan.key)? })
    }

    /// Removes a photo that was never acknowledged. What cannot be removed now is swept at the next open.
    pub(super) fn forget(&self, photo: PhotoId) {
        let _ = fs::remove_file(self.path(photo));
    }

    /// Removes unfinished files, those of erased photos, and those that neither a row nor a label explains; gives what
    /// is to be adopted (T22, S30), in order of taking.
    pub(super) fn sweep(&self, row: &dyn Fn(PhotoId) -> Result<Row, Trouble>) -> Result<Vec<Orphan>, Trouble> {
        let mut orphans = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<PhotoId>().ok());
            let worthless = match (path.extension().and_then(|ext| ext.to_str()), name) {
                (Some("part"), _) => true,
                (Some("jbv"), Some(photo)) => match row(photo)? {
                    Row::Kept => false,
                    Row::Erased => true,
                    Row::None => {
                        let front = Front::read(&mut File::open(&path)?).ok();
                        let label = front.and_then(|front| front.open(&self.labels, photo));
                        let worthless = label.is_none();
                        orphans.extend(label.map(|(label, key)| Orphan { photo, label, key }));
                        worthless
                    }
                },
                _ => false,
            };
            if worthless {
                fs::remove_file(&path)?;
            }
        }
        orphans.sort_by_key(|orphan| orphan.photo);
        Ok(orphans)
    }
}

/// What is there before a file is made.
struct Begun {
    chunk: Vec<u8>,
    filled: usize,
    key: Secret,
    front: Front,
}

/// The original's bytes, chunk by chunk.
pub(super) struct VaultReader {
    file: File,
    length: u64,
    stream: StreamBE32<Aes256Gcm>,
    aad: [u8; 32],
    position: u32,
    plain: Vec<u8>,
    at: usize,
}

impl VaultReader {
    fn next_chunk(&mut self) -> Result<(), Trouble> {
        let mut sealed = vec![0; CHUNK + TAG];
        let filled = fill(&mut self.file, &mut sealed)?;
        self.at = 0;
        self.plain.clear();
        if filled > 0 {
            let last = self.file.stream_position()? >= self.length;
            let payload = Payload { msg: &sealed[..filled], aad: &self.aad };
            let chunk = self.stream.decrypt(self.position, last, payload);
            self.plain = chunk.map_err(|_| Trouble::DamagedPhoto)?;
            self.position += 1;
        }
        Ok(())
    }
}

impl Read for VaultReader {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.plain.len() {
            self.next_chunk().map_err(std::io::Error::other)?;
        }
        let count = out.len().min(self.plain.len() - self.at);
        out[..count].copy_from_slice(&self.plain[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

fn cipher(key: &Secret, prefix: &[u8; PREFIX]) -> Result<StreamBE32<Aes256Gcm>, Trouble> {
    let aead = Aes256Gcm::new_from_slice(key.as_slice()).map_err(|_| Trouble::WrongKey)?;
    Ok(StreamBE32::from_aead(aead, &(*prefix).into()))
}

/// Reads until the buffer is full or the source ends.
fn fill(source: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests;
