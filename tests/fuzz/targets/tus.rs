//! Any answers of a tus server to an upload: what is asked stays within the file, asking twice changes nothing, and after
//! a number of questions that bring nothing it stops. Eight bytes an answer.
#![no_main]

use jingbao_core::tus::{Ask, Budget, Said, Upload, id_of};
use libfuzzer_sys::fuzz_target;

const LENGTH: u64 = 100_000_000;

fuzz_target!(|bytes: &[u8]| {
    let _ = std::str::from_utf8(bytes).map(|text| id_of(text).map(|id| assert!(!id.contains('/') && id != "..")));
    let mut upload = Upload::new(LENGTH, None, Budget::default());
    let (mut idle, mut furthest) = (0, 0);
    for answer in bytes.chunks_exact(8) {
        let [kind, status, offset, scale, length, sent, more, wait] = answer else { continue };
        let ask = upload.next();
        assert_eq!(ask, upload.next());
        let most = match &ask {
            Ask::Patch { offset, at_most, .. } => {
                assert!(*at_most > 0 && offset + at_most <= LENGTH);
                *at_most
            }
            Ask::Finished { .. } if kind % 4 == 0 => {
                upload.doubted();
                idle += 1;
                continue;
            }
            Ask::Finished { .. } | Ask::Stopped(_) => return,
            Ask::Wait { ms } => {
                assert!((1..=10_000).contains(ms));
                upload.waited();
                continue;
            }
            Ask::Create | Ask::Head { .. } => 0,
        };
        let sent = most * u64::from(*sent) / 255;
        upload.spend(sent, u64::from(*wait));
        let at = match (&ask, more % 3) {
            // What an honest server says.
            (Ask::Patch { offset, .. }, 0) => offset + sent,
            _ => u64::from(*offset) << (scale % 24),
        };
        let usual = [200, 201, 204, 400, 404, 409, 410, 423, 500];
        let said = Said {
            status: if kind % 2 == 0 { usual[usize::from(*status) % usual.len()] } else { u16::from(*status) * 3 },
            id: (more & 8 == 0).then(|| "an-id".to_owned()),
            offset: (more & 16 == 0).then_some(at),
            length: (more & 32 != 0).then_some(u64::from(*length) << 19),
            beyond: more & 192 == 192,
        };
        match kind % 8 {
            7 => upload.failed(true),
            6 => upload.failed(wait % 2 == 0),
            _ => upload.answered(&said, sent),
        }
        idle += 1;
        if upload.held() > furthest {
            (furthest, idle) = (upload.held(), 0);
        }
        assert!(upload.held() <= LENGTH && idle < 40, "it goes on for ever");
    }
});
