//! What is there in the end, read from the two databases and the gateway's files, not from what anybody says.

use std::{collections::BTreeSet, fmt, path::Path, time::Duration};

use jingbao_core::canon::Sha256;
use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::Failed;
use crate::roadside::Installation;

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// Kills of the phone, the gateway, tusd.
    pub kills: [u32; 3],
    /// Photos and seals that the phone had acknowledged.
    pub acknowledged: usize,
    /// Operations with a receipt.
    pub done: u64,
    /// What of it is not on the gateway, or not byte for byte; and gaps in the log of duty.
    pub lost: u64,
    /// Stored more often than there are operations.
    pub double: u64,
    /// What still waited or was parked in the end.
    pub stuck: u32,
    /// How often a database was not whole.
    pub unclean: u32,
    /// From the first kill to the last.
    pub elapsed: Duration,
}

impl Verdict {
    /// Whether nothing at all went wrong.
    pub fn is_good(&self) -> bool {
        (self.lost, self.double, self.stuck, self.unclean) == (0, 0, 0, 0)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verdict { kills: [phone, gateway, tusd], acknowledged, done, lost, double, stuck, unclean, elapsed } = self;
        let kills = phone + gateway + tusd;
        let pace = f64::from(kills) / elapsed.as_secs_f64().max(0.001);
        write!(
            f,
            "{kills} kills (phone {phone}, gateway {gateway}, tusd {tusd}; {pace:.1} a second): {acknowledged} \
             acknowledged, {done} operations done, {lost} lost, {double} double, {stuck} stuck, {unclean} unclean"
        )
    }
}

/// The phone's store as its own program would see it. Nothing of it is changed, the log of changes stays where it is.
fn phone_store(phone: &Installation) -> Result<Connection, Failed> {
    let master = std::fs::read(phone.folder.join("master.key"))?;
    let mut raw = [0; 32];
    hkdf::Hkdf::<sha2::Sha256>::new(None, &master)
        .expand(b"jingbao database v1", &mut raw)
        .map_err(|_| "the key cannot be derived")?;
    let db = open(&phone.store().join("jingbao.db"))?;
    db.pragma_update(None, "key", format!("x'{}'", hex::encode(raw)))?;
    Ok(db)
}

fn open(path: &Path) -> Result<Connection, Failed> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(db)
}

fn is_clean(db: &Connection) -> Result<bool, Failed> {
    let whole: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    let dangling = db.prepare("PRAGMA foreign_key_check")?.exists([])?;
    Ok(whole == "ok" && !dangling)
}

pub(super) fn phone_is_clean(phone: &Installation) -> Result<bool, Failed> {
    is_clean(&phone_store(phone)?)
}

pub(super) fn gateway_is_clean(data: &Path) -> Result<bool, Failed> {
    is_clean(&open(&data.join("gateway.sqlite"))?)
}

/// Compares what the phone told, what its store holds and what the gateway holds.
pub(super) fn judge(
    phone: &Installation,
    data: &Path,
    told: &[String],
    [pending, parked, done]: [u32; 3],
) -> Result<Verdict, Failed> {
    let (here, there) = (phone_store(phone)?, open(&data.join("gateway.sqlite"))?);
    let count = |db: &Connection, query: &str| -> Result<u64, Failed> {
        Ok(db.query_row(query, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
    };
    let mut verdict = Verdict { stuck: pending + parked, ..Verdict::default() };
    let mut lost = BTreeSet::new();
    for line in told.iter().collect::<BTreeSet<_>>() {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["photo", case, sha256] => {
                verdict.acknowledged += 1;
                let bytes = std::fs::read(data.join("photos").join(case).join(sha256)).unwrap_or_default();
                let query = "SELECT count(*) FROM photos WHERE case_id = ?1 AND sha256 = ?2";
                let rows: i64 = there.query_row(query, [case, sha256], |row| row.get(0))?;
                if rows != 1 || Sha256::of(&bytes).to_string() != sha256 {
                    lost.insert(line);
                }
            }
            ["sealed", case, number] => {
                verdict.acknowledged += 1;
                let query = "SELECT count(*) FROM revisions WHERE case_id = ?1 AND number = ?2";
                let rows: i64 = there.query_row(query, [case, number], |row| row.get(0))?;
                if rows != 1 {
                    lost.insert(line);
                }
            }
            _ => {}
        }
    }
    lost.iter().take(5).for_each(|line| eprintln!("lost: {line}"));
    let gaps = count(&there, "SELECT coalesce(max(seq), 0) - count(*) FROM events")?;
    verdict.lost = lost.len() as u64 + gaps;
    // One operation, one row: the phone's own count is the measure. Duty events share receipts, everything else has its own.
    verdict.done = done.into();
    let photos = count(&there, "SELECT count(*) FROM photos")?;
    let ids = count(&there, "SELECT count(*) FROM (SELECT DISTINCT case_id, photo FROM photos)")?;
    let single = "SELECT count(*) FROM receipts WHERE json_extract(receipt, '$.receipt.manifest.kind') <> 'events'";
    let stored = count(&there, single)? + count(&there, "SELECT count(*) FROM events")?;
    verdict.double = stored.abs_diff(verdict.done) + (photos - ids);
    verdict.unclean = u32::from(!is_clean(&here)?) + u32::from(!is_clean(&there)?);
    Ok(verdict)
}
