//! The recipes: what a person runs, and therefore what CI runs. `cargo xtask` alone lists them.
//!
//! | file | recipe |
//! |---|---|
//! | [`demo`] | the main job, end to end, as real processes |
//! | [`test`] | every test of every language, set-up included |
//! | [`lint`] | format, clippy, docs, house rules |
//! | [`bench`] | ratios measured in one run |
//! | [`doctor`], [`tools`] | what is missing and the line that installs it |
//! | [`tusd`] | the tus server of the tests, built from its pins |
//! | [`fuzz`] | fuzzing by name |
//! | [`phone`] | the phone sides: generate, compile, test |
//!
//! It depends on the standard library alone, so that it starts quickly on a machine that has built nothing yet.

mod bench;
mod bindgen;
mod chroot;
mod counts;
mod demo;
mod doctor;
mod fuzz;
mod lint;
mod phone;
mod run;
mod test;
mod tools;
mod tusd;
mod words;
mod workspace;

use std::process::ExitCode;

use words::Failure;

const USAGE: &str = "\
cargo xtask demo [--photos DIR] [--track FILE.gpx] [--out DIR] [--lang zh|en] [--seed N]
cargo xtask test [rust|kotlin|swift|python]...
cargo xtask lint
cargo xtask bench [NAME]... | crash [KILLS] [SEED]
cargo xtask doctor
cargo xtask fuzz NAME [SECONDS]
cargo xtask android
cargo xtask ios
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (recipe, rest) = match args.split_first() {
        Some((recipe, rest)) => (recipe.as_str(), rest),
        None => ("help", &[][..]),
    };
    let done = match recipe {
        "demo" => demo::demo(rest),
        "test" => test::test(rest),
        "lint" => lint::lint(),
        "bench" => bench::bench(rest),
        "doctor" => doctor::doctor(),
        "fuzz" => fuzz::fuzz(rest),
        "android" => phone::android(),
        "ios" => phone::ios(),
        "help" | "--help" | "-h" => {
            run::line(USAGE.trim_end());
            Ok(())
        }
        other => Err(Failure::usage(
            format!("没有「{other}」这个命令；可用的有：\n{USAGE}"),
            format!("there is no recipe `{other}`; these exist:\n{USAGE}"),
        )),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
