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
    duty::OpenAccident,
    exchange::{CredentialFile, SignedRevocations},
    id::{CaseId, DeviceId},
    pack::SignedPack,
    time::Timestamp,
    wire::{ClaimReason, ClaimState, EventBatch, Feed, FileReturned, SignedReceipt},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    Answered, Broken, CaseView, Device, Document, NewClaim, Refusal, Role, Store, Stored, StoredClaim, StoredDocument,
    StoredPhoto, Upload, accidents, bytes::Folders, claims, feed, group::Group, schema, writes,
};

/// The embedded storage.
pub struct SqliteStore {
    db: Mutex<Connection>,
    group: Group,
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
        Ok(SqliteStore { db: Mutex::new(db), group: Group::default(), folders })
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

fn one_device(db: &Connection, query: &str, by: &str) -> Result<Option<Device>, Broken> {
    let mut select = db.prepare(query)?;
    let mut rows = select.query([by])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let (key, role): (String, String) = (row.get(1)?, row.get(3)?);
    let key = if key.is_empty() { None } else { Some(key.try_into().map_err(|_| Broken::Unreadable("device key"))?) };
    let role = Role::from_code(&role).ok_or(Broken::Unreadable("role"))?;
    Ok(Some(Device { id: column(row, 0)?, key, company: row.get(2)?, role }))
}

impl Store for SqliteStore {
    fn add_device(&self, device: &Device, token: Sha256) -> Result<(), Broken> {
        let mut db = self.db();
        let tx = db.transaction()?;
        let key = device.key.clone().map(String::from).unwrap_or_default();
        tx.execute(
            "INSERT INTO devices VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (device) DO UPDATE SET key = ?2, company = ?3, role = ?4",
            params![device.id.to_string(), key, device.company, device.role.code()],
        )?;
        tx.execute("DELETE FROM tokens WHERE device = ?1", [device.id.to_string()])?;
        tx.execute("INSERT INTO tokens VALUES (?1, ?2)", [token.to_string(), device.id.to_string()])?;
        writes::enrolled(&tx, device, true)?;
        Ok(tx.commit()?)
    }

    fn revoke_device(&self, device: DeviceId) -> Result<bool, Broken> {
        let known = self.device(device)?;
        let mut db = self.db();
        let tx = db.transaction()?;
        tx.execute("DELETE FROM persons WHERE device = ?1", [device.to_string()])?;
        let had = tx.execute("DELETE FROM tokens WHERE device = ?1", [device.to_string()])? > 0;
        if let Some(known) = known.filter(|_| had) {
            writes::enrolled(&tx, &known, false)?;
        }
        tx.commit()?;
        Ok(had)
    }

    fn device(&self, device: DeviceId) -> Result<Option<Device>, Broken> {
        one_device(&self.db(), "SELECT device, key, company, role FROM devices WHERE device = ?1", &device.to_string())
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
        let query = "SELECT device, key, company, role FROM tokens JOIN devices USING (device) WHERE token_sha256 = ?1";
        one_device(&self.db(), query, &token.to_string())
    }

    fn put_revision(&self, document: &Document, receipt: &SignedReceipt) -> Result<Stored, Refusal> {
        let (document, receipt) = (document.clone(), receipt.clone());
        self.group.write(&self.db, move |tx| writes::revision(tx, &document, &receipt))
    }

    fn put_statement(&self, document: &Document, receipt: &SignedReceipt) -> Result<Stored, Refusal> {
        let (document, receipt) = (document.clone(), receipt.clone());
        self.group.write(&self.db, move |tx| writes::statement(tx, &document, &receipt))
    }

    fn put_claim(&self, claim: &NewClaim, receipt: &SignedReceipt) -> Result<Stored, Refusal> {
        let (claim, receipt) = (claim.clone(), receipt.clone());
        self.group.write(&self.db, move |tx| claims::put(tx, &claim, &receipt))
    }

    fn claim(&self, case: CaseId, number: u32) -> Result<Option<StoredClaim>, Broken> {
        claims::one(&self.db(), case, number)
    }

    fn claims(&self, insurer: Option<&str>, after: u64) -> Result<(Vec<StoredClaim>, u64), Broken> {
        claims::list(&self.db(), insurer, after)
    }

    fn answer_claim(
        &self,
        case: CaseId,
        number: u32,
        answer: (ClaimState, Option<ClaimReason>),
        at: Timestamp,
    ) -> Result<Option<Answered>, Broken> {
        claims::answer(&mut self.db(), case, number, answer, at)
    }

    fn put_events(&self, batch: &EventBatch, receipt: &SignedReceipt) -> Result<Stored, Refusal> {
        let (batch, receipt) = (batch.clone(), receipt.clone());
        self.group.write(&self.db, move |tx| writes::events(tx, &batch, &receipt))
    }

    fn log(&self) -> Result<Vec<LogLine>, Broken> {
        let db = self.db();
        let mut rows = db.prepare(
            "SELECT events.device, company, event FROM events JOIN devices USING (device)
             WHERE role <> 'driver' ORDER BY events.device, seq",
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

    fn return_file(&self, recorder: DeviceId, returned: &FileReturned) -> Result<bool, Broken> {
        writes::return_file(&mut self.db(), recorder, returned)
    }

    fn announce(&self, by: DeviceId, accident: &OpenAccident) -> Result<(bool, bool), Refusal> {
        writes::announce(&mut self.db(), by, accident)
    }

    fn close_accident(&self, id: &str) -> Result<bool, Refusal> {
        writes::close_accident(&mut self.db(), id)
    }

    fn open_accidents(&self, degrees: [f64; 4]) -> Result<Vec<OpenAccident>, Broken> {
        accidents::between(&self.db(), degrees)
    }

    fn create_upload(&self, upload: &Upload) -> Result<(), Broken> {
        self.folders.create(&upload.id)?;
        self.db().execute(
            "INSERT INTO uploads VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?7)",
            params![
                upload.id,
                upload.device.to_string(),
                upload.case.to_string(),
                upload.photo.to_string(),
                upload.sha256.to_string(),
                upload.length.cast_signed(),
                upload.elsewhere
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
                elsewhere: row.get(8)?,
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
        let (its, by) = (upload.clone(), receipt.clone());
        let stored = self.group.write(&self.db, move |tx| writes::photo(tx, &its, &by))?;
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

    fn has_people_at(&self, company: &str, case: CaseId) -> Result<bool, Broken> {
        let query = "SELECT EXISTS (SELECT 1 FROM devices WHERE company = ?1 AND role = 'specialist' AND device IN (
             SELECT device FROM revisions WHERE case_id = ?2 UNION SELECT device FROM statements WHERE case_id = ?2
             UNION SELECT device FROM photos WHERE case_id = ?2))";
        Ok(self.db().query_row(query, [company, &case.to_string()], |row| row.get(0))?)
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

    fn feed(&self, reader: &Device, after: u64) -> Result<Feed, Broken> {
        feed::read(&self.db(), reader, after)
    }
}
