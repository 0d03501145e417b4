//! One thing at a time is changed in a real bundle, made by two phones and a gateway. Each change is tried twice: as it
//! is, and with every list made anew as somebody with tools would. It must be found, and the file that is named must be
//! the one that was touched: of two that were swapped either, of a copy the copy.

use std::{
    collections::BTreeSet,
    io::Cursor,
    sync::{Arc, OnceLock},
};

use jingbao::{
    Field,
    records::{Audience, CodeKind},
};
use jingbao_core::{
    canon::{self, PublicKey, Sha256},
    custody::bundle::{self, KeyRole, Report, TrustedKey, TrustedKeys},
};
use jingbao_tests::roadside::Installation;
use serde_json::Value;

use crate::{
    bag::{BAG_INFO, Bag, Image, MANIFEST, TAG_MANIFEST},
    fixture::{Gateway, add_photo, answer, complete, enrol, picture, sight, sign_all, sync},
};

/// Bundles of one case, and the key to trust.
struct Made {
    recorder: Bag,
    driver: Bag,
    part: Bag,
    trust: TrustedKeys,
}

/// Two revisions with their receipts, a statement of the other phone, photos.
fn make(seed: u8) -> Made {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let gateway = Gateway::start(&at("gateway"));
    let phone = |name: &str, number| {
        std::fs::create_dir_all(at(name)).expect("a folder");
        let mut phone = Installation::new(&at(name), number);
        enrol(&mut phone, &gateway, &at("gateway"));
        phone.open().expect("opens")
    };
    let (recorder, driver) = (phone("recorder", seed), phone("driver", seed + 1));
    let case = sight(&recorder, false);
    let invite = recorder.show_code(case.clone(), CodeKind::Invitation { party: "B".into() }).expect("a code");
    complete(&recorder, &case);
    add_photo(&recorder, &case, "plate_a", picture(seed, 20_000));
    driver.scan(invite).expect("joined");
    driver.clear(case.clone()).expect("cleared");
    answer(&driver, &case, Some("B"), "party.phone", "13800138000");
    let said = driver.show_code(case.clone(), CodeKind::Statement).expect("a code");
    recorder.scan(said).expect("taken in");
    sign_all(&recorder, &case);
    recorder.seal(case.clone(), None).expect("sealed");
    answer(&recorder, &case, Some("A"), "party.policy", "PDZA2026370600001");
    sign_all(&recorder, &case);
    recorder.seal(case.clone(), Some("保单号".into())).expect("sealed");
    let bag = |field: &Arc<Field>, name: &str| {
        let report = sync(field, 30);
        assert_eq!((report.pending, report.parked), (0, 0));
        field.export(case.clone(), at(name).display().to_string()).expect("exported");
        Bag::read(&std::fs::read(at(name)).expect("a file"))
    };
    let (whole, driver) = (bag(&recorder, "recorder.zip"), bag(&driver, "driver.zip"));
    let at_part = at("part.zip").display().to_string();
    recorder.export_part(case.clone(), Audience::Surveyor, None, at_part).expect("exported");
    let part = Bag::read(&std::fs::read(at("part.zip")).expect("a file"));
    Made { recorder: whole, driver, part, trust: trust(&gateway.key) }
}

fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| make(1))
}

fn trust(key: &PublicKey) -> TrustedKeys {
    TrustedKeys { keys: vec![TrustedKey { role: KeyRole::Gateway, key: key.clone() }] }
}

fn check(zip: &[u8]) -> Report {
    bundle::verify(Cursor::new(zip), Some(&made().trust)).expect("a bundle")
}

/// Both variants are found, and what is named is one of `right`.
fn found(changed: &Bag, right: &[&str], what: &str) {
    for (bag, variant) in [(changed.clone(), "as it is"), (changed.clone().remade(), "lists made anew")] {
        let report = check(&bag.zip());
        let broken = report.first_break.unwrap_or_else(|| panic!("{what}, {variant}: not found"));
        assert!(right.contains(&broken.file.as_str()), "{what}, {variant}: named {broken:?}, right {right:?}");
        assert!(!report.whole && !report.trusted);
    }
}

/// Flips a bit at each of the offsets, in both variants; how many were found.
fn flips(bag: &Bag, offsets: impl Fn(&str, usize) -> Vec<usize> + Sync) -> usize {
    let names: Vec<String> = bag.files.keys().cloned().collect();
    let one = |share: usize| {
        let (mut image, mut count) = (Image::of(bag), 0);
        for name in &names {
            for at in offsets(name, image.starts[name].1).into_iter().filter(|at| at % 2 == share) {
                for anew in [false, true] {
                    // A manifest that is made anew is the good one again.
                    if anew && [MANIFEST, TAG_MANIFEST].contains(&name.as_str()) {
                        continue;
                    }
                    image.flip(name, at, anew);
                    let broken = check(&image.zip).first_break;
                    let named = broken.as_ref().map(|broken| broken.file.as_str());
                    assert_eq!(named, Some(name.as_str()), "byte {at}, lists anew {anew}: {broken:?}");
                    image.flip(name, at, anew);
                    count += 1;
                }
            }
        }
        assert!(check(&image.zip).whole, "every change was taken back");
        count
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| one(1));
        one(0) + other.join().expect("found all")
    })
}

#[test]
fn an_untouched_bundle_of_either_phone_is_whole_and_trusted_through_the_gateway() {
    for bag in [&made().recorder, &made().driver, &made().part] {
        for zip in [bag.zip(), bag.clone().remade().zip()] {
            let report = check(&zip);
            assert_eq!((report.first_break, report.whole, report.trusted), (None, true, true));
        }
    }
}

#[test]
fn every_changed_byte_of_every_file_that_is_no_photo_is_found_and_that_file_is_named() {
    let bag = &made().recorder;
    let count =
        flips(bag, |name, length| if name.starts_with("data/photos/") { vec![] } else { (0..length).collect() });
    assert!(count > 100_000, "{count}");
}

#[test]
fn every_changed_byte_of_a_part_that_is_no_photo_is_found_and_that_file_is_named() {
    let bag = &made().part;
    let count =
        flips(bag, |name, length| if name.starts_with("data/photos/") { vec![] } else { (0..length).collect() });
    assert!(count > 20_000, "{count}");
}

#[test]
fn every_proof_and_every_leaf_of_a_part_dropped_doubled_or_swapped_is_found_and_its_file_is_named() {
    let bag = &made().part;
    for name in [bag.named("-leaves.json"), bag.named("-earlier.json")] {
        let all: Vec<Value> = serde_json::from_slice(&bag.files[&name]).expect("a list");
        let put = |list: &[Value], what: &str| {
            found(&bag.with(&name, canon::bytes(&list).expect("canonical")), &[&name], &format!("{name}: {what}"));
        };
        for at in 0..all.len() {
            let mut changed = all.clone();
            changed.remove(at);
            put(&changed, "one dropped");
            let mut changed = all.clone();
            changed.insert(at, all[at].clone());
            put(&changed, "one doubled");
            if at > 0 {
                let mut changed = all.clone();
                changed.swap(at - 1, at);
                put(&changed, "two swapped");
                let mut changed = all.clone();
                changed[at - 1]["proof"] = all[at]["proof"].clone();
                put(&changed, "a proof replaced");
            }
        }
    }
}

#[test]
fn two_thousand_changed_bytes_of_photos_are_found_and_the_photo_is_named() {
    let bag = &made().recorder;
    let photos = bag.files.iter().filter(|(name, _)| name.starts_with("data/photos/"));
    let all: usize = photos.map(|(_, bytes)| bytes.len()).sum();
    let count = flips(bag, |name, length| {
        let some = if name.starts_with("data/photos/") { 1 + 1_100 * length / all } else { 0 };
        // Spread by a step that shares no factor with the length.
        let step = ((length / 3) | 1).max(7_919);
        (0..some).map(|n| n * step % length).collect::<BTreeSet<_>>().into_iter().collect()
    });
    assert!(count >= 2_000, "{count}");
}

#[test]
fn every_file_dropped_copied_or_swapped_with_the_next_of_its_folder_is_found_and_named() {
    for bag in [&made().recorder, &made().driver, &made().part] {
        let names = bag.payload();
        for (name, next) in names.iter().zip(names.iter().skip(1).chain(&names[..1])) {
            found(&bag.without(name), &[name], &format!("{name} dropped"));
            let (stem, end) = name.split_at(name.find('.').expect("an ending"));
            let copy = format!("{stem}0{end}");
            found(&bag.with(&copy, bag.files[name].clone()), &[&copy], &format!("{name} copied"));
            let swapped = bag.with(name, bag.files[next].clone()).with(next, bag.files[name].clone());
            found(&swapped, &[name, next], &format!("{name} swapped with {next}"));
        }
    }
}

#[test]
fn every_leaf_and_every_head_dropped_doubled_or_swapped_is_found_and_its_file_is_named() {
    for bag in [&made().recorder, &made().driver] {
        for name in bag.payload().iter().filter(|name| name.ends_with(".jsonl")) {
            let text = String::from_utf8(bag.files[name].clone()).expect("text");
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let put = |lines: Vec<&str>, what: &str| {
                found(&bag.with(name, lines.concat().into_bytes()), &[name], &format!("{name}: {what}"));
            };
            for at in 0..lines.len() {
                let mut changed = lines.clone();
                changed.remove(at);
                put(changed, &format!("line {at} dropped"));
                let mut changed = lines.clone();
                changed.insert(at, lines[at]);
                put(changed, &format!("line {at} doubled"));
                if at > 0 {
                    let mut changed = lines.clone();
                    changed.swap(at - 1, at);
                    put(changed, &format!("line {at} swapped"));
                }
            }
        }
    }
}

#[test]
fn every_key_dropped_doubled_or_swapped_is_found_and_named() {
    let bag = &made().recorder;
    let keys: Vec<Value> = serde_json::from_slice(&bag.files["data/keys/keys.json"]).expect("keys");
    let put = |keys: Vec<Value>, what: &str| {
        let bytes = canon::bytes(&keys).expect("canonical");
        found(&bag.with("data/keys/keys.json", bytes), &["data/keys/keys.json"], what);
    };
    for at in 0..keys.len() {
        let mut changed = keys.clone();
        changed.remove(at);
        put(changed, "a key dropped");
        let mut changed = keys.clone();
        changed.insert(at, keys[at].clone());
        put(changed, "a key doubled");
    }
    put(keys.iter().rev().cloned().collect(), "keys swapped");
}

#[test]
fn a_photo_dropped_and_declared_as_left_out_is_found_however_far_the_lists_are_made_anew() {
    let bag = &made().recorder;
    let photo = bag.named("data/photos/");
    let sha256 = Sha256::of(&bag.files[&photo]);
    let mut dropped = bag.without(&photo);
    let info = String::from_utf8(bag.files[BAG_INFO].clone()).expect("text");
    dropped.files.insert(BAG_INFO.into(), format!("{info}Jingbao-Left-Out: {sha256}\n").into_bytes());
    let report = check(&dropped.clone().remade().zip());
    assert_eq!(report.first_break.map(|broken| broken.file), Some(photo.clone()));
    let mut contents: Value = serde_json::from_slice(&bag.files["data/contents.json"]).expect("json");
    contents["files"].as_object_mut().expect("files").remove(&photo);
    contents["left_out"] = serde_json::json!([sha256]);
    let listed = dropped.with("data/contents.json", canon::bytes(&contents).expect("canonical")).remade();
    assert_eq!(check(&listed.zip()).first_break.map(|broken| broken.file).as_deref(), Some("data/contents.json"));
}

#[test]
fn the_newest_revision_dropped_with_its_receipt_and_its_leaves_is_found() {
    let bag = &made().recorder;
    let mut cut = bag.clone();
    let is_second = |bytes: &Vec<u8>| {
        let receipt: Value = serde_json::from_slice(bytes).unwrap_or_default();
        receipt["receipt"]["manifest"]["revision"] == 2
    };
    let receipts: Vec<String> =
        bag.files.iter().filter(|(_, bytes)| is_second(bytes)).map(|(name, _)| name.clone()).collect();
    assert_eq!(receipts.len(), 1);
    let op = receipts[0].trim_end_matches(".json");
    let gone = |name: &str| name == "data/record/revision-2.json" || name.starts_with(op);
    cut.files.retain(|name, _| !gone(name));
    assert!(check(&cut.clone().remade().zip()).first_break.is_some_and(|broken| gone(&broken.file)));
    // The list, the log and the closing head are set back too, to what was signed at the first seal.
    let heads = String::from_utf8(bag.files[&bag.named("-heads.jsonl")].clone()).expect("text");
    let first: Value = serde_json::from_str(heads.lines().next().expect("a head")).expect("json");
    let closing = bag.named("-closing.json");
    let stem = closing.trim_end_matches(".json");
    let log = format!("{}.jsonl", stem.trim_end_matches("-closing"));
    let size = first["head"]["size"].as_u64().expect("a size") as usize;
    let text = String::from_utf8(bag.files[&log].clone()).expect("text");
    let lines: String = text.split_inclusive('\n').take(size).collect();
    let detached = bag.named(&format!("-head-{size}.sig"));
    let signed = bag.files[&detached.replace(".sig", ".signed.json")].clone();
    let back = cut
        .with(&log, lines.into_bytes())
        .with(&closing, canon::bytes(&first).expect("canonical"))
        .with(&format!("{stem}.sig"), bag.files[&detached].clone())
        .with(&format!("{stem}.signed.json"), signed);
    let mut contents: Value = serde_json::from_slice(&bag.files["data/contents.json"]).expect("json");
    contents["files"].as_object_mut().expect("files").retain(|name, _| !gone(name));
    let back = back.with("data/contents.json", canon::bytes(&contents).expect("canonical")).remade();
    assert_eq!(check(&back.zip()).first_break.map(|broken| broken.file).as_deref(), Some("data/contents.json"));
}

#[test]
fn a_bundle_forged_whole_with_keys_of_ones_own_is_not_trusted() {
    let forged = make(5);
    let own = bundle::verify(Cursor::new(forged.recorder.zip()), Some(&forged.trust)).expect("a bundle");
    assert_eq!((own.whole, own.trusted), (true, true));
    let report = check(&forged.recorder.zip());
    assert_eq!((report.whole, report.trusted, report.first_break), (true, false, None));
}
