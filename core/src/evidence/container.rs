//! Which format the first bytes announce, and how far metadata can reach into a file. Every index is checked, so any
//! bytes may come in. Not its business: the rest of the file, which `walk` follows.

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
}

/// A JPEG marker with the position after it and, where it has one, after its payload.
struct Segment {
    marker: u8,
    next: usize,
}

/// The segment that starts at `at`, skipping fill bytes; `None` where there is none.
fn segment(bytes: &[u8], mut at: usize) -> Option<Segment> {
    // Stray bytes between segments are passed over, as every decoder does.
    at += memchr::memchr(0xFF, bytes.get(at..)?)?;
    while *bytes.get(at)? == 0xFF {
        at += 1;
    }
    let marker = *bytes.get(at)?;
    let payload = at + 1;
    if matches!(marker, 0x00 | 0x01 | 0xD0..=0xD9) {
        return Some(Segment { marker, next: payload });
    }
    let length = usize::from(u16::from_be_bytes([*bytes.get(payload)?, *bytes.get(payload + 1)?]));
    (length >= 2).then_some(Segment { marker, next: payload + length })
}

/// The readers want to see a scan begin, else they call the header incomplete.
pub(super) const SCAN_BYTES: usize = 64;
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
    bytes.get(..at.saturating_add(SCAN_BYTES).min(bytes.len())).unwrap_or(bytes)
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
}
