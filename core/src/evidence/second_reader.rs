//! The second reader: nom-exif, a parser of another family, so that one bug does not decide what a photo says.

use nom_exif::{EntryValue, Exif, ExifTag, MediaParser, MediaSource};

use super::reading::{Reading, offset, subsec_ms, text};

/// What nom-exif sees; `None` when it finds no metadata at all.
pub(super) fn read(head: &[u8]) -> Option<Reading> {
    let source = MediaSource::from_memory(head.to_vec()).ok()?;
    let exif: Exif = MediaParser::new().parse_exif(source).ok()?.into();
    let ascii = |tag: ExifTag| exif.get(tag).and_then(EntryValue::as_str).map(str::to_owned);
    let original = civil(&exif, ExifTag::DateTimeOriginal);
    let (local, offset_tag, subsec_tag) = match original {
        Some(time) => (Some(time), ExifTag::OffsetTimeOriginal, ExifTag::SubSecTimeOriginal),
        None => (civil(&exif, ExifTag::CreateDate), ExifTag::OffsetTimeDigitized, ExifTag::SubSecTimeDigitized),
    };
    let gps = exif.gps_info();
    let finite = |value: Option<f64>| value.filter(|number| number.is_finite());
    Some(Reading {
        orientation: exif
            .get(ExifTag::Orientation)
            .and_then(EntryValue::try_as_integer)
            .and_then(|value| u8::try_from(value).ok())
            .filter(|value| (1..=8).contains(value)),
        offset_s: ascii(offset_tag).and_then(|raw| offset(&raw)),
        subsec_ms: ascii(subsec_tag).and_then(|raw| subsec_ms(&raw)),
        local,
        lat: finite(gps.and_then(|gps| gps.latitude_decimal())),
        lon: finite(gps.and_then(|gps| gps.longitude_decimal())),
        alt: finite(gps.and_then(|gps| gps.altitude_meters())),
        gps_utc: None,
        make: ascii(ExifTag::Make).and_then(|raw| text(&raw)),
        model: ascii(ExifTag::Model).and_then(|raw| text(&raw)),
        lens: ascii(ExifTag::LensModel).and_then(|raw| text(&raw)),
        accuracy_m: None,
        comment: None,
        software: ascii(ExifTag::Software).and_then(|raw| text(&raw)),
    })
}

fn civil(exif: &Exif, tag: ExifTag) -> Option<String> {
    let naive = exif.get(tag)?.as_datetime()?.into_naive();
    // Its own printing gives the same form as ours; a year outside four digits is no camera's.
    Some(naive.format("%Y-%m-%dT%H:%M:%S").to_string()).filter(|text| text.len() == 19)
}
