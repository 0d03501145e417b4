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

/// The sums of time with their triangle solved: the same for both coordinates.
struct Solved {
    count: f64,
    /// What is left of the second and third sums once the ones before are taken out.
    spread: f64,
    bow: f64,
    /// By how much the first takes part in the second and third, and the second in the third.
    first: (f64, f64),
    second: f64,
}

/// One coordinate against the solved sums: what the mean, the speed and the bow explain.
struct Parts {
    mean: f64,
    speed: f64,
    bow: f64,
}

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

    /// Metres a second at time zero: east and north. Of a single place they are zero.
    pub(super) fn velocity(&self) -> (f64, f64) {
        let solved = self.solved();
        if solved.spread <= 0.0 {
            return (0.0, 0.0);
        }
        let (east, north) = (solved.parts(&self.east), solved.parts(&self.north));
        let (of_line, bent) = (self.left(&solved, &east, &north), solved.explains(east.bow, north.bow));
        // Three terms each are fitted to two coordinates.
        let noise = ((of_line - bent).max(0.0) / (2.0 * solved.count - 6.0)).max(QUIET_M * QUIET_M);
        let plain = solved.count >= ENOUGH && bent > PLAIN * PLAIN * noise;
        let speed = |parts: &Parts| {
            let straight = parts.speed / solved.spread;
            if plain { straight - solved.second * parts.bow / solved.bow } else { straight }
        };
        (speed(&east), speed(&north))
    }

    /// Whether the places lie farther than `most_m` from the better of the two curves, root mean square.
    pub(super) fn strays(&self, most_m: f64) -> bool {
        let solved = self.solved();
        let (east, north) = (solved.parts(&self.east), solved.parts(&self.north));
        let (left, most) = (self.left(&solved, &east, &north), most_m * most_m * solved.count);
        left > most && (solved.count < ENOUGH || left - solved.explains(east.bow, north.bow) > most)
    }

    /// The sum of the squares that a line leaves over.
    fn left(&self, solved: &Solved, east: &Parts, north: &Parts) -> f64 {
        let mean = (east.mean * east.mean + north.mean * north.mean) / solved.count;
        let speed = (east.speed * east.speed + north.speed * north.speed) / solved.spread;
        self.east.xx + self.north.xx - mean - if solved.spread > 0.0 { speed } else { 0.0 }
    }

    fn solved(&self) -> Solved {
        let [count, t1, t2, t3, t4] = self.t;
        let first = (t1 / count, t2 / count);
        let (spread, shared) = (t2 - first.0 * t1, t3 - first.1 * t1);
        let second = if spread > 0.0 { shared / spread } else { 0.0 };
        Solved { count, spread, bow: t4 - first.1 * t2 - second * shared, first, second }
    }
}

impl Solved {
    fn parts(&self, axis: &Axis) -> Parts {
        let [mean, speed, bow] = axis.tx;
        let speed = speed - self.first.0 * mean;
        Parts { mean, speed, bow: bow - self.first.1 * mean - self.second * speed }
    }

    /// By how much a parabola leaves less over than a line; nothing where the times are too few for one.
    fn explains(&self, east: f64, north: f64) -> f64 {
        if self.bow > 1e-9 * self.count { (east * east + north * north) / self.bow } else { 0.0 }
    }
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
            prop_assert!(!curve.strays(1e-2));
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
