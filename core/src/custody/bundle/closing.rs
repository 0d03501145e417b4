//! The way from the signature to every file: closing head → log → its last event → list of contents → files. Each step
//! blames the file that breaks it. Ends in the list and the log, both to be believed as far as the key is.
//! Not its business: whom the key belongs to, and what the files say.

use std::{
    collections::BTreeMap,
    io::{Read, Seek},
};

use super::{
    Break, BreakCode, BundleKey, Contents, KEYS, KeyRole,
    bag::Bag,
    contents::{CONTENTS, Closing, LAYOUT},
    logs::Log,
};
use crate::{
    canon::Sha256,
    custody::{Head, SignedHead},
    id::DeviceId,
};

/// What the closing head stands for.
pub(super) struct Closed {
    pub(super) contents: Contents,
    pub(super) head: Head,
    pub(super) log: Log,
}

/// The list and the closing head as they stand there: of the right case and device, and not believed yet.
pub(super) struct Opened {
    pub(super) contents: Contents,
    pub(super) at: Closing,
    pub(super) signed: SignedHead,
}

pub(super) fn open<R: Read + Seek>(bag: &mut Bag<R>) -> Result<Opened, Break> {
    let contents: Contents = bag.canonical(CONTENTS)?;
    let device = maker(bag, &contents)?;
    let at = Closing::of(device);
    let signed: SignedHead = bag.canonical(&at.head)?;
    if contents.layout != LAYOUT || contents.case != bag.case || contents.device != device {
        return Err(Break::new(BreakCode::Misplaced, CONTENTS));
    }
    if signed.head.case != bag.case || signed.head.device != device {
        return Err(Break::new(BreakCode::Misplaced, at.head));
    }
    Ok(Opened { contents, at, signed })
}

/// Checks a whole bundle, whose lists fit its files, from the signature to every file.
pub(super) fn check<R: Read + Seek>(
    bag: &mut Bag<R>,
    digests: &BTreeMap<String, (Sha256, u64)>,
    opened: Opened,
) -> Result<Closed, Break> {
    let Opened { contents, at, signed } = opened;
    let head = &signed.head;
    let log = Log::read(bag, &at.log, head.device)?;
    let sha256 = contents.sha256().map_err(|_| Break::new(BreakCode::NotCanonical, CONTENTS))?;
    if head.size != log.size() || log.leads_to(head).is_err() {
        // Either the log was changed or the head. A head that its key signed and that ends with this export is not.
        let blamed = match key(bag, head) {
            Some(key) if signed.check(&key.key).is_ok() && closes_with(&log, head, sha256) => &at.log,
            Some(key) if signed.check(&key.key).is_ok() && log.root_at(head.size) != Some(head.root) => &at.log,
            _ => &at.head,
        };
        return Err(Break::new(BreakCode::LogDiffers, blamed));
    }
    if !closes_with(&log, head, sha256) {
        return Err(Break::new(BreakCode::NotExported, CONTENTS));
    }
    check_files(&contents, &at, digests)?;
    check_signature(bag, &at, &signed)?;
    Ok(Closed { head: signed.head, contents, log })
}

/// The closing head is signed by the device key it names, in both its forms.
pub(super) fn check_signature<R: Read + Seek>(
    bag: &mut Bag<R>,
    at: &Closing,
    signed: &SignedHead,
) -> Result<(), Break> {
    let key = key(bag, &signed.head).ok_or_else(|| Break::new(BreakCode::UnknownKey, &at.head))?;
    signed.check(&key.key).map_err(|_| Break::new(BreakCode::BadSignature, &at.head))?;
    bag.check_detached(&at.stem, &signed.head, &signed.signature)
}

/// The device whose closing head is there. The list's word for it is not taken: it may be what was changed.
fn maker<R: Read + Seek>(bag: &Bag<R>, contents: &Contents) -> Result<DeviceId, Break> {
    let paths = bag.paths();
    let mut closing = paths
        .iter()
        .filter_map(|path| path.strip_prefix("data/custody/")?.strip_suffix("-closing.json")?.parse::<DeviceId>().ok());
    match (closing.next(), closing.next()) {
        (Some(device), None) => Ok(device),
        (None, _) => Err(Break::new(BreakCode::Missing, Closing::of(contents.device).head)),
        (Some(device), Some(other)) => {
            let extra = if device == contents.device { other } else { device };
            Err(Break::new(BreakCode::Extra, Closing::of(extra).head))
        }
    }
}

/// Whether the last leaf under the head is the export of these contents.
fn closes_with(log: &Log, head: &Head, contents: Sha256) -> bool {
    head.size.checked_sub(1).is_some_and(|last| log.exported(last) == Some(contents))
}

pub(super) fn check_files(
    contents: &Contents,
    at: &Closing,
    digests: &BTreeMap<String, (Sha256, u64)>,
) -> Result<(), Break> {
    for (path, digest) in &contents.files {
        match digests.get(path) {
            None => return Err(Break::new(BreakCode::Missing, path)),
            Some((actual, _)) if actual != digest => return Err(Break::new(BreakCode::Changed, path)),
            Some(_) => {}
        }
    }
    match digests
        .keys()
        .find(|path| !contents.files.contains_key(*path) && !at.is_beside(path, contents.part.is_some()))
    {
        Some(extra) => Err(Break::new(BreakCode::Extra, extra)),
        None => Ok(()),
    }
}

/// The device key that the head names, if the bundle has it.
fn key<R: Read + Seek>(bag: &mut Bag<R>, head: &Head) -> Option<BundleKey> {
    let keys: Vec<BundleKey> = bag.canonical(KEYS).ok()?;
    keys.into_iter().find(|key| key.kid == head.key && key.role == KeyRole::Device && key.device == Some(head.device))
}
