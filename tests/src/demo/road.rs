//! The drive past the accident: every fix goes through the engine until it says *must stop*, and on to the place.

use jingbao_core::time::{SHANGHAI_OFFSET_S, Timestamp};
use serde_json::Value;

use super::{
    Failed, expect,
    input::Input,
    stage::{Stage, Who},
    tale::DutyBeat,
};
use crate::phone::What;

/// The accident's name in the feed.
pub(super) const ACCIDENT_ID: &str = "nandajie-1";

pub(super) fn drive(stage: &mut Stage, input: &Input) -> Result<(), Failed> {
    let (lat, lon) = input.accident;
    stage.tell("road", "story-crash", &[]);
    stage.ask(Who::Surveyor, What::Stand)?;
    let seen_at = stage.now;
    stage.ask(Who::Surveyor, What::Hear { accident: ACCIDENT_ID.into(), lat, lon, seen_at })?;
    stage.tell("surveyor", "story-on-duty", &[]);
    let mut must_stop = None;
    for (fix, point) in input.drive.iter().enumerate().take(input.reached + 1) {
        stage.now = point.at.0;
        let what = What::Duty {
            lat: point.lat,
            lon: point.lon,
            accuracy_m: Input::accuracy_m(point),
            speed_mps: point.speed_mps,
        };
        let changes = stage.ask(Who::Surveyor, what)?;
        for change in changes.as_array().into_iter().flatten() {
            let beat = beat(change, fix);
            let args = [("verdict", beat.text.as_str().into()), ("metres", beat.distance_m.round().into())];
            stage.tell("surveyor", "story-verdict", &args);
            if beat.verdict == "must_stop" && must_stop.is_none() {
                must_stop = Some(fix);
            }
            stage.duty.push(beat);
        }
    }
    let told = must_stop.ok_or_else(|| Failed::Broken("*must stop* on this drive".into()))?;
    expect(told < input.reached, "*must stop* before the accident is reached")
}

fn beat(change: &Value, fix: usize) -> DutyBeat {
    let text = |key: &str| change[key].as_str().unwrap_or_default().to_owned();
    let reasons: Vec<&str> = change["reasons"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    DutyBeat {
        at: Timestamp(change["at_ms"].as_i64().unwrap_or(0)).rfc3339(SHANGHAI_OFFSET_S),
        verdict: text("verdict"),
        accident: text("accident"),
        fix,
        distance_m: change["distance_m"].as_f64().unwrap_or(0.0),
        text: format!("{} ({})", text("text"), reasons.join("; ")),
    }
}
