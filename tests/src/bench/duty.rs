//! `duty`: microseconds of one fix against 10,000 open accidents, against computing as many distances.

use std::hint::black_box;

use jingbao_core::{
    duty::{Accidents, DutyRules, OpenAccident, Road, Standing, Watch},
    place::{Point, distance_m},
    time::Timestamp,
    triage::Ternary,
};
use jingbao_gateway::track::fixes;

use super::{Failed, Figure, Turns};
use crate::scenery::{ACCIDENT, drive};

/// Accidents on a square grid of 100 × 100, about 400 m apart: a city and its surroundings.
const SIDE: i32 = 100;
const APART_DEG: f64 = 0.0036;
const ROUNDS: usize = 9;
/// No index yet: every accident is looked at, by distance and by bearing, for coming near and for leaving.
const LIMIT: f64 = 25.0;

pub(super) fn measure() -> Result<Vec<Figure>, Failed> {
    let start = Timestamp(1_795_417_000_000);
    let fixes = fixes(&drive(1, start), 10.0);
    let accidents = accidents(start)?;
    let places: Vec<_> = accidents.iter().map(|accident| accident.place.to_wgs84()).collect();
    let standing = Standing { on_duty: true, credential: Ternary::Yes, urgent: None, on_case: false };
    let rules = DutyRules::default();
    let near: Accidents = accidents.iter().cloned().collect();
    let turns = Turns::take(
        ROUNDS,
        || {
            let mut watch = Watch::new();
            for fix in &fixes {
                black_box(watch.step(fix, &near, &standing, &rules, &fix.at));
            }
            Ok(())
        },
        || {
            for fix in &fixes {
                let here = fix.point.to_wgs84();
                black_box(places.iter().map(|place| distance_m(here, *place)).fold(f64::INFINITY, f64::min));
            }
            Ok(())
        },
    )?;
    let ours = turns.ours.as_secs_f64() * 1e6 / fixes.len() as f64;
    Ok(vec![Figure { name: "duty", ours, limit: LIMIT, ratio: turns.ratio(), unit: "us" }])
}

fn accidents(seen_at: Timestamp) -> Result<Vec<OpenAccident>, Failed> {
    let around = -SIDE / 2..SIDE / 2;
    let all = around.clone().flat_map(|north| around.clone().map(move |east| (north, east)));
    all.map(|(north, east)| {
        let (lat, lon) = (ACCIDENT.0 + f64::from(north) * APART_DEG, ACCIDENT.1 + f64::from(east) * APART_DEG);
        let place = Point::wgs84(lat, lon, 8.0)?;
        Ok(OpenAccident { id: format!("{north}/{east}"), place, seen_at, road: Road::City, served: false })
    })
    .collect()
}
