//! A curve through places in time, by least squares: a straight line at steady speed, or, where the places plainly show
//! it, a parabola, which is a bend or a car that speeds up. Not its business: which places belong to it.

use super::plane::Offset;

/// By how many standard errors a parabola must differ from a line to be believed.
const PLAIN: f64 = 3.0;
/// Noise of places below this is not believed either, metres.
const QUIET_M: f64 = 0.5;
/// So many places at least make a parabola with something left to judge it by.
const ENOUGH: f64 = 5.0;

/// The sums from which both curves follow.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Curve {
    /// Sums of the powers of time, seconds, from the zeroth to the fourth.
    t: [f64; 5],
    east: Axis,
    north: Axis,
}

/// The sums of one coordinate.
#[derive(Clone, Copy, Debug, Default)]
struct Axis {
    xx: f64,
    /// With the powers of time from the zeroth to the second.
    tx: [f64; 3],
}

/// Place, speed and half the acceleration at time zero.
type Terms = [f64; 3];

impl Curve {
    /// Takes one more place, so many seconds after time zero.
    pub(super) fn add(&mut self, t: f64, offset: Offset) {
        let powers = [1.0, t, t * t, t * t * t, t * t * t * t];
        self.t.iter_mut().zip(powers).for_each(|(sum, power)| *sum += power);
        for (axis, x) in [(&mut self.east, offset.east), (&mut self.north, offset.north)] {
            axis.xx += x * x;
            axis.tx.iter_mut().zip(powers).for_each(|(sum, power)| *sum += x * power);
        }
    }

    /// Metres a second at time zero: east and north.
    pub(super) fn velocity(&self) -> (f64, f64) {
        let (east, north) = self.terms();
        (east[1], north[1])
    }

    /// How far the places lie from the better of the two curves, root mean square, metres.
    pub(super) fn stray_m(&self) -> f64 {
        let curve = if self.t[0] >= ENOUGH { Curve::parabola } else { Curve::line };
        let left = self.left(&self.east, &curve(self, &self.east)) + self.left(&self.north, &curve(self, &self.north));
        (left.max(0.0) / self.t[0]).sqrt()
    }

    fn terms(&self) -> (Terms, Terms) {
        let lines = (self.line(&self.east), self.line(&self.north));
        if self.t[0] < ENOUGH {
            return lines;
        }
        let parabolas = (self.parabola(&self.east), self.parabola(&self.north));
        let left = self.left(&self.east, &parabolas.0) + self.left(&self.north, &parabolas.1);
        let saved = self.left(&self.east, &lines.0) + self.left(&self.north, &lines.1) - left;
        // Three terms each are fitted to two coordinates.
        let noise = (left.max(0.0) / (2.0 * self.t[0] - 6.0)).max(QUIET_M * QUIET_M);
        if saved > PLAIN * PLAIN * noise { parabolas } else { lines }
    }

    fn line(&self, axis: &Axis) -> Terms {
        let [n, t, tt, ..] = self.t;
        let spread = n * tt - t * t;
        if spread <= 0.0 {
            return [axis.tx[0] / n.max(1.0), 0.0, 0.0];
        }
        let speed = (n * axis.tx[1] - t * axis.tx[0]) / spread;
        [(axis.tx[0] - speed * t) / n, speed, 0.0]
    }

    /// By Cramer's rule; places at fewer than three times give a line.
    fn parabola(&self, axis: &Axis) -> Terms {
        let [t0, t1, t2, t3, t4] = self.t;
        let rows = [[t0, t1, t2], [t1, t2, t3], [t2, t3, t4]];
        let whole = determinant(&rows);
        if whole.abs() <= 1e-9 * t0 * t2 * t4 {
            return self.line(axis);
        }
        std::array::from_fn(|term| {
            let mut with = rows;
            with.iter_mut().zip(axis.tx).for_each(|(row, sum)| row[term] = sum);
            determinant(&with) / whole
        })
    }

    /// The sum of the squares that a curve leaves over.
    fn left(&self, axis: &Axis, terms: &Terms) -> f64 {
        axis.xx - terms.iter().zip(axis.tx).map(|(term, sum)| term * sum).sum::<f64>()
    }
}

fn determinant(m: &[[f64; 3]; 3]) -> f64 {
    m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn through(places: &[(f64, f64, f64)]) -> Curve {
        let mut curve = Curve::default();
        places.iter().for_each(|(t, east, north)| curve.add(*t, Offset { east: *east, north: *north }));
        curve
    }

    proptest! {
        #[test]
        fn a_parabola_without_noise_is_found_again(
            v in (-30.0_f64..30.0, -30.0_f64..30.0), a in (0.3_f64..4.0, 0.3_f64..4.0), n in 6_i32..13,
        ) {
            let at = |t: f64| (t, v.0 * t + a.0 * t * t / 2.0, v.1 * t + a.1 * t * t / 2.0);
            let curve = through(&(0..n).map(|s| at(-f64::from(s))).collect::<Vec<_>>());
            let (east, north) = curve.velocity();
            prop_assert!((east - v.0).hypot(north - v.1) < 1e-4, "{east} {north}");
            prop_assert!(curve.stray_m() < 1e-3);
        }

        #[test]
        fn noise_on_a_line_hardly_ever_bends_it(noise in prop::collection::vec((-3.0_f64..3.0, -3.0_f64..3.0), 12)) {
            let places: Vec<_> =
                noise.iter().enumerate().map(|(s, (e, n))| (-(s as f64), -14.0 * s as f64 + e, *n)).collect();
            let (east, north) = through(&places).velocity();
            prop_assert!((east - 14.0).hypot(north) < 6.0, "{east} {north}");
        }
    }

    #[test]
    fn a_single_place_stands_still_and_two_make_a_line() {
        assert_eq!(through(&[(0.0, 0.0, 0.0)]).velocity(), (0.0, 0.0));
        assert_eq!(through(&[(0.0, 0.0, 0.0), (-2.0, -10.0, 4.0)]).velocity(), (5.0, -2.0));
    }
}
