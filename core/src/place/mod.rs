//! Points with datum and accuracy, distances and bearings. A point without a datum cannot be made (T25).
//!
//! What the sensor gave is stored (WGS-84); conversion happens only towards a map. Not its business: drawing maps.

mod datum;

use serde::{Deserialize, Serialize};

pub use datum::{bd09_to_gcj02, gcj02_to_bd09, gcj02_to_wgs84, wgs84_to_gcj02};

/// Mean earth radius in metres (IUGG).
const EARTH_M: f64 = 6_371_008.8;

/// Which earth model and which deliberate offset the numbers belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Datum {
    /// What satellite receivers give.
    #[serde(rename = "WGS-84")]
    Wgs84,
    /// Amap and Tencent maps.
    #[serde(rename = "GCJ-02")]
    Gcj02,
    /// Baidu's map and 12123's.
    #[serde(rename = "BD-09")]
    Bd09,
}

/// What made a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The phone's location service.
    Phone,
    /// The GPS block of a photo.
    Photo,
    /// The gateway's feed.
    Feed,
    /// Somebody pointed at a map.
    Person,
}

/// A place on earth, with all that is known about how well it is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Which datum the degrees belong to.
    pub datum: Datum,
    /// Radius in metres that holds the true place with 68 % probability, as the source claims.
    pub accuracy_m: f64,
    /// Who made it.
    pub source: Source,
    /// Whether the system flagged it as a mock location.
    pub mock: bool,
}

/// Why numbers are not a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPoint {
    /// Latitude beyond ±90, longitude beyond ±180, or not a number.
    #[error("latitude or longitude out of range")]
    OutOfRange,
    /// The accuracy is negative or not a number.
    #[error("accuracy is not a distance")]
    BadAccuracy,
}

impl Point {
    /// A WGS-84 point of the phone itself.
    pub fn wgs84(lat: f64, lon: f64, accuracy_m: f64) -> Result<Point, NotAPoint> {
        Point { lat, lon, datum: Datum::Wgs84, accuracy_m, source: Source::Phone, mock: false }.checked()
    }

    /// The same point if its numbers can be one.
    pub fn checked(self) -> Result<Point, NotAPoint> {
        if !(self.lat.abs() <= 90.0 && self.lon.abs() <= 180.0) {
            return Err(NotAPoint::OutOfRange);
        }
        if !(self.accuracy_m >= 0.0 && self.accuracy_m.is_finite()) {
            return Err(NotAPoint::BadAccuracy);
        }
        Ok(self)
    }

    /// The degrees in WGS-84 (x = longitude, y = latitude), converted if need be.
    pub fn to_wgs84(self) -> geo_types::Coord<f64> {
        let (lat, lon) = match self.datum {
            Datum::Wgs84 => (self.lat, self.lon),
            Datum::Gcj02 => gcj02_to_wgs84(self.lat, self.lon),
            Datum::Bd09 => {
                let (lat, lon) = bd09_to_gcj02(self.lat, self.lon);
                gcj02_to_wgs84(lat, lon)
            }
        };
        geo_types::Coord { x: lon, y: lat }
    }

    /// Metres to `other` along a great circle, whatever the data of the two.
    pub fn distance_m(self, other: Point) -> f64 {
        distance_m(self.to_wgs84(), other.to_wgs84())
    }
}

/// Great-circle metres between two WGS-84 coordinates (haversine; error below 0.5 %).
pub fn distance_m(a: geo_types::Coord<f64>, b: geo_types::Coord<f64>) -> f64 {
    let (lat_a, lat_b) = (a.y.to_radians(), b.y.to_radians());
    let half_lat = ((lat_b - lat_a) / 2.0).sin();
    let half_lon = ((b.x - a.x).to_radians() / 2.0).sin();
    let h = half_lat * half_lat + lat_a.cos() * lat_b.cos() * half_lon * half_lon;
    2.0 * EARTH_M * h.sqrt().min(1.0).asin()
}

/// Initial bearing from `a` to `b` in degrees clockwise from north, 0 ≤ bearing < 360.
pub fn bearing_deg(a: geo_types::Coord<f64>, b: geo_types::Coord<f64>) -> f64 {
    let (lat_a, lat_b) = (a.y.to_radians(), b.y.to_radians());
    let d_lon = (b.x - a.x).to_radians();
    let y = d_lon.sin() * lat_b.cos();
    let x = lat_a.cos() * lat_b.sin() - lat_a.sin() * lat_b.cos() * d_lon.cos();
    y.atan2(x).to_degrees().rem_euclid(360.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t25_a_point_without_a_datum_cannot_be_read() {
        let without = r#"{"lat":37.5,"lon":121.4,"accuracy_m":5,"source":"phone","mock":false}"#;
        assert!(serde_json::from_str::<Point>(without).is_err());
    }

    #[test]
    fn numbers_off_the_globe_are_refused() {
        assert_eq!(Point::wgs84(91.0, 0.0, 1.0), Err(NotAPoint::OutOfRange));
        assert_eq!(Point::wgs84(f64::NAN, 0.0, 1.0), Err(NotAPoint::OutOfRange));
        assert_eq!(Point::wgs84(0.0, 0.0, -1.0), Err(NotAPoint::BadAccuracy));
    }

    #[test]
    fn in_yantai_the_offsets_of_the_maps_are_as_known() {
        let here = geo_types::Coord { x: 121.3914, y: 37.5393 };
        let (lat, lon) = wgs84_to_gcj02(here.y, here.x);
        let gcj = distance_m(here, geo_types::Coord { x: lon, y: lat });
        let (lat, lon) = gcj02_to_bd09(lat, lon);
        let bd = distance_m(here, geo_types::Coord { x: lon, y: lat });
        assert!((gcj - 479.0).abs() < 25.0, "{gcj}");
        assert!((bd - 1287.0).abs() < 60.0, "{bd}");
    }

    #[test]
    fn bearings_point_where_a_compass_would() {
        let o = geo_types::Coord { x: 121.0, y: 37.0 };
        assert!(bearing_deg(o, geo_types::Coord { x: 121.0, y: 37.1 }) < 0.01);
        assert!((bearing_deg(o, geo_types::Coord { x: 121.1, y: 37.0 }) - 90.0).abs() < 0.1);
    }
}
