//! Claim notices: once, for ever, only about what is stored and only to whom it names; and what their insurers answer.

use jingbao_core::{
    canon::{self, Sha256},
    wire::{ClaimTold, Manifest},
};
use jingbao_gateway::store::Role;
use serde_json::{Value, json};

use crate::fixture::{Answer, Gateway, Phone, case, op};

/// A recorder of one company, desks of two insurers, the driver of party B; a stored revision with A at PICC and B at
/// Ping An, and B's statement taken in.
struct Street {
    _data: tempfile::TempDir,
    gateway: Gateway,
    recorder: Phone,
    stranger: Phone,
    driver: Phone,
    picc: Phone,
    pingan: Phone,
    record: Sha256,
    statement: Vec<u8>,
}

const NOTICE: &str = "/v1/cases/{case}/claims/1";

fn at(path: &str) -> String {
    path.replace("{case}", &case(1).to_string())
}

impl Street {
    fn new() -> Street {
        let data = tempfile::tempdir().expect("folder");
        let of = |seed, role, company: &str| Phone::of(data.path(), seed, role, company);
        let (recorder, stranger) = (of(1, Role::Specialist, "cpic"), of(2, Role::Specialist, "cpic"));
        let (driver, picc, pingan) =
            (of(3, Role::Driver, ""), of(4, Role::Insurer, "picc"), of(5, Role::Insurer, "pingan"));
        let gateway = Gateway::start(data.path());
        let (statement, said) = driver.statement(case(1), "B", "说");
        let insurers = [("A", "picc"), ("B", "pingan"), ("C", "chinalife")];
        let (body, record) = recorder.insured(case(1), 1, None, &insurers, &[said], "追尾");
        assert_eq!(recorder.put(&gateway, &at("/v1/cases/{case}/revisions/1"), op(1), &body).status, 201);
        Street { _data: data, gateway, recorder, stranger, driver, picc, pingan, record, statement }
    }

    fn states(&self) {
        let path = at(&format!("/v1/cases/{{case}}/statements/{}/1", self.driver.id));
        assert_eq!(self.driver.put(&self.gateway, &path, op(90), &self.statement).status, 201);
    }

    fn notify(&self, number: u32, party: &str, insurer: &str) -> Answer {
        let body = self.recorder.notice(case(1), number, (1, self.record), (party, insurer), "看");
        let path = at(&format!("/v1/cases/{{case}}/claims/{number}"));
        self.recorder.put(&self.gateway, &path, op(10 + number as u8), &body)
    }

    fn answer(&self, desk: &Phone, number: u32, said: &Value) -> Answer {
        let path = at(&format!("/v1/cases/{{case}}/claims/{number}/states"));
        self.gateway.send("POST", &path, &[desk.auth()], said.to_string().as_bytes())
    }

    fn get(&self, reader: &Phone, path: &str) -> Answer {
        self.gateway.send("GET", &at(path), &[reader.auth()], b"")
    }

    /// What this reader hears of claims: number, sequence and state.
    fn heard(&self, reader: &Phone) -> Vec<(u32, u32, String)> {
        let feed = self.get(reader, "/v1/feed").json();
        let entries = feed["entries"].as_array().expect("entries").iter().filter(|entry| entry["kind"] == "claim");
        let told = entries.filter_map(|entry| serde_json::from_value::<ClaimTold>(entry["body"].clone()).ok());
        told.map(|told| (told.claim, told.seq, told.state)).collect()
    }
}

#[test]
fn invariant_3_the_same_notice_sent_again_is_one_claim_with_the_same_receipt_and_other_bytes_are_refused() {
    let street = Street::new();
    let first = street.notify(1, "A", "picc");
    assert_eq!(first.status, 201);
    let body = street.recorder.notice(case(1), 1, (1, street.record), ("A", "picc"), "看");
    let manifest = Manifest::Notice { case: case(1), notice: 1, sha256: Sha256::of(&body), bytes: body.len() as u64 };
    assert_eq!(first.receipt().check(&manifest, &street.gateway.key), Ok(()));
    let again = street.notify(1, "A", "picc");
    assert_eq!((again.status, &again.body), (200, &first.body));
    let other = street.recorder.notice(case(1), 1, (1, street.record), ("A", "picc"), "改");
    for operation in [op(11), op(77)] {
        let refused = street.recorder.put(&street.gateway, &at(NOTICE), operation, &other);
        assert_eq!((refused.status, refused.problem().as_str()), (422, "other-bytes"));
    }
    assert_eq!(street.heard(&street.picc), [(1, 0, "noticed".to_owned())], "told once");
    assert_eq!(street.notify(7, "A", "picc").status, 201, "a number may be left out: what was withheld never comes");
    let listed = street.get(&street.picc, "/v1/claims").json();
    assert_eq!(listed["claims"].as_array().map(Vec::len), Some(2));
    let rest = street.get(&street.picc, &format!("/v1/claims?after={}", listed["next"].as_str().expect("a place")));
    assert_eq!(rest.json(), json!({"claims": [], "next": listed["next"]}));
    assert_eq!(street.get(&street.picc, "/v1/claims?after=x").problem(), "bad-query");
}

#[test]
fn a_notice_counts_only_from_the_recorder_about_what_is_stored_and_to_the_insurer_that_the_record_names() {
    let street = Street::new();
    let send = |by: &Phone, number, of, to, operation| {
        let body = by.notice(case(1), number, of, to, "看");
        let path = at(&format!("/v1/cases/{{case}}/claims/{number}"));
        let refused = by.put(&street.gateway, &path, op(operation), &body);
        (refused.status, refused.problem())
    };
    let stored = (1, street.record);
    let refused = |status: u16, problem: &str| (status, problem.to_owned());
    let (picc, me) = (("A", "picc"), &street.recorder);
    assert_eq!(send(&street.stranger, 1, stored, picc, 20), refused(409, "other-recorder"));
    assert_eq!(send(&street.driver, 1, stored, picc, 21), refused(409, "other-recorder"), "a driver who is none");
    assert_eq!(send(me, 1, (2, street.record), picc, 22), refused(409, "missing-parent"), "not here yet: comes again");
    assert_eq!(send(me, 1, (1, Sha256::of(b"another")), picc, 23), refused(409, "missing-parent"));
    assert_eq!(send(me, 1, stored, ("A", "nobody"), 24), refused(422, "no-such-insurer"));
    assert_eq!(send(me, 1, stored, ("A", "pingan"), 25), refused(422, "no-such-insurer"), "that is B's");
    assert_eq!(send(me, 1, stored, ("C", "chinalife"), 26), refused(422, "no-such-insurer"), "it has no desk here");
    assert_eq!(send(me, 0, stored, picc, 27), refused(422, "malformed"));
    assert_eq!(street.heard(&street.picc), [], "and nobody heard of any of them");
}

#[test]
fn a_notice_with_a_false_signature_nature_view_or_device_is_refused() {
    let street = Street::new();
    let good = street.recorder.notice(case(1), 1, (1, street.record), ("A", "picc"), "看");
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut body: Value = serde_json::from_slice(&good).expect("json");
        change(&mut body);
        let body = canon::bytes(&body).expect("canonical");
        street.recorder.put(&street.gateway, &at(NOTICE), op(30), &body).problem()
    };
    assert_eq!(changed(&|body| body["head"]["head"]["size"] = 2.into()), "bad-head");
    assert_eq!(changed(&|body| body["notice"]["nature"] = "training".into()), "training");
    assert_eq!(changed(&|body| body["notice"]["view"]["nature"] = "training".into()), "training");
    assert_eq!(changed(&|body| body["notice"]["view"]["revision"] = 2.into()), "malformed");
    assert_eq!(changed(&|body| body["notice"]["view"]["case"] = json!(case(2))), "malformed");
    assert_eq!(changed(&|body| body["notice"]["number"] = 2.into()), "malformed");
    assert_eq!(changed(&|body| body["notice"]["device"] = json!(street.stranger.id)), "another-device");
    assert_eq!(changed(&|body| drop(body["notice"].as_object_mut().expect("an object").remove("view"))), "malformed");
    let mut spaced = good.clone();
    spaced.push(b' ');
    assert_eq!(street.recorder.put(&street.gateway, &at(NOTICE), op(30), &spaced).problem(), "not-canonical");
    assert_eq!(street.recorder.put(&street.gateway, &at(NOTICE), op(30), &good).status, 201, "nothing had been stored");
}

#[test]
fn an_insurers_answers_are_numbered_and_told_to_the_recorder_the_partys_own_phone_and_the_company() {
    let street = Street::new();
    street.states();
    assert_eq!([street.notify(1, "A", "picc"), street.notify(2, "B", "pingan")].map(|done| done.status), [201, 201]);
    let say = |number, said: Value| street.answer(&street.pingan, number, &said).status;
    assert_eq!(say(2, json!({"state": "received"})), 201);
    assert_eq!(say(2, json!({"state": "received"})), 200, "the same again is nothing new");
    assert_eq!(say(2, json!({"state": "needs_more", "reason": "unreadable_photos"})), 201);
    assert_eq!(say(2, json!({"state": "needs_more", "reason": "incomplete"})), 201, "another reason is news");
    assert_eq!(say(2, json!({"state": "accepted"})), 201);
    assert_eq!(say(2, json!({"state": "settled"})), 201);
    let all: Vec<(u32, u32, String)> = (1..)
        .zip(["received", "needs_more", "needs_more", "accepted", "settled"])
        .map(|(seq, state)| (2, seq, state.to_owned()))
        .collect();
    assert_eq!(street.heard(&street.recorder), all);
    assert_eq!(street.heard(&street.driver), all, "B's own phone");
    let noticed = vec![(2, 0, "noticed".to_owned())];
    assert_eq!(street.heard(&street.pingan), [noticed, all].concat());
    assert_eq!(street.heard(&street.picc), [(1, 0, "noticed".to_owned())], "of its own customer alone");
    assert_eq!(street.heard(&street.stranger), []);
}

#[test]
fn answers_that_cannot_be_or_are_not_this_desks_are_refused_and_change_nothing() {
    let street = Street::new();
    assert_eq!(street.notify(1, "A", "picc").status, 201);
    let say = |said: Value| street.answer(&street.picc, 1, &said);
    assert_eq!(say(json!({"state": "refused"})).problem(), "malformed", "a refusal has a reason");
    assert_eq!(say(json!({"state": "accepted", "reason": "incomplete"})).problem(), "malformed");
    assert_eq!(say(json!({"state": "perhaps"})).problem(), "malformed");
    assert_eq!(say(json!({"state": "accepted", "amount": 5})).problem(), "malformed");
    let early = say(json!({"state": "settled"}));
    assert_eq!((early.status, early.problem().as_str()), (409, "out-of-order"));
    assert_eq!(early.json()["state"], "noticed");
    let foreign = street.answer(&street.pingan, 1, &json!({"state": "accepted"}));
    let nowhere = street.answer(&street.pingan, 9, &json!({"state": "accepted"}));
    assert_eq!((foreign.status, foreign.body), (404, nowhere.body), "as if there were none");
    assert_eq!(street.answer(&street.recorder, 1, &json!({"state": "accepted"})).problem(), "not-for-this-role");
    assert_eq!(street.heard(&street.recorder), []);
    assert_eq!(say(json!({"state": "refused", "reason": "not_covered"})).status, 201);
    assert_eq!(say(json!({"state": "received"})).problem(), "out-of-order");
    let seen = street.get(&street.picc, NOTICE).json();
    assert_eq!(seen["states"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&seen["states"][1]["reason"], &seen["body"]["notice"]["view"]["words"]),
        (&json!("not_covered"), &json!("看"))
    );
}

#[test]
fn a_partys_phone_whose_statement_comes_late_hears_the_last_answer_and_one_that_only_says_it_is_this_party_none() {
    let street = Street::new();
    assert_eq!(street.notify(2, "B", "pingan").status, 201);
    for state in ["received", "accepted"] {
        assert_eq!(street.answer(&street.pingan, 2, &json!({"state": state})).status, 201);
    }
    let (body, _) = street.stranger.statement(case(1), "B", "我才是乙方");
    let path = at(&format!("/v1/cases/{{case}}/statements/{}/1", street.stranger.id));
    assert_eq!(street.stranger.put(&street.gateway, &path, op(91), &body).status, 201);
    assert_eq!(street.heard(&street.stranger), [], "no record took it in");
    assert_eq!(street.heard(&street.driver), []);
    street.states();
    assert_eq!(street.heard(&street.driver), [(2, 2, "accepted".to_owned())]);
    assert_eq!(street.answer(&street.pingan, 2, &json!({"state": "settled"})).status, 201);
    assert_eq!(street.heard(&street.driver).len(), 2);
    assert_eq!(street.heard(&street.stranger), []);
}
