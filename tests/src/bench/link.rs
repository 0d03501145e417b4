//! `link`: one photo over a mobile link with a round trip, stalls, and a cut every 500 kB. Its bytes on the wire, both
//! ways, over 1.03 of the file's and 1 KiB a request; its time over the file's bytes by the bandwidth and four round
//! trips a cut, stalls not counted.

use std::{sync::atomic::Ordering, time::Duration, time::Instant};

use jingbao::{
    records::{PhotoInput, SightInput},
    views::SyncBudget,
};

use super::{Failed, Figure, folder};
use crate::{
    house::{House, enrol},
    link::{Link, Weather},
    roadside::{Installation, small_photo},
};

const PHOTO_BYTES: usize = 6_000_000;
const WEATHER: Weather = Weather {
    bandwidth: 250_000,
    round_trip: Duration::from_millis(60),
    cut_every: Some(500_000),
    stall: Some((1_000_000, Duration::from_millis(300))),
};

pub(super) fn measure() -> Result<Vec<Figure>, Failed> {
    let folder = folder()?;
    let data = folder.path().join("gateway");
    let house = House::open(&data)?;
    let link = Link::to(house.address, WEATHER)?;
    std::fs::create_dir(folder.path().join("phone"))?;
    let mut phone = Installation::new(&folder.path().join("phone"), 1);
    enrol(&mut phone, &data, &house.key, link.address)?;
    let field = phone.open()?;
    let case = field.sight(SightInput { position: None, accident: None, own_party: None, training: false })?;
    let bytes = small_photo(1, PHOTO_BYTES).ok_or("no photo")?;
    let file = bytes.len() as f64;
    field.add_photo(case.clone(), "other".into(), PhotoInput::Bytes { bytes }, None)?;

    let runtime = tokio::runtime::Runtime::new()?;
    let began = Instant::now();
    let report = runtime.block_on(field.sync(SyncBudget::of_seconds(300)))?;
    let took = began.elapsed().as_secs_f64();
    if (report.pending, report.parked) != (0, 0) || !field.case(case)?.photos.iter().all(|photo| photo.stored) {
        return Err(format!("not everything arrived: {:?}", field.queue()?).into());
    }
    field.shutdown();
    let (wire, requests, cuts) = link.tally.read();
    if link.tally.cuts.load(Ordering::Relaxed) < PHOTO_BYTES as u64 / 500_000 {
        return Err("the link was too good".into());
    }
    let (wire, allowed) = (wire as f64, 1.03 * file + 1024.0 * requests as f64);
    let ideal = file / WEATHER.bandwidth as f64 + 4.0 * cuts as f64 * WEATHER.round_trip.as_secs_f64();
    Ok(vec![
        Figure { name: "link bytes", ours: wire / file, limit: 1.0, ratio: wire / allowed, unit: "x file" },
        Figure { name: "link time", ours: took, limit: 1.25, ratio: took / ideal, unit: "s" },
    ])
}
