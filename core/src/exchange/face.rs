//! The thumbnail of a face that fits a code together with everything else: grey, upright, a few hundred bytes.
//!
//! [`thumbnail`] is asked at the desk that issues a credential. It ends in a JPEG of at most [`LARGEST_FACE`] bytes without
//! any metadata, or in a [`BadFace`]. Not its business: whether there is a face on it.

use image::{DynamicImage, ImageReader, Limits, codecs::jpeg::JpegEncoder, imageops::FilterType};
use std::io::Cursor;

/// Largest thumbnail, bytes: with it a living code fits a QR code of version 25-L.
pub const LARGEST_FACE: usize = 768;
/// Height of the first thumbnail that is tried, pixels; its width is three quarters.
const HEIGHTS: [u32; 4] = [64, 56, 48, 40];
/// Qualities tried, best first.
const QUALITIES: [u8; 6] = [60, 50, 40, 30, 22, 15];
/// Largest side of a picture that is opened, pixels.
const LARGEST_SIDE: u32 = 12_000;

/// Why a picture cannot become a face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFace {
    /// Not a picture that can be opened.
    #[error("not a picture that can be opened")]
    NotAPicture,
    /// So full of detail that no thumbnail is small enough.
    #[error("cannot be made small enough")]
    TooLarge,
}

/// A thumbnail of the middle of a JPEG, PNG or WebP.
pub fn thumbnail(photo: &[u8]) -> Result<Vec<u8>, BadFace> {
    let grey = portrait(open(photo).ok_or(BadFace::NotAPicture)?).to_luma8();
    for height in HEIGHTS {
        let small = image::imageops::resize(&grey, height * 3 / 4, height, FilterType::Lanczos3);
        for quality in QUALITIES {
            let mut jpeg = Vec::new();
            JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(&small).map_err(|_| BadFace::NotAPicture)?;
            if jpeg.len() <= LARGEST_FACE {
                return Ok(jpeg);
            }
        }
    }
    Err(BadFace::TooLarge)
}

fn open(photo: &[u8]) -> Option<DynamicImage> {
    use image::ImageDecoder;
    let mut reader = ImageReader::new(Cursor::new(photo)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LARGEST_SIDE), Some(LARGEST_SIDE));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let turned = decoder.orientation().ok()?;
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    picture.apply_orientation(turned);
    Some(picture)
}

/// The largest part of three to four in the middle.
fn portrait(picture: DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let kept_width = width.min(height * 3 / 4).max(1);
    let kept_height = height.min(kept_width * 4 / 3).max(1);
    picture.crop_imm((width - kept_width) / 2, (height - kept_height) / 2, kept_width, kept_height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_picture_becomes_a_face_that_fits() {
        let noisy = image::RgbImage::from_fn(640, 480, |x, y| {
            let n = x.wrapping_mul(2_654_435_761).wrapping_add(y.wrapping_mul(40_503)) >> 7;
            image::Rgb([n as u8, (n >> 5) as u8, (x + y) as u8])
        });
        let mut png = Cursor::new(Vec::new());
        noisy.write_to(&mut png, image::ImageFormat::Png).expect("written");
        let face = thumbnail(png.get_ref()).expect("a face");
        assert!(face.len() <= LARGEST_FACE, "{}", face.len());
        let seen = image::load_from_memory(&face).expect("opens");
        assert_eq!(seen.width() * 4, seen.height() * 3);
        assert_eq!(thumbnail(b"no picture"), Err(BadFace::NotAPicture));
    }
}
