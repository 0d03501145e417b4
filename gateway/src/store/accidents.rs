//! Open accidents: who announced them, where, and their end. An accident is announced once and told again only when
//! somebody is there; once over it stays over, however late the events of a phone without a network come. Several reports
//! of one accident are linked to the first (T26), and it is over when nobody who stopped at it is left there.

use std::collections::BTreeSet;

use jingbao_core::{
    duty::{OpenAccident, Report, Road, is_same_accident},
    id::DeviceId,
    place::{Point, Source},
    wire::LoggedEvent,
};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

use super::{Broken, Refusal, Role, sqlite, writes};

/// What other phones are to hear of an event: an accident that was seen or where a driver asks for help, that somebody
/// stopped at it, its end. An event that does not say which accident and where tells nobody anything. What a driver's
/// phone sees is its own affair until it asks for help, and it ends only what it announced.
pub(super) fn of_event(tx: &Connection, by: DeviceId, role: Role, event: &LoggedEvent) -> Result<(), Refusal> {
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

/// Takes a report: opens an accident, or says that somebody is there. A report of what is open already is linked to it
/// and not told again (T26). Whether it is news.
pub(super) fn announce(tx: &Connection, by: DeviceId, report: &OpenAccident) -> Result<bool, Refusal> {
    let known = match find(tx, &report.id)? {
        Some((_, false)) => return Ok(false),
        Some((known, true)) => Some(known),
        None => same_among_open(tx, report)?,
    };
    let id = known.as_ref().map_or(&report.id, |known| &known.id);
    let said = serde_json::to_string(report).map_err(|_| Broken::Unreadable("accident"))?;
    tx.execute(
        "INSERT INTO reports (id, accident, device, body, stopped) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO UPDATE SET stopped = stopped OR ?5",
        params![report.id, id, by.to_string(), said, report.served],
    )?;
    let news = match known {
        Some(known) if known.served || !report.served => return Ok(false),
        Some(known) => OpenAccident { served: true, ..known },
        None => report.clone(),
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

/// The open accident that this is a second report of.
fn same_among_open(db: &Connection, report: &OpenAccident) -> Result<Option<OpenAccident>, Broken> {
    let said = |accident: &OpenAccident| {
        // Plates are known to the sealed record alone; there they decide, in the assessment.
        Report { place: Some(accident.place), at: accident.seen_at, plates: BTreeSet::new() }
    };
    let at = report.place.to_wgs84();
    // More than the farthest at which two reports are of one accident, at every latitude with a road.
    let [up, aside] = [0.001, 0.001 / at.y.to_radians().cos().max(0.1)];
    let near = between(db, [at.y - up, at.y + up, at.x - aside, at.x + aside])?;
    Ok(near.into_iter().find(|accident| is_same_accident(&said(accident), &said(report))))
}

/// Ends what a report is of, if `by` made it where that is asked for, and once nobody who stopped at it is left there.
/// Whether there is a report of this name.
pub(super) fn close(tx: &Connection, id: &str, by: Option<DeviceId>) -> Result<bool, Refusal> {
    let by = by.map(|by| by.to_string());
    let over =
        tx.execute("UPDATE reports SET over = 1 WHERE id = ?1 AND (?2 IS NULL OR device = ?2)", params![id, by])?;
    if over > 0 {
        end_where_nobody_is_left(tx, id)?;
    }
    Ok(find(tx, id)?.is_some())
}

/// Ends what a report is of, whoever may still be there: the association's desk says so. Whether there is a report of
/// this name.
pub(super) fn end(tx: &Connection, id: &str) -> Result<bool, Refusal> {
    let all = "UPDATE reports SET over = 1 WHERE accident = (SELECT accident FROM reports WHERE id = ?1)";
    tx.execute(all, [id])?;
    end_where_nobody_is_left(tx, id)?;
    Ok(find(tx, id)?.is_some())
}

fn end_where_nobody_is_left(tx: &Connection, report: &str) -> Result<(), Refusal> {
    let ended: Option<String> = tx
        .query_row(
            "UPDATE accidents SET open = 0 WHERE open AND id = (SELECT accident FROM reports WHERE id = ?1)
                 AND NOT EXISTS (SELECT 1 FROM reports WHERE accident = accidents.id AND stopped AND NOT over)
             RETURNING id",
            [report],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(id) = ended {
        writes::tell(tx, None, "accident_closed", &json!({ "id": id }))?;
    }
    Ok(())
}

/// The report of this name as it came first.
pub(super) fn report(db: &Connection, id: &str) -> rusqlite::Result<Option<OpenAccident>> {
    db.query_row("SELECT body FROM reports WHERE id = ?1", [id], |row| sqlite::json(row, 0)).optional()
}

/// What the report of this name is of, and whether that is open.
pub(super) fn find(db: &Connection, id: &str) -> rusqlite::Result<Option<(OpenAccident, bool)>> {
    let read = |row: &rusqlite::Row<'_>| Ok((sqlite::json(row, 0)?, row.get(1)?));
    db.query_row("SELECT body, open FROM accidents WHERE id = (SELECT accident FROM reports WHERE id = ?1)", [id], read)
        .optional()
}

/// The open ones between these degrees of WGS-84: south, north, west, east.
pub(super) fn between(db: &Connection, degrees: [f64; 4]) -> Result<Vec<OpenAccident>, Broken> {
    let mut select = db.prepare(
        "SELECT body FROM accidents WHERE open AND lat BETWEEN ?1 AND ?2 AND lon BETWEEN ?3 AND ?4 ORDER BY id",
    )?;
    Ok(select.query_map(degrees, |row| sqlite::json(row, 0))?.collect::<Result<_, _>>()?)
}
