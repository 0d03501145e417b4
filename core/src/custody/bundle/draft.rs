//! The parts of a bundle before it is written: what the list of contents is made of. Photos are known by their hashes
//! alone. Ends in [`Draft::contents`], whose hash the maker's log must name, and in [`Draft::close`].
//! Not its business: whether the parts agree with each other (that is `verify`).

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Seek, Write},
};

use super::{
    AGREEMENT, BundleKey, Contents, KEYS, NotWritten, Part, README, STAMPS, Writer,
    contents::{Closing, LAYOUT},
    tags,
};
use crate::{
    canon::{self, NotCanonical, Sha256},
    custody::{Leaf, SignedHead},
    id::{CaseId, DeviceId, OpId},
    wire::SignedReceipt,
};

/// A bundle in the making, by one device.
#[derive(Clone)]
pub struct Draft {
    pub(super) case: CaseId,
    pub(super) device: DeviceId,
    /// Small files as they will stand.
    pub(super) files: BTreeMap<String, Vec<u8>>,
    /// Photos by hash, with their usual file ending.
    pub(super) photos: BTreeMap<Sha256, String>,
    pub(super) left_out: BTreeSet<Sha256>,
    pub(super) part: Option<Part>,
    keys: BTreeMap<String, BundleKey>,
}

impl Draft {
    /// Starts the bundle of a case; `device` makes it.
    pub fn new(case: CaseId, device: DeviceId) -> Draft {
        let (files, photos) = (BTreeMap::new(), BTreeMap::new());
        Draft { case, device, files, photos, left_out: BTreeSet::new(), part: None, keys: BTreeMap::new() }
    }

    /// The body of revision `n` as it was sent.
    pub fn revision(&mut self, n: u32, body: &[u8]) {
        self.put(format!("data/record/revision-{n}.json"), body);
    }

    /// The body of statement `n` of a device as it was sent.
    pub fn statement(&mut self, device: DeviceId, n: u32, body: &[u8]) {
        self.put(format!("data/statements/{device}-{n}.json"), body);
    }

    /// The body of claim notice `n` as it was sent, or was to be.
    pub fn notice(&mut self, n: u32, body: &[u8]) {
        self.put(format!("data/notices/notice-{n}.json"), body);
    }

    /// The log of another device than the maker, leaf by leaf in order.
    pub fn other_log(&mut self, device: DeviceId, leaves: &[Leaf]) -> Result<(), NotCanonical> {
        let mut lines = Vec::new();
        for leaf in leaves {
            lines.extend(leaf.bytes()?);
            lines.push(b'\n');
        }
        self.put(format!("data/custody/{device}.jsonl"), &lines);
        Ok(())
    }

    /// The earlier signed heads of a device's log; each also as signed bytes and signature for openssl.
    pub fn heads(&mut self, device: DeviceId, heads: &[SignedHead]) -> Result<(), NotCanonical> {
        let mut lines = Vec::new();
        for head in heads {
            lines.extend(canon::bytes(head)?);
            lines.push(b'\n');
            let stem = format!("data/custody/{device}-head-{}", head.head.size);
            self.put(format!("{stem}.signed.json"), &head.head.bytes()?);
            self.put(format!("{stem}.sig"), &head.signature.0);
        }
        self.put(format!("data/custody/{device}-heads.jsonl"), &lines);
        Ok(())
    }

    /// A time-stamp over the signature of one of the [`heads`](Draft::heads): a TimeStampResp (RFC 3161).
    pub fn stamp(&mut self, device: DeviceId, size: u64, answer: &[u8]) {
        self.put(format!("{STAMPS}{device}-head-{size}.tsr"), answer);
    }

    /// A receipt, under the operation it ended.
    pub fn receipt(&mut self, op: OpId, receipt: &SignedReceipt) -> Result<(), NotCanonical> {
        self.put(format!("data/receipts/{op}.json"), &canon::bytes(receipt)?);
        self.put(format!("data/receipts/{op}.signed.json"), &canon::bytes(&receipt.receipt)?);
        self.put(format!("data/receipts/{op}.sig"), &receipt.signature.0);
        Ok(())
    }

    /// A photo whose bytes are written later. `ext` is its usual file ending without the dot. The same bytes twice are
    /// one file (T20).
    pub fn photo(&mut self, sha256: Sha256, ext: &str) {
        let plain = !ext.is_empty() && ext.len() <= 8 && ext.bytes().all(|b| b.is_ascii_alphanumeric());
        self.photos.entry(sha256).or_insert_with(|| if plain { ext } else { "bin" }.to_owned());
    }

    /// Whether a photo is in it.
    pub fn holds(&self, sha256: Sha256) -> bool {
        self.photos.contains_key(&sha256)
    }

    /// Declares that a photo of the case is left out on purpose.
    pub fn leave_out(&mut self, sha256: Sha256) {
        self.left_out.insert(sha256);
    }

    /// The printable agreement.
    pub fn agreement(&mut self, html: &str) {
        self.put(AGREEMENT.to_owned(), html.as_bytes());
    }

    /// A key that signed something in here. The same key twice is one.
    pub fn key(&mut self, key: BundleKey) {
        self.keys.entry(key.kid.0.clone()).or_insert(key);
    }

    /// The list of all that is given now. Its hash belongs into the export's event, under the closing head.
    pub fn contents(&self) -> Result<Contents, NotCanonical> {
        let small = self.complete()?;
        let photos = self.photos.iter().map(|(sha256, ext)| (photo_path(*sha256, ext), *sha256));
        let files = small.iter().map(|(path, bytes)| (path.clone(), Sha256::of(bytes))).chain(photos).collect();
        let (left_out, part) = (self.left_out.clone(), self.part.clone());
        Ok(Contents { layout: LAYOUT, case: self.case, device: self.device, files, left_out, part })
    }

    /// Writes all but the photos. `log` is the maker's log up to the export, `closing` the signed head over it.
    pub fn close<W: Write + Seek>(
        self,
        sink: W,
        log: impl Iterator<Item = Leaf>,
        closing: &SignedHead,
    ) -> Result<Writer<W>, NotWritten> {
        let at = Closing::of(self.device);
        let mut writer = self.begin(sink, closing)?;
        writer.log(&at.log, log)?;
        Ok(writer)
    }

    pub(super) fn begin<W: Write + Seek>(self, sink: W, closing: &SignedHead) -> Result<Writer<W>, NotWritten> {
        let contents = self.contents()?;
        let files = self.complete()?;
        Writer::begin(sink, self, &contents, &files, closing)
    }

    /// The small files with those that follow from all parts: keys and the words for a stranger.
    fn complete(&self) -> Result<BTreeMap<String, Vec<u8>>, NotCanonical> {
        let mut files = self.files.clone();
        for key in self.keys.values() {
            files.insert(format!("data/keys/{}.pem", key.kid.0), key.key.to_pem().into_bytes());
        }
        files.insert(KEYS.to_owned(), canon::bytes(&self.keys.values().collect::<Vec<_>>())?);
        files.insert(README.to_owned(), tags::readme(self.case, self.part.is_some()).into_bytes());
        Ok(files)
    }

    pub(super) fn put(&mut self, path: String, bytes: &[u8]) {
        self.files.insert(path, bytes.to_vec());
    }
}

pub(super) fn photo_path(sha256: Sha256, ext: &str) -> String {
    format!("data/photos/{sha256}.{ext}")
}
