//! Copies of photos: upright, in their own colours, without metadata, within limits; and the original is only read.

use std::io::Cursor;

use exif::{Field, In, Rational, Tag, Value, experimental::Writer};
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageReader, Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use jingbao_core::evidence::{CopyLimits, Derived, NotDerived, derive, inspect, thumbnail};
use proptest::prelude::*;

const RED: [u8; 3] = [220, 30, 30];
const GREEN: [u8; 3] = [30, 200, 40];
const BLUE: [u8; 3] = [30, 40, 220];
const WHITE: [u8; 3] = [250, 250, 250];

/// Wider than high; each corner has its own colour: red and green above, blue and white below.
fn corners() -> RgbImage {
    RgbImage::from_fn(480, 320, |x, y| {
        Rgb(match (x < 240, y < 160) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    })
}

/// As a camera would store it that was held so that a viewer has to turn it by `orientation` (EXIF 1 to 8).
fn stored(orientation: u16) -> RgbImage {
    let upright = DynamicImage::ImageRgb8(corners());
    // Each is the inverse of what its orientation asks for.
    match orientation {
        2 => upright.fliph(),
        3 => upright.rotate180(),
        4 => upright.flipv(),
        5 => upright.rotate90().fliph(),
        6 => upright.rotate270(),
        7 => upright.rotate270().fliph(),
        8 => upright.rotate90(),
        _ => upright,
    }
    .into_rgb8()
}

fn exif(orientation: u16) -> Vec<u8> {
    let field = |tag, value| Field { tag, ifd_num: In::PRIMARY, value };
    let degrees = |whole| Value::Rational([whole, 32, 10].map(|num| Rational { num, denom: 1 }).to_vec());
    let ascii = |text: &str| Value::Ascii(vec![text.as_bytes().to_vec()]);
    let fields = [
        field(Tag::Orientation, Value::Short(vec![orientation])),
        field(Tag::Make, ascii("Maker")),
        field(Tag::DateTimeOriginal, ascii("2026:11:23 15:02:10")),
        field(Tag::GPSLatitudeRef, ascii("N")),
        field(Tag::GPSLatitude, degrees(37)),
        field(Tag::GPSLongitudeRef, ascii("E")),
        field(Tag::GPSLongitude, degrees(121)),
    ];
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut block = Cursor::new(Vec::new());
    writer.write(&mut block, false).expect("a block");
    block.into_inner()
}

fn jpeg(orientation: u16, profile: Option<&[u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 92);
    encoder.set_exif_metadata(exif(orientation)).expect("metadata");
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile.to_vec()).expect("a profile");
    }
    encoder.encode_image(&stored(orientation)).expect("a JPEG");
    bytes
}

fn limits(most_bytes: u64, longest_edge_px: u32) -> CopyLimits {
    CopyLimits { receiver: "association".into(), most_bytes, longest_edge_px }
}

fn unpacked(copy: &Derived) -> RgbImage {
    image::load_from_memory(&copy.bytes).expect("a picture").into_rgb8()
}

fn is_near(found: Rgb<u8>, wanted: [u8; 3]) -> bool {
    found.0.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) < 40)
}

fn stands_upright(picture: &RgbImage) -> bool {
    let (width, height) = picture.dimensions();
    let at = |x: u32, y: u32| *picture.get_pixel(width * x / 4, height * y / 4);
    width > height
        && is_near(at(1, 1), RED)
        && is_near(at(3, 1), GREEN)
        && is_near(at(1, 3), BLUE)
        && is_near(at(3, 3), WHITE)
}

#[test]
fn a_copy_stands_upright_however_the_camera_was_held() {
    for orientation in 1..=8 {
        let original = jpeg(orientation, None);
        assert_eq!(inspect(&original).orientation, Some(orientation as u8));
        for copy in [thumbnail(&original, 96), derive(&original, &limits(1 << 20, 4_096))] {
            assert!(stands_upright(&unpacked(&copy.expect("a copy"))), "{orientation}");
        }
    }
}

#[test]
fn a_copy_says_nothing_of_place_time_or_camera_to_either_reader() {
    let original = jpeg(6, None);
    assert!(inspect(&original).gps.is_some() && inspect(&original).taken.is_some());
    let copy = derive(&original, &limits(1 << 20, 4_096)).expect("a copy");
    let facts = inspect(&copy.bytes);
    assert_eq!((facts.gps, facts.taken, facts.make, facts.orientation), (None, None, None, None));
    assert_eq!(facts.disagreements, []);
    for part in [&b"Exif"[..], b"Maker", b"http://ns.adobe.com", b"Photoshop"] {
        assert!(!copy.bytes.windows(part.len()).any(|window| window == part), "{part:?}");
    }
}

#[test]
fn a_profile_that_says_what_the_numbers_mean_goes_along_and_one_that_does_not_fit_stays_behind() {
    let profile = |space: &[u8; 4]| {
        let mut profile = vec![0; 540];
        profile[16..20].copy_from_slice(space);
        profile
    };
    let kept = |space| {
        let copy = derive(&jpeg(1, Some(&profile(space))), &limits(1 << 20, 200)).expect("a copy");
        let reader = ImageReader::new(Cursor::new(copy.bytes)).with_guessed_format().expect("a format");
        reader.into_decoder().expect("a JPEG").icc_profile().expect("readable")
    };
    assert_eq!(kept(b"RGB "), Some(profile(b"RGB ")));
    assert_eq!(kept(b"CMYK"), None);
}

#[test]
fn what_is_transparent_becomes_white_and_not_whatever_lies_below() {
    let clear = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(200, 200, image::Rgba([0, 0, 0, 0])));
    let mut png = Cursor::new(Vec::new());
    clear.write_to(&mut png, image::ImageFormat::Png).expect("a PNG");
    let copy = thumbnail(&png.into_inner(), 64).expect("a copy");
    assert!(is_near(*unpacked(&copy).get_pixel(32, 32), [255, 255, 255]));
}

#[test]
fn a_picture_that_would_unfold_too_far_is_refused_and_so_is_what_cannot_be_unpacked() {
    let mut wide = jpeg(1, None);
    let frame = wide.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("a frame");
    wide[frame + 5..frame + 9].copy_from_slice(&[0x3F, 0xFF, 0x3F, 0xFF]);
    assert_eq!(thumbnail(&wide, 64), Err(NotDerived::TooLarge));
    for bytes in [&b""[..], b"text", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"] {
        assert_eq!(thumbnail(bytes, 64), Err(NotDerived::Undecodable));
    }
    assert_eq!(derive(&jpeg(1, None), &limits(300, 4_096)), Err(NotDerived::DoesNotFit));
}

#[test]
fn real_photos_give_copies_that_keep_to_the_limits() {
    let Some(folder) = super::evidence::real_photos() else { return };
    for name in ["DSCN0010.jpg", "landscape_1.jpg", "portrait_6.jpg", "jolla.jpg"] {
        let original = std::fs::read(folder.join(name)).expect(name);
        let copy = derive(&original, &limits(60_000, 640)).expect(name);
        assert!(copy.bytes.len() <= 60_000 && copy.width.max(copy.height) <= 640, "{name}: {copy:?}");
        assert_eq!(unpacked(&copy).dimensions(), (copy.width, copy.height));
        let facts = inspect(&original);
        let is_turned = facts.orientation.is_some_and(|orientation| orientation >= 5);
        let is_high = facts.height > facts.width;
        assert_eq!(copy.height > copy.width, is_high != is_turned, "{name}");
    }
    let heic = std::fs::read(folder.join("iphone_13_pro_max.HEIC")).expect("a HEIC");
    assert_eq!(thumbnail(&heic, 64), Err(NotDerived::Undecodable));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_damaged_picture_gives_a_copy_or_a_reason_and_never_a_panic(
        which in 1_u16..9,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = jpeg(which, None);
        for (at, byte) in &damage {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        bytes.truncate(cut.index(bytes.len()) + 1);
        if let Ok(copy) = thumbnail(&bytes, 48) {
            prop_assert!(copy.width.max(copy.height) <= 48);
        }
    }
}
