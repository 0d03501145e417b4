//! tusd for the tests that put a real tus server behind the gateway, built through the pinned `tests/tusd/go.mod` into
//! `target/tools`. It is built once and again when the pins change. Not its business: running it.

use std::{fs, path::PathBuf};

use crate::{
    run,
    tools::{self, GO},
    words::Failure,
    workspace,
};

const PACKAGE: &str = "github.com/tus/tusd/v2/cmd/tusd";

/// The program, built where it is not there yet.
pub(crate) fn need() -> Result<PathBuf, Failure> {
    let pins = workspace::root().join("tests/tusd");
    let folder = workspace::target().join("tools");
    let (program, built_from) = (folder.join("tusd"), folder.join("tusd.sum"));
    let wanted = fs::read(pins.join("go.sum")).unwrap_or_default();
    if program.is_file() && fs::read(&built_from).is_ok_and(|sum| sum == wanted) {
        return Ok(program);
    }
    GO.need()?;
    fs::create_dir_all(&folder).map_err(|why| failed(&why))?;
    let mut go = run::command("go", &["build", "-trimpath", "-ldflags=-s -w", "-o"]);
    go.arg(&program).arg(PACKAGE).current_dir(pins);
    go.env("GOFLAGS", "-mod=readonly").env("GOTOOLCHAIN", "local").env("CGO_ENABLED", "0");
    run::shown(go)?;
    fs::write(&built_from, wanted).map_err(|why| failed(&why))?;
    Ok(program)
}

/// The same for a test that can do without outside CI, and says so itself.
pub(crate) fn need_in_ci() -> Result<(), Failure> {
    match need() {
        Err(lacking) if workspace::in_ci() => Err(lacking),
        Err(lacking) => {
            run::error(&format!("tusd: {}", lacking.one_line()));
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

fn failed(why: &std::io::Error) -> Failure {
    let tool = tools::GO.name;
    Failure::new(format!("无法准备 tusd（{tool}）：{why}"), format!("cannot prepare tusd ({tool}): {why}"))
}
