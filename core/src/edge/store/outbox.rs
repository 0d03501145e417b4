//! Rows of the queue. What a poll asks for is found by index, so that it costs the same among ten rows and ten thousand:
//! a window of rows whose turn may be next, and when the next of the others is due. Not its business: whose turn it is.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Params, Transaction, params};

use super::journal::{id, json};
use crate::{
    canon,
    edge::trouble::Trouble,
    id::{CaseId, OpId},
    outbox::{Item, ItemState, Lane, Outbox, at_once},
    time::Moment,
};

/// What the columns beside a row repeat of it.
struct Columns {
    lane: i64,
    state: &'static str,
    due: i64,
    boot: String,
}

fn number(lane: Lane) -> i64 {
    match lane {
        Lane::Event => 0,
        Lane::Record => 1,
        Lane::Notice => 2,
        Lane::Photo => 3,
    }
}

impl Columns {
    fn of(item: &Item) -> Columns {
        let (state, due, boot) = match &item.state {
            ItemState::Unsigned => ("unsigned", 0, ""),
            ItemState::Waiting { not_before_ms, boot } => ("waiting", *not_before_ms, boot.as_str()),
            ItemState::InFlight { .. } => ("in_flight", 0, ""),
            ItemState::Parked { .. } => ("parked", 0, ""),
            ItemState::Withdrawn => ("withdrawn", 0, ""),
            ItemState::Done { .. } => ("done", 0, ""),
        };
        Columns { lane: number(item.payload.lane()), state, due, boot: boot.to_owned() }
    }
}

fn items(c: &Connection, asked: &str, with: impl Params) -> Result<Vec<Item>, Trouble> {
    let mut rows = c.prepare_cached(asked)?;
    let rows: Vec<Vec<u8>> = rows.query_map(with, |row| row.get(0))?.collect::<Result<_, _>>()?;
    rows.iter().map(|item| json(item)).collect()
}

/// A new row.
pub(in crate::edge) fn insert(tx: &Transaction<'_>, item: &Item) -> Result<(), Trouble> {
    let Columns { lane, state, due, boot } = Columns::of(item);
    tx.prepare_cached(
        "INSERT INTO outbox (op, place, case_id, after, item, lane, state, due, boot)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        item.op.to_string(),
        item.order as i64,
        item.case.map(|case| case.to_string()),
        item.after.map(|op| op.to_string()),
        canon::bytes(item)?,
        lane,
        state,
        due,
        boot
    ])?;
    Ok(())
}

/// The row as it is now.
pub(in crate::edge) fn save(tx: &Transaction<'_>, item: &Item) -> Result<(), Trouble> {
    let Columns { state, due, boot, .. } = Columns::of(item);
    tx.prepare_cached("UPDATE outbox SET item = ?2, state = ?3, due = ?4, boot = ?5 WHERE op = ?1")?
        .execute(params![item.op.to_string(), canon::bytes(item)?, state, due, boot])?;
    Ok(())
}

/// One row.
pub(in crate::edge) fn item(c: &Connection, op: OpId) -> Result<Option<Item>, Trouble> {
    Ok(items(c, "SELECT item FROM outbox WHERE op = ?1", [op.to_string()])?.pop())
}

/// Every row, in order.
pub(in crate::edge) fn all(c: &Connection) -> Result<Vec<Item>, Trouble> {
    items(c, "SELECT item FROM outbox ORDER BY place", [])
}

/// The rows of a case, in order.
pub(in crate::edge) fn of_case(c: &Connection, case: CaseId) -> Result<Vec<Item>, Trouble> {
    items(c, "SELECT item FROM outbox WHERE case_id = ?1 ORDER BY place", [case.to_string()])
}

/// The rows in a state other than waiting or done: few, however long the queue.
pub(in crate::edge) fn in_state(c: &Connection, state: &str) -> Result<Vec<Item>, Trouble> {
    let asked = "SELECT item FROM outbox WHERE state = ?1 AND state <> 'waiting' AND state <> 'done' ORDER BY place";
    items(c, asked, [state])
}

/// The last row in a lane of a case, or of what belongs to none: a new one goes after it.
pub(in crate::edge) fn last(c: &Connection, lane: Lane, case: Option<CaseId>) -> Result<Option<OpId>, Trouble> {
    let asked = "SELECT op FROM outbox WHERE lane = ?1 AND case_id IS ?2 ORDER BY place DESC LIMIT 1";
    let mut rows = c.prepare_cached(asked)?;
    let found: Option<String> =
        rows.query_row(params![number(lane), case.map(|case| case.to_string())], |row| row.get(0)).optional()?;
    found.map(|op| id(&op)).transpose()
}

/// The highest place that was given to a row.
pub(in crate::edge) fn last_place(c: &Connection) -> Result<u64, Trouble> {
    let last: Option<i64> = c.query_row("SELECT max(place) FROM outbox", [], |row| row.get(0))?;
    Ok(last.unwrap_or(0).unsigned_abs())
}

/// The rows whose turn may be next, and what they wait for: of each lane those that are due, one of each case first.
pub(in crate::edge) fn window(c: &Connection, outbox: &Outbox, now: &Moment) -> Result<Vec<Item>, Trouble> {
    const DUE: &str = "state = 'waiting' AND lane = ?1 AND (boot <> ?2 OR due <= ?3) AND (after IS NULL OR EXISTS (
        SELECT 1 FROM outbox AS before WHERE before.op = outbox.after AND before.state = 'done'))";
    let next_case = format!("SELECT item FROM outbox WHERE {DUE} AND case_id > ?4 ORDER BY case_id, place LIMIT 1");
    let first = format!("SELECT item FROM outbox WHERE {DUE} ORDER BY place LIMIT ?4");
    let newest = format!("SELECT item FROM outbox WHERE {DUE} ORDER BY place DESC LIMIT ?4");
    let mut found: Vec<Item> = Vec::new();
    for lane in [Lane::Event, Lane::Record, Lane::Notice, Lane::Photo] {
        let (room, of_lane) = (at_once(lane), number(lane));
        if lane == Lane::Event {
            found.extend(items(c, &newest, params![of_lane, now.boot, now.mono_ms, room as i64])?);
            continue;
        }
        let begun = outbox.turn(lane).map_or(String::new(), |case| case.to_string());
        let (mut after, mut wrapped, mut cases) = (begun.clone(), false, 0);
        while cases < room {
            match items(c, &next_case, params![of_lane, now.boot, now.mono_ms, after])?.pop() {
                Some(item) => {
                    after = item.case.map_or(String::new(), |case| case.to_string());
                    if wrapped && after > begun {
                        break;
                    }
                    found.push(item);
                    cases += 1;
                }
                None if wrapped || begun.is_empty() => break,
                None => (after, wrapped) = (String::new(), true),
            }
        }
        if cases < room {
            found.extend(items(c, &first, params![of_lane, now.boot, now.mono_ms, room as i64])?);
        }
    }
    let before: Vec<OpId> = found.iter().filter_map(|item| item.after).collect();
    for op in before {
        found.extend(item(c, op)?);
    }
    Ok(found)
}

/// The rows that wait for a later reading of this boot's clock, the soonest first, at most so many.
pub(in crate::edge) fn put_off(c: &Connection, now: &Moment, most: u32) -> Result<Vec<Item>, Trouble> {
    let asked = "SELECT item FROM outbox WHERE state = 'waiting' AND due > 0 AND boot = ?1 AND due > ?2
        ORDER BY due LIMIT ?3";
    items(c, asked, params![now.boot, now.mono_ms, most])
}

/// When the soonest of them is due, monotonic milliseconds.
pub(in crate::edge) fn next_due(c: &Connection, now: &Moment) -> Result<Option<i64>, Trouble> {
    let asked = "SELECT min(due) FROM outbox WHERE state = 'waiting' AND due > 0 AND boot = ?1 AND due > ?2";
    Ok(c.prepare_cached(asked)?.query_row(params![now.boot, now.mono_ms], |row| row.get(0))?)
}

/// The cases with a claim notice that could still go out.
pub(in crate::edge) fn cases_with_notices(c: &Connection) -> Result<BTreeSet<CaseId>, Trouble> {
    let mut rows = c.prepare_cached("SELECT case_id FROM outbox WHERE state = 'waiting' AND lane = ?1")?;
    let rows: Vec<String> = rows.query_map([number(Lane::Notice)], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut cases: BTreeSet<CaseId> = rows.iter().map(|case| id(case)).collect::<Result<_, _>>()?;
    for state in ["unsigned", "in_flight", "parked"] {
        let notices = in_state(c, state)?.into_iter().filter(|item| item.payload.lane() == Lane::Notice);
        cases.extend(notices.filter_map(|item| item.case));
    }
    Ok(cases)
}

/// How many rows there are in each state, by its name in the column.
pub(in crate::edge) fn counts(c: &Connection) -> Result<Vec<(String, u32)>, Trouble> {
    let waiting: u32 = c.query_row("SELECT count(*) FROM outbox WHERE state = 'waiting'", [], |row| row.get(0))?;
    let asked = "SELECT state, count(*) FROM outbox WHERE state <> 'waiting' AND state <> 'done' GROUP BY state";
    let mut rows = c.prepare_cached(asked)?;
    let mut counts: Vec<(String, u32)> =
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    counts.push(("waiting".to_owned(), waiting));
    Ok(counts)
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
