//! A server in this process, a client that writes HTTP by hand (so that it can cut where it likes), phones with keys.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    thread::JoinHandle,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use jingbao_core::{
    canon::{self, PublicKey, Sha256, Signature},
    custody::{Head, SignedHead, leaf_hash},
    id::{CaseId, DeviceId, OpId, PhotoId},
    time::{Moment, Timestamp},
    wire::SignedReceipt,
};
use jingbao_gateway::{
    desk,
    serve::Server,
    store::{Device, Role},
};
use p256::ecdsa::{SigningKey, signature::Signer};
use serde_json::{Value, json};

pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    pub(crate) key: PublicKey,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Gateway {
    pub(crate) fn start(data: &Path) -> Gateway {
        Gateway::start_before(data, None)
    }

    /// In front of another tus server.
    pub(crate) fn start_before(data: &Path, tus: Option<String>) -> Gateway {
        let (ready, started) = std::sync::mpsc::channel();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let data = data.to_owned();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("runtime");
            runtime.block_on(async {
                let any = "127.0.0.1:0".parse().expect("address");
                let server = Server::bind_before(any, &data, tus.as_deref()).await.expect("bound");
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

    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, String)], body: &[u8]) -> Answer {
        send(self.address, method, path, headers, body)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

pub(crate) fn request(method: &str, path: &str, headers: &[(&str, String)], length: usize) -> String {
    let mut text =
        format!("{method} {path} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Length: {length}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text + "\r\n"
}

pub(crate) fn send(to: SocketAddr, method: &str, path: &str, headers: &[(&str, String)], body: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(to).expect("connected");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("timeout");
    stream.write_all(request(method, path, headers, body.len()).as_bytes()).expect("head sent");
    // A server that refuses early may have closed its side; its answer is what counts.
    let _ = stream.write_all(body);
    Answer::read(&mut stream)
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn read(stream: &mut TcpStream) -> Answer {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("answer");
        let split = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8(bytes[..split].to_vec()).expect("text");
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("status").parse().expect("number");
        let headers =
            lines.filter_map(|line| line.split_once(": ")).map(|(n, v)| (n.to_lowercase(), v.into())).collect();
        Answer { status, headers, body: bytes[split + 4..].to_vec() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("json")
    }

    pub(crate) fn receipt(&self) -> SignedReceipt {
        serde_json::from_slice(&self.body).expect("a receipt")
    }

    /// The code of the problem.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        problem["type"].as_str().and_then(|kind| kind.strip_prefix("urn:jingbao:problem:")).expect("our type").into()
    }
}

pub(crate) struct Phone {
    pub(crate) id: DeviceId,
    pub(crate) token: String,
    signing: SigningKey,
    pub(crate) public: PublicKey,
}

impl Phone {
    pub(crate) fn enrol(data: &Path, seed: u8, role: Role) -> Phone {
        Phone::of(data, seed, role, "PICC")
    }

    /// A phone or a desk of a company.
    pub(crate) fn of(data: &Path, seed: u8, role: Role, company: &str) -> Phone {
        let signing = SigningKey::from_slice(&[seed; 32]).expect("a scalar");
        let public = PublicKey::from_sec1(&signing.verifying_key().to_sec1_bytes()).expect("a point");
        let id = DeviceId::from_parts(Timestamp(1), [seed; 10]);
        let device = Device { id, key: Some(public.clone()), company: company.into(), role };
        let token = desk::device::add(data, &device).expect("enrolled");
        Phone { id, token, signing, public }
    }

    pub(crate) fn auth(&self) -> (&'static str, String) {
        ("Authorization", format!("Bearer {}", self.token))
    }

    pub(crate) fn head(&self, case: CaseId) -> SignedHead {
        self.head_over(case, leaf_hash(b"leaf"))
    }

    /// The head of a log of this one leaf.
    pub(crate) fn head_over(&self, case: CaseId, root: Sha256) -> SignedHead {
        let at = Moment { wall: Timestamp(5), offset_s: 28_800, mono_ms: 5, boot: "b".into() };
        let head = Head { case, device: self.id, size: 1, root, at, key: self.public.id() };
        let signature: p256::ecdsa::Signature = self.signing.sign(&head.bytes().expect("canonical"));
        SignedHead { head, signature: Signature(signature.to_der().as_bytes().to_vec()) }
    }

    /// The body of a revision and the hash of its record.
    pub(crate) fn revision(&self, case: CaseId, number: u32, parent: Option<Sha256>, words: &str) -> (Vec<u8>, Sha256) {
        let record = json!({"case": case, "revision": number, "parent": parent, "recorder": self.id,
            "nature": "live", "words": words});
        let sha256 = canon::sha256(&record).expect("canonical");
        (canon::bytes(&json!({"record": record, "head": self.head(case)})).expect("canonical"), sha256)
    }

    /// The body of a revision that names insurers by party and the statements it took in, and the hash of its record.
    pub(crate) fn insured(
        &self,
        case: CaseId,
        number: u32,
        parent: Option<Sha256>,
        insurers: &[(&str, &str)],
        statements: &[Sha256],
        words: &str,
    ) -> (Vec<u8>, Sha256) {
        let columns = |(party, insurer): &(&str, &str)| {
            let given = json!({"question": "party.insurer", "by": self.id, "answer": {"value": insurer}});
            json!({"party": party, "answers": [given]})
        };
        let parties: Vec<Value> = insurers.iter().map(columns).collect();
        let record = json!({"case": case, "revision": number, "parent": parent, "recorder": self.id, "nature": "live",
            "facts": {"parties": parties}, "statements": statements, "words": words});
        let sha256 = canon::sha256(&record).expect("canonical");
        (canon::bytes(&json!({"record": record, "head": self.head(case)})).expect("canonical"), sha256)
    }

    /// The body of a party's first statement, and its hash.
    pub(crate) fn statement(&self, case: CaseId, party: &str, words: &str) -> (Vec<u8>, Sha256) {
        let statement =
            json!({"case": case, "device": self.id, "number": 1, "party": party, "nature": "live", "words": words});
        let sha256 = canon::sha256(&statement).expect("canonical");
        (canon::bytes(&json!({"statement": statement, "head": self.head(case)})).expect("canonical"), sha256)
    }

    /// The body of a claim notice about a revision and its record, of a party to its insurer.
    pub(crate) fn notice(
        &self,
        case: CaseId,
        number: u32,
        (revision, record): (u32, Sha256),
        (party, insurer): (&str, &str),
        words: &str,
    ) -> Vec<u8> {
        let view = json!({"case": case, "revision": revision, "nature": "live", "words": words});
        let notice = json!({"schema": 1, "case": case, "number": number, "revision": revision, "record": record,
            "party": party, "insurer": insurer, "device": self.id, "nature": "live", "consents": [], "view": view});
        canon::bytes(&json!({"notice": notice, "head": self.head(case)})).expect("canonical")
    }

    pub(crate) fn put(&self, gateway: &Gateway, path: &str, op: OpId, body: &[u8]) -> Answer {
        gateway.send("PUT", path, &[self.auth(), key(op), digest(body)], body)
    }
}

pub(crate) fn op(n: u8) -> OpId {
    OpId::from_parts(Timestamp(2), [n; 10])
}

pub(crate) fn case(n: u8) -> CaseId {
    CaseId::from_parts(Timestamp(3), [n; 10])
}

pub(crate) fn photo(n: u8) -> PhotoId {
    PhotoId::from_parts(Timestamp(4), [n; 10])
}

pub(crate) fn key(op: OpId) -> (&'static str, String) {
    ("Idempotency-Key", op.to_string())
}

pub(crate) fn digest(body: &[u8]) -> (&'static str, String) {
    ("Repr-Digest", format!("sha-256=:{}:", STANDARD.encode(Sha256::of(body).0)))
}

pub(crate) fn tus() -> (&'static str, String) {
    ("Tus-Resumable", "1.0.0".into())
}
