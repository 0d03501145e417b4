//! The command line. Each command is a few lines that call the library; exit codes are 0 good, 1 bad, 2 unable.

mod credential_command;
mod device_command;
mod pack_command;

use std::{
    collections::BTreeMap,
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use clap::{Parser, Subcommand};
use credential_command::CredentialCommand;
use device_command::DeviceCommand;
use jingbao_core::{
    assess::Period,
    time::{SHANGHAI_OFFSET_S, Timestamp},
    validate::{Date, Kind},
};
use jingbao_gateway::{
    desk::{
        self, Exit, check::CheckArgs, inspect::InspectArgs, recheck::RecheckArgs, replay::ReplayArgs, score::ScoreArgs,
        triage::TriageArgs, verify::VerifyArgs,
    },
    serve::{self, Server},
    texts::{Lang, say},
};
use pack_command::PackCommand;

#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Serve {
        /// Address and port; port 0 takes a free one
        #[arg(long, default_value = "127.0.0.1:8443")]
        listen: SocketAddr,
        /// Folder of the database, the photos and the key
        #[arg(long)]
        data: PathBuf,
        /// A signed rule pack, to go into every phone's feed
        #[arg(long)]
        pack: Option<PathBuf>,
        /// Base of another tus server in the house that keeps uploads until they are photos
        #[arg(long, value_name = "URL")]
        tus: Option<String>,
    },
    /// Check a bundle, offline
    Verify {
        /// The bundle
        bundle: PathBuf,
        /// File with the keys you trust
        #[arg(long)]
        trust: Option<PathBuf>,
        /// File with the secret key of an encrypted bundle's receiver (age)
        #[arg(long)]
        identity: Option<PathBuf>,
        /// Certificate of a time-stamping authority, PEM
        #[arg(long)]
        tsa: Option<PathBuf>,
        /// One JSON object instead of sentences
        #[arg(long)]
        json: bool,
        /// Language of the sentences
        #[arg(long, default_value = "zh")]
        lang: Lang,
    },
    /// Check plates, resident IDs, VINs, company codes, phones
    Check {
        /// plate, id, vin, uscc, phone, number or name
        kind: Kind,
        /// The values
        #[arg(required = true)]
        values: Vec<String>,
        /// One JSON object a line instead of sentences
        #[arg(long)]
        json: bool,
        /// Language of the sentences
        #[arg(long, default_value = "zh")]
        lang: Lang,
    },
    /// May they leave? Facts in, route out
    Triage {
        /// File with the facts
        facts: PathBuf,
        /// One JSON object instead of sentences
        #[arg(long)]
        json: bool,
        /// Language of the sentences
        #[arg(long, default_value = "zh")]
        lang: Lang,
    },
    /// Facts and findings of photos, folders recursively
    Inspect {
        /// Files and folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// One JSON object a line instead of sentences
        #[arg(long)]
        json: bool,
        /// Language of the sentences
        #[arg(long, default_value = "zh")]
        lang: Lang,
    },
    /// The duty verdicts that a drive gave, with reasons
    Replay {
        /// The drive, GPX
        #[arg(long)]
        track: PathBuf,
        /// The open accidents, GeoJSON
        #[arg(long)]
        accidents: PathBuf,
        /// Metres, where the drive tells none
        #[arg(long, default_value_t = 10.0)]
        accuracy: f64,
        /// A new file for a picture of the drive
        #[arg(long)]
        svg: Option<PathBuf>,
        /// One JSON object a line instead of sentences
        #[arg(long)]
        json: bool,
        /// Language of the sentences
        #[arg(long, default_value = "zh")]
        lang: Lang,
    },
    /// Come to the duty verdicts of a log once more, from their inputs
    Recheck {
        /// The log, an event a line, as `log` prints it
        log: PathBuf,
        /// Rule packs besides the app's own, as `pack check` reads them
        #[arg(long = "pack")]
        packs: Vec<PathBuf>,
        /// One JSON object a line instead of sentences
        #[arg(long)]
        json: bool,
        /// Language of the sentences
        #[arg(long, default_value = "zh")]
        lang: Lang,
    },
    /// Scorecards of a log of duty events
    Score {
        /// The log, an event a line, as `log` prints it
        log: PathBuf,
        /// Cases from this time on, RFC 3339
        #[arg(long)]
        from: Option<String>,
        /// Cases before this time, RFC 3339
        #[arg(long)]
        to: Option<String>,
        /// Also write a page to read
        #[arg(long)]
        html: Option<PathBuf>,
        /// One JSON object instead of sentences
        #[arg(long)]
        json: bool,
        /// Language of the sentences
        #[arg(long, default_value = "zh")]
        lang: Lang,
    },
    /// Print the duty events that the gateway keeps
    Log {
        /// Folder of the gateway
        #[arg(long)]
        data: PathBuf,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Check or sign a rule pack
    #[command(subcommand)]
    Pack(PackCommand),
    /// Issue, revoke or show a specialist's credential
    #[command(subcommand)]
    Credential(CredentialCommand),
    /// Enrol or revoke a phone or a desk
    #[command(subcommand)]
    Device(DeviceCommand),
}

impl Command {
    /// The language a person is told in when a command cannot do its work.
    fn lang(&self) -> Lang {
        match self {
            Command::Verify { lang, .. }
            | Command::Check { lang, .. }
            | Command::Triage { lang, .. }
            | Command::Inspect { lang, .. }
            | Command::Score { lang, .. }
            | Command::Recheck { lang, .. }
            | Command::Replay { lang, .. } => *lang,
            Command::Pack(command) => command.lang(),
            Command::Credential(command) => command.lang(),
            Command::Serve { .. } | Command::Log { .. } | Command::Openapi | Command::Device(_) => Lang::Zh,
        }
    }
}

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    let command = Cli::parse().command;
    let lang = command.lang();
    let ended = match command {
        Command::Serve { listen, data, pack, tus } => {
            drop(out);
            return serve(listen, data, pack, tus);
        }
        Command::Verify { bundle, trust, identity, tsa, json, lang } => {
            let (bundle, trust, identity) = (bundle.as_path(), trust.as_deref(), identity.as_deref());
            let args = VerifyArgs { bundle, trust, identity, tsa: tsa.as_deref(), json, lang };
            desk::verify::run(&args, &mut out)
        }
        Command::Check { kind, values, json, lang } => {
            desk::check::run(&CheckArgs { kind, values, today: today(), json, lang }, &mut out)
        }
        Command::Triage { facts, json, lang } => desk::text_of(&facts)
            .and_then(|facts| desk::triage::run(&TriageArgs { facts, json, lang }, &mut out, &mut io::stderr())),
        Command::Inspect { paths, json, lang } => {
            desk::inspect::run(&InspectArgs { paths, json }, &|code, with| said(lang, code, with), &mut out).map(exit)
        }
        Command::Replay { track, accidents, accuracy, svg, json, lang } => {
            let args = ReplayArgs { track, accidents, accuracy_m: accuracy, json, svg };
            desk::replay::run(&args, &|code, with| said(lang, code, with), &mut out).map(exit)
        }
        Command::Recheck { log, packs, json, lang } => {
            desk::recheck::run(&RecheckArgs { log, packs, json, lang }, &mut out)
        }
        Command::Score { log, from, to, html, json, lang } => {
            score(&log, [from, to], html.as_deref(), json, lang, &mut out)
        }
        Command::Log { data } => desk::log::run(&data, &mut out),
        Command::Openapi => write!(out, "{}", serve::openapi()).map(|()| Exit::Good),
        Command::Pack(command) => command.run(&mut out),
        Command::Credential(command) => command.run(now(), &mut out),
        Command::Device(command) => command.run(now(), &mut out).map_err(io::Error::other),
    };
    match ended {
        // Whoever reads our lines had enough of them.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        ended => end(ended.map_err(|error| say(lang, "desk-unable", &[("why", error.to_string().into())]))),
    }
}

fn score(
    log: &Path,
    period: [Option<String>; 2],
    html: Option<&Path>,
    json: bool,
    lang: Lang,
    out: &mut dyn Write,
) -> io::Result<Exit> {
    let time = |text: Option<String>| {
        let bad = |text: &str| io::Error::other(say(lang, "score-bad-time", &[("text", text.into())]));
        text.map(|text| Timestamp::parse_rfc3339(&text).ok_or_else(|| bad(&text))).transpose()
    };
    let [from, to] = period.map(time);
    let args = ScoreArgs { log: desk::text_of(log)?, period: Period { from: from?, to: to? }, html, json, lang };
    desk::score::run(&args, out, &mut io::stderr())
}

/// A sentence of the catalogues with values by name.
fn said(lang: Lang, code: &str, with: &BTreeMap<String, String>) -> String {
    let values: Vec<_> = with.iter().map(|(name, value)| (name.as_str(), value.as_str().into())).collect();
    say(lang, code, &values)
}

fn exit(code: i32) -> Exit {
    if code == 0 { Exit::Good } else { Exit::Bad }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or_default())
}

/// Today in China.
fn today() -> Date {
    let day = now().rfc3339(SHANGHAI_OFFSET_S);
    day.get(..10).and_then(|day| day.parse().ok()).unwrap_or(Date::MAX)
}

fn end(ended: Result<Exit, String>) -> ExitCode {
    let exit = ended.unwrap_or_else(|why| {
        let _ = writeln!(io::stderr(), "{why}");
        Exit::Unable
    });
    ExitCode::from(exit as u8)
}

fn serve(listen: SocketAddr, data: PathBuf, pack: Option<PathBuf>, tus: Option<String>) -> ExitCode {
    tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(false).with_target(false).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return end(Err(error.to_string())),
    };
    let published = pack.map(|file| desk::pack::publish(&data, &file, Lang::Zh)).transpose();
    if let Err(error) = published {
        return end(Err(say(Lang::Zh, "desk-unable", &[("why", error.to_string().into())])));
    }
    let ended = runtime.block_on(async {
        let server = Server::bind_before(listen, &data, tus.as_deref()).await.map_err(|error| error.to_string())?;
        let key = String::from(server.key().clone());
        let line = serde_json::json!({"listening": server.address().to_string(), "key": key});
        let mut out = io::stdout();
        writeln!(out, "{line}").and_then(|()| out.flush()).map_err(|error| error.to_string())?;
        server.run(told_to_stop()).await.map(|()| Exit::Good).map_err(|error| error.to_string())
    });
    runtime.shutdown_timeout(Duration::from_secs(2));
    end(ended)
}

/// Ends at SIGTERM or Ctrl-C; some seconds later the process ends whoever is still connected.
async fn told_to_stop() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tokio::spawn(async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        std::process::exit(0);
    });
}
