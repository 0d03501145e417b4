//! Any bytes as a bundle; and any bytes as one file of a bundle that is otherwise whole (the first byte says which).
//! A bundle with a file exchanged is whole only if it is the same file.
#![no_main]

use std::io::Cursor;

use jingbao_core::custody::bundle::verify;
use jingbao_fuzz::{altered, payload};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = verify(Cursor::new(bytes), None);
    let Some((which, content)) = bytes.split_first() else { return };
    let paths = payload();
    let Some(path) = paths.get(usize::from(*which)) else { return };
    let report = verify(Cursor::new(altered(path, content)), None).expect("still a bundle");
    assert_eq!(report.whole, report.first_break.is_none());
});
