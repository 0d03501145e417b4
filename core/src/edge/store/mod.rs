//! The SQLCipher store: one file, one writer, WAL with full sync. Reads and writes go through [`Store::read`] and
//! [`Store::write`]; `write` owns the transaction, so that nobody can call a port inside one.

pub(super) mod claims;
pub(super) mod credentials;
pub(super) mod journal;
mod migrations;
pub(super) mod outbox;
pub(super) mod packs;
pub(super) mod queue;
pub(super) mod shift;

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::{keys::Secret, steps::reached, trouble::Trouble};

pub(super) use journal::{CaseRow, PhotoRow};

/// The open store.
pub(super) struct Store {
    connection: Connection,
}

impl Store {
    /// Opens (or makes) the store at `path` with its raw key. A wrong key, a newer version, an unwritable folder are
    /// told apart, and none of them changes a byte.
    pub(super) fn open(path: &Path, key: &Secret) -> Result<Store, Trouble> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        // A wrong key is an answer of ours, not a line on somebody's standard error.
        connection.pragma_update(None, "cipher_log_level", "NONE")?;
        connection.pragma_update(None, "key", format!("x'{}'", hex::encode(key.as_slice())))?;
        // The first read tells a wrong key from the right one.
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get::<_, i64>(0))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        migrations::run(&mut connection)?;
        Ok(Store { connection })
    }

    /// Reads in no transaction of its own.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Trouble>) -> Result<T, Trouble> {
        work(&self.connection)
    }

    /// Brings every page home and leaves nothing of older ones in the log beside the file.
    pub(super) fn truncate(&self) -> Result<(), Trouble> {
        let left: i64 = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if left == 0 { Ok(()) } else { Err(Trouble::Busy) }
    }

    /// One transaction: all of `work` is durable on `Ok`, none of it on `Err`.
    pub(super) fn write<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Trouble>) -> Result<T, Trouble> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        reached("rows written");
        transaction.commit()?;
        reached("rows committed");
        Ok(result)
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    fn key(n: u8) -> Secret {
        Zeroizing::new([n; 32])
    }

    #[test]
    fn the_file_is_encrypted_and_opens_with_its_own_key_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("store.db");
        let mut store = Store::open(&path, &key(1)).expect("opens");
        store.write(|tx| queue::set_counter(tx, "name", "张三的现场")).expect("written");
        drop(store);
        for entry in std::fs::read_dir(folder.path()).expect("a folder") {
            let bytes = std::fs::read(entry.expect("an entry").path()).expect("reads");
            assert!(!bytes.windows(6).any(|six| six == "张三".as_bytes() || six == b"SQLite"));
        }
        let before = std::fs::read(&path).expect("reads");
        assert!(matches!(Store::open(&path, &key(2)), Err(Trouble::WrongKey)));
        assert_eq!(std::fs::read(&path).expect("reads"), before, "not a byte has moved");
        let again = Store::open(&path, &key(1)).expect("opens");
        assert_eq!(again.read(|c| queue::counter(c, "name")).expect("read").as_deref(), Some("张三的现场"));
    }

    #[test]
    fn a_transaction_that_fails_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(&folder.path().join("store.db"), &key(1)).expect("opens");
        let failed: Result<(), Trouble> = store.write(|tx| {
            queue::set_counter(tx, "half", "done")?;
            Err(Trouble::DiskFull)
        });
        assert!(matches!(failed, Err(Trouble::DiskFull)));
        assert_eq!(store.read(|c| queue::counter(c, "half")).expect("read"), None);
    }

    #[test]
    fn t21_a_full_disk_is_said_as_such_and_the_store_goes_on_once_there_is_room() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(&folder.path().join("store.db"), &key(1)).expect("opens");
        let pages: i64 = store.read(|c| Ok(c.query_row("PRAGMA page_count", [], |row| row.get(0))?)).expect("counted");
        let limit = |store: &Store, most: i64| {
            store.read(|c| Ok(c.query_row(&format!("PRAGMA max_page_count = {most}"), [], |row| row.get::<_, i64>(0))?))
        };
        limit(&store, pages + 1).expect("limited");
        let long = "x".repeat(100_000);
        let full = store.write(|tx| queue::set_counter(tx, "long", &long));
        assert!(matches!(full, Err(Trouble::DiskFull)), "{full:?}");
        limit(&store, 1_000_000).expect("room again");
        store.write(|tx| queue::set_counter(tx, "long", &long)).expect("written");
        assert_eq!(store.read(|c| queue::counter(c, "long")).expect("read"), Some(long));
    }
}
