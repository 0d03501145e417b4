//! A made drive of the survey car: out of a side street, right onto 南大街 in Zhifu (芝罘), eastwards past the accident.

use jingbao_core::time::Timestamp;
use jingbao_gateway::track::TrackPoint;

use super::chance::Chance;

/// Where the rear-end happened: degrees north, degrees east.
pub const ACCIDENT: (f64, f64) = (37.5377, 121.390);

/// The corners of the drive, degrees north and east.
const CORNERS: [(f64, f64); 3] = [(37.5362, 121.3720), (37.5377, 121.3721), (37.5377, 121.398)];
const METRES_PER_DEGREE: f64 = 111_195.0;
/// Cruising, metres a second (about 40 km/h).
const CRUISE_MPS: f64 = 11.0;

/// About four minutes at 1 Hz from `start` on. The noise wanders as that of a real receiver does.
pub fn drive(seed: u64, start: Timestamp) -> Vec<TrackPoint> {
    let chance = &mut Chance::new(seed, "drive");
    let (mut gone, mut speed, mut noise) = (0.0_f64, 0.0_f64, (0.0_f64, 0.0_f64));
    let pace = chance.between(0.92, 1.06);
    let mut points = Vec::new();
    let whole: f64 = legs().map(|(_, _, length)| length).sum();
    let turn = legs().next().map_or(0.0, |(_, _, length)| length);
    while gone < whole && points.len() < 400 {
        let (lat, lon) = place(gone);
        noise = (noise.0 * 0.9 + chance.between(-0.9, 0.9), noise.1 * 0.9 + chance.between(-0.9, 0.9));
        points.push(TrackPoint {
            lat: lat + noise.0 / METRES_PER_DEGREE,
            lon: lon + noise.1 / (METRES_PER_DEGREE * lat.to_radians().cos()),
            at: start.plus(points.len() as i64 * 1000),
            accuracy_m: Some((chance.between(4.0, 8.0) * 10.0).round() / 10.0),
            speed_mps: Some((speed * 10.0).round() / 10.0),
        });
        let wanted = if (gone - turn).abs() < 25.0 { 5.0 } else { CRUISE_MPS * pace };
        speed = (speed + (wanted - speed).clamp(-2.0, 1.5) + chance.between(-0.2, 0.2)).max(0.5);
        gone += speed;
    }
    points
}

fn legs() -> impl Iterator<Item = ((f64, f64), (f64, f64), f64)> {
    CORNERS.windows(2).map(|pair| {
        let ((lat_a, lon_a), (lat_b, lon_b)) = (pair[0], pair[1]);
        let (north, east) = (lat_b - lat_a, (lon_b - lon_a) * lat_a.to_radians().cos());
        (pair[0], pair[1], north.hypot(east) * METRES_PER_DEGREE)
    })
}

/// The place so many metres into the drive.
fn place(mut gone: f64) -> (f64, f64) {
    for (from, to, length) in legs() {
        if gone <= length {
            let part = gone / length;
            return (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
        }
        gone -= length;
    }
    CORNERS[CORNERS.len() - 1]
}

/// The drive as a GPX 1.1 file: places and times, as most recorders write them.
pub fn gpx(points: &[TrackPoint]) -> String {
    let point = |point: &TrackPoint| {
        let at = point.at.rfc3339(0).replace("+00:00", "Z");
        format!(r#"<trkpt lat="{:.7}" lon="{:.7}"><time>{at}</time></trkpt>"#, point.lat, point.lon)
    };
    let body: Vec<String> = points.iter().map(point).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gpx version=\"1.1\" creator=\"jingbao\" \
         xmlns=\"http://www.topografix.com/GPX/1/1\"><trk><name>南大街</name><trkseg>\n{}\n</trkseg></trk></gpx>\n",
        body.join("\n")
    )
}
