//! Power loss at every write and sync of the main job (invariants 1 to 4, S7, S30). A process does the job once and records
//! what went to disk and what it said; then the disk is made as it would be found after each line of that record, with
//! what was not synced lost or torn, and the real engine opens it: all that was said before is there, nothing is half,
//! and the queue goes on to its end against the same gateway.

use std::{
    fs,
    path::Path,
    process::Command,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use jingbao::{Field, views::CaseView};
use jingbao_core::canon::Sha256;
use jingbao_tests::{
    power::disk::{Entry, Fate, found_after, told_before},
    roadside::Installation,
};
use serde_json::Value;

use crate::fixture::{Gateway, enrol, sync, verify};

/// Every so many-th disk is also sent to its end and exported.
const WHOLE: usize = 12;

/// The phone that did the job, what it recorded, and the gateway it spoke to.
struct Job {
    phone: Installation,
    record: Vec<Entry>,
    _folders: [tempfile::TempDir; 2],
    _gateway: Gateway,
}

/// Done once for all tests of this file.
fn job() -> &'static Job {
    static JOB: OnceLock<Job> = OnceLock::new();
    JOB.get_or_init(|| {
        let (folder, data) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("data"));
        let gateway = Gateway::start(data.path());
        let mut phone = Installation::new(folder.path(), 1);
        enrol(&mut phone, &gateway, data.path());
        let (address, key) = phone.gateway.clone().expect("a gateway");
        let token = phone.token.clone().expect("a token");
        fs::write(folder.path().join("wire"), format!("{address}\n{key}\n{token}\n")).expect("written");
        let done = Command::new(env!("CARGO_BIN_EXE_powerling")).arg(folder.path()).status().expect("started");
        assert!(done.success());
        let text = fs::read_to_string(folder.path().join("record")).expect("a record");
        let record = text.lines().map(|line| serde_json::from_str(line).expect("an entry")).collect();
        Job { phone, record, _folders: [folder, data], _gateway: gateway }
    })
}

/// Checks the disks of these places side by side: the first thing that is wrong with any.
fn check_all(record: &[Entry], disks: &[(usize, Fate)]) -> Result<(), String> {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some((place, fate)) = disks.get(next.fetch_add(1, Ordering::Relaxed)) {
            check(&job().phone, record, *place, *fate)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("it ends"))
    })
}

/// The places behind which the job had begun.
fn places(record: &[Entry]) -> impl Iterator<Item = usize> {
    let begun = record.iter().position(|entry| matches!(entry, Entry::Told { .. })).expect("something told");
    begun + 2..=record.len()
}

#[test]
fn s7_s30_invariants_1_to_4_a_loss_of_power_at_any_write_or_sync_takes_nothing_that_was_said() {
    let record = &job().record;
    let count = |of: fn(&Entry) -> bool| record.iter().filter(|entry| of(entry)).count();
    let writes = count(|entry| matches!(entry, Entry::Write { .. }));
    let syncs = count(|entry| matches!(entry, Entry::Sync { .. }));
    assert!(writes > 100 && syncs > 50, "{writes} writes, {syncs} syncs: nothing was recorded");
    let mut disks = Vec::new();
    for place in places(record) {
        // Right after something was said, and at every other place, all that is not durable is gone; else it is torn.
        let said = matches!(record[place - 1], Entry::Told { .. });
        disks.push((place, if said || place % 2 == 0 { Fate::Lost } else { Fate::Torn(place as u64) }));
    }
    assert_eq!(check_all(record, &disks), Ok(()));
}

#[test]
fn a_store_or_a_vault_that_did_not_sync_would_be_found_out() {
    let record = &job().record;
    let without = |of: &dyn Fn(&Entry) -> bool| -> Vec<Entry> {
        let begun = record.iter().position(|entry| matches!(entry, Entry::Told { .. })).expect("something told");
        let kept = |(n, entry): &(usize, &Entry)| *n < begun || !of(entry);
        record.iter().enumerate().filter(kept).map(|(_, entry)| entry.clone()).collect()
    };
    let of = |entry: &Entry, part: &str| matches!(entry, Entry::Sync { file } if file.contains(part));
    let lazy = [
        without(&|entry| of(entry, "-wal")),
        without(&|entry| of(entry, ".part")),
        without(&|entry| matches!(entry, Entry::SyncNames)),
    ];
    for record in lazy {
        let disks: Vec<_> = places(&record).filter(|place| place % 5 == 0).map(|place| (place, Fate::Lost)).collect();
        assert!(check_all(&record, &disks).is_err());
    }
}

/// Opens what is found after the power failed there.
fn check(phone: &Installation, record: &[Entry], place: usize, fate: Fate) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(phone.folder.join("master.key"), folder.path().join("master.key")).expect("copied");
    let found = Installation { folder: folder.path().to_owned(), ..phone.clone() };
    fs::create_dir_all(found.store()).expect("made");
    found_after(record, place, fate, &found.store()).expect("made");
    let at = |what: &str| format!("{place} of {}, {fate:?}: {what}", record.len());
    let must = |holds: bool, what: &str| if holds { Ok(()) } else { Err(at(what)) };
    let field = found.open().map_err(|error| at(&error.to_string()))?;
    let told = told_before(record, place);
    let case = told.iter().find_map(|what| what["case"].as_str());
    if let Some(case) = case {
        let view = field.case(case.to_owned()).map_err(|error| at(&error.to_string()))?;
        told.iter().try_for_each(|what| must(is_kept(&field, &view, what), &format!("{what} is not kept")))?;
    }
    if place.is_multiple_of(WHOLE) || place == record.len() {
        // What the gateway has of later is the same bytes; what is here goes to its end.
        let report = sync(&field, 30);
        must((report.pending, report.parked) == (0, 0), "the queue does not go on")?;
        let queue = field.queue().expect("a queue");
        must(queue.items.iter().all(|item| item.state == "done"), "something has no receipt")?;
        if let Some(case) = case {
            let bundle = folder.path().join("bundle.zip");
            field.export(case.to_owned(), bundle.display().to_string()).expect("exported");
            must(verify(&bundle)["whole"] == true, "the bundle is broken")?;
        }
    }
    field.shutdown();
    drop(field);
    must(integrity(&found) == "ok", "the database is damaged")
}

/// Whether what a person was told is there.
fn is_kept(field: &Arc<Field>, view: &CaseView, what: &Value) -> bool {
    let photo = what["photo"].as_str().is_none_or(|sha256| {
        let known = view.photos.iter().any(|photo| photo.sha256 == sha256);
        let bytes = field.original(view.id.clone(), what["id"].as_str().unwrap_or_default().into());
        known && bytes.is_ok_and(|bytes| Sha256::of(&bytes).to_string() == sha256)
    });
    let answer = what["answer"].as_str().is_none_or(|_| {
        let (question, party) = (what["question"].as_str(), what["party"].as_str());
        let mut answers = view.answers.iter().filter(|one| one.value.is_some());
        answers.any(|one| Some(one.question.as_str()) == question && one.party.as_deref() == party)
    });
    let signatures = view.signatures.len() as u64 >= what["signatures"].as_u64().unwrap_or(0);
    let revisions = view.revisions.len() as u64 >= what["revisions"].as_u64().unwrap_or(0);
    photo && answer && signatures && revisions && (what["cleared"].is_null() || view.cleared)
}

/// What SQLite itself says of the file.
fn integrity(phone: &Installation) -> String {
    let master = fs::read(phone.folder.join("master.key")).expect("a key");
    let mut raw = [0; 32];
    hkdf::Hkdf::<sha2::Sha256>::new(None, &master).expand(b"jingbao database v1", &mut raw).expect("expands");
    let path: &Path = &phone.store().join("jingbao.db");
    let db = rusqlite::Connection::open(path).expect("opens");
    db.pragma_update(None, "key", format!("x'{}'", hex::encode(raw))).expect("keyed");
    db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("checked")
}
