//! One phone as a process of its own, over the same bindings the apps use. Triggered by one JSON order a line on
//! standard input; each ends in one JSON line on standard output, `{"id", "ok"}` or `{"id", "error": {"code", "text"}}`.
//! In between, changes are told as `{"event": "queue"}`. It may be killed at any moment: that is what it is for.

mod orders;
mod ports;

use std::{
    io::{self, BufRead, Write},
    path::PathBuf,
    sync::Arc,
};

use jingbao::{Field, FieldError, records::Config};
use serde_json::{Value, json};

pub use orders::{Order, What};
use ports::{Echo, FileKeys, FileSigner, FileToken, StoryClock};

/// How a phone is started.
#[derive(Clone, Debug)]
pub struct PhoneArgs {
    /// Its folder: store, keys, token.
    pub folder: PathBuf,
    /// The gateway's address.
    pub gateway: String,
    /// The gateway's pinned key.
    pub gateway_key: String,
    /// The association's pinned key, if it has one.
    pub association_key: Option<String>,
    /// Language of texts.
    pub lang: String,
    /// Story time at the start, UTC milliseconds.
    pub at: i64,
}

/// Runs until standard input ends or the order is `shutdown`.
pub fn run(args: &PhoneArgs) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let clock = Arc::new(StoryClock::starting(args.at));
    let field = match open(args, &clock) {
        Ok(field) => field,
        Err(error) => return say(&json!({ "error": told(&error) })),
    };
    say(&json!({ "ready": { "device": field.device().unwrap_or_default(), "key": field.public_key() } }))?;
    for line in io::stdin().lock().lines() {
        let order: Order = match serde_json::from_str(&line?) {
            Ok(order) => order,
            Err(_) => {
                say(&json!({ "id": null, "error": { "code": "not-an-order", "text": "" } }))?;
                continue;
            }
        };
        clock.set(order.at);
        let (id, last) = (order.id, matches!(order.what, What::Shutdown));
        let answer = match runtime.block_on(orders::carry_out(&field, &clock.moment(), order.what)) {
            Ok(value) => json!({ "id": id, "ok": value }),
            Err(error) => json!({ "id": id, "error": told(&error) }),
        };
        say(&answer)?;
        if last {
            break;
        }
    }
    Ok(())
}

fn open(args: &PhoneArgs, clock: &Arc<StoryClock>) -> Result<Arc<Field>, FieldError> {
    let failed = |_| FieldError::Phone { code: "error-port".into(), text: "folder".into() };
    std::fs::create_dir_all(&args.folder).map_err(failed)?;
    let signer = FileSigner::open(&args.folder.join("device.key")).map_err(failed)?;
    let config = Config {
        folder: args.folder.join("store").display().to_string(),
        gateway: Some(args.gateway.clone()),
        gateway_key: Some(args.gateway_key.clone()),
        authority: None,
        lang: args.lang.clone(),
        association_key: args.association_key.clone(),
        association_successor: None,
        app_version: None,
        stamp_url: None,
        begin_anew: false,
    };
    Field::open(
        config,
        Arc::new(FileKeys(args.folder.join("master.key"))),
        Arc::new(signer),
        Arc::new(FileToken(args.folder.join("token"))),
        clock.clone(),
        Arc::new(Echo),
    )
}

fn told(error: &FieldError) -> Value {
    let (FieldError::Refused { code, text }
    | FieldError::Storage { code, text }
    | FieldError::Phone { code, text }
    | FieldError::Closed { code, text }) = error;
    json!({ "code": code, "text": text })
}

/// One line, whole, at once: listeners and orders write from different threads.
pub(crate) fn say(value: &Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{value}")?;
    out.flush()
}
