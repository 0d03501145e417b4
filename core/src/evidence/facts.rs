//! The facts of one photo, from whatever bytes came in. It cannot fail: what cannot be read is absent.

use serde::{Deserialize, Serialize};

use super::{Format, bomb::is_bomb, first_reader, reading::Reading, second_reader, walk::Walk};
use crate::time::Timestamp;

/// Everything a photo says about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhotoFacts {
    /// `None` when the bytes are no picture that a camera makes.
    pub format: Option<Format>,
    /// Size of the file.
    pub bytes: u64,
    /// Stored width in pixels, before the orientation is applied.
    pub width: Option<u32>,
    /// Stored height in pixels, before the orientation is applied.
    pub height: Option<u32>,
    /// EXIF orientation 1 to 8.
    pub orientation: Option<u8>,
    /// When the shutter opened, as the camera's clock claimed.
    pub taken: Option<Taken>,
    /// Where, if the receiver had a fix.
    pub gps: Option<GpsBlock>,
    /// Maker of the camera.
    pub make: Option<String>,
    /// Model of the camera.
    pub model: Option<String>,
    /// The lens, if the camera names it.
    #[serde(default)]
    pub lens: Option<String>,
    /// The camera's comment, if there is one.
    #[serde(default)]
    pub comment: Option<String>,
    /// What last wrote the file, if it says so.
    pub software: Option<String>,
    /// The file ends before its own structure does.
    pub truncated: bool,
    /// What the two readers saw differently (S34).
    pub disagreements: Vec<Disagreement>,
}

/// A camera's wall clock. Without an offset it is a local time and nothing more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// `2012-06-23T06:55:49`, as the camera's clock showed.
    pub local: String,
    /// Seconds east of UTC, if the camera wrote them.
    pub offset_s: Option<i32>,
    /// Milliseconds within the second, if the camera wrote them.
    pub subsec_ms: Option<u32>,
}

impl Taken {
    /// The instant, if the offset is known.
    pub fn instant(&self) -> Option<Timestamp> {
        self.offset_s.and_then(|offset_s| self.instant_at(offset_s))
    }

    /// The instant under an offset that is assumed.
    pub fn instant_at(&self, offset_s: i32) -> Option<Timestamp> {
        let as_utc = Timestamp::parse_rfc3339(&format!("{}Z", self.local))?;
        Some(as_utc.plus(i64::from(self.subsec_ms.unwrap_or(0)) - i64::from(offset_s) * 1000))
    }

    /// RFC 3339 with the camera's own offset; `None` without one.
    pub fn rfc3339(&self) -> Option<String> {
        Some(self.instant()?.rfc3339(self.offset_s?))
    }
}

/// The place in a photo, WGS-84 as EXIF demands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GpsBlock {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Metres above sea level.
    pub alt: Option<f64>,
    /// How far off the place may be, metres, as the receiver claims (EXIF 2.31, GPSHPositioningError).
    #[serde(default)]
    pub accuracy_m: Option<f64>,
    /// UTC as the satellites told it.
    pub at_utc: Option<Timestamp>,
}

/// One thing that the two readers saw differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disagreement {
    /// `orientation`, `taken`, `offset`, `gps`, `make`, `model`.
    pub field: String,
    /// What the first reader saw; `None` is nothing.
    pub first: Option<String>,
    /// What the second reader saw.
    pub second: Option<String>,
}

/// The facts of a file of so many bytes, that begins with `head`; `block` is metadata that stands behind it.
pub(super) fn gather(
    format: Option<Format>,
    bytes: u64,
    head: &[u8],
    block: Option<&[u8]>,
    walk: Option<&Walk>,
) -> PhotoFacts {
    let readable = format.map_or(&[][..], |format| block.unwrap_or_else(|| format.head(head)));
    let readable = if is_bomb(readable) { &[] } else { readable };
    let first = first_reader::read(readable);
    let second = format.and_then(|_| second_reader::read(readable));
    let sides = walk.and_then(Walk::pixels).or_else(|| sides(format?, head));
    let disagreements = match (&first, &second) {
        (Some(first), Some(second)) => compare(first, second),
        // One reader saw a whole block and the other saw none: that is how S34 began.
        (Some(only), None) => compare(only, &Reading::default()),
        (None, Some(only)) => compare(&Reading::default(), only),
        (None, None) => Vec::new(),
    };
    let seen = merge(first.unwrap_or_default(), second.unwrap_or_default());
    PhotoFacts {
        format,
        bytes,
        width: sides.map(|(width, _)| width),
        height: sides.map(|(_, height)| height),
        orientation: seen.orientation,
        gps: seen.place().map(|(lat, lon)| GpsBlock {
            lat,
            lon,
            alt: seen.alt,
            accuracy_m: seen.accuracy_m,
            at_utc: seen.gps_utc,
        }),
        taken: seen.local.map(|local| Taken { local, offset_s: seen.offset_s, subsec_ms: seen.subsec_ms }),
        make: seen.make,
        model: seen.model,
        lens: seen.lens,
        comment: seen.comment,
        software: seen.software,
        truncated: walk.is_some_and(Walk::is_cut_off),
        disagreements,
    }
}

/// Stored width and height, before any turning, where the walk does not know them.
fn sides(format: Format, head: &[u8]) -> Option<(u32, u32)> {
    if matches!(format, Format::Heic | Format::Avif) {
        return None;
    }
    let size = imagesize::blob_size(head).ok()?;
    let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
    (width > 0 && height > 0).then_some((width, height))
}

/// The first reader's view, completed by the second where the first saw nothing.
fn merge(first: Reading, second: Reading) -> Reading {
    let (place, time) = (first.place().is_some(), first.local.is_some());
    let (gps, clock) = (if place { &first } else { &second }, if time { &first } else { &second });
    Reading {
        orientation: first.orientation.or(second.orientation),
        local: clock.local.clone(),
        offset_s: clock.offset_s,
        subsec_ms: clock.subsec_ms,
        lat: gps.lat,
        lon: gps.lon,
        alt: gps.alt,
        gps_utc: first.gps_utc,
        make: first.make.clone().or(second.make),
        model: first.model.clone().or(second.model),
        lens: first.lens.or(second.lens),
        accuracy_m: first.accuracy_m.filter(|_| place),
        comment: first.comment,
        software: first.software.clone().or(second.software),
    }
}

fn compare(first: &Reading, second: &Reading) -> Vec<Disagreement> {
    let place = |reading: &Reading| reading.place().map(|(lat, lon)| format!("{lat:.6},{lon:.6}"));
    let near = match (first.place(), second.place()) {
        // Rounding of rationals differs between readers by far less than this (0.1 m).
        (Some(a), Some(b)) => (a.0 - b.0).abs() < 1e-6 && (a.1 - b.1).abs() < 1e-6,
        (None, None) => true,
        _ => false,
    };
    let rows = [
        ("orientation", first.orientation.map(|v| v.to_string()), second.orientation.map(|v| v.to_string())),
        ("taken", first.local.clone(), second.local.clone()),
        ("offset", first.offset_s.map(|v| v.to_string()), second.offset_s.map(|v| v.to_string())),
        ("gps", place(first).filter(|_| !near), place(second).filter(|_| !near)),
        ("make", first.make.clone(), second.make.clone()),
        ("model", first.model.clone(), second.model.clone()),
    ];
    let differ = rows.into_iter().filter(|(_, first, second)| first != second);
    differ.map(|(field, first, second)| Disagreement { field: field.into(), first, second }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: Option<f64>, lon: Option<f64>) -> Reading {
        Reading { lat, lon, ..Reading::default() }
    }

    #[test]
    fn s34_a_gps_block_that_one_reader_drops_is_kept_and_told() {
        let (whole, dropped) = (at(Some(37.5), Some(121.4)), Reading::default());
        let told = compare(&whole, &dropped);
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].field.as_str(), told[0].second.as_deref()), ("gps", None));
        assert_eq!(merge(dropped, whole).place(), Some((37.5, 121.4)));
    }

    #[test]
    fn a_receiver_without_a_fix_is_no_place_and_not_the_gulf_of_guinea() {
        assert_eq!(at(Some(0.0), Some(0.0)).place(), None);
        assert_eq!(at(Some(f64::NAN), Some(1.0)).place(), None);
        assert_eq!(at(Some(12.0), None).place(), None);
    }

    #[test]
    fn a_time_without_an_offset_stays_local() {
        let taken = Taken { local: "2012-06-23T06:55:49".into(), offset_s: None, subsec_ms: None };
        assert_eq!((taken.instant(), taken.rfc3339()), (None, None));
        let with = Taken { offset_s: Some(28_800), ..taken };
        assert_eq!(with.rfc3339().as_deref(), Some("2012-06-23T06:55:49+08:00"));
    }
}
