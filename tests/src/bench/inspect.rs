//! `inspect`: files a second whose metadata is read, and with the SHA-256 of the whole file as the desk's `inspect` does
//! it, against one exiftool process over the same folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use jingbao_core::evidence::{Context, findings};
use jingbao_gateway::desk::inspect::{InspectArgs, metadata, run};

use super::{Failed, Figure, Turns, folder};
use crate::scenery::{ACCIDENT, Stamp, photo};

const FILES: usize = 1_000;
/// Different drawings among them.
const DRAWN: usize = 10;
const ROUNDS: usize = 3;
/// exiftool's time divided by what is asked for.
const METADATA: f64 = 1.0 / 50.0;
const WITH_HASH: f64 = 1.0 / 10.0;

pub(super) fn measure() -> Result<Vec<Figure>, Failed> {
    let folder = folder()?;
    let files = photos(folder.path())?;
    let alone =
        Turns::take(ROUNDS, || files.iter().try_for_each(|path| metadata_of(path)), || exiftool(folder.path()))?;
    let args = InspectArgs { paths: vec![folder.path().to_owned()], json: true };
    let whole = Turns::take(
        ROUNDS,
        || match run(&args, &|key, _| key.to_owned(), &mut io::sink())? {
            0 => Ok(()),
            code => Err(format!("`inspect` ends with {code}").into()),
        },
        || exiftool(folder.path()),
    )?;
    let per_second = |turns: &Turns| FILES as f64 / turns.ours.as_secs_f64();
    Ok(vec![
        Figure {
            name: "inspect metadata",
            ours: per_second(&alone),
            limit: METADATA,
            ratio: alone.ratio(),
            unit: "1/s",
        },
        Figure { name: "inspect", ours: per_second(&whole), limit: WITH_HASH, ratio: whole.ratio(), unit: "1/s" },
    ])
}

/// Facts and findings from as much of a file as its metadata takes.
fn metadata_of(path: &Path) -> Result<(), Failed> {
    let facts = metadata(path)?;
    if facts.gps.is_none() || facts.taken.is_none() {
        return Err("a photo whose place and time are not read".into());
    }
    findings(&facts, &Context::default());
    Ok(())
}

fn exiftool(folder: &Path) -> Result<(), Failed> {
    let mut command = Command::new("exiftool");
    command.args(["-q", "-json", "-n"]).arg(folder).stdout(Stdio::null());
    let ended = command.status().map_err(|why| format!("exiftool: {why}; apt-get install libimage-exiftool-perl"))?;
    if ended.success() { Ok(()) } else { Err("exiftool failed".into()) }
}

/// A thousand photos as a phone stamps them; none has the bytes of another.
fn photos(folder: &Path) -> Result<Vec<PathBuf>, Failed> {
    let stamp = Stamp { local: "2026-11-23T15:02:10".into(), offset_s: 28_800, lat: ACCIDENT.0, lon: ACCIDENT.1 };
    let mut files = Vec::with_capacity(FILES);
    for seed in 0..DRAWN {
        let drawn = photo("scene_front", seed as u64, &stamp).ok_or("no photo could be drawn")?;
        for nth in 0..FILES / DRAWN {
            let path = folder.join(format!("{seed}-{nth:03}.jpg"));
            fs::write(&path, [drawn.as_slice(), &(nth as u16).to_be_bytes()].concat())?;
            files.push(path);
        }
    }
    Ok(files)
}
