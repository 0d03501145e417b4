//! The main job on one phone, from sighting to delivery; whoever listens hears each thing right after the engine has said
//! that it is kept.

use std::sync::Arc;

use jingbao::{
    Field, FieldError,
    records::{PhotoInput, Reply, SightInput, SignatureFactor, SignatureInput, SignatureRound, StrokePoint},
    views::SyncBudget,
};
use serde_json::{Value, json};

use crate::roadside::{fitting_answer, small_photo};

/// Plays it.
pub fn play(field: &Arc<Field>, told: &dyn Fn(Value)) -> Result<(), FieldError> {
    let case = field.sight(SightInput { position: None, accident: None, own_party: None, training: false })?;
    told(json!({ "case": case }));
    for (n, slot) in (1..).zip(["scene_front", "scene_rear", "contact_close"]) {
        let bytes = small_photo(n, 70_000).unwrap_or_default();
        let taken = field.add_photo(case.clone(), slot.into(), PhotoInput::Bytes { bytes }, None)?;
        told(json!({ "photo": taken.sha256, "id": taken.photo }));
    }
    deliver(field, told)?;
    loop {
        let view = field.case(case.clone())?;
        if view.may_clear {
            field.clear(case.clone())?;
            told(json!({ "cleared": true }));
            continue;
        }
        let Some(next) = view.next else { break };
        let value = fitting_answer(&next.question, next.party.as_deref());
        let (question, party) = (next.question.clone(), next.party.clone());
        let reply = Reply { question: next.question, party: next.party, value: Some(value.into()), skip: None };
        field.answer(case.clone(), reply)?;
        told(json!({ "question": question, "party": party, "answer": value }));
    }
    for party in ["A", "B"] {
        for round in [SignatureRound::Facts, SignatureRound::Settlement] {
            let Some(signing) = field.case(case.clone())?.signing else { continue };
            let shown_sha256 = match round {
                SignatureRound::Facts => signing.facts_sha256,
                SignatureRound::Settlement => signing.settlement_sha256,
            };
            let strokes = vec![vec![StrokePoint { x: 10, y: 10 }, StrokePoint { x: 900, y: 800 }]];
            let factor = SignatureFactor::Witness { party: None };
            let input = SignatureInput { party: party.into(), round, shown_sha256, strokes, factor };
            let view = field.sign(case.clone(), input)?;
            told(json!({ "signatures": view.signatures.len() }));
        }
    }
    field.seal(case, None)?;
    told(json!({ "revisions": 1 }));
    deliver(field, told)
}

fn deliver(field: &Arc<Field>, told: &dyn Fn(Value)) -> Result<(), FieldError> {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return Ok(()) };
    let report = runtime.block_on(field.sync(SyncBudget::of_seconds(30)))?;
    told(json!({ "pending": report.pending, "parked": report.parked }));
    Ok(())
}
