//! `crash [KILLS] [SEED]`: how a run of [`crash`](crate::crash) ended, as figures whose limit is none at all.

use super::{Failed, Figure, folder};
use crate::crash::{Plan, find_tusd, run};

/// The word that makes the bench program kill, and measure nothing else.
pub const CRASH: &str = "crash";
const KILLS: u32 = 200;

/// Kills as often as the words say, and tells the verdict.
pub fn figures(words: &[String]) -> Result<Vec<Figure>, Failed> {
    let number = |at: usize, usual: u64| words.get(at).map_or(Ok(usual), |word| word.parse::<u64>());
    let (kills, seed) = (u32::try_from(number(0, KILLS.into())?)?, number(1, 1)?);
    let folder = folder()?;
    let tusd = find_tusd();
    if tusd.is_none() {
        eprintln!("crash: without tusd, over the gateway's own endpoint");
    }
    let verdict = run(&Plan { kills, seed, tusd, folder: folder.path().to_owned() })?;
    eprintln!("{verdict}");
    if !verdict.is_good() {
        eprintln!("kept: {}", folder.keep().display());
    }
    let none = |name, count: f64| Figure { name, ours: count, limit: 0.0, ratio: count, unit: "" };
    let all = verdict.kills.iter().sum::<u32>();
    let pace = f64::from(all) / verdict.elapsed.as_secs_f64();
    Ok(vec![
        Figure {
            name: "crash kills",
            ours: all.into(),
            limit: 1.0,
            ratio: f64::from(kills) / f64::from(all),
            unit: "",
        },
        Figure { name: "crash pace", ours: pace, limit: 1.0, ratio: 0.0, unit: "/s" },
        Figure { name: "crash acknowledged", ours: verdict.acknowledged as f64, limit: 1.0, ratio: 0.0, unit: "" },
        none("crash lost", verdict.lost as f64),
        none("crash double", verdict.double as f64),
        none("crash stuck", verdict.stuck.into()),
        none("crash unclean", verdict.unclean.into()),
    ])
}
