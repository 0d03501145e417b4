//! Invariant 1 with a process that is really killed.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use jingbao_tests::roadside::Installation;

const KILLS: u32 = 24;

#[derive(Default)]
struct Acknowledged {
    case: Option<String>,
    number: u64,
    photos: BTreeSet<String>,
}

fn crashling(folder: &std::path::Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_crashling"))
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("started")
}

/// Lets it come to its first acknowledgement, or only to its first line where `early`, then run for a while; kills it,
/// and reads everything it had said.
fn run_and_kill(folder: &std::path::Path, early: bool, after: Duration, told: &mut Acknowledged) {
    let mut child = crashling(folder);
    let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
    let mut heard = Vec::new();
    while !heard.iter().any(|line: &String| early || line.starts_with("answered")) {
        heard.push(lines.next().expect("a line").expect("text"));
    }
    std::thread::sleep(after);
    child.kill().expect("killed");
    child.wait().expect("ended");
    // A line cut by the kill was not said.
    for line in heard.into_iter().chain(lines.map_while(Result::ok)) {
        match line.split_once(' ') {
            Some(("case", case)) => told.case = Some(case.to_owned()),
            Some(("answered", number)) => told.number = number.parse().expect("a number"),
            Some(("photo", sha256)) if sha256.len() == 64 => drop(told.photos.insert(sha256.to_owned())),
            _ => {}
        }
    }
}

#[test]
fn invariant_1_what_was_acknowledged_survives_sigkill_at_any_moment() {
    let folder = tempfile::tempdir().expect("a folder");
    let phone = Installation::new(folder.path(), 1);
    let mut told = Acknowledged::default();
    let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
    let mut grew = 0;
    for kill in 0..KILLS {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let before = told.number;
        run_and_kill(folder.path(), kill % 6 == 0, Duration::from_millis(chance >> 56), &mut told);
        grew += u32::from(told.number > before);
        let field = phone.open().expect("opens after a kill");
        let case = told.case.clone().expect("it told its case");
        let view = field.case(case).expect("the case is there");
        let numbers = view.answers.iter().filter_map(|answer| answer.value.as_ref()?.strip_prefix("at ")?.parse().ok());
        let found: u64 = numbers.max().unwrap_or(0);
        assert!(found == told.number || found == told.number + 1, "kill {kill}: {found}, told {}", told.number);
        let here: BTreeSet<String> = view.photos.iter().map(|photo| photo.sha256.clone()).collect();
        assert!(told.photos.is_subset(&here), "kill {kill}: an acknowledged photo is gone");
        let queued = field.queue().expect("a queue").items.iter().filter(|item| item.kind == "photo").count();
        assert_eq!(queued, view.photos.len(), "a photo and its queue row are one transaction");
        field.shutdown();
    }
    assert!(grew >= 20, "only {grew} of {KILLS} runs came to an acknowledgement");
    let field = phone.open().expect("opens");
    let bundle = folder.path().join("bundle.zip");
    field.export(told.case.expect("a case"), bundle.display().to_string()).expect("every photo reads back whole");
}
