//! What the phone's process does until it is killed: cases with photos, answers, signatures and seals, one after the
//! other, going on where the last process was killed, while another thread sends. Each acknowledgement is said at once.

use std::{
    io::{self, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use jingbao::{
    Field,
    records::{PhotoInput, Reply, SightInput, SignatureFactor, SignatureInput, SignatureRound, StrokePoint},
    views::{CaseView, SyncBudget},
};

use super::Failed;
use crate::roadside::{Installation, fitting_answer, small_photo};

/// No more work while so much waits: the run tests sending, not a backlog.
const BACKLOG: u32 = 12;
const SHOTS: [&str; 3] = ["scene_front", "scene_rear", "contact_close"];
/// Bytes of the photos, by turns; most are cut at least once, some never.
const PHOTOS: [usize; 5] = [20_000, 700_000, 70_000, 250_000, 2_000];

fn wired(folder: &Path) -> Result<Installation, Failed> {
    let mut phone = Installation::new(folder, 1);
    let wire = std::fs::read_to_string(folder.join("wire"))?;
    if let [address, key, token] = wire.lines().collect::<Vec<_>>()[..] {
        phone.gateway = Some((address.to_owned(), key.to_owned()));
        phone.token = Some(token.to_owned());
    }
    Ok(phone)
}

/// Works and sends until it is killed; it never ends by itself but for a failure.
pub fn work_and_send(folder: &Path) -> Result<(), Failed> {
    let field = wired(folder)?.open()?;
    say("ready");
    let pending = Arc::new(AtomicU32::new(u32::MAX));
    let (sending, told) = (Arc::clone(&field), Arc::clone(&pending));
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Runtime::new() else { return };
        loop {
            if let Ok(report) = runtime.block_on(sending.sync(SyncBudget::of_seconds(2))) {
                told.store(report.pending, Ordering::Relaxed);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    loop {
        // A process that has just begun does not know its backlog: it works first.
        if (BACKLOG..u32::MAX).contains(&pending.load(Ordering::Relaxed)) {
            std::thread::sleep(Duration::from_millis(10));
            continue;
        }
        let case = open_case(&field)?;
        go_on(&field, &case)?;
    }
}

/// Sends until nothing waits, or so many seconds are over; says what is left, and how much memory it took.
pub fn drain(folder: &Path, seconds: u64) -> Result<(), Failed> {
    let field = wired(folder)?.open()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let until = Instant::now() + Duration::from_secs(seconds);
    loop {
        let report = runtime.block_on(field.sync(SyncBudget::of_seconds(20)))?;
        if report.pending == 0 || Instant::now() > until {
            let queue = field.queue()?;
            queue.items.iter().filter(|item| item.state != "done").for_each(|item| eprintln!("{item:?}"));
            say(&format!("drained {} {} {}", report.pending, report.parked, queue.done));
            say(&format!("memory {}", most_memory_kib()));
            field.shutdown();
            return Ok(());
        }
    }
}

/// The most memory that this process ever had, KiB; 0 where the system does not tell.
fn most_memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// The case that the process before was at, or a new one.
fn open_case(field: &Field) -> Result<String, Failed> {
    for case in field.cases()? {
        if field.case(case.clone())?.revisions.is_empty() {
            return Ok(case);
        }
    }
    let case = field.sight(SightInput { position: None, accident: None, own_party: None, training: false })?;
    say(&format!("case {case}"));
    Ok(case)
}

/// One case from wherever it stands to its seal.
fn go_on(field: &Field, case: &str) -> Result<(), Failed> {
    let view = field.case(case.to_owned())?;
    for slot in SHOTS.iter().skip(view.photos.len()) {
        let mut number = [0; 8];
        let _ = getrandom::fill(&mut number);
        let number = u64::from_le_bytes(number);
        let bytes = small_photo(number, PHOTOS[number as usize % PHOTOS.len()]).ok_or("no photo")?;
        let taken = field.add_photo(case.to_owned(), (*slot).into(), PhotoInput::Bytes { bytes }, None)?;
        say(&format!("photo {case} {}", taken.sha256));
    }
    loop {
        let view = field.case(case.to_owned())?;
        if view.may_clear {
            field.clear(case.to_owned())?;
            continue;
        }
        let Some(next) = view.next else { break };
        let value = fitting_answer(&next.question, next.party.as_deref()).to_owned();
        let reply = Reply { question: next.question, party: next.party, value: Some(value), skip: None };
        field.answer(case.to_owned(), reply)?;
    }
    for party in ["A", "B"] {
        for round in [SignatureRound::Facts, SignatureRound::Settlement] {
            sign(field, &field.case(case.to_owned())?, party, round)?;
        }
    }
    let sealed = field.seal(case.to_owned(), None)?;
    say(&format!("sealed {case} {}", sealed.revisions.len()));
    Ok(())
}

fn sign(field: &Field, view: &CaseView, party: &str, round: SignatureRound) -> Result<(), Failed> {
    let name = match round {
        SignatureRound::Facts => "facts",
        SignatureRound::Settlement => "settlement",
    };
    if view.signatures.iter().any(|signed| signed.holds && signed.party == party && signed.round == name) {
        return Ok(());
    }
    let signing = view.signing.as_ref().ok_or("nothing to sign")?;
    let shown_sha256 = match round {
        SignatureRound::Facts => signing.facts_sha256.clone(),
        SignatureRound::Settlement => signing.settlement_sha256.clone(),
    };
    let strokes = vec![vec![StrokePoint { x: 10, y: 10 }, StrokePoint { x: 900, y: 800 }]];
    let factor = SignatureFactor::Witness { party: None };
    field.sign(view.id.clone(), SignatureInput { party: party.into(), round, shown_sha256, strokes, factor })?;
    Ok(())
}

fn say(line: &str) {
    let mut out = io::stdout().lock();
    // Nobody reads any more: the parent is gone, and the next line would be for nobody as well.
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        std::process::exit(3);
    }
}
