//! Photo facts against an independent reader's truth, and against bytes that no camera would write.

use std::path::PathBuf;

use exif::{Field, In, Rational, Tag, Value, experimental::Writer};
use jingbao_core::evidence::{Context, Eye, FindingCode, Format, PhotoFacts, findings, inspect};
use proptest::prelude::*;

/// The folder of real photos; `None` outside CI when this clone has none beside it.
pub(super) fn real_photos() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/photos"));
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "CI must have the real fixtures");
    println!("skipped: no real fixtures");
    None
}

fn codes(facts: &PhotoFacts) -> Vec<FindingCode> {
    findings(facts, &Context::default()).into_iter().map(|finding| finding.code).collect()
}

fn text<'a>(truth: &'a serde_json::Value, key: &str) -> Option<&'a str> {
    truth[key].as_str()
}

#[test]
fn the_facts_of_real_fixtures_photos_are_those_exiftool_reports() {
    let Some(folder) = real_photos() else { return };
    let truth = std::fs::read_to_string(folder.join("truth.json")).expect("truth.json");
    let truth: Vec<serde_json::Value> = serde_json::from_str(&truth).expect("JSON");
    assert_eq!(truth.len(), 11);
    for truth in &truth {
        let name = text(truth, "SourceFile").expect("a name");
        let facts = inspect(&std::fs::read(folder.join(name)).expect(name));
        let format = match text(truth, "FileType").expect("a type") {
            "JPEG" => Format::Jpeg,
            "HEIC" => Format::Heic,
            other => panic!("{other}"),
        };
        assert_eq!(facts.format, Some(format), "{name}");
        assert_eq!(facts.width.map(u64::from), truth["ImageWidth"].as_u64(), "{name}");
        assert_eq!(facts.height.map(u64::from), truth["ImageHeight"].as_u64(), "{name}");
        assert_eq!(facts.orientation.map(u64::from), truth["Orientation"].as_u64(), "{name}");
        assert_eq!(facts.make.as_deref(), text(truth, "Make"), "{name}");
        assert_eq!(facts.model.as_deref(), text(truth, "Model"), "{name}");
        let original = text(truth, "DateTimeOriginal");
        let taken = facts.taken.as_ref();
        let expected = original.map(|exif| exif.replacen(':', "-", 2).replace(' ', "T"));
        assert_eq!(taken.map(|taken| taken.local.as_str()), expected.as_deref(), "{name}");
        let offset = text(truth, "OffsetTimeOriginal").map(|text| match text {
            "+03:00" => 10_800,
            "+01:00" => 3_600,
            other => panic!("{other}"),
        });
        assert_eq!(taken.and_then(|taken| taken.offset_s), offset, "{name}");
        let subsec = truth["SubSecTimeOriginal"].as_u64();
        if subsec.is_some() {
            assert_eq!(taken.and_then(|taken| taken.subsec_ms).map(u64::from), subsec, "{name}");
        }
        match (truth["GPSLatitude"].as_f64(), truth["GPSLongitude"].as_f64()) {
            (Some(lat), Some(lon)) => {
                let gps = facts.gps.as_ref().unwrap_or_else(|| panic!("{name}: no place"));
                assert!((gps.lat - lat).abs() < 1e-6 && (gps.lon - lon).abs() < 1e-6, "{name}: {gps:?}");
                let utc = text(truth, "GPSDateTime").expect("satellite time");
                let (day, clock) = utc.split_once(' ').expect("day and clock");
                let utc = format!("{}T{clock}", day.replace(':', "-"));
                assert_eq!(gps.at_utc, jingbao_core::time::Timestamp::parse_rfc3339(&utc), "{name}");
            }
            _ => {
                assert_eq!(facts.gps, None, "{name}");
                assert!(codes(&facts).contains(&FindingCode::NoGps), "{name}");
            }
        }
        assert!(!facts.truncated, "{name}");
        println!("{name}: {:?} {:?}", codes(&facts), facts.disagreements);
    }
}

#[test]
fn real_fixtures_photos_cut_anywhere_are_truncated_and_keep_what_can_still_be_read() {
    let Some(folder) = real_photos() else { return };
    let whole = std::fs::read(folder.join("DSCN0010.jpg")).expect("a photo");
    for part in [whole.len() - 1, whole.len() / 2, whole.len() / 3] {
        let facts = inspect(&whole[..part]);
        assert!(codes(&facts).contains(&FindingCode::Truncated), "{part}");
        assert!(facts.gps.is_some() && facts.taken.is_some(), "{part}");
    }
    let heic = std::fs::read(folder.join("iphone_13_pro_max.HEIC")).expect("a photo");
    assert!(codes(&inspect(&heic[..heic.len() - 1])).contains(&FindingCode::Truncated));
}

#[test]
fn real_fixtures_photos_with_changed_heads_never_panic() {
    let Some(folder) = real_photos() else { return };
    for name in ["iphone_13_pro_max.HEIC", "45-gps_ifd.jpg", "HMD_Nokia_8.3_5G.jpg", "image01551.jpg"] {
        let whole = std::fs::read(folder.join(name)).expect(name);
        let head = &whole[..whole.len().min(12_000)];
        // A fixed walk instead of chance: each run sees the same broken files.
        for step in 0..400_usize {
            let mut broken = head.to_vec();
            for nth in 0..3 {
                let at = (step * 7919 + nth * 104_729) % broken.len().min(6_000);
                broken[at] = (step * 31 + nth * 97) as u8;
            }
            inspect(&broken);
            inspect(&broken[..(step * 53) % broken.len()]);
        }
    }
}

#[test]
fn t20_zero_bytes_are_empty_and_a_text_file_is_not_a_photo() {
    assert_eq!(codes(&inspect(b"")), [FindingCode::Empty]);
    assert_eq!(codes(&inspect("我是一张照片".as_bytes())), [FindingCode::NotAPhoto]);
    assert_eq!(codes(&inspect(b"\xFF\xD8\xFF")), [FindingCode::Unreadable, FindingCode::Truncated]);
}

/// One small file of each format, all with the same metadata.
fn structured() -> Vec<Vec<u8>> {
    let jpeg = stamped();
    let tiff = &jpeg[12..jpeg.len() - 27];
    assert!(tiff.starts_with(b"MM") || tiff.starts_with(b"II"));
    let chunk = |name: &[u8], body: &[u8]| [&(body.len() as u32).to_be_bytes(), name, body, &[0; 4]].concat();
    let header = chunk(b"IHDR", &[0, 0, 6, 0x40, 0, 0, 4, 0xB0, 8, 0, 0, 0, 0]);
    let image = chunk(b"IDAT", &[7; 300]);
    let png = [b"\x89PNG\r\n\x1A\n", &header[..], &image, &chunk(b"eXIf", tiff), &chunk(b"IEND", b"")].concat();
    let part =
        |name: &[u8], body: &[u8]| [name, &(body.len() as u32).to_le_bytes(), body, &vec![0; body.len() % 2]].concat();
    let extended = part(b"VP8X", &[8, 0, 0, 0, 0x3F, 6, 0, 0xAF, 4, 0]);
    let parts =
        [b"WEBP", &extended[..], &part(b"VP8L", &[0x2F, 0x3F, 0xC6, 0x12, 0, 0]), &part(b"EXIF", tiff)].concat();
    let webp = part(b"RIFF", &parts);
    vec![jpeg.clone(), png, webp, tiff.to_vec()]
}

#[test]
fn each_format_tells_the_same_place_and_time_also_when_they_stand_behind_the_part_that_is_kept() {
    for (nth, file) in structured().into_iter().enumerate() {
        let whole = inspect(&file);
        assert_eq!(whole.taken.as_ref().and_then(|taken| taken.offset_s), Some(28_800), "{nth}: {whole:?}");
        assert!(whole.gps.is_some() && !whole.truncated, "{nth}: {whole:?}");
        let mut eye = Eye::new(60);
        file.chunks(17).for_each(|piece| eye.see(piece));
        if matches!(whole.format, Some(Format::Png | Format::Webp)) {
            assert_eq!((eye.facts().gps, eye.facts().taken), (whole.gps, whole.taken), "{nth}");
        }
        assert!(!eye.facts().truncated, "{nth}");
    }
}

#[test]
fn a_photo_with_a_film_behind_its_end_is_whole_and_a_wide_header_does_not_hide_its_size() {
    let film = [stamped(), b"\0\0\0\x18ftypmp42".to_vec(), vec![0xA5; 5_000]].concat();
    assert!(!inspect(&film).truncated);
    let jpeg = stamped();
    let comment = [&[0xFF, 0xFE, 0xFF, 0xFF][..], &[b' '; 65_533]].concat();
    let wide = [&jpeg[..2], &comment.repeat(80), &jpeg[2..]].concat();
    let mut eye = Eye::new(1 << 20);
    wide.chunks(65_536).for_each(|piece| eye.see(piece));
    assert_eq!((eye.facts().width, eye.facts().height, eye.facts().truncated), (Some(1600), Some(1200), false));
}

#[test]
fn the_self_made_photo_reads_back() {
    let facts = inspect(&stamped());
    assert_eq!(facts.taken.and_then(|taken| taken.rfc3339()).as_deref(), Some("2026-11-23T15:02:10+08:00"));
    assert_eq!(facts.make.as_deref(), Some("Jingbao Demo"));
    let gps = facts.gps.expect("a place");
    assert!((gps.lat - 37.5377).abs() < 1e-6 && (gps.lon - 121.385).abs() < 1e-6);
    assert_eq!(facts.disagreements, []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_photo_looked_at_in_any_pieces_says_what_it_says_as_a_whole(
        seed in prop::sample::select(structured()),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        cut in any::<prop::sample::Index>(),
        pieces in proptest::collection::vec(1..40_usize, 1..8),
    ) {
        let mut bytes = seed;
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len() + 1));
        let mut eye = Eye::new(bytes.len());
        let (mut rest, mut sizes) = (bytes.as_slice(), pieces.iter().cycle());
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(rest.len().min(*sizes.next().expect("a size")));
            eye.see(piece);
            rest = later;
        }
        prop_assert_eq!(eye.facts(), inspect(&bytes));
    }

    #[test]
    fn any_bytes_give_facts_and_findings_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        codes(&inspect(&bytes));
    }

    #[test]
    fn any_bytes_behind_any_formats_beginning_never_panic(
        start in proptest::sample::select(vec![
            b"\xFF\xD8\xFF\xE1\x00\x60Exif\0\0II*\0\x08\0\0\0".to_vec(),
            b"\xFF\xD8\xFF\xE1\x00\x60Exif\0\0MM\0*\0\0\0\x08".to_vec(),
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(),
            b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR".to_vec(),
            b"RIFF\x40\0\0\0WEBPVP8X".to_vec(),
            b"II*\0\x08\0\0\0".to_vec(),
            b"MM\0*\0\0\0\x08".to_vec(),
        ]),
        rest in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        codes(&inspect(&[start, rest].concat()));
    }

    #[test]
    fn a_mutated_or_cut_photo_never_panics(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = stamped();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        codes(&inspect(&bytes));
        codes(&inspect(&bytes[..cut.index(bytes.len())]));
    }
}

/// A JPEG of one grey block's header with EXIF as the demo's photos carry it.
fn stamped() -> Vec<u8> {
    let ascii = |tag, text: &str| Field { tag, ifd_num: In::PRIMARY, value: Value::Ascii(vec![text.into()]) };
    let degrees = |tag, value: f64| {
        let whole = value.trunc();
        let minutes = ((value - whole) * 60.0).trunc();
        let seconds = (value - whole) * 3600.0 - minutes * 60.0;
        let part = |number: f64, denom: u32| Rational { num: (number * f64::from(denom)).round() as u32, denom };
        let value = Value::Rational(vec![part(whole, 1), part(minutes, 1), part(seconds, 100_000)]);
        Field { tag, ifd_num: In::PRIMARY, value }
    };
    let fields = [
        ascii(Tag::Make, "Jingbao Demo"),
        ascii(Tag::DateTimeOriginal, "2026:11:23 15:02:10"),
        ascii(Tag::OffsetTimeOriginal, "+08:00"),
        Field { tag: Tag::Orientation, ifd_num: In::PRIMARY, value: Value::Short(vec![1]) },
        ascii(Tag::GPSLatitudeRef, "N"),
        degrees(Tag::GPSLatitude, 37.5377),
        ascii(Tag::GPSLongitudeRef, "E"),
        degrees(Tag::GPSLongitude, 121.385),
    ];
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut tiff = std::io::Cursor::new(Vec::new());
    writer.write(&mut tiff, false).expect("EXIF");
    let payload = [b"Exif\0\0".to_vec(), tiff.into_inner()].concat();
    let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xE1];
    jpeg.extend(u16::try_from(payload.len() + 2).expect("short").to_be_bytes());
    jpeg.extend(payload);
    jpeg.extend([0xFF, 0xC0, 0, 11, 8, 4, 0xB0, 6, 0x40, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 9, 9]);
    jpeg.extend([0xFF, 0xD9]);
    jpeg
}
