//! `fuzz NAME [SECONDS]`: runs one fuzz target of `tests/fuzz`, ten minutes unless told otherwise. It begins with the
//! committed corpus and keeps what it finds under `target/fuzz/NAME`; an input that breaks something is named at the
//! end and stays there. A single input may take two seconds and no allocation more than 64 MiB.
//! Not its business: committing what was found.

use std::fs;

use crate::{
    run,
    tools::{CARGO_FUZZ, NIGHTLY},
    words::Failure,
    workspace,
};

/// Names of the fuzz targets.
const TARGETS: [&str; 5] = ["metadata", "bundle", "custody_log", "wire", "tus"];
const SECONDS: &str = "600";

pub(crate) fn fuzz(args: &[String]) -> Result<(), Failure> {
    let name = args.first().map_or("", String::as_str);
    let seconds = args.get(1).map_or(SECONDS, String::as_str);
    if !TARGETS.contains(&name) {
        let known = TARGETS.join(", ");
        return Err(Failure::usage(
            format!("没有名为「{name}」的模糊测试；现有：{known}"),
            format!("there is no fuzz target `{name}`; targets: {known}"),
        ));
    }
    if seconds.parse::<u32>().is_err() {
        return Err(Failure::usage("秒数必须是整数", "the seconds must be a whole number"));
    }
    [&NIGHTLY, &CARGO_FUZZ].into_iter().try_for_each(crate::tools::Tool::need)?;
    let found = workspace::target().join("fuzz").join(name);
    let broken = found.join("broken/");
    for folder in [&found.join("corpus"), &broken] {
        fs::create_dir_all(folder)
            .map_err(|why| Failure::new(format!("无法建立目录：{why}"), format!("cannot make a folder: {why}")))?;
    }
    let package = workspace::root().join("tests/fuzz");
    let (package, new, broken) =
        (package.display().to_string(), found.join("corpus").display().to_string(), broken.display().to_string());
    let time = format!("-max_total_time={seconds}");
    let artifacts = format!("-artifact_prefix={broken}");
    let seeds = format!("{package}/corpus/{name}");
    let mut fuzz = run::command(
        "cargo",
        &[
            "+nightly",
            "fuzz",
            "run",
            "--fuzz-dir",
            &package,
            name,
            &new,
            &seeds,
            "--",
            &time,
            "-timeout=2",
            "-malloc_limit_mb=64",
            &artifacts,
        ],
    );
    // The stable compiler that runs this recipe must not be the one of the target.
    fuzz.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO").current_dir(package);
    fuzz.env("CARGO_TARGET_DIR", workspace::target().join("fuzz/build"));
    run::shown(fuzz)
}
