//! `queue`: what a long queue costs.
//!
//! | figure | ours | against |
//! |---|---|---|
//! | `queue durable` | a response at the roadside: journal, custody, duty event and queue in one commit | the same four indexed inserts by hand |
//! | `queue one row` | the same | one row by hand |
//! | `queue open` | opening the engine with 10,000 cases that wait | opening an empty one |
//! | `queue poll` | what is due, and when to look again, among them | 1 ms |
//! | `queue memory` | what a process holds with them open | with an empty one |
//! | `queue drain` | their operations, delivered to a gateway on this machine, a second | raw commits a second of its store |

use std::{
    fs,
    path::Path,
    thread::JoinHandle,
    time::{Duration, Instant},
};

use jingbao_core::edge::{Engine, SyncBudget};
use jingbao_gateway::{
    desk,
    serve::Server,
    store::{Device, Role},
};
use rusqlite::Connection;

use super::{Failed, Figure, Turns, folder, ports::Phone, record::entry_like_ours};

const CASES: usize = 10_000;
const ROUNDS: usize = 101;
/// Responses in a round: few, so that whatever else the disk does hits both alike.
const RESPONSES: usize = 10;
/// Ours may take 1/0.8 of the bare time.
const DURABLE: f64 = 1.25;

pub(super) fn measure() -> Result<Vec<Figure>, Failed> {
    let folder = folder()?;
    let mut full = Phone::at(&folder.path().join("full"))?;
    fill(&full)?;
    let empty = Phone::at(&folder.path().join("empty"))?;
    empty.open()?.shutdown();
    let mut figures = durable(folder.path())?;
    figures.push(opened(&full, &empty)?);
    figures.push(polled(&full)?);
    figures.push(drained(&mut full, folder.path())?);
    Ok(figures)
}

/// Sighted offline, each a duty event that waits.
fn fill(phone: &Phone) -> Result<(), Failed> {
    let engine = phone.open()?;
    for _ in 0..CASES {
        phone.sight(&engine)?;
    }
    engine.shutdown();
    Ok(())
}

fn durable(folder: &Path) -> Result<Vec<Figure>, Failed> {
    let phone = Phone::at(&folder.join("phone"))?;
    let engine = phone.open()?;
    let case = phone.sight(&engine)?;
    let (mut four, mut one) = (Bare::open(&folder.join("four.db"))?, Bare::open(&folder.join("one.db"))?);
    let ours = |engine: &Engine| (0..RESPONSES).try_for_each(|_| Ok(engine.respond(case, "passed")?));
    let against_four =
        Turns::take(ROUNDS, || ours(&engine), || (0..RESPONSES).try_for_each(|_| four.commit(&Bare::ALL)))?;
    let against_one =
        Turns::take(ROUNDS, || ours(&engine), || (0..RESPONSES).try_for_each(|_| one.commit(&Bare::ALL[..1])))?;
    engine.shutdown();
    let rate = |turns: &Turns| RESPONSES as f64 / turns.ours.as_secs_f64();
    Ok(vec![
        Figure {
            name: "queue durable",
            ours: rate(&against_four),
            limit: DURABLE,
            ratio: against_four.ratio(),
            unit: "1/s",
        },
        Figure {
            name: "queue one row",
            ours: rate(&against_one),
            limit: f64::INFINITY,
            ratio: against_one.ratio(),
            unit: "1/s",
        },
    ])
}

/// A store with the settings of ours and rows by hand, like those of a response and indexed like them.
struct Bare {
    connection: Connection,
    seq: i64,
    row: Vec<u8>,
}

impl Bare {
    const TABLES: &str = "
CREATE TABLE journal (case_id TEXT NOT NULL, seq INTEGER NOT NULL, entry BLOB NOT NULL,
    PRIMARY KEY (case_id, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE leaf (case_id TEXT NOT NULL, seq INTEGER NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (case_id, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE duty_event (seq INTEGER PRIMARY KEY, event BLOB NOT NULL, kind TEXT NOT NULL) STRICT;
CREATE INDEX duty_event_kind ON duty_event (kind, seq);
CREATE TABLE outbox (op TEXT PRIMARY KEY, place INTEGER NOT NULL UNIQUE, case_id TEXT, after TEXT REFERENCES outbox (op),
    item BLOB NOT NULL) STRICT;
CREATE INDEX outbox_newest ON outbox (place) WHERE case_id IS NOT NULL;
CREATE INDEX outbox_case ON outbox (case_id, place);";
    const ALL: [&str; 4] = [
        "INSERT INTO journal (case_id, seq, entry) VALUES ('019e0000-0000-7000-8000-000000000000', ?1, ?2)",
        "INSERT INTO leaf (case_id, seq, salt, hash)
            VALUES ('019e0000-0000-7000-8000-000000000000', ?1, substr(?2, 1, 16), substr(?2, 1, 32))",
        "INSERT INTO duty_event (seq, event, kind) VALUES (?1, ?2, 'passed')",
        "INSERT INTO outbox (op, place, case_id, after, item)
            VALUES ('019e0000-0000-7000-8000-' || ?1, ?1, '019e0000-0000-7000-8000-000000000000',
                CASE WHEN ?1 > 1 THEN '019e0000-0000-7000-8000-' || (?1 - 1) END, ?2)",
    ];

    fn open(path: &Path) -> Result<Bare, Failed> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "key", format!("x'{}'", hex::encode([9; 32])))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.execute_batch(Bare::TABLES)?;
        Ok(Bare { connection, seq: 0, row: entry_like_ours()? })
    }

    fn commit(&mut self, rows: &[&str]) -> Result<(), Failed> {
        self.seq += 1;
        let transaction = self.connection.transaction()?;
        for row in rows {
            transaction.prepare_cached(row)?.execute(rusqlite::params![self.seq, self.row])?;
        }
        Ok(transaction.commit()?)
    }
}

fn opened(full: &Phone, empty: &Phone) -> Result<Figure, Failed> {
    let open = |phone: &Phone| {
        phone.open()?.shutdown();
        Ok(())
    };
    let turns = Turns::take(ROUNDS, || open(full), || open(empty))?;
    let ours = turns.ours.as_secs_f64() * 1e3;
    Ok(Figure { name: "queue open", ours, limit: 1.5, ratio: turns.ratio(), unit: "ms" })
}

fn polled(full: &Phone) -> Result<Figure, Failed> {
    let engine = full.open()?;
    let turns = Turns::take(
        ROUNDS,
        || {
            let waiting = engine.waiting()?;
            if waiting.pending as usize == CASES { Ok(()) } else { Err("not everything waits".into()) }
        },
        || Ok(()),
    )?;
    engine.shutdown();
    let ours = turns.ours.as_secs_f64() * 1e3;
    Ok(Figure { name: "queue poll", ours, limit: 1.0, ratio: ours, unit: "ms" })
}

fn drained(phone: &mut Phone, folder: &Path) -> Result<Figure, Failed> {
    let data = folder.join("gateway");
    let gateway = Gateway::start(&data)?;
    let engine = phone.open()?;
    let id = engine.device()?;
    engine.shutdown();
    let device = Device { id, key: Some(phone.key()?), company: "PICC".into(), role: Role::Specialist };
    let token = desk::device::add(&data, &device)?;
    phone.set_gateway(gateway.address, gateway.key.clone(), token);
    let engine = phone.open()?;
    let held = memory()?;
    let start = Instant::now();
    let runtime = tokio::runtime::Runtime::new()?;
    while engine.waiting()?.pending > 0 {
        let report = runtime.block_on(engine.sync(SyncBudget::of_seconds(600)))?;
        if report.sent == 0 {
            return Err(format!("nothing more arrives: {report:?}").into());
        }
    }
    let a_second = CASES as f64 / start.elapsed().as_secs_f64();
    let grown = memory()? - held;
    engine.shutdown();
    drop(gateway);
    eprintln!("queue drain: {a_second:.0} a second, {grown:.1} MiB more held after it");
    let raw = raw_commits(&data.join("gateway.sqlite"))?;
    Ok(Figure { name: "queue drain", ours: a_second, limit: 2.0, ratio: raw / a_second, unit: "1/s" })
}

/// Commits of one row a second, one after the other, in the gateway's own database.
fn raw_commits(path: &Path) -> Result<f64, Failed> {
    let db = Connection::open(path)?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute_batch("CREATE TABLE raw (id INTEGER PRIMARY KEY, row BLOB NOT NULL)")?;
    let (row, count, start) = (entry_like_ours()?, 3_000, Instant::now());
    for _ in 0..count {
        db.prepare_cached("INSERT INTO raw (row) VALUES (?1)")?.execute([&row])?;
    }
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}

/// MiB that this process holds.
fn memory() -> Result<f64, Failed> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no such line")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<f64>()? / 1024.0)
}

/// A gateway on a thread of this process.
struct Gateway {
    address: std::net::SocketAddr,
    key: jingbao_core::canon::PublicKey,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Gateway {
    fn start(data: &Path) -> Result<Gateway, Failed> {
        let (ready, started) = std::sync::mpsc::channel();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let data = data.to_owned();
        let thread = std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Runtime::new() else { return };
            runtime.block_on(async {
                let Ok(any) = "127.0.0.1:0".parse() else { return };
                let Ok(server) = Server::bind(any, &data).await else { return };
                let _ = ready.send((server.address(), server.key().clone()));
                tokio::select! {
                    _ = server.run(std::future::pending()) => {}
                    _ = stopped => {}
                }
            });
        });
        let (address, key) = started.recv_timeout(Duration::from_secs(30))?;
        Ok(Gateway { address, key, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
