//! Rows of rule packs: their documents, which case stands under which, and the last one that was refused.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::{
    canon::{KeyId, Sha256, Signature},
    edge::trouble::Trouble,
    id::CaseId,
};

/// A pack's row.
pub(in crate::edge) struct PackRow {
    /// Canonical JSON of the pack.
    pub(in crate::edge) document: Vec<u8>,
    /// Who signed the document, and how; none for one that came with an app.
    pub(in crate::edge) signed: Option<(KeyId, Signature)>,
}

/// Every pack of this phone.
pub(in crate::edge) fn all(c: &Connection) -> Result<Vec<PackRow>, Trouble> {
    type Row = (Vec<u8>, Option<String>, Option<String>);
    let mut rows = c.prepare("SELECT document, key, signature FROM pack ORDER BY sha256")?;
    let rows: Vec<Row> =
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?;
    rows.into_iter()
        .map(|(document, key, signature)| {
            let signature = signature.map(|text| Signature::try_from(text).map_err(|_| Trouble::Unreadable));
            Ok(PackRow { document, signed: key.map(KeyId).zip(signature.transpose()?) })
        })
        .collect()
}

/// Keeps a pack. One that is there already stays as it is, but for a signature that it did not have.
pub(in crate::edge) fn keep(tx: &Transaction<'_>, sha256: Sha256, row: &PackRow) -> Result<(), Trouble> {
    let (key, signature) = row.signed.as_ref().map(|(key, by)| (&key.0, String::from(by.clone()))).unzip();
    tx.execute(
        "INSERT INTO pack (sha256, document, key, signature) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (sha256) DO UPDATE SET key = excluded.key, signature = excluded.signature
         WHERE excluded.key IS NOT NULL",
        params![sha256.to_string(), row.document, key, signature],
    )?;
    Ok(())
}

/// Binds a new case to the pack it is begun under.
pub(in crate::edge) fn bind(tx: &Transaction<'_>, case: CaseId, pack: Sha256) -> Result<(), Trouble> {
    tx.execute("INSERT INTO case_pack (case_id, pack) VALUES (?1, ?2)", [case.to_string(), pack.to_string()])?;
    Ok(())
}

/// The last pack of the feed that was not taken, as it came.
pub(in crate::edge) fn refused(c: &Connection) -> Result<Option<Vec<u8>>, Trouble> {
    Ok(c.query_row("SELECT file FROM pack_refused", [], |row| row.get(0)).optional()?)
}

/// Remembers, or with `None` forgets, the last pack of the feed that was not taken.
pub(in crate::edge) fn set_refused(tx: &Transaction<'_>, file: Option<&[u8]>) -> Result<(), Trouble> {
    tx.execute("DELETE FROM pack_refused", [])?;
    if let Some(file) = file {
        tx.execute("INSERT INTO pack_refused (only, file) VALUES (1, ?1)", [file])?;
    }
    Ok(())
}
