//! What the verifier says. A [`Break`] is a code and a file; the sentence for it is in the catalogues under
//! `custody-break-<code>`.

use serde::Serialize;

use crate::{canon::KeyId, id::CaseId, time::Timestamp};

/// The outcome of checking a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Nothing is missing, added, changed or contradictory.
    pub whole: bool,
    /// A key the reader trusts vouches for the newest revision and for the whole content. Never true when not whole.
    pub trusted: bool,
    /// The key that vouches: a gateway's by its receipt, else the device's by its head.
    pub signer: Option<KeyId>,
    /// The case.
    pub case: CaseId,
    /// Number of the newest revision, 0 when there is none.
    pub revision: u32,
    /// Photos in the bundle.
    pub photos: u32,
    /// It is a part for one audience: `whole` says that nothing of that part is missing or changed.
    pub part: bool,
    /// When the bundle was made, by the clock of the phone that made it: it knows nothing of what came later.
    pub made_at: Option<Timestamp>,
    /// The newest time-stamp of an authority outside, over the signature of a head.
    pub stamped: Option<Stamped>,
    /// The first broken thing.
    pub first_break: Option<Break>,
}

/// A time-stamp that is about what it stands beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stamped {
    /// When the head's signature was there, by the authority's clock.
    pub at: Timestamp,
    /// Whether an authority that the reader gave has signed it.
    pub checked: bool,
}

/// Something broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Break {
    /// What is wrong.
    pub code: BreakCode,
    /// The file it is wrong with, below the bag's folder.
    pub file: String,
}

impl Break {
    pub(super) fn new(code: BreakCode, file: impl Into<String>) -> Break {
        Break { code, file: file.into() }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What can be wrong with a bundle.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        pub enum BreakCode {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl BreakCode {
            /// Every code, for the catalogues' completeness test.
            pub const ALL: &[BreakCode] = &[$(BreakCode::$name,)*];

            /// The code as it travels, and the end of its text's key (with `-` for `_`).
            pub fn as_str(self) -> &'static str {
                match self {
                    $(BreakCode::$name => $text,)*
                }
            }
        }
    };
}

codes! {
    /// A file is compressed or encrypted; a bundle is stored plainly.
    NotStored = "not_stored",
    /// A file's name leads outside the bag or is not plain.
    BadName = "bad_name",
    /// The zip has bytes that belong to no file, files that overlap, or a name twice.
    HiddenBytes = "hidden_bytes",
    /// A file is larger than its kind may be.
    TooLarge = "too_large",
    /// The file cannot be read.
    Unreadable = "unreadable",
    /// A file that must be there is not.
    Missing = "missing",
    /// A file is there that no list names.
    Extra = "extra",
    /// The file is not what its list says it is.
    Changed = "changed",
    /// The file is not of the form it must have.
    Malformed = "malformed",
    /// The file is about another case, device or number than its name says.
    Misplaced = "misplaced",
    /// JSON that was hashed or signed is not in its canonical form.
    NotCanonical = "not_canonical",
    /// A revision does not follow the one before it.
    ChainBroken = "chain_broken",
    /// A custody log does not lead to the root that was signed.
    LogDiffers = "log_differs",
    /// The signed log does not contain the sealing of this record or statement.
    NotInLog = "not_in_log",
    /// A signature does not fit.
    BadSignature = "bad_signature",
    /// A signature names a key that the bundle lacks.
    UnknownKey = "unknown_key",
    /// A receipt speaks of something else than what the bundle holds.
    ReceiptDiffers = "receipt_differs",
    /// A photo that the record names is neither there nor declared as left out.
    PhotoMissing = "photo_missing",
    /// The signed log does not name this list of contents as what was exported last.
    NotExported = "not_exported",
    /// A proof does not lead to the signed root, or there is none.
    Unproven = "unproven",
    /// The log speaks of a sealed revision or a statement that is not there.
    Incomplete = "incomplete",
    /// A time-stamp is about something else than the head it stands beside.
    StampDiffers = "stamp_differs",
    /// A photo that no record, statement or receipt names.
    PhotoUnknown = "photo_unknown",
}

/// The file is no bundle at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotABundle {
    /// Not a zip file of the plain kind that bundles are.
    #[error("not a plain zip file")]
    NotAZip,
    /// A zip, but without the one folder `jingbao-<case>/`.
    #[error("no folder of a case in it")]
    NoCase,
    /// More files than a bundle can have.
    #[error("too many files")]
    TooMany,
}
