//! Custody logs in a bundle: line by line into a tree, so that every signed head can be held against it.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Seek},
};

use super::{Break, BreakCode, MAX_LINE, bag::Bag};
use crate::{
    canon::Sha256,
    custody::{Head, Leaf, Tree, leaf_hash},
    id::{CaseId, DeviceId},
};

/// One device's log, read and checked for gaps.
pub(super) struct Log {
    path: String,
    tree: Tree,
    /// Hash written in an event → the first leaf that has it.
    names: BTreeMap<Sha256, u64>,
    /// What the log says was made: kind of the event, hash that it names, in order.
    made: Vec<(u64, Made, Sha256)>,
    training: bool,
}

/// An event whose object belongs into the bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    Photo,
    Revision,
    Statement,
    Notice,
    Export,
}

impl Made {
    /// The kind of the event, and the member that names the hash.
    const EVENTS: [(&str, &str, Made); 5] = [
        ("photographed", "sha256", Made::Photo),
        ("sealed", "record", Made::Revision),
        ("stated", "sha256", Made::Statement),
        ("notified", "sha256", Made::Notice),
        ("exported", "contents", Made::Export),
    ];

    pub(super) fn of(leaf: &Leaf) -> Option<(Made, Sha256)> {
        let (_, member, made) = Made::EVENTS.into_iter().find(|(kind, ..)| *kind == leaf.kind())?;
        Some((made, leaf.event.get(member)?.as_str()?.parse().ok()?))
    }
}

impl Log {
    pub(super) fn read<R: Read + Seek>(bag: &mut Bag<R>, path: &str, device: DeviceId) -> Result<Log, Break> {
        let case = bag.case;
        let mut log = Log {
            path: path.to_owned(),
            tree: Tree::default(),
            names: BTreeMap::new(),
            made: Vec::new(),
            training: false,
        };
        bag.with(path, |file| {
            let mut lines = BufReader::new(file);
            let mut line = Vec::new();
            loop {
                line.clear();
                let read = (&mut lines).take(MAX_LINE).read_until(b'\n', &mut line);
                match read.map_err(|_| Break::new(BreakCode::Unreadable, path))? {
                    0 => return Ok(()),
                    _ if line.pop() != Some(b'\n') => return Err(Break::new(BreakCode::Malformed, path)),
                    _ => log.line(&line, case, device)?,
                }
            }
        })??;
        Ok(log)
    }

    fn line(&mut self, line: &[u8], case: CaseId, device: DeviceId) -> Result<(), Break> {
        let leaf: Leaf =
            serde_json::from_slice(line).map_err(|_| Break::new(BreakCode::Malformed, self.path.clone()))?;
        if leaf.bytes().ok().as_deref() != Some(line) {
            return Err(Break::new(BreakCode::NotCanonical, self.path.clone()));
        }
        if leaf.case != case || leaf.device != device || leaf.seq != self.tree.size() {
            return Err(Break::new(BreakCode::Misplaced, self.path.clone()));
        }
        let texts = leaf.event.as_object().into_iter().flat_map(|event| event.values()).filter_map(|v| v.as_str());
        for hash in texts.filter_map(|text| text.parse().ok()) {
            self.names.entry(hash).or_insert(leaf.seq);
        }
        self.training |= leaf.seq == 0 && leaf.event.get("nature").is_some_and(|nature| nature == "training");
        self.made.extend(Made::of(&leaf).map(|(made, sha256)| (leaf.seq, made, sha256)));
        self.tree.append(leaf_hash(line));
        Ok(())
    }

    /// Every hash that an event names.
    pub(super) fn named(&self) -> impl Iterator<Item = Sha256> + '_ {
        self.names.keys().copied()
    }

    /// Everything of this kind that the log says was made, in order.
    pub(super) fn made(&self, wanted: Made) -> impl Iterator<Item = Sha256> + '_ {
        self.made.iter().filter(move |(_, made, _)| *made == wanted).map(|(.., sha256)| *sha256)
    }

    /// What the leaf at `seq` exported, if it is an export.
    pub(super) fn exported(&self, seq: u64) -> Option<Sha256> {
        self.made.iter().find(|(at, made, _)| *at == seq && *made == Made::Export).map(|(.., sha256)| *sha256)
    }

    /// Whether the case is a training case, whose documents are never sent and so stand in no bundle.
    pub(super) fn is_training(&self) -> bool {
        self.training
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn size(&self) -> u64 {
        self.tree.size()
    }

    pub(super) fn root_at(&self, size: u64) -> Option<Sha256> {
        self.tree.root_at(size)
    }

    /// Whether the log leads to this head.
    pub(super) fn leads_to(&self, head: &Head) -> Result<(), Break> {
        if self.tree.root_at(head.size) == Some(head.root) {
            Ok(())
        } else {
            Err(Break::new(BreakCode::LogDiffers, self.path.clone()))
        }
    }

    /// Whether an event under this head names the hash.
    pub(super) fn has_under(&self, head: &Head, hash: Sha256) -> bool {
        self.names.get(&hash).is_some_and(|seq| *seq < head.size)
    }
}
