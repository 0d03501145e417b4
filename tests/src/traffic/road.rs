//! Ways a car may take, in metres east and north of the start: a point for each metre, with the heading and the speed
//! that a sane driver has there. Not its business: what a phone sees of it.

use crate::scenery::Chance;

/// What kind of way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Blocks of a city, with turns at some corners.
    Grid,
    /// A main road with a service road beside it.
    Service,
    /// A ring road.
    Ring,
    /// An expressway.
    Expressway,
    /// A road through a tunnel of half a minute.
    Tunnel,
    /// A road through a roundabout.
    Roundabout,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 6] =
        [Kind::Grid, Kind::Service, Kind::Ring, Kind::Expressway, Kind::Tunnel, Kind::Roundabout];
}

/// One metre of a way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) east: f64,
    pub(super) north: f64,
    /// Radians clockwise from north.
    pub(super) heading: f64,
    pub(super) speed: f64,
}

/// A way, a spot for each metre.
pub(super) struct Way(pub(super) Vec<Spot>);

/// Harder than that nobody takes a bend, m/s².
const SIDEWAYS: f64 = 2.5;
/// How a driver speeds up and slows down, m/s².
const ALONG: f64 = 1.5;

impl Way {
    pub(super) fn of(kind: Kind, chance: &mut Chance) -> Way {
        let mut way =
            Way(vec![Spot { east: 0.0, north: 0.0, heading: chance.between(0.0, std::f64::consts::TAU), speed: 0.0 }]);
        let cruise = match kind {
            Kind::Grid => chance.between(8.0, 15.0),
            Kind::Service => chance.between(12.0, 18.0),
            Kind::Ring | Kind::Tunnel => chance.between(14.0, 22.0),
            Kind::Expressway => chance.between(25.0, 33.0),
            Kind::Roundabout => chance.between(10.0, 15.0),
        };
        match kind {
            Kind::Grid => {
                for _ in 0..8 {
                    way.straight(chance.between(120.0, 320.0), cruise);
                    let bend = chance.between(-25.0, 25.0);
                    let turn = [0.0, 90.0, -90.0, bend][(chance.between(0.0, 4.0) as usize).min(3)];
                    way.bend(if turn.abs() > 30.0 { 12.0 } else { 60.0 }, turn, cruise);
                }
                way.straight(200.0, cruise);
            }
            Kind::Service | Kind::Tunnel => way.straight(2_600.0, cruise),
            Kind::Ring => way.bend(chance.between(700.0, 1_500.0), 180.0, cruise),
            Kind::Expressway => {
                for _ in 0..3 {
                    way.straight(700.0, cruise);
                    way.bend(chance.between(2_000.0, 4_000.0), chance.between(-20.0, 20.0), cruise);
                }
            }
            Kind::Roundabout => {
                way.straight(chance.between(700.0, 1_000.0), cruise);
                for (radius, turn) in [(15.0, 60.0), (20.0, -120.0), (15.0, 60.0)] {
                    way.bend(radius, turn, cruise);
                }
                way.straight(700.0, cruise);
            }
        }
        way.drive();
        way
    }

    fn straight(&mut self, metres: f64, speed: f64) {
        (0..metres as u32).for_each(|_| self.metre(0.0, speed));
    }

    /// To the right by so many degrees.
    fn bend(&mut self, radius: f64, degrees: f64, cruise: f64) {
        let metres = (radius * degrees.abs().to_radians()).round();
        let speed = cruise.min((SIDEWAYS * radius).sqrt());
        (0..metres as u32).for_each(|_| self.metre(degrees.to_radians() / metres, speed));
    }

    fn metre(&mut self, turn: f64, speed: f64) {
        let Some(last) = self.0.last().copied() else { return };
        let heading = last.heading + turn;
        let (east, north) = (last.east + heading.sin(), last.north + heading.cos());
        self.0.push(Spot { east, north, heading, speed });
    }

    /// From the limits to what can be driven: nobody changes speed at once.
    fn drive(&mut self) {
        let spots = &mut self.0;
        if spots.len() > 1 {
            spots[0].speed = spots[1].speed;
        }
        let reach = |from: f64| (from * from + 2.0 * ALONG).sqrt();
        for at in 1..spots.len() {
            spots[at].speed = spots[at].speed.min(reach(spots[at - 1].speed));
        }
        for at in (1..spots.len()).rev() {
            spots[at - 1].speed = spots[at - 1].speed.min(reach(spots[at].speed));
        }
    }

    /// The spot so many metres from the start; before it and beyond the end the nearest.
    pub(super) fn at(&self, metres: f64) -> Spot {
        self.0[(metres.max(0.0) as usize).min(self.0.len() - 1)]
    }

    pub(super) fn length(&self) -> f64 {
        self.0.len() as f64 - 1.0
    }

    /// How far the heading swings between two places, radians.
    pub(super) fn swing(&self, from: f64, to: f64) -> f64 {
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for metre in from.max(0.0) as usize..=(to.max(0.0) as usize).min(self.0.len() - 1) {
            least = least.min(self.0[metre].heading);
            most = most.max(self.0[metre].heading);
        }
        (most - least).max(0.0)
    }
}
