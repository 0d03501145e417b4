//! `jingbao-gateway replay --track FILE.gpx --accidents FILE.geojson`: what the duty check said on a drive, a line at
//! each change, and a picture if a new file for one is named. It reads, and changes nothing. A file that cannot be used ends it with one sentence.

use std::{
    fs::OpenOptions,
    io,
    io::Write,
    path::{Path, PathBuf},
};

use jingbao_core::{
    duty::{Accidents, Change, DutyRules, Fix, OpenAccident, Standing, Ternary, Watch},
    time::Timestamp,
};
use serde_json::json;

use super::{Say, named, replay_picture::picture, text_of, values};
use crate::track::{BadFile, fixes, read_accidents, read_gpx};

/// What `replay` was asked for.
#[derive(Clone, Debug)]
pub struct ReplayArgs {
    /// The drive.
    pub track: PathBuf,
    /// The open accidents.
    pub accidents: PathBuf,
    /// Metres, where the drive tells none.
    pub accuracy_m: f64,
    /// One object a line instead of sentences.
    pub json: bool,
    /// A new file for a picture of the drive.
    pub svg: Option<PathBuf>,
}

/// A change and the fix it came with.
#[derive(Clone, Debug)]
pub struct Told {
    /// Position of the fix in the drive, from 0.
    pub fix: usize,
    /// What changed.
    pub change: Change,
    /// Speed at that fix, given or derived.
    pub speed_mps: Option<f64>,
}

/// Drives the watch along the fixes for a certified specialist on duty without any task.
pub fn replay(fixes: &[Fix], accidents: &[OpenAccident], rules: &DutyRules) -> Vec<Told> {
    let standing = Standing { on_duty: true, credential: Ternary::Yes, urgent: None, on_case: None };
    let mut watch = Watch::new();
    let (mut told, mut known) = (Vec::new(), Accidents::default());
    let mut coming: Vec<&OpenAccident> = accidents.iter().collect();
    coming.sort_by_key(|accident| accident.seen_at);
    let mut coming = coming.into_iter().peekable();
    for (index, fix) in fixes.iter().enumerate() {
        while let Some(next) = coming.next_if(|accident| accident.seen_at <= fix.at.wall) {
            known.put(next.clone());
        }
        let changes = watch.step(fix, &known, &standing, rules, &fix.at);
        let speed_mps = watch.motion().speed_mps;
        told.extend(changes.into_iter().map(|change| Told { fix: index, change, speed_mps }));
    }
    told
}

/// Writes a line at each change. An unusable file is an error of kind `InvalidData` whose text says why.
pub fn run(args: &ReplayArgs, say: &Say<'_>, out: &mut dyn Write) -> io::Result<i32> {
    let bad = |path: &Path, error: BadFile| named(path, io::ErrorKind::InvalidData, &error);
    let points = read_gpx(&text_of(&args.track)?).map_err(|error| bad(&args.track, error))?;
    let accidents = read_accidents(&text_of(&args.accidents)?).map_err(|error| bad(&args.accidents, error))?;
    if !(args.accuracy_m > 0.0 && args.accuracy_m.is_finite()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the accuracy must be a number of metres above 0"));
    }
    let fixes = fixes(&points, args.accuracy_m);
    let lacks_accuracy = points.iter().any(|point| point.accuracy_m.is_none());
    if lacks_accuracy && !args.json {
        let named = values([("metres", args.accuracy_m.to_string()), ("fixes", fixes.len().to_string())]);
        writeln!(out, "{}", say("replay-assumed-accuracy", &named))?;
    }
    let all = replay(&fixes, &accidents, &DutyRules::default());
    for told in &all {
        match args.json {
            true => writeln!(out, "{}", object(told, &fixes[told.fix]))?,
            false => writeln!(out, "{}", sentence(told, say))?,
        }
    }
    if let Some(path) = &args.svg {
        let unable = |error: io::Error| named(path, error.kind(), &error);
        let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(unable)?;
        file.write_all(picture(&fixes, &accidents, &all, say).as_bytes()).map_err(unable)?;
    }
    Ok(0)
}

fn object(told: &Told, fix: &Fix) -> serde_json::Value {
    let change = &told.change;
    json!({
        "at": utc(change.at.wall),
        "fix": told.fix,
        "accident": change.accident,
        "verdict": change.verdict,
        "reasons": change.reasons,
        "distance_m": tenth(change.distance_m),
        "speed_kmh": told.speed_mps.map(|speed| tenth(speed * 3.6)),
        "lat": fix.point.lat,
        "lon": fix.point.lon,
        "accuracy_m": fix.point.accuracy_m,
    })
}

fn sentence(told: &Told, say: &Say<'_>) -> String {
    let change = &told.change;
    let none = values([]);
    let reasons: Vec<String> =
        change.reasons.iter().map(|reason| say(&format!("duty-reason-{}", reason.as_str()), &none)).collect();
    let named = values([
        ("at", utc(change.at.wall)),
        ("accident", change.accident.clone()),
        ("verdict", say(&format!("verdict-{}", change.verdict.as_str()), &none)),
        ("reasons", reasons.join(" · ")),
        ("distance", format!("{:.0}", change.distance_m)),
        ("speed", told.speed_mps.map_or_else(|| "—".into(), |speed| format!("{:.0}", speed * 3.6))),
    ]);
    say("replay-change", &named)
}

/// GPX times are UTC.
fn utc(at: Timestamp) -> String {
    at.rfc3339(0).replace("+00:00", "Z")
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use std::fs;

    use jingbao_core::{duty::Verdict, place::distance_m};

    use super::*;

    fn real_drive() -> Option<Vec<Fix>> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/tracks/munich-1hz.gpx");
        match fs::read_to_string(path) {
            Ok(text) => Some(fixes(&read_gpx(&text).expect("a drive"), 10.0)),
            Err(_) => {
                assert!(std::env::var_os("CI").is_none(), "CI must have the real fixtures");
                None
            }
        }
    }

    fn accident(id: &str, lat: f64, lon: f64) -> OpenAccident {
        let text = format!(
            r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[{lon},{lat}]}},"properties":{{"id":"{id}","road":"city","accuracy_m":5}}}}"#
        );
        read_accidents(&text).expect("an accident").remove(0)
    }

    /// How often an accident on the drive gets *must stop*, and how many metres before it is reached.
    #[test]
    fn on_the_drive_of_the_real_fixtures_an_accident_ahead_must_stop_before_it_is_reached() {
        let Some(drive) = real_drive() else { return };
        let places = (60..drive.len() - 60).step_by(37);
        for place in places {
            let there = &drive[place].point;
            let told = replay(&drive, &[accident("on", there.lat, there.lon)], &DutyRules::default());
            let first = told.iter().find(|told| told.change.verdict == Verdict::MustStop);
            let first = first.unwrap_or_else(|| panic!("never told about the accident at fix {place}: {told:?}"));
            // The drive may pass a place twice; told before the first time is what counts.
            let reached = drive.iter().position(|fix| distance_m(fix.point.to_wgs84(), there.to_wgs84()) < 15.0);
            assert!(reached.is_some_and(|reached| first.fix < reached), "fix {place}: {first:?}, {reached:?}");
        }
    }

    #[test]
    fn beside_and_behind_the_drive_of_the_real_fixtures_nobody_must_stop() {
        let Some(drive) = real_drive() else { return };
        // 400 m north of the start the car has never been, and it drives south.
        let behind = accident("behind", drive[0].point.lat + 0.0036, drive[0].point.lon);
        let far = accident("far", 48.2, 11.7);
        let told = replay(&drive, &[behind, far], &DutyRules::default());
        assert!(told.iter().all(|told| told.change.verdict != Verdict::MustStop), "{told:?}");
    }

    /// The drive as a list of metres driven, and where it points.
    struct Driven<'a>(&'a [Fix], Vec<f64>);

    impl Driven<'_> {
        fn of(drive: &[Fix]) -> Driven<'_> {
            let steps = drive.windows(2).map(|two| distance_m(two[0].point.to_wgs84(), two[1].point.to_wgs84()));
            let metres = std::iter::once(0.0).chain(steps.scan(0.0, |sum, step| {
                *sum += step;
                Some(*sum)
            }));
            Driven(drive, metres.collect())
        }

        fn speed(&self, at: usize) -> f64 {
            (self.1[at + 2] - self.1[at - 2]) / 4.0
        }

        fn heading_deg(&self, at: usize) -> f64 {
            let to = (at..self.1.len() - 1).find(|to| self.1[*to] - self.1[at] > 15.0).unwrap_or(self.1.len() - 1);
            let (from, to) = (self.0[at].point.to_wgs84(), self.0[to].point.to_wgs84());
            ((to.x - from.x) * from.y.to_radians().cos()).atan2(to.y - from.y).to_degrees()
        }

        /// The last second at which somebody who is told of an accident there can still stop comfortably, if the road
        /// does not turn from the warning on and has not been here before.
        fn last_chance(&self, there: usize) -> Option<usize> {
            let (place, left) = (self.0[there].point.to_wgs84(), |at: usize| self.1[there] - self.1[at]);
            let far = |delay_s: f64| {
                (2..there).rev().find(|at| left(*at) >= delay_s * self.speed(*at) + self.speed(*at).powi(2) / 4.0)
            };
            let (warned, last) = (far(6.5)?, far(4.5)?);
            let start = self.heading_deg(warned);
            let turn = |at: usize| ((self.heading_deg(at) - start + 540.0).rem_euclid(360.0) - 180.0).abs();
            let straight = (warned..there).all(|at| turn(at) <= 30.0);
            let fresh =
                self.0[..there.saturating_sub(15)].iter().all(|fix| distance_m(fix.point.to_wgs84(), place) > 30.0);
            (straight && fresh).then_some(last)
        }
    }

    #[test]
    fn however_seldom_a_phone_tells_its_place_an_accident_straight_ahead_is_never_passed_in_silence() {
        let Some(drive) = real_drive() else { return };
        let driven = Driven::of(&drive);
        for every in [1, 2, 3, 5, 7, 10, 15, 20] {
            let (mut in_time, mut all) = (0, 0);
            for start in (0..every).step_by((every / 5).max(1)) {
                let thin: Vec<Fix> = drive.iter().skip(start).step_by(every).cloned().collect();
                for there in (100..drive.len() - 60).step_by(11) {
                    let Some(last) = driven.last_chance(there) else { continue };
                    let place = drive[there].point;
                    let told = replay(&thin, &[accident("on", place.lat, place.lon)], &DutyRules::default());
                    let before = |second: usize| told.iter().filter(move |told| start + told.fix * every <= second);
                    assert!(before(there).next().is_some(), "every {every} s from {start}: nothing about {there}");
                    all += 1;
                    in_time += i32::from(before(last).any(|told| told.change.verdict == Verdict::MustStop));
                }
            }
            // Between two fixes half a minute of a town goes by with its corners; a second of it holds none.
            let share = f64::from(in_time) / f64::from(all);
            assert!(share > if every < 5 { 0.85 } else { 0.55 }, "every {every} s: {in_time} of {all}");
        }
    }

    #[test]
    fn each_line_has_the_keys_of_the_contract() {
        let folder = tempfile::tempdir().expect("a folder");
        let (track, accidents) = (folder.path().join("t.gpx"), folder.path().join("a.geojson"));
        let points: String = (0..60)
            .map(|s| {
                let (lon, at) = (121.38 + 0.000_15 * f64::from(s), Timestamp(1_795_417_000_000 + i64::from(s) * 1000));
                format!(r#"<trkpt lat="37.5377" lon="{lon}"><time>{}</time></trkpt>"#, utc(at))
            })
            .collect();
        let gpx = format!(
            r#"<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>"#
        );
        fs::write(&track, gpx).expect("written");
        let feature = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[121.386,37.5377]},"properties":{"id":"x & y","road":"city"}}"#;
        fs::write(&accidents, feature).expect("written");
        let svg = Some(folder.path().join("drive.svg"));
        let args = ReplayArgs { track, accidents, accuracy_m: 10.0, json: true, svg };
        let mut out = Vec::new();
        assert_eq!(run(&args, &|key, _| key.into(), &mut out).expect("written"), 0);
        let drawn = fs::read_to_string(folder.path().join("drive.svg")).expect("a picture");
        assert!(drawn.contains("class=\"must_stop\"") && drawn.contains(">x &amp; y · "), "{drawn}");
        assert!(drawn.ends_with("</svg>\n"));
        let again = run(&args, &|key, _| key.into(), &mut Vec::new()).expect_err("a picture is never written over");
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        let text = String::from_utf8(out).expect("UTF-8");
        let line: serde_json::Value = serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
        for key in ["at", "fix", "accident", "verdict", "reasons", "distance_m", "speed_kmh"] {
            assert!(line.get(key).is_some(), "{key}");
        }
    }
}
