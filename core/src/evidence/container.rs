//! The file around the picture: which format it is, where its metadata ends, whether it was cut off.
//! Walks lengths only and looks at no picture; every index is checked, so any bytes may come in.

use serde::{Deserialize, Serialize};

/// The picture formats that phones and cameras hand out. Anything else is not a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// ISO 10918.
    Jpeg,
    /// ISO 23008-12 with HEVC, what iPhones write.
    Heic,
    /// ISO 23008-12 with AV1.
    Avif,
    /// ISO 15948; screenshots.
    Png,
    /// RFC 9649.
    Webp,
    /// TIFF 6.0 and raw formats built on it.
    Tiff,
}

impl Format {
    /// The usual ending of a file's name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Jpeg => "jpg",
            Format::Heic => "heic",
            Format::Avif => "avif",
            Format::Png => "png",
            Format::Webp => "webp",
            Format::Tiff => "tiff",
        }
    }

    /// The format that these first bytes announce.
    pub(super) fn of(bytes: &[u8]) -> Option<Format> {
        match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Some(Format::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Format::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Format::Webp),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Format::Tiff),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.get(..4)? {
                b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"mif1" | b"msf1" => Some(Format::Heic),
                b"avif" | b"avis" => Some(Format::Avif),
                _ => None,
            },
            _ => None,
        }
    }

    /// The part of the file in which metadata can stand: for JPEG everything before the first scan, else all of it.
    pub(super) fn head(self, bytes: &[u8]) -> &[u8] {
        match self {
            Format::Jpeg => jpeg_head(bytes),
            _ => bytes,
        }
    }

    /// Stored width and height in pixels, before any turning.
    pub(super) fn pixels(self, bytes: &[u8]) -> Option<(u32, u32)> {
        let (width, height) = match self {
            Format::Heic | Format::Avif => largest_extent(bytes)?,
            _ => {
                let size = imagesize::blob_size(bytes).ok()?;
                (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?)
            }
        };
        (width > 0 && height > 0).then_some((width, height))
    }

    /// Whether the file ends before its own structure does.
    pub(super) fn is_cut_off(self, bytes: &[u8]) -> bool {
        match self {
            Format::Jpeg => !jpeg_reaches_its_end(bytes),
            Format::Heic | Format::Avif => !boxes_fit(bytes),
            Format::Png => !bytes.windows(4).rev().take(64).any(|window| window == b"IEND"),
            Format::Webp => {
                let declared =
                    bytes.get(4..8).and_then(|field| <[u8; 4]>::try_from(field).ok()).map(u32::from_le_bytes);
                declared.is_none_or(|length| (bytes.len() as u64) < u64::from(length) + 8)
            }
            Format::Tiff => false,
        }
    }
}

/// A JPEG marker with the position after it and, where it has one, after its payload.
struct Segment {
    marker: u8,
    next: usize,
}

/// The segment that starts at `at`, skipping fill bytes; `None` where there is none.
fn segment(bytes: &[u8], mut at: usize) -> Option<Segment> {
    if *bytes.get(at)? != 0xFF {
        return None;
    }
    while *bytes.get(at)? == 0xFF {
        at += 1;
    }
    let marker = *bytes.get(at)?;
    let payload = at + 1;
    if matches!(marker, 0x01 | 0xD0..=0xD9) {
        return Some(Segment { marker, next: payload });
    }
    let length = usize::from(u16::from_be_bytes([*bytes.get(payload)?, *bytes.get(payload + 1)?]));
    (length >= 2).then_some(Segment { marker, next: payload + length })
}

const SCAN: u8 = 0xDA;
const END: u8 = 0xD9;

fn jpeg_head(bytes: &[u8]) -> &[u8] {
    let mut at = 2;
    while let Some(found) = segment(bytes, at) {
        if matches!(found.marker, SCAN | END) {
            break;
        }
        at = found.next;
    }
    // The readers want to see a scan begin, else they call the header incomplete.
    bytes.get(..at.saturating_add(64).min(bytes.len())).unwrap_or(bytes)
}

/// Follows segments and scans to the end marker of the *main* picture; a thumbnail's own end does not count.
fn jpeg_reaches_its_end(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(found) = segment(bytes, at) {
        match found.marker {
            END => return true,
            SCAN => match after_scan(bytes, found.next) {
                Some(next) => at = next,
                None => return false,
            },
            _ => at = found.next,
        }
    }
    false
}

/// The position of the first real marker after entropy-coded bytes: `FF00` is stuffing, `FFD0`–`FFD7` restarts.
fn after_scan(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == 0xFF)?;
        match bytes.get(at + 1)? {
            0x00 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            _ => return Some(at),
        }
    }
}

/// The largest `ispe` property of an ISO picture (ISO 23008-12 §6.5.3): tiles and thumbnails have their own, and
/// `imagesize` would give the sides as turned by `irot`.
fn largest_extent(bytes: &[u8]) -> Option<(u32, u32)> {
    /// The `meta` box stands at the beginning, before the coded picture.
    const HEAD: usize = 1 << 20;
    let head = &bytes[..bytes.len().min(HEAD)];
    let extent = |window: &[u8]| match window {
        [b'i', b's', b'p', b'e', 0, 0, 0, 0, a, b, c, d, e, f, g, h] => {
            Some((u32::from_be_bytes([*a, *b, *c, *d]), u32::from_be_bytes([*e, *f, *g, *h])))
        }
        _ => None,
    };
    head.windows(16).filter_map(extent).max_by_key(|(width, height)| u64::from(*width) * u64::from(*height))
}

/// Whether every top-level ISO box ends inside the file.
fn boxes_fit(bytes: &[u8]) -> bool {
    let mut at: u64 = 0;
    let whole = bytes.len() as u64;
    while at < whole {
        let Some(header) = usize::try_from(at).ok().and_then(|at| bytes.get(at..at.checked_add(8)?)) else {
            return false;
        };
        let small = u64::from(u32::from_be_bytes([header[0], header[1], header[2], header[3]]));
        let length = match small {
            0 => return true,
            1 => {
                let large = usize::try_from(at + 8).ok().and_then(|at| bytes.get(at..at.checked_add(8)?));
                match large.and_then(|field| <[u8; 8]>::try_from(field).ok()).map(u64::from_be_bytes) {
                    Some(length) => length,
                    None => return false,
                }
            }
            length => length,
        };
        if length < 8 {
            return false;
        }
        at = at.saturating_add(length);
    }
    at == whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_happens_to_have_a_picture_like_beginning_for_lax_readers_is_not_a_photo() {
        for text in [&b"hello"[..], b"", b"\x00\x00\x02", b"GIF", b"P6 1 1 255"] {
            assert_eq!(Format::of(text), None);
        }
    }

    #[test]
    fn a_thumbnails_end_marker_does_not_hide_that_the_photo_was_cut_off() {
        let thumbnail = [0xFF, 0xD8, 0xFF, 0xD9];
        let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, 6];
        jpeg.extend(thumbnail);
        jpeg.extend([0xFF, 0xDA, 0, 2, 1, 2, 0xFF, 0, 3]);
        assert!(Format::Jpeg.is_cut_off(&jpeg));
        jpeg.extend([0xFF, 0xD9]);
        assert!(!Format::Jpeg.is_cut_off(&jpeg));
    }
}
