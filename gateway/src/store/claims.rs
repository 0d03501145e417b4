//! Claim notices and what their insurers answer. A notice is taken from the recorder of a stored revision that names this
//! very insurer for this very party; answers are numbered here, and told to the recorder, to the party's own phone and to
//! the company. Not its business: who may read them, and what is in the view.

use jingbao_core::{
    canon::Sha256,
    id::{CaseId, DeviceId, PartyId},
    time::Timestamp,
    wire::{ClaimReason, ClaimState, ClaimTold, SignedReceipt},
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde_json::Value;

use super::{Broken, Document, Refusal, Stored, sqlite, writes};

/// Most claims of one answer of the list.
const PAGE: usize = 200;

/// A notice ready to be stored; the document's parent is the record it was made from.
#[derive(Clone, Debug)]
pub struct NewClaim {
    /// The notice, its number, its record.
    pub document: Document,
    /// Who notifies.
    pub party: PartyId,
    /// Whom.
    pub insurer: String,
    /// Of which revision.
    pub revision: u32,
}

/// A stored notice as it is told of.
#[derive(Clone, Debug, Serialize)]
pub struct StoredClaim {
    /// The case.
    pub case: CaseId,
    /// Number of the notice.
    pub claim: u32,
    /// Who notified.
    pub party: PartyId,
    /// Whom.
    pub insurer: String,
    /// Of which revision.
    pub revision: u32,
    /// SHA-256 of the body.
    pub sha256: Sha256,
    /// What was said of it, the earliest first; the first is that it arrived.
    pub states: Vec<ClaimTold>,
    /// Its receipt.
    pub receipt: SignedReceipt,
    /// `{notice, head}` as it came, for those who may read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Who sent it.
    #[serde(skip)]
    pub device: DeviceId,
}

/// How an answer to a notice ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It is told.
    New(ClaimTold),
    /// It was the last that was said.
    Same(ClaimTold),
    /// It cannot follow what was said last.
    OutOfOrder(ClaimTold),
}

pub(super) fn put(tx: &Connection, new: &NewClaim, receipt: &SignedReceipt) -> Result<Stored, Refusal> {
    let document = &new.document;
    if let Some(before) = writes::stored_before(tx, document, receipt)? {
        return Ok(before);
    }
    let case = document.case.to_string();
    let revision = "SELECT device, subject, body FROM revisions WHERE case_id = ?1 AND number = ?2";
    let read = |row: &Row<'_>| Ok((sqlite::column(row, 0)?, sqlite::column(row, 1)?, row.get(2)?));
    let known: Option<(DeviceId, Sha256, Vec<u8>)> =
        tx.query_row(revision, params![case, new.revision], read).optional()?;
    let (recorder, subject, body) = known.ok_or(Refusal::MissingParent)?;
    if recorder != document.device {
        return Err(Refusal::OtherRecorder(recorder));
    }
    if Some(subject) != document.parent {
        return Err(Refusal::MissingParent);
    }
    let desk = "SELECT EXISTS (SELECT 1 FROM devices WHERE role = 'insurer' AND company = ?1)";
    let record = record(&body)?;
    if !tx.query_row(desk, [&new.insurer], |row| row.get(0))? || !insures(&record, new.party, &new.insurer) {
        return Err(Refusal::NoSuchInsurer);
    }
    let taken = "SELECT EXISTS (SELECT 1 FROM claims WHERE case_id = ?1 AND number = ?2)";
    if tx.query_row(taken, params![case, document.number], |row| row.get(0))? {
        return Err(Refusal::OtherBytes);
    }
    writes::acknowledge(tx, Some(document.op.to_string()), receipt)?;
    tx.execute(
        "INSERT INTO claims (case_id, number, device, party, insurer, revision, body, manifest_sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            case,
            document.number,
            document.device.to_string(),
            new.party.to_string(),
            new.insurer,
            new.revision,
            document.body,
            receipt.receipt.manifest_sha256.to_string()
        ],
    )?;
    let told = ClaimTold {
        case: document.case,
        claim: document.number,
        party: new.party,
        insurer: new.insurer.clone(),
        revision: new.revision,
        seq: 0,
        state: "noticed".to_owned(),
        reason: None,
        at: receipt.receipt.stored_at,
    };
    // The recorder has the receipt; its insurer hears of it here.
    say(tx, &told, &[])?;
    Ok(writes::fresh(receipt))
}

/// Answers a notice. `None` when there is none of this number.
pub(super) fn answer(
    db: &mut Connection,
    case: CaseId,
    number: u32,
    (state, reason): (ClaimState, Option<ClaimReason>),
    at: Timestamp,
) -> Result<Option<Answered>, Broken> {
    let tx = writes::begin(db)?;
    let Some(last) = states(&tx, case, number)?.pop() else { return Ok(None) };
    let reason = reason.map(|reason| reason.code().to_owned());
    if (last.state.as_str(), &last.reason) == (state.code(), &reason) {
        return Ok(Some(Answered::Same(last)));
    }
    if !state.may_follow(ClaimState::from_code(&last.state)) {
        return Ok(Some(Answered::OutOfOrder(last)));
    }
    let told = ClaimTold { seq: last.seq.saturating_add(1), state: state.code().to_owned(), reason, at, ..last };
    let query = "SELECT device FROM claims WHERE case_id = ?1 AND number = ?2";
    let recorder: DeviceId = tx.query_row(query, params![case.to_string(), number], |row| sqlite::column(row, 0))?;
    let mut phones = phones_of(&tx, &told)?;
    phones.retain(|phone| *phone != recorder);
    phones.insert(0, recorder);
    say(&tx, &told, &phones)?;
    tx.commit()?;
    Ok(Some(Answered::New(told)))
}

/// A party's own phone whose statement comes after the answers hears the last of each.
pub(super) fn catch_up(tx: &Connection, new: &Document) -> Result<(), Broken> {
    let mut select = tx.prepare("SELECT number FROM claims WHERE case_id = ?1 ORDER BY number")?;
    let numbers: Vec<u32> = select.query_map([new.case.to_string()], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for number in numbers {
        let Some(last) = states(tx, new.case, number)?.pop().filter(|last| last.seq > 0) else { continue };
        if phones_of(tx, &last)?.contains(&new.device) {
            whisper(tx, &last, new.device)?;
        }
    }
    Ok(())
}

/// One notice with all that was said of it.
pub(super) fn one(db: &Connection, case: CaseId, number: u32) -> Result<Option<StoredClaim>, Broken> {
    let mut select = db.prepare(&format!("{SELECT} WHERE case_id = ?1 AND number = ?2"))?;
    let found = select.query_row(params![case.to_string(), number], claim).optional()?;
    found.map(|(_, claim)| with_states(db, claim)).transpose()
}

/// Notices in the order in which they came, without their bodies; of one insurer, or of all. And where to go on from.
pub(super) fn list(db: &Connection, insurer: Option<&str>, after: u64) -> Result<(Vec<StoredClaim>, u64), Broken> {
    let mut select =
        db.prepare(&format!("{SELECT} WHERE place > ?1 AND (?2 IS NULL OR insurer = ?2) ORDER BY place LIMIT ?3"))?;
    let rows = select.query_map(params![after.cast_signed(), insurer, PAGE as i64], claim)?;
    let (mut claims, mut next) = (Vec::new(), after);
    for row in rows {
        let (place, claim) = row?;
        next = place.cast_unsigned();
        claims.push(StoredClaim { body: None, ..with_states(db, claim)? });
    }
    Ok((claims, next))
}

const SELECT: &str = "SELECT place, case_id, number, device, party, insurer, revision, body, receipt
     FROM claims JOIN receipts USING (manifest_sha256)";

fn claim(row: &Row<'_>) -> rusqlite::Result<(i64, StoredClaim)> {
    let body: Vec<u8> = row.get(7)?;
    let claim = StoredClaim {
        case: sqlite::column(row, 1)?,
        claim: row.get(2)?,
        device: sqlite::column(row, 3)?,
        party: sqlite::column(row, 4)?,
        insurer: row.get(5)?,
        revision: row.get(6)?,
        sha256: Sha256::of(&body),
        states: Vec::new(),
        receipt: sqlite::json(row, 8)?,
        body: serde_json::from_slice(&body).ok(),
    };
    Ok((row.get(0)?, claim))
}

fn with_states(db: &Connection, claim: StoredClaim) -> Result<StoredClaim, Broken> {
    Ok(StoredClaim { states: states(db, claim.case, claim.claim)?, ..claim })
}

fn states(db: &Connection, case: CaseId, number: u32) -> Result<Vec<ClaimTold>, Broken> {
    let mut select = db.prepare("SELECT told FROM claim_states WHERE case_id = ?1 AND number = ?2 ORDER BY seq")?;
    let rows = select.query_map(params![case.to_string(), number], |row| sqlite::json(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps what is said, and tells the company and these phones.
fn say(tx: &Connection, told: &ClaimTold, phones: &[DeviceId]) -> Result<(), Broken> {
    let body = serde_json::to_string(told).map_err(|_| Broken::Unreadable("claim"))?;
    tx.execute(
        "INSERT INTO claim_states VALUES (?1, ?2, ?3, ?4)",
        params![told.case.to_string(), told.claim, told.seq, body],
    )?;
    tx.execute("INSERT INTO feed (company, kind, body) VALUES (?1, 'claim', ?2)", [&told.insurer, &body])?;
    phones.iter().try_for_each(|phone| whisper(tx, told, *phone))
}

fn whisper(tx: &Connection, told: &ClaimTold, phone: DeviceId) -> Result<(), Broken> {
    let body = serde_json::to_string(told).map_err(|_| Broken::Unreadable("claim"))?;
    tx.execute("INSERT INTO feed (device, kind, body) VALUES (?1, 'claim', ?2)", [&phone.to_string(), &body])?;
    Ok(())
}

/// Phones that speak for the party: those whose statement about it stands in the very record of the notice. Whoever
/// only knows the case's id and says that he is this party hears nothing.
fn phones_of(tx: &Connection, told: &ClaimTold) -> Result<Vec<DeviceId>, Broken> {
    let case = told.case.to_string();
    let query = "SELECT body FROM revisions WHERE case_id = ?1 AND number = ?2";
    let body: Vec<u8> = tx.query_row(query, params![case, told.revision], |row| row.get(0))?;
    let record = record(&body)?;
    let taken_in: Vec<&str> = record["statements"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut select =
        tx.prepare("SELECT device, subject, body FROM statements WHERE case_id = ?1 ORDER BY device, number")?;
    let read = |row: &Row<'_>| Ok((sqlite::column(row, 0)?, row.get::<_, String>(1)?, row.get::<_, Vec<u8>>(2)?));
    let mut phones: Vec<DeviceId> = Vec::new();
    for row in select.query_map([&case], read)? {
        let (device, subject, body) = row?;
        let body: Value = serde_json::from_slice(&body).map_err(|_| Broken::Unreadable("statement"))?;
        let speaks = body["statement"]["party"] == told.party.to_string() && taken_in.contains(&subject.as_str());
        if speaks && !phones.contains(&device) {
            phones.push(device);
        }
    }
    Ok(phones)
}

fn record(body: &[u8]) -> Result<Value, Broken> {
    let mut body: Value = serde_json::from_slice(body).map_err(|_| Broken::Unreadable("revision"))?;
    Ok(body["record"].take())
}

/// Whether the record names this insurer for this party.
fn insures(record: &Value, party: PartyId, insurer: &str) -> bool {
    let parties = record["facts"]["parties"].as_array().into_iter().flatten();
    let of_party = parties.filter(|columns| columns["party"] == party.to_string());
    let mut answers = of_party.filter_map(|columns| columns["answers"].as_array()).flatten();
    answers.any(|given| given["question"] == "party.insurer" && given["answer"]["value"] == insurer)
}
