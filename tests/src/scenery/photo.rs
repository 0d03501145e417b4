//! A drawing as a photo: rendered, with the grain of a small sensor, as JPEG, stamped as a phone stamps it.

use std::io::Cursor;

use exif::{Field, In, Rational, Tag, Value, experimental::Writer};
use resvg::{tiny_skia, usvg};

use super::{chance::Chance, face::face, shots::draw};

/// What the phone writes into a photo.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// `2026-11-23T15:02:10`.
    pub local: String,
    /// Seconds east of UTC.
    pub offset_s: i32,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// JPEG quality of a middling phone.
const QUALITY: u8 = 85;

/// A shot slot's photo. The same arguments give the same bytes. `None` if it cannot be rendered or encoded.
pub fn photo(shot: &str, seed: u64, stamp: &Stamp) -> Option<Vec<u8>> {
    let tree = usvg::Tree::from_str(&draw(shot, seed), &usvg::Options::default()).ok()?;
    let size = tree.size().to_int_size();
    let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height())?;
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixels.as_mut());
    let rgb = grainy(pixels.data(), &mut Chance::new(seed, "grain"));
    let mut jpeg = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, QUALITY);
    encoder.add_app_segment(1, [b"Exif\0\0".to_vec(), tiff(stamp)?].concat()).ok()?;
    let (width, height) = (u16::try_from(size.width()).ok()?, u16::try_from(size.height()).ok()?);
    encoder.encode(&rgb, width, height, jpeg_encoder::ColorType::Rgb).ok()?;
    Some(jpeg)
}

/// The face of a specialist who does not exist, as JPEG. `None` if it cannot be rendered or encoded.
pub fn portrait(seed: u64) -> Option<Vec<u8>> {
    let tree = usvg::Tree::from_str(&face(seed), &usvg::Options::default()).ok()?;
    let size = tree.size().to_int_size();
    let mut pixels = tiny_skia::Pixmap::new(size.width(), size.height())?;
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixels.as_mut());
    let rgb = grainy(pixels.data(), &mut Chance::new(seed, "grain"));
    let mut jpeg = Vec::new();
    let (width, height) = (u16::try_from(size.width()).ok()?, u16::try_from(size.height()).ok()?);
    jpeg_encoder::Encoder::new(&mut jpeg, QUALITY).encode(&rgb, width, height, jpeg_encoder::ColorType::Rgb).ok()?;
    Some(jpeg)
}

/// Opaque RGBA to RGB with noise, without which a drawing is a tenth of a photo's size.
fn grainy(rgba: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(rgba.len() / 4 * 3);
    for pixel in rgba.chunks_exact(4) {
        let noise = chance.between(-5.0, 5.0);
        rgb.extend(pixel[..3].iter().map(|&part| (f64::from(part) + noise).clamp(0.0, 255.0) as u8));
    }
    rgb
}

fn tiff(stamp: &Stamp) -> Option<Vec<u8>> {
    let field = |tag, value| Field { tag, ifd_num: In::PRIMARY, value };
    let ascii = |tag, text: &str| field(tag, Value::Ascii(vec![text.into()]));
    let time = stamp.local.replace('-', ":").replace('T', " ");
    let sign = if stamp.offset_s < 0 { '-' } else { '+' };
    let offset = format!("{sign}{:02}:{:02}", stamp.offset_s.abs() / 3600, stamp.offset_s.abs() / 60 % 60);
    let fields = [
        ascii(Tag::Make, "Jingbao Demo"),
        ascii(Tag::Model, "Drawn Street 1"),
        field(Tag::Orientation, Value::Short(vec![1])),
        ascii(Tag::DateTimeOriginal, &time),
        ascii(Tag::OffsetTimeOriginal, &offset),
        ascii(Tag::GPSLatitudeRef, if stamp.lat < 0.0 { "S" } else { "N" }),
        field(Tag::GPSLatitude, degrees(stamp.lat.abs())),
        ascii(Tag::GPSLongitudeRef, if stamp.lon < 0.0 { "W" } else { "E" }),
        field(Tag::GPSLongitude, degrees(stamp.lon.abs())),
    ];
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut bytes = Cursor::new(Vec::new());
    writer.write(&mut bytes, false).ok()?;
    Some(bytes.into_inner())
}

/// Degrees, minutes, seconds; a ten-thousandth of a second is 3 mm.
fn degrees(value: f64) -> Value {
    const FINE: f64 = 10_000.0;
    let all = (value * 3600.0 * FINE).round() as u64;
    let fine = FINE as u64;
    let part = |num: u64, denom: u64| Rational { num: num as u32, denom: denom as u32 };
    Value::Rational(vec![part(all / (3600 * fine), 1), part(all / (60 * fine) % 60, 1), part(all % (60 * fine), fine)])
}
