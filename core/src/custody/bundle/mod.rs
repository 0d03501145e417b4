//! A whole case as one file for a stranger: a BagIt bag (RFC 8493) in a stored zip, checkable with `sha256sum -c` and
//! `openssl dgst -sha256 -verify` alone, and by [`verify`] to the last leaf.
//!
//! A [`Draft`] gathers the parts and lists them; the maker's log names the list, its head is signed, and a [`Writer`]
//! writes it all in constant memory, the same bytes for the same parts. [`verify`] never panics, holds at most one
//! small file in memory, believes nothing that is not under a signature, and names the first thing that is broken.
//! Not its business: where the parts are kept, whom to trust ([`TrustedKeys`] says it), files on a disk.
//!
//! Inside `jingbao-<case>/`:
//!
//! | path | what |
//! |---|---|
//! | `data/record/revision-N.json` | the body of the revision as it was sent: `{record, head}` |
//! | `data/statements/<device>-N.json` | the body of a statement as it was sent |
//! | `data/notices/notice-N.json` | the body of a claim notice as it was sent, or was to be |
//! | `data/custody/<device>.jsonl`, `<device>-heads.jsonl` | leaves; signed heads; and `<device>-head-<size>.signed.json` + `.sig` for openssl |
//! | `data/receipts/<op>.json` | a signed receipt; `<op>.signed.json` + `<op>.sig` for openssl |
//! | `data/timestamps/<device>-head-<size>.tsr` | what a time-stamping authority said of that head's `.sig` (RFC 3161) |
//! | `data/photos/<sha256>.<ext>` | original photo bytes |
//! | `data/keys/<kid>.pem`, `data/keys/keys.json` | every key that signed |
//! | `data/agreement.html` | the newest revision as its maker prints it; the record is what counts |
//! | `data/view.json`, `data/custody/<device>-leaves.json`, `<device>-earlier.json` | in a part, instead of record, statements, log and heads |
//! | `data/contents.json` | hash of every file above and of `README.txt`, and what is left out |
//! | `data/custody/<device>-closing.json` | the maker's signed head over the log whose last event names `contents.json` |

mod bag;
mod claims;
mod closing;
mod contents;
mod draft;
mod keys;
mod logs;
mod part;
mod report;
mod stamps;
mod tags;
mod verify;
mod write;

#[cfg(test)]
mod tests;

pub use contents::Contents;
pub use draft::Draft;
pub use keys::{BundleKey, KeyRole, TrustedKey, TrustedKeys};
pub use part::Part;
pub use report::{Break, BreakCode, NotABundle, Report, Stamped};
pub use verify::{verify, verify_under};
pub use write::{NotWritten, Writer};

/// Largest file other than a photo or a custody log, bytes.
pub const MAX_DOCUMENT: u64 = 16 << 20;
/// Largest photo, bytes.
pub const MAX_PHOTO: u64 = 512 << 20;
/// Largest custody log, bytes.
pub const MAX_LOG: u64 = 256 << 20;
/// Longest line of a custody log, bytes.
pub const MAX_LINE: u64 = 1 << 20;
/// Most files in a bundle.
pub const MAX_FILES: usize = 4096;

const BAGIT: &str = "bagit.txt";
const BAG_INFO: &str = "bag-info.txt";
const MANIFEST: &str = "manifest-sha256.txt";
const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
const README: &str = "README.txt";
const KEYS: &str = "data/keys/keys.json";
const STAMPS: &str = "data/timestamps/";
const AGREEMENT: &str = "data/agreement.html";
