//! Facts against the case: which findings a photo gives. What is not known gives no finding against anybody.

use super::{EvidenceRules, Finding, FindingCode, Format, GpsBlock, PhotoFacts, Taken};
use crate::{
    place::{Datum, Point, Source},
    time::Timestamp,
};

/// What is known around a photo; everything may be unknown.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Where the case is.
    pub case_place: Option<Point>,
    /// When the accident was sighted.
    pub case_at: Option<Timestamp>,
    /// Offset of local time at the case in seconds; settles camera clocks that have none.
    pub case_offset_s: Option<i32>,
    /// Where the phone itself said it was when the photo came in.
    pub live_fix: Option<Point>,
    /// The place in this case that already holds the same bytes.
    pub same_bytes_at: Option<String>,
    /// The place in another case that does.
    pub same_bytes_in_other_case: Option<String>,
    /// The bytes do not have the hash they had when they were taken.
    pub changed_since_hashed: bool,
    /// The thresholds.
    pub rules: EvidenceRules,
}

/// What is odd about a photo, in the order of [`FindingCode::ALL`].
pub fn findings(facts: &PhotoFacts, context: &Context) -> Vec<Finding> {
    let mut found = of_the_file(facts, context);
    // Whoever cannot be looked at has no time and no place to miss.
    if !found.iter().any(|finding| finding.code.refuses()) {
        found.extend(of_the_picture(facts, &context.rules));
        found.extend(of_the_time(facts, context));
        found.extend(of_the_place(facts, context));
        found.extend(of_the_metadata(facts, &context.rules));
    }
    found
}

fn of_the_file(facts: &PhotoFacts, context: &Context) -> Vec<Finding> {
    let size = || facts.bytes.to_string();
    let mut found = Vec::new();
    if facts.bytes == 0 {
        found.push(Finding::new(FindingCode::Empty, []));
    } else if facts.format.is_none() {
        found.push(Finding::new(FindingCode::NotAPhoto, []));
    } else if facts.width.is_none() || facts.height.is_none() {
        found.push(Finding::new(FindingCode::Unreadable, []));
    }
    if facts.truncated {
        found.push(Finding::new(FindingCode::Truncated, [("bytes", size())]));
    }
    if facts.bytes > context.rules.largest_bytes {
        found.push(Finding::new(FindingCode::TooLarge, [("bytes", size())]));
    }
    if context.changed_since_hashed {
        found.push(Finding::new(FindingCode::ChangedSinceHashed, []));
    }
    if let Some(place) = &context.same_bytes_at {
        found.push(Finding::new(FindingCode::Duplicate, [("where", place.clone())]));
    }
    if let Some(place) = &context.same_bytes_in_other_case {
        found.push(Finding::new(FindingCode::DuplicateElsewhere, [("where", place.clone())]));
    }
    found
}

fn of_the_picture(facts: &PhotoFacts, rules: &EvidenceRules) -> Vec<Finding> {
    let mut found = Vec::new();
    if let (Some(width), Some(height)) = (facts.width, facts.height)
        && width.min(height) < rules.smallest_side_px
    {
        let values = [("width", width.to_string()), ("height", height.to_string())];
        found.push(Finding::new(FindingCode::TooSmall, values));
    }
    if facts.format == Some(Format::Heic) {
        found.push(Finding::new(FindingCode::Heic, []));
    }
    if let Some(orientation) = facts.orientation.filter(|orientation| *orientation != 1) {
        found.push(Finding::new(FindingCode::Rotated, [("orientation", orientation.to_string())]));
    }
    found
}

fn of_the_time(facts: &PhotoFacts, context: &Context) -> Vec<Finding> {
    let Some(taken) = &facts.taken else { return vec![Finding::new(FindingCode::NoTime, [])] };
    let mut found = Vec::new();
    let minutes = |ms: i64| (ms / 60_000).to_string();
    if let Some(case_at) = context.case_at {
        let off = distance_ms(taken, case_at, context.case_offset_s);
        if off > context.rules.time_far_from_case_min * 60_000 {
            found.push(Finding::new(FindingCode::TimeFarFromCase, [("minutes", minutes(off))]));
        }
    }
    if let Some(satellites) = facts.gps.as_ref().and_then(|gps| gps.at_utc) {
        let off = distance_ms(taken, satellites, None);
        if off > context.rules.clock_jump_min * 60_000 {
            found.push(Finding::new(FindingCode::ClockJump, [("minutes", minutes(off))]));
        }
    }
    found
}

/// Milliseconds between a camera's clock and an instant; without any offset, under the offset on earth that fits best.
fn distance_ms(taken: &Taken, instant: Timestamp, assumed: Option<i32>) -> i64 {
    match taken.offset_s.or(assumed) {
        Some(offset_s) => taken.instant_at(offset_s).map_or(0, |at| at.since(instant).saturating_abs()),
        None => {
            let ahead = taken.instant_at(0).map_or(0, |at| at.since(instant));
            let (west, east) = (-12 * 3_600_000, 14 * 3_600_000);
            if ahead < west { west - ahead } else { (ahead - east).max(0) }
        }
    }
}

fn of_the_place(facts: &PhotoFacts, context: &Context) -> Vec<Finding> {
    let mut found = Vec::new();
    let rules = &context.rules;
    let metres = |distance: f64| [("distance_m", format!("{distance:.0}"))];
    match facts.gps.as_ref().and_then(|gps| point(gps, Datum::Wgs84)) {
        None => found.push(Finding::new(FindingCode::NoGps, [])),
        Some(place) => {
            if let Some(case) = context.case_place {
                let distance = place.distance_m(case);
                if distance - case.accuracy_m > rules.far_from_case_m {
                    found.push(Finding::new(FindingCode::FarFromCase, metres(distance)));
                }
            }
            if let Some(fix) = context.live_fix {
                let distance = place.distance_m(fix);
                if distance - fix.accuracy_m > rules.far_from_fix_m {
                    found.push(Finding::new(FindingCode::FarFromFix, metres(distance)));
                    found.extend(facts.gps.as_ref().and_then(|gps| other_datum(gps, fix)));
                }
            }
        }
    }
    if context.live_fix.is_some_and(|fix| fix.mock) {
        found.push(Finding::new(FindingCode::MockLocation, []));
    }
    found
}

/// If the photo's degrees, read as a Chinese map's, fall on the fix, they were written in that map's datum.
fn other_datum(gps: &GpsBlock, fix: Point) -> Option<Finding> {
    [(Datum::Gcj02, "GCJ-02"), (Datum::Bd09, "BD-09")].into_iter().find_map(|(datum, name)| {
        let distance = point(gps, datum)?.distance_m(fix);
        (distance <= 50.0 + fix.accuracy_m).then(|| Finding::new(FindingCode::WrongDatum, [("datum", name.into())]))
    })
}

fn point(gps: &GpsBlock, datum: Datum) -> Option<Point> {
    Point { lat: gps.lat, lon: gps.lon, datum, accuracy_m: 0.0, source: Source::Photo, mock: false }.checked().ok()
}

fn of_the_metadata(facts: &PhotoFacts, rules: &EvidenceRules) -> Vec<Finding> {
    let mut found = Vec::new();
    if is_screenshot(facts) {
        found.push(Finding::new(FindingCode::Screenshot, []));
    }
    if let Some(software) = &facts.software {
        let lower = software.to_lowercase();
        if rules.editors.iter().any(|editor| lower.contains(editor.as_str())) {
            found.push(Finding::new(FindingCode::EditedBySoftware, [("software", software.clone())]));
        }
    }
    found.extend(facts.disagreements.iter().map(|told| {
        let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
        let values = [("field", told.field.clone()), ("first", side(&told.first)), ("second", side(&told.second))];
        Finding::new(FindingCode::ReadersDisagree, values)
    }));
    found
}

/// Short and long sides of phone screens, in pixels.
const SCREENS: [(u32, u32); 24] = [
    (720, 1280),
    (720, 1600),
    (750, 1334),
    (828, 1792),
    (1080, 1920),
    (1080, 2340),
    (1080, 2376),
    (1080, 2400),
    (1080, 2412),
    (1125, 2436),
    (1170, 2532),
    (1179, 2556),
    (1206, 2622),
    (1220, 2712),
    (1240, 2772),
    (1242, 2208),
    (1242, 2688),
    (1264, 2780),
    (1284, 2778),
    (1290, 2796),
    (1320, 2868),
    (1440, 2560),
    (1440, 3040),
    (1440, 3200),
];

/// Only what the file proves: it says so itself, or it is a PNG, which no camera app writes, of a screen's very size and
/// without a camera or a time.
fn is_screenshot(facts: &PhotoFacts) -> bool {
    let says = |text: &Option<String>| {
        text.as_ref().is_some_and(|text| text.to_lowercase().contains("screenshot") || text.contains("截屏"))
    };
    let nobody = facts.make.is_none() && facts.model.is_none() && facts.taken.is_none() && facts.gps.is_none();
    let sides = facts.width.zip(facts.height).map(|(width, height)| (width.min(height), width.max(height)));
    let of_a_screen = sides.is_some_and(|sides| SCREENS.contains(&sides));
    says(&facts.comment) || says(&facts.software) || (facts.format == Some(Format::Png) && nobody && of_a_screen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> PhotoFacts {
        PhotoFacts {
            format: Some(Format::Jpeg),
            bytes: 900_000,
            width: Some(1600),
            height: Some(1200),
            orientation: Some(1),
            taken: Some(Taken { local: "2026-11-23T15:02:10".into(), offset_s: Some(28_800), subsec_ms: None }),
            gps: Some(GpsBlock { lat: 37.5377, lon: 121.385, alt: None, accuracy_m: None, at_utc: None }),
            make: None,
            model: None,
            lens: None,
            comment: None,
            software: None,
            truncated: false,
            disagreements: Vec::new(),
        }
    }

    fn codes(facts: &PhotoFacts, context: &Context) -> Vec<FindingCode> {
        findings(facts, context).into_iter().map(|finding| finding.code).collect()
    }

    fn here() -> Point {
        Point { lat: 37.5377, lon: 121.385, datum: Datum::Wgs84, accuracy_m: 8.0, source: Source::Phone, mock: false }
    }

    #[test]
    fn a_plain_photo_taken_at_the_case_gives_no_finding() {
        let context = Context {
            case_place: Some(here()),
            case_at: Timestamp::parse_rfc3339("2026-11-23T15:00:00+08:00"),
            live_fix: Some(here()),
            ..Context::default()
        };
        assert_eq!(codes(&plain(), &context), []);
    }

    #[test]
    fn t20_each_oddity_of_a_photo_has_its_name_and_only_the_unviewable_is_refused() {
        let none = Context::default();
        let case = Context { case_place: Some(here()), ..Context::default() };
        let rows = [
            (PhotoFacts { bytes: 0, format: None, ..plain() }, none.clone(), FindingCode::Empty, true),
            (PhotoFacts { format: None, ..plain() }, none.clone(), FindingCode::NotAPhoto, true),
            (PhotoFacts { width: None, ..plain() }, none.clone(), FindingCode::Unreadable, true),
            (PhotoFacts { truncated: true, ..plain() }, none.clone(), FindingCode::Truncated, false),
            (plain(), Context { changed_since_hashed: true, ..none.clone() }, FindingCode::ChangedSinceHashed, false),
            (plain(), Context { same_bytes_at: Some("front".into()), ..none.clone() }, FindingCode::Duplicate, false),
            (
                plain(),
                Context { same_bytes_in_other_case: Some("front".into()), ..none.clone() },
                FindingCode::DuplicateElsewhere,
                false,
            ),
            (PhotoFacts { bytes: 100_000_000, ..plain() }, none.clone(), FindingCode::TooLarge, false),
            (PhotoFacts { format: Some(Format::Heic), ..plain() }, none.clone(), FindingCode::Heic, false),
            (PhotoFacts { orientation: Some(6), ..plain() }, none.clone(), FindingCode::Rotated, false),
            (
                PhotoFacts {
                    gps: Some(GpsBlock { lat: 36.07, lon: 120.38, alt: None, accuracy_m: None, at_utc: None }),
                    ..plain()
                },
                case,
                FindingCode::FarFromCase,
                false,
            ),
        ];
        for (facts, context, code, refused) in rows {
            assert_eq!(codes(&facts, &context), [code]);
            assert_eq!(code.refuses(), refused, "{code:?}");
        }
    }

    #[test]
    fn only_a_file_that_proves_it_is_a_screenshot() {
        let bare = PhotoFacts { taken: None, gps: None, ..plain() };
        let sized = |format, width, height| PhotoFacts { format: Some(format), width, height, ..bare.clone() };
        let said = |words: &str| PhotoFacts { comment: Some(words.into()), ..plain() };
        let by = |program: &str| PhotoFacts { software: Some(program.into()), ..plain() };
        let is = |facts: &PhotoFacts| codes(facts, &Context::default()).contains(&FindingCode::Screenshot);
        let proven = [said("Screenshot"), by("Android Screenshot"), sized(Format::Png, Some(1170), Some(2532))];
        assert!(proven.iter().all(is) && is(&sized(Format::Png, Some(2400), Some(1080))));
        let camera = PhotoFacts { make: Some("HUAWEI".into()), ..sized(Format::Png, Some(1080), Some(2400)) };
        let not = [plain(), said("evening"), camera, sized(Format::Jpeg, Some(1080), Some(2400))];
        assert!(!not.iter().any(is) && !is(&sized(Format::Png, Some(1600), Some(1200))));
    }

    #[test]
    fn t25_degrees_copied_from_a_map_of_another_datum_are_named_as_such() {
        let (lat, lon) = crate::place::wgs84_to_gcj02(here().lat, here().lon);
        let facts =
            PhotoFacts { gps: Some(GpsBlock { lat, lon, alt: None, accuracy_m: None, at_utc: None }), ..plain() };
        let found = findings(&facts, &Context { live_fix: Some(here()), ..Context::default() });
        assert!(found.iter().any(|f| f.code == FindingCode::WrongDatum && f.values["datum"] == "GCJ-02"), "{found:?}");
    }

    #[test]
    fn a_clock_without_an_offset_is_only_blamed_for_what_no_time_zone_explains() {
        let local = |text: &str| Some(Taken { local: text.into(), offset_s: None, subsec_ms: None });
        let case_at = Timestamp::parse_rfc3339("2026-11-23T07:00:00Z");
        let far = Context { case_at, ..Context::default() };
        let same_day = PhotoFacts { taken: local("2026-11-23T15:02:10"), ..plain() };
        assert_eq!(codes(&same_day, &far), []);
        let week_later = PhotoFacts { taken: local("2026-11-30T15:02:10"), ..plain() };
        assert_eq!(codes(&week_later, &far), [FindingCode::TimeFarFromCase]);
    }

    #[test]
    fn a_camera_clock_that_contradicts_the_satellites_is_told() {
        let at_utc = Timestamp::parse_rfc3339("2026-11-24T14:00:00Z");
        let facts = PhotoFacts {
            gps: Some(GpsBlock { lat: 37.5377, lon: 121.385, alt: None, accuracy_m: None, at_utc }),
            ..plain()
        };
        assert_eq!(codes(&facts, &Context::default()), [FindingCode::ClockJump]);
    }

    #[test]
    fn s34_each_disagreement_of_the_readers_is_a_finding_with_both_values() {
        let told = super::super::Disagreement { field: "gps".into(), first: Some("37.5,121.3".into()), second: None };
        let found = findings(&PhotoFacts { disagreements: vec![told], ..plain() }, &Context::default());
        assert_eq!(found[0].code, FindingCode::ReadersDisagree);
        assert_eq!((found[0].values["first"].as_str(), found[0].values["second"].as_str()), ("37.5,121.3", "-"));
    }

    #[test]
    fn every_code_is_listed_and_prints_as_it_is_written_in_json() {
        for code in FindingCode::ALL {
            assert_eq!(serde_json::to_value(code).expect("a code"), code.as_str());
        }
    }
}
