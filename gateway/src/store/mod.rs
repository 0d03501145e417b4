//! What the gateway keeps, behind one trait, so that a larger installation can put another database and object
//! storage behind the same server. Whatever a method has returned `Ok` for survives a power cut.
//!
//! Every write takes the receipt it is to be acknowledged by and stores it in the same transaction; when the same
//! manifest was stored before, the earlier receipt is given back and nothing changes (invariant 3).
//! Not its business: tokens' form, HTTP, signatures.

mod accidents;
mod bytes;
mod claims;
mod feed;
mod group;
mod schema;
mod sqlite;
mod writes;

use std::io::Read;

use jingbao_core::{
    assess::LogLine,
    canon::{PublicKey, Sha256},
    duty::OpenAccident,
    exchange::{CredentialFile, SignedRevocations},
    id::{CaseId, DeviceId, OpId, PhotoId},
    pack::SignedPack,
    time::Timestamp,
    wire::{ClaimReason, ClaimState, EventBatch, Feed, FileReturned, SignedReceipt},
};
use serde::Serialize;

pub use crate::roles::Role;
pub use claims::{Answered, NewClaim, StoredClaim};
pub use sqlite::SqliteStore;

/// The storage itself failed; nothing is known about the operation but that it was not acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// The database.
    #[error("database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The folder.
    #[error("files: {0}")]
    Files(#[from] std::io::Error),
    /// It was written together with others, and the disk did not take them.
    #[error("the transaction was not committed")]
    NotCommitted,
    /// Something stored cannot be read back.
    #[error("stored {0} is unreadable")]
    Unreadable(&'static str),
    /// The database was written by a newer version.
    #[error("the data folder is of schema {0}, newer than this program knows")]
    Newer(i64),
}

/// Why a write was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The same operation, number or sequence was stored before with other bytes.
    #[error("other bytes were stored before")]
    OtherBytes,
    /// The revision or statement before it is not stored, or is not the one named as parent.
    #[error("the parent is missing")]
    MissingParent,
    /// Another phone records this case.
    #[error("another phone is the recorder")]
    OtherRecorder(DeviceId),
    /// The notice's insurer has no desk here, or its record names another one for the party.
    #[error("no such insurer")]
    NoSuchInsurer,
    /// The storage failed.
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Refusal {
        Refusal::Broken(error.into())
    }
}

/// An enrolled device, or a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// The key that signs its heads; a desk signs nothing.
    pub key: Option<PublicKey>,
    /// The company that enrolled it; for an insurer its id in the pack. A driver's phone may have none.
    pub company: String,
    /// What its token may do.
    pub role: Role,
}

/// A revision or statement ready to be stored.
#[derive(Clone, Debug)]
pub struct Document {
    /// The operation's id, its idempotency key.
    pub op: OpId,
    /// The case.
    pub case: CaseId,
    /// Who sends it.
    pub device: DeviceId,
    /// Its number, from 1.
    pub number: u32,
    /// SHA-256 of the canonical `record` or `statement`.
    pub subject: Sha256,
    /// For a revision, the hash of the record before it.
    pub parent: Option<Sha256>,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// A tus upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its id, the last part of its URL.
    pub id: String,
    /// Whose.
    pub device: DeviceId,
    /// For which case.
    pub case: CaseId,
    /// For which photo.
    pub photo: PhotoId,
    /// What the bytes are to hash to.
    pub sha256: Sha256,
    /// Their number.
    pub length: u64,
    /// How many are durably here.
    pub offset: u64,
    /// Whether it has become a photo.
    pub committed: bool,
    /// Where its bytes lie with another tus server: path and query there.
    pub elsewhere: Option<String>,
}

/// The outcome of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The receipt, the same for ever.
    pub receipt: SignedReceipt,
    /// Whether this call stored it, or an earlier one had.
    pub fresh: bool,
}

/// A document in the view of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoredDocument {
    /// Who sent it.
    pub device: DeviceId,
    /// Its number.
    pub number: u32,
    /// SHA-256 of the body.
    pub sha256: Sha256,
    /// Length of the body.
    pub bytes: u64,
    /// SHA-256 of the record or statement in it.
    pub subject_sha256: Sha256,
    /// Its receipt.
    pub receipt: SignedReceipt,
}

/// A photo in the view of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoredPhoto {
    /// Its id.
    pub photo: PhotoId,
    /// Who sent it.
    pub device: DeviceId,
    /// SHA-256 of the original.
    pub sha256: Sha256,
    /// Its length.
    pub bytes: u64,
    /// Its receipt.
    pub receipt: SignedReceipt,
}

/// All that is stored of a case, by hashes and sizes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseView {
    /// The case.
    pub case: CaseId,
    /// `open` while no revision is here, then `stored`.
    pub state: &'static str,
    /// The phone whose revisions count.
    pub recorder: Option<DeviceId>,
    /// Number of the newest revision, 0 when there is none.
    pub revision: u32,
    /// The revisions in order.
    pub revisions: Vec<StoredDocument>,
    /// The statements in order.
    pub statements: Vec<StoredDocument>,
    /// The photos.
    pub photos: Vec<StoredPhoto>,
}

impl CaseView {
    /// Whether this device has contributed to the case.
    pub fn concerns(&self, device: DeviceId) -> bool {
        self.revisions.iter().chain(&self.statements).any(|document| document.device == device)
            || self.photos.iter().any(|photo| photo.device == device)
    }
}

/// The storage of a gateway.
pub trait Store: Send + Sync {
    /// Enrols a device (again): its key, and a token by its hash. Earlier tokens of the device end.
    fn add_device(&self, device: &Device, token: Sha256) -> Result<(), Broken>;
    /// Ends all tokens of a device. Whether it was known.
    fn revoke_device(&self, device: DeviceId) -> Result<bool, Broken>;
    /// Whose token this is.
    fn device_of(&self, token: Sha256) -> Result<Option<Device>, Broken>;

    /// The device of this id.
    fn device(&self, device: DeviceId) -> Result<Option<Device>, Broken>;
    /// Binds a device to the person whose credential has this number, and tells the device of the credential.
    fn bind_device(&self, device: DeviceId, number: &str, credential: &CredentialFile) -> Result<(), Broken>;
    /// The number of the credential that a device is bound to.
    fn person_of(&self, device: DeviceId) -> Result<Option<String>, Broken>;

    /// Stores a revision. The recorder is who stored revision 1.
    fn put_revision(&self, document: &Document, receipt: &SignedReceipt) -> Result<Stored, Refusal>;
    /// Stores a statement.
    fn put_statement(&self, document: &Document, receipt: &SignedReceipt) -> Result<Stored, Refusal>;
    /// Stores a claim notice and tells its insurer.
    fn put_claim(&self, claim: &NewClaim, receipt: &SignedReceipt) -> Result<Stored, Refusal>;
    /// A claim notice with all that was said of it.
    fn claim(&self, case: CaseId, number: u32) -> Result<Option<StoredClaim>, Broken>;
    /// Claim notices to this insurer, or to all, as they came, without their bodies; and where to go on from.
    fn claims(&self, insurer: Option<&str>, after: u64) -> Result<(Vec<StoredClaim>, u64), Broken>;
    /// Keeps an insurer's answer and tells the recorder, the party's own phone and the company. `None` without a notice.
    fn answer_claim(
        &self,
        case: CaseId,
        number: u32,
        answer: (ClaimState, Option<ClaimReason>),
        at: Timestamp,
    ) -> Result<Option<Answered>, Broken>;
    /// Stores those events of the batch that are not here yet.
    fn put_events(&self, batch: &EventBatch, receipt: &SignedReceipt) -> Result<Stored, Refusal>;
    /// Every duty event of every device, by device and number, each with the device's company. A driver's phone is
    /// nobody's to assess and not in it.
    fn log(&self) -> Result<Vec<LogLine>, Broken>;

    /// Tells the recorder that its file was given back, once. Whether it is new here.
    fn return_file(&self, recorder: DeviceId, returned: &FileReturned) -> Result<bool, Broken>;
    /// Opens an accident. Whether it is new here, and whether it is open now.
    fn announce(&self, by: DeviceId, accident: &OpenAccident) -> Result<(bool, bool), Refusal>;
    /// Ends an accident. Whether there is one of this name.
    fn close_accident(&self, id: &str) -> Result<bool, Refusal>;
    /// Open accidents between these WGS-84 degrees: south, north, west, east; by name.
    fn open_accidents(&self, degrees: [f64; 4]) -> Result<Vec<OpenAccident>, Broken>;

    /// Begins an upload at offset 0.
    fn create_upload(&self, upload: &Upload) -> Result<(), Broken>;
    /// The upload of this id.
    fn upload(&self, id: &str) -> Result<Option<Upload>, Broken>;
    /// Writes bytes at `offset`; they count only once settled.
    fn append(&self, id: &str, offset: u64, bytes: &[u8]) -> Result<(), Broken>;
    /// Makes all bytes below `offset` durable and then counts them.
    fn settle(&self, id: &str, offset: u64) -> Result<(), Broken>;
    /// Drops an upload that has not become a photo.
    fn drop_upload(&self, id: &str) -> Result<(), Broken>;
    /// The bytes of an upload.
    fn upload_bytes(&self, id: &str) -> Result<Box<dyn Read + Send>, Broken>;
    /// Turns an upload, whose bytes were found right, into a photo.
    fn put_photo(&self, upload: &Upload, receipt: &SignedReceipt) -> Result<Stored, Refusal>;
    /// The receipt for this manifest, if there is one.
    fn receipt(&self, manifest: Sha256) -> Result<Option<SignedReceipt>, Broken>;

    /// What is stored of a case; `None` when nothing is.
    fn case(&self, case: CaseId) -> Result<Option<CaseView>, Broken>;
    /// Whether a specialist's phone of this company has contributed to the case.
    fn has_people_at(&self, company: &str, case: CaseId) -> Result<bool, Broken>;
    /// The bytes of a photo of a case.
    fn photo_bytes(&self, case: CaseId, sha256: Sha256) -> Result<Option<Box<dyn Read + Send>>, Broken>;
    /// Tells every device of a rule pack, once. Whether it is new here.
    fn publish_pack(&self, pack: &SignedPack) -> Result<bool, Broken>;
    /// Tells every device of a list of revocations, once. Whether it is new here.
    fn publish_revocations(&self, list: &SignedRevocations) -> Result<bool, Broken>;
    /// What is new for this reader since a cursor it was given; at most 200 entries, and no more than a phone reads.
    fn feed(&self, reader: &Device, after: u64) -> Result<Feed, Broken>;
}
