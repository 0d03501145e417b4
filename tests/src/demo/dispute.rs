//! The second case of the shift: three cars in a row, and two of the drivers disagree. One phone, the specialist's; all
//! sign on its glass, one of them not. The road is cleared all the same (T10), and the record says that they dispute.

use std::path::PathBuf;

use jingbao_core::time::Timestamp;

use super::{
    Failed, expect,
    input::{self, Input},
    paper, proof, scene,
    stage::{Stage, Who},
    tale::PhotoBeat,
};
use crate::phone::What;

const PARTIES: [&str; 3] = ["A", "B", "C"];
/// Who will not sign: the one in the middle.
const REFUSES: &str = "B";

/// The case as it stands before anything is sent.
pub(super) struct Second {
    /// Its id.
    pub(super) case: String,
    photos: Vec<(PathBuf, PhotoBeat)>,
}

fn fact(question: &str) -> &'static str {
    match question {
        "fact.parties" => "motor_motor",
        "fact.road" => "city",
        "fact.dispute" => "yes",
        _ => "no",
    }
}

/// What the three say. Nobody of this name, plate or number exists.
fn says(question: &str, party: Option<&str>, choices: &[&str], stopped: &str) -> String {
    let of = |a: &'static str, b: &'static str, c: &'static str| match party {
        Some("A") => a,
        Some("B") => b,
        _ => c,
    };
    let value = match question {
        "scene.time" => stopped,
        "scene.place" => "烟台市芝罘区北马路与大马路路口东侧约八十米处，三车依次停在直行车道",
        "scene.weather" => "rain",
        "scene.form" => "rear_end",
        "party.kind" => "motor",
        "party.vehicle_kind" => of("van", "car", "taxi"),
        "party.name" => of("迪丽拜尔·阿卜杜热合曼", "欧阳海", "𠮷田䶮"),
        "party.id_number" => of("440524188001010014", "refused", "11010519491231002X"),
        "party.phone" => of("13900000003", "13900000004", "13900000005"),
        "party.plate" => of("鲁Y67890", "鲁FD12345", "鲁F88T66"),
        "party.insurer" => of("cpic", "unknown", "picc"),
        "party.policy" => of("AYAT202637060000011111", "unknown", "PDZA202637060000033333"),
        "party.impact" => of("12", "6", "6"),
        _ => choices.first().copied().unwrap_or("-"),
    };
    value.to_owned()
}

/// From the stop to the seal, without a network.
pub(super) fn record(stage: &mut Stage, input: &Input) -> Result<Second, Failed> {
    let place = (input.accident.0 + 0.007, input.accident.1 + 0.004);
    let (lat, lon) = place;
    stage.pass(600);
    let sight = What::Sight { lat, lon, accident: None, training: false };
    let case = stage.ask(Who::Surveyor, sight)?.as_str().unwrap_or_default().to_owned();
    stage.pass(9);
    stage.stopped = stage.now;
    stage.ask(Who::Surveyor, What::Respond { case: case.clone(), response: "stopped".into() })?;
    stage.tell("surveyor", "story-second-stopped", &[]);
    let view = scene::triage(stage, &case, fact)?;
    expect(view["route"] == "leave_then_agree", "a dispute changes no route")?;
    let photos = photograph(stage, &case, place)?;
    stage.pass(20);
    stage.ask(Who::Surveyor, What::Clear { case: case.clone() })?;
    stage.tell("road", "story-second-cleared", &[]);
    // Nobody asks for a third party until somebody has spoken of it.
    let third = What::Answer {
        case: case.clone(),
        question: "party.kind".into(),
        party: Some("C".into()),
        value: "motor".into(),
    };
    stage.ask(Who::Surveyor, third)?;
    let given = paper::fill(stage, Who::Surveyor, &case, None, says)?;
    stage.tell("surveyor", "story-form-done", &[("count", (given.len() + 1).into())]);
    sign(stage, &case)?;
    let view = stage.ask(Who::Surveyor, What::Seal { case: case.clone() })?;
    expect(view["accord"] == "disputed", "the record says that they dispute")?;
    let record = view["revisions"][0].as_str().unwrap_or_default().to_owned();
    expect(record.len() == 64, "a sealed record of a dispute")?;
    stage.tell("surveyor", "story-second-sealed", &[("hash", record[..12].into())]);
    Ok(Second { case, photos })
}

fn photograph(stage: &mut Stage, case: &str, place: (f64, f64)) -> Result<Vec<(PathBuf, PhotoBeat)>, Failed> {
    let folder = stage.out.join("work").join("camera-2");
    let mut taken = Vec::new();
    for slot in ["scene_front", "scene_rear", "contact_close"] {
        let path = input::draw(slot, stage.seed + 1_000, place, Timestamp(stage.now), &folder)?;
        let shot = input::Shot {
            name: format!("{slot}.jpg"),
            path: path.clone(),
            slot: slot.into(),
            by_driver: false,
            late: false,
        };
        taken.push((path, scene::take(stage, case, &shot, place)?));
    }
    Ok(taken)
}

fn sign(stage: &mut Stage, case: &str) -> Result<(), Failed> {
    for party in PARTIES {
        for settlement in [false, true] {
            stage.pass(8);
            let (case, party) = (case.to_owned(), party.to_owned());
            let what = if party == REFUSES {
                What::Refuse { case, party, settlement }
            } else {
                What::Sign { case, party, settlement }
            };
            stage.ask(Who::Surveyor, what)?;
        }
        let code = if party == REFUSES { "story-refused" } else { "story-signed" };
        stage.tell("surveyor", code, &[("party", party.into())]);
    }
    Ok(())
}

/// The same proofs as for the first case; nobody else's statement belongs to it.
pub(super) fn prove(stage: &mut Stage, second: &Second) -> Result<(), Failed> {
    let expected = proof::Expected {
        case: &second.case,
        photos: second.photos.iter().map(|(path, beat)| (path.as_path(), beat)).collect(),
        statements: 0,
        agreement: "agreement-2.html",
        bundle: "bundle-2.zip",
    };
    proof::prove_one(stage, &expected).map(drop)
}
