//! The commands at a desk, one file each. All but `device`, `pack sign` and `credential` only read; `replay` draws
//! where it is asked to. Each writes to the given sink and ends with
//! [`Exit`].

pub mod check;
pub mod credential;
pub mod device;
mod envelope;
pub mod inspect;
mod keys;
pub mod log;
pub mod pack;
pub mod recheck;
pub mod replay;
mod replay_picture;
pub mod score;
mod score_page;
pub mod triage;
pub mod verify;

use std::{collections::BTreeMap, fs, io, path::Path};

/// How a command ends: the process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Good = 0,
    /// What was asked about is not well.
    Bad = 1,
    /// The command could not do its work.
    Unable = 2,
}

/// A file's text; the error names the file.
pub fn text_of(path: &Path) -> io::Result<String> {
    fs::read_to_string(path).map_err(|error| named(path, error.kind(), &error))
}

/// The same error with the file's name in front.
pub(crate) fn named(path: &Path, kind: io::ErrorKind, error: &dyn std::fmt::Display) -> io::Error {
    io::Error::new(kind, format!("{}: {error}", path.display()))
}

/// A text of the catalogue by its key, with the values that it names.
pub type Say<'a> = dyn Fn(&str, &BTreeMap<String, String>) -> String + 'a;

pub(crate) fn values<const N: usize>(pairs: [(&str, String); N]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(name, value)| (name.into(), value)).collect()
}
