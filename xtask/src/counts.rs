//! How many tests passed, failed and were skipped, and how each runner says so.

use std::ops::AddAssign;

/// Counts of one runner, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    /// Tests that really ran.
    pub(crate) fn ran(self) -> u64 {
        self.passed + self.failed
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// libtest's `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
pub(crate) fn libtest(line: &str) -> Option<Counts> {
    let rest = line.strip_prefix("test result: ")?;
    Some(Counts {
        passed: number_before(rest, " passed")?,
        failed: number_before(rest, " failed")?,
        skipped: number_before(rest, " ignored")?,
    })
}

/// The `<testsuite …>` element of a JUnit report, as Surefire writes it. Errors are failures.
pub(crate) fn junit(report: &str) -> Option<Counts> {
    let mut sum = None;
    for element in report.split("<testsuite ").skip(1) {
        let head = element.split('>').next()?;
        let number = |name: &str| -> u64 {
            let start = head.find(&format!("{name}=\"")).map(|at| at + name.len() + 2);
            start.and_then(|at| head[at..].split('"').next()).and_then(|digits| digits.parse().ok()).unwrap_or(0)
        };
        let failed = number("failures") + number("errors");
        let skipped = number("skipped");
        let passed = number("tests").saturating_sub(failed + skipped);
        *sum.get_or_insert(Counts::default()) += Counts { passed, failed, skipped };
    }
    sum
}

/// What Swift Testing says: a line for each test and at the end `Test run with 5 tests …`, which counts skipped ones too.
pub(crate) fn swift_testing(output: &str) -> Option<Counts> {
    let sum = output.lines().rev().find_map(|line| line.split("Test run with ").nth(1))?;
    let all = number_before(sum, " test")?;
    let one = |line: &&str| line.contains(" Test ") && !line.contains(" Test run ");
    let failed =
        output.lines().filter(one).filter(|line| line.starts_with('✘') && line.contains(" failed after ")).count();
    let skipped = output.lines().filter(one).filter(|line| line.starts_with('➜') && line.contains(" skipped")).count();
    let (failed, skipped) = (failed as u64, skipped as u64);
    Some(Counts { passed: all.saturating_sub(failed + skipped), failed, skipped })
}

/// The last lines of Python's unittest: `Ran 3 tests in 0.1s` and `OK (skipped=1)` or `FAILED (failures=1, errors=1)`.
pub(crate) fn unittest(output: &str) -> Option<Counts> {
    let ran = output.lines().rev().find_map(|line| number_before(line.strip_prefix("Ran ")?, " test"))?;
    let verdict = output.lines().rev().find(|line| line.starts_with("OK") || line.starts_with("FAILED"))?;
    let number = |name: &str| -> u64 {
        let after = verdict.split(&format!("{name}=")).nth(1).unwrap_or_default();
        after.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
    };
    let failed = number("failures") + number("errors") + number("unexpected successes");
    let skipped = number("skipped");
    Some(Counts { passed: ran.saturating_sub(failed + skipped), failed, skipped })
}

fn number_before(text: &str, mark: &str) -> Option<u64> {
    let before = &text[..text.find(mark)?];
    let digits = before.len() - before.bytes().rev().take_while(u8::is_ascii_digit).count();
    before[digits..].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_libtest_is_read_and_other_lines_are_not() {
        let line = "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(libtest(line), Some(Counts { passed: 12, failed: 2, skipped: 1 }));
        assert_eq!(libtest("test a::b ... ok"), None);
    }

    #[test]
    fn errors_in_a_junit_report_count_as_failures() {
        let report = r#"<testsuite name="a" tests="5" errors="1" skipped="1" failures="1"><x/></testsuite>"#;
        assert_eq!(junit(report), Some(Counts { passed: 2, failed: 2, skipped: 1 }));
        assert_eq!(junit("<html>"), None);
    }

    #[test]
    fn tests_of_swift_are_counted_by_function() {
        let output = "✔ Test a() passed after 0.1 seconds.\n✘ Test b() recorded an issue at T.swift:1:1: no\n\
                      ✘ Test b() failed after 0.1 seconds with 1 issue.\n➜ Test c() skipped: \"why\"\n\
                      ✘ Test run with 3 tests failed after 0.1 seconds with 1 issue.\n";
        assert_eq!(swift_testing(output), Some(Counts { passed: 1, failed: 1, skipped: 1 }));
        assert_eq!(swift_testing("error: fatalError"), None);
    }

    #[test]
    fn the_last_words_of_unittest_are_read() {
        let all = Counts { passed: 2, failed: 2, skipped: 0 };
        assert_eq!(unittest("x\nRan 4 tests in 0.1s\n\nFAILED (failures=1, errors=1)\n"), Some(all));
        assert_eq!(unittest("Ran 1 test in 0.1s\n\nOK\n"), Some(Counts { passed: 1, failed: 0, skipped: 0 }));
        assert_eq!(unittest("Traceback"), None);
    }
}
