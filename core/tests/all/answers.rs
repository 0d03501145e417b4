//! The table of answers: row by row, under any status with any body, and against the table in the documents.

use std::{fs, path::Path};

use jingbao_core::{
    canon::{self, PublicKey, Sha256, Signature},
    id::{CaseId, PhotoId},
    outbox::{
        Outcome,
        answers::{ASK_STATE, Answer, Asked, BEGIN_ANEW, Failure, NOT_WHOLE, TABLE, Then, Wanted, judge},
    },
    text::{Lang, has},
    time::Timestamp,
    wire::{Manifest, Receipt, SignedReceipt},
};
use p256::ecdsa::{self, SigningKey, signature::Signer};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const PROBLEM: Option<&str> = Some("application/problem+json");

fn manifest(bytes: u64) -> Manifest {
    let (case, photo) = (CaseId::from_parts(Timestamp(1), [1; 10]), PhotoId::from_parts(Timestamp(1), [2; 10]));
    Manifest::Photo { case, photo, sha256: Sha256::of(b"a photo"), bytes }
}

fn key(seed: u8) -> (SigningKey, PublicKey) {
    let signing = SigningKey::from_slice(&[seed; 32]).unwrap();
    let public = PublicKey::from_sec1(&signing.verifying_key().to_sec1_bytes()).unwrap();
    (signing, public)
}

/// A receipt for `manifest` signed by the key of this seed.
fn receipt(manifest: &Manifest, seed: u8) -> Vec<u8> {
    let (signing, public) = key(seed);
    let manifest_sha256 = manifest.hash().unwrap();
    let receipt =
        Receipt { manifest: manifest.clone(), manifest_sha256, stored_at: NOW, head_sha256: None, key: public.id() };
    let signature: ecdsa::Signature = signing.sign(&canon::bytes(&receipt).unwrap());
    let signature = Signature(signature.to_der().as_bytes().to_vec());
    serde_json::to_vec(&SignedReceipt { receipt, signature }).unwrap()
}

/// What `asked` makes of an answer, told in a word: the reason of *later* with its wait, or the way it ended.
fn told(asked: &str, came: Result<Answer<'_>, Failure>) -> String {
    let (manifest, (_, key)) = (manifest(7), key(1));
    let wanted = Wanted { manifest: &manifest, key: &key };
    let asked = match asked {
        "put" => Asked::Put(wanted),
        "commit" => Asked::Commit(wanted),
        "create" => Asked::Create,
        "head" => Asked::Head,
        "patch" => Asked::Patch,
        _ => Asked::Feed,
    };
    match judge(asked, came.as_ref().map_err(|failure| *failure), NOW) {
        Outcome::Receipt(_) => "done".into(),
        Outcome::Later { why, retry_after_ms: None } => why.into(),
        Outcome::Later { why, retry_after_ms: Some(ms) } => format!("{why} {ms}"),
        Outcome::Unauthorized => "pause".into(),
        Outcome::Refused { reason } => reason,
    }
}

const ASKED: [&str; 6] = ["put", "commit", "create", "head", "patch", "feed"];

fn plain(status: u16, body: &[u8]) -> Answer<'_> {
    Answer { status, body, ..Answer::default() }
}

fn refused(code: &str) -> Vec<u8> {
    format!(r#"{{"type": "urn:jingbao:problem:{code}", "status": 400}}"#).into_bytes()
}

#[test]
fn s1_any_5xx_passes_by_itself_whatever_its_body_says() {
    let (problem, signed) = (refused("malformed"), receipt(&manifest(7), 1));
    for status in 500..=599 {
        for body in [&b""[..], b"<html>", b"{}", &problem, &signed, b"\xff\xfe"] {
            for content_type in [None, PROBLEM, Some("text/html"), Some("application/json")] {
                for asked in ASKED {
                    let answer = Answer { content_type, ..plain(status, body) };
                    let wanted = if status == 511 { "later-portal" } else { "later-server" };
                    assert_eq!(told(asked, Ok(answer)), wanted, "{asked} {status}");
                }
            }
        }
    }
}

#[test]
fn s9_a_401_pauses_and_keeps_whatever_was_asked() {
    for asked in ASKED {
        for body in [&b""[..], b"<html>", b"{}"] {
            assert_eq!(told(asked, Ok(plain(401, body))), "pause");
        }
    }
}

#[test]
fn s9_both_forms_of_retry_after_are_obeyed() {
    let date = Some("Wed, 21 Oct 2026 07:28:00 GMT");
    let later = |status, retry_after, date| told("put", Ok(Answer { retry_after, date, ..plain(status, b"") }));
    for status in [408, 425, 429, 500, 503, 599] {
        assert_eq!(later(status, Some("120"), None), "later-busy 120000");
        assert_eq!(later(status, Some("Wed, 21 Oct 2026 07:30:00 GMT"), date), "later-busy 120000");
    }
    assert_eq!(later(503, Some("Wed, 21 Oct 2026 07:20:00 GMT"), date), "later-busy 0", "a date that is over");
    // 1 790 000 000 s is 2026-09-21 14:13:20 UTC.
    assert_eq!(later(503, Some("Mon, 21 Sep 2026 14:13:50 GMT"), None), "later-busy 30000", "from our own clock");
    assert_eq!(later(503, Some("Fri, 21 Oct 2026 07:28:30 GMT"), date), "later-busy 30000", "a wrong weekday");
    for odd in ["", "-5", "soon", "1.5", "99999999999999999999", "Wed, 32 Oct 2026 07:28:00 GMT"] {
        assert_eq!(later(429, Some(odd), date), "later-server", "{odd}");
    }
    assert_eq!(told("head", Ok(Answer { retry_after: Some("9"), ..plain(423, b"") })), "later-server", "a lock");
}

#[test]
fn s26_each_way_in_which_no_answer_comes_has_its_own_reason() {
    for asked in ASKED {
        for (failure, why) in [
            (Failure::Unreachable, "later-unreachable"),
            (Failure::WrongName, "later-portal"),
            (Failure::Certificate, "later-certificate"),
            (Failure::Stalled, "later-stalled"),
            (Failure::Cut, "later-cut"),
            (Failure::Endless, "later-not-a-gateway"),
        ] {
            assert_eq!(told(asked, Err(failure)), why, "{asked}");
        }
    }
}

#[test]
fn t18_a_portal_is_recognised_and_is_never_success() {
    let page = Answer { content_type: Some("text/html; charset=utf-8"), ..plain(200, b"hello") };
    for asked in ASKED {
        for status in [301, 302, 303, 307, 308, 407, 511] {
            assert_eq!(told(asked, Ok(plain(status, b""))), "later-portal", "{asked} {status}");
        }
        assert_eq!(told(asked, Ok(page)), "later-portal");
        assert_eq!(told(asked, Ok(plain(200, b"\r\n <!doctype html>"))), "later-portal");
    }
}

#[test]
fn s27_t18_only_a_receipt_for_this_manifest_by_the_pinned_key_is_success() {
    let good = receipt(&manifest(7), 1);
    let cut = &good[..good.len() / 2];
    for asked in ["put", "commit"] {
        for status in [200, 201] {
            assert_eq!(told(asked, Ok(plain(status, &good))), "done");
            assert_eq!(told(asked, Ok(plain(status, &receipt(&manifest(8), 1)))), "later-foreign-receipt");
            assert_eq!(told(asked, Ok(plain(status, &receipt(&manifest(7), 2)))), "later-foreign-receipt");
            for body in [&b""[..], b"{}", b"null", cut, b"OK"] {
                assert_eq!(told(asked, Ok(plain(status, body))), "later-not-a-receipt");
            }
        }
        assert_eq!(told(asked, Ok(plain(202, &good))), "later-not-a-gateway");
        assert_eq!(told(asked, Ok(plain(204, b""))), "later-not-a-gateway");
    }
    for asked in ["create", "head", "patch", "feed"] {
        assert_eq!(told(asked, Ok(plain(200, &good))), "later-not-a-gateway", "{asked} waits for no receipt");
    }
}

#[test]
fn invariant_4_a_refusal_of_our_gateway_parks_this_one_and_nobody_elses_refusal_does() {
    for (status, code) in [(403, "another-device"), (413, "too-large"), (422, "malformed"), (422, "other-bytes")] {
        let body = refused(code);
        let ours = Answer { content_type: PROBLEM, ..plain(status, &body) };
        assert_eq!(told("put", Ok(ours)), format!("parked-{code}"));
        assert_eq!(told("put", Ok(Answer { content_type: Some("application/json"), ..ours })), "later-not-a-gateway");
        for body in [&b"not json"[..], b"{}", b"[]", br#"{"type": "about:blank"}"#, br#"{"type": 7}"#, b"\xff"] {
            assert_eq!(told("put", Ok(Answer { body, ..ours })), "later-not-a-gateway", "{status}");
        }
    }
    for odd in ["", "A", "too large", "../x", &"x".repeat(41)] {
        let body = refused(odd);
        assert_eq!(told("put", Ok(Answer { content_type: PROBLEM, ..plain(422, &body) })), "later-not-a-gateway");
    }
    let body = refused("digest-mismatch");
    assert_eq!(told("put", Ok(Answer { content_type: PROBLEM, ..plain(400, &body) })), "later-garbled");
}

#[test]
fn s17_a_conflict_asks_for_the_state_unless_asking_would_not_change_it() {
    for code in ["missing-parent", "gap", "out-of-order", "something-new"] {
        let body = refused(code);
        assert_eq!(told("put", Ok(Answer { content_type: PROBLEM, ..plain(409, &body) })), ASK_STATE);
    }
    assert_eq!(told("put", Ok(plain(409, b"<html>"))), ASK_STATE, "also one that does not read");
    for code in ["other-recorder", "other-bytes"] {
        let body = refused(code);
        let answer = Answer { content_type: PROBLEM, ..plain(409, &body) };
        assert_eq!(told("put", Ok(answer)), format!("parked-{code}"));
    }
}

#[test]
fn s16_a_commit_that_comes_too_early_or_finds_nothing_goes_on_and_parks_nothing() {
    let ours = |status, code: &str| {
        let body = refused(code);
        told("commit", Ok(Answer { content_type: PROBLEM, ..plain(status, &body) }))
    };
    assert_eq!(ours(409, "incomplete"), NOT_WHOLE);
    assert_eq!(ours(423, "locked"), "later-server");
    assert_eq!(ours(404, "not-found"), BEGIN_ANEW);
    assert_eq!(ours(410, "gone"), BEGIN_ANEW);
    assert_eq!(ours(422, "hash-mismatch"), BEGIN_ANEW);
    assert_eq!(ours(422, "malformed"), "parked-malformed");
    assert_eq!(told("commit", Ok(plain(404, b"<html>"))), "later-not-a-gateway", "somebody else's 404");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn s27_no_status_with_any_body_ends_an_operation_but_the_receipt(
        status in any::<u16>(),
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            "[ -~]{0,80}".prop_map(String::into_bytes),
            Just(receipt(&manifest(8), 1)),
            Just(receipt(&manifest(7), 3)),
            (0_usize..400).prop_map(|cut| { let whole = receipt(&manifest(7), 1); whole[..cut.min(whole.len() - 1)].to_vec() }),
            "[a-z-]{1,12}".prop_map(|code| refused(&code)),
        ],
        content_type in prop::option::of(prop_oneof![
            Just("text/html".to_owned()), Just("application/json".to_owned()),
            Just("application/problem+json".to_owned()), "[ -~]{0,20}",
        ]),
        retry_after in prop::option::of(prop_oneof!["[0-9]{1,12}", "[ -~]{0,30}"]),
        date in prop::option::of("[ -~]{0,30}"),
        asked in prop::sample::select(ASKED.to_vec()),
    ) {
        let answer = Answer {
            status, body: &body, content_type: content_type.as_deref(),
            retry_after: retry_after.as_deref(), date: date.as_deref(),
        };
        let told = told(asked, Ok(answer));
        prop_assert_ne!(&told, "done");
        if told.starts_with("parked-") {
            prop_assert!((400..500).contains(&status) && content_type.is_some_and(|kind| kind.contains("problem+json")));
        }
    }
}

#[test]
fn every_row_can_be_met_and_every_reason_has_words_in_both_languages() {
    for row in TABLE {
        if let Then::Later(why) = row.then {
            for lang in Lang::ALL {
                assert!(has(lang, why), "{why}");
            }
        }
    }
}

/// The rows of the first table under `## ` with this word, as name and outcome.
fn documented(file: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(file);
    let text = fs::read_to_string(path).expect("the document");
    let cell = |cell: &str| cell.trim().trim_matches('`').to_owned();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix('|'));
    let cells = rows.map(|row| row.split('|').map(cell).collect::<Vec<_>>()).filter(|cells| cells.len() == 4);
    cells.map(|cells| (cells[0].clone(), cells[3].clone())).collect()
}

#[test]
fn the_table_in_the_documents_is_the_table_in_the_code() {
    let code: Vec<(String, String)> = TABLE
        .iter()
        .map(|row| {
            let then = match row.then {
                Then::Done => "done",
                Then::Later(why) => why,
                Then::WhenAsked => "later-busy",
                Then::Pause => "later-unauthorized",
                Then::Park => "parked-…",
            };
            (row.name.to_owned(), then.to_owned())
        })
        .collect();
    for file in ["queues.md", "queues.zh.md"] {
        assert_eq!(documented(file), code, "{file}");
    }
}
