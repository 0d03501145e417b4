//! The queue under everything that can go wrong at once. One seed is one story: phones with the real queue, a gateway, a
//! network between them, clocks and disks in virtual time; messages are lost, late, doubled, cut and forged, processes end
//! between any two instructions, and at some time everything is well again. A bounded time later all that anybody was
//! told is kept must be where it belongs, once, byte for byte and in order ([`judge`]).
//!
//! | module | holds |
//! |---|---|
//! | [`plan`] | what happens in a story, made from its seed |
//! | [`world`] | virtual time, the network, who is called when |
//! | [`phone`] | the real queue, and around it what the engine does, over a modelled disk ([`disk`]) |
//! | [`courier`], [`answers`] | one operation on its way, and what an answer means |
//! | [`gateway`] | the gateway's rules over maps; a test holds it against the real one |
//! | [`judge`] | what must hold |
//! | [`mutation`] | ways in which a queue could be wrong, to see that they are noticed |
//! | [`shrink`], [`tale`] | a failing story made short and readable |
//!
//! Not its business: SQLite, HTTP, processes; those are met by the tests that kill and cut real ones.

pub mod answers;
pub mod courier;
pub mod dice;
pub mod disk;
pub mod gateway;
pub mod judge;
pub mod knife;
pub mod mutation;
pub mod paper;
pub mod phone;
pub mod plan;
pub mod shrink;
pub mod tale;
pub mod wire;
pub mod world;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use mutation::Mutation;
use plan::Plan;
use world::play;

/// What many stories came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Stories.
    pub stories: u64,
    /// Requests in them.
    pub calls: u64,
    /// Processes that ended in the middle.
    pub kills: u64,
    /// Rounds of sync that were refused because one was running.
    pub busy: u64,
    /// The lowest seed whose story failed.
    pub failed: Option<u64>,
}

/// Plays the stories of these seeds on every processor; ends early once one has failed.
pub fn play_all(seeds: std::ops::Range<u64>, mutation: Option<Mutation>) -> Tally {
    let next = AtomicU64::new(seeds.start);
    let stop = AtomicBool::new(false);
    let work = || {
        let mut tally = Tally::default();
        while !stop.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                break;
            }
            let ended = play(&Plan::of(seed), mutation, false);
            tally.stories += 1;
            tally.calls += ended.calls;
            tally.kills += ended.kills;
            tally.busy += ended.busy;
            if ended.wrong.is_some() {
                tally.failed = Some(tally.failed.map_or(seed, |known| known.min(seed)));
                stop.store(true, Ordering::Relaxed);
            }
        }
        tally
    };
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().filter_map(|one| one.join().ok()).fold(Tally::default(), |sum, one| Tally {
            stories: sum.stories + one.stories,
            calls: sum.calls + one.calls,
            kills: sum.kills + one.kills,
            busy: sum.busy + one.busy,
            failed: sum.failed.into_iter().chain(one.failed).min(),
        })
    })
}

/// The shortest story of a failing seed, in lines.
pub fn explain(seed: u64, mutation: Option<Mutation>) -> String {
    let (plan, ended) = shrink::shortest(&Plan::of(seed), mutation);
    let wrong = ended.wrong.unwrap_or_else(|| "nothing is wrong".into());
    let mut lines = vec![format!("seed {seed}: {wrong}"), format!("{plan:#?}")];
    lines.extend(ended.lines);
    lines.push(wrong);
    lines.join("\n")
}
