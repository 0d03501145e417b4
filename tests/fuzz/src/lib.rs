//! A whole bundle, of which one file is exchanged and what leads to it is made anew, so that a fuzzer gets past it to
//! what is behind: the checksums by [`altered`], the closing signature too by [`resigned`], with the key that closed it.
//! Not its business: other signatures, which stay as they were.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
    sync::OnceLock,
};

use jingbao_core::{
    canon::{self, Sha256, Signature},
    custody::{Head, Leaf, Salt, SignedHead, Tree, leaf_hash},
};
use p256::ecdsa::{self, SigningKey, signature::Signer};
use serde_json::{Value, json};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// A small case with two revisions, a statement and a photo, as the core's tests write it.
const WHOLE: &[u8] = include_bytes!("../whole.zip");

/// The number that makes the key which closed it.
const CLOSED_BY: u8 = 2;

const CONTENTS: &str = "data/contents.json";

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

/// The log of the phone that made the bundle.
pub fn log() -> String {
    let closing = payload().into_iter().find(|path| path.ends_with("-closing.json")).expect("a closing head");
    closing.replace("-closing.json", ".jsonl")
}

/// The bundle with `content` as the file `path`, and manifests that agree with it.
pub fn altered(path: &str, content: &[u8]) -> Vec<u8> {
    let (folder, mut files) = whole().clone();
    files.insert(path.to_owned(), content.to_vec());
    zipped(&folder, files)
}

/// The bundle with `content` as the file `path`, closed again over that. What is the closing itself stays as it is given.
pub fn resigned(path: &str, content: &[u8]) -> Vec<u8> {
    let (folder, mut files) = whole().clone();
    files.insert(path.to_owned(), content.to_vec());
    let log = log();
    let stem = log.replace(".jsonl", "-closing");
    let own = [format!("{stem}.json"), format!("{stem}.signed.json"), format!("{stem}.sig")];
    let put = |files: &mut BTreeMap<String, Vec<u8>>, at: &str, bytes: Vec<u8>| {
        if at != path {
            files.insert(at.to_owned(), bytes);
        }
    };
    let mut contents: Value = serde_json::from_slice(&whole().1[CONTENTS]).expect("a list");
    let beside = |at: &str| at == CONTENTS || at == log || own.iter().any(|known| known == at);
    contents["files"] = files
        .iter()
        .filter(|(at, _)| (at.starts_with("data/") || *at == "README.txt") && !beside(at))
        .map(|(at, bytes)| (at.clone(), json!(Sha256::of(bytes))))
        .collect();
    put(&mut files, CONTENTS, canon::bytes(&contents).expect("canonical"));

    let before: SignedHead = serde_json::from_slice(&whole().1[&own[0]]).expect("a head");
    let named = match serde_json::from_slice::<Value>(&files[CONTENTS]) {
        Ok(contents) => canon::sha256(&contents).expect("canonical"),
        Err(_) => Sha256::of(&files[CONTENTS]),
    };
    let mut lines: Vec<Vec<u8>> = files[&log].split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    lines.retain(|line| !line.is_empty());
    if path != log {
        lines.pop();
    }
    let export = canon::bytes(&Leaf {
        case: before.head.case,
        device: before.head.device,
        seq: lines.len() as u64,
        salt: Salt([9; 16]),
        event: json!({"kind": "exported", "contents": named}),
    });
    lines.push(export.expect("canonical"));
    files.insert(log, lines.iter().flat_map(|line| [line, &b"\n"[..]].concat()).collect());

    let tree = Tree::from_leaves(lines.iter().map(|line| leaf_hash(line)));
    let head = Head { size: tree.size(), root: tree.root(), ..before.head };
    let message = head.bytes().expect("canonical");
    let signature: ecdsa::Signature = key().sign(&message);
    let signature = Signature(signature.to_der().as_bytes().to_vec());
    put(&mut files, &own[1], message);
    put(&mut files, &own[2], signature.0.clone());
    put(&mut files, &own[0], canon::bytes(&SignedHead { head, signature }).expect("canonical"));
    zipped(&folder, files)
}

/// JSON, or lines of it, in the canonical form in which alone it is read further; other bytes as they are.
pub fn canonical(content: &[u8]) -> Vec<u8> {
    let again = |bytes: &[u8]| canon::bytes(&serde_json::from_slice::<Value>(bytes).ok()?).ok();
    again(content).unwrap_or_else(|| {
        let lines = content.split(|byte| *byte == b'\n');
        lines.map(|line| again(line).unwrap_or_else(|| line.to_vec())).collect::<Vec<_>>().join(&b'\n')
    })
}

/// The key that closed the bundle.
fn key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::from_slice(&[CLOSED_BY; 32]).expect("a scalar"))
}

/// The bundle as a zip, its manifests made anew.
fn zipped(folder: &str, mut files: BTreeMap<String, Vec<u8>>) -> Vec<u8> {
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

#[cfg(test)]
mod tests {
    use jingbao_core::custody::bundle::verify;

    use super::*;

    #[test]
    fn a_bundle_closed_again_over_the_same_files_is_whole_and_over_others_gets_past_the_closing() {
        for path in payload() {
            let content = &whole().1[&path];
            if path != log() {
                let report = verify(Cursor::new(resigned(&path, content)), None).expect("a bundle");
                assert_eq!(report.first_break, None, "{path}");
            }
        }
        let revision = payload().into_iter().find(|path| path.contains("revision-2")).expect("a revision");
        let mut body: Value = serde_json::from_slice(&whole().1[&revision]).expect("json");
        body["record"]["revision"] = json!(7);
        let changed = resigned(&revision, &canonical(body.to_string().as_bytes()));
        let report = verify(Cursor::new(changed), None).expect("a bundle");
        assert_eq!(report.first_break.expect("broken").code.as_str(), "misplaced");
    }
}
