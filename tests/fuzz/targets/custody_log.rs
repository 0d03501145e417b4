//! Any bytes as a device's custody log in a bundle that is otherwise whole, as a leaf, a head and as proofs. A log with
//! other leaves than those that were signed never passes.
#![no_main]

use std::io::Cursor;

use jingbao_core::{
    canon::Sha256,
    custody::{Consistency, Head, Inclusion, Leaf, SignedHead, bundle::verify},
};
use jingbao_fuzz::{altered, payload};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(leaf) = serde_json::from_slice::<Leaf>(bytes) {
        let again: Leaf = serde_json::from_slice(&leaf.bytes().expect("canonical")).expect("reads back");
        assert_eq!(leaf.hash().ok(), again.hash().ok());
    }
    if let Ok(head) = serde_json::from_slice::<Head>(bytes) {
        head.bytes().expect("canonical");
    }
    let _ = serde_json::from_slice::<SignedHead>(bytes);
    if let Ok(proof) = serde_json::from_slice::<Inclusion>(bytes) {
        let _ = proof.check(Sha256([1; 32]), Sha256([2; 32]));
    }
    if let Ok(proof) = serde_json::from_slice::<Consistency>(bytes) {
        let _ = proof.check(Sha256([1; 32]), Sha256([2; 32]));
    }
    let is_log =
        |path: &String| path.starts_with("data/custody/") && path.ends_with(".jsonl") && !path.contains("-heads");
    let log = payload().into_iter().find(is_log);
    let report = verify(Cursor::new(altered(&log.expect("a log"), bytes)), None).expect("still a bundle");
    assert_eq!(report.whole, report.first_break.is_none());
});
