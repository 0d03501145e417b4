//! Open accidents: who announced them, where, and their end. An accident is announced once and told again only when
//! somebody is there; once over it stays over, however late the events of a phone without a network come. Two reports of
//! one accident stand beside each other: this is where they would be linked.

use jingbao_core::{
    duty::{OpenAccident, Road},
    id::DeviceId,
    place::{Point, Source},
    wire::LoggedEvent,
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::json;

use super::{Broken, Refusal, Role, sqlite, writes};

/// What other phones are to hear of an event: an accident that was seen or where a driver asks for help, that somebody
/// stopped at it, its end. An event that does not say which accident and where tells nobody anything. What a driver's
/// phone sees is its own affair until it asks for help, and it ends only what it announced.
pub(super) fn of_event(tx: &Transaction<'_>, by: DeviceId, role: Role, event: &LoggedEvent) -> Result<(), Refusal> {
    let detail = &event.detail;
    let Some(id) = detail["accident"].as_str() else { return Ok(()) };
    let place = serde_json::from_value::<Point>(detail["place"].clone()).ok().and_then(|p| p.checked().ok());
    match (event.kind.as_str(), role, place) {
        ("sighted" | "stopped", Role::Specialist, Some(place)) | ("help", _, Some(place)) => {
            let served = event.kind == "stopped";
            let road = serde_json::from_value(detail["road"].clone()).unwrap_or(Road::Unknown);
            let place = Point { source: Source::Feed, ..place };
            let accident = OpenAccident { id: id.to_owned(), place, seen_at: event.at.wall, road, served };
            announce(tx, by, &accident).map(drop)
        }
        ("cleared", Role::Specialist, _) => close(tx, id, None).map(drop),
        ("cleared", Role::Driver, _) => close(tx, id, Some(by)).map(drop),
        _ => Ok(()),
    }
}

/// Opens an accident, or says that somebody is there. Whether that is news.
pub(super) fn announce(tx: &Transaction<'_>, by: DeviceId, accident: &OpenAccident) -> Result<bool, Refusal> {
    let news = match find(tx, &accident.id)? {
        Some((_, false)) => return Ok(false),
        Some((known, true)) if known.served || !accident.served => return Ok(false),
        Some((known, true)) => OpenAccident { served: true, ..known },
        None => accident.clone(),
    };
    let body = serde_json::to_value(&news).map_err(|_| Broken::Unreadable("accident"))?;
    let at = news.place.to_wgs84();
    tx.execute(
        "INSERT INTO accidents (id, lat, lon, body, device, open) VALUES (?1, ?2, ?3, ?4, ?5, 1)
         ON CONFLICT (id) DO UPDATE SET body = ?4",
        params![news.id, at.y, at.x, body.to_string(), by.to_string()],
    )?;
    writes::tell(tx, None, "accident", &body)?;
    Ok(true)
}

/// Ends an accident, if `by` announced it where that is asked for. Whether there is one of this name.
pub(super) fn close(tx: &Transaction<'_>, id: &str, by: Option<DeviceId>) -> Result<bool, Refusal> {
    let by = by.map(|by| by.to_string());
    let ended = tx.execute(
        "UPDATE accidents SET open = 0 WHERE id = ?1 AND open AND (?2 IS NULL OR device = ?2)",
        params![id, by],
    )?;
    if ended > 0 {
        writes::tell(tx, None, "accident_closed", &json!({ "id": id }))?;
    }
    Ok(find(tx, id)?.is_some())
}

/// The accident of this name, and whether it is open.
pub(super) fn find(db: &Connection, id: &str) -> rusqlite::Result<Option<(OpenAccident, bool)>> {
    let read = |row: &rusqlite::Row<'_>| Ok((sqlite::json(row, 0)?, row.get(1)?));
    db.query_row("SELECT body, open FROM accidents WHERE id = ?1", [id], read).optional()
}

/// The open ones between these degrees of WGS-84: south, north, west, east.
pub(super) fn between(db: &Connection, degrees: [f64; 4]) -> Result<Vec<OpenAccident>, Broken> {
    let mut select = db.prepare(
        "SELECT body FROM accidents WHERE open AND lat BETWEEN ?1 AND ?2 AND lon BETWEEN ?3 AND ?4 ORDER BY id",
    )?;
    Ok(select.query_map(degrees, |row| sqlite::json(row, 0))?.collect::<Result<_, _>>()?)
}
