//! A bundle's bytes, also out of an envelope of age that is for the reader's key (age-encryption.org/v1). It is decrypted
//! where it is read, 64 KiB at a time, never onto the disk. Ends in something to read, or in the code of what is wrong.

use std::{
    fs::File,
    io::{BufReader, Read, Seek},
    path::Path,
};

use age::{DecryptError, Decryptor, IdentityFile};

/// How every envelope begins.
const MAGIC: &[u8] = b"age-encryption.org/";

/// Where a bundle is read from.
pub(super) trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// Opens a bundle; `identity` is a file of secret keys (`AGE-SECRET-KEY-1…`), needed only for an envelope.
///
/// # Errors
/// The code of a sentence.
pub(super) fn open(path: &Path, identity: Option<&Path>) -> Result<Box<dyn Source>, &'static str> {
    let mut file = File::open(path).map_err(|_| "verify-unreadable")?;
    let mut start = Vec::new();
    (&mut file).take(MAGIC.len() as u64).read_to_end(&mut start).map_err(|_| "verify-unreadable")?;
    file.rewind().map_err(|_| "verify-unreadable")?;
    if start != MAGIC {
        return Ok(Box::new(BufReader::new(file)));
    }
    let identity = File::open(identity.ok_or("verify-needs-identity")?).map_err(|_| "verify-bad-identity")?;
    let identities = IdentityFile::from_buffer(BufReader::new(identity)).map_err(|_| "verify-bad-identity")?;
    let identities = identities.into_identities().map_err(|_| "verify-bad-identity")?;
    let envelope = Decryptor::new_buffered(BufReader::new(file)).map_err(|_| "verify-bad-envelope")?;
    match envelope.decrypt(identities.iter().map(|identity| identity.as_ref() as &dyn age::Identity)) {
        Ok(opened) => Ok(Box::new(BufReader::new(opened))),
        Err(DecryptError::NoMatchingKeys) => Err("verify-wrong-identity"),
        Err(_) => Err("verify-bad-envelope"),
    }
}
