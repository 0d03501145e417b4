//! The photos: one original, one encrypted file. Triggered by an intake; ends in a file that is whole and durable under
//! its final name, or in none. The original is never re-encoded, rotated or stripped.
//!
//! File: 7 bytes of nonce prefix, then AEAD STREAM chunks (AES-256-GCM, `aead-stream`'s BE32) of 64 KiB plaintext each,
//! the last one marked. A chunk opens by its position, so that an upload can go on from any offset. The key of a file
//! is random and lies, wrapped, in the photo's row: dropping it is the deletion. Not its business: rows, findings.

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
    trouble::Trouble,
};
use crate::{
    canon::{Sha256, Sha256Stream},
    id::PhotoId,
};

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
    pub(super) fn open(folder: PathBuf, key: &Secret) -> Result<Vault, Trouble> {
        fs::create_dir_all(&folder)?;
        let wrap = Aes256Gcm::new_from_slice(key.as_slice()).map_err(|_| Trouble::WrongKey)?;
        Ok(Vault { folder, wrap })
    }

    fn path(&self, photo: PhotoId) -> PathBuf {
        self.folder.join(format!("{photo}.jbv"))
    }

    /// Takes the original in, one pass over its bytes, constant memory; `eye` sees each of them once. Durable on return.
    pub(super) fn take(
        &self,
        photo: PhotoId,
        source: &mut dyn Read,
        eye: &mut dyn FnMut(&[u8]),
    ) -> Result<Stored, Trouble> {
        let unfinished = self.folder.join(format!("{photo}.part"));
        let stored = self.write(photo, source, eye, &unfinished).inspect_err(|_| {
            // A half file under a temporary name is worth nothing; the sweep at the next open takes what stays.
            let _ = fs::remove_file(&unfinished);
        })?;
        fs::rename(&unfinished, self.path(photo))?;
        File::open(&self.folder)?.sync_all()?;
        Ok(stored)
    }

    fn write(
        &self,
        photo: PhotoId,
        source: &mut dyn Read,
        eye: &mut dyn FnMut(&[u8]),
        path: &Path,
    ) -> Result<Stored, Trouble> {
        let mut chunk = vec![0; CHUNK];
        let mut filled = fill(source, &mut chunk)?;
        if filled == 0 {
            return Err(Trouble::EmptyPhoto);
        }
        let key = Zeroizing::new(random::<32>()?);
        let prefix = random::<PREFIX>()?;
        let stream = cipher(&key, &prefix)?;
        let mut file = File::create(path)?;
        file.write_all(&prefix)?;
        let (mut digest, mut bytes, mut ahead) = (Sha256Stream::default(), 0_u64, vec![0; CHUNK]);
        for position in 0_u32.. {
            let plain = &chunk[..filled];
            digest.update(plain);
            eye(plain);
            bytes += filled as u64;
            let next = if filled == CHUNK { fill(source, &mut ahead)? } else { 0 };
            let sealed = stream.encrypt(position, next == 0, plain).map_err(|_| Trouble::DamagedPhoto)?;
            file.write_all(&sealed)?;
            if next == 0 {
                break;
            }
            std::mem::swap(&mut chunk, &mut ahead);
            filled = next;
        }
        file.sync_all()?;
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
        let mut file = File::open(self.path(photo)).map_err(|_| Trouble::PhotoGone)?;
        let length = file.metadata()?.len();
        let mut prefix = [0; PREFIX];
        file.read_exact(&mut prefix).map_err(|_| Trouble::DamagedPhoto)?;
        let position = offset / CHUNK as u64;
        file.seek(SeekFrom::Start(PREFIX as u64 + position * (CHUNK + TAG) as u64))?;
        let position = u32::try_from(position).map_err(|_| Trouble::DamagedPhoto)?;
        let mut reader =
            VaultReader { file, length, stream: cipher(&key, &prefix)?, position, plain: Vec::new(), at: 0 };
        reader.next_chunk()?;
        reader.at = usize::try_from(offset % CHUNK as u64).unwrap_or(0).min(reader.plain.len());
        Ok(reader)
    }

    /// Removes a photo that was never acknowledged. What cannot be removed now is swept at the next open.
    pub(super) fn forget(&self, photo: PhotoId) {
        let _ = fs::remove_file(self.path(photo));
    }

    /// Removes unfinished files and those that no row knows (T22); how many.
    pub(super) fn sweep(&self, known: &dyn Fn(PhotoId) -> bool) -> Result<u32, Trouble> {
        let mut removed = 0;
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<PhotoId>().ok());
            let orphan = match path.extension().and_then(|ext| ext.to_str()) {
                Some("part") => true,
                // Its key was to be in the row that was never written: the bytes can be opened by nobody.
                Some("jbv") => name.is_some_and(|photo| !known(photo)),
                _ => false,
            };
            if orphan {
                fs::remove_file(&path)?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

/// The original's bytes, chunk by chunk.
pub(super) struct VaultReader {
    file: File,
    length: u64,
    stream: StreamBE32<Aes256Gcm>,
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
            let chunk = self.stream.decrypt(self.position, last, &sealed[..filled]);
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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::Timestamp;

    fn vault(folder: &Path) -> Vault {
        Vault::open(folder.join("photos"), &Zeroizing::new([7; 32])).expect("opens")
    }

    fn photo(n: u8) -> PhotoId {
        PhotoId::from_parts(Timestamp(1), [n; 10])
    }

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|n| (n * 31 % 251) as u8).collect()
    }

    fn read(vault: &Vault, stored: &Stored, offset: u64) -> Result<Vec<u8>, Trouble> {
        let mut out = Vec::new();
        vault.read(photo(1), &stored.wrapped_key, offset)?.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn an_original_of_any_length_around_the_chunks_reads_back_whole_with_its_hash_and_its_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let vault = vault(folder.path());
        for length in [1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK - 1] {
            let original = bytes(length);
            let mut seen = Vec::new();
            let stored = vault.take(photo(1), &mut original.as_slice(), &mut |piece| seen.extend_from_slice(piece));
            let stored = stored.expect("taken");
            assert_eq!((stored.sha256, stored.bytes), (Sha256::of(&original), length as u64));
            assert_eq!(seen, original, "the eye sees every byte once");
            assert_eq!(read(&vault, &stored, 0).expect("reads"), original);
            assert!(read(&vault, &stored, length as u64).expect("reads").is_empty());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

        #[test]
        fn reading_from_any_offset_gives_the_originals_slice(length in 1_usize..3 * CHUNK, at in any::<prop::sample::Index>()) {
            let folder = tempfile::tempdir().expect("a folder");
            let vault = vault(folder.path());
            let original = bytes(length);
            let stored = vault.take(photo(1), &mut original.as_slice(), &mut |_| {}).expect("taken");
            let offset = at.index(length + 1);
            prop_assert_eq!(read(&vault, &stored, offset as u64).expect("reads"), &original[offset..]);
        }

        #[test]
        fn a_flipped_bit_anywhere_is_an_error_and_never_other_bytes(
            length in 1_usize..2 * CHUNK + 5,
            at in any::<prop::sample::Index>(),
            bit in 0_u8..8,
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            let vault = vault(folder.path());
            let original = bytes(length);
            let stored = vault.take(photo(1), &mut original.as_slice(), &mut |_| {}).expect("taken");
            let path = vault.path(photo(1));
            let mut sealed = fs::read(&path).expect("a file");
            let place = at.index(sealed.len());
            sealed[place] ^= 1 << bit;
            fs::write(&path, &sealed).expect("written");
            prop_assert!(read(&vault, &stored, 0).is_err());
        }

        #[test]
        fn a_file_cut_or_grown_anywhere_is_an_error(length in 1_usize..2 * CHUNK + 5, at in any::<prop::sample::Index>()) {
            let folder = tempfile::tempdir().expect("a folder");
            let vault = vault(folder.path());
            let stored = vault.take(photo(1), &mut bytes(length).as_slice(), &mut |_| {}).expect("taken");
            let path = vault.path(photo(1));
            let sealed = fs::read(&path).expect("a file");
            fs::write(&path, &sealed[..at.index(sealed.len())]).expect("written");
            prop_assert!(read(&vault, &stored, 0).is_err());
            fs::write(&path, [sealed.as_slice(), b"more"].concat()).expect("written");
            prop_assert!(read(&vault, &stored, 0).is_err());
        }
    }

    #[test]
    fn one_photos_file_does_not_open_as_another_and_a_swapped_chunk_does_not_open() {
        let folder = tempfile::tempdir().expect("a folder");
        let vault = vault(folder.path());
        let stored = vault.take(photo(1), &mut bytes(3 * CHUNK).as_slice(), &mut |_| {}).expect("taken");
        assert!(matches!(vault.read(photo(2), &stored.wrapped_key, 0), Err(Trouble::DamagedPhoto)));
        let path = vault.path(photo(1));
        let sealed = fs::read(&path).expect("a file");
        let (step, head) = (CHUNK + TAG, &sealed[..PREFIX]);
        let (first, second) = (&sealed[PREFIX..PREFIX + step], &sealed[PREFIX + step..PREFIX + 2 * step]);
        fs::write(&path, [head, second, first, &sealed[PREFIX + 2 * step..]].concat()).expect("written");
        assert!(matches!(read(&vault, &stored, 0), Err(Trouble::DamagedPhoto)));
    }

    #[test]
    fn t22_what_a_killed_intake_left_is_swept_and_what_a_row_knows_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let vault = vault(folder.path());
        for n in [1, 2] {
            vault.take(photo(n), &mut bytes(10).as_slice(), &mut |_| {}).expect("taken");
        }
        fs::write(vault.folder.join(format!("{}.part", photo(3))), b"half").expect("written");
        fs::write(vault.folder.join("note.txt"), b"somebody else's").expect("written");
        assert_eq!(vault.sweep(&|known| known == photo(1)).expect("swept"), 2);
        assert!(vault.path(photo(1)).exists() && vault.folder.join("note.txt").exists());
        assert!(!vault.path(photo(2)).exists());
        assert_eq!(vault.sweep(&|known| known == photo(1)).expect("swept"), 0);
    }

    /// A source that breaks off, as a camera's storage does when it is pulled out.
    struct Breaks(usize, std::io::ErrorKind);

    impl Read for Breaks {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let count = self.0.min(out.len());
            self.0 -= count;
            if count == 0 { Err(self.1.into()) } else { Ok(count) }
        }
    }

    #[test]
    fn t21_an_intake_that_breaks_off_says_so_and_leaves_no_half_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let vault = vault(folder.path());
        for length in [0, 10, CHUNK, 2 * CHUNK + 10] {
            let full = vault.take(photo(1), &mut Breaks(length, std::io::ErrorKind::StorageFull), &mut |_| {});
            assert!(matches!(full, Err(Trouble::DiskFull)));
        }
        assert!(matches!(vault.take(photo(1), &mut [].as_slice(), &mut |_| {}), Err(Trouble::EmptyPhoto)));
        assert_eq!(fs::read_dir(&vault.folder).expect("a folder").count(), 0);
    }
}
