//! Rows of the queue, duty events, counters and heard-of accidents.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::journal::json;
use crate::{canon, duty::OpenAccident, edge::trouble::Trouble, id::OpId, outbox::Item, wire::LoggedEvent};

/// Every row.
pub(in crate::edge) fn outbox(c: &Connection) -> Result<Vec<Item>, Trouble> {
    let mut rows = c.prepare("SELECT item FROM outbox ORDER BY place")?;
    let rows: Vec<Vec<u8>> = rows.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    rows.iter().map(|item| json(item)).collect()
}

/// A new row.
pub(in crate::edge) fn insert_item(tx: &Transaction<'_>, item: &Item) -> Result<(), Trouble> {
    tx.prepare_cached("INSERT INTO outbox (op, place, case_id, after, item) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(
        params![
            item.op.to_string(),
            item.order as i64,
            item.case.map(|case| case.to_string()),
            item.after.map(|op| op.to_string()),
            canon::bytes(item)?
        ],
    )?;
    Ok(())
}

/// The row as it is now.
pub(in crate::edge) fn save_item(tx: &Transaction<'_>, item: &Item) -> Result<(), Trouble> {
    tx.prepare_cached("UPDATE outbox SET item = ?2 WHERE op = ?1")?
        .execute(params![item.op.to_string(), canon::bytes(item)?])?;
    Ok(())
}

/// Remembers which upload was begun for an operation; `None` begins anew.
pub(in crate::edge) fn save_upload(tx: &Transaction<'_>, op: OpId, upload: Option<&str>) -> Result<(), Trouble> {
    tx.execute("UPDATE outbox SET upload = ?2 WHERE op = ?1", params![op.to_string(), upload])?;
    Ok(())
}

/// The upload begun for an operation.
pub(in crate::edge) fn upload(c: &Connection, op: OpId) -> Result<Option<String>, Trouble> {
    let found =
        c.query_row("SELECT upload FROM outbox WHERE op = ?1", [op.to_string()], |row| row.get(0)).optional()?;
    Ok(found.flatten())
}

/// A new duty event.
pub(in crate::edge) fn insert_event(tx: &Transaction<'_>, event: &LoggedEvent) -> Result<(), Trouble> {
    tx.execute("INSERT INTO duty_event (seq, event) VALUES (?1, ?2)", params![event.seq as i64, canon::bytes(event)?])?;
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
