//! The open accidents by place, so that a fix is held only against those that it could concern: an R*-tree over points,
//! to which one accident is added or taken away without building it anew. Not its business: which of them concern a car.

use std::collections::BTreeMap;

use geo_types::Coord;
use rstar::{AABB, PointDistance, RTree, RTreeObject};

use super::{OpenAccident, plane::Plane};
use crate::place::distance_m;

/// A degree of latitude is never shorter than this, metres.
const SHORTEST_DEGREE_M: f64 = 110_500.0;
/// What a bundle of rounding errors may be, as a share of a distance.
const SLACK: f64 = 1.01;

/// Open accidents, by place and by name.
#[derive(Clone, Debug, Default)]
pub struct Accidents {
    by_id: BTreeMap<String, usize>,
    all: Vec<Option<OpenAccident>>,
    free: Vec<usize>,
    tree: RTree<Spot>,
    widest_m: f64,
}

/// Where an accident is, WGS-84 degrees, and its number among all.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spot {
    at: [f64; 2],
    number: usize,
}

impl RTreeObject for Spot {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_point(self.at)
    }
}

impl PointDistance for Spot {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        self.at.distance_2(point)
    }
}

impl Accidents {
    /// The accident of this name.
    pub fn get(&self, id: &str) -> Option<&OpenAccident> {
        self.by_id.get(id).and_then(|number| self.all[*number].as_ref())
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether nothing is open.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Every accident, by name.
    pub fn iter(&self) -> impl Iterator<Item = &OpenAccident> {
        self.by_id.values().filter_map(|number| self.all[*number].as_ref())
    }

    /// Adds an accident, or replaces the one of the same name.
    pub fn put(&mut self, accident: OpenAccident) {
        self.remove(&accident.id);
        let number = self.free.pop().unwrap_or(self.all.len());
        let spot = Spot::of(&accident, number);
        self.widest_m = self.widest_m.max(accident.place.accuracy_m);
        self.by_id.insert(accident.id.clone(), number);
        if number == self.all.len() {
            self.all.push(Some(accident));
        } else {
            self.all[number] = Some(accident);
        }
        self.tree.insert(spot);
    }

    /// Takes an accident away.
    pub fn remove(&mut self, id: &str) -> Option<OpenAccident> {
        let number = self.by_id.remove(id)?;
        let accident = self.all[number].take()?;
        self.tree.remove(&Spot::of(&accident, number));
        self.free.push(number);
        Some(accident)
    }

    /// The least accurate place of all that were ever here, metres.
    pub(super) fn widest_m(&self) -> f64 {
        self.widest_m
    }

    /// Metres to the nearest one, if any is within so many.
    pub(super) fn nearest_m(&self, here: Coord<f64>, metres: f64) -> Option<f64> {
        let all = self.around(Plane::around(here), metres).map(|accident| distance_m(here, accident.place.to_wgs84()));
        all.filter(|distance| *distance <= metres).reduce(f64::min)
    }

    /// Every accident within so many metres, and some beyond.
    pub(super) fn around(&self, plane: Plane, metres: f64) -> impl Iterator<Item = &OpenAccident> {
        let (here, north) = (plane.middle(), metres * SLACK / SHORTEST_DEGREE_M);
        // A cosine falls by less than its angle grows: this is no more than it is at the farther edge.
        let shrink = plane.shrink() - north.to_radians();
        // Across a pole or the 180th meridian every longitude is near.
        let east = if shrink > 1e-6 { north / shrink } else { 360.0 };
        let wraps = here.x.abs() + east > 180.0;
        let (west, east) = if wraps { (-180.0, 180.0) } else { (here.x - east, here.x + east) };
        let area = AABB::from_corners([west, here.y - north], [east, here.y + north]);
        self.tree.locate_in_envelope(area).filter_map(|spot| self.all[spot.number].as_ref())
    }
}

impl Spot {
    fn of(accident: &OpenAccident, number: usize) -> Spot {
        let at = accident.place.to_wgs84();
        Spot { at: [at.x, at.y], number }
    }
}

impl FromIterator<OpenAccident> for Accidents {
    /// Of several with one name the last counts.
    fn from_iter<I: IntoIterator<Item = OpenAccident>>(accidents: I) -> Accidents {
        let by_name: BTreeMap<String, OpenAccident> = accidents.into_iter().map(|one| (one.id.clone(), one)).collect();
        let all: Vec<OpenAccident> = by_name.into_values().collect();
        let spots = all.iter().enumerate().map(|(number, accident)| Spot::of(accident, number)).collect();
        Accidents {
            by_id: all.iter().enumerate().map(|(number, accident)| (accident.id.clone(), number)).collect(),
            tree: RTree::bulk_load(spots),
            widest_m: all.iter().map(|accident| accident.place.accuracy_m).fold(0.0, f64::max),
            free: Vec::new(),
            all: all.into_iter().map(Some).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::{duty::Road, place::Point, time::Timestamp};

    fn accident(id: usize, lat: f64, lon: f64) -> OpenAccident {
        let place = Point::wgs84(lat, lon, 5.0).expect("a place");
        OpenAccident { id: format!("{id}"), place, seen_at: Timestamp(0), road: Road::City, served: false }
    }

    /// Puts and takes away: what is there is exactly what a plain list has.
    fn model() -> impl Strategy<Value = Vec<(usize, Option<(f64, f64)>)>> {
        let place = (-0.05_f64..0.05, -0.05_f64..0.05);
        prop::collection::vec((0_usize..40, prop::option::weighted(0.7, place)), 0..120)
    }

    proptest! {
        #[test]
        fn whatever_is_within_the_distance_is_found_after_any_changes(
            changes in model(),
            corner in prop::sample::select(vec![(37.5, 121.4), (0.0, 179.99), (0.0, -179.99), (89.97, 10.0), (-60.0, 0.0)]),
            metres in 1.0_f64..6_000.0,
        ) {
            let mut ours = Accidents::default();
            let mut plain: BTreeMap<String, OpenAccident> = BTreeMap::new();
            for (id, place) in changes {
                match place {
                    Some((north, east)) => {
                        let lon = corner.1 + east;
                        let lon = if lon > 180.0 { lon - 360.0 } else if lon < -180.0 { lon + 360.0 } else { lon };
                        let one = accident(id, (corner.0 + north).min(90.0), lon);
                        ours.put(one.clone());
                        plain.insert(one.id.clone(), one);
                    }
                    None => prop_assert_eq!(ours.remove(&id.to_string()), plain.remove(&id.to_string())),
                }
            }
            prop_assert_eq!(ours.iter().collect::<Vec<_>>(), plain.values().collect::<Vec<_>>());
            let here = Coord { x: corner.1, y: corner.0 };
            let found: BTreeSet<&str> = ours.around(Plane::around(here), metres).map(|one| one.id.as_str()).collect();
            for one in plain.values() {
                let near = distance_m(here, one.place.to_wgs84()) <= metres;
                prop_assert!(!near || found.contains(one.id.as_str()), "{} is missing", one.id);
            }
            let again: Accidents = plain.values().cloned().collect();
            let all: BTreeSet<&str> = again.around(Plane::around(here), metres).map(|one| one.id.as_str()).collect();
            prop_assert_eq!(found, all);
        }
    }
}
