//! A Swift to build with: the installed one, else a Debian chroot made once in the user's cache folder.
//! It ends in a [`Swift`], or in the sentence that says what is missing. Not its business: what is built.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{run, tools, words::Failure, workspace};

/// A Swift compiler and how to reach it.
pub(crate) enum Swift {
    Installed,
    Chroot,
}

const INSTALL: &str = "https://www.swift.org/install";

/// Finds one; makes the chroot where that is possible.
pub(crate) fn find() -> Result<Swift, Failure> {
    if let Some(swift) = at_hand() {
        return Ok(swift);
    }
    if !cfg!(target_os = "linux") || !tools::is_root() || tools::on_path("apt-get").is_none() {
        return Err(Failure::new(
            "没有安装 Swift 6；以 root 身份在 Debian 上运行时会自动准备",
            "Swift 6 is not installed; on Debian, run as root, the recipe prepares it itself",
        )
        .fixed_by(format!("sudo -E env PATH=\"$PATH\" cargo xtask test swift   # {INSTALL}")));
    }
    tools::DEBOOTSTRAP.need()?;
    run::shown(run::command(&script(), &["prepare"])).map_err(|why| why.fixed_by(INSTALL))?;
    Ok(Swift::Chroot)
}

/// The one that is ready now, without making anything.
pub(crate) fn at_hand() -> Option<Swift> {
    if tools::on_path("swift").is_some() {
        return Some(Swift::Installed);
    }
    let ready = cfg!(target_os = "linux") && tools::is_root();
    (ready && run::quiet(run::command(&script(), &["ready"])).is_some()).then_some(Swift::Chroot)
}

impl Swift {
    /// `swift ARGS…` in the package folder, with the folder of libjingbao within its reach.
    pub(crate) fn command(&self, package: &Path, args: &[&str]) -> Command {
        let library = workspace::debug();
        let mut command = match self {
            Swift::Installed => run::command("swift", args),
            Swift::Chroot => {
                let (package, library) = (package.display().to_string(), library.display().to_string());
                let mut words = vec!["run", &package, &library, "--", "swift"];
                words.extend(args);
                run::command(&script(), &words)
            }
        };
        command.current_dir(package).env("JINGBAO_LIB_DIR", library);
        command
    }
}

fn script() -> String {
    let path: PathBuf = workspace::root().join("xtask/toolchain/swift-chroot.sh");
    path.display().to_string()
}
