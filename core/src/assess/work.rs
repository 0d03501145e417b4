//! What each phone did about each case, from the log: its milestones, its answer, who is credited with the stop. Not its
//! business: figures.

use std::collections::{BTreeMap, BTreeSet};

use super::{EventId, Log, LogLine, Milestone, accidents};
use crate::{
    duty::{PlateTag, Report},
    id::{CaseId, DeviceId},
    place::Point,
    time::{Moment, Timestamp},
};

/// Answers other than a stop.
const REFUSALS: [&str; 4] = ["urgent", "cannot_stop_safely", "served", "passed"];

/// Events that hand a case to the authorities.
const ESCALATIONS: [&str; 3] = ["protect", "hazmat", "escalated"];

/// One case on one phone.
#[derive(Clone, Debug)]
pub(super) struct Work<'a> {
    pub(super) device: DeviceId,
    pub(super) company: Option<&'a str>,
    pub(super) case: CaseId,
    /// The name under which others know it.
    pub(super) accident: Option<&'a str>,
    /// Where, as its first event with a place says.
    place: Option<Point>,
    /// Of whom plates are known, as the newest seal says.
    pub(super) plates: Option<(BTreeSet<PlateTag>, EventId)>,
    /// Which accident of the log it is about.
    pub(super) number: usize,
    /// What the wall clock said at its first event: it decides the period, and nothing else.
    pub(super) begun: Timestamp,
    pub(super) reached: BTreeMap<Milestone, (EventId, &'a Moment)>,
    /// The first answer that was no stop.
    pub(super) refusal: Option<(&'a str, EventId)>,
    /// Insurers of the parties, where the log says so.
    pub(super) insurers: Option<(BTreeSet<&'a str>, EventId)>,
    pub(super) escalated: Vec<EventId>,
    pub(super) returned: Vec<EventId>,
    /// Another phone stopped there earlier (T26).
    pub(super) supports: bool,
}

impl<'a> Work<'a> {
    fn begin(line: &'a LogLine, case: CaseId) -> Work<'a> {
        Work {
            device: line.device,
            company: line.company.as_deref(),
            case,
            accident: None,
            place: None,
            plates: None,
            number: 0,
            begun: line.event.at.wall,
            reached: BTreeMap::new(),
            refusal: None,
            insurers: None,
            escalated: Vec::new(),
            returned: Vec::new(),
            supports: false,
        }
    }

    fn take(&mut self, id: EventId, line: &'a LogLine) {
        let (kind, detail) = (line.event.kind.as_str(), &line.event.detail);
        if self.accident.is_none() {
            self.accident = detail["accident"].as_str();
        }
        if self.place.is_none() {
            let place = serde_json::from_value::<Point>(detail["place"].clone()).ok();
            self.place = place.and_then(|place| place.checked().ok());
        }
        if let ("sealed", Ok(plates)) = (kind, serde_json::from_value(detail["plates"].clone())) {
            self.plates = Some((plates, id));
        }
        if let Some(milestone) = Milestone::of_kind(kind) {
            // Whoever presses again later does not make the case longer.
            self.reached.entry(milestone).or_insert((id, &line.event.at));
        }
        if REFUSALS.contains(&kind) && self.refusal.is_none() {
            self.refusal = Some((kind, id));
        }
        if let Some(insurers) = detail["insurers"].as_array() {
            self.insurers = Some((insurers.iter().filter_map(|insurer| insurer.as_str()).collect(), id));
        }
        if ESCALATIONS.contains(&kind) {
            self.escalated.push(id);
        }
        if kind == "returned" {
            self.returned.push(id);
        }
    }

    /// What it says of its accident.
    pub(super) fn report(&self) -> Report {
        let plates = self.plates.as_ref().map(|(plates, _)| plates.clone()).unwrap_or_default();
        Report { place: self.place, at: self.begun, plates }
    }

    /// The name under which others know its accident, or else its case.
    pub(super) fn name(&self) -> String {
        self.accident.map_or_else(|| self.case.to_string(), str::to_owned)
    }

    /// When it was reached, and by which event.
    pub(super) fn at(&self, milestone: Milestone) -> Option<(EventId, &'a Moment)> {
        self.reached.get(&milestone).copied()
    }

    /// The event of its stop.
    pub(super) fn stopped(&self) -> Option<EventId> {
        self.at(Milestone::Stopped).map(|(id, _)| id)
    }
}

/// Whether an event belongs to practice, which is not scored (T28).
pub(super) fn is_training(line: &LogLine) -> bool {
    line.event.detail["nature"] == "training"
}

/// Every case of every phone. The first to stop at an accident, by the wall clocks, is credited; the others support.
pub(super) fn works(log: &Log) -> Vec<Work<'_>> {
    let mut works = BTreeMap::<(DeviceId, CaseId), Work<'_>>::new();
    for (id, line) in log.lines().filter(|(_, line)| !is_training(line)) {
        if let Some(case) = line.event.case {
            works.entry((line.device, case)).or_insert_with(|| Work::begin(line, case)).take(id, line);
        }
    }
    accidents::number(&mut works);
    let mut first = BTreeMap::<usize, (Timestamp, EventId)>::new();
    for work in works.values() {
        if let Some((id, at)) = work.at(Milestone::Stopped) {
            let stop = first.entry(work.number).or_insert((at.wall, id));
            *stop = (*stop).min((at.wall, id));
        }
    }
    for work in works.values_mut() {
        work.supports = work.stopped().is_some_and(|id| first.get(&work.number).is_some_and(|(_, best)| *best != id));
    }
    works.into_values().collect()
}
