//! Drives (GPX) and open accidents (GeoJSON) from files that people bring. A bad file gives one sentence that names
//! what is wrong and where. Not its business: judging the drive.

use geojson::{Feature, GeoJson, GeometryValue};
use jingbao_core::{
    duty::{Fix, OpenAccident, Road},
    place::Point,
    time::{Moment, Timestamp},
};

/// One point of a drive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrackPoint {
    /// Degrees north, WGS-84.
    pub lat: f64,
    /// Degrees east, WGS-84.
    pub lon: f64,
    /// When.
    pub at: Timestamp,
    /// Metres, if the recorder wrote them.
    pub accuracy_m: Option<f64>,
    /// Metres a second, if the recorder wrote them.
    pub speed_mps: Option<f64>,
}

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    /// Not GPX; what the parser met.
    #[error("not a readable GPX file: {0}")]
    NotGpx(String),
    /// A GPX file in which there is nowhere to go.
    #[error("the GPX file has no track, route or waypoints")]
    NoPoints,
    /// A point without `<time>`; counted from 1.
    #[error("point {0} of the GPX file has no time, so there is no drive to replay")]
    NoTime(usize),
    /// A point off the globe.
    #[error("point {0} of the GPX file is not a place on earth")]
    NotAPlace(usize),
    /// Not GeoJSON.
    #[error("not a readable GeoJSON file: {0}")]
    NotGeoJson(String),
    /// A feature that is not a usable accident; counted from 1.
    #[error("feature {number} of the GeoJSON file: {what}")]
    NotAnAccident {
        /// Which one.
        number: usize,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// Reads a drive: all segments of all tracks in order; else the route, else the waypoints.
pub fn read_gpx(text: &str) -> Result<Vec<TrackPoint>, BadFile> {
    let gpx = gpx::read(text.as_bytes()).map_err(|error| BadFile::NotGpx(error.to_string()))?;
    let tracks: Vec<gpx::Waypoint> =
        gpx.tracks.into_iter().flat_map(|track| track.segments).flat_map(|segment| segment.points).collect();
    let routes = gpx.routes.into_iter().flat_map(|route| route.points);
    let points = [tracks, routes.collect(), gpx.waypoints].into_iter().find(|points| !points.is_empty());
    points.ok_or(BadFile::NoPoints)?.iter().enumerate().map(|(index, point)| track_point(index + 1, point)).collect()
}

fn track_point(number: usize, waypoint: &gpx::Waypoint) -> Result<TrackPoint, BadFile> {
    let (lat, lon) = (waypoint.point().y(), waypoint.point().x());
    Point::wgs84(lat, lon, 0.0).map_err(|_| BadFile::NotAPlace(number))?;
    let text = waypoint.time.and_then(|time| time.format().ok()).ok_or(BadFile::NoTime(number))?;
    let at = Timestamp::parse_rfc3339(&text).ok_or(BadFile::NoTime(number))?;
    Ok(TrackPoint { lat, lon, at, accuracy_m: None, speed_mps: waypoint.speed })
}

/// The drive as a phone would have told it; `accuracy_m` where the recorder wrote none. One drive is one boot.
pub fn fixes(points: &[TrackPoint], accuracy_m: f64) -> Vec<Fix> {
    let start = points.first().map_or(Timestamp(0), |point| point.at);
    let fix = |point: &TrackPoint| {
        let place = Point::wgs84(point.lat, point.lon, point.accuracy_m.unwrap_or(accuracy_m)).ok()?;
        let at = Moment { wall: point.at, offset_s: 0, mono_ms: point.at.since(start), boot: "track".into() };
        Some(Fix { point: place, speed_mps: point.speed_mps, course_deg: None, at })
    };
    points.iter().filter_map(fix).collect()
}

/// Reads open accidents: points with the properties `id`, `seen_at`, `road` and `accuracy_m`. One without `seen_at` has
/// been open all along; a road that is left out is unknown.
pub fn read_accidents(text: &str) -> Result<Vec<OpenAccident>, BadFile> {
    let features = match text.parse::<GeoJson>().map_err(|error| BadFile::NotGeoJson(error.to_string()))? {
        GeoJson::FeatureCollection(collection) => collection.features,
        GeoJson::Feature(feature) => vec![feature],
        GeoJson::Geometry(_) => return Err(BadFile::NotGeoJson("a bare geometry has no properties".into())),
    };
    features
        .iter()
        .enumerate()
        .map(|(index, feature)| accident(feature).map_err(|what| BadFile::NotAnAccident { number: index + 1, what }))
        .collect()
}

/// Metres assumed for an accident of which nobody said how well its place is known.
const PLACE_ACCURACY_M: f64 = 20.0;

fn accident(feature: &Feature) -> Result<OpenAccident, &'static str> {
    let Some(GeometryValue::Point { coordinates }) = feature.geometry.as_ref().map(|geometry| &geometry.value) else {
        return Err("its geometry is not a Point");
    };
    let [lon, lat, ..] = coordinates.as_slice() else { return Err("its point has no two coordinates") };
    let property = |name: &str| feature.property(name).filter(|value| !value.is_null());
    let accuracy_m = match property("accuracy_m") {
        Some(value) => value.as_f64().ok_or("accuracy_m is not a number")?,
        None => PLACE_ACCURACY_M,
    };
    let seen_at = match property("seen_at") {
        Some(value) => value.as_str().and_then(Timestamp::parse_rfc3339).ok_or("seen_at is not an RFC 3339 time")?,
        None => Timestamp(i64::MIN),
    };
    let road = match property("road") {
        Some(value) => serde_json::from_value::<Road>(value.clone())
            .map_err(|_| "road is none of city, expressway, off_road, unknown")?,
        None => Road::Unknown,
    };
    Ok(OpenAccident {
        id: property("id").and_then(|id| id.as_str()).ok_or("it has no id")?.to_owned(),
        place: Point::wgs84(*lat, *lon, accuracy_m)
            .map_err(|_| "coordinates or accuracy_m are not a place (longitude comes first)")?,
        seen_at,
        road,
        served: property("served").and_then(serde_json::Value::as_bool).unwrap_or(false),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gpx(points: &str) -> String {
        format!(
            r#"<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>"#
        )
    }

    #[test]
    fn a_drive_reads_with_its_times() {
        let points = read_gpx(&gpx(r#"<trkpt lat="37.5" lon="121.4"><time>2026-11-23T07:00:00Z</time></trkpt>
               <trkpt lat="37.6" lon="121.4"><time>2026-11-23T07:00:01.500Z</time></trkpt>"#))
        .expect("a drive");
        assert_eq!(points[1].at.since(points[0].at), 1_500);
        assert_eq!(fixes(&points, 10.0)[1].at.mono_ms, 1_500);
    }

    #[test]
    fn a_bad_drive_is_refused_with_what_is_wrong() {
        assert!(matches!(read_gpx("lat,lon\n1,2"), Err(BadFile::NotGpx(_))));
        assert!(matches!(read_gpx(""), Err(BadFile::NotGpx(_))));
        assert_eq!(read_gpx(&gpx("")), Err(BadFile::NoPoints));
        assert_eq!(read_gpx(&gpx(r#"<trkpt lat="37.5" lon="121.4"/>"#)), Err(BadFile::NoTime(1)));
    }

    fn one(coordinates: &str, properties: &str) -> Result<Vec<OpenAccident>, BadFile> {
        read_accidents(&format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","geometry":{{"type":"Point","coordinates":{coordinates}}},"properties":{properties}}}]}}"#
        ))
    }

    #[test]
    fn accidents_read_and_a_road_that_is_left_out_is_unknown() {
        let found = one("[121.4,37.5]", r#"{"id":"a","seen_at":"2026-11-23T15:00:00+08:00","accuracy_m":5}"#);
        let found = found.expect("an accident");
        assert_eq!((found[0].place.lat, found[0].road), (37.5, Road::Unknown));
    }

    #[test]
    fn a_bad_accident_is_refused_with_its_number_and_what_is_wrong() {
        for (coordinates, properties, word) in [
            ("[121.4,37.5]", r#"{"road":"city"}"#, "id"),
            ("[37.5,121.4]", r#"{"id":"a"}"#, "longitude"),
            ("[121.4,37.5]", r#"{"id":"a","road":"motorway"}"#, "road"),
            ("[121.4,37.5]", r#"{"id":"a","seen_at":"noon"}"#, "seen_at"),
        ] {
            let error = one(coordinates, properties).expect_err(word).to_string();
            assert!(error.contains("feature 1") && error.contains(word), "{error}");
        }
        assert!(matches!(read_accidents("{"), Err(BadFile::NotGeoJson(_))));
    }
}
