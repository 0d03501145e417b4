//! A flat map around the car: a check of every fix against what lies near needs no sphere. Within 20 km a distance on it
//! is right to a few in ten thousand. Not its business: distances that are shown from far away.

use geo_types::Coord;

use crate::place::distance_m;

/// Metres of a degree of latitude on the sphere that [`distance_m`] measures on.
const DEGREE_M: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0;
/// Beyond this the sphere is asked, metres.
const FLAT_M: f64 = 20_000.0;

/// The map: where its middle is, WGS-84 degrees, and how long a degree of longitude is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    middle: Coord<f64>,
    east_m: f64,
}

/// Metres east and north of the middle of a [`Plane`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Offset {
    pub(super) east: f64,
    pub(super) north: f64,
}

impl Plane {
    pub(super) fn around(middle: Coord<f64>) -> Plane {
        Plane { middle, east_m: DEGREE_M * middle.y.to_radians().cos() }
    }

    pub(super) fn middle(&self) -> Coord<f64> {
        self.middle
    }

    /// A degree of longitude here, as a share of one of latitude.
    pub(super) fn shrink(&self) -> f64 {
        self.east_m / DEGREE_M
    }

    /// Where on the map that place is.
    pub(super) fn offset(&self, place: Coord<f64>) -> Offset {
        let mut east = place.x - self.middle.x;
        // The short way round, also across the 180th meridian.
        if east.abs() > 180.0 {
            east -= 360.0_f64.copysign(east);
        }
        Offset { east: east * self.east_m, north: (place.y - self.middle.y) * DEGREE_M }
    }

    /// Metres from the middle.
    pub(super) fn metres(&self, place: Coord<f64>) -> f64 {
        let flat = self.offset(place).metres();
        if flat <= FLAT_M { flat } else { distance_m(self.middle, place) }
    }
}

impl Offset {
    pub(super) fn metres(self) -> f64 {
        (self.east * self.east + self.north * self.north).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn flat_metres_are_those_of_the_sphere(
            lat in -70.0_f64..70.0, lon in -180.0_f64..180.0, north in -0.1_f64..0.1, east in -0.1_f64..0.1,
        ) {
            let here = Coord { x: lon, y: lat };
            let there = Coord { x: (lon + east + 540.0).rem_euclid(360.0) - 180.0, y: lat + north };
            let (flat, sphere) = (Plane::around(here).metres(there), distance_m(here, there));
            prop_assert!((flat - sphere).abs() <= 0.01 + 0.003 * sphere, "{flat} {sphere}");
        }
    }
}
