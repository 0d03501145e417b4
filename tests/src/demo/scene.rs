//! At the place: stop, triage as questions come, photos as the list asks, clear the road.

use std::fs;

use serde_json::Value;

use super::{
    Failed, expect,
    input::{Input, Shot},
    road::ACCIDENT_ID,
    stage::{Stage, Who},
    tale::PhotoBeat,
};
use crate::phone::What;

/// The second phone's answers about danger are its own; here both see nothing worse than dented metal.
fn fact(question: &str) -> &'static str {
    match question {
        "fact.parties" => "motor_motor",
        "fact.road" => "city",
        _ => "no",
    }
}

/// From the stop to the clear road; the case's id.
pub(super) fn screen_and_clear(stage: &mut Stage, input: &Input) -> Result<String, Failed> {
    let (lat, lon) = input.accident;
    let sight = What::Sight { lat, lon, accident: Some(ACCIDENT_ID.into()), training: false };
    let case = stage.ask(Who::Surveyor, sight)?.as_str().unwrap_or_default().to_owned();
    stage.pass(8);
    stage.stopped = stage.now;
    stage.ask(Who::Surveyor, What::Respond { case: case.clone(), response: "stopped".into() })?;
    stage.tell("surveyor", "story-stopped", &[]);
    let view = triage(stage, &case, fact)?;
    expect(view["route"] == "leave_then_agree", "the route: photograph, leave, agree")?;
    let route = view["route_text"].as_str().unwrap_or_default().to_owned();
    stage.tell("surveyor", "story-triage", &[("route", route.into())]);
    invite(stage, &case)?;
    expect(stage.ask(Who::Surveyor, What::Clear { case: case.clone() }).is_err(), "no clearing before the photos")?;
    for shot in input.shots.iter().filter(|shot| !shot.late) {
        let beat = take(stage, &case, shot, input.accident)?;
        stage.photos.push(beat);
    }
    let view = stage.ask(Who::Surveyor, What::Case { case: case.clone() })?;
    expect(view["may_clear"] == true, "*clear now* after the minimum of photos")?;
    stage.pass(20);
    stage.ask(Who::Surveyor, What::Clear { case: case.clone() })?;
    stage.ask(Who::Driver, What::Clear { case: case.clone() })?;
    stage.tell("road", "story-cleared", &[]);
    stage.look_at_queues("story-queue-cleared")?;
    stage.pass(30);
    for shot in input.shots.iter().filter(|shot| shot.late) {
        let beat = take(stage, &case, shot, input.accident)?;
        stage.photos.push(beat);
    }
    let late = input.shots.iter().filter(|shot| shot.late).count();
    if late > 0 {
        stage.tell("driver", "story-late-photos", &[("count", late.into())]);
    }
    Ok(case)
}

/// Answers what the phone asks about danger until it asks no more.
pub(super) fn triage(stage: &mut Stage, case: &str, fact: fn(&str) -> &'static str) -> Result<Value, Failed> {
    loop {
        let view = stage.ask(Who::Surveyor, What::Case { case: case.into() })?;
        let Some(question) = view["next"]["question"].as_str().filter(|_| view["step"] == "screen") else {
            return Ok(view);
        };
        stage.pass(2);
        let answer =
            What::Answer { case: case.into(), question: question.into(), party: None, value: fact(question).into() };
        stage.ask(Who::Surveyor, answer)?;
    }
}

/// The driver of the front car scans the case code and speaks for party B from now on.
fn invite(stage: &mut Stage, case: &str) -> Result<(), Failed> {
    let show = What::Show { case: case.into(), what: "invitation".into(), party: "B".into() };
    let code = stage.ask(Who::Surveyor, show)?.as_str().unwrap_or_default().to_owned();
    stage.pass(12);
    let joined = stage.ask(Who::Driver, What::Scan { code })?;
    expect(joined["case"] == case && joined["kind"] == "joined", "the driver's phone joins the case")?;
    stage.tell("driver", "story-joined", &[]);
    Ok(())
}

/// Takes one photo and tells of it.
pub(super) fn take(stage: &mut Stage, case: &str, shot: &Shot, (lat, lon): (f64, f64)) -> Result<PhotoBeat, Failed> {
    stage.pass(9);
    let who = if shot.by_driver { Who::Driver } else { Who::Surveyor };
    let path = shot.path.display().to_string();
    let taken = stage.ask(who, What::Photo { case: case.into(), slot: shot.slot.clone(), path, lat, lon })?;
    let list = |key: &str| -> Vec<String> {
        taken[key].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let bytes = fs::read(&shot.path)?;
    let slot_text = jingbao_core::text::tell(stage.lang, "shot", &shot.slot);
    let finding_texts = list("texts");
    stage.tell(
        who.name(),
        if finding_texts.is_empty() { "story-photo" } else { "story-photo-findings" },
        &[
            ("shot", slot_text.as_str().into()),
            ("name", shot.name.as_str().into()),
            ("findings", finding_texts.join(" ").into()),
        ],
    );
    Ok(PhotoBeat {
        name: shot.name.clone(),
        sha256: taken["sha256"].as_str().unwrap_or_default().to_owned(),
        bytes: taken["bytes"].as_u64().unwrap_or(0),
        findings: list("findings"),
        slot: shot.slot.clone(),
        slot_text,
        finding_texts,
        who: who.name(),
        shown: bytes.starts_with(&[0xff, 0xd8]).then_some(bytes),
    })
}
