//! The record of what went to disk, and the disk as a loss of power leaves it. A file's bytes are durable once it is
//! synced, its name once the folder is, or the file itself was synced (as `ext4` and `apfs` do, and as SQLite asks for
//! its log). What is not durable may be there, or not, or in part, in any order: that is the fate.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde::{Deserialize, Serialize};

use crate::simulator::dice::Dice;

/// A disk writes so many bytes or none of them.
const SECTOR: usize = 512;

/// One line of the record. Names are relative to the store's folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Bytes were written.
    Write {
        /// To which file.
        file: String,
        /// From where on.
        at: usize,
        /// Which, in hex.
        hex: String,
    },
    /// A file was cut or grown.
    Resize {
        /// Which.
        file: String,
        /// To this length.
        length: usize,
    },
    /// A file was synced.
    Sync {
        /// Which.
        file: String,
    },
    /// A file got another name.
    Rename {
        /// From this one.
        from: String,
        /// To this one.
        to: String,
    },
    /// A file was removed.
    Remove {
        /// Which.
        file: String,
    },
    /// The folder was synced: its names are durable.
    SyncNames,
    /// A person was told that something is kept.
    Told {
        /// What.
        what: serde_json::Value,
    },
}

/// What becomes of what is not durable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fate {
    /// All of it is lost.
    Lost,
    /// All of it is there.
    There,
    /// Some of it is there, some of that in part; by chance of this seed.
    Torn(u64),
}

#[derive(Clone, Default)]
struct File {
    durable: Option<Vec<u8>>,
    since: Vec<Entry>,
}

/// Writes into `folder` what is found there after the power failed behind the first `count` lines.
pub fn found_after(record: &[Entry], count: usize, fate: Fate, folder: &Path) -> io::Result<()> {
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let mut renames: Vec<(String, String)> = Vec::new();
    for entry in &record[..count] {
        match entry {
            Entry::Write { file, .. } | Entry::Resize { file, .. } => {
                files.entry(file.clone()).or_default().since.push(entry.clone());
            }
            Entry::Remove { file } => drop(files.remove(file)),
            Entry::Sync { file } => {
                let known = files.entry(file.clone()).or_default();
                let mut bytes = known.durable.take().unwrap_or_default();
                known.since.drain(..).for_each(|entry| apply(&mut bytes, &entry, None));
                known.durable = Some(bytes);
            }
            Entry::Rename { from, to } => renames.push((from.clone(), to.clone())),
            Entry::SyncNames => renames.drain(..).for_each(|(from, to)| rename(&mut files, &from, &to)),
            Entry::Told { .. } => {}
        }
    }
    let mut dice = match fate {
        Fate::Torn(seed) => Some(Dice::of(seed, 9)),
        Fate::Lost | Fate::There => None,
    };
    let mut happens = |often: u64| match fate {
        Fate::Lost => false,
        Fate::There => true,
        Fate::Torn(_) => dice.as_mut().is_some_and(|dice| dice.hits(often)),
    };
    for (from, to) in renames {
        if happens(500) {
            rename(&mut files, &from, &to);
        }
    }
    let mut tear = Dice::of(count as u64, 10);
    for (name, file) in files {
        let mut bytes = file.durable;
        for entry in file.since {
            if happens(600) {
                let torn = matches!(fate, Fate::Torn(_)).then_some(&mut tear);
                apply(bytes.get_or_insert_default(), &entry, torn);
            }
        }
        let Some(bytes) = bytes else { continue };
        let path = folder.join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, bytes)?;
    }
    Ok(())
}

/// What a person had been told by then.
pub fn told_before(record: &[Entry], count: usize) -> Vec<&serde_json::Value> {
    let told = |entry: &'_ Entry| matches!(entry, Entry::Told { .. });
    let lines = record[..count].iter().filter(|entry| told(entry));
    lines.filter_map(|entry| if let Entry::Told { what } = entry { Some(what) } else { None }).collect()
}

fn rename(files: &mut BTreeMap<String, File>, from: &str, to: &str) {
    if let Some(file) = files.remove(from) {
        files.insert(to.to_owned(), file);
    }
}

/// Does one thing to a file, whole or, with dice, sector by sector.
fn apply(bytes: &mut Vec<u8>, entry: &Entry, mut torn: Option<&mut Dice>) {
    match entry {
        Entry::Resize { length, .. } => bytes.resize(*length, 0),
        Entry::Write { at, hex, .. } => {
            let new = hex::decode(hex).unwrap_or_default();
            let whole = torn.as_mut().is_none_or(|dice| dice.hits(400));
            for (n, sector) in new.chunks(SECTOR).enumerate() {
                if !whole && torn.as_mut().is_some_and(|dice| dice.hits(500)) {
                    continue;
                }
                let from = at + n * SECTOR;
                bytes.resize(bytes.len().max(from + sector.len()), 0);
                bytes[from..from + sector.len()].copy_from_slice(sector);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(file: &str, bytes: &[u8]) -> Entry {
        Entry::Write { file: file.into(), at: 0, hex: hex::encode(bytes) }
    }

    #[test]
    fn what_was_synced_is_there_whatever_the_fate_and_the_rest_as_the_fate_will() {
        let sync = Entry::Sync { file: "a".into() };
        let record = [write("a", b"kept"), sync, write("a", b"lost"), write("b", b"new")];
        let found = |fate| {
            let folder = tempfile::tempdir().expect("a folder");
            found_after(&record, record.len(), fate, folder.path()).expect("made");
            let read = |name: &str| fs::read(folder.path().join(name)).ok();
            (read("a"), read("b"))
        };
        assert_eq!(found(Fate::Lost), (Some(b"kept".to_vec()), None));
        assert_eq!(found(Fate::There), (Some(b"lost".to_vec()), Some(b"new".to_vec())));
        let torn: Vec<_> = (0..50).map(|seed| found(Fate::Torn(seed))).collect();
        assert!(torn.iter().all(|(a, _)| a.is_some()) && torn.iter().any(|(_, b)| b.is_none()));
    }

    #[test]
    fn a_name_is_durable_once_the_folder_is_synced() {
        let rename = Entry::Rename { from: "a.part".into(), to: "a".into() };
        let record = [write("a.part", b"x"), Entry::Sync { file: "a.part".into() }, rename, Entry::SyncNames];
        for (count, there) in [(2, "a.part"), (3, "a.part"), (4, "a")] {
            let folder = tempfile::tempdir().expect("a folder");
            found_after(&record, count, Fate::Lost, folder.path()).expect("made");
            assert!(folder.path().join(there).exists(), "{count}");
        }
    }
}
