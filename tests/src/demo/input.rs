//! What the story is played with: a drive and photos, made by ourselves or read from files. Real photos are read where
//! they lie; drawn ones are written into the work folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jingbao_core::{
    place::{bearing_deg, distance_m},
    time::{SHANGHAI_OFFSET_S, Timestamp},
};
use jingbao_gateway::track::{TrackPoint, read_gpx};

use super::{Failed, Options, expect};
use crate::scenery;

/// Minutes the story goes on after the survey car has stopped.
const AFTER_STOP_MS: i64 = 26 * 60_000;
/// Accuracy in metres assumed where a track tells none.
const ACCURACY_M: f64 = 10.0;

/// One photo to be taken.
pub(super) struct Shot {
    /// File name, or the slot of a drawn one.
    pub(super) name: String,
    /// Where it lies.
    pub(super) path: PathBuf,
    /// The shot it answers.
    pub(super) slot: String,
    /// Whether the driver's phone takes it.
    pub(super) by_driver: bool,
    /// Whether it is taken after the road is clear.
    pub(super) late: bool,
}

/// Everything the story needs.
pub(super) struct Input {
    /// The drive, its times moved so that the story ends about now.
    pub(super) drive: Vec<TrackPoint>,
    /// Index of the fix at which the survey car reaches the accident.
    pub(super) reached: usize,
    /// Degrees north and east of the accident.
    pub(super) accident: (f64, f64),
    /// Photos in order of taking.
    pub(super) shots: Vec<Shot>,
}

impl Input {
    /// Accuracy of one fix.
    pub(super) fn accuracy_m(point: &TrackPoint) -> f64 {
        point.accuracy_m.unwrap_or(ACCURACY_M)
    }
}

pub(super) fn gather(options: &Options, work: &Path) -> Result<Input, Failed> {
    let (mut drive, accident) = match &options.track {
        None => (scenery::drive(options.seed, Timestamp(0)), scenery::ACCIDENT),
        Some(path) => {
            let text = fs::read_to_string(path).map_err(|e| Failed::Input(format!("{}: {e}", path.display())))?;
            let points = read_gpx(&text).map_err(|e| Failed::Input(format!("{}: {e}", path.display())))?;
            expect(points.len() >= 60, "a track of at least 60 points")?;
            let place = &points[straight_stretch(&points)];
            let accident = (place.lat, place.lon);
            (points, accident)
        }
    };
    let place = geo_types::Coord { x: accident.1, y: accident.0 };
    let near = |point: &TrackPoint| distance_m(geo_types::Coord { x: point.lon, y: point.lat }, place);
    let nearest = drive.iter().enumerate().min_by(|(_, a), (_, b)| near(a).total_cmp(&near(b)));
    let reached = nearest.map_or(0, |(index, _)| index);
    let shift = now_ms() - AFTER_STOP_MS - drive[reached].at.0;
    drive.iter_mut().for_each(|point| point.at = point.at.plus(shift));
    let shots = match &options.photos {
        None => drawn(options.seed, accident, drive[reached].at, work)?,
        Some(folder) => real(folder)?,
    };
    Ok(Input { drive, reached, accident, shots })
}

/// A place in the middle third whose approach is long and straight and at a city's speed.
fn straight_stretch(points: &[TrackPoint]) -> usize {
    let at = |index: usize| geo_types::Coord { x: points[index].lon, y: points[index].lat };
    let bend = |index: usize| {
        let (far, half, here) = (at(index - 30), at(index - 15), at(index));
        let turn = (bearing_deg(far, half) - bearing_deg(half, here) + 540.0).rem_euclid(360.0) - 180.0;
        let metres = distance_m(far, here);
        // Too slow is a traffic light, too fast is no city street.
        turn.abs() + if (200.0..450.0).contains(&metres) { 0.0 } else { 360.0 }
    };
    let (from, to) = ((points.len() / 3).max(31), points.len() * 2 / 3);
    (from..to).min_by(|a, b| bend(*a).total_cmp(&bend(*b))).unwrap_or(from)
}

fn now_ms() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| i64::try_from(now.as_millis()).unwrap_or(0))
}

/// Which drawn shot belongs to whom and when.
const DRAWN: [(&str, bool, bool); 11] = [
    ("scene_front", false, false),
    ("scene_rear", false, false),
    ("contact_close", false, false),
    ("plate_a", false, false),
    ("plate_b", false, false),
    ("lane_lines", false, false),
    ("scene_side", true, false),
    ("marks_debris", true, false),
    ("damage_a", false, true),
    ("damage_b", true, true),
    ("moved_position", true, true),
];

fn drawn(seed: u64, place: (f64, f64), stopped: Timestamp, work: &Path) -> Result<Vec<Shot>, Failed> {
    let folder = work.join("camera");
    let mut shots = Vec::new();
    for (index, (slot, by_driver, late)) in (0_i32..).zip(DRAWN) {
        let taken = stopped.plus(60_000 + i64::from(index) * 9_000 + if late { 240_000 } else { 0 });
        let near = (place.0 + f64::from(index % 3) * 2e-5, place.1 + f64::from(index % 4) * 2e-5);
        let path = draw(slot, seed, near, taken, &folder)?;
        shots.push(Shot { name: format!("{slot}.jpg"), path, slot: slot.into(), by_driver, late });
    }
    Ok(shots)
}

/// Draws one shot, stamped with place and time, into `folder`; where it lies.
pub(super) fn draw(
    slot: &str,
    seed: u64,
    (lat, lon): (f64, f64),
    taken: Timestamp,
    folder: &Path,
) -> Result<PathBuf, Failed> {
    fs::create_dir_all(folder)?;
    let local = taken.rfc3339(SHANGHAI_OFFSET_S)[..19].to_owned();
    let stamp = scenery::Stamp { local, offset_s: SHANGHAI_OFFSET_S, lat, lon };
    let jpeg = scenery::photo(slot, seed, &stamp).ok_or_else(|| Failed::Broken("a drawn photo".into()))?;
    let path = folder.join(format!("{slot}.jpg"));
    fs::write(&path, jpeg)?;
    Ok(path)
}

/// The files of a folder in the order of their names; the first ones answer the shots that unlock *clear now*.
fn real(folder: &Path) -> Result<Vec<Shot>, Failed> {
    let missing = |error: std::io::Error| Failed::Input(format!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).map_err(missing)?.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.retain(|path| path.is_file() && is_picture_name(path));
    files.sort();
    expect(files.len() >= 3, "at least three pictures in the folder")?;
    let slots = ["scene_front", "scene_rear", "contact_close", "plate_a", "plate_b", "lane_lines", "marks_debris"];
    let shot = |(index, path): (usize, PathBuf)| Shot {
        name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        slot: slots.get(index).copied().unwrap_or("other").to_owned(),
        // The driver's phone has every second one of those that nothing waits for.
        by_driver: index >= 3 && index % 2 == 0,
        late: index >= slots.len(),
        path,
    };
    Ok(files.into_iter().enumerate().map(shot).collect())
}

fn is_picture_name(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    ["jpg", "jpeg", "heic", "heif", "png", "webp", "tif", "tiff"].contains(&ending.as_str())
}
