//! Any bytes as a custody log in a bundle that is otherwise whole, as a leaf, a head and as proofs. The first byte says
//! whether the closing signature is made anew over that log, and whether its lines are made canonical first; without
//! that a log with other leaves than those that were signed never passes.
#![no_main]

use std::io::Cursor;

use jingbao_core::{
    canon::Sha256,
    custody::{Consistency, Head, Inclusion, Leaf, SignedHead, bundle::verify},
};
use jingbao_fuzz::{altered, canonical, log, resigned};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((mode, bytes)) = bytes.split_first() else { return };
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
    let made = match mode % 3 {
        0 => altered(&log(), bytes),
        1 => resigned(&log(), bytes),
        _ => resigned(&log(), &canonical(bytes)),
    };
    let report = verify(Cursor::new(made), None).expect("still a bundle");
    assert_eq!(report.whole, report.first_break.is_none());
});
