//! The form on both phones, the kill in the middle of it, agreement, signatures, the seal.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    Failed, expect,
    stage::{Stage, Who},
};
use crate::phone::What;

/// What somebody says: to a question, for a party, out of these choices; the minute of the stop is the fourth.
pub(super) type Says = fn(&str, Option<&str>, &[&str], &str) -> String;

/// What the people of the first case say. Nobody of this name, plate or number exists.
fn says(question: &str, party: Option<&str>, choices: &[&str], stopped: &str) -> String {
    let value = match (question, party) {
        ("scene.time", _) => stopped,
        ("scene.place", _) => "烟台市芝罘区南大街（西向东）",
        ("scene.weather", _) => "rain",
        ("scene.form", _) => "rear_end",
        ("party.kind", _) => "motor",
        ("party.vehicle_kind", _) => "car",
        ("party.name", Some("A")) => "王海洋",
        ("party.name", _) => "阿依古丽·买买提",
        ("party.id_number", Some("A")) => "370602199003070013",
        ("party.id_number", _) => "37060219900307003X",
        ("party.phone", Some("A")) => "13900000001",
        ("party.phone", _) => "13900000002",
        ("party.plate", Some("A")) => "鲁F12345",
        ("party.plate", _) => "鲁YA12345",
        ("party.insurer", Some("A")) => "picc",
        ("party.insurer", _) => "cpic",
        ("party.policy", Some("A")) => "PDZA202637060000012345",
        ("party.policy", _) => "AYAT202637060000067890",
        ("party.impact", Some("A")) => "12",
        ("party.impact", _) => "6",
        ("party.liability", Some("A")) => "full",
        ("party.liability", _) => "none",
        _ => choices.first().copied().unwrap_or("-"),
    };
    value.to_owned()
}

pub(super) fn fill_sign_seal(stage: &mut Stage, case: &str) -> Result<(), Failed> {
    let driver = fill(stage, Who::Driver, case, None, says)?;
    stage.tell("driver", "story-driver-form", &[("count", driver.len().into())]);
    hand_over(stage, case)?;
    fill_with_a_kill(stage, case)?;
    stage.look_at_queues("story-queue-form")?;
    sign_all(stage, case)?;
    let early = stage.ask(Who::Driver, What::Seal { case: case.into() });
    expect(early.is_err(), "only the recorder seals")?;
    stage.pass(10);
    let view = stage.ask(Who::Surveyor, What::Seal { case: case.into() })?;
    let record = view["revisions"][0].as_str().unwrap_or_default().to_owned();
    expect(record.len() == 64, "a sealed record")?;
    stage.tell("surveyor", "story-sealed", &[("hash", record[..12].into())]);
    stage.look_at_queues("story-queue-sealed")?;
    Ok(())
}

/// Walks the questions of one phone; stops after `most` answers. Every acknowledged answer is in the result.
pub(super) fn fill(
    stage: &mut Stage,
    who: Who,
    case: &str,
    most: Option<usize>,
    says: Says,
) -> Result<BTreeMap<(String, String), String>, Failed> {
    let stopped = stage.stopped_at();
    let mut given = BTreeMap::new();
    loop {
        let view = stage.ask(who, What::Case { case: case.into() })?;
        let Some((question, party, value)) = next(&view, &stopped, says) else { return Ok(given) };
        if most.is_some_and(|most| given.len() >= most) {
            return Ok(given);
        }
        stage.pass(6);
        let what = answer(case, &question, &party, &value);
        stage.ask(who, what)?;
        given.insert((question, party.unwrap_or_default()), value);
    }
}

fn next(view: &Value, stopped: &str, says: Says) -> Option<(String, Option<String>, String)> {
    let next = &view["next"];
    let question = next["question"].as_str()?.to_owned();
    let party = next["party"].as_str().map(str::to_owned);
    let choices: Vec<&str> = next["choices"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let value = says(&question, party.as_deref(), &choices, stopped);
    Some((question, party, value))
}

fn answer(case: &str, question: &str, party: &Option<String>, value: &str) -> What {
    What::Answer { case: case.into(), question: question.into(), party: party.clone(), value: value.into() }
}

/// The driver shows a statement, the specialist scans it; the same code a second time is refused.
fn hand_over(stage: &mut Stage, case: &str) -> Result<(), Failed> {
    let show = What::Show { case: case.into(), what: "statement".into(), party: String::new() };
    let code = stage.ask(Who::Driver, show)?.as_str().unwrap_or_default().to_owned();
    stage.pass(6);
    let scanned = stage.ask(Who::Surveyor, What::Scan { code: code.clone() })?;
    expect(scanned["kind"] == "statement", "the statement is taken in")?;
    expect(stage.ask(Who::Surveyor, What::Scan { code }).is_err(), "a statement is taken in once")?;
    stage.tell("surveyor", "story-statement", &[]);
    Ok(())
}

/// The specialist's phone is killed while an answer is on its way. Every acknowledged answer must be there again.
fn fill_with_a_kill(stage: &mut Stage, case: &str) -> Result<(), Failed> {
    let most = 3 + usize::try_from(stage.seed % 9).unwrap_or(0);
    let given = fill(stage, Who::Surveyor, case, Some(most), says)?;
    let view = stage.ask(Who::Surveyor, What::Case { case: case.into() })?;
    let stopped = stage.stopped_at();
    if let Some((question, party, value)) = next(&view, &stopped, says) {
        let order = stage.order(answer(case, &question, &party, &value));
        stage.phone(Who::Surveyor)?.order(&order)?;
    }
    std::thread::sleep(std::time::Duration::from_micros(stage.seed * 977 % 9_000));
    stage.kill(Who::Surveyor);
    stage.tell_blow("surveyor", "story-kill-form", &[("count", given.len().into())]);
    stage.pass(15);
    stage.wake(Who::Surveyor)?;
    let view = stage.ask(Who::Surveyor, What::Case { case: case.into() })?;
    let held = |question: &str, party: &str, value: &str| {
        view["answers"].as_array().into_iter().flatten().any(|answer| {
            answer["question"] == question
                && answer["party"].as_str().unwrap_or_default() == party
                && answer["value"] == value
        })
    };
    for ((question, party), value) in &given {
        expect(held(question, party, value), format!("the acknowledged answer to {question} after the kill"))?;
    }
    stage.tell("surveyor", "story-back-form", &[("count", given.len().into())]);
    let rest = fill(stage, Who::Surveyor, case, None, says)?;
    stage.tell("surveyor", "story-form-done", &[("count", (given.len() + rest.len()).into())]);
    Ok(())
}

/// The draft goes to the driver's phone, both rounds are signed there; party A signs on the specialist's glass.
fn sign_all(stage: &mut Stage, case: &str) -> Result<(), Failed> {
    let early = stage.ask(Who::Surveyor, What::Seal { case: case.into() });
    expect(early.is_err(), "no seal before the signatures")?;
    let show = What::Show { case: case.into(), what: "draft".into(), party: String::new() };
    let code = stage.ask(Who::Surveyor, show)?.as_str().unwrap_or_default().to_owned();
    stage.pass(10);
    stage.ask(Who::Driver, What::Scan { code })?;
    for (who, party) in [(Who::Driver, "B"), (Who::Surveyor, "A")] {
        for settlement in [false, true] {
            stage.pass(12);
            stage.ask(who, What::Sign { case: case.into(), party: party.into(), settlement })?;
        }
        stage.tell(who.name(), "story-signed", &[("party", party.into())]);
        if who == Who::Driver {
            hand_over(stage, case)?;
        }
    }
    Ok(())
}
