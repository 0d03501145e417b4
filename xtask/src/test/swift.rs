//! Swift tests, by Swift Testing, in the installed Swift or the chroot.

use crate::{
    chroot::Swift,
    counts::{self, Counts},
    run,
    words::Failure,
    workspace,
};

pub(super) fn run(swift: &Swift) -> Result<Counts, Failure> {
    let package = workspace::root().join("ios");
    let mut args = vec!["test", "--disable-xctest", "--parallel"];
    if cfg!(target_os = "linux") {
        // Observation's library names symbols that only its own runtime path resolves.
        args.extend(["-Xlinker", "--allow-shlib-undefined"]);
    }
    let mut output = String::new();
    let succeeded = run::watched_whole(swift.command(&package, &args), |line| {
        run::line(line);
        output.push_str(line);
        output.push('\n');
    })?;
    Ok(super::settle(succeeded, counts::swift_testing(&output)))
}
