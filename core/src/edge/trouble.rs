//! Everything that can go wrong at the edge, richly; [`Trouble::code`] is the text a person reads about it.

use crate::{
    canon::NotCanonical,
    claim::NoNotice,
    custody::bundle::NotWritten,
    duty::NotDeclared,
    evidence::NotDerived,
    exchange::{BadCode, RevocationsRefused},
    form::{
        AnswerRefused, ConsentRefused, HandoverRefused, NotErased, NotSealable, SigningRefused, StatementRefused,
        SubstituteRefused,
    },
    pack::PackRefused,
    redact::NoView,
};

use super::ports::PortFailed;

/// What went wrong. Nothing that was acknowledged before is lost by any of these.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The store cannot be opened with this key; its bytes are untouched.
    #[error("the store does not open with this key")]
    WrongKey,
    /// There is a store, but the phone has no key for it any more.
    #[error("the key of the store is missing")]
    KeyMissing,
    /// There is a key, but the store that belongs to it is not where it should be: not mounted, or removed.
    #[error("the store of this key is missing")]
    StoreMissing,
    /// The store was begun with another device key: it came here from a backup, or the phone has lost its key.
    #[error("the store belongs to another device key")]
    OtherPhone,
    /// A newer app wrote the store.
    #[error("the store was written by a newer version ({found} > {known})")]
    NewerStore {
        /// Version found.
        found: i64,
        /// Newest version known here.
        known: i64,
    },
    /// The folder cannot be written.
    #[error("the folder cannot be written")]
    NotWritable,
    /// Another process of the app has the store open.
    #[error("the store is open elsewhere")]
    Busy,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The database refused.
    #[error("database: {0}")]
    Database(rusqlite::Error),
    /// A file operation failed.
    #[error("file: {0}")]
    File(std::io::Error),
    /// A sealed photo does not decrypt: it was changed on disk, or cut.
    #[error("a stored photo is damaged")]
    DamagedPhoto,
    /// The photo is not there (any more).
    #[error("the photo is gone")]
    PhotoGone,
    /// The photo is longer than what is handed to a screen.
    #[error("the photo is too large to be shown")]
    TooLargeToShow,
    /// The photo has no bytes.
    #[error("the photo is empty")]
    EmptyPhoto,
    /// The bytes are no picture at all.
    #[error("the file is not a picture")]
    NotAPhoto,
    /// The bytes are no recording.
    #[error("the file is not a recording")]
    NotAVoice,
    /// Nothing stands for a photo.
    #[error(transparent)]
    Substitute(#[from] SubstituteRefused),
    /// There is no copy of a photo.
    #[error(transparent)]
    Derive(#[from] NotDerived),
    /// A service of the phone failed.
    #[error(transparent)]
    Port(#[from] PortFailed),
    /// There is no such case here.
    #[error("no such case")]
    UnknownCase,
    /// The text is not an identifier, a party or a hash.
    #[error("not a valid identifier")]
    BadId,
    /// An answer is refused.
    #[error(transparent)]
    Answer(#[from] AnswerRefused),
    /// A consent or its withdrawal is refused.
    #[error(transparent)]
    Consent(#[from] ConsentRefused),
    /// A step of a hand-over is refused.
    #[error(transparent)]
    Handover(#[from] HandoverRefused),
    /// A photo is not erased.
    #[error(transparent)]
    Erasing(#[from] NotErased),
    /// A signature is refused.
    #[error(transparent)]
    Signing(#[from] SigningRefused),
    /// The case cannot be sealed.
    #[error(transparent)]
    Sealing(#[from] NotSealable),
    /// A statement is refused.
    #[error(transparent)]
    Statement(#[from] StatementRefused),
    /// A code is refused.
    #[error(transparent)]
    Code(#[from] BadCode),
    /// The plate of the survey car is none.
    #[error("not a plate")]
    Vehicle,
    /// An urgent task is not declared.
    #[error(transparent)]
    Urgent(#[from] NotDeclared),
    /// This phone has no credential.
    #[error("no credential here")]
    NoCredential,
    /// The association did not issue it.
    #[error("a credential of somebody else's")]
    CredentialNotIssued,
    /// It is bound to another phone's key.
    #[error("a credential of another phone")]
    CredentialOfOtherPhone,
    /// A list of revocations is not taken; the old one stays.
    #[error(transparent)]
    Revocations(#[from] RevocationsRefused),
    /// No view is made for this audience.
    #[error(transparent)]
    NoView(#[from] NoView),
    /// There is no claim notice.
    #[error(transparent)]
    Claim(#[from] NoNotice),
    /// There is no such sealed revision on this phone.
    #[error("no such sealed revision here")]
    NotSealed,
    /// A rule pack is not taken; the old one stays in force.
    #[error(transparent)]
    Pack(#[from] PackRefused),
    /// The road may not be cleared: the law forbids leaving, or facts or photos are missing.
    #[error("not to be cleared: {0}")]
    NotToClear(&'static str),
    /// The gateway's address, key or certificate in the configuration cannot be used.
    #[error("configuration: {0}")]
    Configuration(&'static str),
    /// The engine was shut down.
    #[error("shut down")]
    ShutDown,
    /// The app went to the background while this was under way; it goes on where it was.
    #[error("suspended")]
    Suspended,
    /// No canonical form; a bug, told instead of a panic.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// The bundle could not be written.
    #[error("the bundle could not be written")]
    Bundle(NotWritten),
    /// The text is no public key that a file could be encrypted to.
    #[error("not a key to encrypt to")]
    BadRecipient,
    /// Stored bytes do not read back; they are kept as they are.
    #[error("stored bytes do not read back")]
    Unreadable,
}

impl Trouble {
    /// The text code of what to tell the person: `error-…`.
    pub fn code(&self) -> &'static str {
        match self {
            Trouble::WrongKey => "error-wrong-key",
            Trouble::KeyMissing => "error-key-missing",
            Trouble::StoreMissing => "error-store-missing",
            Trouble::OtherPhone => "error-other-phone",
            Trouble::NewerStore { .. } => "error-newer-store",
            Trouble::NotWritable => "error-not-writable",
            Trouble::Busy => "error-busy",
            Trouble::DiskFull => "error-disk-full",
            Trouble::Database(_)
            | Trouble::File(_)
            | Trouble::Bundle(_)
            | Trouble::NotCanonical(_)
            | Trouble::Unreadable => "error-storage",
            Trouble::DamagedPhoto => "error-damaged-photo",
            Trouble::PhotoGone => "error-photo-gone",
            Trouble::TooLargeToShow => "error-too-large-to-show",
            Trouble::EmptyPhoto => "error-empty-photo",
            Trouble::NotAPhoto => "error-not-a-photo",
            Trouble::NotAVoice => "error-not-a-voice",
            Trouble::Substitute(refused) => match refused {
                SubstituteRefused::NotRecorder => "error-not-recorder",
                SubstituteRefused::UnknownSlot => "error-substitute-slot",
                SubstituteRefused::UnknownReason => "error-substitute-reason",
                SubstituteRefused::NoWords => "error-substitute-words",
                SubstituteRefused::TooLong => "error-too-long",
            },
            Trouble::Derive(reason) => match reason {
                NotDerived::Undecodable => "error-copy-undecodable",
                NotDerived::TooLarge => "error-copy-too-large",
                NotDerived::DoesNotFit => "error-copy-does-not-fit",
            },
            Trouble::Port(_) => "error-port",
            Trouble::UnknownCase => "error-unknown-case",
            Trouble::BadId => "error-bad-id",
            Trouble::Vehicle => "error-vehicle",
            Trouble::Urgent(refused) => refused.code(),
            Trouble::BadRecipient => "error-bad-recipient",
            Trouble::Answer(refused) => match refused {
                AnswerRefused::UnknownQuestion => "error-unknown-question",
                AnswerRefused::WrongSubject => "error-wrong-subject",
                AnswerRefused::NotYours => "error-not-yours",
                AnswerRefused::NoSuchParty => "error-no-such-party",
                AnswerRefused::TooEarly => "error-too-early",
                AnswerRefused::Invalid { .. } => "error-invalid-answer",
                AnswerRefused::TooLong => "error-too-long",
            },
            Trouble::Consent(refused) => match refused {
                ConsentRefused::NoSuchParty => "error-consent-no-party",
                ConsentRefused::NotYours => "error-not-yours",
                ConsentRefused::NoText => "error-consent-no-text",
                ConsentRefused::NothingToWithdraw => "error-consent-nothing-to-withdraw",
            },
            Trouble::Handover(refused) => refused.code(),
            Trouble::Erasing(refused) => match refused {
                NotErased::NoSuchPhoto => "error-erase-no-photo",
                NotErased::Unsent => "error-erase-unsent",
            },
            Trouble::Signing(refused) => match refused {
                SigningRefused::NoDrawing => "error-no-drawing",
                SigningRefused::TooEarly => "error-too-early",
                SigningRefused::Stale => "error-stale-document",
                SigningRefused::NothingShown => "error-nothing-shown",
                SigningRefused::NotYours => "error-not-yours",
                SigningRefused::NoFactor => "error-no-factor",
                SigningRefused::WrongCode => "error-wrong-code",
                SigningRefused::NoWitness => "error-no-witness",
                SigningRefused::NotCanonical => "error-storage",
            },
            Trouble::Sealing(refused) => match refused {
                NotSealable::NotRecorder => "error-not-recorder",
                NotSealable::NotCleared => "error-not-cleared",
                NotSealable::Missing(_) => "error-seal-missing",
                NotSealable::Inconsistent { .. } => "error-seal-inconsistent",
                NotSealable::Unsigned => "error-seal-unsigned",
                NotSealable::NoReason => "error-seal-no-reason",
                NotSealable::NotCanonical => "error-storage",
            },
            Trouble::Statement(refused) => match refused {
                StatementRefused::AnotherCase => "error-another-case",
                StatementRefused::Replayed => "error-replayed",
                StatementRefused::NotRecorder => "error-not-recorder",
                StatementRefused::OtherNature => "error-other-nature",
                StatementRefused::NotIts => "error-not-yours",
                StatementRefused::TooLong => "error-too-long",
                StatementRefused::NoText => "error-consent-no-text",
            },
            Trouble::Code(refused) => refused.code(),
            Trouble::NoCredential => "error-credential-none",
            Trouble::CredentialNotIssued => "error-credential-not-issued",
            Trouble::CredentialOfOtherPhone => "error-credential-other-phone",
            Trouble::Revocations(refused) => refused.code(),
            Trouble::NoView(reason) => reason.code(),
            Trouble::Claim(reason) => reason.code(),
            Trouble::NotSealed => "error-not-sealed",
            Trouble::Pack(refused) => match refused {
                PackRefused::NoKey => "pack-refused-no_key",
                PackRefused::NotReadable { .. } => "pack-refused-not_readable",
                PackRefused::NotSigned => "pack-refused-not_signed",
                PackRefused::Schema { .. } => "pack-refused-schema",
                PackRefused::OtherRegion { .. } => "pack-refused-other_region",
                PackRefused::NotNewer { .. } => "pack-refused-not_newer",
            },
            Trouble::NotToClear(code) => code,
            Trouble::Configuration(code) => code,
            Trouble::ShutDown => "error-shut-down",
            Trouble::Suspended => "error-suspended",
        }
    }
}

impl From<NotWritten> for Trouble {
    fn from(error: NotWritten) -> Self {
        match error {
            NotWritten::Io(io) => io.into(),
            NotWritten::PhotoChanged(_) => Trouble::DamagedPhoto,
            other => Trouble::Bundle(other),
        }
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Trouble::WrongKey,
            Some(ErrorCode::DiskFull) => Trouble::DiskFull,
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Trouble::NotWritable,
            _ => Trouble::Database(error),
        }
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Trouble::DiskFull,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::NotADirectory => {
                Trouble::NotWritable
            }
            _ => Trouble::File(error),
        }
    }
}
