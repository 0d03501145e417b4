//! The schema, as numbered steps. A step once released is never edited.

use rusqlite::Connection;

use super::Broken;

const STEPS: &[&str] = &[
    // 1
    "CREATE TABLE devices (device TEXT PRIMARY KEY, key TEXT NOT NULL, company TEXT NOT NULL, role TEXT NOT NULL) STRICT;
     CREATE TABLE tokens (token_sha256 TEXT PRIMARY KEY, device TEXT NOT NULL REFERENCES devices) STRICT;
     CREATE TABLE receipts (manifest_sha256 TEXT PRIMARY KEY, receipt TEXT NOT NULL) STRICT;
     CREATE TABLE operations (op TEXT PRIMARY KEY, manifest_sha256 TEXT NOT NULL REFERENCES receipts) STRICT;
     CREATE TABLE revisions (case_id TEXT NOT NULL, number INTEGER NOT NULL, device TEXT NOT NULL REFERENCES devices,
         subject TEXT NOT NULL, body BLOB NOT NULL, manifest_sha256 TEXT NOT NULL REFERENCES receipts,
         PRIMARY KEY (case_id, number)) STRICT;
     CREATE TABLE statements (case_id TEXT NOT NULL, number INTEGER NOT NULL, device TEXT NOT NULL REFERENCES devices,
         subject TEXT NOT NULL, body BLOB NOT NULL, manifest_sha256 TEXT NOT NULL REFERENCES receipts,
         PRIMARY KEY (case_id, device, number)) STRICT;
     CREATE TABLE uploads (id TEXT PRIMARY KEY, device TEXT NOT NULL REFERENCES devices, case_id TEXT NOT NULL,
         photo TEXT NOT NULL, sha256 TEXT NOT NULL, length INTEGER NOT NULL, offset INTEGER NOT NULL,
         committed INTEGER NOT NULL) STRICT;
     CREATE TABLE photos (case_id TEXT NOT NULL, sha256 TEXT NOT NULL, photo TEXT NOT NULL, device TEXT NOT NULL,
         bytes INTEGER NOT NULL, manifest_sha256 TEXT NOT NULL REFERENCES receipts,
         PRIMARY KEY (case_id, sha256, photo)) STRICT;
     CREATE TABLE events (device TEXT NOT NULL REFERENCES devices, seq INTEGER NOT NULL, event BLOB NOT NULL,
         PRIMARY KEY (device, seq)) STRICT;
     CREATE TABLE feed (cursor INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT, kind TEXT NOT NULL, body TEXT NOT NULL) STRICT;",
    // 2: whose credential a device's key stands in
    "CREATE TABLE persons (device TEXT PRIMARY KEY REFERENCES devices, credential TEXT NOT NULL) STRICT;",
];

/// Brings a database to the newest schema.
pub(super) fn migrate(db: &mut Connection) -> Result<(), Broken> {
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    if done > STEPS.len() {
        return Err(Broken::Newer(version));
    }
    for step in &STEPS[done..] {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "user_version", STEPS.len() as i64)?;
    Ok(tx.commit()?)
}
