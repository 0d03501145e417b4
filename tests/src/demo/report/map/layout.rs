//! Places to pixels, north up, the same scale in both directions; and labels in a row that do not lie on each other.

const METRES_PER_DEGREE: f64 = 111_195.0;
/// Never closer than this, metres across.
const CLOSEST_M: f64 = 320.0;

/// A piece of the earth on a sheet.
#[derive(Clone, Debug)]
pub(super) struct Window {
    /// Degrees north and east in the middle of the sheet.
    middle: (f64, f64),
    /// The middle of the sheet, pixels.
    centre: (f64, f64),
    size: (f64, f64),
    /// Pixels a metre.
    scale: f64,
}

impl Window {
    /// What happened around the accident, and room to breathe; the upper `top` pixels stay free for labels.
    pub(super) fn around(
        accident: (f64, f64),
        places: impl Iterator<Item = (f64, f64)>,
        size: (f64, f64),
        top: f64,
    ) -> Window {
        let (low, high) = bounds(places.chain([accident]));
        let middle = ((low.0 + high.0) / 2.0, (low.1 + high.1) / 2.0);
        let (tall, broad) = metres(low, high);
        let free = size.1 - top;
        let scale = (size.0 / (broad * 1.35).max(CLOSEST_M)).min(free * 0.62 / tall.max(1.0));
        Window { middle, centre: (size.0 / 2.0, top + free / 2.0 - 8.0), size, scale }
    }

    /// All of the places.
    pub(super) fn holding(places: impl Iterator<Item = (f64, f64)>, size: (f64, f64)) -> Window {
        let (low, high) = bounds(places);
        let (tall, broad) = metres(low, high);
        let middle = ((low.0 + high.0) / 2.0, (low.1 + high.1) / 2.0);
        let scale = ((size.0 - 18.0) / broad.max(1.0)).min((size.1 - 34.0) / tall.max(1.0));
        Window { middle, centre: (size.0 / 2.0, size.1 / 2.0 + 6.0), size, scale }
    }

    /// Where a place lies on the sheet.
    pub(super) fn at(&self, (lat, lon): (f64, f64)) -> (f64, f64) {
        let east = (lon - self.middle.1) * METRES_PER_DEGREE * self.middle.0.to_radians().cos();
        let north = (lat - self.middle.0) * METRES_PER_DEGREE;
        (self.centre.0 + east * self.scale, self.centre.1 - north * self.scale)
    }

    fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let east = (x - self.centre.0) / self.scale / (METRES_PER_DEGREE * self.middle.0.to_radians().cos());
        (self.middle.0 - (y - self.centre.1) / self.scale / METRES_PER_DEGREE, self.middle.1 + east)
    }

    pub(super) fn corner_north_west(&self) -> (f64, f64) {
        self.place((0.0, 0.0))
    }

    pub(super) fn corner_south_east(&self) -> (f64, f64) {
        self.place(self.size)
    }

    /// The longest round number of metres that is at most `pixels` long, and how long it is.
    pub(super) fn scale_bar(&self, pixels: f64) -> (u32, f64) {
        let round = [5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10];
        let fits = |metres: &u32| f64::from(*metres) * self.scale <= pixels;
        let metres = round.into_iter().find(fits).unwrap_or(5);
        (metres, f64::from(metres) * self.scale)
    }
}

fn bounds(places: impl Iterator<Item = (f64, f64)>) -> ((f64, f64), (f64, f64)) {
    places.fold(((f64::MAX, f64::MAX), (f64::MIN, f64::MIN)), |(low, high), (lat, lon)| {
        ((low.0.min(lat), low.1.min(lon)), (high.0.max(lat), high.1.max(lon)))
    })
}

fn metres(low: (f64, f64), high: (f64, f64)) -> (f64, f64) {
    let broad = (high.1 - low.1) * METRES_PER_DEGREE * low.0.to_radians().cos();
    ((high.0 - low.0) * METRES_PER_DEGREE, broad)
}

/// Left edges of labels of these lengths, near where each is wanted and in that order, between two edges, 8 pixels
/// apart wherever they fit at all.
pub(super) fn spread(wanted: &[f64], lengths: &[f64], left: f64, right: f64) -> Vec<f64> {
    const GAP: f64 = 8.0;
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    let mut places = vec![0.0; wanted.len()];
    let mut free = left;
    for nth in &order {
        places[*nth] = (wanted[*nth] - lengths[*nth] / 2.0).max(free);
        free = places[*nth] + lengths[*nth] + GAP;
    }
    let mut limit = right;
    for nth in order.iter().rev() {
        places[*nth] = places[*nth].min(limit - lengths[*nth]).max(left);
        limit = places[*nth] - GAP;
    }
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn labels_never_lie_on_each_other_and_never_leave_the_sheet_where_they_fit(
            wanted in proptest::collection::vec((-200.0..1200.0_f64, 20.0..100.0_f64), 0..9),
        ) {
            let (wanted, lengths): (Vec<f64>, Vec<f64>) = wanted.into_iter().unzip();
            let places = spread(&wanted, &lengths, 12.0, 988.0);
            let mut spans: Vec<(f64, f64)> = places.iter().zip(&lengths).map(|(x, length)| (*x, x + length)).collect();
            spans.sort_by(|a, b| a.0.total_cmp(&b.0));
            prop_assert!(spans.windows(2).all(|pair| pair[0].1 + 7.9 < pair[1].0), "{:?}", spans);
            prop_assert!(spans.iter().all(|(from, to)| *from >= 12.0 && *to <= 988.001), "{:?}", spans);
        }

        #[test]
        fn the_drawing_is_to_scale_and_north_is_up(lat in -60.0..60.0_f64, lon in -179.0..179.0_f64) {
            let window = Window::around((lat, lon), std::iter::empty(), (1000.0, 330.0), 46.0);
            let (here, north) = (window.at((lat, lon)), window.at((lat + 0.001, lon)));
            let (metres, pixels) = window.scale_bar(110.0);
            let measured = (here.1 - north.1) / (0.001 * METRES_PER_DEGREE);
            prop_assert!((measured - pixels / f64::from(metres)).abs() < 1e-6);
            prop_assert!((here.0 - north.0).abs() < 1e-6);
        }
    }
}
