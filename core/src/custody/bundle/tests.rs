//! A small case written, checked, and then broken in every way.

use std::io::{Cursor, Read, Write};

use serde_json::{Value, json};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::{
    canon::{self, Sha256},
    custody::{
        Head, Leaf, Salt, SignedHead, Tree,
        head::tests::{key, sign},
    },
    id::{CaseId, DeviceId, OpId, PhotoId},
    time::{Moment, Timestamp},
    wire::{Manifest, Receipt, SignedReceipt},
};

const PHOTO: &[u8] = &[0x5a; 3000];

fn moment(wall: i64) -> Moment {
    Moment { wall: Timestamp(wall), offset_s: 28_800, mono_ms: wall, boot: "boot".into() }
}

/// One recorder with two revisions, one statement of another phone, one photo; `seed` chooses all keys.
fn bundle(seed: u8) -> Vec<u8> {
    let case = CaseId::from_parts(Timestamp(1), [1; 10]);
    let (recorder, other) = (DeviceId::from_parts(Timestamp(1), [2; 10]), DeviceId::from_parts(Timestamp(1), [3; 10]));
    let (gateway_key, gateway) = key(seed);
    let (device_key, device) = key(seed + 1);
    let (other_key, other_public) = key(seed + 2);
    let photo = Sha256::of(PHOTO);

    let mut log = Vec::new();
    let mut note = |event: Value| {
        log.push(Leaf { case, device: recorder, seq: log.len() as u64, salt: Salt([9; 16]), event });
        log.clone()
    };
    let head = |leaves: &[Leaf], device: DeviceId, signing, public: &canon::PublicKey| {
        let tree = Tree::from_leaves(leaves.iter().map(|leaf| leaf.hash().expect("hash")));
        let head = Head { case, device, size: tree.size(), root: tree.root(), at: moment(50), key: public.id() };
        let signature = sign(signing, &head.bytes().expect("canonical"));
        SignedHead { head, signature }
    };
    note(json!({"kind": "photographed", "sha256": photo}));

    let first = json!({"case": case, "revision": 1, "parent": null, "recorder": recorder, "nature": "live",
        "facts": {"photos": [{"photo": PhotoId::from_parts(Timestamp(1), [4; 10]), "sha256": photo}]}, "words": "甲方追尾"});
    let first_sha = canon::sha256(&first).expect("canonical");
    let first_head = head(&note(json!({"kind": "sealed", "record": first_sha})), recorder, &device_key, &device);
    let second = json!({"case": case, "revision": 2, "parent": first_sha, "recorder": recorder, "nature": "live",
        "facts": {"photos": [{"photo": PhotoId::from_parts(Timestamp(1), [4; 10]), "sha256": photo}]}, "words": "甲方倒车"});
    let second_sha = canon::sha256(&second).expect("canonical");
    let second_head = head(&note(json!({"kind": "sealed", "record": second_sha})), recorder, &device_key, &device);
    let statement = json!({"case": case, "device": other, "number": 1, "photos": []});
    let said = json!({"kind": "stated", "sha256": canon::sha256(&statement).expect("canonical")});
    let other_log = [Leaf { case, device: other, seq: 0, salt: Salt([8; 16]), event: said }];
    let other_head = head(&other_log, other, &other_key, &other_public);

    let bodies = [
        canon::bytes(&json!({"record": first, "head": first_head})).expect("canonical"),
        canon::bytes(&json!({"record": second, "head": second_head})).expect("canonical"),
    ];
    let said_body = canon::bytes(&json!({"statement": statement, "head": other_head})).expect("canonical");
    let receipt = |manifest: Manifest, head: Option<&SignedHead>| {
        let receipt = Receipt {
            manifest_sha256: manifest.hash().expect("canonical"),
            manifest,
            stored_at: Timestamp(99),
            head_sha256: head.map(|head| head.head.sha256().expect("canonical")),
            key: gateway.id(),
        };
        let signature = sign(&gateway_key, &canon::bytes(&receipt).expect("canonical"));
        SignedReceipt { receipt, signature }
    };

    let mut draft = Draft::new(case, recorder);
    for (at, (body, head)) in bodies.iter().zip([&first_head, &second_head]).enumerate() {
        let revision = at as u32 + 1;
        draft.revision(revision, body);
        let manifest = Manifest::Revision { case, revision, sha256: Sha256::of(body), bytes: body.len() as u64 };
        draft
            .receipt(OpId::from_parts(Timestamp(1), [at as u8; 10]), &receipt(manifest, Some(head)))
            .expect("canonical");
    }
    draft.statement(other, 1, &said_body);
    let manifest = Manifest::Statement {
        case,
        device: other,
        number: 1,
        sha256: Sha256::of(&said_body),
        bytes: said_body.len() as u64,
    };
    draft.receipt(OpId::from_parts(Timestamp(1), [77; 10]), &receipt(manifest, Some(&other_head))).expect("canonical");
    draft.heads(recorder, &[first_head, second_head]).expect("canonical");
    draft.other_log(other, &other_log).expect("canonical");
    draft.photo(photo, "jpg");
    draft.agreement("<!doctype html><p>协议书</p>");
    draft.key(BundleKey { kid: gateway.id(), role: KeyRole::Gateway, device: None, key: gateway });
    draft.key(BundleKey { kid: device.id(), role: KeyRole::Device, device: Some(recorder), key: device.clone() });
    draft.key(BundleKey { kid: other_public.id(), role: KeyRole::Device, device: Some(other), key: other_public });
    let contents = draft.contents().expect("canonical").sha256().expect("canonical");
    let log = note(json!({"kind": "exported", "contents": contents}));
    let closing = head(&log, recorder, &device_key, &device);
    let mut writer = draft.close(Cursor::new(Vec::new()), log.into_iter(), &closing).expect("written");
    writer.photo(photo, PHOTO).expect("written");
    writer.finish().expect("written").into_inner()
}

fn trust(seed: u8, role: KeyRole) -> TrustedKeys {
    TrustedKeys { keys: vec![TrustedKey { role, key: key(seed).1 }] }
}

fn check(bytes: &[u8], trust: Option<&TrustedKeys>) -> Report {
    verify(Cursor::new(bytes), trust).expect("a bundle")
}

/// Name, first byte and length of every file in a zip.
fn files(bytes: &[u8]) -> Vec<(String, usize, usize)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("zip");
    (0..zip.len())
        .map(|at| {
            let file = zip.by_index_raw(at).expect("entry");
            let name = file.name().split_once('/').expect("a folder").1.to_owned();
            (name, file.data_start().expect("data") as usize, file.size() as usize)
        })
        .collect()
}

/// The same bundle with its files passed through `change`, and both manifests made anew to fit: what a careful forger
/// without keys can do.
fn remade(bytes: &[u8], mut change: impl FnMut(&str, Vec<u8>) -> Option<Vec<u8>>) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("zip");
    let (mut parts, mut folder) = (std::collections::BTreeMap::new(), String::new());
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).expect("entry");
        let (top, name) = file.name().split_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("a folder");
        folder = top;
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("read");
        if let Some(content) = change(&name, content) {
            parts.insert(name, content);
        }
    }
    let list = |parts: &std::collections::BTreeMap<String, Vec<u8>>, data: bool| {
        let of = parts.iter().filter(|(name, _)| name.starts_with("data/") == data && *name != TAG_MANIFEST);
        tags::render_manifest(&of.map(|(name, bytes)| (name.clone(), Sha256::of(bytes))).collect())
    };
    let payload = parts.iter().filter(|(name, _)| name.starts_with("data/"));
    let case = folder.trim_start_matches("jingbao-").parse().expect("case");
    let info = tags::BagInfo::over(case, payload.map(|(_, bytes)| bytes.len() as u64), Default::default());
    parts.insert(BAG_INFO.to_owned(), info.render().into_bytes());
    let manifest = list(&parts, true);
    parts.insert(MANIFEST.to_owned(), manifest.into_bytes());
    let tag_manifest = list(&parts, false);
    parts.insert(TAG_MANIFEST.to_owned(), tag_manifest.into_bytes());
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        out.start_file(format!("{folder}/{name}"), options).expect("start");
        out.write_all(&content).expect("write");
    }
    out.finish().expect("finish").into_inner()
}

#[test]
fn an_untouched_bundle_is_whole_and_trusted_only_by_who_trusts_its_gateway_or_device() {
    let bytes = bundle(10);
    let plain = check(&bytes, None);
    assert_eq!((plain.first_break.clone(), plain.whole, plain.trusted), (None, true, false));
    assert_eq!((plain.revision, plain.photos), (2, 1));
    let by_gateway = check(&bytes, Some(&trust(10, KeyRole::Gateway)));
    assert_eq!((by_gateway.trusted, by_gateway.signer), (true, Some(key(10).1.id())));
    let by_device = check(&bytes, Some(&trust(11, KeyRole::Device)));
    assert_eq!((by_device.trusted, by_device.signer), (true, Some(key(11).1.id())));
    assert!(!check(&bytes, Some(&trust(11, KeyRole::Gateway))).trusted, "a device key vouches for no receipt");
    assert!(!check(&bytes, Some(&trust(12, KeyRole::Device))).trusted, "another phone's key vouches for no revision");
}

#[test]
fn invariant_8_the_same_parts_make_the_same_bytes() {
    assert_eq!(bundle(10), bundle(10));
}

#[test]
fn a_bundle_made_anew_with_other_keys_is_whole_but_not_trusted() {
    let forged = check(&bundle(40), Some(&trust(10, KeyRole::Gateway)));
    assert_eq!((forged.whole, forged.trusted, forged.first_break), (true, false, None));
}

#[test]
fn one_changed_byte_of_any_file_is_found_and_that_file_is_named() {
    let good = bundle(10);
    let trusted = trust(10, KeyRole::Gateway);
    for (name, start, length) in files(&good) {
        let step = if name.starts_with("data/photos/") { 251 } else { 1 };
        for at in (start..start + length).step_by(step) {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            let report = check(&bad, Some(&trusted));
            let found = report.first_break.expect("found");
            assert_eq!((found.file.as_str(), report.whole, report.trusted), (name.as_str(), false, false), "byte {at}");
        }
    }
}

/// What a forger makes anew, or what stays out of a signature's reach because it is made anew by the verifier.
fn is_list(name: &str) -> bool {
    [BAGIT, BAG_INFO, MANIFEST, TAG_MANIFEST].contains(&name)
}

#[test]
fn one_changed_byte_is_found_and_that_file_is_named_even_when_the_lists_were_made_anew() {
    let good = bundle(10);
    for (name, _, length) in files(&good).into_iter().filter(|(name, ..)| !is_list(name)) {
        for at in (0..length).step_by(if name.starts_with("data/photos/") { 999 } else { 7 }) {
            let bad = remade(&good, |path, mut content| {
                if path == name {
                    content[at] ^= 1;
                }
                Some(content)
            });
            let found = check(&bad, None).first_break.expect("found");
            assert_eq!(found.file, name, "byte {at}: {found:?}");
        }
    }
}

#[test]
fn a_file_left_out_or_added_is_found_even_when_the_lists_were_made_anew() {
    let good = bundle(10);
    assert!(check(&remade(&good, |_, content| Some(content)), None).whole, "re-packing alone breaks nothing");
    for (name, ..) in files(&good).into_iter().filter(|(name, ..)| !is_list(name)) {
        let bad = remade(&good, |path, content| (path != name).then_some(content));
        assert_eq!(check(&bad, None).first_break, Some(Break::new(BreakCode::Missing, name)));
    }
    let mut zip = ZipWriter::new_append(Cursor::new(good.clone())).expect("append");
    let folder = ZipArchive::new(Cursor::new(&good)).expect("zip").name_for_index(0).expect("name").to_owned();
    let folder = folder.split('/').next().expect("folder").to_owned();
    zip.start_file(format!("{folder}/data/note.txt"), SimpleFileOptions::default()).expect("start");
    zip.write_all(b"hello").expect("write");
    let report = check(&zip.finish().expect("finish").into_inner(), None);
    assert_eq!(report.first_break.map(|found| found.file).as_deref(), Some("data/note.txt"));
}

#[test]
fn bytes_in_no_file_and_files_that_lead_outside_are_found() {
    let good = bundle(10);
    assert_eq!(
        verify(Cursor::new([b"hidden".to_vec(), good.clone()].concat()), None).ok().map(|r| r.whole),
        Some(false)
    );
    assert!(verify(Cursor::new([good.clone(), b"tail".to_vec()].concat()), None).is_err());
    let mut zip = ZipWriter::new_append(Cursor::new(good)).expect("append");
    zip.start_file("jingbao-x/../../etc/passwd", SimpleFileOptions::default()).expect("start");
    let report = check(&zip.finish().expect("finish").into_inner(), None);
    assert_eq!(report.first_break.map(|found| found.code), Some(BreakCode::BadName));
}

#[test]
fn whatever_is_thrown_at_the_verifier_it_answers() {
    let good = bundle(10);
    assert_eq!(verify(Cursor::new(b""), None), Err(NotABundle::NotAZip));
    assert_eq!(verify(Cursor::new(b"PK\x05\x06 but no zip at all...."), None), Err(NotABundle::NotAZip));
    for at in (0..good.len()).step_by(13) {
        let mut bad = good.clone();
        bad[at] = !bad[at];
        let _ = verify(Cursor::new(bad), None);
        let _ = verify(Cursor::new(&good[..at]), None);
    }
}
