//! The gateway as a model: the rules of the real one (`gateway/src/serve`, `gateway/src/store`) over maps in memory. A
//! test puts both before the same requests and demands the same answers, so that it cannot drift. Every write is durable
//! before its answer goes; the knife can end it before, between and after.

mod uploads;

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use jingbao_core::{
    canon::{self, PublicKey, Sha256},
    custody::SignedHead,
    id::{CaseId, DeviceId, OpId, PhotoId},
    time::Timestamp,
    wire::{EventBatch, Feed, FeedEntry, Manifest, Receipt, SignedReceipt},
};
use serde_json::{Value, json};

use super::{
    knife::{Cut, Knife},
    paper::{BEGIN, Key},
    wire::{Answer, Ask},
};
pub use uploads::Upload;

/// What is stored under a case, device and number.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Whose.
    pub device: DeviceId,
    /// What a later one names as its parent.
    pub subject: Sha256,
    /// The bytes.
    pub body: Rc<[u8]>,
    /// In which order it came.
    pub place: u64,
}

/// Its durable rows.
#[derive(Clone, Debug, Default)]
pub struct Base {
    /// Receipts by manifest.
    pub receipts: BTreeMap<Sha256, Rc<SignedReceipt>>,
    operations: BTreeMap<OpId, Sha256>,
    /// Revisions by case and number.
    pub revisions: BTreeMap<(CaseId, u32), Stored>,
    /// Statements by case, device and number.
    pub statements: BTreeMap<(CaseId, DeviceId, u32), Stored>,
    /// Duty events by device and number.
    pub events: BTreeMap<(DeviceId, u64), Vec<u8>>,
    /// Uploads by id.
    uploads: BTreeMap<String, Upload>,
    /// Photos by case, hash and id.
    pub photos: BTreeMap<(CaseId, Sha256, PhotoId), Rc<[u8]>>,
    /// The feed: for whom.
    pub feed: Vec<DeviceId>,
    places: u64,
}

/// The gateway.
pub struct Gateway {
    /// What is durable.
    pub base: Base,
    /// What its files hold; more than is durable.
    files: BTreeMap<String, Vec<u8>>,
    key: &'static Key,
    /// The public half, that phones pin.
    pub public: PublicKey,
    devices: BTreeMap<DeviceId, PublicKey>,
    /// Where it ends.
    pub knife: Knife,
    /// 410 and not 404 for uploads that are gone.
    pub expires: bool,
    made: u64,
}

type Done = Result<Answer, Refused>;

enum Refused {
    With(Answer),
    Cut(Cut),
}

impl From<Cut> for Refused {
    fn from(cut: Cut) -> Refused {
        Refused::Cut(cut)
    }
}

impl From<Answer> for Refused {
    fn from(answer: Answer) -> Refused {
        Refused::With(answer)
    }
}

impl Gateway {
    /// One that has enrolled these devices.
    pub fn new(devices: BTreeMap<DeviceId, PublicKey>, seed: u64) -> Gateway {
        let key = Key::of_gateway();
        let public = key.public().clone();
        let (base, files, knife) = (Base::default(), BTreeMap::new(), Knife::of(seed, 0));
        Gateway { base, files, key, public, devices, knife, expires: false, made: 0 }
    }

    /// Answers a request of `device`, `None` for a token that does not count; or ends on the way.
    pub fn answer(&mut self, device: Option<DeviceId>, ask: &Ask) -> Result<Answer, Cut> {
        self.knife.step()?;
        let answered = match device {
            None => Err(Answer::problem(401, "unauthorised").into()),
            Some(device) => self.decide(device, ask),
        };
        let answer = match answered {
            Ok(answer) | Err(Refused::With(answer)) => answer,
            Err(Refused::Cut(cut)) => return Err(cut),
        };
        self.knife.step()?;
        Ok(answer)
    }

    fn decide(&mut self, device: DeviceId, ask: &Ask) -> Done {
        match ask {
            Ask::Revision { case, number, op, body } => self.put_revision(device, *case, *number, *op, body),
            Ask::Statement { case, device: of, number, op, body } if *of == device => {
                self.put_statement(device, *case, *number, *op, body)
            }
            Ask::Statement { .. } => Err(Answer::problem(403, "another-device").into()),
            Ask::Events { body } => self.post_events(device, body),
            Ask::Create { case, photo, sha256, length } => self.create(device, *case, *photo, *sha256, *length),
            Ask::Offset { upload } => self.offset(device, upload),
            Ask::Append { upload, offset, bytes, .. } => self.append(device, upload, *offset, bytes),
            Ask::Drop { upload } => self.give_up(device, upload),
            Ask::Commit { case, sha256, upload } => self.commit_photo(device, *case, *sha256, upload),
            Ask::Feed { after } => Ok(self.tell(device, *after)),
        }
    }

    fn put_revision(&mut self, device: DeviceId, case: CaseId, number: u32, op: OpId, body: &Rc<[u8]>) -> Done {
        let (record, head) = self.read(device, case, body, "record")?;
        if record["recorder"].as_str() != Some(&device.to_string()) {
            return Err(Answer::problem(403, "another-device").into());
        }
        if record["nature"].as_str() != Some("live") {
            return Err(Answer::problem(422, "training").into());
        }
        let malformed = || Refused::from(Answer::problem(422, "malformed"));
        let parent: Option<Sha256> = match (number, &record["parent"]) {
            (0, _) => return Err(malformed()),
            (1, Value::Null) => None,
            (_, Value::String(hash)) => Some(hash.parse().map_err(|_| malformed())?),
            _ => return Err(malformed()),
        };
        if record["revision"].as_u64() != Some(u64::from(number)) {
            return Err(malformed());
        }
        let (sha256, bytes) = (Sha256::of(body), body.len() as u64);
        let manifest = Manifest::Revision { case, revision: number, sha256, bytes };
        if self.base.revisions.get(&(case, 1)).is_some_and(|first| first.device != device) {
            return Err(Answer::problem(409, "other-recorder").into());
        }
        let hash = hash_of(&manifest);
        if let Some(before) = self.stored_before(op, hash)? {
            return Ok(before);
        }
        let known = number.checked_sub(1).and_then(|before| self.base.revisions.get(&(case, before)));
        if known.map(|known| known.subject) != parent || (number > 1) != parent.is_some() {
            return Err(Answer::problem(409, "missing-parent").into());
        }
        if self.base.revisions.contains_key(&(case, number)) {
            return Err(Answer::problem(422, "other-bytes").into());
        }
        let receipt = self.receipt(manifest, Some(head));
        let subject = canon::sha256(&record).unwrap_or(sha256);
        let body = Rc::clone(body);
        self.write(|base| {
            let place = base.acknowledge(Some(op), hash, &receipt);
            base.revisions.insert((case, number), Stored { device, subject, body, place });
            base.feed.push(device);
        })?;
        Ok(said(201, &receipt))
    }

    fn put_statement(&mut self, device: DeviceId, case: CaseId, number: u32, op: OpId, body: &Rc<[u8]>) -> Done {
        let (statement, head) = self.read(device, case, body, "statement")?;
        if statement["device"].as_str() != Some(&device.to_string()) {
            return Err(Answer::problem(403, "another-device").into());
        }
        if statement["nature"].as_str() != Some("live") {
            return Err(Answer::problem(422, "training").into());
        }
        if number == 0 || statement["number"].as_u64() != Some(u64::from(number)) {
            return Err(Answer::problem(422, "malformed").into());
        }
        let (sha256, bytes) = (Sha256::of(body), body.len() as u64);
        let manifest = Manifest::Statement { case, device, number, sha256, bytes };
        let hash = hash_of(&manifest);
        if let Some(before) = self.stored_before(op, hash)? {
            return Ok(before);
        }
        let of = (case, device, 0)..=(case, device, u32::MAX);
        let newest = self.base.statements.range(of).next_back().map_or(0, |((.., newest), _)| *newest);
        match i64::from(number) - i64::from(newest) {
            1 => {}
            ..=0 => return Err(Answer::problem(422, "other-bytes").into()),
            _ => return Err(Answer::problem(409, "missing-parent").into()),
        }
        let receipt = self.receipt(manifest, Some(head));
        let subject = canon::sha256(&statement).unwrap_or(sha256);
        let body = Rc::clone(body);
        self.write(|base| {
            let place = base.acknowledge(Some(op), hash, &receipt);
            base.statements.insert((case, device, number), Stored { device, subject, body, place });
        })?;
        Ok(said(201, &receipt))
    }

    fn post_events(&mut self, device: DeviceId, body: &Rc<[u8]>) -> Done {
        let malformed = || Refused::from(Answer::problem(422, "malformed"));
        let batch: EventBatch = serde_json::from_value(canonical(body)?).map_err(|_| malformed())?;
        if batch.device != device {
            return Err(Answer::problem(403, "another-device").into());
        }
        let (Some(first), Some(last)) = (batch.events.first(), batch.events.last()) else { return Err(malformed()) };
        if first.seq == 0 || batch.events.windows(2).any(|pair| pair[0].seq + 1 != pair[1].seq) {
            return Err(malformed());
        }
        let manifest = Manifest::Events { device, first: first.seq, last: last.seq, sha256: Sha256::of(body) };
        let hash = hash_of(&manifest);
        if let Some(before) = self.base.receipts.get(&hash) {
            return Ok(said(200, before));
        }
        let mut fresh = Vec::new();
        for event in &batch.events {
            let bytes = canon::bytes(event).map_err(|_| malformed())?;
            match self.base.events.get(&(device, event.seq)) {
                None => fresh.push((event.seq, bytes)),
                Some(before) if *before != bytes => return Err(Answer::problem(422, "other-bytes").into()),
                Some(_) => {}
            }
        }
        let receipt = self.receipt(manifest, None);
        self.write(|base| {
            base.acknowledge(None, hash, &receipt);
            base.events.extend(fresh.into_iter().map(|(seq, bytes)| ((device, seq), bytes)));
        })?;
        Ok(said(201, &receipt))
    }

    fn tell(&self, device: DeviceId, after: u64) -> Answer {
        let own = self.base.feed.iter().zip(1..).filter(|(to, cursor)| **to == device && *cursor > after);
        let entry = |(_, cursor): (&DeviceId, u64)| FeedEntry {
            cursor: cursor.to_string(),
            kind: "claim".into(),
            body: json!({}),
        };
        let entries: Vec<FeedEntry> = own.take(200).map(entry).collect();
        let next = entries.last().map_or_else(|| after.to_string(), |last| last.cursor.clone());
        Answer::json(200, serde_json::to_vec(&Feed { entries, next }).unwrap_or_default())
    }

    /// The content under `member` and the hash of its head, both of this device and case.
    fn read(&self, device: DeviceId, case: CaseId, body: &[u8], member: &str) -> Result<(Value, Sha256), Refused> {
        let malformed = || Refused::from(Answer::problem(422, "malformed"));
        let mut value = canonical(body)?;
        let members = value.as_object_mut().filter(|members| members.len() == 2).ok_or_else(malformed)?;
        let content = members.remove(member).filter(Value::is_object).ok_or_else(malformed)?;
        let head = members.remove("head").ok_or_else(malformed)?;
        let head: SignedHead = serde_json::from_value(head).map_err(|_| malformed())?;
        if content["case"].as_str() != Some(&case.to_string()) {
            return Err(malformed());
        }
        let known = self.devices.get(&device);
        if head.head.case != case || head.head.device != device || known.is_none_or(|key| !is_signed(&head, key)) {
            return Err(Answer::problem(422, "bad-head").into());
        }
        let hash = head.head.sha256().map_err(|_| malformed())?;
        Ok((content, hash))
    }

    fn stored_before(&self, op: OpId, hash: Sha256) -> Result<Option<Answer>, Refused> {
        if self.base.operations.get(&op).is_some_and(|earlier| *earlier != hash) {
            return Err(Answer::problem(422, "other-bytes").into());
        }
        Ok(self.base.receipts.get(&hash).map(|receipt| said(200, receipt)))
    }

    /// A new receipt. No two are of one time, so that one made anew is told from the first.
    fn receipt(&self, manifest: Manifest, head_sha256: Option<Sha256>) -> Rc<SignedReceipt> {
        receipt_of(self.key, manifest, head_sha256, BEGIN.plus(self.base.places.cast_signed()))
    }

    /// One transaction.
    fn write(&mut self, work: impl FnOnce(&mut Base)) -> Result<(), Cut> {
        self.knife.step()?;
        let before = self.knife.is_at_power().then(|| self.base.clone());
        work(&mut self.base);
        if let Some(before) = before
            && self.knife.dice().hits(500)
        {
            self.base = before;
        }
        self.knife.step()
    }
}

impl Base {
    fn acknowledge(&mut self, op: Option<OpId>, hash: Sha256, receipt: &Rc<SignedReceipt>) -> u64 {
        self.receipts.insert(hash, Rc::clone(receipt));
        if let Some(op) = op {
            self.operations.insert(op, hash);
        }
        self.places += 1;
        self.places
    }
}

/// A receipt signed by this key. Many stories have the same ones, and each is signed once in a thread.
pub fn receipt_of(
    key: &Key,
    manifest: Manifest,
    head_sha256: Option<Sha256>,
    stored_at: Timestamp,
) -> Rc<SignedReceipt> {
    let manifest_sha256 = hash_of(&manifest);
    let receipt = Receipt { manifest, manifest_sha256, stored_at, head_sha256, key: key.id().clone() };
    let message = canon::bytes(&receipt).unwrap_or_default();
    let name = Sha256::of(&message);
    let made = || Rc::new(SignedReceipt { signature: key.sign(&message), receipt });
    RECEIPTS.with_borrow_mut(|known| Rc::clone(known.entry(name).or_insert_with(made)))
}

fn hash_of(manifest: &Manifest) -> Sha256 {
    manifest.hash().unwrap_or_else(|_| Sha256::of(b"no canonical form"))
}

fn said(status: u16, receipt: &SignedReceipt) -> Answer {
    Answer::json(status, serde_json::to_vec(receipt).unwrap_or_default())
}

fn canonical(body: &[u8]) -> Result<Value, Refused> {
    let value: Value = serde_json::from_slice(body).map_err(|_| Answer::problem(422, "malformed"))?;
    let canonical = CANONICAL.with_borrow_mut(|known| {
        let made = || canon::bytes(&value).ok().as_deref() == Some(body);
        *known.entry(Sha256::of(body)).or_insert_with(made)
    });
    if canonical { Ok(value) } else { Err(Answer::problem(422, "not-canonical").into()) }
}

thread_local! {
    static RECEIPTS: RefCell<BTreeMap<Sha256, Rc<SignedReceipt>>> = const { RefCell::new(BTreeMap::new()) };
    static HEADS: RefCell<BTreeMap<Sha256, bool>> = const { RefCell::new(BTreeMap::new()) };
    static CANONICAL: RefCell<BTreeMap<Sha256, bool>> = const { RefCell::new(BTreeMap::new()) };
}

/// Heads are the same in every story, so each is checked once.
fn is_signed(head: &SignedHead, key: &PublicKey) -> bool {
    let name = Sha256::of(&serde_json::to_vec(&(head, key)).unwrap_or_default());
    HEADS.with_borrow_mut(|known| *known.entry(name).or_insert_with(|| head.check(key).is_ok()))
}
