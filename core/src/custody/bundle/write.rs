//! Writes a bundle part by part. Ends with [`Writer::finish`]; dropped before that it leaves an unfinished zip, which
//! no verifier takes for a bundle. Not its business: whether the parts agree with each other (that is `verify`).

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read, Seek, Write},
};

use zip::{CompressionMethod, DateTime, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{AGREEMENT, BAG_INFO, BAGIT, BundleKey, KEYS, MANIFEST, README, TAG_MANIFEST, tags};
use crate::{
    canon::{self, NotCanonical, Sha256, Sha256Stream},
    custody::{Leaf, SignedHead},
    id::{CaseId, DeviceId, OpId},
    wire::SignedReceipt,
};

/// The bundle could not be written.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// The place it is written to failed.
    #[error("cannot write the bundle: {0}")]
    Io(#[from] io::Error),
    /// The zip layer refused, e.g. a part given twice.
    #[error("cannot write the bundle: {0}")]
    Zip(#[from] ZipError),
    /// A part has no canonical form.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// A photo's bytes are not those of the hash it was given under.
    #[error("photo {0} has other bytes than its hash says")]
    PhotoChanged(Sha256),
}

/// A bundle in the making.
pub struct Writer<W: Write + Seek> {
    zip: ZipWriter<W>,
    case: CaseId,
    payload: BTreeMap<String, Sha256>,
    payload_bytes: u64,
    tag_files: BTreeMap<String, Sha256>,
    keys: Vec<BundleKey>,
    left_out: BTreeSet<Sha256>,
}

impl<W: Write + Seek> Writer<W> {
    /// Starts the bundle of a case.
    pub fn new(sink: W, case: CaseId) -> Writer<W> {
        Writer {
            zip: ZipWriter::new(sink),
            case,
            payload: BTreeMap::new(),
            payload_bytes: 0,
            tag_files: BTreeMap::new(),
            keys: Vec::new(),
            left_out: BTreeSet::new(),
        }
    }

    /// The body of revision `n` as it was sent.
    pub fn revision(&mut self, n: u32, body: &[u8]) -> Result<(), NotWritten> {
        self.put(format!("data/record/revision-{n}.json"), body)
    }

    /// The body of statement `n` of a device as it was sent.
    pub fn statement(&mut self, device: DeviceId, n: u32, body: &[u8]) -> Result<(), NotWritten> {
        self.put(format!("data/statements/{device}-{n}.json"), body)
    }

    /// A device's log, leaf by leaf in order.
    pub fn custody(&mut self, device: DeviceId, leaves: impl Iterator<Item = Leaf>) -> Result<(), NotWritten> {
        let path = format!("data/custody/{device}.jsonl");
        self.start(&path)?;
        let (mut digest, mut length) = (Sha256Stream::default(), 0);
        for leaf in leaves {
            let mut line = leaf.bytes()?;
            line.push(b'\n');
            digest.update(&line);
            length += line.len() as u64;
            self.zip.write_all(&line)?;
        }
        self.listed(path, digest.finish(), length);
        Ok(())
    }

    /// The signed heads of a device's log; each also as signed bytes and signature for openssl.
    pub fn heads(&mut self, device: DeviceId, heads: &[SignedHead]) -> Result<(), NotWritten> {
        let mut lines = Vec::new();
        for head in heads {
            lines.extend(canon::bytes(head)?);
            lines.push(b'\n');
        }
        self.put(format!("data/custody/{device}-heads.jsonl"), &lines)?;
        for head in heads {
            let stem = format!("data/custody/{device}-head-{}", head.head.size);
            self.put(format!("{stem}.signed.json"), &head.head.bytes()?)?;
            self.put(format!("{stem}.sig"), &head.signature.0)?;
        }
        Ok(())
    }

    /// A receipt, under the operation it ended.
    pub fn receipt(&mut self, op: OpId, receipt: &SignedReceipt) -> Result<(), NotWritten> {
        self.put(format!("data/receipts/{op}.json"), &canon::bytes(receipt)?)?;
        self.put(format!("data/receipts/{op}.signed.json"), &canon::bytes(&receipt.receipt)?)?;
        self.put(format!("data/receipts/{op}.sig"), &receipt.signature.0)
    }

    /// A photo's original bytes, read in pieces. `ext` is its usual file ending without the dot.
    pub fn photo(&mut self, sha256: Sha256, ext: &str, mut bytes: impl Read) -> Result<(), NotWritten> {
        let plain = !ext.is_empty() && ext.len() <= 8 && ext.bytes().all(|b| b.is_ascii_alphanumeric());
        let path = format!("data/photos/{sha256}.{}", if plain { ext } else { "bin" });
        self.start(&path)?;
        let (mut digest, mut length, mut piece) = (Sha256Stream::default(), 0, vec![0; 64 << 10]);
        loop {
            let read = bytes.read(&mut piece)?;
            if read == 0 {
                break;
            }
            digest.update(&piece[..read]);
            length += read as u64;
            self.zip.write_all(&piece[..read])?;
        }
        if digest.clone().finish() != sha256 {
            return Err(NotWritten::PhotoChanged(sha256));
        }
        self.listed(path, sha256, length);
        Ok(())
    }

    /// Declares that a photo of the record is left out on purpose.
    pub fn leave_out(&mut self, sha256: Sha256) {
        self.left_out.insert(sha256);
    }

    /// The printable agreement.
    pub fn agreement(&mut self, html: &str) -> Result<(), NotWritten> {
        self.put(AGREEMENT.to_owned(), html.as_bytes())
    }

    /// A key that signed something in here. The same key twice is one.
    pub fn key(&mut self, key: BundleKey) {
        if !self.keys.iter().any(|known| known.kid == key.kid) {
            self.keys.push(key);
        }
    }

    /// Writes keys and lists, and gives the sink back.
    pub fn finish(mut self) -> Result<W, NotWritten> {
        let mut keys = std::mem::take(&mut self.keys);
        keys.sort_by(|a, b| a.kid.cmp(&b.kid));
        for key in &keys {
            self.put(format!("data/keys/{}.pem", key.kid.0), key.key.to_pem().as_bytes())?;
        }
        self.put(KEYS.to_owned(), &canon::bytes(&keys)?)?;
        let info = tags::BagInfo {
            case: self.case,
            oxum: (self.payload_bytes, self.payload.len()),
            left_out: std::mem::take(&mut self.left_out),
        };
        let manifest = tags::render_manifest(&self.payload);
        self.put_tag(BAGIT, tags::BAGIT_TEXT)?;
        self.put_tag(BAG_INFO, &info.render())?;
        self.put_tag(README, &tags::readme(self.case))?;
        self.put_tag(MANIFEST, &manifest)?;
        let tag_manifest = tags::render_manifest(&self.tag_files);
        self.put_tag(TAG_MANIFEST, &tag_manifest)?;
        Ok(self.zip.finish()?)
    }

    fn put(&mut self, path: String, bytes: &[u8]) -> Result<(), NotWritten> {
        self.start(&path)?;
        self.zip.write_all(bytes)?;
        self.listed(path, Sha256::of(bytes), bytes.len() as u64);
        Ok(())
    }

    fn put_tag(&mut self, path: &str, text: &str) -> Result<(), NotWritten> {
        self.start(path)?;
        self.zip.write_all(text.as_bytes())?;
        self.tag_files.insert(path.to_owned(), Sha256::of(text.as_bytes()));
        Ok(())
    }

    fn listed(&mut self, path: String, digest: Sha256, length: u64) {
        self.payload.insert(path, digest);
        self.payload_bytes += length;
    }

    fn start(&mut self, path: &str) -> Result<(), NotWritten> {
        // One fixed time for all: same parts, same bytes.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        Ok(self.zip.start_file(format!("jingbao-{}/{path}", self.case), options)?)
    }
}
