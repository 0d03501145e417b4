//! The acknowledged writes, each one transaction: what is stored, its receipt, its operation, and what the feed is to
//! tell. Each ends stored, found stored before, or refused with nothing changed.

use jingbao_core::{
    canon::{self, Sha256},
    duty::OpenAccident,
    exchange::CredentialFile,
    id::DeviceId,
    wire::{EventBatch, FileReturned, SignedReceipt},
};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde::Serialize;
use serde_json::json;

use super::{Broken, Device, Document, Refusal, Role, Stored, Upload, accidents, claims, sqlite};

pub(super) fn revision(tx: &Connection, new: &Document, receipt: &SignedReceipt) -> Result<Stored, Refusal> {
    let case = new.case.to_string();
    let recorder = tx
        .query_row("SELECT device FROM revisions WHERE case_id = ?1 AND number = 1", [&case], |row| {
            sqlite::column(row, 0)
        })
        .optional()?;
    if let Some(recorder) = recorder.filter(|recorder| recorder != &new.device) {
        return Err(Refusal::OtherRecorder(recorder));
    }
    if let Some(before) = stored_before(tx, new, receipt)? {
        return Ok(before);
    }
    let parent: Option<Sha256> = tx
        .query_row(
            "SELECT subject FROM revisions WHERE case_id = ?1 AND number = ?2",
            params![case, i64::from(new.number) - 1],
            |row| sqlite::column(row, 0),
        )
        .optional()?;
    if parent != new.parent || (new.number > 1) != parent.is_some() {
        return Err(Refusal::MissingParent);
    }
    let taken: i64 = tx.query_row(
        "SELECT count(*) FROM revisions WHERE case_id = ?1 AND number = ?2",
        params![case, new.number],
        |row| row.get(0),
    )?;
    if taken > 0 {
        return Err(Refusal::OtherBytes);
    }
    acknowledge(tx, Some(new.op.to_string()), receipt)?;
    insert(tx, "revisions", new, receipt)?;
    let told = json!({"case": new.case, "revision": new.number, "state": "stored"});
    tell(tx, Some(new.device.to_string()), "claim", &told)?;
    Ok(fresh(receipt))
}

pub(super) fn statement(tx: &Connection, new: &Document, receipt: &SignedReceipt) -> Result<Stored, Refusal> {
    if let Some(before) = stored_before(tx, new, receipt)? {
        return Ok(before);
    }
    let newest: i64 = tx.query_row(
        "SELECT coalesce(max(number), 0) FROM statements WHERE case_id = ?1 AND device = ?2",
        [new.case.to_string(), new.device.to_string()],
        |row| row.get(0),
    )?;
    match i64::from(new.number) - newest {
        1 => {}
        ..=0 => return Err(Refusal::OtherBytes),
        _ => return Err(Refusal::MissingParent),
    }
    acknowledge(tx, Some(new.op.to_string()), receipt)?;
    insert(tx, "statements", new, receipt)?;
    claims::catch_up(tx, new)?;
    Ok(fresh(receipt))
}

pub(super) fn events(tx: &Connection, batch: &EventBatch, receipt: &SignedReceipt) -> Result<Stored, Refusal> {
    if let Some(receipt) = self::receipt(tx, receipt.receipt.manifest_sha256)? {
        return Ok(Stored { receipt, fresh: false });
    }
    let device = batch.device.to_string();
    let role: String = tx.query_row("SELECT role FROM devices WHERE device = ?1", [&device], |row| row.get(0))?;
    let role = Role::from_code(&role).ok_or(Broken::Unreadable("role"))?;
    for event in &batch.events {
        let bytes = canon::bytes(event).map_err(|_| Broken::Unreadable("event"))?;
        let before: Option<Vec<u8>> = tx
            .query_row(
                "SELECT event FROM events WHERE device = ?1 AND seq = ?2",
                params![device, event.seq.cast_signed()],
                |row| row.get(0),
            )
            .optional()?;
        match before {
            None => {
                tx.execute("INSERT INTO events VALUES (?1, ?2, ?3)", params![device, event.seq.cast_signed(), bytes])?;
                accidents::of_event(tx, batch.device, role, event)?;
            }
            Some(before) if before != bytes => return Err(Refusal::OtherBytes),
            Some(_) => {}
        }
    }
    acknowledge(tx, None, receipt)?;
    Ok(fresh(receipt))
}

pub(super) fn photo(tx: &Connection, upload: &Upload, receipt: &SignedReceipt) -> Result<Stored, Refusal> {
    tx.execute("UPDATE uploads SET committed = 1 WHERE id = ?1", [&upload.id])?;
    let before = self::receipt(tx, receipt.receipt.manifest_sha256)?;
    if before.is_none() {
        acknowledge(tx, None, receipt)?;
        tx.execute(
            "INSERT INTO photos VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                upload.case.to_string(),
                upload.sha256.to_string(),
                upload.photo.to_string(),
                upload.device.to_string(),
                upload.length.cast_signed(),
                receipt.receipt.manifest_sha256.to_string()
            ],
        )?;
    }
    Ok(before.map_or_else(|| fresh(receipt), |receipt| Stored { receipt, fresh: false }))
}

/// Tells every device of something signed, once. Whether it is new here.
pub(super) fn publish(db: &mut Connection, kind: &'static str, signed: &impl Serialize) -> Result<bool, Broken> {
    let body = serde_json::to_string(signed).map_err(|_| Broken::Unreadable(kind))?;
    let tx = begin(db)?;
    let known: i64 =
        tx.query_row("SELECT count(*) FROM feed WHERE kind = ?1 AND body = ?2", [kind, &body], |row| row.get(0))?;
    if known == 0 {
        tx.execute("INSERT INTO feed (device, kind, body) VALUES (NULL, ?1, ?2)", [kind, &body])?;
    }
    tx.commit()?;
    Ok(known == 0)
}

/// Tells the recorder of a file that was given back, once. Whether it is new here.
pub(super) fn return_file(db: &mut Connection, recorder: DeviceId, returned: &FileReturned) -> Result<bool, Broken> {
    let body = serde_json::to_string(returned).map_err(|_| Broken::Unreadable("returned"))?;
    let (tx, recorder) = (begin(db)?, recorder.to_string());
    let new = tx.execute(
        "INSERT INTO feed (device, kind, body) SELECT ?1, 'returned', ?2
         WHERE NOT EXISTS (SELECT 1 FROM feed WHERE kind = 'returned' AND device = ?1 AND body = ?2)",
        [&recorder, &body],
    )?;
    tx.commit()?;
    Ok(new > 0)
}

/// Binds a device to a person and tells it of the credential.
pub(super) fn bind(
    db: &mut Connection,
    device: DeviceId,
    number: &str,
    credential: &CredentialFile,
) -> Result<(), Broken> {
    let body = serde_json::to_string(credential).map_err(|_| Broken::Unreadable("credential"))?;
    let (tx, device) = (begin(db)?, device.to_string());
    tx.execute(
        "INSERT INTO persons VALUES (?1, ?2) ON CONFLICT (device) DO UPDATE SET credential = ?2",
        [&device, number],
    )?;
    tx.execute("INSERT INTO feed (device, kind, body) VALUES (?1, 'credential', ?2)", [&device, &body])?;
    Ok(tx.commit()?)
}

/// The receipt for this manifest, if there is one.
pub(super) fn receipt(db: &Connection, manifest: Sha256) -> rusqlite::Result<Option<SignedReceipt>> {
    db.query_row("SELECT receipt FROM receipts WHERE manifest_sha256 = ?1", [manifest.to_string()], |row| {
        sqlite::json(row, 0)
    })
    .optional()
}

pub(super) fn begin(db: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    db.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// The earlier receipt when exactly this was stored before; a refusal when its operation was another.
pub(super) fn stored_before(
    tx: &Connection,
    new: &Document,
    receipt: &SignedReceipt,
) -> Result<Option<Stored>, Refusal> {
    let manifest = receipt.receipt.manifest_sha256;
    let earlier: Option<Sha256> = tx
        .query_row("SELECT manifest_sha256 FROM operations WHERE op = ?1", [new.op.to_string()], |row| {
            sqlite::column(row, 0)
        })
        .optional()?;
    if earlier.is_some_and(|earlier| earlier != manifest) {
        return Err(Refusal::OtherBytes);
    }
    Ok(self::receipt(tx, manifest)?.map(|receipt| Stored { receipt, fresh: false }))
}

pub(super) fn acknowledge(tx: &Connection, op: Option<String>, receipt: &SignedReceipt) -> Result<(), Refusal> {
    let text = serde_json::to_string(receipt).map_err(|_| Broken::Unreadable("receipt"))?;
    let manifest = receipt.receipt.manifest_sha256.to_string();
    tx.execute("INSERT INTO receipts VALUES (?1, ?2)", [&manifest, &text])?;
    if let Some(op) = op {
        tx.execute("INSERT INTO operations VALUES (?1, ?2)", [&op, &manifest])?;
    }
    Ok(())
}

fn insert(tx: &Connection, table: &str, new: &Document, receipt: &SignedReceipt) -> rusqlite::Result<()> {
    tx.execute(
        &format!("INSERT INTO {table} VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
        params![
            new.case.to_string(),
            new.number,
            new.device.to_string(),
            new.subject.to_string(),
            new.body,
            receipt.receipt.manifest_sha256.to_string()
        ],
    )?;
    Ok(())
}

/// Opens an accident that a desk announces. A name that is another accident's is refused.
pub(super) fn announce(db: &mut Connection, by: DeviceId, new: &OpenAccident) -> Result<(bool, bool), Refusal> {
    let tx = begin(db)?;
    if let (Some(known), Some((_, open))) = (accidents::report(&tx, &new.id)?, accidents::find(&tx, &new.id)?) {
        let same = (known.place, known.seen_at, known.road) == (new.place, new.seen_at, new.road);
        return if same { Ok((false, open)) } else { Err(Refusal::OtherBytes) };
    }
    accidents::announce(&tx, by, new)?;
    tx.commit()?;
    Ok((true, true))
}

/// Ends an accident. Whether there is one of this name.
pub(super) fn close_accident(db: &mut Connection, id: &str) -> Result<bool, Refusal> {
    let tx = begin(db)?;
    let known = accidents::end(&tx, id)?;
    tx.commit()?;
    Ok(known)
}

/// Tells a company, and the association, that a specialist's phone is its own now, or no longer.
pub(super) fn enrolled(tx: &Connection, device: &Device, now: bool) -> Result<(), Broken> {
    if device.role == Role::Specialist {
        let body = json!({ "device": device.id, "company": device.company, "enrolled": now }).to_string();
        let row = params![device.company, body];
        tx.execute("INSERT INTO feed (company, kind, body) VALUES (?1, 'roster', ?2)", row)?;
    }
    Ok(())
}

pub(super) fn tell(tx: &Connection, to: Option<String>, kind: &str, body: &serde_json::Value) -> Result<(), Refusal> {
    tx.execute("INSERT INTO feed (device, kind, body) VALUES (?1, ?2, ?3)", params![to, kind, body.to_string()])?;
    Ok(())
}

pub(super) fn fresh(receipt: &SignedReceipt) -> Stored {
    Stored { receipt: receipt.clone(), fresh: true }
}
