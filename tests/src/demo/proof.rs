//! Looking with other eyes: the gateway's copies byte by byte, each thing there once, the bundle by the verifier.

use std::{collections::BTreeSet, fs, path::Path, time::Instant};

use jingbao_core::time::{SHANGHAI_OFFSET_S, Timestamp};
use serde_json::Value;

use super::{
    Failed, expect, http,
    input::Input,
    process::desk,
    stage::{Stage, Who},
    tale::{CaseSummary, ClaimSummary, CustodyBeat, PhotoBeat, QueueSummary, ReceiptBeat, Summary, Verified},
};
use crate::phone::What;

/// What must be at the gateway of one case, and where its papers go.
pub(super) struct Expected<'a> {
    /// The case.
    pub(super) case: &'a str,
    /// Where each photo's original lies, and what the phone said of it.
    pub(super) photos: Vec<(&'a Path, &'a PhotoBeat)>,
    /// How many statements of other phones.
    pub(super) statements: usize,
    /// File name of the agreement.
    pub(super) agreement: &'a str,
    /// File name of the recorder's bundle.
    pub(super) bundle: &'a str,
}

/// The first case: both phones' bundles, the receipts for the report.
pub(super) fn prove(stage: &mut Stage, case: &str, input: &Input) -> Result<Verified, Failed> {
    let beats = stage.photos.clone();
    let photos = shots_in_order(input).map(|shot| shot.path.as_path()).zip(&beats).collect();
    let expected = Expected { case, photos, statements: 2, agreement: "agreement.html", bundle: "bundle.zip" };
    let (verified, manifest) = prove_one(stage, &expected)?;
    collect_receipts(stage, &manifest);
    let path = stage.out.join("work/driver-bundle.zip");
    stage.ask(Who::Driver, What::Export { case: case.into(), path: path.display().to_string() })?;
    for (path, who) in [(stage.out.join("bundle.zip"), Who::Surveyor), (path, Who::Driver)] {
        let beat = custody_of(&path, who.name())?;
        stage.custody.push(beat);
    }
    Ok(verified)
}

/// Whatever the case: its photos byte by byte, each thing once, its agreement and its bundle; the gateway's manifest.
pub(super) fn prove_one(stage: &mut Stage, expected: &Expected<'_>) -> Result<(Verified, Value), Failed> {
    compare_copies(stage, expected)?;
    let manifest = manifest(stage, expected.case)?;
    each_once(expected, &manifest)?;
    let html = stage.ask(Who::Surveyor, What::Agreement { case: expected.case.into() })?;
    fs::write(stage.out.join(expected.agreement), html.as_str().unwrap_or_default())?;
    let bundle = stage.out.join(expected.bundle).display().to_string();
    stage.ask(Who::Surveyor, What::Export { case: expected.case.into(), path: bundle.clone() })?;
    let verified = verify(stage, &bundle)?;
    let (code, _) = desk(&["verify", &bundle, "--json"])?;
    expect(code == 0, "`verify` accepts a whole bundle even without trusted keys")?;
    stage.tell("stranger", "story-verified", &[("signer", verified.signer.as_str().into())]);
    Ok((verified, manifest))
}

/// Every photo as the gateway holds it equals the file it was taken from.
fn compare_copies(stage: &mut Stage, expected: &Expected<'_>) -> Result<(), Failed> {
    for (path, photo) in &expected.photos {
        expect(path.ends_with(&photo.name), "photos in the order they were taken")?;
        let copy = format!("/v1/cases/{}/photos/{}", expected.case, photo.sha256);
        let (status, body) = http::get(&stage.address, &copy, &stage.desk_token)?;
        let same = status == 200 && body == fs::read(path)?;
        expect(same, format!("the gateway's copy of {} to be byte-equal", photo.name))?;
    }
    stage.tell("stranger", "story-copies", &[("count", expected.photos.len().into())]);
    Ok(())
}

fn shots_in_order(input: &Input) -> impl Iterator<Item = &super::input::Shot> {
    input.shots.iter().filter(|shot| !shot.late).chain(input.shots.iter().filter(|shot| shot.late))
}

fn manifest(stage: &Stage, case: &str) -> Result<Value, Failed> {
    let (status, body) = http::get(&stage.address, &format!("/v1/cases/{case}"), &stage.desk_token)?;
    expect(status == 200, "the case at the gateway")?;
    Ok(serde_json::from_slice(&body).unwrap_or_default())
}

/// One revision, so many statements, every photo: each there once and nothing else.
fn each_once(expected: &Expected<'_>, manifest: &Value) -> Result<(), Failed> {
    let list = |key: &str| manifest[key].as_array().cloned().unwrap_or_default();
    let stored: Vec<String> = list("photos").iter().filter_map(|p| p["sha256"].as_str().map(str::to_owned)).collect();
    let taken: BTreeSet<String> = expected.photos.iter().map(|(_, photo)| photo.sha256.clone()).collect();
    let all = stored.iter().cloned().collect::<BTreeSet<_>>() == taken;
    expect(list("revisions").len() == 1, "one revision at the gateway")?;
    expect(list("statements").len() == expected.statements, "every statement once at the gateway")?;
    expect(stored.len() == expected.photos.len() && all, "every photo once at the gateway")
}

fn collect_receipts(stage: &mut Stage, manifest: &Value) {
    for kind in ["revisions", "statements", "photos"] {
        for stored in manifest[kind].as_array().into_iter().flatten() {
            let receipt = &stored["receipt"]["receipt"];
            let number = receipt["manifest"]["revision"].as_u64().or(receipt["manifest"]["number"].as_u64());
            let sha256 = receipt["manifest"]["sha256"].as_str().unwrap_or_default().to_owned();
            let beat = ReceiptBeat {
                kind: receipt["manifest"]["kind"].as_str().unwrap_or_default().to_owned(),
                what: number.map_or_else(|| sha256.clone(), |number| format!("{number} · {sha256}")),
                at: Timestamp(receipt["stored_at"].as_i64().unwrap_or(0)).rfc3339(SHANGHAI_OFFSET_S),
            };
            stage.receipts.push(beat);
        }
    }
}

/// Reads a log's size and newest head out of the bundle itself.
fn custody_of(path: &Path, who: &'static str) -> Result<CustodyBeat, Failed> {
    let broken = |_| Failed::Broken("a bundle that opens".into());
    let mut bag = zip::ZipArchive::new(fs::File::open(path)?).map_err(broken)?;
    let mut beat = CustodyBeat { who, leaves: 0, root: String::new(), key: String::new() };
    for index in 0..bag.len() {
        let mut file = bag.by_index(index).map_err(broken)?;
        let (log, heads) = (file.name().contains("data/custody/"), file.name().ends_with("-heads.jsonl"));
        if !log || !file.name().ends_with(".jsonl") {
            continue;
        }
        let mut text = String::new();
        std::io::Read::read_to_string(&mut file, &mut text)?;
        if heads {
            let newest: Value =
                text.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
            let part = |key: &str| newest["head"][key].as_str().unwrap_or_default().to_owned();
            (beat.root, beat.key) = (part("root"), part("key"));
        } else {
            beat.leaves = text.lines().count() as u64;
        }
    }
    Ok(beat)
}

fn verify(stage: &Stage, bundle: &str) -> Result<Verified, Failed> {
    let trust = stage.out.join("trust.json").display().to_string();
    let (code, out) = desk(&["verify", bundle, "--trust", &trust, "--json"])?;
    let report: Value = serde_json::from_str(&out).unwrap_or_default();
    expect(code == 0, format!("the verifier to accept the bundle, it says {}", out.trim()))?;
    let lang = if stage.lang == jingbao_core::text::Lang::Zh { "zh" } else { "en" };
    let (_, words) = desk(&["verify", bundle, "--trust", &trust, "--lang", lang])?;
    Ok(Verified {
        whole: report["whole"] == true,
        trusted: report["trusted"] == true,
        signer: report["signer"].as_str().unwrap_or_default().to_owned(),
        text: words.trim().to_owned(),
    })
}

/// What `summary.json` says of one case.
fn of_case(stage: &mut Stage, case: &str) -> Result<CaseSummary, Failed> {
    let manifest = manifest(stage, case)?;
    let view = stage.ask(Who::Surveyor, What::Case { case: case.into() })?;
    let newest = manifest["revisions"].as_array().and_then(|all| all.last()).cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let claims = view["claims"].as_array().into_iter().flatten().filter(|claim| claim["revision"] != 0);
    let claims = claims.map(|claim| ClaimSummary {
        party: text(&claim["party"]),
        insurer: text(&claim["insurer"]),
        state: text(&claim["state"]),
        text: format!("{} · {}", text(&claim["insurer_text"]), text(&claim["text"])),
    });
    let case = CaseSummary {
        claims: claims.collect(),
        id: case.to_owned(),
        state: text(&view["state"]),
        accord: text(&view["accord"]),
        revision: u32::try_from(newest["number"].as_u64().unwrap_or(0)).unwrap_or(0),
        parties: view["parties"].as_array().map_or(0, Vec::len),
        photos: manifest["photos"].as_array().map_or(0, Vec::len),
        record_sha256: text(&newest["subject_sha256"]),
        receipt: text(&newest["receipt"]["receipt"]["manifest_sha256"]),
        handovers: view["handovers"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|one| one["state"] != "open")
            .map(|one| (text(&one["app"]), text(&one["state"])))
            .collect(),
    };
    expect(case.record_sha256 == text(&view["revisions"][0]), "phone and gateway to hold the same record")?;
    Ok(case)
}

pub(super) fn summarise(stage: &mut Stage, cases: &[&str], begun: Instant) -> Result<Summary, Failed> {
    let times = stage.ask(Who::Surveyor, What::Scorecard)?;
    stage.clearing_ms = times[0]["clearing_ms"].as_i64();
    expect(stage.clearing_ms.is_some(), "a certain time from stopped to cleared")?;
    let mut queue = QueueSummary::default();
    for who in [Who::Surveyor, Who::Driver] {
        let seen = stage.ask(who, What::Queue)?;
        let count = |key: &str| u32::try_from(seen[key].as_u64().unwrap_or(0)).unwrap_or(0);
        queue.pending += count("pending");
        queue.parked += count("parked");
        queue.sent += count("done");
        queue.resent += count("resent");
        queue.operations += count("pending") + count("parked") + count("done");
    }
    let cases: Vec<CaseSummary> = cases.iter().map(|case| of_case(stage, case)).collect::<Result<_, _>>()?;
    let elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let args = [
        ("operations", queue.operations.into()),
        ("kills", stage.kills.into()),
        ("outages", stage.outages.into()),
        ("seconds", (elapsed_ms / 1000).into()),
    ];
    stage.tell("stranger", "story-end", &args);
    Ok(Summary {
        cases,
        photos: stage.photos.clone(),
        duty: stage.duty.clone(),
        queue,
        kills: stage.kills,
        outages: stage.outages,
        elapsed_ms,
    })
}
