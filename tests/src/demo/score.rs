//! What the association computes from the log that the gateway keeps: `log.jsonl`, and a page of scorecards. The phone's
//! own times must be in it to the millisecond.

use std::fs;

use serde_json::Value;

use super::{
    Failed, expect,
    process::desk,
    stage::{Stage, Who},
};
use crate::phone::What;

pub(super) fn assess(stage: &mut Stage) -> Result<(), Failed> {
    let data = stage.work.join("gateway").display().to_string();
    let (code, log) = desk(&["log", "--data", &data])?;
    expect(code == 0 && !log.is_empty(), "the gateway's log of duty events")?;
    let path = stage.out.join("log.jsonl");
    fs::write(&path, log)?;
    let (path, page) = (path.display().to_string(), stage.out.join("scorecard.html").display().to_string());
    let lang = if stage.lang == jingbao_core::text::Lang::Zh { "zh" } else { "en" };
    let (code, out) = desk(&["score", &path, "--json", "--html", &page, "--lang", lang])?;
    expect(code == 0, "scorecards of the log")?;
    let cards: Value = serde_json::from_str(&out).unwrap_or_default();
    let counted = cards["cards"][0]["clearing"]["counted"].as_array().cloned().unwrap_or_default();
    let times = stage.ask(Who::Surveyor, What::Scorecard)?;
    let known = times.as_array().into_iter().flatten().filter_map(|case| case["clearing_ms"].as_i64());
    for ms in known {
        let there = counted.iter().any(|measured| measured["ms"] == ms);
        expect(there, "the phone's own time on the association's card")?;
    }
    expect(cards["gaps"] == serde_json::json!({}), "a log without gaps")
}
