//! Self-made input: drawn photos of a rear-end on 南大街 with true EXIF, and a made drive past it. The same seed gives
//! the same bytes. Nothing in it is or resembles a real person, plate or accident.
//!
//! Start at [`photo`] for a JPEG as a phone would store it, at [`drive`] for the fixes of the survey car.

mod backdrop;
mod car;
mod chance;
pub(crate) use chance::Chance;
mod drive;
mod face;
mod photo;
mod plate;
mod shots;

pub use drive::{ACCIDENT, drive, gpx};
pub use photo::{Stamp, photo, portrait};
pub use shots::draw;

#[cfg(test)]
mod tests {
    use jingbao_core::{
        duty::{DutyRules, OpenAccident, Road, Verdict},
        evidence::{Context, Format, findings, inspect},
        place::{Point, distance_m},
        time::Timestamp,
    };
    use jingbao_gateway::{
        desk::replay::replay,
        track::{fixes, read_gpx},
    };

    use super::*;

    const SHOTS: [&str; 11] = [
        "scene_front",
        "scene_rear",
        "scene_side",
        "contact_close",
        "damage_a",
        "damage_b",
        "plate_a",
        "plate_b",
        "marks_debris",
        "lane_lines",
        "moved_position",
    ];

    fn stamp() -> Stamp {
        Stamp { local: "2026-11-23T15:02:10".into(), offset_s: 28_800, lat: ACCIDENT.0, lon: ACCIDENT.1 }
    }

    #[test]
    fn a_drawn_photo_reads_back_with_what_was_stamped_and_gives_no_finding() {
        for seed in [1, 2] {
            let bytes = photo("scene_rear", seed, &stamp()).expect("a photo");
            assert_eq!(bytes, photo("scene_rear", seed, &stamp()).expect("the same photo"));
            assert!((100_000..2_000_000).contains(&bytes.len()), "{}", bytes.len());
            let facts = inspect(&bytes);
            assert_eq!((facts.format, facts.width, facts.height), (Some(Format::Jpeg), Some(1600), Some(1200)));
            let taken = facts.taken.as_ref().and_then(|taken| taken.rfc3339());
            assert_eq!(taken.as_deref(), Some("2026-11-23T15:02:10+08:00"));
            let gps = facts.gps.as_ref().expect("a place");
            assert!((gps.lat - ACCIDENT.0).abs() < 1e-6 && (gps.lon - ACCIDENT.1).abs() < 1e-6);
            assert_eq!(facts.make.as_deref(), Some("Jingbao Demo"));
            assert_eq!(findings(&facts, &Context::default()), []);
        }
    }

    #[test]
    fn every_shot_is_a_drawing_of_its_own() {
        let drawings: std::collections::BTreeSet<String> = SHOTS.iter().map(|shot| draw(shot, 1)).collect();
        assert_eq!(drawings.len(), SHOTS.len());
    }

    #[test]
    fn on_the_made_drive_the_survey_car_must_stop_before_it_reaches_the_accident() {
        let place = Point::wgs84(ACCIDENT.0, ACCIDENT.1, 8.0).expect("a place");
        let accident = OpenAccident { id: "a".into(), place, seen_at: Timestamp(0), road: Road::City, served: false };
        for seed in 1..=20 {
            let points = drive(seed, Timestamp(1_795_417_000_000));
            assert!((200..300).contains(&points.len()), "{} points", points.len());
            // As the phone told it, and as a recorder's file keeps it.
            for drive in [fixes(&points, 10.0), fixes(&read_gpx(&gpx(&points)).expect("GPX"), 10.0)] {
                let told = replay(&drive, std::slice::from_ref(&accident), &DutyRules::default());
                let first = told.iter().find(|told| told.change.verdict == Verdict::MustStop).expect("must stop");
                let here = drive[first.fix].point.to_wgs84();
                let left = distance_m(here, place.to_wgs84());
                assert!((75.0..200.0).contains(&left) && here.x < place.lon, "seed {seed}: {left} m before it");
            }
        }
    }
}
