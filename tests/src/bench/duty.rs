//! `duty`: one fix against 100,000 open accidents, against a bare packed R-tree asked for the same area; ten times as many
//! at the same density; a hundred, against looking at each; and how the check does on made drives whose truth is known.

use std::{
    hint::black_box,
    io::{self, Write},
};

use geo_index::rtree::{RTree, RTreeBuilder, RTreeIndex, sort::HilbertSort};
use geo_types::Coord;
use jingbao_core::{
    canon,
    duty::{Accidents, DutyRules, Fix, OpenAccident, Road, Standing, Watch},
    place::{Point, distance_m},
    time::Timestamp,
    triage::Ternary,
};
use jingbao_gateway::track::fixes;

use super::{Failed, Figure, Turns};
use crate::{
    scenery::{ACCIDENT, drive},
    traffic::{Errs, Tally},
};

/// Accidents are this far apart in both directions, degrees: a bad day in a large city.
const APART_DEG: f64 = 0.0036;
const ROUNDS: usize = 9;
/// How often the drive is driven in each round: one of four minutes is over too soon to be timed.
const TRIPS: usize = 50;
/// Metres around the car that the bare query asks for: the warning distance of the drive, and errors.
const AROUND_M: f64 = 250.0;
/// Drives of each kind of way in `duty drives`.
const DRIVES: u64 = 200;

pub(super) fn measure() -> Result<Vec<Figure>, Failed> {
    let start = Timestamp(1_795_417_000_000);
    let fixes = fixes(&drive(1, start), 10.0);
    let mut figures = Vec::new();
    let city = accidents(316, start)?;
    let (small, large): (Accidents, Accidents) =
        (city.iter().cloned().collect(), accidents(1_000, start)?.into_iter().collect());
    let tree = packed(&city);
    let per_fix = |turns: &Turns| turns.ours.as_secs_f64() * 1e6 / (TRIPS * fixes.len()) as f64;
    let against_tree = Turns::take(ROUNDS, || watch(&fixes, &small), || ask(&fixes, &tree))?;
    let (ours, ratio) = (per_fix(&against_tree), against_tree.ratio());
    figures.push(Figure { name: "duty", ours, limit: 5.0, ratio, unit: "us" });
    figures.push(Figure { name: "duty in 20 us", ours, limit: 1.0, ratio: ours / 20.0, unit: "us" });
    let grown = Turns::take(ROUNDS, || watch(&fixes, &large), || watch(&fixes, &small))?;
    figures.push(Figure { name: "duty x10", ours: per_fix(&grown), limit: 1.3, ratio: grown.ratio(), unit: "us" });
    let few: Vec<OpenAccident> = accidents(10, start)?;
    let few_near: Accidents = few.iter().cloned().collect();
    let scanned = Turns::take(ROUNDS, || watch(&fixes, &few_near), || scan(&fixes, &few))?;
    figures.push(Figure { name: "duty few", ours: per_fix(&scanned), limit: 1.0, ratio: scanned.ratio(), unit: "us" });
    let bodies = city.iter().map(canon::bytes).collect::<Result<Vec<_>, _>>()?;
    let loaded = Turns::take(
        1,
        || {
            let read = bodies.iter().map(|body| serde_json::from_slice::<OpenAccident>(body));
            black_box(read.collect::<Result<Accidents, _>>()?);
            Ok(())
        },
        || Ok(()),
    )?;
    let (ours, limit) = (loaded.ours.as_secs_f64() * 1e3, 1.0);
    figures.push(Figure { name: "duty load", ours, limit, ratio: ours / 1e3, unit: "ms" });
    figures.extend(drives()?);
    Ok(figures)
}

/// The table of the made drives, and the worst of each row as a share of its limit.
fn drives() -> Result<Vec<Figure>, Failed> {
    let mut worst = 0.0_f64;
    for errs in Errs::ALL {
        let tally = Tally::of(errs, DRIVES);
        writeln!(io::stdout(), "{tally}")?;
        worst = worst.max(tally.worst());
    }
    Ok(vec![Figure { name: "duty drives", ours: worst, limit: 1.0, ratio: worst, unit: "worst" }])
}

fn watch(fixes: &[Fix], accidents: &Accidents) -> Result<(), Failed> {
    let standing = Standing { on_duty: true, credential: Ternary::Yes, urgent: None, on_case: None };
    let rules = DutyRules::default();
    for _ in 0..TRIPS {
        let mut watch = Watch::new();
        for fix in fixes {
            black_box(watch.step(fix, accidents, &standing, &rules, &fix.at));
        }
    }
    Ok(())
}

/// Every place of every trip.
fn trips(fixes: &[Fix]) -> impl Iterator<Item = Coord<f64>> {
    (0..TRIPS).flat_map(|_| fixes.iter().map(|fix| fix.point.to_wgs84()))
}

fn packed(accidents: &[OpenAccident]) -> RTree<f64> {
    let mut builder = RTreeBuilder::new(accidents.len() as u32);
    for place in accidents.iter().map(|accident| accident.place.to_wgs84()) {
        builder.add(place.x, place.y, place.x, place.y);
    }
    builder.finish::<HilbertSort>()
}

fn ask(fixes: &[Fix], tree: &RTree<f64>) -> Result<(), Failed> {
    for here in trips(fixes) {
        let north = AROUND_M / 111_195.0;
        let east = north / here.y.to_radians().cos();
        black_box(tree.search(here.x - east, here.y - north, here.x + east, here.y + north));
    }
    Ok(())
}

/// What the check would do without an index: each accident by its distance.
fn scan(fixes: &[Fix], accidents: &[OpenAccident]) -> Result<(), Failed> {
    for here in trips(fixes) {
        let near = |accident: &&OpenAccident| distance_m(here, accident.place.to_wgs84()) < AROUND_M;
        black_box(accidents.iter().filter(near).count());
    }
    Ok(())
}

/// So many by so many, around the accident of the drive.
fn accidents(side: i32, seen_at: Timestamp) -> Result<Vec<OpenAccident>, Failed> {
    let around = -side / 2..side - side / 2;
    let all = around.clone().flat_map(|north| around.clone().map(move |east| (north, east)));
    all.map(|(north, east)| {
        let (lat, lon) = (ACCIDENT.0 + f64::from(north) * APART_DEG, ACCIDENT.1 + f64::from(east) * APART_DEG);
        let place = Point::wgs84(lat, lon, 8.0)?;
        Ok(OpenAccident { id: format!("{north}/{east}"), place, seen_at, road: Road::City, served: false })
    })
    .collect()
}
