//! `sender FOLDER`: a phone that works and sends until it is killed. `sender FOLDER drain SECONDS`: the same phone, which
//! only sends until nothing waits.

use std::{path::PathBuf, process::ExitCode};

use jingbao_tests::crash::{drain, work_and_send};

fn main() -> ExitCode {
    let mut given = std::env::args().skip(1);
    let Some(folder) = given.next().map(PathBuf::from) else { return ExitCode::from(2) };
    let done = match (given.next().as_deref(), given.next().and_then(|text| text.parse().ok())) {
        (Some("drain"), Some(seconds)) => drain(&folder, seconds),
        _ => work_and_send(&folder),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
