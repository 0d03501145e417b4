//! All scorecards of a period, from a log: the programme, each company, each phone, and who comes where. The same events
//! in any order give the same bytes, on a phone, at the gateway and at a desk.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    Card, Count, EventId, Log, LogLine, Ranking, Subject,
    card::{Share, card},
    flags,
    points::ranking,
    work::{Work, is_training, works},
};
use crate::{id::DeviceId, pack::Pack, time::Timestamp};

/// From when to when; a case belongs to the period in which its first event lies, by its wall clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Period {
    /// Inclusive, UTC milliseconds; none is from the beginning.
    pub from: Option<Timestamp>,
    /// Exclusive, UTC milliseconds; none is to the end.
    pub to: Option<Timestamp>,
}

impl Period {
    fn has(self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }
}

/// Everything that is told of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scorecards {
    /// The rules it was computed under: pack and version.
    pub rules: (String, u32),
    /// The period.
    pub period: Period,
    /// Events in the log.
    pub events: u64,
    /// Events of practice, which is never scored (T28).
    pub training: Count,
    /// Phones of which events are missing in the log, and how many.
    pub gaps: BTreeMap<DeviceId, u64>,
    /// The programme first, then companies, then phones.
    pub cards: Vec<Card>,
    /// Phones by score.
    pub specialists: Ranking,
    /// Companies by score.
    pub companies: Ranking,
}

impl Scorecards {
    /// Computes them.
    pub fn of(log: &Log, period: Period, pack: &Pack) -> Scorecards {
        let all = works(log);
        let named = |work: &Work<'_>| work.stopped().is_some() || work.refusal.is_some();
        let answered: BTreeSet<(DeviceId, &str)> =
            all.iter().filter(|work| named(work)).filter_map(|work| Some((work.device, work.accident?))).collect();
        let inside: Vec<Work<'_>> = all.iter().filter(|work| period.has(work.begun)).cloned().collect();
        let colleagues = flags::colleagues(&inside, &flags::Odd::of(pack));
        let cases: BTreeSet<_> = inside.iter().map(|work| (work.device, work.case)).collect();
        let belongs = |line: &LogLine| match line.event.case {
            Some(case) => cases.contains(&(line.device, case)),
            None => period.has(line.event.at.wall),
        };
        let lines: Vec<(EventId, &LogLine)> =
            log.lines().filter(|(_, line)| !is_training(line) && belongs(line)).collect();
        let make = |subject: Subject| {
            let is_its = |device: DeviceId, company: Option<&str>| match &subject {
                Subject::Programme => true,
                Subject::Company(name) => company == Some(name),
                Subject::Specialist(own) => *own == device,
            };
            let mut share = Share {
                works: inside.iter().filter(|work| is_its(work.device, work.company)).collect(),
                lines: BTreeMap::new(),
                colleagues: &colleagues,
                answered: &answered,
            };
            for (id, line) in lines.iter().filter(|(_, line)| is_its(line.device, line.company.as_deref())) {
                share.lines.entry(line.device).or_default().push((*id, line));
            }
            card(subject.clone(), &share, pack)
        };
        let companies: BTreeSet<&str> = lines.iter().filter_map(|(_, line)| line.company.as_deref()).collect();
        let devices: BTreeSet<DeviceId> = lines.iter().map(|(_, line)| line.device).collect();
        let subjects = [Subject::Programme].into_iter();
        let subjects = subjects.chain(companies.into_iter().map(|name| Subject::Company(name.to_owned())));
        let cards: Vec<Card> = subjects.chain(devices.into_iter().map(Subject::Specialist)).map(make).collect();
        let of_kind =
            |wanted: fn(&Subject) -> bool| ranking(cards.iter().filter(|card| wanted(&card.subject)), pack.score.ties);
        let mut training = Count::default();
        log.lines().filter(|(_, line)| is_training(line)).for_each(|(id, _)| training.add([id]));
        Scorecards {
            rules: (pack.id.clone(), pack.version),
            period,
            events: log.lines().count() as u64,
            training,
            gaps: log.gaps(),
            specialists: of_kind(|subject| matches!(subject, Subject::Specialist(_))),
            companies: of_kind(|subject| matches!(subject, Subject::Company(_))),
            cards,
        }
    }
}
