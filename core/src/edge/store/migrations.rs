//! Numbered migrations. A number that has been released is never changed; a store of a higher number is refused.

use rusqlite::Connection;

use crate::edge::trouble::Trouble;

const STEPS: [&str; 7] = [
    include_str!("0001.sql"),
    include_str!("0002.sql"),
    include_str!("0003.sql"),
    include_str!("0004.sql"),
    include_str!("0005.sql"),
    include_str!("0006.sql"),
    include_str!("0007.sql"),
];

/// Brings the store to the newest version, each step in its own transaction.
pub(super) fn run(connection: &mut Connection) -> Result<(), Trouble> {
    let known = STEPS.len() as i64;
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(Trouble::NewerStore { found, known });
    }
    for (number, step) in (1..).zip(STEPS).skip(usize::try_from(found).unwrap_or(0)) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(connection: &Connection) -> Vec<(String, String, Option<String>)> {
        let mut rows =
            connection.prepare("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").expect("asked");
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("answered");
        rows.map(|row| row.expect("a row")).collect()
    }

    #[test]
    fn a_store_of_every_earlier_version_comes_to_the_schema_of_a_fresh_one() {
        let mut fresh = Connection::open_in_memory().expect("opens");
        run(&mut fresh).expect("migrated");
        let expected = schema(&fresh);
        assert!(expected.len() >= 9);
        for version in 0..=STEPS.len() {
            let mut old = Connection::open_in_memory().expect("opens");
            for (number, step) in (1_i64..).zip(STEPS).take(version) {
                old.execute_batch(step).expect("a step");
                old.pragma_update(None, "user_version", number).expect("numbered");
            }
            run(&mut old).expect("migrated");
            run(&mut old).expect("a second time is none");
            assert_eq!(schema(&old), expected, "from version {version}");
            let number: i64 = old.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a number");
            assert_eq!(number, STEPS.len() as i64);
        }
    }

    #[test]
    fn a_newer_store_is_refused_before_anything_is_written() {
        let mut newer = Connection::open_in_memory().expect("opens");
        newer.pragma_update(None, "user_version", 99).expect("numbered");
        assert!(matches!(run(&mut newer), Err(Trouble::NewerStore { found: 99, .. })));
        assert_eq!(schema(&newer), []);
    }

    #[test]
    fn s6_s11_the_tables_hold_foreign_keys_so_that_nothing_dangles() {
        let mut store = Connection::open_in_memory().expect("opens");
        store.pragma_update(None, "foreign_keys", true).expect("on");
        run(&mut store).expect("migrated");
        // S6, S11: an operation cannot wait for one that is not there, nor belong to no case.
        let lost = "INSERT INTO outbox (op, place, case_id, after, item) VALUES ('b', 1, NULL, 'a', x'00')";
        assert!(store.execute(lost, []).is_err());
        let orphan = "INSERT INTO outbox (op, place, case_id, after, item) VALUES ('b', 1, 'c', NULL, x'00')";
        assert!(store.execute(orphan, []).is_err());
    }
}
