//! The vault, byte by byte: what it keeps, what it refuses, and what it leaves behind on a disk that fills up.

use proptest::prelude::*;

use super::*;
use crate::{id::CaseId, time::Timestamp};

fn vault(folder: &Path) -> Vault {
    Vault::open(folder.join("photos"), &Zeroizing::new([7; 32]), &Zeroizing::new([8; 32])).expect("opens")
}

fn label(n: u8) -> Label {
    let begun = crate::time::Moment { wall: Timestamp(1), offset_s: 28_800, mono_ms: 1, boot: "boot".into() };
    let case = CaseId::from_parts(Timestamp(1), [n; 10]);
    Label { case, slot: "scene_front".into(), begun, phone: Default::default(), no_photo: None, temporary: None }
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
        let stored =
            vault.take(photo(1), &label(1), &mut original.as_slice(), &mut |piece| seen.extend_from_slice(piece));
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
        let stored = vault.take(photo(1), &label(1), &mut original.as_slice(), &mut |_| {}).expect("taken");
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
        let stored = vault.take(photo(1), &label(1), &mut original.as_slice(), &mut |_| {}).expect("taken");
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
        let stored = vault.take(photo(1), &label(1), &mut bytes(length).as_slice(), &mut |_| {}).expect("taken");
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
    let stored = vault.take(photo(1), &label(1), &mut bytes(3 * CHUNK).as_slice(), &mut |_| {}).expect("taken");
    assert!(matches!(vault.read(photo(2), &stored.wrapped_key, 0), Err(Trouble::DamagedPhoto)));
    let path = vault.path(photo(1));
    let sealed = fs::read(&path).expect("a file");
    let front = Front::read(&mut sealed.as_slice()).expect("a front").bytes().len() + PREFIX;
    let (step, head) = (CHUNK + TAG, &sealed[..front]);
    let (first, second) = (&sealed[front..front + step], &sealed[front + step..front + 2 * step]);
    fs::write(&path, [head, second, first, &sealed[front + 2 * step..]].concat()).expect("written");
    assert!(matches!(read(&vault, &stored, 0), Err(Trouble::DamagedPhoto)));
}

#[test]
fn t22_a_whole_file_without_a_row_is_an_orphan_with_its_label_and_all_else_is_swept() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = vault(folder.path());
    for n in [1, 2, 3] {
        vault.take(photo(n), &label(n), &mut bytes(CHUNK + 10).as_slice(), &mut |_| {}).expect("taken");
    }
    fs::write(vault.folder.join(format!("{}.part", photo(4))), b"half").expect("written");
    fs::write(vault.folder.join(format!("{}.jbv", photo(5))), b"no label").expect("written");
    fs::write(vault.folder.join("note.txt"), b"somebody else's").expect("written");
    let row = |known| {
        Ok(if known == photo(1) {
            Row::Kept
        } else if known == photo(3) {
            Row::Erased
        } else {
            Row::None
        })
    };
    let orphans = vault.sweep(&row).expect("swept");
    assert_eq!(
        orphans.iter().map(|orphan| (orphan.photo, orphan.label.case)).collect::<Vec<_>>(),
        [(photo(2), label(2).case)]
    );
    let mut seen = Vec::new();
    let stored = vault.take_orphan(&orphans[0], &mut |piece| seen.extend_from_slice(piece)).expect("reads");
    assert_eq!((seen, stored.sha256), (bytes(CHUNK + 10), Sha256::of(&bytes(CHUNK + 10))));
    let mut again = Vec::new();
    vault.read(photo(2), &stored.wrapped_key, 0).expect("opens").read_to_end(&mut again).expect("reads");
    assert_eq!(again.len() as u64, stored.bytes, "the key that the row gets opens it");
    let here: Vec<bool> = [1, 2, 3, 4, 5].map(|n| vault.path(photo(n)).exists()).to_vec();
    assert_eq!((here, vault.folder.join("note.txt").exists()), (vec![true, true, false, false, false], true));
}

#[test]
fn s18_under_another_label_key_no_file_says_how_it_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = vault(folder.path());
    let stored = vault.take(photo(1), &label(1), &mut bytes(10).as_slice(), &mut |_| {}).expect("taken");
    let vault = vault.relabelled(&Zeroizing::new([9; 32])).expect("relabelled");
    assert_eq!(read(&vault, &stored, 0).expect("by its row"), bytes(10));
    assert!(vault.sweep(&|_| Ok(Row::None)).expect("swept").is_empty());
    assert!(!vault.path(photo(1)).exists());
}

/// A disk with room for so many bytes of this file; one that is full to the last byte says so only when it is synced.
struct Narrow(File, std::cell::Cell<usize>, bool);

impl Write for Narrow {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let room = self.1.get().min(bytes.len());
        self.1.set(self.1.get() - room);
        if room == 0 { Err(std::io::ErrorKind::StorageFull.into()) } else { self.0.write(&bytes[..room]) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Durable for Narrow {
    fn settle(&self) -> std::io::Result<()> {
        if self.2 { Err(std::io::ErrorKind::StorageFull.into()) } else { self.0.sync_all() }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn t21_a_disk_that_fills_up_at_any_byte_is_said_as_such_leaves_nothing_and_the_next_photo_goes_in(
        length in 1_usize..5 * CHUNK,
        at in any::<prop::sample::Index>(),
        boundary in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let vault = vault(folder.path());
        let original = bytes(length);
        let whole = vault.take(photo(1), &label(1), &mut original.as_slice(), &mut |_| {}).map(drop);
        whole.expect("there is room");
        let size = usize::try_from(fs::metadata(vault.path(photo(1))).expect("a file").len()).expect("small");
        vault.forget(photo(1));
        let front = size - length - length.div_ceil(CHUNK) * TAG;
        // Any byte, or the end of any chunk; the last end is found out by the sync alone.
        let ends = (0..=length.div_ceil(CHUNK)).map(|n| (front + n * (CHUNK + TAG)).min(size)).collect::<Vec<_>>();
        let room = if boundary { *at.get(&ends) } else { at.index(size) };
        let disk = |path: &Path| -> std::io::Result<Box<dyn Durable>> {
            Ok(Box::new(Narrow(File::create(path)?, room.into(), room == size)))
        };
        let full = vault.take_on(&disk, photo(1), &label(1), &mut original.as_slice(), &mut |_| {});
        prop_assert!(matches!(full, Err(Trouble::DiskFull)));
        prop_assert_eq!(fs::read_dir(&vault.folder).expect("a folder").count(), 0);
        let next = vault.take(photo(1), &label(1), &mut original.as_slice(), &mut |_| {}).expect("room again");
        prop_assert_eq!(read(&vault, &next, 0).expect("reads"), original);
    }
}

#[test]
fn t21_at_the_end_of_every_chunk_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = vault(folder.path());
    let original = bytes(40 * CHUNK);
    for room in (0..40 * (CHUNK + TAG)).step_by(CHUNK) {
        let disk = |path: &Path| -> std::io::Result<Box<dyn Durable>> {
            Ok(Box::new(Narrow(File::create(path)?, room.into(), false)))
        };
        let full = vault.take_on(&disk, photo(1), &label(1), &mut original.as_slice(), &mut |_| {});
        assert!(matches!(full, Err(Trouble::DiskFull)), "room for {room}");
        assert_eq!(fs::read_dir(&vault.folder).expect("a folder").count(), 0);
    }
    vault.take(photo(1), &label(1), &mut original.as_slice(), &mut |_| {}).map(drop).expect("room again");
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
        let full = vault.take(photo(1), &label(1), &mut Breaks(length, std::io::ErrorKind::StorageFull), &mut |_| {});
        assert!(matches!(full, Err(Trouble::DiskFull)));
    }
    assert!(matches!(vault.take(photo(1), &label(1), &mut [].as_slice(), &mut |_| {}), Err(Trouble::EmptyPhoto)));
    assert_eq!(fs::read_dir(&vault.folder).expect("a folder").count(), 0);
}
