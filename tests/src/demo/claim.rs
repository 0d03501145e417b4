//! The claim notices of the first case: both parties agree, the specialist's phone notifies their insurers, which answer
//! once everything has arrived; the answers are read on the specialist's phone, and party B's on the driver's own.

use serde_json::{Value, json};

use super::{
    Failed, expect, http,
    stage::{Stage, Who},
};
use crate::phone::What;

/// Who is insured where.
const INSURED: [(&str, &str); 2] = [("A", "picc"), ("B", "cpic")];

/// With everybody still on the road and no network.
pub(super) fn notify(stage: &mut Stage, case: &str) -> Result<(), Failed> {
    let early = stage.ask(Who::Surveyor, What::Notify { case: case.into(), party: "A".into() });
    expect(early.is_err(), "nobody is notified before the parties agree")?;
    for (party, _) in INSURED {
        for receiver in ["own_insurer", "other_insurer"] {
            let (case, party, receiver) = (case.into(), party.into(), receiver.into());
            stage.ask(Who::Surveyor, What::Consent { case, party, receiver, text_version: 1 })?;
        }
    }
    for (party, insurer) in INSURED {
        stage.pass(5);
        let view = stage.ask(Who::Surveyor, What::Notify { case: case.into(), party: party.into() })?;
        let line = line(&view, party).cloned().unwrap_or_default();
        expect(line["state"] == "queued" && line["insurer"] == insurer, "a notice to the party's own insurer")?;
        let insurer = line["insurer_text"].as_str().unwrap_or_default().to_owned();
        stage.tell("surveyor", "story-notified", &[("party", party.into()), ("insurer", insurer.as_str().into())]);
    }
    Ok(())
}

/// Each desk finds one notice, its own customer's, and answers it.
pub(super) fn answer(stage: &mut Stage, case: &str) -> Result<(), Failed> {
    let answers = [json!({ "state": "accepted" }), json!({ "state": "needs_more", "reason": "inspection" })];
    for (((party, insurer), said), token) in INSURED.into_iter().zip(answers).zip(stage.insurers.clone()) {
        stage.pass(30);
        let (status, listed) = http::get(&stage.address, "/v1/claims", &token)?;
        let listed: Value = serde_json::from_slice(&listed).unwrap_or_default();
        let claims = listed["claims"].as_array().cloned().unwrap_or_default();
        let own = claims.len() == 1 && claims[0]["party"] == party && claims[0]["insurer"] == insurer;
        expect(status == 200 && own, "one notice on each insurer's desk, its own customer's")?;
        let path = format!("/v1/cases/{case}/claims/{}/states", claims[0]["claim"]);
        let (status, _) = http::post(&stage.address, &path, &token, &said.to_string())?;
        expect(status == 201, "the desk's answer to be taken")?;
    }
    for (who, party) in [(Who::Surveyor, "A"), (Who::Driver, "B")] {
        stage.ask(who, What::Sync { seconds: 10 })?;
        let view = stage.ask(who, What::Case { case: case.into() })?;
        let line = line(&view, party).cloned().unwrap_or_default();
        let expected = if party == "A" { "accepted" } else { "needs_more" };
        expect(line["state"] == expected, "each phone to hear what the insurer says")?;
        let words = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
        let (insurer, text) = (words("insurer_text"), words("text"));
        let args = [("insurer", insurer.as_str().into()), ("text", text.as_str().into())];
        stage.tell(who.name(), "story-insurer-says", &args);
    }
    Ok(())
}

fn line<'a>(view: &'a Value, party: &str) -> Option<&'a Value> {
    view["claims"].as_array()?.iter().find(|claim| claim["party"] == party)
}
