//! Rows of the own credentials and of the list of revocations, as they came.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::{canon::Sha256, edge::trouble::Trouble};

/// Every credential file.
pub(in crate::edge) fn all(c: &Connection) -> Result<Vec<Vec<u8>>, Trouble> {
    let mut rows = c.prepare("SELECT file FROM credential ORDER BY sha256")?;
    Ok(rows.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Keeps a credential under its name; one that is there already stays as it is.
pub(in crate::edge) fn keep(tx: &Transaction<'_>, id: Sha256, file: &[u8]) -> Result<(), Trouble> {
    tx.execute("INSERT INTO credential VALUES (?1, ?2) ON CONFLICT DO NOTHING", params![id.to_string(), file])?;
    Ok(())
}

/// The newest list of revocations.
pub(in crate::edge) fn revocations(c: &Connection) -> Result<Option<Vec<u8>>, Trouble> {
    Ok(c.query_row("SELECT file FROM revocations", [], |row| row.get(0)).optional()?)
}

/// Replaces the list of revocations.
pub(in crate::edge) fn set_revocations(tx: &Transaction<'_>, file: &[u8]) -> Result<(), Trouble> {
    tx.execute("INSERT INTO revocations VALUES (1, ?1) ON CONFLICT (only) DO UPDATE SET file = ?1", [file])?;
    Ok(())
}
