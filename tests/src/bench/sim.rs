//! Stories of the simulator, as many as the command line says: how long ten thousand of them take, and that none fails.
//! The first failing one is told on standard error, made as short as it gets.

use std::{io::Write, time::Instant};

use super::{Failed, Figure};
use crate::simulator::{explain, play_all};

/// As many as nobody waits for.
const USUALLY: u64 = 20_000;
/// What continuous integration gives ten thousand, seconds.
const LIMIT_S: f64 = 300.0;

pub(super) fn measure() -> Result<Vec<Figure>, Failed> {
    let seeds = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(USUALLY);
    let start = Instant::now();
    let tally = play_all(0..seeds, None);
    let seconds = start.elapsed().as_secs_f64() * 10_000.0 / tally.stories.max(1) as f64;
    let line = format!("{} stories, {} requests, {} kills", tally.stories, tally.calls, tally.kills);
    let _ = writeln!(std::io::stderr(), "{line}");
    if let Some(seed) = tally.failed {
        let _ = writeln!(std::io::stderr(), "{}", explain(seed, None));
    }
    let failed = f64::from(u8::from(tally.failed.is_some()));
    let stories = tally.stories as f64;
    Ok(vec![
        Figure { name: "sim 10,000 stories", ours: seconds, limit: 1.0, ratio: seconds / LIMIT_S, unit: "s" },
        Figure { name: "sim stories failed", ours: stories, limit: 0.0, ratio: failed, unit: "stories" },
    ])
}
