//! Rust tests, by libtest. A test that finds its fixtures missing outside CI prints `skipped: why` and returns; libtest
//! calls that passed, here it counts as skipped and is named.

use crate::{
    counts::{self, Counts},
    run, tools,
    words::Failure,
};

/// What a test prints when it could not do its work.
const SKIPPED: &str = "skipped: ";

pub(super) fn run() -> Result<Counts, Failure> {
    tools::need_native_build()?;
    tools::need_browser()?;
    crate::tusd::need_in_ci()?;
    // The generator has no tests, and its features of uniffi would make every binding compile twice.
    let args = ["test", "--workspace", "--exclude", "jingbao-bindgen", "--no-fail-fast"];
    let mut cargo = run::cargo(&args);
    cargo.args(["--", "--show-output", "--format=pretty"]);
    let mut reader = Reader::default();
    let succeeded = run::watched(cargo, |line| {
        if reader.read(line) {
            run::line(line);
        }
    })?;
    Ok(super::settle(succeeded, reader.counts))
}

/// Follows libtest's output: adds up the results and hides what passing tests printed.
#[derive(Default)]
struct Reader {
    counts: Option<Counts>,
    /// Inside the block that repeats the output of passing tests.
    in_successes: bool,
    skipped_here: u64,
}

impl Reader {
    /// Takes one line and tells whether to show it.
    fn read(&mut self, line: &str) -> bool {
        if let Some(mut one) = counts::libtest(line) {
            let moved = self.skipped_here.min(one.passed);
            one.passed -= moved;
            one.skipped += moved;
            *self.counts.get_or_insert_default() += one;
            (self.in_successes, self.skipped_here) = (false, 0);
            return true;
        }
        if line == "successes:" {
            self.in_successes = true;
        } else if line == "failures:" {
            self.in_successes = false;
        }
        let skipped = self.in_successes && line.starts_with(SKIPPED);
        self.skipped_here += u64::from(skipped);
        !self.in_successes || skipped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_without_its_fixtures_counts_as_skipped() {
        let output = "running 2 tests\ntest a ... ok\ntest b ... ok\n\nsuccesses:\n\n---- b stdout ----\n\
                      skipped: no real fixtures\n\n\nsuccesses:\n    a\n    b\n\n\
                      test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        let mut reader = Reader::default();
        let shown: Vec<&str> = output.lines().filter(|line| reader.read(line)).collect();
        assert_eq!(reader.counts, Some(Counts { passed: 1, failed: 0, skipped: 1 }));
        assert!(shown.contains(&"skipped: no real fixtures") && !shown.contains(&"    a"), "{shown:?}");
    }
}
