//! Made-up drives whose truth is known: ways of a city and around it, phones that err in their ways, accidents on the
//! way and beside it; and what the duty check said in time, wrongly, or not at all. Not its business: real drives, which
//! the desk's `replay` shows.

mod phone;
mod road;
mod tally;

use jingbao_core::{
    duty::{Accidents, OpenAccident, Road, Standing, Ternary, Verdict, Watch},
    pack::Pack,
};

pub use phone::Errs;
pub use road::Kind;
pub use tally::Tally;

use crate::scenery::Chance;
use phone::{Seen, normal, place, report};
use road::Way;

/// Which accident of a drive.
const ON: &str = "on the way";
const OFF: &str = "off the way";
/// A turn is more than this, radians.
const TURN: f64 = 30.0 * std::f64::consts::PI / 180.0;
/// A turn is over when less than this is left of it, radians.
const STRAIGHTENED: f64 = 5.0 * std::f64::consts::PI / 180.0;
/// So far off the straight continuation an accident is none of the car's, metres.
const BESIDE_M: f64 = 60.0;
/// How well the one who saw an accident knew where it is, metres.
const PLACE_M: f64 = 5.0;

/// What came of one drive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Nothing but a straight way within the last warning distance.
    pub straight: bool,
    /// The answer came while there was still room to stop.
    pub in_time: bool,
    /// For an accident behind a turn: whether the answer came within two good fixes after it; none if there was no
    /// time for two.
    pub after_turn: Option<bool>,
    /// The accident off the way was always far off the straight continuation, and near enough to be confused.
    pub beside: bool,
    /// It was nevertheless called.
    pub called_wrongly: bool,
    /// Seconds within the warning distance in which the answer was *clear*, on a straight way.
    pub clear_s: u32,
    /// How often a *must stop* was taken back.
    pub taken_back: u32,
}

/// One drive of this kind and with these errors.
pub fn drive(kind: Kind, errs: Errs, seed: u64) -> Option<Outcome> {
    let mut chance = Chance::new(seed, &format!("{kind:?} {errs:?}"));
    let way = Way::of(kind, &mut chance);
    let seen = report(&way, kind, errs, &mut chance);
    let on_m = chance.between(way.length() * 0.25, way.length() - 20.0);
    let off_m = chance.between(way.length() * 0.2, way.length() - 20.0);
    let side = if chance.between(0.0, 1.0) < 0.5 { 1.0 } else { -1.0 };
    let aside = side * chance.between(BESIDE_M, 2.5 * BESIDE_M);
    let road = if kind == Kind::Expressway { Road::Expressway } else { Road::City };
    let wanted = if kind == Kind::Expressway { Verdict::ReportOnly } else { Verdict::MustStop };
    let mut accident = |id: &str, metres: f64, aside: f64| {
        let spot = way.at(metres);
        let error = PLACE_M / 1.515;
        let east = spot.east + aside * spot.heading.cos() + error * normal(&mut chance);
        let north = spot.north - aside * spot.heading.sin() + error * normal(&mut chance);
        let place = place(east, north, PLACE_M)?;
        Some((OpenAccident { id: id.into(), place, seen_at: seen.first()?.now.wall, road, served: false }, east, north))
    };
    let (on, ..) = accident(ON, on_m, 0.0)?;
    let (off, east, north) = accident(OFF, off_m, aside)?;
    let accidents: Accidents = [on, off].into_iter().collect();
    let rules = &Pack::builtin().duty;
    let warning = |speed: f64| rules.warning_distance_m(speed, 1_000);
    // The last warning distance, at the speed of this stretch and with both errors.
    let fastest = (0..200).map(|back| way.at(on_m - f64::from(back)).speed).fold(0.0, f64::max);
    let last_m = warning(fastest) + seen.first()?.fix.point.accuracy_m + PLACE_M;
    let mut outcome = Outcome { straight: way.swing(on_m - last_m, on_m) <= TURN, ..Outcome::default() };
    // What is called good is good from three seconds before the warning distance up to where it is too late.
    let speed = way.at(on_m - last_m).speed;
    let watched = on_m - last_m - 3.0 * speed..on_m - 4.5 * speed - speed * speed / 4.0;
    outcome.straight &= !errs.is_good() || seen.iter().all(|seen| seen.good || !watched.contains(&seen.now_m));
    let turned_m = (1..=last_m as u32)
        .map(|back| on_m - f64::from(back))
        .find(|from| way.swing(*from, on_m) > STRAIGHTENED)
        .filter(|_| !outcome.straight);
    let (mut watch, mut told, mut good_after_turn) = (Watch::new(), false, 0);
    let standing = Standing { on_duty: true, credential: Ternary::Yes, urgent: None, on_case: None };
    let (mut apart, mut near) = (true, false);
    for Seen { fix, now, good, fix_m, now_m, speed } in &seen {
        let before = verdict(&watch, ON);
        watch.step(fix, &accidents, &standing, rules, now);
        let after = verdict(&watch, ON);
        outcome.taken_back += u32::from(before == Verdict::MustStop && after != Verdict::MustStop);
        outcome.called_wrongly |= verdict(&watch, OFF) == Verdict::MustStop;
        let spot = way.at(*now_m);
        let (to_east, to_north) = (east - spot.east, north - spot.north);
        let along = to_east * spot.heading.sin() + to_north * spot.heading.cos();
        let across = (to_east * spot.heading.cos() - to_north * spot.heading.sin()).abs();
        if (0.0..=1.3 * warning(*speed) + 50.0).contains(&along) {
            near |= across < 3.0 * BESIDE_M;
            apart &= across >= BESIDE_M;
        }
        let left = on_m - now_m;
        if after == wanted && !told {
            told = true;
            outcome.in_time = left >= 4.5 * speed + speed * speed / 4.0;
        }
        if let Some(turned) = turned_m
            && *good
            && *fix_m > turned
            && (0.0..=warning(*speed)).contains(&left)
        {
            good_after_turn += 1;
            if good_after_turn == 2 {
                outcome.after_turn = Some(told);
            }
        }
        let quiet = !matches!(after, Verdict::MustStop | Verdict::CannotTell | Verdict::ReportOnly);
        outcome.clear_s += u32::from(outcome.straight && !good && quiet && left > 0.0 && left <= warning(*speed));
    }
    outcome.beside = apart && near;
    Some(outcome)
}

fn verdict(watch: &Watch, accident: &str) -> Verdict {
    watch.current().iter().find(|change| change.accident == accident).map_or(Verdict::Clear, |change| change.verdict)
}
