//! Where things are: the workspace root and cargo's target folder.

use std::path::{Path, PathBuf};

/// The folder of the root `Cargo.toml`: cargo tells where this package's manifest is, also after the clone was moved.
pub(crate) fn root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    match manifest.as_deref().and_then(Path::parent) {
        Some(root) => root.to_owned(),
        None => PathBuf::from("."),
    }
}

/// Cargo's target folder; a relative `CARGO_TARGET_DIR` is taken from the root.
pub(crate) fn target() -> PathBuf {
    root().join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// Where dev builds lie.
pub(crate) fn debug() -> PathBuf {
    target().join("debug")
}

/// Whether this is CI, where nothing may be skipped.
pub(crate) fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false" && value != "0")
}
