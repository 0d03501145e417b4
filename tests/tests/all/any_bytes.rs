//! Any bytes at all give facts or findings: never a panic, never more than 64 MiB, never more than two seconds. The limits
//! are the product's, so they are measured on `inspect` as a person runs it, in a process of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use jingbao_gateway::desk::inspect::{InspectArgs, metadata, run};
use jingbao_tests::{
    roadside::small_photo,
    scenery::{ACCIDENT, Stamp, photo},
};

/// Tells the process of its own which folder it is to look at.
const FOLDER: &str = "JINGBAO_TEST_ANY_BYTES";
const MOST_MEMORY_KIB: u64 = 64 << 10;
const LONGEST: Duration = Duration::from_secs(2);

/// Numbers without a pattern, the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }
}

/// A directory of so many entries, all of one tag and kind, each saying that it is `count` long and lies at `at`.
fn directory(entries: u16, kind: u16, count: u32, at: u32) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    bytes.extend(entries.to_le_bytes());
    for nth in 0..entries {
        bytes.extend((0x9000_u16.wrapping_add(nth)).to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(at.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes
}

/// Directories that each lead to the next, by Exif pointer and by chain.
fn nested(depth: u32) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    for nth in 1..=depth {
        let next = 8 + nth * 18;
        bytes.extend([1, 0, 0x69, 0x87, 4, 0, 1, 0, 0, 0]);
        bytes.extend(next.to_le_bytes());
        bytes.extend(next.to_le_bytes());
    }
    bytes
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    [&[0xFF, marker], (body.len() as u16 + 2).to_be_bytes().as_slice(), body].concat()
}

fn jpeg_with(exif: &[u8]) -> Vec<u8> {
    let mut jpeg = small_photo(1, 100).expect("a photo");
    let app1 = segment(0xE1, &[b"Exif\0\0", &exif[..exif.len().min(65_000)]].concat());
    jpeg.splice(2..2, app1);
    jpeg
}

fn chunk(name: &[u8; 4], length: u32, body: &[u8]) -> Vec<u8> {
    [length.to_be_bytes().as_slice(), name, body, &[0; 4]].concat()
}

fn png(chunks: &[Vec<u8>]) -> Vec<u8> {
    let head = chunk(b"IHDR", 13, &[0, 0, 2, 0, 0, 0, 2, 0, 8, 2, 0, 0, 0]);
    [b"\x89PNG\r\n\x1a\n".to_vec(), head, chunks.concat(), chunk(b"IEND", 0, b"")].concat()
}

/// Zeros that unfold to a thousand times their length: stored blocks of deflate that repeat one byte.
fn bomb() -> Vec<u8> {
    let zeros = vec![0_u8; 64 << 20];
    let mut keyword = b"Raw profile type exif\0\0".to_vec();
    keyword.extend(miniz_oxide::deflate::compress_to_vec_zlib(&zeros, 9));
    keyword
}

fn heic(boxes: &[u8]) -> Vec<u8> {
    [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(), boxes].concat()
}

fn boxed(name: &[u8; 4], length: u32, body: &[u8]) -> Vec<u8> {
    [length.to_be_bytes().as_slice(), name, body].concat()
}

/// Boxes in boxes, each claiming to reach to the end of the file.
fn nested_boxes(depth: usize) -> Vec<u8> {
    let meta = |nth: usize| boxed(b"meta", 8 * (depth - nth) as u32, b"");
    (0..depth).flat_map(meta).collect()
}

fn crafted() -> Vec<(String, Vec<u8>)> {
    let shared = |entries, count, tail: usize| [directory(entries, 7, count, 8), vec![7; tail]].concat();
    let bomb = bomb();
    let name = |name: &str, bytes: Vec<u8>| (name.to_owned(), bytes);
    vec![
        name("empty", Vec::new()),
        name("a-million-bytes-alike", vec![0xFF; 1 << 20]),
        name("circle.tif", directory(1, 4, 1, 8)),
        name("nested.tif", nested(50_000)),
        name("nested.jpg", jpeg_with(&nested(3_000))),
        name("shared-megabytes.tif", shared(u16::MAX, 4 << 20, 6 << 20)),
        name("shared-rationals.tif", [directory(u16::MAX, 5, 400_000, 8), vec![7; 6 << 20]].concat()),
        name("shared-kilobytes.jpg", jpeg_with(&shared(5_000, 60_000, 0))),
        name("giant-count.jpg", jpeg_with(&directory(200, 5, u32::MAX, 8))),
        name("giant-count.tif", shared(40, u32::MAX, 0)),
        name("thousand-segments.jpg", {
            let many = segment(0xE1, &[b"Exif\0\0".as_slice(), &directory(3, 2, 9, 8)].concat()).repeat(20_000);
            [&[0xFF, 0xD8], many.as_slice(), &[0xFF, 0xD9]].concat()
        }),
        name("fill-bytes.jpg", [vec![0xFF, 0xD8], vec![0xFF; 20 << 20]].concat()),
        name("zero-segments.jpg", [0xFF, 0xD8, 0xFF, 0xE1, 0, 0].repeat(1 << 20)),
        name("giant-exif.png", png(&[chunk(b"eXIf", 0x7FFF_FFFF, &directory(2, 2, 9, 8))])),
        name("bomb.png", png(&[chunk(b"zTXt", bomb.len() as u32, &bomb)])),
        name("bombs.png", png(&vec![chunk(b"iCCP", bomb.len() as u32, &bomb); 40])),
        name("many-chunks.png", png(&vec![chunk(b"tEXt", 3, b"a\0b"); 200_000])),
        name(
            "giant.webp",
            [
                b"RIFF\xff\xff\xff\xffWEBPVP8X\x0a\0\0\0\x08\0\0\0\xff\xff\xff\xff\xff\xff".as_slice(),
                b"EXIF\xff\xff\xff\xff",
                &directory(2, 2, 9, 8),
            ]
            .concat(),
        ),
        name("nested.heic", heic(&nested_boxes(200_000))),
        name("long-box.heic", heic(&[boxed(b"meta", 1, b""), vec![0xFF; 8], vec![0; 100]].concat())),
        name("many-items.heic", {
            let locations = [&[0, 0, 0, 0, 0x44, 0x40, 0xFF, 0xFF][..], &[0xFF; 1 << 20]].concat();
            let iloc = boxed(b"iloc", locations.len() as u32 + 8, &locations);
            heic(&boxed(b"meta", iloc.len() as u32 + 12, &[&[0; 4][..], &iloc].concat()))
        }),
        name(
            "endless-box.avif",
            [b"\0\0\0\x10ftypavif\0\0\0\0".as_slice(), &boxed(b"meta", 0, &[0; 1 << 20])].concat(),
        ),
    ]
}

/// Photos with bytes changed, cut out, doubled, and cut off.
fn mutated(originals: &[Vec<u8>]) -> Vec<(String, Vec<u8>)> {
    let mut dice = Dice(20_261_123);
    let one = |nth: usize| {
        let mut bytes = originals[nth % originals.len()].clone();
        // Metadata stands in front.
        let front = bytes.len().min(if nth.is_multiple_of(3) { 600 } else { 20_000 });
        for _ in 0..1 + dice.below(30) {
            let at = dice.below(front.min(bytes.len()));
            match dice.below(4) {
                0 => bytes[at] = [0x00, 0xFF, 0x7F, 0x80][dice.below(4)],
                1 => bytes[at] = dice.below(256) as u8,
                2 => drop(bytes.splice(at..(at + dice.below(40)).min(bytes.len()), [])),
                _ => bytes.extend_from_within(at..(at + dice.below(400)).min(bytes.len())),
            }
        }
        if nth.is_multiple_of(5) {
            bytes.truncate(dice.below(bytes.len()));
        }
        (format!("mutated-{nth:03}"), bytes)
    };
    (0..400).map(one).collect()
}

fn originals() -> Vec<Vec<u8>> {
    let stamp = Stamp { local: "2026-11-23T15:02:10".into(), offset_s: 28_800, lat: ACCIDENT.0, lon: ACCIDENT.1 };
    let real = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/photos"));
    let real = fs::read_dir(real).into_iter().flatten().flatten().map(|entry| entry.path());
    let small = |path: &PathBuf| fs::metadata(path).is_ok_and(|meta| meta.len() < 4 << 20);
    let mut originals: Vec<Vec<u8>> = real.filter(small).filter_map(|path| fs::read(path).ok()).collect();
    originals.sort();
    originals.push(photo("scene_front", 1, &stamp).expect("a photo"));
    originals.push(jpeg_with(&nested(3)));
    originals
}

#[test]
fn any_bytes_give_facts_or_findings_within_64_mib_and_two_seconds_and_without_a_panic() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return look(Path::new(&folder));
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in crafted().into_iter().chain(mutated(&originals())) {
        fs::write(folder.path().join(name), bytes).expect("written");
    }
    let long = fs::File::create(folder.path().join("hundred-megabytes.png")).expect("a file");
    std::io::Write::write_all(&mut &long, &png(&[])[..33]).expect("written");
    long.set_len(100 << 20).expect("a hole");
    let test = "any_bytes::any_bytes_give_facts_or_findings_within_64_mib_and_two_seconds_and_without_a_panic";
    let child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder.path())
        .output()
        .expect("started");
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
}

/// Looks at every file of the folder, as the desk does and for the metadata alone.
fn look(folder: &Path) {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("one").path()).collect();
    files.sort();
    assert!(files.len() > 400);
    for path in files {
        let before = memory("VmRSS:");
        // The mark of the most memory is set back; elsewhere than on Linux only time and panics are looked at.
        let _ = fs::write("/proc/self/clear_refs", "5");
        let args = InspectArgs { paths: vec![path.clone()], json: true };
        let once = || {
            let (mut out, start) = (Vec::new(), Instant::now());
            let code = run(&args, &|key, _| key.to_owned(), &mut out).expect("written");
            (start.elapsed(), code, out)
        };
        // A machine that does something else just then says nothing of the file: the fastest of three counts.
        let mut seen = once();
        for _ in 0..2 {
            if seen.0 >= LONGEST {
                seen = once();
            }
        }
        let (took, code, out) = seen;
        metadata(&path).expect("read");
        let grown = memory("VmHWM:").saturating_sub(before);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        assert!(took < LONGEST, "{name}: {took:?}");
        assert!(grown < MOST_MEMORY_KIB, "{name}: {grown} KiB");
        let line: serde_json::Value = serde_json::from_slice(&out).expect("one line");
        let has_findings = line["findings"].as_array().is_some_and(|findings| !findings.is_empty());
        assert!(code == 0 && (has_findings || !line["format"].is_null()), "{name}: {line}");
    }
}

/// A line of this process's status, KiB; nothing where there is none.
fn memory(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
