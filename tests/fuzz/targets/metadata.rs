//! Any bytes as a photo: facts and findings, never a panic, never long, never much memory.
#![no_main]

use jingbao_core::evidence::{Context, findings, inspect};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let facts = inspect(bytes);
    let found = findings(&facts, &Context::default());
    // Whatever nobody can look at must say so; whatever can be looked at has a size.
    assert!(facts.width.is_some() || found.iter().any(|finding| finding.code.refuses()));
});
