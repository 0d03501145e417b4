//! A gateway in this process and a case on one phone, through the bindings.

use std::{net::SocketAddr, path::Path, sync::Arc, thread::JoinHandle};

use jingbao::{
    Field,
    records::{PhotoInput, Reply, SightInput, SignatureFactor, SignatureInput, SignatureRound, StrokePoint},
    views::{CaseView, QueueView, SyncBudget, SyncReport},
};
use jingbao_core::canon::PublicKey;
use jingbao_gateway::{
    desk,
    serve::Server,
    store::{Device, Role},
};
use jingbao_tests::roadside::{Installation, fitting_answer, small_photo};

pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    pub(crate) key: PublicKey,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Gateway {
    pub(crate) fn start(data: &Path) -> Gateway {
        let (ready, started) = std::sync::mpsc::channel();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let data = data.to_owned();
        let thread = std::thread::spawn(move || {
            runtime().block_on(async {
                let server = Server::bind("127.0.0.1:0".parse().expect("address"), &data).await.expect("bound");
                ready.send((server.address(), server.key().clone())).expect("told");
                tokio::select! {
                    ended = server.run(std::future::pending()) => ended.expect("served"),
                    _ = stopped => {}
                }
            });
        });
        let (address, key) = started.recv().expect("started");
        Gateway { address, key, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn setting(&self) -> Option<(String, String)> {
        Some((format!("http://{}", self.address), self.key.clone().into()))
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Enrols the installation at the gateway and gives it address, key and token.
pub(crate) fn enrol(phone: &mut Installation, gateway: &Gateway, data: &Path) {
    let field = phone.open().expect("opens");
    let key = PublicKey::try_from(field.public_key()).expect("a key");
    let id = field.device().expect("a device").parse().expect("an id");
    field.shutdown();
    let device = Device { id, key: Some(key), company: "PICC".into(), role: Role::Specialist };
    phone.token = Some(desk::device::add(data, &device).expect("enrolled"));
    phone.gateway = gateway.setting();
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("a runtime")
}

pub(crate) fn sync(field: &Arc<Field>, seconds: u32) -> SyncReport {
    runtime().block_on(field.sync(SyncBudget::of_seconds(seconds))).expect("a round")
}

/// What stays the same in a queue whatever was tried: which operations there are.
pub(crate) fn operations(queue: &QueueView) -> Vec<(String, String, String)> {
    queue.items.iter().map(|item| (item.op.clone(), item.kind.clone(), item.what.clone())).collect()
}

pub(crate) fn sight(field: &Field, training: bool) -> String {
    let input = SightInput { position: None, accident: None, own_party: None, training };
    field.sight(input).expect("a case")
}

pub(crate) fn answer(field: &Field, case: &str, party: Option<&str>, question: &str, value: &str) -> CaseView {
    let party = party.map(str::to_owned);
    let reply = Reply { question: question.into(), party, value: Some(value.into()), skip: None };
    field.answer(case.to_owned(), reply).expect(question).view
}

/// A photo of about that many bytes, different for every seed.
pub(crate) fn picture(seed: u8, length: usize) -> Vec<u8> {
    small_photo(seed.into(), length).expect("a photo")
}

pub(crate) fn add_photo(field: &Field, case: &str, slot: &str, bytes: Vec<u8>) -> jingbao::records::PhotoTaken {
    field.add_photo(case.to_owned(), slot.into(), PhotoInput::Bytes { bytes }, None).expect("a photo")
}

/// Answers what is asked until nothing is, photographs and clears on the way; ends where signatures are wanted.
pub(crate) fn complete(field: &Field, case: &str) -> CaseView {
    for (n, slot) in (1..).zip(["scene_front", "scene_rear", "contact_close"]) {
        add_photo(field, case, slot, picture(n, 3_000));
    }
    answer_all(field, case)
}

/// The same from wherever the case stands, without photos.
pub(crate) fn answer_all(field: &Field, case: &str) -> CaseView {
    loop {
        let view = field.case(case.to_owned()).expect("a view");
        if view.may_clear {
            field.clear(case.to_owned()).expect("cleared");
            continue;
        }
        let Some(next) = view.next else { return view };
        answer(
            field,
            case,
            next.party.as_deref(),
            &next.question,
            fitting_answer(&next.question, next.party.as_deref()),
        );
    }
}

pub(crate) fn sign_all(field: &Field, case: &str) {
    sign_of(field, case, &["A", "B"]);
}

pub(crate) fn sign_of(field: &Field, case: &str, parties: &[&str]) {
    for party in parties.iter().copied() {
        for round in [SignatureRound::Facts, SignatureRound::Settlement] {
            let signing = field.case(case.to_owned()).expect("a view").signing.expect("something to sign");
            let shown_sha256 = match round {
                SignatureRound::Facts => signing.facts_sha256,
                SignatureRound::Settlement => signing.settlement_sha256,
            };
            let strokes = vec![vec![StrokePoint { x: 10, y: 10 }, StrokePoint { x: 900, y: 800 }]];
            let factor = SignatureFactor::Witness { party: None };
            let input = SignatureInput { party: party.into(), round, shown_sha256, strokes, factor };
            field.sign(case.to_owned(), input).expect("signed");
        }
    }
}

/// The bundle's own judgement of itself.
pub(crate) fn verify(path: &Path) -> serde_json::Value {
    let mut out = Vec::new();
    let lang = jingbao_core::text::Lang::En;
    let args = desk::verify::VerifyArgs { bundle: path, trust: None, identity: None, tsa: None, json: true, lang };
    desk::verify::run(&args, &mut out).expect("checked");
    serde_json::from_slice(&out).expect("json")
}
