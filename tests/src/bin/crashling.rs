//! Answers and photographs in a loop and prints each acknowledgement, until somebody kills it. Triggered by the kill
//! tests with a folder. `intake` hands in one camera file after another instead; with a step and a count, it stops dead
//! when an intake reaches that step for that time, to be killed there. Neither ends by itself. `full` takes one photo in
//! while the disk of the folder has ever another room left, and once more when there is room; `once` takes one in and says
//! how that ended.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use jingbao::{
    Field, FieldError,
    records::{PhotoInput, Reply, SightInput},
    views::SyncBudget,
};
use jingbao_core::{canon::Sha256, edge::watch_steps};
use jingbao_tests::roadside::{Installation, small_photo};

/// Bytes of a photo, more than one chunk of the vault, so that a kill can fall between two.
const PHOTO: usize = 150_000;
/// Bytes of a photo of the intake alone: two chunks.
const SMALL: usize = 70_000;

/// Where to stop: the step, and how often it is passed before.
static STOP: OnceLock<(String, AtomicU32)> = OnceLock::new();

/// The phone, with the gateway that `wire` in its folder names: address, key and token, a line each.
fn wired(folder: &Path) -> Installation {
    let mut phone = Installation::new(folder, 1);
    let wire = fs::read_to_string(folder.join("wire")).unwrap_or_default();
    if let [address, key, token] = wire.lines().collect::<Vec<_>>()[..] {
        phone.gateway = Some((address.to_owned(), key.to_owned()));
        phone.token = Some(token.to_owned());
    }
    phone
}

fn main() -> ExitCode {
    let mut given = std::env::args().skip(1);
    let Some(folder) = given.next().map(PathBuf::from) else { return ExitCode::from(2) };
    let what = given.next().unwrap_or_default();
    if let (Some(step), Some(Ok(passes))) = (given.next(), given.next().map(|text| text.parse())) {
        let _ = STOP.set((step, AtomicU32::new(passes)));
    }
    let run = |field: &Field| match what.as_str() {
        "intake" => hand_in(field, &folder),
        "full" => fill(field, &folder),
        "once" => once(field),
        "erase" => erase(field),
        "notify" => notify(field),
        "withdraw" => withdraw(field),
        "deliver" => deliver(field),
        _ => run(field),
    };
    match wired(&folder).open().and_then(|field| run(&field)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn some_case(field: &Field) -> Result<String, FieldError> {
    let case = match field.cases()?.pop() {
        Some(case) => case,
        None => field.sight(SightInput { position: None, accident: None, own_party: None, training: false })?,
    };
    say(&format!("case {case}"));
    Ok(case)
}

/// One camera file after another; each is named before it is handed in and after it is acknowledged.
fn hand_in(field: &Field, folder: &Path) -> Result<(), FieldError> {
    let case = some_case(field)?;
    let camera = folder.join("camera");
    let _ = fs::create_dir_all(&camera);
    watch_steps(stop_at);
    loop {
        let mut number = [0; 8];
        let _ = getrandom::fill(&mut number);
        let number = u64::from_le_bytes(number);
        let (bytes, path) = (small_photo(number, SMALL).unwrap_or_default(), camera.join(format!("{number}.jpg")));
        if fs::write(&path, &bytes).is_err() {
            std::process::exit(4);
        }
        say(&format!("handing {} {number}.jpg", Sha256::of(&bytes)));
        let photo = PhotoInput::Temporary { path: path.display().to_string() };
        let taken = field.add_photo(case.clone(), "other".into(), photo, None)?;
        say(&format!("photo {}", taken.sha256));
    }
}

/// How one photo ended, and how many there are: in the case, in the vault.
fn try_one(field: &Field, case: &str, number: u64) -> Result<bool, FieldError> {
    let bytes = small_photo(number, SMALL).unwrap_or_default();
    let taken = field.add_photo(case.to_owned(), "other".into(), PhotoInput::Bytes { bytes }, None);
    match &taken {
        Ok(taken) => say(&format!("photo {}", taken.sha256)),
        Err(error) => say(&format!("refused {error}")),
    }
    say(&format!("photos {}", field.case(case.to_owned())?.photos.len()));
    Ok(taken.is_ok())
}

fn once(field: &Field) -> Result<(), FieldError> {
    let case = some_case(field)?;
    try_one(field, &case, u64::from(std::process::id())).map(drop)
}

/// Takes two photos for training and erases the first.
fn erase(field: &Field) -> Result<(), FieldError> {
    let case = field.sight(SightInput { position: None, accident: None, own_party: None, training: true })?;
    say(&format!("case {case}"));
    let first = field.add_photo(case.clone(), "other".into(), picture(1), None)?;
    field.add_photo(case.clone(), "other".into(), picture(2), None)?;
    say(&format!("photo {}", first.photo));
    watch_steps(stop_at);
    field.erase_photo(case, first.photo)?;
    stopped()
}

/// Notifies A's insurer of the case that is here.
fn notify(field: &Field) -> Result<(), FieldError> {
    let case = some_case(field)?;
    watch_steps(stop_at);
    field.notify_insurer(case, "A".into())?;
    stopped()
}

/// Takes back what A's notice stands on.
fn withdraw(field: &Field) -> Result<(), FieldError> {
    let case = some_case(field)?;
    watch_steps(stop_at);
    field.withdraw(case, "A".into(), "own_insurer".into())?;
    stopped()
}

/// Sends what waits.
fn deliver(field: &Field) -> Result<(), FieldError> {
    watch_steps(stop_at);
    if let Ok(runtime) = tokio::runtime::Runtime::new() {
        runtime.block_on(field.sync(SyncBudget::of_seconds(30)))?;
    }
    stopped()
}

fn stopped() -> ! {
    say("stopped");
    loop {
        std::thread::park();
    }
}

/// Rounds with a disk that is full but for some pages; every second photo goes in because there is room again.
fn fill(field: &Field, folder: &Path) -> Result<(), FieldError> {
    let case = some_case(field)?;
    let (ballast, vault) = (folder.join("ballast"), folder.join("store").join("photos"));
    for round in 0..300_u64 {
        let stuffed = fs::File::create(&ballast).and_then(|mut file| {
            while file.write_all(&[0x5a; 4096]).is_ok() {}
            let full = file.metadata()?.len();
            file.set_len(full.saturating_sub(round % 75 * 4096))
        });
        if stuffed.is_err() {
            std::process::exit(4);
        }
        let kept = try_one(field, &case, 2 * round)?;
        let files = || fs::read_dir(&vault).map_or(0, |files| files.count());
        say(&format!("files {}", files()));
        let _ = fs::remove_file(&ballast);
        if !kept && !try_one(field, &case, 2 * round)? {
            std::process::exit(5);
        }
        say(&format!("files {}", files()));
    }
    Ok(())
}

fn stop_at(step: &str) {
    if let Some((wanted, passes)) = STOP.get()
        && step == wanted
        && passes.fetch_sub(1, Ordering::Relaxed) == 0
    {
        stopped()
    }
}

fn run(field: &Field) -> Result<(), FieldError> {
    let case = some_case(field)?;
    let known = field.case(case.clone())?;
    let mut number =
        known.answers.iter().filter_map(|a| a.value.as_ref()?.strip_prefix("at ")?.parse().ok()).max().unwrap_or(0_u64);
    if !known.cleared {
        prepare(field, &case)?;
    }
    loop {
        number += 1;
        let place =
            Reply { question: "scene.place".into(), party: None, value: Some(format!("at {number}")), skip: None };
        field.answer(case.clone(), place)?;
        say(&format!("answered {number}"));
        if number.is_multiple_of(5) {
            let taken = field.add_photo(case.clone(), "other".into(), picture(number), None)?;
            say(&format!("photo {}", taken.sha256));
        }
    }
}

/// Through the screen, with three photos, off the road.
fn prepare(field: &Field, case: &str) -> Result<(), FieldError> {
    for slot in ["scene_front", "scene_rear", "contact_close"] {
        field.add_photo(case.to_owned(), slot.into(), picture(0), None)?;
    }
    while let Some(next) = field.case(case.to_owned())?.next.filter(|next| next.question.starts_with("fact.")) {
        let value = match next.question.as_str() {
            "fact.parties" => "motor_motor",
            "fact.road" => "city",
            _ => "no",
        };
        let reply = Reply { question: next.question, party: next.party, value: Some(value.into()), skip: None };
        field.answer(case.to_owned(), reply)?;
    }
    field.clear(case.to_owned()).map(drop)
}

fn picture(number: u64) -> PhotoInput {
    PhotoInput::Bytes { bytes: small_photo(number, PHOTO).unwrap_or_default() }
}

fn say(line: &str) {
    let mut out = io::stdout().lock();
    // Nobody reads any more: the parent is gone, and the next line would be for nobody as well.
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        std::process::exit(3);
    }
}
