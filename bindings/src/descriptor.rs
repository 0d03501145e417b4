//! An open file that a shell hands over by its number. The one place with `unsafe`: opening `/dev/fd/N` instead would ask
//! for the right to the file again, which Android refuses for a file of another app. Ends in the file, or in none for a
//! number that can be none.

use std::fs::File;

/// The file that the shell has detached: from here on it is ours, and closed by us.
#[cfg(unix)]
#[allow(unsafe_code, reason = "a number that crosses the language border is all there is")]
pub(crate) fn take(fd: i32) -> Option<File> {
    use std::os::fd::{FromRawFd, OwnedFd};

    if fd < 0 {
        return None;
    }
    // SAFETY: by the contract of `PhotoInput::Descriptor` the shell has detached the descriptor (`detachFd()`, `dup()`),
    // so it is open and nobody else closes it. A number that is not open gives errors at the first read, nothing worse.
    let owned = unsafe { OwnedFd::from_raw_fd(fd) };
    Some(owned.into())
}

/// No descriptors elsewhere.
#[cfg(not(unix))]
pub(crate) fn take(_fd: i32) -> Option<File> {
    None
}
