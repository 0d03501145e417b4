//! The duty check itself: one state for a trip, one step for each fix. Pure, and serialisable, so that a desk that
//! replays the log gets the same verdicts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Accidents, Change, DutyRules, Fix, Motion, OpenAccident, Reason, Road, Standing, Ternary, Verdict,
    plane::Plane,
    reach::{Car, LATE_MS, Near},
    trail::{Judged, Trail, Worth},
};
use crate::time::{Moment, span};

/// What is remembered of one trip.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    trail: Trail,
    encounters: BTreeMap<String, Encounter>,
}

/// One accident that concerned this car on this trip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Encounter {
    /// The last good fixes, newest last, at most three: did they see it ahead?
    hits: Vec<bool>,
    /// Enough of them did.
    confirmed: bool,
    /// Stopping was demanded on this trip…
    raised: bool,
    /// …and the car has left the accident since.
    over: bool,
    /// Since when it has been out of reach.
    outside_since: Option<Moment>,
    last: Change,
}

/// A car at the place that the check looks from, and what that place is worth.
struct Seat {
    car: Car,
    worth: Worth,
}

/// What one accident gives in one step.
struct Sight {
    near: Near,
    /// Not even beyond the stretched distance.
    away: bool,
    distance_m: f64,
}

impl Watch {
    /// The start of a trip.
    pub fn new() -> Watch {
        Watch::default()
    }

    /// Speed and course as given by the last believable fix, or derived from those before it.
    pub fn motion(&self) -> Motion {
        self.trail.motion()
    }

    /// What holds now, the most urgent first; accidents without any verdict are clear.
    pub fn current(&self) -> Vec<Change> {
        let mut open: Vec<Change> = self.encounters.values().map(|encounter| encounter.last.clone()).collect();
        open.retain(|change| change.verdict != Verdict::Clear);
        open.sort_by(|a, b| a.verdict.urgency().cmp(&b.verdict.urgency()).then(a.distance_m.total_cmp(&b.distance_m)));
        open
    }

    /// The part of it that one accident's verdict follows from.
    pub(super) fn about(&self, accident: &str) -> Watch {
        let its = self.encounters.get_key_value(accident);
        let encounters = its.map(|(id, encounter)| (id.clone(), encounter.clone())).into_iter().collect();
        Watch { trail: self.trail.clone(), encounters }
    }

    /// The accidents at which stopping was demanded on this trip.
    pub fn demanded(&self) -> impl Iterator<Item = &str> {
        self.encounters.iter().filter(|(_, encounter)| encounter.raised).map(|(id, _)| id.as_str())
    }

    /// Where the car was last, WGS-84 degrees, how sure in metres, and milliseconds ago.
    pub(super) fn last_place(&self, now: &Moment) -> Option<(geo_types::Coord<f64>, f64, i64)> {
        let (seen, age_ms) = self.trail.last_good(now)?;
        Some((seen.place(), seen.accuracy_m, age_ms))
    }

    /// Takes a fix, or the last one again when none came, and tells what changed, by the names of the accidents.
    pub fn step(
        &mut self,
        fix: &Fix,
        accidents: &Accidents,
        standing: &Standing,
        rules: &DutyRules,
        now: &Moment,
    ) -> Vec<Change> {
        let judged = self.trail.take(fix, now, rules);
        let mut changes = self.close_missing(accidents, now);
        let seat = self.seat(fix, &judged, now);
        for accident in self.concerned(seat.as_ref(), accidents, rules) {
            let sight = self.sight(seat.as_ref(), fix, accident, rules);
            let speed = self.trail.motion().speed_mps;
            let sparse = self.trail.interval_ms() > rules.sparse_fixes_ms;
            let met = self.encounters.contains_key(&accident.id);
            let encounter = match (met, sight.near) {
                (false, Near::No) => continue,
                (false, _) => {
                    let first = Encounter::new(&accident.id, now);
                    self.encounters.entry(accident.id.clone()).or_insert(first)
                }
                (true, _) => match self.encounters.get_mut(&accident.id) {
                    Some(encounter) => encounter,
                    None => continue,
                },
            };
            encounter.count(&sight, &judged, fix, sparse, rules);
            let verdict = match sight.near {
                Near::No => encounter.leave(&sight, &judged, rules, now),
                Near::Maybe | Near::Yes => {
                    encounter.outside_since = None;
                    Some(encounter.decide(accident, standing, speed, &judged, rules))
                }
            };
            changes.extend(encounter.settle(verdict, sight.distance_m, now));
            // Left, and never raised on this trip: nothing to remember.
            if encounter.last.verdict == Verdict::Clear && !encounter.raised {
                self.encounters.remove(&accident.id);
            }
        }
        changes
    }

    /// What this fix could concern, by name: all that is in reach, and what has a verdict from before.
    fn concerned<'a>(&self, from: Option<&Seat>, accidents: &'a Accidents, rules: &DutyRules) -> Vec<&'a OpenAccident> {
        let Some(Seat { car, worth }) = from else { return accidents.iter().collect() };
        let metres = match worth {
            Worth::Good => car.farthest_seen_m(accidents.widest_m(), rules),
            Worth::Inaccurate => car.widest_circle_m(accidents.widest_m(), rules),
            Worth::Nothing => car.farthest_gone_m(accidents.widest_m(), rules),
        };
        let mut all: Vec<&OpenAccident> = accidents.around(car.plane(), metres).collect();
        let told = self.encounters.iter().filter(|(_, encounter)| encounter.last.verdict != Verdict::Clear);
        all.extend(told.filter_map(|(id, _)| accidents.get(id)));
        all.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        all.dedup_by(|a, b| a.id == b.id);
        all
    }

    /// From where the check looks: the fix, or, where its position is worthless, the last one that was not. None if
    /// there never was any.
    fn seat(&self, fix: &Fix, judged: &Judged, now: &Moment) -> Option<Seat> {
        let (motion, interval_ms, worth) = (self.trail.motion(), self.trail.interval_ms(), judged.worth());
        let car = if worth == Worth::Nothing {
            let (good, age_ms) = self.trail.last_good(now)?;
            Car::new(Plane::around(good.place()), good.accuracy_m, good.speed_mps, motion, interval_ms, age_ms)
        } else {
            Car::new(judged.plane, fix.point.accuracy_m, fix.speed_mps, motion, interval_ms, judged.age_ms)
        };
        Some(Seat { car, worth })
    }

    fn sight(&self, from: Option<&Seat>, fix: &Fix, accident: &OpenAccident, rules: &DutyRules) -> Sight {
        let Some(Seat { car, worth }) = from else {
            return Sight { near: Near::Maybe, away: false, distance_m: fix.point.distance_m(accident.place) };
        };
        let distance_m = car.distance_m(accident);
        match worth {
            Worth::Good => {
                let near = car.sees(accident, rules, 1.0);
                let away = near == Near::No && car.sees(accident, rules, rules.leave_factor) == Near::No;
                Sight { near, away, distance_m }
            }
            Worth::Inaccurate => Sight { near: car.might_see(accident, rules), away: false, distance_m },
            // The position is worthless: the car is anywhere it could have got to since the last one that was not.
            Worth::Nothing => Sight { near: car.might_reach(accident, rules), away: false, distance_m },
        }
    }

    fn close_missing(&mut self, accidents: &Accidents, now: &Moment) -> Vec<Change> {
        let gone = self.encounters.values_mut().filter(|encounter| {
            encounter.last.verdict != Verdict::Clear && accidents.get(&encounter.last.accident).is_none()
        });
        gone.filter_map(|encounter| {
            encounter.finish();
            let distance_m = encounter.last.distance_m;
            encounter.settle(Some((Verdict::Clear, vec![Reason::Closed])), distance_m, now)
        })
        .collect()
    }
}

impl Encounter {
    fn new(accident: &str, now: &Moment) -> Encounter {
        let last = Change {
            accident: accident.to_owned(),
            verdict: Verdict::Clear,
            reasons: Vec::new(),
            distance_m: 0.0,
            at: now.clone(),
        };
        Encounter { hits: Vec::new(), confirmed: false, raised: false, over: false, outside_since: None, last }
    }

    /// Two of the last three good fixes, or one that is better than sure, or one where fixes are sparse.
    fn count(&mut self, sight: &Sight, judged: &Judged, fix: &Fix, sparse: bool, rules: &DutyRules) {
        if !judged.fresh || !judged.doubts.is_empty() {
            return;
        }
        let hit = sight.near == Near::Yes;
        self.hits.push(hit);
        if self.hits.len() > 3 {
            self.hits.remove(0);
        }
        let alone = sparse || fix.point.accuracy_m <= rules.sure_m;
        let enough = if alone { 1 } else { 2 };
        self.confirmed |= hit && self.hits.iter().filter(|hit| **hit).count() >= enough;
    }

    /// Out of reach: nothing changes until it has been so for long enough.
    fn leave(
        &mut self,
        sight: &Sight,
        judged: &Judged,
        rules: &DutyRules,
        now: &Moment,
    ) -> Option<(Verdict, Vec<Reason>)> {
        if !judged.doubts.is_empty() || !sight.away {
            self.outside_since = None;
            return None;
        }
        let since = self.outside_since.get_or_insert_with(|| now.clone());
        match span(since, now).certain_ms() {
            Some(ms) if ms >= rules.leave_ms => {
                let reason = if self.raised { Reason::Passed } else { Reason::OutOfReach };
                self.finish();
                Some((Verdict::Clear, vec![reason]))
            }
            Some(_) => None,
            // A reboot in between: the wait begins anew.
            None => {
                self.outside_since = Some(now.clone());
                None
            }
        }
    }

    fn finish(&mut self) {
        self.over = self.raised;
        self.confirmed = false;
        self.hits.clear();
        self.outside_since = None;
    }

    /// The verdict for an accident that is, or may be, ahead. Excuses hold wherever exactly the car is.
    fn decide(
        &self,
        accident: &OpenAccident,
        standing: &Standing,
        speed_mps: Option<f64>,
        judged: &Judged,
        rules: &DutyRules,
    ) -> (Verdict, Vec<Reason>) {
        let excused = |verdict, reason| (verdict, [vec![reason], judged.doubts.clone()].concat());
        if standing.on_case.as_ref() == Some(&accident.id) {
            return excused(Verdict::ReportOnly, Reason::AlreadyThere);
        }
        if accident.served {
            return excused(Verdict::ReportOnly, Reason::Served);
        }
        if accident.road == Road::Expressway {
            return excused(Verdict::ReportOnly, Reason::Expressway);
        }
        if !standing.on_duty {
            return excused(Verdict::ReportOnly, Reason::OffDuty);
        }
        if standing.credential == Ternary::No {
            return excused(Verdict::ReportOnly, Reason::NotCertified);
        }
        if standing.urgent.is_some() {
            let late = self.raised.then_some(Reason::DeclaredAfter);
            let reasons = [Reason::UrgentTask].into_iter().chain(late).chain(judged.doubts.clone());
            return (Verdict::Exempt, reasons.collect());
        }
        if standing.on_case.is_some() {
            return excused(Verdict::Exempt, Reason::OnAnotherCase);
        }
        if self.over {
            return excused(Verdict::ReportOnly, Reason::AlreadyRaised);
        }
        if !self.confirmed {
            let unsure = match judged.doubts[..] {
                [] if judged.age_ms > LATE_MS => vec![Reason::FixOld],
                [] => vec![Reason::Confirming],
                _ => judged.doubts.clone(),
            };
            return (Verdict::CannotTell, unsure);
        }
        let unknown_road = accident.road == Road::Unknown;
        if unknown_road && !self.raised && speed_mps.is_none_or(|speed| speed >= rules.motorway_mps) {
            return (Verdict::CannotTell, vec![Reason::MotorwaySpeed, Reason::RoadUnknown]);
        }
        let mut reasons = vec![Reason::Ahead];
        if unknown_road {
            reasons.push(Reason::RoadUnknown);
        }
        // Unknown never becomes "no duty" (invariant 5).
        if standing.credential == Ternary::Unknown {
            reasons.push(Reason::CredentialUnknown);
        }
        (Verdict::MustStop, reasons)
    }

    /// Keeps the distance up to date and gives the change, if the verdict is another one.
    fn settle(&mut self, verdict: Option<(Verdict, Vec<Reason>)>, distance_m: f64, now: &Moment) -> Option<Change> {
        self.last.distance_m = distance_m;
        let (verdict, reasons) = verdict?;
        self.raised |= verdict == Verdict::MustStop;
        if verdict == self.last.verdict {
            self.last.reasons = reasons;
            return None;
        }
        self.last = Change { verdict, reasons, at: now.clone(), ..self.last.clone() };
        Some(self.last.clone())
    }
}
