//! Rows of cases: journal, leaves, heads, photos, documents.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use zeroize::Zeroizing;

use crate::{
    canon::{Sha256, Signature},
    custody::{Head, Leaf, Salt, SignedHead},
    edge::{keys::Secret, trouble::Trouble},
    form::Entry,
    id::{CaseId, DeviceId, PhotoId},
    time::Timestamp,
};

/// A case as its rows.
pub(in crate::edge) struct CaseRow {
    pub(in crate::edge) id: CaseId,
    /// The hash of the pack's document; none in a store of schema 1.
    pub(in crate::edge) pack: Option<Sha256>,
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

/// A case with its journal, its leaf hashes and the pack it was begun under.
pub(in crate::edge) fn case(c: &Connection, case: CaseId) -> Result<Option<CaseRow>, Trouble> {
    let asked = "SELECT pack FROM cases LEFT JOIN case_pack ON case_id = id WHERE id = ?1";
    let pack: Option<Option<String>> =
        c.prepare_cached(asked)?.query_row([case.to_string()], |row| row.get(0)).optional()?;
    let Some(pack) = pack else { return Ok(None) };
    let mut rows = c.prepare_cached(
        "SELECT j.entry, l.hash FROM journal j JOIN leaf l USING (case_id, seq) WHERE j.case_id = ?1 ORDER BY j.seq",
    )?;
    let pairs: Vec<(Vec<u8>, Vec<u8>)> =
        rows.query_map([case.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let pack = pack.map(|text| id(&text)).transpose()?;
    let mut found = CaseRow { id: case, pack, entries: Vec::new(), leaves: Vec::new() };
    for (entry, hash) in pairs {
        found.entries.push(json(&entry)?);
        found.leaves.push(digest(&hash)?);
    }
    Ok(Some(found))
}

fn ids(c: &Connection, asked: &str, with: impl rusqlite::Params) -> Result<Vec<CaseId>, Trouble> {
    let mut rows = c.prepare_cached(asked)?;
    let rows: Vec<String> = rows.query_map(with, |row| row.get(0))?.collect::<Result<_, _>>()?;
    rows.iter().map(|text| id(text)).collect()
}

/// Every case, in order of opening.
pub(in crate::edge) fn cases(c: &Connection) -> Result<Vec<CaseId>, Trouble> {
    ids(c, "SELECT id FROM cases ORDER BY opened, id", [])
}

/// So many cases after this one, in the order of their names.
pub(in crate::edge) fn cases_after(c: &Connection, after: &str, most: u32) -> Result<Vec<CaseId>, Trouble> {
    let asked = "SELECT id FROM cases WHERE id > ?1 ORDER BY id LIMIT ?2";
    ids(c, asked, params![after, most])
}

/// The cases opened between two times, both included.
pub(in crate::edge) fn cases_opened(c: &Connection, from: Timestamp, to: Timestamp) -> Result<Vec<CaseId>, Trouble> {
    ids(c, "SELECT id FROM cases WHERE opened BETWEEN ?1 AND ?2 ORDER BY opened, id", [from.0, to.0])
}

/// The cases about the accident of this name.
pub(in crate::edge) fn cases_about(c: &Connection, accident: &str) -> Result<Vec<CaseId>, Trouble> {
    ids(c, "SELECT id FROM cases WHERE accident = ?1 ORDER BY opened, id", [accident])
}

/// The cases of a store of schema 6 and earlier, which did not say which accident they are about.
pub(in crate::edge) fn cases_about_unsaid(c: &Connection) -> Result<Vec<CaseId>, Trouble> {
    ids(c, "SELECT id FROM cases WHERE accident IS NULL ORDER BY id", [])
}

/// Says which accident a case is about.
pub(in crate::edge) fn set_about(tx: &Transaction<'_>, case: CaseId, accident: &str) -> Result<(), Trouble> {
    tx.execute("UPDATE cases SET accident = ?2 WHERE id = ?1", [case.to_string(), accident.to_owned()])?;
    Ok(())
}

/// Another case's photo of the same bytes.
pub(in crate::edge) fn same_photo_elsewhere(
    c: &Connection,
    case: CaseId,
    sha256: Sha256,
) -> Result<Option<CaseId>, Trouble> {
    let asked = "SELECT case_id FROM photo WHERE sha256 = ?1 AND case_id <> ?2 ORDER BY id LIMIT 1";
    Ok(ids(c, asked, [sha256.to_string(), case.to_string()])?.pop())
}

/// A new case.
pub(in crate::edge) fn insert_case(
    tx: &Transaction<'_>,
    case: CaseId,
    nature: &str,
    opened: i64,
    accident: &str,
) -> Result<(), Trouble> {
    tx.execute(
        "INSERT INTO cases (id, nature, opened, accident) VALUES (?1, ?2, ?3, ?4)",
        params![case.to_string(), nature, opened, accident],
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

/// The heads that the signer has not signed yet.
pub(in crate::edge) fn unsigned_heads(c: &Connection) -> Result<Vec<Head>, Trouble> {
    let mut rows = c.prepare_cached("SELECT head FROM head WHERE signature IS NULL ORDER BY case_id, size")?;
    let rows: Vec<Vec<u8>> = rows.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    rows.iter().map(|head| json(head)).collect()
}

/// All heads of a case, smallest first.
pub(in crate::edge) fn heads(c: &Connection, case: CaseId) -> Result<Vec<HeadRow>, Trouble> {
    let mut rows = c.prepare_cached("SELECT head, signature FROM head WHERE case_id = ?1 ORDER BY size")?;
    let rows: Vec<(Vec<u8>, Option<Vec<u8>>)> =
        rows.query_map([case.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
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

/// Cases with a frozen document whose head is not known to be time-stamped, the latest first.
pub(in crate::edge) fn cases_unstamped(c: &Connection, most: u32) -> Result<Vec<CaseId>, Trouble> {
    ids(c, "SELECT DISTINCT case_id FROM document WHERE NOT stamped ORDER BY case_id DESC LIMIT ?1", [most])
}

/// Every document of the case has its time-stamp, or wants none.
pub(in crate::edge) fn all_stamped(tx: &Transaction<'_>, case: CaseId) -> Result<(), Trouble> {
    tx.execute("UPDATE document SET stamped = 1 WHERE case_id = ?1", [case.to_string()])?;
    Ok(())
}
