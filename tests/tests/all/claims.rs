//! Claim notices through every layer: made on the recorder, delivered once, answered by the insurer's desk, withheld when a
//! consent is taken back before they go, and whole after a kill at any step.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use jingbao::{
    Field,
    records::CodeKind,
    views::{CaseView, ClaimView},
};
use jingbao_core::id::DeviceId;
use jingbao_gateway::{
    desk,
    store::{Device, Role},
};
use jingbao_tests::roadside::Installation;
use serde_json::{Value, json};

use crate::{
    delivery::{Road, deliver, road, sealed},
    fixture::{Gateway, answer, complete, enrol, sight, sign_all, sync, verify},
    misuse::{Kind, LANGS, in_language, says},
};

/// The token of an insurer's desk.
fn desk_of(data: &Path, company: &str, seed: u8) -> String {
    let id = DeviceId::from_parts(jingbao_core::time::Timestamp(1), [seed; 10]);
    let device = Device { id, key: None, company: company.to_owned(), role: Role::Insurer };
    desk::device::add(data, &device).expect("a desk")
}

/// One request as a desk makes it: status and body.
fn ask(gateway: &Gateway, token: &str, method: &str, path: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(gateway.address).expect("connected");
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nhost: gateway\r\nauthorization: Bearer {token}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .expect("sent");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).expect("an answer");
    let (head, body) = reply.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
    (status, serde_json::from_str(body).unwrap_or_default())
}

fn agree(field: &Field, case: &str) {
    for (party, receiver) in
        [("A", "own_insurer"), ("B", "other_insurer"), ("B", "own_insurer"), ("A", "other_insurer")]
    {
        field.consent(case.to_owned(), party.into(), receiver.into(), 1).expect("agreed");
    }
}

/// A road with a desk of PICC, whose customers both parties are, and its token.
fn insured() -> (Road, String) {
    let road = road();
    let token = desk_of(&road.folder.path().join("gateway"), "picc", 9);
    (road, token)
}

fn line(view: &CaseView, party: &str) -> ClaimView {
    view.claims.iter().find(|claim| claim.party == party).expect("a line").clone()
}

fn states(field: &Field, case: &str) -> Vec<(String, String)> {
    let view = field.case(case.to_owned()).expect("a view");
    view.claims.into_iter().map(|claim| (claim.party, claim.state)).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(party, state)| ((*party).to_owned(), (*state).to_owned())).collect()
}

fn reopened(road: &Road, field: &Field) -> Arc<Field> {
    field.shutdown();
    road.phone.open().expect("opens")
}

#[test]
fn a_party_notifies_its_own_insurer_and_reads_what_it_answers_also_after_a_restart() {
    let (road, token) = insured();
    let field = road.phone.open().expect("opens");
    let case = sealed(&field);
    assert_eq!(states(&field, &case), pairs(&[("A", "not_ready"), ("B", "not_ready")]));
    agree(&field, &case);
    let view = field.case(case.clone()).expect("a view");
    assert!(view.claims.iter().all(|claim| claim.state == "ready" && claim.may_notify));
    let view = field.notify_insurer(case.clone(), "A".into()).expect("notified");
    assert_eq!((line(&view, "A").state.as_str(), line(&view, "A").insurer.as_str()), ("queued", "picc"));
    let field = reopened(&road, &field);
    assert_eq!(states(&field, &case), pairs(&[("A", "queued"), ("B", "ready")]));
    deliver(&field);
    assert_eq!(states(&field, &case), pairs(&[("A", "noticed"), ("B", "ready")]));

    let (status, listed) = ask(&road.gateway, &token, "GET", "/v1/claims", "");
    assert_eq!((status, listed["claims"][0]["case"].as_str()), (200, Some(case.as_str())));
    let (_, claim) = ask(&road.gateway, &token, "GET", &format!("/v1/cases/{case}/claims/1"), "");
    let notice = &claim["body"]["notice"];
    assert_eq!(
        (&notice["insurer"], &notice["plate"], &notice["revision"]),
        (&json!("picc"), &json!("鲁F12345"), &json!(1))
    );
    assert_eq!(notice["record"], field.case(case.clone()).expect("a view").revisions[0]);
    let say = |said: Value| {
        let path = format!("/v1/cases/{case}/claims/1/states");
        ask(&road.gateway, &token, "POST", &path, &said.to_string()).0
    };
    assert_eq!(
        [say(json!({"state": "received"})), say(json!({"state": "needs_more", "reason": "inspection"}))],
        [201, 201]
    );
    sync(&field, 10);
    let told = line(&field.case(case.clone()).expect("a view"), "A");
    assert_eq!((told.state.as_str(), told.reason.as_deref()), ("needs_more", Some("inspection")));
    assert!(told.at_ms.is_some() && told.reason_text.is_some_and(|text| text != "inspection"));
    let field = reopened(&road, &field);
    assert_eq!(states(&field, &case)[0].1, "needs_more", "kept in the transaction that moved the cursor");
    assert_eq!(say(json!({"state": "accepted"})), 201);
    sync(&field, 10);
    assert_eq!(states(&field, &case)[0].1, "accepted");

    let bundle = road.folder.path().join("bundle.zip");
    field.export(case.clone(), bundle.display().to_string()).expect("exported");
    assert_eq!(verify(&bundle)["whole"], true, "the notice and its receipt are in it");
    let zip = zip::ZipArchive::new(std::fs::File::open(&bundle).expect("a file")).expect("a zip");
    assert!(zip.file_names().any(|name| name.ends_with("data/notices/notice-1.json")));
}

#[test]
fn t30_a_consent_taken_back_before_the_notice_goes_keeps_it_here_with_a_trace_and_nobody_gets_it() {
    let (road, token) = insured();
    let field = road.phone.open().expect("opens");
    let case = sealed(&field);
    agree(&field, &case);
    field.notify_insurer(case.clone(), "A".into()).expect("notified");
    field.notify_insurer(case.clone(), "B".into()).expect("notified");
    field.withdraw(case.clone(), "B".into(), "other_insurer".into()).expect("taken");
    let after = pairs(&[("A", "withheld"), ("B", "queued"), ("A", "not_ready")]);
    assert_eq!(states(&field, &case), after);
    let field = reopened(&road, &field);
    assert_eq!(states(&field, &case), after);
    let item = field.queue().expect("a queue").items.into_iter().find(|item| item.state == "withdrawn").expect("there");
    assert!(item.kind == "notice" && !item.why.is_empty(), "visible, never silently gone");
    field.retry(item.op).expect("heard");
    deliver(&field);
    let (_, listed) = ask(&road.gateway, &token, "GET", "/v1/claims", "");
    assert_eq!(listed["claims"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["claims"][0]["party"], "B");

    field.withdraw(case.clone(), "B".into(), "own_insurer".into()).expect("taken");
    assert_eq!(states(&field, &case)[1].1, "noticed", "what is there is not called back");
    field.consent(case.clone(), "B".into(), "other_insurer".into(), 1).expect("agreed anew");
    field.notify_insurer(case.clone(), "A".into()).expect("notified anew");
    deliver(&field);
    let (_, listed) = ask(&road.gateway, &token, "GET", "/v1/claims", "");
    let numbers: Vec<&Value> =
        listed["claims"].as_array().expect("a list").iter().map(|claim| &claim["claim"]).collect();
    assert_eq!(numbers, [2, 3], "the withheld one never came");
    let bundle = road.folder.path().join("bundle.zip");
    field.export(case, bundle.display().to_string()).expect("exported");
    assert_eq!(verify(&bundle)["whole"], true);
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&bundle).expect("a file")).expect("a zip");
    let logs = zip.file_names().filter(|name| name.contains("data/custody/") && name.ends_with(".jsonl"));
    let name = logs.filter(|name| !name.ends_with("-heads.jsonl")).map(str::to_owned).next();
    let mut text = String::new();
    zip.by_name(&name.expect("a log")).expect("there").read_to_string(&mut text).expect("text");
    assert_eq!(text.matches("\"notice_withheld\"").count(), 1);
    assert_eq!(text.matches("\"notified\"").count(), 3);
}

#[test]
fn there_is_no_notice_in_training_before_the_seal_or_on_another_phone_and_each_refusal_has_words() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let home = |name: &str, number| {
            let home = folder.path().join(name);
            std::fs::create_dir_all(&home).expect("a folder");
            let mut phone = Installation::new(&home, number);
            phone.lang = lang.to_owned();
            phone.open().expect("opens")
        };
        let (field, driver) = (home("recorder", 1), home("driver", 2));
        let refused = |field: &Field, case: &str, party: &str, code: &str| {
            says(field.notify_insurer(case.to_owned(), party.into()), Kind::Refused, code, lang);
        };
        let training = sight(&field, true);
        refused(&field, &training, "A", "claim-none-training");
        let case = sight(&field, false);
        refused(&field, &case, "A", "error-not-sealed");
        let invitation = field.show_code(case.clone(), CodeKind::Invitation { party: "B".into() }).expect("a code");
        driver.scan(invitation).expect("joined");
        refused(&driver, &case, "B", "error-not-sealed");
        complete(&field, &case);
        answer(&field, &case, Some("B"), "party.insurer", "unknown");
        sign_all(&field, &case);
        field.seal(case.clone(), None).expect("sealed");
        refused(&field, &case, "A", "redact-not-consented");
        agree(&field, &case);
        refused(&field, &case, "C", "error-consent-no-party");
        refused(&field, &case, "B", "claim-none-no_insurer");
        let view = field.notify_insurer(case.clone(), "A".into()).expect("notified");
        refused(&field, &case, "A", "claim-none-already");
        for claim in &view.claims {
            in_language(&claim.text, lang);
            claim.reason_text.iter().for_each(|text| in_language(text, lang));
        }
        assert_eq!(line(&view, "B").reason.as_deref(), Some("claim-none-no_insurer"));
    }
}

#[test]
fn an_insurer_without_a_desk_gets_nothing_and_the_notice_is_parked_with_its_reason_until_it_has_one() {
    let road = road();
    let field = road.phone.open().expect("opens");
    let case = sealed(&field);
    agree(&field, &case);
    field.notify_insurer(case.clone(), "A".into()).expect("notified");
    assert_eq!(sync(&field, 20).parked, 1);
    assert_eq!(field.case(case.clone()).expect("a view").state, "stored", "it holds nothing else up");
    let item = field.queue().expect("a queue").items.into_iter().find(|item| item.state == "parked").expect("there");
    assert_eq!(item.kind, "notice");
    in_language(&item.why, "zh");
    let token = desk_of(&road.folder.path().join("gateway"), "picc", 9);
    field.retry(item.op).expect("now");
    deliver(&field);
    let (_, listed) = ask(&road.gateway, &token, "GET", "/v1/claims", "");
    assert_eq!(listed["claims"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_drivers_own_phone_hears_what_its_insurer_says_and_its_withdrawal_withholds_at_the_recorder() {
    let (road, token) = insured();
    let home = road.folder.path().join("driver");
    std::fs::create_dir_all(&home).expect("a folder");
    let mut other = Installation::new(&home, 2);
    enrol(&mut other, &road.gateway, &road.folder.path().join("gateway"));
    let (field, driver) = (road.phone.open().expect("opens"), other.open().expect("opens"));
    let case = sight(&field, false);
    let invitation = field.show_code(case.clone(), CodeKind::Invitation { party: "B".into() }).expect("a code");
    driver.scan(invitation).expect("joined");
    complete(&field, &case);
    driver.consent(case.clone(), "B".into(), "own_insurer".into(), 1).expect("agreed");
    driver.consent(case.clone(), "B".into(), "other_insurer".into(), 1).expect("agreed");
    let hand_over = || {
        let code = driver.show_code(case.clone(), CodeKind::Statement).expect("a code");
        field.scan(code).expect("taken in");
    };
    hand_over();
    sign_all(&field, &case);
    field.seal(case.clone(), None).expect("sealed");
    field.consent(case.clone(), "A".into(), "own_insurer".into(), 1).expect("agreed");
    field.consent(case.clone(), "A".into(), "other_insurer".into(), 1).expect("agreed");
    field.notify_insurer(case.clone(), "B".into()).expect("by what B said on its own phone");
    deliver(&field);
    deliver(&driver);
    let path = format!("/v1/cases/{case}/claims/1/states");
    assert_eq!(ask(&road.gateway, &token, "POST", &path, "{\"state\": \"accepted\"}").0, 201);
    sync(&driver, 10);
    assert_eq!(states(&driver, &case), pairs(&[("B", "accepted")]), "what my insurer says");
    sync(&field, 10);
    assert_eq!(line(&field.case(case.clone()).expect("a view"), "B").state, "accepted");

    field.notify_insurer(case.clone(), "A".into()).expect("notified");
    driver.withdraw(case.clone(), "B".into(), "other_insurer".into()).expect("taken");
    hand_over();
    assert_eq!(line(&field.case(case.clone()).expect("a view"), "A").state, "withheld");
    deliver(&field);
    let (_, listed) = ask(&road.gateway, &token, "GET", "/v1/claims", "");
    assert_eq!(listed["claims"].as_array().map(Vec::len), Some(1));
}

/// Runs the phone in a process of its own and kills it where it stops.
fn kill(folder: &Path, what: &str, step: &str, passes: u32) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_crashling"))
        .args([folder.display().to_string(), what.into(), step.into(), passes.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == "stopped"), "{what} at {step}");
    child.kill().expect("killed");
    child.wait().expect("ended");
}

#[test]
fn invariant_1_a_notice_killed_at_any_step_of_its_making_is_there_once_or_was_never_made() {
    for (step, passes, made) in [
        ("rows written", 0, false),
        ("rows committed", 0, true),
        ("rows written", 1, true),
        ("rows committed", 1, true),
        ("never", 0, true),
    ] {
        let (road, token) = insured();
        let field = road.phone.open().expect("opens");
        let case = sealed(&field);
        agree(&field, &case);
        field.shutdown();
        kill(&road.phone.folder, "notify", step, passes);
        let field = road.phone.open().expect("opens");
        assert_eq!(states(&field, &case)[0].1, if made { "queued" } else { "ready" }, "{step} {passes}");
        if !made {
            field.notify_insurer(case.clone(), "A".into()).expect("now");
        }
        deliver(&field);
        let (_, listed) = ask(&road.gateway, &token, "GET", "/v1/claims", "");
        assert_eq!(listed["claims"].as_array().map(Vec::len), Some(1), "{step} {passes}");
    }
}

#[test]
fn invariant_3_a_notice_killed_on_its_way_or_before_its_answer_counts_arrives_once() {
    for step in ["notice leaves", "notice answered"] {
        let (road, token) = insured();
        let field = road.phone.open().expect("opens");
        let case = sealed(&field);
        agree(&field, &case);
        field.notify_insurer(case.clone(), "A".into()).expect("notified");
        field.shutdown();
        let (address, key) = road.phone.gateway.clone().expect("a gateway");
        let wire = [address, key, road.phone.token.clone().expect("a token")].join("\n");
        std::fs::write(road.phone.folder.join("wire"), wire).expect("written");
        kill(&road.phone.folder, "deliver", step, 0);
        let field = road.phone.open().expect("opens");
        assert_eq!(states(&field, &case)[0].1, "queued", "{step}: no receipt is no delivery");
        deliver(&field);
        assert_eq!(states(&field, &case)[0].1, "noticed", "{step}");
        let (_, listed) = ask(&road.gateway, &token, "GET", "/v1/claims", "");
        assert_eq!(listed["claims"].as_array().map(Vec::len), Some(1), "{step}");
    }
}

#[test]
fn t30_a_withdrawal_killed_before_its_trace_withholds_all_the_same() {
    for (step, passes) in [("rows committed", 0), ("rows written", 1), ("rows committed", 1)] {
        let (road, token) = insured();
        let field = road.phone.open().expect("opens");
        let case = sealed(&field);
        agree(&field, &case);
        field.notify_insurer(case.clone(), "A".into()).expect("notified");
        field.shutdown();
        kill(&road.phone.folder, "withdraw", step, passes);
        let field = road.phone.open().expect("opens");
        assert_eq!(states(&field, &case)[0].1, "withheld", "{step} {passes}");
        deliver(&field);
        let (_, listed) = ask(&road.gateway, &token, "GET", "/v1/claims", "");
        assert_eq!(listed["claims"].as_array().map(Vec::len), Some(0), "{step} {passes}");
    }
}
