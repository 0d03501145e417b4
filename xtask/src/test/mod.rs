//! `test [rust|kotlin|swift|python]…`: every test of every language, set-up included; no name means all four.
//! It ends with one line `N passed, N failed, N skipped` over all of them, and fails when a test failed, when a runner
//! could not run, or when one ran nothing at all. Outside CI a language whose compiler cannot be had counts as one
//! skipped test and is named with the line that installs it; in CI that is a failure.

mod kotlin;
mod python;
mod rust;
mod swift;

use std::time::Instant;

use crate::{
    bindgen::{self, Face},
    chroot,
    counts::Counts,
    run, tools,
    words::Failure,
    workspace,
};

/// A language with tests of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Rust,
    Kotlin,
    Swift,
    Python,
}

const ALL: [Language; 4] = [Language::Rust, Language::Kotlin, Language::Swift, Language::Python];

impl Language {
    fn name(self) -> &'static str {
        match self {
            Language::Rust => "rust",
            Language::Kotlin => "kotlin",
            Language::Swift => "swift",
            Language::Python => "python",
        }
    }
}

/// How one language ended.
enum Ended {
    Ran(Counts),
    /// Its compiler cannot be had here.
    Lacking(Failure),
    Broken(Failure),
}

pub(crate) fn test(args: &[String]) -> Result<(), Failure> {
    let languages = chosen(args)?;
    let mut sum = Counts::default();
    let mut table = Vec::new();
    for language in languages {
        let start = Instant::now();
        let (counts, remark) = judge(run_one(language));
        table.push(format!("{:<7} {counts}, {:.0} s{remark}", language.name(), start.elapsed().as_secs_f64()));
        sum += counts;
    }
    run::line("");
    for row in table {
        run::line(&row);
    }
    run::line(&sum.to_string());
    if sum.failed == 0 { Ok(()) } else { Err(Failure::said()) }
}

fn chosen(args: &[String]) -> Result<Vec<Language>, Failure> {
    if args.is_empty() {
        return Ok(ALL.to_vec());
    }
    let find = |word: &String| {
        ALL.into_iter().find(|language| language.name() == word).ok_or_else(|| {
            Failure::usage(
                format!("没有「{word}」这组测试；可选：rust kotlin swift python"),
                format!("there are no tests `{word}`; choose from rust, kotlin, swift, python"),
            )
        })
    };
    args.iter().map(find).collect()
}

fn run_one(language: Language) -> Ended {
    let ready = match language {
        Language::Rust => Ok(None),
        Language::Kotlin => tools::JDK.need().and_then(|()| tools::MAVEN.need()).map(|()| None),
        Language::Swift => chroot::find().map(Some),
        Language::Python => tools::PYTHON.need().map(|()| None),
    };
    let swift = match ready {
        Ok(swift) => swift,
        Err(lacking) => return Ended::Lacking(lacking),
    };
    let counted = match (language, swift) {
        (Language::Rust, _) => rust::run(),
        (Language::Kotlin, _) => face(Face::Kotlin).and_then(|()| kotlin::run()),
        (Language::Python, _) => face(Face::Python).and_then(|()| python::run()),
        (Language::Swift, Some(swift)) => face(Face::Swift).and_then(|()| swift::run(&swift)),
        (Language::Swift, None) => Ok(Counts::default()),
    };
    counted.map_or_else(Ended::Broken, Ended::Ran)
}

fn face(face: Face) -> Result<(), Failure> {
    bindgen::build()?;
    bindgen::generate(face)
}

/// Turns an ending into counts and a remark for the table.
fn judge(ended: Ended) -> (Counts, String) {
    let one_failed = Counts { failed: 1, ..Counts::default() };
    match ended {
        Ended::Ran(counts) if counts.ran() == 0 => (one_failed, "  一个测试也没有运行 / no test ran".to_owned()),
        Ended::Ran(counts) => (counts, String::new()),
        Ended::Lacking(why) if workspace::in_ci() => (one_failed, format!("  {}", why.one_line())),
        Ended::Lacking(why) => (Counts { skipped: 1, ..Counts::default() }, format!("  {}", why.one_line())),
        Ended::Broken(why) => (one_failed, format!("  {}", why.one_line())),
    }
}

/// A runner that failed without a failing test (a crash, a compiler error) still counts one.
fn settle(succeeded: bool, counts: Option<Counts>) -> Counts {
    let mut counts = counts.unwrap_or_default();
    if !succeeded && counts.failed == 0 {
        counts.failed = 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runner_that_ran_nothing_has_failed() {
        assert_eq!(judge(Ended::Ran(Counts { skipped: 4, ..Counts::default() })).0.failed, 1);
        assert_eq!(judge(Ended::Ran(Counts { passed: 1, ..Counts::default() })).0.failed, 0);
    }

    #[test]
    fn a_crash_counts_as_a_failure_and_a_failing_test_is_not_counted_twice() {
        let two = Counts { passed: 2, ..Counts::default() };
        assert_eq!(settle(false, Some(two)).failed, 1);
        assert_eq!(settle(false, Some(Counts { failed: 1, ..two })).failed, 1);
        assert_eq!(settle(false, None), Counts { failed: 1, ..Counts::default() });
        assert_eq!(settle(true, Some(two)), two);
    }

    #[test]
    fn an_unknown_language_is_refused_and_none_means_all() {
        assert!(chosen(&["cobol".to_owned()]).is_err());
        assert_eq!(chosen(&[]).map(|all| all.len()).ok(), Some(4));
    }
}
