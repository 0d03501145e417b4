//! Kotlin tests, by Maven. The counts come from Surefire's reports, because Maven succeeds when it ran nothing.

use std::{fs, path::Path};

use crate::{
    counts::{self, Counts},
    run,
    words::Failure,
    workspace,
};

pub(super) fn run() -> Result<Counts, Failure> {
    let android = workspace::root().join("android");
    let library = format!("-Djingbao.lib.dir={}", workspace::debug().display());
    let args = ["-B", "-ntp", "-f", "android/pom.xml", "clean", "test", "-Dkotlin.compiler.daemon=false", &library];
    let succeeded = run::watched(run::command("mvn", &args), |line| {
        if !line.starts_with("[INFO]") || line.contains("Tests run:") {
            run::line(line);
        }
    })?;
    Ok(super::settle(succeeded, reports(&android)))
}

/// The sum of every module's reports; `clean` has removed those of earlier runs.
fn reports(android: &Path) -> Option<Counts> {
    let mut sum = None;
    for module in fs::read_dir(android).ok()?.flatten() {
        let Ok(files) = fs::read_dir(module.path().join("target/surefire-reports")) else { continue };
        for file in files.flatten().filter(|file| file.file_name().to_string_lossy().ends_with(".xml")) {
            if let Some(one) = fs::read_to_string(file.path()).ok().and_then(|report| counts::junit(&report)) {
                *sum.get_or_insert_with(Counts::default) += one;
            }
        }
    }
    sum
}
