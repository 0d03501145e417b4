//! Checks by programs that a machine may lack: cargo-deny and `swift format`. A missing one is named, not an error.

use super::Found;
use crate::{chroot, run, tools, workspace};

pub(super) fn deny() -> Found {
    if !tools::CARGO_DENY.is_here() {
        return Found::NotRun(format!("缺少 cargo-deny / cargo-deny is missing: {}", tools::CARGO_DENY.line()));
    }
    Found::from_result(run::shown(run::cargo(&["deny", "--offline", "check", "licenses", "bans", "sources"])))
}

pub(super) fn swift_format() -> Found {
    // CI leaves nothing out; elsewhere a check does not fetch a compiler.
    let swift = if workspace::in_ci() { chroot::find().ok() } else { chroot::at_hand() };
    let Some(swift) = swift else {
        return Found::NotRun("缺少 Swift / no Swift at hand: cargo xtask test swift".to_owned());
    };
    let package = workspace::root().join("ios");
    // Generated folders are left out by naming the others.
    let args = ["format", "lint", "--strict", "--parallel", "--recursive", "Package.swift", "Sources/Jingbao", "Tests"];
    Found::from_result(run::shown(swift.command(&package, &args)))
}
