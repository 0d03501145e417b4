//! Whether two reports are of one accident (T26, `domain.md` §7). Triggered where reports meet: on a phone that sees what
//! the feed told already, at the gateway, in an assessment. Always ends in yes or no. Not its business: who is credited.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{canon::Sha256, place::Point, time::Timestamp};

/// Two places of one accident are no farther apart, metres.
const NEAR_M: f64 = 30.0;
/// Known plates link reports from places so far apart: phones in a street canyon err by as much. Metres.
const SAME_PLATES_M: f64 = 300.0;
/// Hexadecimal digits of a tag.
const TAG: usize = 3;

/// What a log may know of a plate: one of 4,096 tags. It tells two cars apart almost always and names none: hundreds of
/// cars of one city share each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlateTag(String);

impl PlateTag {
    /// The tag of a normalised plate.
    pub fn of(plate: &str) -> PlateTag {
        let mut tag = Sha256::of(format!("jingbao plate {plate}").as_bytes()).to_string();
        tag.truncate(TAG);
        PlateTag(tag)
    }
}

/// What one report says of its accident.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Where, if that is known.
    pub place: Option<Point>,
    /// When it was first reported, by the wall clock.
    pub at: Timestamp,
    /// Whose plates are known; empty while none is.
    pub plates: BTreeSet<PlateTag>,
}

impl Report {
    /// Two reports of one accident are no farther apart, milliseconds.
    pub const SOON_MS: i64 = 10 * 60 * 1000;

    /// Whether both know plates and share none.
    pub fn has_other_plates(&self, other: &Report) -> bool {
        !self.plates.is_empty() && !other.plates.is_empty() && self.plates.is_disjoint(&other.plates)
    }
}

/// Whether both are of one accident: within ten minutes, and at one place. Where both know plates, these decide: the same
/// car has not had two accidents at once, and two cars that differ make two accidents however near.
pub fn is_same_accident(one: &Report, other: &Report) -> bool {
    if one.at.since(other.at).saturating_abs() > Report::SOON_MS {
        return false;
    }
    let (Some(here), Some(there)) = (one.place, other.place) else { return false };
    let apart_m = here.distance_m(there);
    let share = !one.plates.is_disjoint(&other.plates);
    !one.has_other_plates(other) && apart_m <= if share { SAME_PLATES_M } else { NEAR_M }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: i64 = 60_000;

    fn report(metres: f64, minutes: i64, plates: &[&str]) -> Report {
        let place = Point::wgs84(37.5377 + metres / 111_195.0, 121.39, 8.0).expect("a place");
        let plates = plates.iter().map(|plate| PlateTag::of(plate)).collect();
        Report { place: Some(place), at: Timestamp(minutes * MINUTE), plates }
    }

    #[test]
    fn t26_two_reports_within_thirty_metres_and_ten_minutes_are_one_accident_unless_their_plates_differ() {
        let first = report(0.0, 0, &["鲁F12345", "鲁Y88888"]);
        let rows = [
            ("the same place and time, no plates yet", report(20.0, 3, &[]), true),
            ("the same plates", report(20.0, 3, &["鲁Y88888"]), true),
            ("the same plates, and places that err", report(180.0, 3, &["鲁Y88888"]), true),
            ("50 m and a minute apart, other plates", report(50.0, 1, &["鲁F55555"]), false),
            ("20 m and a minute apart, other plates", report(20.0, 1, &["鲁F55555"]), false),
            ("50 m apart, no plates yet", report(50.0, 1, &[]), false),
            ("the same place, a quarter of an hour later", report(0.0, 15, &[]), false),
            ("the same plates, an hour later", report(0.0, 60, &["鲁F12345"]), false),
            ("nowhere", Report { place: None, ..report(0.0, 0, &["鲁F12345"]) }, false),
        ];
        for (name, other, same) in rows {
            assert_eq!(is_same_accident(&first, &other), same, "{name}");
            assert_eq!(is_same_accident(&other, &first), same, "{name}, the other way round");
        }
    }

    proptest! {
        #[test]
        fn a_tag_is_one_of_4096_and_depends_on_the_plate(plate in "鲁[FY][A-HJ-NP-Z0-9]{5}") {
            let tag = serde_json::to_string(&PlateTag::of(&plate)).expect("JSON");
            prop_assert_eq!(tag.len(), TAG + 2);
            prop_assert_eq!(PlateTag::of(&plate), PlateTag::of(&plate));
        }
    }
}
