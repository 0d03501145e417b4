//! Who and what there is in a story: devices, cases, photos, the documents they send, and the keys that sign. The same
//! names in every story, so that each document is written and signed only once in a thread.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::OnceLock};

use jingbao_core::{
    canon::{self, KeyId, PublicKey, Sha256, Signature},
    custody::{Head, SignedHead},
    id::{CaseId, DeviceId, OpId, PhotoId},
    time::{Moment, Timestamp},
    wire::{EventBatch, LoggedEvent, Manifest},
};
use p256::ecdsa::{SigningKey, signature::Signer as _};
use serde_json::{Value, json};

/// When every story begins.
pub const BEGIN: Timestamp = Timestamp(1_795_000_000_000);

/// The phone of this number.
pub fn device(phone: usize) -> DeviceId {
    DeviceId::from_parts(BEGIN, [0xd0 + phone as u8; 10])
}

/// The case of this number.
pub fn case(number: usize) -> CaseId {
    CaseId::from_parts(BEGIN, [0xc0 + number as u8; 10])
}

/// The photo of this number in a story.
pub fn photo(number: u64) -> PhotoId {
    PhotoId::from_parts(BEGIN.plus(number.cast_signed()), [0xf0; 10])
}

/// The operation of this number in a story.
pub fn op(number: u64) -> OpId {
    OpId::from_parts(BEGIN.plus(number.cast_signed()), [0x0b; 10])
}

/// What is sent, whole and for ever.
#[derive(Debug, PartialEq)]
pub struct Paper {
    /// The bytes.
    pub body: Vec<u8>,
    /// What its receipt must be about.
    pub manifest: Manifest,
    /// What a later revision names as its parent.
    pub subject: Sha256,
}

/// Which document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A revision by its recorder.
    Revision,
    /// A statement.
    Statement,
    /// A duty event; the case counts for nothing.
    Event,
}

type Papers = BTreeMap<(Kind, usize, usize, u64), Rc<Paper>>;

thread_local! {
    static PAPERS: RefCell<Papers> = const { RefCell::new(BTreeMap::new()) };
}

/// The document of this kind, phone, case and number.
pub fn paper(kind: Kind, phone: usize, of: usize, number: u64) -> Rc<Paper> {
    let name = (kind, phone, of, number);
    if let Some(known) = PAPERS.with_borrow(|papers| papers.get(&name).cloned()) {
        return known;
    }
    let made = Rc::new(match kind {
        Kind::Event => event(phone, number),
        Kind::Revision => {
            let parent = (number > 1).then(|| paper(kind, phone, of, number - 1).subject);
            let record = json!({
                "case": case(of), "nature": "live", "parent": parent, "recorder": device(phone), "revision": number,
                "says": format!("revision {number}"),
            });
            document("record", phone, of, number, &record)
        }
        Kind::Statement => {
            let statement = json!({ "case": case(of), "device": device(phone), "nature": "live", "number": number });
            document("statement", phone, of, number, &statement)
        }
    });
    PAPERS.with_borrow_mut(|papers| papers.insert(name, Rc::clone(&made)));
    made
}

/// The manifest of a photo.
pub fn photo_manifest(of: usize, number: u64, bytes: &[u8]) -> Manifest {
    Manifest::Photo { case: case(of), photo: photo(number), sha256: Sha256::of(bytes), bytes: bytes.len() as u64 }
}

/// The bytes of a photo.
pub fn picture(number: u64, length: u64) -> Vec<u8> {
    let mut dice = super::dice::Dice::of(number, 77);
    (0..length).map(|_| dice.roll() as u8).collect()
}

/// A document with its head, signed by the phone: what travels.
pub fn document(member: &str, phone: usize, of: usize, number: u64, content: &Value) -> Paper {
    let key = Key::of_phone(phone);
    let at = Moment { wall: BEGIN, offset_s: 28_800, mono_ms: 1, boot: "papers".into() };
    let root = Sha256::of(format!("{member} {phone} {number}").as_bytes());
    let head = Head { case: case(of), device: device(phone), size: number.max(1), root, at, key: key.id().clone() };
    let signature = key.sign(&head.bytes().unwrap_or_default());
    let head = SignedHead { head, signature };
    let body = canon::bytes(&json!({ member: content, "head": head })).unwrap_or_default();
    let (sha256, bytes) = (Sha256::of(&body), body.len() as u64);
    let number = number as u32;
    let manifest = match member {
        "record" => Manifest::Revision { case: case(of), revision: number, sha256, bytes },
        _ => Manifest::Statement { case: case(of), device: device(phone), number, sha256, bytes },
    };
    Paper { body, manifest, subject: canon::sha256(content).unwrap_or(sha256) }
}

fn event(phone: usize, seq: u64) -> Paper {
    let at = Moment { wall: BEGIN, offset_s: 28_800, mono_ms: 1, boot: "papers".into() };
    let kind = "shift".to_owned();
    let event = LoggedEvent { seq, case: None, at, pack: 1, kind, detail: json!({ "on": seq % 2 == 1 }) };
    let body = canon::bytes(&EventBatch { device: device(phone), events: vec![event] }).unwrap_or_default();
    let sha256 = Sha256::of(&body);
    let manifest = Manifest::Events { device: device(phone), first: seq, last: seq, sha256 };
    Paper { body, manifest, subject: sha256 }
}

/// A signing key in software, made once.
pub struct Key {
    signing: SigningKey,
    public: PublicKey,
    id: KeyId,
}

static KEYS: [OnceLock<Key>; 4] = [const { OnceLock::new() }; 4];

impl Key {
    /// The gateway's.
    pub fn of_gateway() -> &'static Key {
        Key::number(2)
    }

    /// Somebody's whom nobody trusts.
    pub fn of_stranger() -> &'static Key {
        Key::number(3)
    }

    /// The first or the second phone's.
    pub fn of_phone(phone: usize) -> &'static Key {
        Key::number(phone % 2)
    }

    fn number(number: usize) -> &'static Key {
        KEYS[number].get_or_init(|| {
            let scalar = [number as u8 + 100; 32];
            let signing = SigningKey::from_slice(&scalar).unwrap_or_else(|_| unreachable!("a small scalar is a key"));
            let sec1 = signing.verifying_key().to_sec1_bytes();
            let public = PublicKey::from_sec1(&sec1).unwrap_or_else(|_| unreachable!("a P-256 key"));
            let id = public.id();
            Key { signing, public, id }
        })
    }

    /// Its public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Its name.
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// Its signature.
    pub fn sign(&self, message: &[u8]) -> Signature {
        let signature: p256::ecdsa::Signature = self.signing.sign(message);
        Signature(signature.to_der().as_bytes().to_vec())
    }
}
