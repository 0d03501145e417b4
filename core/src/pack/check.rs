//! Contradictions a document can hold although it reads: each is named by its field.

use std::collections::BTreeSet;

use super::{BadPack, Pack, Stage};
use crate::triage::{Fact, Parties};

/// Whether the rules can work with what the pack says.
pub(super) fn whole(pack: &Pack) -> Result<(), BadPack> {
    let bad = |field: String, problem| Err(BadPack::Contradiction { field, problem });

    for fact in Fact::ALL {
        if pack.triage.facts.iter().filter(|row| row.fact == *fact).count() != 1 {
            return bad(format!("triage.facts.{}", fact.code()), "needs exactly one row");
        }
    }
    for kind in Parties::ALL {
        let wanted = usize::from(*kind != Parties::Unknown);
        if pack.triage.kinds.iter().filter(|row| row.parties == *kind).count() != wanted {
            return bad(format!("triage.kinds.{}", kind.code()), "needs exactly one row, and none for `unknown`");
        }
    }
    unique("questions", pack.questions.iter().map(|question| question.id.as_str()))?;
    unique("circumstances", pack.circumstances.iter().map(|row| row.id.as_str()))?;
    unique("insurers", pack.insurers.iter().map(|row| row.id.as_str()))?;
    unique("shots.lists", pack.shots.lists.iter().map(|list| list.id.as_str()))?;
    unique("triage.advice", pack.triage.advice.iter().map(|row| row.code.as_str()))?;
    for question in &pack.questions {
        let screens = question.id.starts_with("fact.");
        if screens != (question.stage < Stage::Form) {
            return bad(
                format!("questions.{}", question.id),
                "before the road is clear only safety and triage (`fact.…`) are asked, and only then",
            );
        }
    }
    if pack.shots.lists.is_empty() {
        return bad("shots.lists".into(), "needs at least one list");
    }
    for list in &pack.shots.lists {
        if list.minimum.iter().any(|slot| !list.slots.contains(slot)) {
            return bad(format!("shots.lists.{}", list.id), "`minimum` names a slot that `slots` lacks");
        }
    }
    let duty = &pack.duty;
    for (field, value) in [("brake_mps2", duty.brake_mps2), ("motorway_mps", duty.motorway_mps)] {
        if value <= 0.0 {
            return bad(format!("duty.{field}"), "must be above zero");
        }
    }
    if duty.leave_factor < 1.0 {
        return bad("duty.leave_factor".into(), "must be at least 1, or an encounter would flap");
    }
    pack.calendar.whole().map_err(|(field, problem)| BadPack::Contradiction { field, problem })?;
    if pack.retention.stub_days > 90 {
        return bad("retention.stub_days".into(), "must be at most 90");
    }
    pack.handover.whole(pack)?;
    unique("consents", pack.consents.iter().map(|row| row.receiver.as_str()))?;
    let score = &pack.score;
    let parts = [score.sighted_to_stopped, score.stopped_to_cleared, score.cleared_to_sealed, score.not_returned];
    if parts.iter().map(|part| u64::from(*part)).sum::<u64>() != 100 {
        return bad("score".into(), "the weights together must be 100");
    }
    let scale = &score.scale;
    if [scale.sighted_to_stopped, scale.stopped_to_cleared, scale.cleared_to_sealed]
        .iter()
        .any(|s| s.best_s >= s.worst_s)
    {
        return bad("score.scale".into(), "the best time must be shorter than the worst");
    }
    Ok(())
}

pub(super) fn unique<'a>(field: &str, ids: impl Iterator<Item = &'a str>) -> Result<(), BadPack> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(BadPack::Contradiction { field: format!("{field}.{id}"), problem: "is there twice" });
        }
    }
    Ok(())
}
