//! What an answer means to the sender of an operation.

use std::{cell::RefCell, collections::BTreeMap};

use jingbao_core::{
    canon::{PublicKey, Sha256},
    outbox::{NEVER_LEFT, Outcome},
    wire::{Manifest, SignedReceipt},
};

use super::wire::{Answer, Form, Heard};

/// The end of a send whose success is the receipt for `manifest`.
pub fn outcome(heard: &Heard, manifest: &Manifest, gateway: &PublicKey, checks: bool) -> Outcome {
    let answer = match heard {
        Heard::Answer(answer) => answer,
        other => return failure(other),
    };
    if !matches!(answer.status, 200 | 201) {
        return refusal(answer);
    }
    match serde_json::from_slice::<SignedReceipt>(&answer.body) {
        Err(_) => later("later-not-a-receipt"),
        Ok(receipt) if checks && !verifies(&receipt, manifest, gateway) => later("later-foreign-receipt"),
        Ok(receipt) => Outcome::Receipt(Box::new(receipt)),
    }
}

thread_local! {
    static CHECKED: RefCell<BTreeMap<Sha256, bool>> = const { RefCell::new(BTreeMap::new()) };
}

/// Whether a receipt counts. Many stories have the same ones, and each is checked once in a thread.
pub fn verifies(receipt: &SignedReceipt, manifest: &Manifest, gateway: &PublicKey) -> bool {
    let name = Sha256::of(&serde_json::to_vec(&(receipt, manifest, gateway)).unwrap_or_default());
    CHECKED.with_borrow_mut(|known| *known.entry(name).or_insert_with(|| receipt.check(manifest, gateway).is_ok()))
}

/// What anything else than the success one looked for means.
pub fn failure(heard: &Heard) -> Outcome {
    match heard {
        Heard::Answer(answer) => refusal(answer),
        Heard::Unreachable => later(NEVER_LEFT),
        Heard::Broke => later("later-cut"),
        Heard::Silence => later("later-stalled"),
    }
}

/// *Later*, by the usual back-off.
pub fn later(why: &'static str) -> Outcome {
    Outcome::Later { why, retry_after_ms: None }
}

fn refusal(answer: &Answer) -> Outcome {
    let asked = answer.retry_after.map(|seconds| i64::from(seconds) * 1000);
    match (answer.status, answer.form) {
        (401, _) => Outcome::Unauthorized,
        (429 | 503, _) if asked.is_some() => Outcome::Later { why: "later-busy", retry_after_ms: asked },
        (408 | 423 | 425 | 429 | 500..=599, _) => later("later-server"),
        (400..=499, Form::Problem(code)) => Outcome::Refused { reason: format!("parked-{code}") },
        _ => later("later-not-a-gateway"),
    }
}
