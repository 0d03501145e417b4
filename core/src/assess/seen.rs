//! What of all scorecards one reader may see: the association all, a company itself and its own people, a specialist
//! himself. A place in a ranking stays, who else has one goes. Not its business: who is asking.

use std::collections::BTreeSet;

use super::{Count, Log, Ranking, Scorecards, Subject};
use crate::id::DeviceId;

/// For whom scorecards are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader<'a> {
    /// Sees all.
    Association,
    /// Sees itself and its phones.
    Company(&'a str),
    /// Sees this phone.
    Specialist(DeviceId),
}

impl Scorecards {
    /// The same without what is not the reader's. They are made from the whole log, so that who was first at an accident
    /// stays as it is; no event, case or phone of others is named in what is left.
    pub fn seen_by(mut self, reader: Reader<'_>, log: &Log) -> Scorecards {
        let of_company = |name: &str| -> BTreeSet<DeviceId> {
            let lines = log.lines().filter(|(_, line)| line.company.as_deref() == Some(name));
            lines.map(|(id, _)| id.device).collect()
        };
        let own = match reader {
            Reader::Association => return self,
            Reader::Company(name) => of_company(name),
            Reader::Specialist(device) => BTreeSet::from([device]),
        };
        let is_own = |subject: &Subject| match (subject, reader) {
            (Subject::Programme, _) => false,
            (Subject::Company(name), Reader::Company(company)) => name == company,
            (Subject::Company(_), _) => false,
            (Subject::Specialist(device), _) => own.contains(device),
        };
        self.cards.retain(|card| is_own(&card.subject));
        for count in self.cards.iter_mut().flat_map(|card| card.flags.values_mut()) {
            // Two phones that are always together: the other one's events are the other one's.
            count.events.retain(|event| own.contains(&event.device));
        }
        let kept = |ranking: Ranking| Ranking {
            places: ranking.places.into_iter().filter(|place| is_own(&place.subject)).collect(),
            small_sample: ranking.small_sample.into_iter().filter(is_own).collect(),
            no_data: ranking.no_data.into_iter().filter(is_own).collect(),
        };
        let events: BTreeSet<_> =
            self.training.events.into_iter().filter(|event| own.contains(&event.device)).collect();
        self.training = Count { count: events.len() as u64, events };
        self.gaps.retain(|device, _| own.contains(device));
        self.events = log.lines().filter(|(id, _)| own.contains(&id.device)).count() as u64;
        Scorecards { specialists: kept(self.specialists), companies: kept(self.companies), ..self }
    }
}
