//! `phone --folder DIR --gateway URL --gateway-key KEY --at MS [--association-key KEY] [--lang zh|en]`: one phone as a process.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use jingbao_tests::phone::{PhoneArgs, run};

#[derive(Parser)]
struct Cli {
    /// Folder of the phone
    #[arg(long)]
    folder: PathBuf,
    /// Address of the gateway
    #[arg(long)]
    gateway: String,
    /// The gateway's pinned key
    #[arg(long)]
    gateway_key: String,
    /// The association's pinned key
    #[arg(long)]
    association_key: Option<String>,
    /// Language of texts
    #[arg(long, default_value = "zh")]
    lang: String,
    /// Story time at the start, UTC milliseconds
    #[arg(long)]
    at: i64,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let args = PhoneArgs {
        folder: cli.folder,
        gateway: cli.gateway,
        gateway_key: cli.gateway_key,
        association_key: cli.association_key,
        lang: cli.lang,
        at: cli.at,
    };
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
