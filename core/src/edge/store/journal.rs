//! Rows of cases: journal, leaves, heads, photos, documents.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use zeroize::Zeroizing;

use crate::{
    canon::{Sha256, Signature},
    custody::{Head, Leaf, Salt, SignedHead},
    edge::{keys::Secret, trouble::Trouble},
    form::Entry,
    id::{CaseId, DeviceId, PhotoId},
};

/// A case as its rows.
pub(in crate::edge) struct CaseRow {
    pub(in crate::edge) id: CaseId,
    pub(in crate::edge) entries: Vec<Entry>,
    pub(in crate::edge) leaves: Vec<Sha256>,
}

/// A frozen head.
pub(in crate::edge) struct HeadRow {
    pub(in crate::edge) head: Head,
    pub(in crate::edge) signature: Option<Signature>,
}

impl HeadRow {
    /// The head with its signature, if it is signed.
    pub(in crate::edge) fn signed(self) -> Option<SignedHead> {
        self.signature.map(|signature| SignedHead { head: self.head, signature })
    }
}

/// A photo's row.
pub(in crate::edge) struct PhotoRow {
    pub(in crate::edge) id: PhotoId,
    pub(in crate::edge) case: CaseId,
    pub(in crate::edge) sha256: Sha256,
    pub(in crate::edge) bytes: u64,
    pub(in crate::edge) format: Option<String>,
    pub(in crate::edge) key: Option<Vec<u8>>,
    /// The camera's file, until it is removed.
    pub(in crate::edge) temporary: Option<String>,
}

pub(in crate::edge) fn id<T: std::str::FromStr>(text: &str) -> Result<T, Trouble> {
    text.parse().map_err(|_| Trouble::Unreadable)
}

pub(in crate::edge) fn json<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Trouble> {
    serde_json::from_slice(bytes).map_err(|_| Trouble::Unreadable)
}

fn digest(bytes: &[u8]) -> Result<Sha256, Trouble> {
    bytes.try_into().map(Sha256).map_err(|_| Trouble::Unreadable)
}

/// The device's identity, made on first use.
pub(in crate::edge) fn identity(tx: &Transaction<'_>, fresh: DeviceId) -> Result<DeviceId, Trouble> {
    tx.execute("INSERT OR IGNORE INTO identity (only, device) VALUES (1, ?1)", [fresh.to_string()])?;
    let text: String = tx.query_row("SELECT device FROM identity", [], |row| row.get(0))?;
    id(&text)
}

/// Every case with its journal and leaf hashes, in order of opening.
pub(in crate::edge) fn cases(c: &Connection) -> Result<Vec<CaseRow>, Trouble> {
    let mut ids = c.prepare("SELECT id FROM cases ORDER BY opened, id")?;
    let ids: Vec<String> = ids.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut rows = c.prepare(
        "SELECT j.entry, l.hash FROM journal j JOIN leaf l USING (case_id, seq) WHERE j.case_id = ?1 ORDER BY j.seq",
    )?;
    ids.iter()
        .map(|text| {
            let pairs: Vec<(Vec<u8>, Vec<u8>)> =
                rows.query_map([text], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
            let mut case = CaseRow { id: id(text)?, entries: Vec::new(), leaves: Vec::new() };
            for (entry, hash) in pairs {
                case.entries.push(json(&entry)?);
                case.leaves.push(digest(&hash)?);
            }
            Ok(case)
        })
        .collect()
}

/// A new case.
pub(in crate::edge) fn insert_case(
    tx: &Transaction<'_>,
    case: CaseId,
    nature: &str,
    opened: i64,
) -> Result<(), Trouble> {
    tx.execute(
        "INSERT INTO cases (id, nature, opened) VALUES (?1, ?2, ?3)",
        params![case.to_string(), nature, opened],
    )?;
    Ok(())
}

/// One entry and its leaf.
pub(in crate::edge) fn append(
    tx: &Transaction<'_>,
    case: CaseId,
    seq: u64,
    entry: &[u8],
    salt: Salt,
    hash: Sha256,
) -> Result<(), Trouble> {
    let (case, seq) = (case.to_string(), seq as i64);
    tx.prepare_cached("INSERT INTO journal (case_id, seq, entry) VALUES (?1, ?2, ?3)")?
        .execute(params![case, seq, entry])?;
    tx.prepare_cached("INSERT INTO leaf (case_id, seq, salt, hash) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![case, seq, salt.0, hash.0])?;
    Ok(())
}

/// The leaves of a case as canonical JSON lines.
pub(in crate::edge) fn leaves(c: &Connection, case: CaseId, device: DeviceId) -> Result<Vec<Vec<u8>>, Trouble> {
    let mut rows = c.prepare(
        "SELECT j.seq, j.entry, l.salt FROM journal j JOIN leaf l USING (case_id, seq) WHERE j.case_id = ?1 ORDER BY j.seq",
    )?;
    let rows: Vec<(i64, Vec<u8>, [u8; 16])> = rows
        .query_map([case.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    rows.into_iter()
        .map(|(seq, entry, salt)| {
            let leaf = Leaf { case, device, seq: seq.unsigned_abs(), salt: Salt(salt), event: json(&entry)? };
            Ok(leaf.bytes()?)
        })
        .collect()
}

/// Freezes a head.
pub(in crate::edge) fn freeze_head(tx: &Transaction<'_>, head: &Head) -> Result<(), Trouble> {
    tx.execute(
        "INSERT INTO head (case_id, size, head) VALUES (?1, ?2, ?3)",
        params![head.case.to_string(), head.size as i64, head.bytes()?],
    )?;
    Ok(())
}

/// Stores the signature of a frozen head.
pub(in crate::edge) fn sign_head(tx: &Transaction<'_>, head: &Head, signature: &Signature) -> Result<(), Trouble> {
    tx.execute(
        "UPDATE head SET signature = ?3 WHERE case_id = ?1 AND size = ?2",
        params![head.case.to_string(), head.size as i64, signature.0],
    )?;
    Ok(())
}

/// All heads of a case, or of all cases, smallest first.
pub(in crate::edge) fn heads(c: &Connection, case: Option<CaseId>) -> Result<Vec<HeadRow>, Trouble> {
    let mut rows =
        c.prepare("SELECT head, signature FROM head WHERE ?1 IS NULL OR case_id = ?1 ORDER BY case_id, size")?;
    let rows: Vec<(Vec<u8>, Option<Vec<u8>>)> = rows
        .query_map([case.map(|case| case.to_string())], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    rows.into_iter()
        .map(|(head, signature)| Ok(HeadRow { head: json(&head)?, signature: signature.map(Signature) }))
        .collect()
}

/// Writes a photo's row.
pub(in crate::edge) fn insert_photo(tx: &Transaction<'_>, photo: &PhotoRow) -> Result<(), Trouble> {
    tx.execute(
        "INSERT INTO photo (id, case_id, sha256, bytes, format, key, temporary) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            photo.id.to_string(),
            photo.case.to_string(),
            photo.sha256.to_string(),
            photo.bytes as i64,
            photo.format,
            photo.key,
            photo.temporary
        ],
    )?;
    Ok(())
}

/// One photo.
pub(in crate::edge) fn photo(c: &Connection, photo: PhotoId) -> Result<Option<PhotoRow>, Trouble> {
    let asked = "SELECT case_id, sha256, bytes, format, key, temporary FROM photo WHERE id = ?1";
    let row = c
        .query_row(asked, [photo.to_string()], |row| {
            let texts: (String, String) = (row.get(0)?, row.get(1)?);
            Ok((texts, row.get::<_, i64>(2)?.unsigned_abs(), row.get(3)?, row.get(4)?, row.get(5)?))
        })
        .optional()?;
    row.map(|((case, sha256), bytes, format, key, temporary)| {
        Ok(PhotoRow { id: photo, case: id(&case)?, sha256: id(&sha256)?, bytes, format, key, temporary })
    })
    .transpose()
}

/// Files of cameras that were to be removed, with the hash of the photo each was.
pub(in crate::edge) fn temporaries(c: &Connection) -> Result<Vec<(String, Sha256)>, Trouble> {
    let mut rows = c.prepare("SELECT temporary, sha256 FROM photo WHERE temporary IS NOT NULL ORDER BY id")?;
    let rows: Vec<(String, String)> =
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    rows.into_iter().map(|(path, sha256)| Ok((path, id(&sha256)?))).collect()
}

/// All of them are seen to.
pub(in crate::edge) fn forget_temporaries(tx: &Transaction<'_>) -> Result<(), Trouble> {
    tx.execute("UPDATE photo SET temporary = NULL WHERE temporary IS NOT NULL", [])?;
    Ok(())
}

/// The deletion of a photo: without its key nobody opens its file.
pub(in crate::edge) fn drop_key(tx: &Transaction<'_>, photo: PhotoId) -> Result<(), Trouble> {
    tx.execute("UPDATE photo SET key = NULL WHERE id = ?1", [photo.to_string()])?;
    Ok(())
}

/// Another label key: no label that was sealed before opens any more.
pub(in crate::edge) fn set_label_key(tx: &Transaction<'_>, key: &Secret) -> Result<(), Trouble> {
    tx.execute("UPDATE label_key SET key = ?1", [key.as_slice()])?;
    Ok(())
}

/// The label key; `fresh` on first use.
pub(in crate::edge) fn label_key(tx: &Transaction<'_>, fresh: &Secret) -> Result<Secret, Trouble> {
    tx.execute("INSERT OR IGNORE INTO label_key (only, key) VALUES (1, ?1)", [fresh.as_slice()])?;
    Ok(Zeroizing::new(tx.query_row("SELECT key FROM label_key", [], |row| row.get(0))?))
}

/// Freezes a record or statement.
pub(in crate::edge) fn insert_document(
    tx: &Transaction<'_>,
    case: CaseId,
    kind: &str,
    number: u32,
    bytes: &[u8],
    head: u64,
) -> Result<(), Trouble> {
    tx.execute(
        "INSERT INTO document (case_id, kind, number, bytes, head) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![case.to_string(), kind, number, bytes, head as i64],
    )?;
    Ok(())
}

/// Frozen documents of a case: number, canonical bytes, size of the head they were frozen with.
pub(in crate::edge) fn documents(
    c: &Connection,
    case: CaseId,
    kind: &str,
) -> Result<Vec<(u32, Vec<u8>, u64)>, Trouble> {
    let mut rows =
        c.prepare("SELECT number, bytes, head FROM document WHERE case_id = ?1 AND kind = ?2 ORDER BY number")?;
    let rows: Vec<(u32, Vec<u8>, i64)> = rows
        .query_map(params![case.to_string(), kind], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    Ok(rows.into_iter().map(|(number, bytes, head)| (number, bytes, head.unsigned_abs())).collect())
}
