//! Any answer to any question: it never ends an operation, for no receipt here is signed, and it parks one only where our
//! gateway speaks. The body is also read as everything else that comes over the wire. The first bytes choose question,
//! status and headers; the rest is cut at zero bytes into content type, `Retry-After`, `Date` and body.
#![no_main]

use jingbao_core::{
    canon::{PublicKey, Sha256},
    id::{CaseId, PhotoId},
    outbox::{
        Outcome,
        answers::{Answer, Asked, Failure, Wanted, judge},
    },
    time::Timestamp,
    wire::{EventBatch, Feed, Manifest, SignedReceipt},
};
use libfuzzer_sys::fuzz_target;
use p256::ecdsa::SigningKey;

fuzz_target!(|bytes: &[u8]| {
    let Some(([asked, high, low], rest)) = bytes.split_first_chunk() else { return };
    let mut parts = rest.splitn(4, |byte| *byte == 0);
    let mut text = || parts.next().and_then(|part| std::str::from_utf8(part).ok()).filter(|text| !text.is_empty());
    let (content_type, retry_after, date) = (text(), text(), text());
    let body = parts.next().unwrap_or_default();
    // Half of the statuses are ones that exist.
    let status = if high % 2 == 0 { 100 + u16::from(*low) * 2 } else { u16::from_be_bytes([*high, *low]) };

    let signing = SigningKey::from_slice(&[1; 32]).expect("a scalar");
    let key = PublicKey::from_sec1(&signing.verifying_key().to_sec1_bytes()).expect("a key");
    let (case, photo) = (CaseId::from_parts(Timestamp(1), [1; 10]), PhotoId::from_parts(Timestamp(1), [2; 10]));
    let manifest = Manifest::Photo { case, photo, sha256: Sha256::of(b"a photo"), bytes: 7 };
    let wanted = Wanted { manifest: &manifest, key: &key };
    let asked = match asked % 6 {
        0 => Asked::Put(wanted),
        1 => Asked::Commit(wanted),
        2 => Asked::Create,
        3 => Asked::Head,
        4 => Asked::Patch,
        _ => Asked::Feed,
    };
    let answer = Answer { status, content_type, retry_after, date, body };
    match judge(asked, Ok(&answer), Timestamp(1_790_000_000_000)) {
        Outcome::Receipt(_) => panic!("nobody signed that"),
        Outcome::Refused { reason } => {
            assert!((400..500).contains(&status) && reason.starts_with("parked-"), "{status} parks");
        }
        Outcome::Later { retry_after_ms, .. } => assert!(retry_after_ms.is_none_or(|ms| ms >= 0)),
        Outcome::Unauthorized => assert_eq!(status, 401),
    }
    assert!(matches!(judge(asked, Err(Failure::Cut), Timestamp(0)), Outcome::Later { .. }));

    let _ = serde_json::from_slice::<Feed>(body);
    let _ = serde_json::from_slice::<EventBatch>(body);
    if let Ok(receipt) = serde_json::from_slice::<SignedReceipt>(body) {
        assert!(receipt.check(&manifest, &key).is_err());
    }
});
