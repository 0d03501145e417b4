//! A whole bundle, of which one file is exchanged and all lists are made anew, so that a fuzzer gets past the checksums
//! to what is behind them. Not its business: keys; whatever is signed stays as it was signed.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
    sync::OnceLock,
};

use jingbao_core::canon::Sha256;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// A small case with two revisions, a statement and a photo, as the core's tests write it.
const WHOLE: &[u8] = include_bytes!("../whole.zip");

/// The case's folder, and path below it → content.
type Files = (String, BTreeMap<String, Vec<u8>>);

/// The whole bundle, unpacked once.
fn whole() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(unpacked)
}

fn unpacked() -> Files {
    let mut zip = ZipArchive::new(Cursor::new(WHOLE)).expect("the whole bundle is a zip");
    let mut files = BTreeMap::new();
    let mut folder = String::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).expect("a file");
        let (top, path) =
            file.name().split_once('/').map(|(top, path)| (top.to_owned(), path.to_owned())).expect("a folder");
        folder = top;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("a file's bytes");
        files.insert(path, bytes);
    }
    (folder, files)
}

/// The paths of all payload files, in order.
pub fn payload() -> Vec<String> {
    whole().1.keys().filter(|path| path.starts_with("data/")).cloned().collect()
}

/// The bundle with `content` as the file `path`, and manifests that agree with it.
pub fn altered(path: &str, content: &[u8]) -> Vec<u8> {
    let (folder, mut files) = whole().clone();
    files.insert(path.to_owned(), content.to_vec());
    let listed = |files: &BTreeMap<String, Vec<u8>>, wanted: &dyn Fn(&str) -> bool| -> String {
        let wanted = files.iter().filter(|(path, _)| wanted(path));
        wanted.map(|(path, bytes)| format!("{}  {path}\n", Sha256::of(bytes))).collect()
    };
    let payload: Vec<&Vec<u8>> = files.iter().filter(|(path, _)| path.starts_with("data/")).map(|(_, b)| b).collect();
    let oxum = format!("Payload-Oxum: {}.{}", payload.iter().map(|bytes| bytes.len()).sum::<usize>(), payload.len());
    let info = String::from_utf8_lossy(&files["bag-info.txt"]).into_owned();
    let info: String = info
        .lines()
        .map(|line| if line.starts_with("Payload-Oxum") { &oxum } else { line })
        .fold(String::new(), |text, line| text + line + "\n");
    files.insert("bag-info.txt".into(), info.into_bytes());
    let manifest = listed(&files, &|path| path.starts_with("data/"));
    files.insert("manifest-sha256.txt".into(), manifest.into_bytes());
    let tags = listed(&files, &|path| !path.starts_with("data/") && path != "tagmanifest-sha256.txt");
    files.insert("tagmanifest-sha256.txt".into(), tags.into_bytes());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        zip.start_file(format!("{folder}/{path}"), stored).expect("a file begins");
        zip.write_all(&bytes).expect("a file is written");
    }
    zip.finish().expect("a zip").into_inner()
}
