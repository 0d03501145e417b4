//! An answer as the core's table judges it. Not its business: the table, which is the real one.

use std::{cell::RefCell, collections::BTreeMap};

use jingbao_core::{
    canon::{PublicKey, Sha256},
    outbox::{
        Outcome,
        answers::{self, Asked, Failure},
    },
    time::Timestamp,
    tus::Said,
    wire::{Manifest, SignedReceipt},
};

use super::wire::{Answer, Form, Heard};

thread_local! {
    static CHECKED: RefCell<BTreeMap<Sha256, bool>> = const { RefCell::new(BTreeMap::new()) };
    static JUDGED: RefCell<BTreeMap<Sha256, Outcome>> = const { RefCell::new(BTreeMap::new()) };
}

/// What came back for what was asked.
pub fn judge(asked: Asked<'_>, heard: &Heard) -> Outcome {
    let answer = match heard {
        Heard::Answer(answer) => answer,
        Heard::Unreachable => return answers::judge(asked, Err(Failure::Unreachable), Timestamp(0)),
        Heard::Broke | Heard::Waited => return answers::judge(asked, Err(Failure::Cut), Timestamp(0)),
        Heard::Silence => return answers::judge(asked, Err(Failure::Stalled), Timestamp(0)),
    };
    let judged = || answers::judge(asked, Ok(&read(answer, &problem(answer), &asks(answer))), Timestamp(0));
    let manifest = match asked {
        Asked::Put(wanted) | Asked::Commit(wanted) if matches!(answer.status, 200 | 201) => wanted.manifest,
        _ => return judged(),
    };
    // Many stories have the same receipts, and each is checked once in a thread.
    let name = (matches!(asked, Asked::Put(_)), answer.form == Form::Page, manifest, Sha256::of(&answer.body));
    let name = Sha256::of(&serde_json::to_vec(&name).unwrap_or_default());
    JUDGED.with_borrow_mut(|known| known.entry(name).or_insert_with(judged).clone())
}

/// What an upload reads of an answer.
pub fn said(answer: &Answer) -> Said {
    let page = matches!(answer.status, 200..=299) && answer.form == Form::Page;
    let a_wish = matches!(answer.status, 429 | 500..=599) && answer.retry_after.is_some();
    let (id, offset) = (answer.upload.clone(), answer.offset);
    Said { status: answer.status, id, offset, length: None, beyond: page || a_wish }
}

/// Whether a receipt counts.
pub fn verifies(receipt: &SignedReceipt, manifest: &Manifest, gateway: &PublicKey) -> bool {
    let name = Sha256::of(&serde_json::to_vec(&(receipt, manifest, gateway)).unwrap_or_default());
    CHECKED.with_borrow_mut(|known| *known.entry(name).or_insert_with(|| receipt.check(manifest, gateway).is_ok()))
}

fn read<'a>(answer: &'a Answer, problem: &'a str, retry_after: &'a str) -> answers::Answer<'a> {
    let (kind, body) = match answer.form {
        Form::Plain => ("application/json", &answer.body[..]),
        Form::Page => ("text/html", &answer.body[..]),
        Form::Problem(_) => ("application/problem+json", problem.as_bytes()),
    };
    let retry_after = answer.retry_after.map(|_| retry_after);
    answers::Answer { status: answer.status, content_type: Some(kind), retry_after, date: None, body }
}

fn problem(answer: &Answer) -> String {
    match answer.form {
        Form::Problem(code) => format!(r#"{{"type":"urn:jingbao:problem:{code}","status":{}}}"#, answer.status),
        Form::Plain | Form::Page => String::new(),
    }
}

fn asks(answer: &Answer) -> String {
    answer.retry_after.map(|seconds| seconds.to_string()).unwrap_or_default()
}
