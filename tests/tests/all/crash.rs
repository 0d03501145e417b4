//! Processes that are killed, with a real tusd where there is one.

use jingbao_tests::crash::{Plan, find_tusd, run};

/// As many as fit into CI; `cargo xtask bench crash 10000` kills more.
const KILLS: u32 = 200;

#[test]
fn s4_s13_s14_s16_whoever_is_killed_and_however_often_what_was_acknowledged_is_there_once_and_nothing_is_stuck() {
    let tusd = find_tusd();
    if tusd.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI has a tusd: cargo xtask test builds it");
        eprintln!(
            "skipped: no tusd here (cargo xtask bench crash builds it with Go), the gateway's own endpoint stands in"
        );
    }
    let folder = tempfile::tempdir().expect("a folder");
    let plan = Plan { kills: KILLS, seed: 20_261_123, tusd, folder: folder.path().to_owned() };
    let verdict = run(&plan).expect("judged");
    eprintln!("{verdict}");
    assert!(verdict.is_good(), "{verdict}");
    assert!(verdict.acknowledged > 0 && verdict.done > 0, "{verdict}");
}
