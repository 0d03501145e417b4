//! Where the store lies, and what is there before it is opened. A storage that is not mounted looks like an empty one
//! (S32): so beginning a store leaves a mark first, and a key without a store and without that mark is no fresh start.
//! Not its business: keys, and what is inside the store.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use super::trouble::Trouble;
use crate::time::Timestamp;

/// Held by the process that has the folder.
pub(super) const LOCK: &str = "jingbao.lock";
/// There while a store is being begun.
const BEGUN: &str = "jingbao.begun";

/// The folder of one store.
pub(super) struct Place {
    pub(super) folder: PathBuf,
    anew: bool,
}

impl Place {
    /// `anew`: the person wants a new store where the old one is missing.
    pub(super) fn new(folder: PathBuf, anew: bool) -> Place {
        Place { folder, anew }
    }

    pub(super) fn database(&self) -> PathBuf {
        self.folder.join("jingbao.db")
    }

    pub(super) fn photos(&self) -> PathBuf {
        self.folder.join("photos")
    }

    /// A database without a byte is one that was never written, or was emptied.
    pub(super) fn has_store(&self) -> bool {
        fs::metadata(self.database()).is_ok_and(|file| file.len() > 0)
    }

    pub(super) fn has_photos(&self) -> bool {
        fs::read_dir(self.photos()).is_ok_and(|mut files| files.next().is_some())
    }

    /// Whether a store may be begun although there is a key: the last beginning was cut off, or the person says so.
    pub(super) fn may_begin(&self) -> bool {
        self.anew || self.folder.join(BEGUN).exists()
    }

    /// Marks that a store is being begun. What lies there without a store is set aside, never removed.
    pub(super) fn begin(&self, now: Timestamp) -> Result<(), Trouble> {
        if !self.folder.join(BEGUN).exists() {
            self.set_aside(&self.folder.join(format!("set-aside-{}", now.0)))?;
            File::create(self.folder.join(BEGUN)).and_then(|mark| mark.sync_all()).map_err(|_| Trouble::NotWritable)?;
            sync(&self.folder)?;
        }
        Ok(())
    }

    /// The store is there and open: from now on a missing one is missing.
    pub(super) fn begun_well(&self) -> Result<(), Trouble> {
        let mark = self.folder.join(BEGUN);
        if mark.exists() {
            fs::remove_file(mark).map_err(|_| Trouble::NotWritable)?;
        }
        Ok(())
    }

    fn set_aside(&self, aside: &Path) -> Result<(), Trouble> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let of_ours = name.to_str().is_some_and(|name| name == "photos" || name.starts_with("jingbao.db"));
            if of_ours {
                fs::create_dir_all(aside)?;
                fs::rename(entry.path(), aside.join(name))?;
            }
        }
        Ok(())
    }
}

fn sync(folder: &Path) -> Result<(), Trouble> {
    File::open(folder)?.sync_all().map_err(Trouble::from)
}
