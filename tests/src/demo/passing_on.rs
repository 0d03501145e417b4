//! The sealed case goes on to 12123, by hand: what it asks for lies ready in its order, the parties fill it in there
//! themselves, and its number and outcome come back. The number is invented.

use super::{
    Failed, expect,
    stage::{Stage, Who},
};
use crate::phone::What;

const APP: &str = "12123";
/// The name by which an Android phone would open it.
const PACKAGE: &str = "com.tmri.app.main";
const NUMBER: &str = "370602202611230001";

pub(super) fn hand_over(stage: &mut Stage, case: &str) -> Result<(), Failed> {
    let view = stage.ask(Who::Surveyor, What::Case { case: case.into() })?;
    expect(view["handovers"][0]["offered"] == true, "a sealed case to be offered for hand-over")?;
    let folder = stage.work.join("handover").display().to_string();
    let prepare = || What::PrepareHandover { case: case.into(), app: APP.into(), folder: folder.clone() };
    expect(stage.ask(Who::Surveyor, prepare()).is_err(), "nothing to be prepared before anybody agreed")?;
    for party in ["A", "B"] {
        stage.pass(5);
        let receiver = "police_handover".to_owned();
        stage
            .ask(Who::Surveyor, What::Consent { case: case.into(), party: party.into(), receiver, text_version: 1 })?;
    }
    let look = What::Handover { case: case.into(), app: APP.into(), can_open: vec![PACKAGE.into()] };
    let sheet = stage.ask(Who::Surveyor, look)?;
    expect(sheet["open"] == PACKAGE, "the way that the phone has")?;
    let lines = sheet["lines"].as_array().into_iter().flatten().filter(|line| !line["value"].is_null()).count();
    stage.pass(10);
    let ready = stage.ask(Who::Surveyor, prepare())?;
    let copies = ready["copies"].as_array().map_or(0, Vec::len);
    stage.tell("surveyor", "story-handover-ready", &[("lines", lines.into()), ("photos", copies.into())]);
    stage.pass(90);
    stage.ask(Who::Surveyor, What::HandOver { case: case.into(), app: APP.into() })?;
    stage.ask(Who::Surveyor, What::HandoverNumber { case: case.into(), app: APP.into(), number: NUMBER.into() })?;
    stage.pass(30);
    let outcome = What::HandoverOutcome { case: case.into(), app: APP.into(), outcome: "agreed".into() };
    let view = stage.ask(Who::Surveyor, outcome)?;
    expect(view["handovers"][0]["state"] == "outcome_recorded", "how it ended there to be noted")?;
    expect(view["step"] == "sealed", "a hand-over to change nothing that was sealed")?;
    let told = view["handovers"][0]["outcome_text"].as_str().unwrap_or_default().to_owned();
    stage.tell("surveyor", "story-handover-back", &[("outcome", told.into())]);
    Ok(())
}
