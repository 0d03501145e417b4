//! A bare SQLCipher store with the settings of ours: WAL, full sync, a raw key, no foreign keys to look up.

use std::path::Path;

use rusqlite::Connection;

use super::Failed;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS journal (case_id TEXT NOT NULL, seq INTEGER NOT NULL, entry BLOB NOT NULL,
    PRIMARY KEY (case_id, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS leaf (case_id TEXT NOT NULL, seq INTEGER NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (case_id, seq)) STRICT, WITHOUT ROWID;
";

/// Opens the one at `path`, or makes it.
pub(super) fn open(path: &Path) -> Result<Connection, Failed> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "key", format!("x'{}'", hex::encode([9; 32])))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.execute_batch(TABLES)?;
    Ok(connection)
}

/// One durable entry with its leaf.
pub(super) fn append(connection: &mut Connection, case: &str, seq: i64, entry: &[u8]) -> Result<(), Failed> {
    let transaction = connection.transaction()?;
    transaction
        .prepare_cached("INSERT INTO journal (case_id, seq, entry) VALUES (?1, ?2, ?3)")?
        .execute(rusqlite::params![case, seq, entry])?;
    transaction
        .prepare_cached("INSERT INTO leaf (case_id, seq, salt, hash) VALUES (?1, ?2, ?3, ?4)")?
        .execute(rusqlite::params![case, seq, [0_u8; 16], [0_u8; 32]])?;
    transaction.commit()?;
    Ok(())
}

/// All entries, in order.
pub(super) fn rows(connection: &Connection) -> Result<Vec<Vec<u8>>, Failed> {
    let mut rows = connection.prepare("SELECT entry FROM journal ORDER BY case_id, seq")?;
    Ok(rows.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}
