//! [`Store`] in one SQLite file (WAL, FULL) and two folders. One connection, one writer; another process may enrol
//! devices meanwhile. The writes that are acknowledged stand in [`super::writes`].

use std::{
    io::Read,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jingbao_core::{
    assess::LogLine,
    canon::Sha256,
    exchange::{CredentialFile, SignedRevocations},
    id::{CaseId, DeviceId},
    pack::SignedPack,
    wire::{EventBatch, Feed, FeedEntry, SignedReceipt},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    Broken, CaseView, Device, Document, Refusal, Role, Store, Stored, StoredDocument, StoredPhoto, Upload,
    bytes::Folders, schema, writes,
};

/// Most entries of one answer of the feed.
const FEED_PAGE: usize = 200;
/// After so many bytes the rest comes with the next answer: a phone reads 8 MiB, and one pack has at most 4.
const FEED_BYTES: usize = 1 << 20;

/// The embedded storage.
pub struct SqliteStore {
    db: Mutex<Connection>,
    folders: Folders,
}

impl SqliteStore {
    /// Opens or makes the storage in a folder.
    pub fn open(data: &Path) -> Result<SqliteStore, Broken> {
        std::fs::create_dir_all(data)?;
        let folders = Folders::open(data)?;
        let mut db = Connection::open(data.join("gateway.sqlite"))?;
        db.busy_timeout(Duration::from_secs(10))?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "foreign_keys", "ON")?;
        schema::migrate(&mut db)?;
        Ok(SqliteStore { db: Mutex::new(db), folders })
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        // A panic between two statements leaves a transaction that was rolled back; the connection is sound.
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a text column as a value.
pub(super) fn column<T: std::str::FromStr>(row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    let unreadable = || rusqlite::Error::InvalidColumnType(at, "value".into(), rusqlite::types::Type::Text);
    row.get::<_, String>(at)?.parse().map_err(|_| unreadable())
}

/// Reads a column with JSON as a value.
pub(super) fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    let unreadable = || rusqlite::Error::InvalidColumnType(at, "json".into(), rusqlite::types::Type::Text);
    serde_json::from_str(&row.get::<_, String>(at)?).map_err(|_| unreadable())
}

impl Store for SqliteStore {
    fn add_device(&self, device: &Device, token: Sha256) -> Result<(), Broken> {
        let mut db = self.db();
        let tx = db.transaction()?;
        let role = if device.role == Role::Desk { "desk" } else { "phone" };
        tx.execute(
            "INSERT INTO devices VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (device) DO UPDATE SET key = ?2, company = ?3, role = ?4",
            params![device.id.to_string(), String::from(device.key.clone()), device.company, role],
        )?;
        tx.execute("DELETE FROM tokens WHERE device = ?1", [device.id.to_string()])?;
        tx.execute("INSERT INTO tokens VALUES (?1, ?2)", [token.to_string(), device.id.to_string()])?;
        Ok(tx.commit()?)
    }

    fn revoke_device(&self, device: DeviceId) -> Result<bool, Broken> {
        let mut db = self.db();
        let tx = db.transaction()?;
        tx.execute("DELETE FROM persons WHERE device = ?1", [device.to_string()])?;
        let known = tx.execute("DELETE FROM tokens WHERE device = ?1", [device.to_string()])? > 0;
        tx.commit()?;
        Ok(known)
    }

    fn device(&self, device: DeviceId) -> Result<Option<Device>, Broken> {
        let db = self.db();
        let mut select = db.prepare("SELECT device, key, company, role FROM devices WHERE device = ?1")?;
        let mut rows = select.query([device.to_string()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let key = row.get::<_, String>(1)?.try_into().map_err(|_| Broken::Unreadable("key"))?;
        let role = if row.get::<_, String>(3)? == "desk" { Role::Desk } else { Role::Phone };
        Ok(Some(Device { id: column(row, 0)?, key, company: row.get(2)?, role }))
    }

    fn bind_device(&self, device: DeviceId, number: &str, credential: &CredentialFile) -> Result<(), Broken> {
        writes::bind(&mut self.db(), device, number, credential)
    }

    fn person_of(&self, device: DeviceId) -> Result<Option<String>, Broken> {
        let db = self.db();
        let mut select = db.prepare("SELECT credential FROM persons WHERE device = ?1")?;
        Ok(select.query_row([device.to_string()], |row| row.get(0)).optional()?)
    }

    fn device_of(&self, token: Sha256) -> Result<Option<Device>, Broken> {
        let read = |row: &Row<'_>| {
            let role = if row.get::<_, String>(3)? == "desk" { Role::Desk } else { Role::Phone };
            Ok((column(row, 0)?, row.get::<_, String>(1)?, row.get(2)?, role))
        };
        let found = self
            .db()
            .query_row(
                "SELECT device, key, company, role FROM tokens JOIN devices USING (device) WHERE token_sha256 = ?1",
                [token.to_string()],
                read,
            )
            .optional()?;
        let Some((id, key, company, role)) = found else { return Ok(None) };
        let key = key.try_into().map_err(|_| Broken::Unreadable("device key"))?;
        Ok(Some(Device { id, key, company, role }))
    }

    fn put_revision(&self, document: &Document, receipt: &SignedReceipt) -> Result<Stored, Refusal> {
        writes::revision(&mut self.db(), document, receipt)
    }

    fn put_statement(&self, document: &Document, receipt: &SignedReceipt) -> Result<Stored, Refusal> {
        writes::statement(&mut self.db(), document, receipt)
    }

    fn put_events(&self, batch: &EventBatch, receipt: &SignedReceipt) -> Result<Stored, Refusal> {
        writes::events(&mut self.db(), batch, receipt)
    }

    fn log(&self) -> Result<Vec<LogLine>, Broken> {
        let db = self.db();
        let mut rows = db.prepare(
            "SELECT events.device, company, event FROM events JOIN devices USING (device) ORDER BY events.device, seq",
        )?;
        let read = |row: &Row<'_>| Ok((column(row, 0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?));
        rows.query_map([], read)?
            .map(|row| {
                let (device, company, event) = row?;
                let event = serde_json::from_slice(&event).map_err(|_| Broken::Unreadable("event"))?;
                Ok(LogLine { device, company: Some(company), event })
            })
            .collect()
    }

    fn create_upload(&self, upload: &Upload) -> Result<(), Broken> {
        self.folders.create(&upload.id)?;
        self.db().execute(
            "INSERT INTO uploads VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0)",
            params![
                upload.id,
                upload.device.to_string(),
                upload.case.to_string(),
                upload.photo.to_string(),
                upload.sha256.to_string(),
                upload.length.cast_signed()
            ],
        )?;
        Ok(())
    }

    fn upload(&self, id: &str) -> Result<Option<Upload>, Broken> {
        let read = |row: &Row<'_>| {
            Ok(Upload {
                id: row.get(0)?,
                device: column(row, 1)?,
                case: column(row, 2)?,
                photo: column(row, 3)?,
                sha256: column(row, 4)?,
                length: row.get::<_, i64>(5)?.cast_unsigned(),
                offset: row.get::<_, i64>(6)?.cast_unsigned(),
                committed: row.get(7)?,
            })
        };
        Ok(self.db().query_row("SELECT * FROM uploads WHERE id = ?1", [id], read).optional()?)
    }

    fn append(&self, id: &str, offset: u64, bytes: &[u8]) -> Result<(), Broken> {
        Ok(self.folders.write(id, offset, bytes)?)
    }

    fn settle(&self, id: &str, offset: u64) -> Result<(), Broken> {
        self.folders.settle(id, offset)?;
        self.db().execute("UPDATE uploads SET offset = ?2 WHERE id = ?1", params![id, offset.cast_signed()])?;
        Ok(())
    }

    fn drop_upload(&self, id: &str) -> Result<(), Broken> {
        self.db().execute("DELETE FROM uploads WHERE id = ?1 AND NOT committed", [id])?;
        Ok(self.folders.remove(id)?)
    }

    fn upload_bytes(&self, id: &str) -> Result<Box<dyn Read + Send>, Broken> {
        Ok(Box::new(self.folders.read(id)?))
    }

    fn put_photo(&self, upload: &Upload, receipt: &SignedReceipt) -> Result<Stored, Refusal> {
        self.folders.keep(&upload.id, upload.case, upload.sha256).map_err(Broken::from)?;
        let stored = writes::photo(&mut self.db(), upload, receipt)?;
        self.folders.remove(&upload.id).map_err(Broken::from)?;
        Ok(stored)
    }

    fn receipt(&self, manifest: Sha256) -> Result<Option<SignedReceipt>, Broken> {
        Ok(writes::receipt(&self.db(), manifest)?)
    }

    fn case(&self, case: CaseId) -> Result<Option<CaseView>, Broken> {
        let db = self.db();
        let document = |row: &Row<'_>| {
            let body: Vec<u8> = row.get(3)?;
            Ok(StoredDocument {
                device: column(row, 0)?,
                number: row.get(1)?,
                subject_sha256: column(row, 2)?,
                sha256: Sha256::of(&body),
                bytes: body.len() as u64,
                receipt: json(row, 4)?,
            })
        };
        let documents = |table: &str| -> Result<Vec<StoredDocument>, Broken> {
            let mut select = db.prepare(&format!(
                "SELECT device, number, subject, body, receipt FROM {table} JOIN receipts USING (manifest_sha256)
                 WHERE case_id = ?1 ORDER BY device, number"
            ))?;
            Ok(select.query_map([case.to_string()], document)?.collect::<Result<_, _>>()?)
        };
        let (revisions, statements) = (documents("revisions")?, documents("statements")?);
        let mut select = db.prepare(
            "SELECT photo, device, sha256, bytes, receipt FROM photos JOIN receipts USING (manifest_sha256)
             WHERE case_id = ?1 ORDER BY photo",
        )?;
        let photo = |row: &Row<'_>| {
            Ok(StoredPhoto {
                photo: column(row, 0)?,
                device: column(row, 1)?,
                sha256: column(row, 2)?,
                bytes: row.get::<_, i64>(3)?.cast_unsigned(),
                receipt: json(row, 4)?,
            })
        };
        let photos: Vec<StoredPhoto> = select.query_map([case.to_string()], photo)?.collect::<Result<_, _>>()?;
        if revisions.is_empty() && statements.is_empty() && photos.is_empty() {
            return Ok(None);
        }
        let state = if revisions.is_empty() { "open" } else { "stored" };
        let recorder = revisions.first().map(|first| first.device);
        let revision = revisions.last().map_or(0, |newest| newest.number);
        Ok(Some(CaseView { case, state, recorder, revision, revisions, statements, photos }))
    }

    fn photo_bytes(&self, case: CaseId, sha256: Sha256) -> Result<Option<Box<dyn Read + Send>>, Broken> {
        let known = self.db().query_row(
            "SELECT count(*) FROM photos WHERE case_id = ?1 AND sha256 = ?2",
            [case.to_string(), sha256.to_string()],
            |row| row.get::<_, i64>(0),
        )?;
        if known == 0 {
            return Ok(None);
        }
        Ok(Some(Box::new(self.folders.read_photo(case, sha256)?)))
    }

    fn publish_pack(&self, pack: &SignedPack) -> Result<bool, Broken> {
        writes::publish(&mut self.db(), "pack", pack)
    }

    fn publish_revocations(&self, list: &SignedRevocations) -> Result<bool, Broken> {
        writes::publish(&mut self.db(), "revocations", list)
    }

    fn feed(&self, device: DeviceId, after: u64) -> Result<Feed, Broken> {
        let db = self.db();
        let mut select = db.prepare(
            "SELECT cursor, kind, body FROM feed WHERE cursor > ?1 AND (device IS NULL OR device = ?2)
             ORDER BY cursor LIMIT ?3",
        )?;
        let entry = |row: &Row<'_>| {
            Ok(FeedEntry { cursor: row.get::<_, i64>(0)?.to_string(), kind: row.get(1)?, body: json(row, 2)? })
        };
        let mut rows = select.query_map(params![after.cast_signed(), device.to_string(), FEED_PAGE as i64], entry)?;
        let (mut entries, mut bytes) = (Vec::<FeedEntry>::new(), 0);
        while bytes < FEED_BYTES
            && let Some(entry) = rows.next().transpose()?
        {
            bytes += entry.body.to_string().len();
            entries.push(entry);
        }
        let next = entries.last().map_or_else(|| after.to_string(), |entry| entry.cursor.clone());
        Ok(Feed { entries, next })
    }
}
