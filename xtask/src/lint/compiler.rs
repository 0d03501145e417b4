//! What cargo itself checks: format, clippy and documentation.

use super::Found;
use crate::run;

pub(super) fn format() -> Found {
    Found::from_result(run::shown(run::cargo(&["fmt", "--all", "--check"])))
}

/// Twice: all of the workspace, and the core as it is without its effects, which feature unification hides otherwise.
pub(super) fn clippy() -> Found {
    let all = ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"];
    let pure = ["clippy", "--quiet", "-p", "jingbao-core", "--no-default-features", "--lib", "--", "-D", "warnings"];
    Found::from_result(run::shown(run::cargo(&all)).and_then(|()| run::shown(run::cargo(&pure))))
}

pub(super) fn docs() -> Found {
    let mut doc = run::cargo(&["doc", "--quiet", "--no-deps", "--lib", "-p", "jingbao-core", "-p", "jingbao"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    Found::from_result(run::shown(doc))
}
