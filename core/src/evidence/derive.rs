//! Copies of a photo for those who cannot take the original: thumbnails for screens, copies for receivers with limits.
//! Upright (the EXIF orientation is applied), in its own colours (an RGB profile, as Display P3, goes along), and with no
//! other metadata: no place, no time, no camera. JPEG comes out. Ends in a copy or in [`NotDerived`]; a picture that
//! would take more than [`MOST_MEMORY`] is refused before it is unpacked.
//!
//! HEIC and AVIF are not unpacked: there is no pure decoder worth keeping, and each phone that writes them shows them
//! itself. Not its business: the original, which is never touched, and who is given the copy.

use std::io::Cursor;

use image::{
    DynamicImage, GenericImageView, ImageDecoder, ImageEncoder, ImageReader, Limits, Rgb, RgbImage,
    codecs::jpeg::JpegEncoder, metadata::Orientation,
};
use serde::{Deserialize, Serialize};

use crate::canon::Sha256;

/// Most bytes that a picture's pixels may take while it is unpacked: 50 million pixels, half as many of a progressive
/// JPEG, whose coefficients are all held at once.
const MOST_MEMORY: u64 = 160 << 20;
/// JPEG qualities that are tried until the copy is small enough.
const QUALITIES: [u8; 4] = [88, 78, 66, 54];
/// A copy with a longer side below this shows nothing any more.
const SMALLEST_EDGE: u32 = 160;
/// Colour profiles are a few hundred bytes; one larger than this is none.
const LARGEST_PROFILE: usize = 64 << 10;

/// What a receiver takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyLimits {
    /// Who: a receiver's code, or any name that the agreement with it uses.
    pub receiver: String,
    /// Most bytes of a file.
    pub most_bytes: u64,
    /// Most pixels along the longer side.
    pub longest_edge_px: u32,
}

/// A copy that is ready to be handed on.
#[derive(Clone, PartialEq, Eq)]
pub struct Derived {
    /// The JPEG.
    pub bytes: Vec<u8>,
    /// Its hash.
    pub sha256: Sha256,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl std::fmt::Debug for Derived {
    // A picture's bytes are for no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Derived({}x{}, {} bytes)", self.width, self.height, self.bytes.len())
    }
}

/// Why there is no copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDerived {
    /// The bytes cannot be unpacked here: HEIC, damaged, or no picture.
    #[error("the picture cannot be unpacked here")]
    Undecodable,
    /// It would take more memory than a phone should give.
    #[error("the picture is too large to be unpacked")]
    TooLarge,
    /// Nothing that still shows something is that small.
    #[error("no copy is that small")]
    DoesNotFit,
}

/// A picture for a screen: its longer side at most so many pixels.
pub fn thumbnail(original: &[u8], longest_edge_px: u32) -> Result<Derived, NotDerived> {
    let picture = Picture::unpack(original)?.fitted(longest_edge_px);
    picture.pack(QUALITIES[1])
}

/// A copy that keeps to the limits of a receiver.
pub fn derive(original: &[u8], limits: &CopyLimits) -> Result<Derived, NotDerived> {
    let mut picture = Picture::unpack(original)?.fitted(limits.longest_edge_px);
    loop {
        for quality in QUALITIES {
            let copy = picture.pack(quality)?;
            if copy.bytes.len() as u64 <= limits.most_bytes {
                return Ok(copy);
            }
        }
        let longer = picture.pixels.width().max(picture.pixels.height()) / 4 * 3;
        if longer < SMALLEST_EDGE {
            return Err(NotDerived::DoesNotFit);
        }
        picture = picture.fitted(longer);
    }
}

/// Upright pixels with what their numbers mean.
struct Picture {
    pixels: RgbImage,
    profile: Option<Vec<u8>>,
}

impl Picture {
    fn unpack(original: &[u8]) -> Result<Picture, NotDerived> {
        let reader = ImageReader::new(Cursor::new(original)).with_guessed_format();
        let mut reader = reader.map_err(|_| NotDerived::Undecodable)?;
        let mut limits = Limits::default();
        limits.max_alloc = Some(MOST_MEMORY);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(|_| NotDerived::Undecodable)?;
        let (width, height) = decoder.dimensions();
        if memory(original, width, height).max(decoder.total_bytes()) > MOST_MEMORY {
            return Err(NotDerived::TooLarge);
        }
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let profile = decoder.icc_profile().ok().flatten().filter(|profile| is_rgb(profile));
        let was_rgb = decoder.color_type().has_color();
        let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| NotDerived::Undecodable)?;
        if picture.color().has_alpha() {
            picture = on_white(picture);
        }
        let mut picture = DynamicImage::ImageRgb8(picture.into_rgb8());
        picture.apply_orientation(orientation);
        Ok(Picture { pixels: picture.into_rgb8(), profile: profile.filter(|_| was_rgb) })
    }

    /// The same picture, its longer side at most so long; never larger than it is.
    fn fitted(self, longest_edge: u32) -> Picture {
        let (width, height) = self.pixels.dimensions();
        let longer = width.max(height);
        if longer <= longest_edge.max(1) {
            return self;
        }
        let side = |pixels: u32| {
            let scaled = u64::from(pixels) * u64::from(longest_edge.max(1)) / u64::from(longer);
            u32::try_from(scaled).unwrap_or(1).max(1)
        };
        let pixels = image::imageops::thumbnail(&self.pixels, side(width), side(height));
        Picture { pixels, profile: self.profile }
    }

    fn pack(&self, quality: u8) -> Result<Derived, NotDerived> {
        let (width, height) = self.pixels.dimensions();
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
        if let Some(profile) = &self.profile {
            // An encoder that takes no profile would change the colours without a word.
            encoder.set_icc_profile(profile.clone()).map_err(|_| NotDerived::Undecodable)?;
        }
        encoder.encode_image(&self.pixels).map_err(|_| NotDerived::DoesNotFit)?;
        Ok(Derived { sha256: Sha256::of(&bytes), bytes, width, height })
    }
}

/// Bytes that unpacking takes at least. `FFC2` begins a progressive frame; in a scan it cannot stand.
fn memory(original: &[u8], width: u32, height: u32) -> u64 {
    let is_progressive = original.starts_with(&[0xFF, 0xD8]) && memchr::memmem::find(original, &[0xFF, 0xC2]).is_some();
    let of_a_pixel = if is_progressive { 3 + 6 } else { 3 };
    u64::from(width) * u64::from(height) * of_a_pixel
}

/// Whether the profile tells what red, green and blue mean (ICC.1 §7.2.6): a copy is always RGB.
fn is_rgb(profile: &[u8]) -> bool {
    profile.len() <= LARGEST_PROFILE && profile.get(16..20) == Some(b"RGB ")
}

/// A picture with transparent parts as paper would show it.
fn on_white(picture: DynamicImage) -> DynamicImage {
    let (width, height) = picture.dimensions();
    let pixels = picture.into_rgba8();
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        let [red, green, blue, alpha] = pixels.get_pixel(x, y).0.map(u32::from);
        Rgb([red, green, blue].map(|part| ((part * alpha + 255 * (255 - alpha)) / 255) as u8))
    }))
}
