//! `intake`: megabytes a second of photos made safe by `Engine::add_photo`, against the bare work over the same bytes:
//! read, SHA-256, AES-256-GCM in pieces of 64 KiB, write, fsync, rename, fsync of the folder, one commit. The same of one
//! of 100 MB, and the memory that its intake takes beyond that of a program that has taken a small one in.

use std::{
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
    process::Command,
};

use aes_gcm::{Aes256Gcm, KeyInit, aead::AeadInOut};
use jingbao_core::edge::PhotoSource;
use sha2::{Digest, Sha256};

use super::{Failed, Figure, Turns, folder, ports, store};
use crate::{
    roadside::small_photo,
    scenery::{ACCIDENT, Stamp, photo},
};

const PHOTO_BYTES: usize = 6_000_000;
const LARGE_BYTES: usize = 100_000_000;
/// Photos in a round.
const PHOTOS: usize = 4;
const ROUNDS: usize = 9;
const LARGE_ROUNDS: usize = 3;
/// Most MiB beyond those of a program at rest.
const MOST_MIB: f64 = 16.0;
const CHUNK: usize = 64 * 1024;
/// Ours may take 1/0.8 of the bare time.
const LIMIT: f64 = 1.25;

pub(super) fn measure() -> Result<Vec<Figure>, Failed> {
    let folder = folder()?;
    let large = large(folder.path())?;
    let memory = in_a_process_of_its_own(&large)?;
    let originals = originals(folder.path())?;
    let figures = [("intake", originals, ROUNDS), ("intake of 100 MB", vec![large], LARGE_ROUNDS)];
    let mut figures: Vec<Figure> =
        figures.into_iter().map(|(name, files, rounds)| speed(name, &files, rounds)).collect::<Result<_, _>>()?;
    figures.push(Figure { name: "intake memory", ours: memory, limit: 1.0, ratio: memory / MOST_MIB, unit: "MiB" });
    Ok(figures)
}

/// Megabytes a second of these files, taken in and done by hand in turns.
fn speed(name: &'static str, originals: &[PathBuf], rounds: usize) -> Result<Figure, Failed> {
    let folder = folder()?;
    let (engine, case) = ports::engine(&folder.path().join("phone"))?;
    let shelf = folder.path().join("shelf");
    fs::create_dir(&shelf)?;
    let mut bare = store::open(&folder.path().join("bare.db"))?;
    let (mut seq, mut shot) = (0, 0);
    let turns = Turns::take(
        rounds,
        || {
            for path in originals {
                // The same picture for the same shot would be taken in once.
                shot += 1;
                engine.add_photo(case, &format!("other-{shot}"), PhotoSource::Path(path.clone()), None)?;
            }
            Ok(())
        },
        || {
            for path in originals {
                let entry = put(path, &shelf, seq)?;
                store::append(&mut bare, "case", seq, &entry)?;
                seq += 1;
            }
            Ok(())
        },
    )?;
    engine.shutdown();
    let bytes: u64 = originals.iter().map(|path| Ok(fs::metadata(path)?.len())).sum::<std::io::Result<u64>>()?;
    let ours = bytes as f64 / 1e6 / turns.ours.as_secs_f64();
    Ok(Figure { name, ours, limit: LIMIT, ratio: turns.ratio(), unit: "MB/s" })
}

/// The word that makes the bench program tell the memory of one intake, and nothing else.
pub const MEMORY_OF: &str = "--memory-of";

/// What the intake of a file takes, MiB: in a program that has drawn nothing, so that no freed memory hides it.
fn in_a_process_of_its_own(path: &Path) -> Result<f64, Failed> {
    let told = Command::new(std::env::current_exe()?).arg(MEMORY_OF).arg(path).output()?;
    let text = String::from_utf8_lossy(&told.stdout);
    text.trim().parse().map_err(|_| format!("memory: {}", String::from_utf8_lossy(&told.stderr)).into())
}

/// The most MiB that a program holds while it takes a file in, beyond those that it held before; Linux tells them.
pub fn memory_of(path: &Path) -> Result<f64, Failed> {
    let folder = folder()?;
    let (engine, case) = ports::engine(&folder.path().join("phone"))?;
    let small = small_photo(0, 4_000).ok_or("no photo could be made")?;
    // What every program needs once, the first photo pays for: tables of the ciphers, pages of the store.
    engine.add_photo(case, "other-0", PhotoSource::Bytes(small), None)?;
    fs::write("/proc/self/clear_refs", "5")?;
    let before = status("VmRSS:")?;
    engine.add_photo(case, "other-1", PhotoSource::Path(path.to_owned()), None)?;
    let most = status("VmHWM:")?;
    engine.shutdown();
    Ok((most - before).max(0.0) / 1024.0)
}

/// A line of this process's status, KiB.
fn status(name: &str) -> Result<f64, Failed> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

fn photo_of(seed: u64) -> Result<Vec<u8>, Failed> {
    let stamp = Stamp { local: "2026-11-23T15:02:10".into(), offset_s: 28_800, lat: ACCIDENT.0, lon: ACCIDENT.1 };
    photo("scene_front", seed, &stamp).ok_or_else(|| "no photo could be drawn".into())
}

fn large(folder: &Path) -> Result<PathBuf, Failed> {
    let path = folder.join("large.jpg");
    fs::write(&path, grown(&photo_of(99)?, LARGE_BYTES))?;
    Ok(path)
}

/// One photo by hand: encrypted under its final name, durable; what its row would hold.
fn put(original: &Path, shelf: &Path, seq: i64) -> Result<Vec<u8>, Failed> {
    let cipher = Aes256Gcm::new(&[3; 32].into());
    let mut digest = Sha256::new();
    let (mut source, part) = (File::open(original)?, shelf.join(format!("{seq}.part")));
    let mut file = File::create(&part)?;
    let mut chunk = Vec::with_capacity(CHUNK + 16);
    for position in 0_u64.. {
        chunk.clear();
        if (&mut source).take(CHUNK as u64).read_to_end(&mut chunk)? == 0 {
            break;
        }
        digest.update(&chunk);
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&position.to_be_bytes());
        cipher.encrypt_in_place(&nonce.into(), b"", &mut chunk).map_err(|_| "the cipher failed")?;
        file.write_all(&chunk)?;
    }
    file.sync_all()?;
    fs::rename(&part, shelf.join(format!("{seq}.photo")))?;
    File::open(shelf)?.sync_all()?;
    // As long as the rows a photo gives: journal, photo, queue.
    Ok([digest.finalize().to_vec(), vec![b' '; 900]].concat())
}

/// Drawn photos as long as a phone's: 6 MB, whole JPEGs, no two of the same bytes.
fn originals(folder: &Path) -> Result<Vec<PathBuf>, Failed> {
    (1..=PHOTOS as u64)
        .map(|seed| {
            let path = folder.join(format!("original-{seed}.jpg"));
            fs::write(&path, grown(&photo_of(seed)?, PHOTO_BYTES))?;
            Ok(path)
        })
        .collect()
}

/// The same picture with padding in segments that every reader passes over (APP11), just before its scan.
fn grown(jpeg: &[u8], length: usize) -> Vec<u8> {
    const LONGEST: usize = 65_533;
    let (front, rest) = jpeg.split_at(scan(jpeg));
    let mut bytes = front.to_vec();
    while bytes.len() + rest.len() + 4 < length {
        let padding = (length - bytes.len() - rest.len() - 4).min(LONGEST);
        bytes.extend([0xff, 0xeb]);
        bytes.extend((padding as u16 + 2).to_be_bytes());
        // Not zeros: a disk that packs what it stores must not gain by it.
        let start = bytes.len() as u32;
        bytes.extend((0..padding as u32).map(|at| ((start ^ at).wrapping_mul(2_654_435_761) >> 24) as u8));
    }
    bytes.extend(rest);
    bytes
}

/// Where the scan (SOS) begins: a walk over the segments from the first one on.
fn scan(jpeg: &[u8]) -> usize {
    let mut at = 2;
    while let Some([0xff, marker, high, low]) = jpeg.get(at..at + 4)
        && *marker != 0xda
    {
        at += 2 + usize::from(u16::from_be_bytes([*high, *low]));
    }
    at.min(jpeg.len())
}

#[cfg(test)]
mod tests {
    use jingbao_core::evidence::{Context, findings, inspect};

    use super::*;

    #[test]
    fn a_grown_photo_is_six_megabytes_and_still_the_whole_photo_with_its_metadata() {
        let grown = grown(&photo_of(1).expect("a photo"), PHOTO_BYTES);
        assert!(grown.len().abs_diff(PHOTO_BYTES) < 8, "{}", grown.len());
        let facts = inspect(&grown);
        assert_eq!((facts.width, facts.make.as_deref()), (Some(1600), Some("Jingbao Demo")));
        assert_eq!(findings(&facts, &Context::default()), []);
    }
}
