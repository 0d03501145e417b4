//! Any bytes as a bundle, and any bytes as one file of a bundle that is otherwise whole: under the old closing signature,
//! or closed again, as they are or as canonical JSON. The first byte says which, the second names the file.
#![no_main]

use std::io::Cursor;

use jingbao_core::custody::bundle::verify;
use jingbao_fuzz::{altered, canonical, payload, resigned};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((mode, bytes)) = bytes.split_first() else { return };
    if mode % 4 == 0 {
        let _ = verify(Cursor::new(bytes), None);
        return;
    }
    let Some((which, content)) = bytes.split_first() else { return };
    let paths = payload();
    let Some(path) = paths.get(usize::from(*which)) else { return };
    let made = match mode % 4 {
        1 => altered(path, content),
        2 => resigned(path, content),
        _ => resigned(path, &canonical(content)),
    };
    let report = verify(Cursor::new(made), None).expect("still a bundle");
    assert_eq!(report.whole, report.first_break.is_none());
});
