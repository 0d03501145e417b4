//! A part-bundle: for one audience, with its redacted view of a revision and chosen photos. Of the log it shows the
//! leaves of those photos and of the export itself, each with its proof under the closing head; of all else sibling
//! hashes, and a leaf has 16 random bytes, so that none can be guessed back to its event.
//!
//! It also shows the heads that the gateway countersigned, with the proof that the closing head only added to them. It
//! shows them without the device's signature: that is part of the body whose hash stands in the receipt, and with it
//! masked digits of the record could be found by trying.
//! Not its business: what the audience may see ([`redact`](crate::redact)).

use std::io::{Read, Seek};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Break, BreakCode, Contents, Draft, NotWritten, Report, TrustedKeys, Writer,
    bag::Bag,
    claims::{self, Digests, Keys},
    closing::{self, Opened},
    contents::{CONTENTS, Closing},
    logs::Made,
};
use crate::{
    canon::{self, NotCanonical, Sha256},
    custody::{Consistency, Head, Inclusion, Leaf, SignedHead, Tree},
    id::PartyId,
    wire::{Manifest, Receipt},
};

pub(super) const VIEW: &str = "data/view.json";

/// For whom a part-bundle is, and of what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The audience's code.
    pub audience: String,
    /// The party it is named by, if it is.
    pub party: Option<PartyId>,
    /// The revision that is viewed.
    pub revision: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proven {
    leaf: Leaf,
    proof: Inclusion,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Earlier {
    head: Head,
    proof: Consistency,
}

impl Draft {
    /// Makes it a part: `view` is canonical JSON of the redacted record.
    pub fn part(&mut self, part: Part, view: &[u8]) {
        self.put(VIEW.to_owned(), view);
        self.part = Some(part);
    }

    /// Writes all but the photos of a part. `log` is the maker's whole log up to the export, of which only proofs are
    /// written; `earlier` are the heads that the receipts countersign.
    pub fn close_part<W: std::io::Write + Seek>(
        self,
        sink: W,
        log: &[Leaf],
        closing: &SignedHead,
        earlier: &[Head],
    ) -> Result<Writer<W>, NotWritten> {
        let tree = Tree::from_leaves(log.iter().map(Leaf::hash).collect::<Result<Vec<_>, NotCanonical>>()?);
        let size = closing.head.size;
        let shown = |leaf: &&Leaf| match Made::of(leaf) {
            Some((Made::Photo, sha256)) => self.photos.contains_key(&sha256),
            Some((Made::Export, _)) => leaf.seq + 1 == size,
            _ => false,
        };
        let proven: Vec<Proven> = log
            .iter()
            .filter(shown)
            .filter_map(|leaf| Some(Proven { leaf: leaf.clone(), proof: tree.inclusion(leaf.seq, size)? }))
            .collect();
        let earlier: Vec<Earlier> = earlier
            .iter()
            .filter_map(|head| Some(Earlier { head: head.clone(), proof: tree.consistency(head.size, size)? }))
            .collect();
        let at = Closing::of(self.device);
        let (proven, earlier) = (canon::bytes(&proven)?, canon::bytes(&earlier)?);
        let mut writer = self.begin(sink, closing)?;
        writer.put(&at.leaves, &proven)?;
        writer.put(&at.earlier, &earlier)?;
        Ok(writer)
    }
}

/// Checks a part-bundle, whose lists fit its files, from the signature to every file.
pub(super) fn check<R: Read + Seek>(
    bag: &mut Bag<R>,
    digests: &Digests,
    opened: Opened,
    report: &mut Report,
    trust: Option<&TrustedKeys>,
) -> Result<Head, Break> {
    let Opened { contents, at, signed } = opened;
    let Some(part) = contents.part.clone() else { return Err(Break::new(BreakCode::Malformed, CONTENTS)) };
    let leaves = proven(bag, &at, &signed)?;
    let last = leaves.last().filter(|leaf| leaf.seq + 1 == signed.head.size);
    let last = last.ok_or_else(|| Break::new(BreakCode::Incomplete, &at.leaves))?;
    let sha256 = contents.sha256().map_err(|_| Break::new(BreakCode::NotCanonical, CONTENTS))?;
    if Made::of(last) != Some((Made::Export, sha256)) {
        return Err(Break::new(BreakCode::NotExported, CONTENTS));
    }
    closing::check_files(&contents, &at, digests)?;
    closing::check_signature(bag, &at, &signed)?;
    let keys = claims::keys(bag)?;
    let receipts = claims::receipts(bag, digests, &keys)?;
    let own = countersigned(bag, &at, &signed.head, &receipts)?;
    check_view(bag, &part)?;
    check_photos(digests, &contents, &leaves, &at)?;
    report.part = true;
    report.revision = part.revision;
    vouch(report, trust, &keys, &signed.head, &receipts, &part, &own);
    Ok(signed.head)
}

/// The leaves that are shown, each under the closing head, in the order of the log.
fn proven<R: Read + Seek>(bag: &mut Bag<R>, at: &Closing, signed: &SignedHead) -> Result<Vec<Leaf>, Break> {
    let head = &signed.head;
    let shown: Vec<Proven> = bag.canonical(&at.leaves)?;
    let mut next = 0;
    for Proven { leaf, proof } in &shown {
        if leaf.case != head.case || leaf.device != head.device || leaf.seq < next || leaf.seq != proof.index {
            return Err(Break::new(BreakCode::Misplaced, &at.leaves));
        }
        next = leaf.seq + 1;
        let hash = leaf.hash().map_err(|_| Break::new(BreakCode::NotCanonical, &at.leaves))?;
        if proof.size != head.size || proof.check(hash, head.root).is_err() {
            // A head that its key signed is not to blame.
            let signed = closing::check_signature(bag, at, signed).is_ok();
            return Err(Break::new(BreakCode::Unproven, if signed { &at.leaves } else { &at.head }));
        }
    }
    Ok(shown.into_iter().map(|proven| proven.leaf).collect())
}

/// The earlier heads: each countersigned by a receipt, each the beginning of the closing one. Gives their hashes.
fn countersigned<R: Read + Seek>(
    bag: &mut Bag<R>,
    at: &Closing,
    closing: &Head,
    receipts: &[Receipt],
) -> Result<Vec<(Head, Sha256)>, Break> {
    let unproven = || Break::new(BreakCode::Unproven, &at.earlier);
    let shown: Vec<Earlier> = bag.canonical(&at.earlier)?;
    let mut own: Vec<(Head, Sha256)> = Vec::new();
    for Earlier { head, proof } in shown {
        let sha256 = head.sha256().map_err(|_| unproven())?;
        let fits = head.case == closing.case
            && head.device == closing.device
            && (proof.old, proof.new) == (head.size, closing.size)
            && proof.check(head.root, closing.root).is_ok()
            && own.last().is_none_or(|(before, _)| before.size < head.size);
        if !fits || !receipts.iter().any(|receipt| receipt.head_sha256 == Some(sha256)) {
            return Err(unproven());
        }
        own.push((head, sha256));
    }
    let lacks = |receipt: &Receipt| receipt.head_sha256.is_some_and(|head| own.iter().all(|(_, known)| *known != head));
    if receipts.iter().any(lacks) { Err(Break::new(BreakCode::Incomplete, &at.earlier)) } else { Ok(own) }
}

fn check_view<R: Read + Seek>(bag: &mut Bag<R>, part: &Part) -> Result<(), Break> {
    let view: Value = bag.canonical(VIEW)?;
    let case = view.get("case").and_then(Value::as_str) == Some(bag.case.to_string().as_str());
    let revision = view.get("revision").and_then(Value::as_u64) == Some(part.revision.into());
    if case && revision { Ok(()) } else { Err(Break::new(BreakCode::Misplaced, VIEW)) }
}

/// Every photo is proven to be in the log, and nothing stands where it does not belong.
fn check_photos(digests: &Digests, contents: &Contents, leaves: &[Leaf], at: &Closing) -> Result<(), Break> {
    let shown: Vec<Sha256> =
        leaves.iter().filter_map(Made::of).filter(|(made, _)| *made == Made::Photo).map(|(_, sha256)| sha256).collect();
    for (path, digest) in &contents.files {
        let Some(name) = path.strip_prefix("data/photos/") else { continue };
        if name.split('.').next() != Some(digest.to_string().as_str()) {
            return Err(Break::new(BreakCode::Changed, path));
        }
        if !shown.contains(digest) {
            return Err(Break::new(BreakCode::Unproven, &at.leaves));
        }
    }
    let known = |path: &str| {
        ["data/photos/", "data/receipts/", "data/keys/"].iter().any(|folder| path.starts_with(folder))
            || [VIEW, CONTENTS].contains(&path)
            || at.is_beside(path, true)
    };
    match digests.keys().find(|path| path.starts_with("data/") && !known(path)) {
        Some(path) => Err(Break::new(BreakCode::Misplaced, path)),
        None => Ok(()),
    }
}

fn vouch(
    report: &mut Report,
    trust: Option<&TrustedKeys>,
    keys: &Keys,
    closing: &Head,
    receipts: &[Receipt],
    part: &Part,
    own: &[(Head, Sha256)],
) {
    let trusts = |kid, role| keys.get(kid).is_some_and(|key| trust.is_some_and(|trust| trust.trusts(role, &key.key)));
    let newest = receipts.iter().filter(|receipt| {
        matches!(&receipt.manifest, Manifest::Revision { revision, .. } if *revision == part.revision)
            && own.iter().any(|(head, sha256)| receipt.head_sha256 == Some(*sha256) && head.key == closing.key)
    });
    let gateways: Vec<_> = newest.map(|receipt| &receipt.key).collect();
    let trusted = gateways.iter().find(|kid| trusts(kid, super::KeyRole::Gateway)).copied();
    let device = trusts(&closing.key, super::KeyRole::Device).then_some(&closing.key);
    report.trusted = trusted.or(device).is_some();
    report.signer = Some(trusted.or(device).or(gateways.first().copied()).unwrap_or(&closing.key).clone());
}
