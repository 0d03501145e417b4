//! The first reader: kamadak-exif. It goes on after a broken tag and keeps what it had.

use std::io::Cursor;

use exif::{Field, In, Reader, Tag, Value};

use super::reading::{Reading, gps_utc, local_time, offset, subsec_ms, text};

/// What kamadak-exif sees; `None` when it finds no metadata at all.
pub(super) fn read(head: &[u8]) -> Option<Reading> {
    let exif = Reader::new()
        .continue_on_error(true)
        .read_from_container(&mut Cursor::new(head))
        .or_else(|error| error.distill_partial_result(|_| ()))
        .ok()?;
    let field = |tag: Tag| exif.get_field(tag, In::PRIMARY);
    let ascii = |tag: Tag| field(tag).and_then(ascii);
    let original = ascii(Tag::DateTimeOriginal).and_then(|raw| local_time(&raw));
    // A camera that leaves out the first of the two still says when it digitised; a later edit is not a time of taking.
    let (local, offset_tag, subsec_tag) = match original {
        Some(time) => (Some(time), Tag::OffsetTimeOriginal, Tag::SubSecTimeOriginal),
        None => {
            let digitised = ascii(Tag::DateTimeDigitized).and_then(|raw| local_time(&raw));
            (digitised, Tag::OffsetTimeDigitized, Tag::SubSecTimeDigitized)
        }
    };
    Some(Reading {
        orientation: field(Tag::Orientation)
            .and_then(|f| f.value.get_uint(0))
            .and_then(|v| u8::try_from(v).ok())
            .filter(|v| (1..=8).contains(v)),
        offset_s: ascii(offset_tag).and_then(|raw| offset(&raw)),
        subsec_ms: ascii(subsec_tag).and_then(|raw| subsec_ms(&raw)),
        local,
        lat: degrees(field(Tag::GPSLatitude), ascii(Tag::GPSLatitudeRef), ["N", "S"]),
        lon: degrees(field(Tag::GPSLongitude), ascii(Tag::GPSLongitudeRef), ["E", "W"]),
        alt: altitude(field(Tag::GPSAltitude), field(Tag::GPSAltitudeRef)),
        gps_utc: match (ascii(Tag::GPSDateStamp), field(Tag::GPSTimeStamp).map(rationals).as_deref()) {
            (Some(date), Some([hours, minutes, seconds])) => gps_utc(&date, *hours, *minutes, *seconds),
            _ => None,
        },
        make: ascii(Tag::Make).and_then(|raw| text(&raw)),
        model: ascii(Tag::Model).and_then(|raw| text(&raw)),
        lens: ascii(Tag::LensModel).and_then(|raw| text(&raw)),
        accuracy_m: rationals_of(field(Tag::GPSHPositioningError)).filter(|metres| *metres >= 0.0),
        comment: field(Tag::UserComment).and_then(comment),
        software: ascii(Tag::Software).and_then(|raw| text(&raw)),
    })
}

fn ascii(field: &Field) -> Option<String> {
    match &field.value {
        Value::Ascii(parts) => parts.first().map(|bytes| String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    }
}

fn rationals_of(field: Option<&Field>) -> Option<f64> {
    rationals(field?).first().copied().filter(|number| number.is_finite())
}

/// The words of a comment behind the eight bytes that name its character code.
fn comment(field: &Field) -> Option<String> {
    match &field.value {
        Value::Undefined(bytes, _) => text(&String::from_utf8_lossy(bytes.get(8..)?)),
        _ => None,
    }
}

fn rationals(field: &Field) -> Vec<f64> {
    match &field.value {
        Value::Rational(values) => values.iter().map(|value| value.to_f64()).collect(),
        // EXIF wants unsigned ones, yet phones exist that write these.
        Value::SRational(values) => values.iter().map(|value| value.to_f64()).collect(),
        _ => Vec::new(),
    }
}

/// Degrees, minutes and seconds with the hemisphere; a zero denominator (no fix) is not a number and so no place.
fn degrees(field: Option<&Field>, hemisphere: Option<String>, [plus, minus]: [&str; 2]) -> Option<f64> {
    let parts = rationals(field?);
    let sign = match hemisphere?.trim_matches(['\0', ' ']) {
        letter if letter == plus => 1.0,
        letter if letter == minus => -1.0,
        _ => return None,
    };
    let [degrees, minutes, seconds] = parts.get(..3)? else { return None };
    let value = sign * (degrees + minutes / 60.0 + seconds / 3600.0);
    value.is_finite().then_some(value)
}

fn altitude(field: Option<&Field>, below: Option<&Field>) -> Option<f64> {
    let metres = rationals(field?).first().copied().filter(|metres| metres.is_finite())?;
    let is_below = below.and_then(|field| field.value.get_uint(0)) == Some(1);
    Some(if is_below { -metres } else { metres })
}
