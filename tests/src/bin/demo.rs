//! `demo [--photos DIR] [--track FILE.gpx] [--out DIR] [--lang zh|en] [--seed N]`: the main job, told on the terminal.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use jingbao_core::text::{Lang, say};
use jingbao_tests::demo::{Options, run};

/// The main job: a drive, a stop, two phones, a bad day, a verified record
#[derive(Parser)]
#[command(name = "cargo xtask demo")]
struct Cli {
    /// Real photos instead of drawn ones
    #[arg(long, value_name = "DIR")]
    photos: Option<PathBuf>,
    /// A real drive instead of the made one
    #[arg(long, value_name = "FILE.gpx")]
    track: Option<PathBuf>,
    /// Where summary.json, report.html, agreement.html and bundle.zip are written
    #[arg(long, value_name = "DIR", default_value = "target/demo")]
    out: PathBuf,
    /// Language of the story: zh or en
    #[arg(long, default_value = "zh")]
    lang: Lang,
    /// Chooses the moments of the kills and the made input
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "a program's last word to its user")]
fn main() -> ExitCode {
    let cli = Cli::parse();
    let options = Options { photos: cli.photos, track: cli.track, out: cli.out, lang: cli.lang, seed: cli.seed };
    match run(&options) {
        Ok(()) => {
            let report = options.out.join("report.html").display().to_string();
            println!("{}", say(options.lang, "story-written", &[("report", report.into())]));
            ExitCode::SUCCESS
        }
        Err(failed) => {
            eprintln!("{}", say(options.lang, "story-failed", &[("why", failed.to_string().into())]));
            ExitCode::FAILURE
        }
    }
}
