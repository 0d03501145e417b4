//! Open accidents: what is near, what the association's desk announces (the police's feed) and ends. Phones announce
//! theirs by their events. Places are WGS-84 here and say so; degrees of a map would lie hundreds of metres off (T25).

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Extension, Json,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use jingbao_core::{
    duty::{OpenAccident, Road},
    place::{Datum, Point, Source},
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    App,
    problem::{Kind, Problem},
    request::{self, bad_query, with_store},
};
use crate::store::Device;

/// How far is near, metres, where nobody says.
const NEAR_M: f64 = 5_000.0;
/// Nobody asks farther, metres.
const FAR_M: f64 = 100_000.0;
/// Most accidents of one answer.
const MOST: usize = 1_000;
/// A degree of latitude is never shorter than this, metres.
const SHORTEST_DEGREE_M: f64 = 110_500.0;

/// Open accidents, the nearest first.
///
/// Degrees are WGS-84, in the question as in the answer. Without `near` all that are open, by name.
#[utoipa::path(get, path = "/v1/accidents",
    params(
        ("near" = Option<String>, Query, description = "`lat,lon` in degrees, WGS-84"),
        ("within" = Option<f64>, Query, description = "Metres, more than 0 and at most 100000; 5000 where it is left out"),
        ("datum" = Option<String>, Query, description = "`WGS-84`; any other is refused"),
    ),
    responses(
        (status = 200, description = "`{datum: \"WGS-84\", accidents: [{id, place, seen_at, road, served, distance_m}], more}`; `distance_m` only with `near`; of more than 1000 the first"),
        (status = 400, description = "`bad-query`, with `parameter`"),
    ))]
pub(super) async fn accidents(
    State(app): State<Arc<App>>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Json<Value>, Problem> {
    if query.get("datum").is_some_and(|datum| datum != "WGS-84") {
        return Err(bad_query("datum"));
    }
    let within = query.get("within").map(|text| metres(text).ok_or_else(|| bad_query("within"))).transpose()?;
    let near = query.get("near").map(|text| degrees(text).ok_or_else(|| bad_query("near"))).transpose()?;
    let Some(near) = near else {
        if within.is_some() {
            return Err(bad_query("near"));
        }
        let all = with_store(&app, |store| store.open_accidents([-90.0, 90.0, -180.0, 180.0])).await?;
        return Ok(page(all.into_iter().map(|accident| (accident, None)).collect()));
    };
    let within = within.unwrap_or(NEAR_M);
    let degrees = around(near, within);
    let found = with_store(&app, move |store| store.open_accidents(degrees)).await?;
    let far = |accident: OpenAccident| {
        let distance = accident.place.distance_m(near);
        (accident, distance)
    };
    let mut found: Vec<_> = found.into_iter().map(far).filter(|(_, distance)| *distance <= within).collect();
    found.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    Ok(page(found.into_iter().map(|(accident, distance)| (accident, Some(distance))).collect()))
}

fn page(all: Vec<(OpenAccident, Option<f64>)>) -> Json<Value> {
    let more = all.len() > MOST;
    let shown = |(accident, distance): (OpenAccident, Option<f64>)| {
        let mut shown = serde_json::to_value(accident).unwrap_or_default();
        if let Some(distance) = distance {
            shown["distance_m"] = json!((distance * 10.0).round() / 10.0);
        }
        shown
    };
    let accidents: Vec<Value> = all.into_iter().take(MOST).map(shown).collect();
    Json(json!({ "datum": Datum::Wgs84, "accidents": accidents, "more": more }))
}

fn degrees(text: &str) -> Option<Point> {
    let (lat, lon) = text.split_once(',')?;
    Point::wgs84(lat.trim().parse().ok()?, lon.trim().parse().ok()?, 0.0).ok()
}

fn metres(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|metres: &f64| *metres > 0.0 && *metres <= FAR_M)
}

/// South, north, west, east of a box that holds the circle; all around the earth where it reaches a pole or the date line.
fn around(near: Point, within_m: f64) -> [f64; 4] {
    let up = within_m / SHORTEST_DEGREE_M * 1.01;
    let (south, north) = (near.lat - up, near.lat + up);
    let aside = up / south.abs().max(north.abs()).min(90.0).to_radians().cos().max(1e-9);
    let (west, east) = (near.lon - aside, near.lon + aside);
    if west < -180.0 || east > 180.0 { [south, north, -180.0, 180.0] } else { [south, north, west, east] }
}

/// What the association's desk announces.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Announced {
    id: String,
    place: Place,
    seen_at: Timestamp,
    #[serde(default = "nobody_said")]
    road: Road,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    lat: f64,
    lon: f64,
    accuracy_m: f64,
    datum: Datum,
}

fn nobody_said() -> Road {
    Road::Unknown
}

/// Announce an accident: the police's feed, or a call.
///
/// The body is `{"id", "place": {"lat", "lon", "accuracy_m", "datum": "WGS-84"}, "seen_at": UTC milliseconds, "road"}`. The
/// same again changes nothing.
#[utoipa::path(post, path = "/v1/accidents",
    responses(
        (status = 201, description = "Open, and told to every specialist"),
        (status = 200, description = "Was announced before; `{id, open}`"),
        (status = 422, description = "`malformed`, with `member` where it is the datum; `other-bytes`: the name is another accident's"),
    ))]
pub(super) async fn announce(
    State(app): State<Arc<App>>,
    Extension(device): Extension<Device>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let body = request::body(&headers, body, false).await?;
    let Announced { id, place, seen_at, road } = serde_json::from_slice(&body).map_err(|_| Kind::Malformed)?;
    if id.is_empty() || id.len() > 64 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    {
        return Err(Problem::from(Kind::Malformed).with("member", "id"));
    }
    if place.datum != Datum::Wgs84 {
        return Err(Problem::from(Kind::Malformed).with("member", "place.datum"));
    }
    let Place { lat, lon, accuracy_m, datum } = place;
    let place = Point { lat, lon, datum, accuracy_m, source: Source::Feed, mock: false };
    let place = place.checked().map_err(|_| Problem::from(Kind::Malformed).with("member", "place"))?;
    let accident = OpenAccident { id: id.clone(), place, seen_at, road, served: false };
    let (fresh, open) = with_store(&app, move |store| store.announce(device.id, &accident)).await?;
    let status = if fresh { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(json!({ "id": id, "open": open }))).into_response())
}

/// Say that an accident is over.
#[utoipa::path(delete, path = "/v1/accidents/{id}",
    params(("id" = String, Path, description = "The name it was announced by")),
    responses((status = 204, description = "It is over"), (status = 404, description = "`not-found`")))]
pub(super) async fn close(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    match with_store(&app, move |store| store.close_accident(&id)).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Kind::NotFound.into()),
    }
}
