//! The simulator's gateway against the real one: the same random requests, right and wrong ones, to both; each must say
//! the same, and at the end hold the same. So the model cannot drift from what it stands for.

use std::{collections::BTreeMap, rc::Rc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jingbao_core::{
    canon::{self, Sha256},
    id::{CaseId, OpId},
    wire::{EventBatch, Feed, SignedReceipt},
};
use jingbao_gateway::{
    desk,
    store::{Device, Role},
};
use jingbao_tests::simulator::{
    dice::Dice,
    gateway::Gateway as Model,
    paper::{self, Key, Kind},
    wire::{Answer, Ask, Form},
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::fixture::{Gateway, runtime};

const PHONES: usize = 2;

/// The real gateway with both phones enrolled, and what it called the uploads that the model calls otherwise.
struct Real {
    gateway: Gateway,
    tokens: Vec<String>,
    client: reqwest::Client,
    uploads: BTreeMap<String, String>,
    receipts: BTreeMap<Sha256, SignedReceipt>,
}

#[test]
fn t17_s14_the_simulated_gateway_answers_and_stores_what_the_real_one_does() {
    // A client of its own wants one, though it speaks no TLS here.
    let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
    let mut statuses = BTreeMap::<(u16, String), u32>::new();
    for seed in 0..10 {
        let folder = tempfile::tempdir().expect("a folder");
        let gateway = Gateway::start(folder.path());
        let enrolled = |n| {
            let key = Some(Key::of_phone(n).public().clone());
            let device = Device { id: paper::device(n), key, company: "PICC".into(), role: Role::Specialist };
            desk::device::add(folder.path(), &device).expect("enrolled")
        };
        let tokens = (0..PHONES).map(enrolled).collect();
        let (uploads, receipts) = (BTreeMap::new(), BTreeMap::new());
        let mut real = Real { gateway, tokens, client: reqwest::Client::new(), uploads, receipts };
        let devices = (0..PHONES).map(|n| (paper::device(n), Key::of_phone(n).public().clone())).collect();
        let mut model = Model::new(devices, seed);
        let mut dice = Dice::of(seed, 5);
        let mut known: Vec<Known> = Vec::new();
        runtime().block_on(async {
            for _ in 0..150 {
                let phone = dice.below(PHONES as u64) as usize;
                let ask = ask(&mut dice, phone, &known);
                let token = (!dice.hits(30)).then_some(phone);
                let expected = model.answer(token.map(paper::device), &ask).expect("no knife");
                let said = real.answer(token, &ask, expected.upload.as_deref()).await;
                assert_eq!((said.status, said.form), (expected.status, expected.form), "{}", ask.name());
                let offset = |answer: &Answer| answer.offset.filter(|_| answer.status != 409 || is_append(&ask));
                assert_eq!(offset(&said), offset(&expected), "{}", ask.name());
                real.same_receipt(&said, &expected);
                if let (Some(id), Ask::Create { case, sha256, .. }) = (expected.upload, &ask) {
                    known.push(Known { id, phone, case: *case, sha256: *sha256 });
                }
                *statuses.entry((said.status, format!("{:?}", said.form))).or_default() += 1;
            }
            real.same_effects(&model).await;
        });
    }
    // Every kind of answer has been met, or the requests were too tame.
    let met = |status, code: &str| statuses.iter().any(|((of, form), _)| *of == status && form.contains(code));
    for (status, code) in [
        (200, "Plain"),
        (201, "Plain"),
        (204, "Plain"),
        (401, "unauthorised"),
        (403, "another-device"),
        (404, "not-found"),
        (409, "missing-parent"),
        (409, "other-recorder"),
        (409, "wrong-offset"),
        (409, "incomplete"),
        (413, "too-large"),
        (422, "other-bytes"),
        (422, "malformed"),
        (422, "not-canonical"),
        (422, "training"),
        (422, "bad-head"),
        (422, "hash-mismatch"),
    ] {
        assert!(met(status, code), "{status} {code} was never met: {statuses:?}");
    }
}

/// An upload as it was begun.
#[derive(Clone)]
struct Known {
    id: String,
    phone: usize,
    case: CaseId,
    sha256: Sha256,
}

fn is_append(ask: &Ask) -> bool {
    matches!(ask, Ask::Append { .. })
}

/// A request, often a right one, as often not.
fn ask(dice: &mut Dice, phone: usize, known: &[Known]) -> Ask {
    let (of, number) = (dice.below(2) as usize, dice.below(4));
    let case = paper::case(of);
    let own: Vec<&Known> = known.iter().filter(|known| known.phone == phone || dice.hits(100)).collect();
    let begun = match own.len() {
        0 => None,
        n => dice.hits(900).then(|| own[n - 1 - dice.below(n.min(2) as u64) as usize].clone()),
    };
    let upload = begun.as_ref().map_or_else(|| "f".repeat(32), |begun| begun.id.clone());
    match dice.below(12) {
        0..3 => {
            // In most sequences phone 0 comes first in case 0, and so on; now and then another tries.
            let body = document(dice, "record", phone, of, number);
            let op = operation(dice, 0, phone, of, number);
            Ask::Revision { case, number: if dice.hits(900) { number as u32 } else { 2 }, op, body }
        }
        3 => {
            let body = document(dice, "statement", phone, of, number);
            let op = operation(dice, 1, phone, of, number);
            let device = paper::device(if dice.hits(900) { phone } else { 1 - phone });
            Ask::Statement { case, device, number: number as u32, op, body }
        }
        4 => events(dice, phone),
        5 => {
            let kept = dice.below(3);
            let length = if dice.hits(60) { 1 << 40 } else { PHOTO };
            let sha256 = Sha256::of(&paper::picture(kept, PHOTO));
            Ask::Create { case, photo: paper::photo(kept), sha256, length }
        }
        6 => Ask::Offset { upload },
        7 | 8 if dice.hits(850) => {
            let kept = dice.below(3);
            let picture = paper::picture(kept, PHOTO);
            let offset = dice.pick(&[0, 0, 0, HALF, HALF, PHOTO, 7]);
            let left = PHOTO - offset.min(PHOTO);
            let most = dice.pick(&[left, left, left.min(HALF), PHOTO + 5]);
            let bytes = picture.iter().cycle().skip(offset as usize).take(most as usize).copied().collect();
            Ask::Append { upload, offset, bytes, cut: false }
        }
        7 | 8 => Ask::Drop { upload },
        _ => match begun.filter(|_| dice.hits(800)) {
            Some(begun) => Ask::Commit { case: begun.case, sha256: begun.sha256, upload },
            None => Ask::Commit { case, sha256: Sha256::of(&paper::picture(dice.below(3), PHOTO)), upload },
        },
    }
}

const PHOTO: u64 = 400;
const HALF: u64 = 200;

fn operation(dice: &mut Dice, kind: u64, phone: usize, of: usize, number: u64) -> OpId {
    let own = kind * 100 + phone as u64 * 40 + of as u64 * 10 + number;
    paper::op(if dice.hits(900) { own } else { dice.below(200) })
}

/// A body: right, or wrong in one of the ways there are.
fn document(dice: &mut Dice, member: &str, phone: usize, of: usize, number: u64) -> Rc<[u8]> {
    let kind = if member == "record" { Kind::Revision } else { Kind::Statement };
    let right = paper::paper(kind, phone, of, number.max(1)).body.clone();
    let mut value: Value = serde_json::from_slice(&right).expect("json");
    let body = match dice.below(30) {
        0 => right[..right.len() / 2].to_vec(),
        1 => serde_json::to_vec_pretty(&value).expect("json"),
        2 => paper::paper(kind, 1 - phone, of, number.max(1)).body.clone(),
        3 => paper::paper(kind, phone, 1 - of, number.max(1)).body.clone(),
        4 => {
            value[member]["nature"] = "training".into();
            canon::bytes(&value).expect("canonical")
        }
        5 => {
            value["head"]["head"]["size"] = 99.into();
            canon::bytes(&value).expect("canonical")
        }
        6 => {
            value[member]["says"] = "other words".into();
            canon::bytes(&value).expect("canonical")
        }
        7 => {
            value["more"] = 1.into();
            canon::bytes(&value).expect("canonical")
        }
        8 => {
            value[member]["parent"] = Value::Null;
            canon::bytes(&value).expect("canonical")
        }
        9 => {
            let who = if member == "record" { "recorder" } else { "device" };
            value[member][who] = json!(paper::device(1 - phone));
            canon::bytes(&value).expect("canonical")
        }
        _ => right,
    };
    body.into()
}

fn events(dice: &mut Dice, phone: usize) -> Ask {
    let one = |seq: u64| -> EventBatch {
        serde_json::from_slice(&paper::paper(Kind::Event, phone, 0, seq).body).expect("a batch")
    };
    let (first, count) = (dice.below(6), dice.below(4));
    let mut batch = EventBatch { device: paper::device(phone), events: Vec::new() };
    batch.events.extend((first..first + count).flat_map(|seq| one(seq).events));
    match dice.below(12) {
        0 => batch.device = paper::device(1 - phone),
        1 => batch.events.iter_mut().for_each(|event| event.kind = "other".into()),
        2 => batch.events.reverse(),
        _ => {}
    }
    Ask::Events { body: canon::bytes(&batch).expect("canonical").into() }
}

impl Real {
    fn request(&self, method: Method, path: &str, token: Option<usize>) -> RequestBuilder {
        let request = self.client.request(method, format!("http://{}{path}", self.gateway.address));
        request.bearer_auth(token.map_or("nobody's", |phone| &self.tokens[phone]))
    }

    /// The same request over HTTP. `new` is what the model has just called an upload.
    async fn answer(&mut self, token: Option<usize>, ask: &Ask, new: Option<&str>) -> Answer {
        let at = |id: &String| format!("/v1/uploads/{}", self.uploads.get(id).unwrap_or(id));
        let tus = |request: RequestBuilder| request.header("tus-resumable", "1.0.0");
        let put = |path: String, op: &OpId, body: &Rc<[u8]>| {
            let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::of(body).0));
            let request = self.request(Method::PUT, &path, token);
            request.header("idempotency-key", op.to_string()).header("repr-digest", digest).body(body.to_vec())
        };
        let request = match ask {
            Ask::Revision { case, number, op, body } => put(format!("/v1/cases/{case}/revisions/{number}"), op, body),
            Ask::Statement { case, device, number, op, body } => {
                put(format!("/v1/cases/{case}/statements/{device}/{number}"), op, body)
            }
            Ask::Events { body } => self.request(Method::POST, "/v1/events", token).body(body.to_vec()),
            Ask::Create { case, photo, sha256, length } => {
                let pair = |key: &str, value: String| format!("{key} {}", STANDARD.encode(value));
                let all = [("case", case.to_string()), ("photo", photo.to_string()), ("sha256", sha256.to_string())];
                let metadata = all.map(|(key, value)| pair(key, value)).join(",");
                let request = tus(self.request(Method::POST, "/v1/uploads", token));
                request.header("upload-length", *length).header("upload-metadata", metadata)
            }
            Ask::Offset { upload } => tus(self.request(Method::HEAD, &at(upload), token)),
            Ask::Append { upload, offset, bytes, .. } => tus(self.request(Method::PATCH, &at(upload), token))
                .header("upload-offset", *offset)
                .header("content-type", "application/offset+octet-stream")
                .body(bytes.clone()),
            Ask::Drop { upload } => tus(self.request(Method::DELETE, &at(upload), token)),
            Ask::Commit { case, sha256, upload } => {
                let upload = self.uploads.get(upload).unwrap_or(upload);
                let path = format!("/v1/cases/{case}/photos/{sha256}/commit");
                self.request(Method::POST, &path, token).json(&json!({ "upload": upload }))
            }
            Ask::Feed { after } => self.request(Method::GET, &format!("/v1/feed?after={after}"), token),
        };
        let response = request.send().await.expect("an answer");
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (status, location) = (response.status().as_u16(), header("location"));
        let offset = header("upload-offset").and_then(|text| text.parse().ok());
        let is_problem = header("content-type").is_some_and(|kind| kind.starts_with("application/problem+json"));
        let body = response.bytes().await.expect("a body");
        let id = location.and_then(|path| Some(path.rsplit('/').next()?.to_owned()));
        if let (Some(model), Some(id)) = (new, id.clone()) {
            self.uploads.insert(model.to_owned(), id);
        }
        let form = match (is_problem, ask) {
            // An answer to HEAD has no body to read the code from.
            (true, Ask::Offset { .. }) if status == 404 => Form::Problem("not-found"),
            (true, Ask::Offset { .. }) => Form::Problem("unauthorised"),
            (true, _) => Form::Problem(code(&body)),
            (false, _) => Form::Plain,
        };
        Answer { status, form, body: body.to_vec().into(), retry_after: None, offset, upload: id }
    }

    /// A receipt is about the same, verifies, and is the same for ever.
    fn same_receipt(&mut self, said: &Answer, expected: &Answer) {
        let Ok(own) = serde_json::from_slice::<SignedReceipt>(&expected.body) else { return };
        let receipt: SignedReceipt = serde_json::from_slice(&said.body).expect("a receipt");
        assert_eq!(receipt.check(&own.receipt.manifest, &self.gateway.key), Ok(()));
        assert_eq!(receipt.receipt.head_sha256, own.receipt.head_sha256);
        let first = self.receipts.entry(receipt.receipt.manifest_sha256).or_insert_with(|| receipt.clone());
        assert_eq!(first, &receipt);
    }

    /// What is asked of both at the end.
    async fn same_effects(&self, model: &Model) {
        for phone in 0..PHONES {
            let feed = self.request(Method::GET, "/v1/feed?after=0", Some(phone)).send().await.expect("an answer");
            let feed: Feed = feed.json().await.expect("a feed");
            let told = feed.entries.iter().filter(|entry| entry.kind == "claim").count();
            let own = model.base.feed.iter().filter(|to| **to == paper::device(phone)).count();
            assert_eq!(told, own);
        }
        for of in 0..2 {
            let case = paper::case(of);
            let mut seen: Value = Value::Null;
            for phone in 0..PHONES {
                let path = format!("/v1/cases/{case}");
                let view = self.request(Method::GET, &path, Some(phone)).send().await.expect("an answer");
                if view.status().is_success() {
                    seen = view.json().await.expect("a view");
                }
            }
            let hashes = |name: &str| -> Vec<String> {
                let all = seen[name].as_array().into_iter().flatten();
                let mut all: Vec<String> = all.filter_map(|one| one["sha256"].as_str().map(str::to_owned)).collect();
                all.sort();
                all
            };
            let sorted = |mut all: Vec<String>| {
                all.sort();
                all
            };
            let base = &model.base;
            let revisions = base.revisions.iter().filter(|((at, _), _)| *at == case);
            let revisions = revisions.map(|(_, stored)| Sha256::of(&stored.body).to_string()).collect();
            assert_eq!(hashes("revisions"), sorted(revisions));
            let statements = base.statements.iter().filter(|((at, ..), _)| *at == case);
            let statements = statements.map(|(_, stored)| Sha256::of(&stored.body).to_string()).collect();
            assert_eq!(hashes("statements"), sorted(statements));
            let photos = base.photos.iter().filter(|((at, ..), _)| *at == case);
            let photos = photos.map(|(_, bytes)| Sha256::of(bytes).to_string()).collect();
            assert_eq!(hashes("photos"), sorted(photos));
        }
    }
}

/// The last part of a problem's type, as the model names it.
fn code(body: &[u8]) -> &'static str {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let kind = value["type"].as_str().and_then(|kind| kind.rsplit(':').next()).unwrap_or_default().to_owned();
    let known = jingbao_gateway::serve::Kind::ALL.iter().map(|kind| kind.as_str());
    known.into_iter().find(|code| *code == kind).unwrap_or("unknown")
}
