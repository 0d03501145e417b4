//! The row of the shift and of what the duty check remembers.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::journal::json;
use crate::{
    canon,
    duty::{Shift, Watch},
    edge::trouble::Trouble,
};

/// As it was left; a phone without a row has never been on duty.
pub(in crate::edge) fn load(c: &Connection) -> Result<(Option<Shift>, Watch), Trouble> {
    type Row = (Option<Vec<u8>>, Vec<u8>);
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let row: Option<Row> = c.query_row("SELECT shift, watch FROM duty_state", [], read).optional()?;
    let Some((shift, watch)) = row else { return Ok((None, Watch::new())) };
    Ok((shift.map(|bytes| json(&bytes)).transpose()?, json(&watch)?))
}

/// As it is now.
pub(in crate::edge) fn save(tx: &Transaction<'_>, shift: Option<&Shift>, watch: &Watch) -> Result<(), Trouble> {
    let shift = shift.map(canon::bytes).transpose()?;
    tx.prepare_cached(
        "INSERT INTO duty_state (only, shift, watch) VALUES (1, ?1, ?2)
         ON CONFLICT (only) DO UPDATE SET shift = excluded.shift, watch = excluded.watch",
    )?
    .execute(params![shift, canon::bytes(watch)?])?;
    Ok(())
}
