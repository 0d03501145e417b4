//! A phone's disk. Rows are written in transactions that are durable once synced (WAL, FULL); between write and sync a
//! loss of power takes the whole transaction or nothing of it. A photo is a file of its own, synced before its row: an
//! unsynced one is torn by a loss of power.

use std::{collections::BTreeMap, rc::Rc};

use jingbao_core::{
    id::{OpId, PhotoId},
    outbox::{Hold, Item},
};

use super::{
    knife::{Cut, Knife},
    paper::Paper,
};

/// What an operation carries, as the disk holds it.
#[derive(Clone, Debug)]
pub enum Load {
    /// A frozen document, and whether its head is signed.
    Paper(Rc<Paper>, bool),
    /// A photo of a case: its number and file.
    Photo {
        /// Of which case.
        case: usize,
        /// Number in the story.
        number: u64,
    },
}

/// All rows.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// The queue.
    pub outbox: BTreeMap<OpId, Item>,
    /// What each operation carries.
    pub loads: BTreeMap<OpId, Load>,
    /// Uploads begun.
    pub uploads: BTreeMap<OpId, String>,
    /// The highest lease ever given.
    pub lease: u64,
    /// What holds everything.
    pub hold: Option<Hold>,
    /// How far the feed was read.
    pub cursor: u64,
    /// What was heard.
    pub heard: Vec<u64>,
}

/// One row to write.
pub enum Write {
    /// A row of the queue.
    Item(Item),
    /// What it carries.
    Load(OpId, Load),
    /// The upload begun for it.
    Upload(OpId, Option<String>),
    /// The highest lease.
    Lease(u64),
    /// What holds everything.
    Hold(Option<Hold>),
    /// A page of the feed: what it says, and the cursor after it.
    Heard(Vec<u64>, u64),
}

/// Why something could not be written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unwritten {
    /// There is no room.
    Full,
    /// The process has ended.
    Cut(Cut),
}

impl From<Cut> for Unwritten {
    fn from(cut: Cut) -> Unwritten {
        Unwritten::Cut(cut)
    }
}

/// The disk.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// The rows as they are read.
    pub rows: Rows,
    /// Photo files, and whether they are synced.
    photos: BTreeMap<PhotoId, (Rc<[u8]>, bool)>,
    /// No room.
    pub full: bool,
}

impl Disk {
    /// One transaction: all of it is durable on return, or none of it was written.
    pub fn commit(&mut self, writes: Vec<Write>, knife: &mut Knife) -> Result<(), Unwritten> {
        knife.step()?;
        if self.full {
            return Err(Unwritten::Full);
        }
        let before = knife.is_at_power().then(|| self.rows.clone());
        for write in writes {
            match write {
                Write::Item(item) => drop(self.rows.outbox.insert(item.op, item)),
                Write::Load(op, load) => drop(self.rows.loads.insert(op, load)),
                Write::Upload(op, Some(upload)) => drop(self.rows.uploads.insert(op, upload)),
                Write::Upload(op, None) => drop(self.rows.uploads.remove(&op)),
                Write::Lease(lease) => self.rows.lease = lease,
                Write::Hold(hold) => self.rows.hold = hold,
                Write::Heard(what, cursor) => {
                    self.rows.heard.extend(what);
                    self.rows.cursor = cursor;
                }
            }
        }
        if let Some(before) = before
            && knife.dice().hits(500)
        {
            self.rows = before;
        }
        Ok(knife.step()?)
    }

    /// Writes a photo's file and syncs it.
    pub fn put_photo(&mut self, photo: PhotoId, bytes: Rc<[u8]>, knife: &mut Knife) -> Result<(), Unwritten> {
        knife.step()?;
        if self.full {
            return Err(Unwritten::Full);
        }
        self.photos.insert(photo, (bytes, false));
        knife.step()?;
        if let Some((_, synced)) = self.photos.get_mut(&photo) {
            *synced = true;
        }
        Ok(knife.step()?)
    }

    /// A photo's bytes.
    pub fn photo(&self, photo: PhotoId) -> Option<Rc<[u8]>> {
        self.photos.get(&photo).map(|(bytes, _)| Rc::clone(bytes))
    }

    /// The power is gone: files that were not synced are torn.
    pub fn lose_power(&mut self, knife: &mut Knife) {
        for (bytes, _) in self.photos.values_mut().filter(|(_, synced)| !synced) {
            let left = knife.dice().below(bytes.len() as u64) as usize;
            *bytes = bytes[..left].into();
        }
    }

    /// Removes files that no row speaks of.
    pub fn sweep(&mut self, kept: impl Fn(PhotoId) -> bool) {
        self.photos.retain(|photo, _| kept(*photo));
    }
}
