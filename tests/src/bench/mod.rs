//! What our layers cost over the bare work that cannot be avoided. Both are measured in one run, taking turns, so that
//! a slow disk or a busy machine slows both; each figure is the median of its rounds.
//!
//! | row | ours | the bare work |
//! |---|---|---|
//! | `record` | a durable answer | the same two rows, inserted and committed by hand |
//! | | a grown case: see `thick` | |
//! | `intake` | a photo of 6 MB, and one of 100 MB, made safe; its memory | read, hash, encrypt, write, fsync, rename, commit |
//! | `inspect` | the metadata of a photo; with its hash | exiftool over the same files |
//! | `link` | a photo over a link with stalls and cuts: bytes, time | the file's bytes; bandwidth and round trips |
//! | `duty` | a fix against 100,000 accidents | a packed R-tree asked for the same area |
//! | | made drives whose truth is known | the bounds that hold for them |
//! | `sim` | stories of the simulator; a number after the name says how many | five minutes for ten thousand; none may fail |
//! | `queue` | a response that is journaled and queued at once; opening, polling and draining ten thousand | see there |
//!
//! `crash` is no row but a run of its own: kills, and what came of them.
//! Not its business: absolute speed, which says more of the machine than of the code.

mod crash;
mod duty;
mod inspect;
mod intake;
mod link;
mod ports;
mod queue;
mod record;
mod sim;
mod store;
mod thick;

pub use crash::{CRASH, figures as crash_figures};
pub use intake::{MEMORY_OF, memory_of};

use std::{
    fmt,
    path::Path,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Whatever keeps a row from being measured.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Measures the figures of a row.
pub type Measure = fn() -> Result<Vec<Figure>, Failed>;

/// The rows by name.
pub const ROWS: [(&str, Measure); 7] = [
    ("record", record::measure),
    ("intake", intake::measure),
    ("inspect", inspect::measure),
    ("duty", duty::measure),
    ("link", link::measure),
    ("sim", sim::measure),
    ("queue", queue::measure),
];

/// One line of the bench, as `cargo xtask bench` reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    name: &'static str,
    ours: f64,
    limit: f64,
    ratio: f64,
    unit: &'static str,
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figure { name, ours, limit, ratio, unit } = self;
        write!(f, r#"{{"name":"{name}","ours":{ours:.3},"limit":{limit},"ratio":{ratio:.3},"unit":"{unit}"}}"#)
    }
}

/// Median times of two works that took turns.
struct Turns {
    ours: Duration,
    bare: Duration,
}

impl Turns {
    /// `rounds` times the one and the other, after one round of each that does not count.
    fn take(
        rounds: usize,
        mut ours: impl FnMut() -> Result<(), Failed>,
        mut bare: impl FnMut() -> Result<(), Failed>,
    ) -> Result<Turns, Failed> {
        let mut times = (Vec::new(), Vec::new());
        for round in 0..=rounds {
            let pair = (timed(&mut ours)?, timed(&mut bare)?);
            if round > 0 {
                times.0.push(pair.0);
                times.1.push(pair.1);
            }
        }
        Ok(Turns { ours: median(times.0), bare: median(times.1) })
    }

    /// How many times as long ours takes.
    fn ratio(&self) -> f64 {
        self.ours.as_secs_f64() / self.bare.as_secs_f64()
    }
}

fn timed(work: &mut impl FnMut() -> Result<(), Failed>) -> Result<Duration, Failed> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A folder on the disk the program itself lies on: the system's one for temporary files is often memory.
fn folder() -> Result<TempDir, Failed> {
    let program = std::env::current_exe()?;
    Ok(tempfile::tempdir_in(program.parent().unwrap_or(Path::new(".")))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one_whatever_the_order() {
        let times = [5, 1, 900].map(Duration::from_millis).to_vec();
        assert_eq!(median(times), Duration::from_millis(5));
    }

    #[test]
    fn a_figure_is_one_flat_json_object() {
        let figure = Figure { name: "duty", ours: 12.3456, limit: 10.0, ratio: 2.0, unit: "us" };
        let read: serde_json::Value = serde_json::from_str(&figure.to_string()).expect("JSON");
        assert_eq!((read["ours"].as_f64(), read["name"].as_str()), (Some(12.346), Some("duty")));
    }

    #[test]
    fn the_warm_up_round_does_not_count() {
        let mut calls = 0;
        let slow_at_first = || {
            calls += 1;
            if calls == 1 {
                std::thread::sleep(Duration::from_millis(50));
            }
            Ok(())
        };
        let turns = Turns::take(1, slow_at_first, || Ok(())).expect("measured");
        assert!(turns.ours < Duration::from_millis(50));
        assert_eq!(calls, 2);
    }
}
