//! Duty events, counters and heard-of accidents.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::journal::json;
use crate::{canon, duty::OpenAccident, edge::trouble::Trouble, inbox::Aside, wire::LoggedEvent};

/// A new duty event.
pub(in crate::edge) fn insert_event(tx: &Transaction<'_>, event: &LoggedEvent) -> Result<(), Trouble> {
    tx.prepare_cached("INSERT INTO duty_event (seq, event, kind) VALUES (?1, ?2, ?3)")?.execute(params![
        event.seq as i64,
        canon::bytes(event)?,
        event.kind
    ])?;
    Ok(())
}

/// One duty event.
pub(in crate::edge) fn event(c: &Connection, seq: u64) -> Result<LoggedEvent, Trouble> {
    let bytes: Vec<u8> = c.query_row("SELECT event FROM duty_event WHERE seq = ?1", [seq as i64], |row| row.get(0))?;
    json(&bytes)
}

/// All duty events in order.
pub(in crate::edge) fn events(c: &Connection) -> Result<Vec<LoggedEvent>, Trouble> {
    let mut rows = c.prepare("SELECT event FROM duty_event ORDER BY seq")?;
    let rows: Vec<Vec<u8>> = rows.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    rows.iter().map(|bytes| json(bytes)).collect()
}

/// The duty events of one kind after a number, in order.
pub(in crate::edge) fn events_of(c: &Connection, kind: &str, after: u64) -> Result<Vec<LoggedEvent>, Trouble> {
    let mut rows = c.prepare_cached("SELECT event FROM duty_event WHERE kind = ?1 AND seq > ?2 ORDER BY seq")?;
    let rows: Vec<Vec<u8>> =
        rows.query_map(params![kind, after as i64], |row| row.get(0))?.collect::<Result<_, _>>()?;
    rows.iter().map(|bytes| json(bytes)).collect()
}

/// The number of the last duty event of one kind, or of any; 0 if there is none.
pub(in crate::edge) fn last_event(c: &Connection, kind: Option<&str>) -> Result<u64, Trouble> {
    let last: Option<i64> = match kind {
        Some(kind) => c.query_row("SELECT max(seq) FROM duty_event WHERE kind = ?1", [kind], |row| row.get(0))?,
        None => c.query_row("SELECT max(seq) FROM duty_event", [], |row| row.get(0))?,
    };
    Ok(last.unwrap_or(0).unsigned_abs())
}

/// A counter or cursor.
pub(in crate::edge) fn counter(c: &Connection, name: &str) -> Result<Option<String>, Trouble> {
    Ok(c.query_row("SELECT value FROM counters WHERE name = ?1", [name], |row| row.get(0)).optional()?)
}

/// Sets a counter or cursor.
pub(in crate::edge) fn set_counter(tx: &Transaction<'_>, name: &str, value: &str) -> Result<(), Trouble> {
    tx.execute(
        "INSERT INTO counters (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, value],
    )?;
    Ok(())
}

/// Keeps an accident heard of.
pub(in crate::edge) fn save_accident(tx: &Transaction<'_>, accident: &OpenAccident) -> Result<(), Trouble> {
    tx.execute(
        "INSERT INTO accident (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        params![accident.id, canon::bytes(accident)?],
    )?;
    Ok(())
}

/// Forgets an accident that is over.
pub(in crate::edge) fn remove_accident(tx: &Transaction<'_>, id: &str) -> Result<(), Trouble> {
    tx.execute("DELETE FROM accident WHERE id = ?1", [id])?;
    Ok(())
}

/// All accidents heard of.
pub(in crate::edge) fn accidents(c: &Connection) -> Result<Vec<OpenAccident>, Trouble> {
    let mut rows = c.prepare("SELECT body FROM accident ORDER BY id")?;
    let rows: Vec<Vec<u8>> = rows.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    rows.iter().map(|bytes| json(bytes)).collect()
}

/// Sets an entry of the feed aside; the same again is the same.
pub(in crate::edge) fn set_aside(tx: &Transaction<'_>, aside: &Aside) -> Result<(), Trouble> {
    tx.execute(
        "INSERT OR IGNORE INTO inbox_aside (cursor, entry) VALUES (?1, ?2)",
        params![aside.cursor, canon::bytes(&aside.entry)?],
    )?;
    Ok(())
}

/// What was set aside.
pub(in crate::edge) fn aside(c: &Connection) -> Result<Vec<Aside>, Trouble> {
    let mut rows = c.prepare("SELECT cursor, entry FROM inbox_aside ORDER BY cursor")?;
    let rows: Vec<(String, Vec<u8>)> =
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    rows.into_iter().map(|(cursor, entry)| Ok(Aside { cursor, entry: json(&entry)? })).collect()
}

/// It is aside no more.
pub(in crate::edge) fn drop_aside(tx: &Transaction<'_>, cursor: &str) -> Result<(), Trouble> {
    tx.execute("DELETE FROM inbox_aside WHERE cursor = ?1", [cursor])?;
    Ok(())
}
