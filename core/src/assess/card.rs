//! One scorecard: everything that the log says of a specialist's phone, a company or the whole programme in a period.
//! Each figure opens to its events. What the log does not say is not made up: it is `null`, `no_data` or left out and
//! counted as such. Not its business: ranks.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{AssessRules, Count, EventId, LogLine, Milestone, Sample, Times, flags, points::Score, work::Work};
use crate::{
    id::{CaseId, DeviceId},
    pack::{Pack, ScoreWeights},
    time::Moment,
};

/// Whom a card is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "of", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// Everybody.
    Programme,
    /// All phones of one company.
    Company(String),
    /// One specialist's phone.
    Specialist(DeviceId),
}

/// What somebody did, recomputable by anyone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Card {
    /// Whom it is about.
    pub subject: Subject,
    /// Companies of the phones.
    pub companies: BTreeSet<String>,
    /// Stops credited: first at the accident.
    pub stops: Count,
    /// Stops where somebody had stopped before (T26).
    pub supports: Count,
    /// How many stops it stands on.
    pub sample: Sample,
    /// Stops for a customer of the own company; none where no sealed record says whose customers they were.
    pub own_assists: Option<Count>,
    /// Stops for customers of other companies alone.
    pub other_assists: Option<Count>,
    /// Stops of which the log does not know whose customers they were for.
    pub insurers_not_known: Count,
    /// Answers other than a stop, by reason.
    pub refusals: BTreeMap<String, Count>,
    /// Accidents at which the phone was told to stop.
    pub must_stop: Count,
    /// Those of them that the log has no answer to.
    pub unanswered: Count,
    /// Sighted → stopped.
    pub response: Times,
    /// Stopped → cleared: the key figure.
    pub clearing: Times,
    /// Cleared → sealed.
    pub sealing: Times,
    /// Cases handed to the authorities.
    pub escalations: Count,
    /// Sealed cases.
    pub sealed: Count,
    /// Sealed cases that an insurer returned.
    pub returned: Count,
    /// Stops whose case was sealed, in hundredths of a percent; none without a stop.
    pub completeness: Option<u64>,
    /// What is odd, by code; shown, and never subtracted.
    pub flags: BTreeMap<&'static str, Count>,
    /// The score, or what it lacks.
    pub score: Score,
}

/// The part of a log that a card is made from.
pub(super) struct Share<'a> {
    pub(super) works: Vec<&'a Work<'a>>,
    /// By phone, in the order of their numbers.
    pub(super) lines: BTreeMap<DeviceId, Vec<(EventId, &'a LogLine)>>,
    /// The flag of phones that are always together, of all phones.
    pub(super) colleagues: &'a BTreeMap<DeviceId, Count>,
    /// Accidents that each phone answered at any time.
    pub(super) answered: &'a BTreeSet<(DeviceId, &'a str)>,
}

pub(super) fn card(subject: Subject, share: &Share<'_>, pack: &Pack) -> Card {
    let (weights, works) = (&pack.score, &share.works);
    let rules = AssessRules::from(weights);
    let times = |from, to| times(works, from, to, &rules, weights);
    let (mut stops, mut supports, mut sealed, mut returned, mut escalations) =
        (Count::default(), Count::default(), Count::default(), Count::default(), Count::default());
    let (mut own, mut other, mut unknown) = (Count::default(), Count::default(), Count::default());
    let mut refusals = BTreeMap::<String, Count>::new();
    let mut whole = 0;
    for work in works {
        let seal = work.at(Milestone::Sealed).map(|(id, _)| id);
        if let Some(stop) = work.stopped() {
            if work.supports { &mut supports } else { &mut stops }.add([stop]);
            whole += u64::from(seal.is_some());
            match (&work.insurers, work.company) {
                (Some((insurers, said)), Some(company)) if insurers.contains(company) => own.add([stop, *said]),
                (Some((insurers, said)), Some(_)) if !insurers.is_empty() => other.add([stop, *said]),
                _ => unknown.add([stop]),
            }
        } else if let Some((reason, id)) = work.refusal {
            refusals.entry(reason.to_owned()).or_default().add([id]);
        }
        if let Some(seal) = seal {
            sealed.add([seal]);
        }
        if !work.returned.is_empty() {
            returned.add(work.returned.iter().copied());
        }
        if !work.escalated.is_empty() {
            escalations.add(work.escalated.iter().copied());
        }
    }
    let all_stops = stops.count + supports.count;
    let known = own.count + other.count > 0;
    let (response, clearing, sealing) = (
        times(Milestone::Sighted, Milestone::Stopped),
        times(Milestone::Stopped, Milestone::Cleared),
        times(Milestone::Cleared, Milestone::Sealed),
    );
    let (must_stop, unanswered) = told_to_stop(share);
    let score = Score::of(weights, [&response, &clearing, &sealing], sealed.count, returned.count);
    Card {
        subject,
        companies: works.iter().filter_map(|work| work.company.map(str::to_owned)).collect(),
        sample: Sample::of(all_stops, weights.small_sample),
        stops,
        supports,
        own_assists: known.then_some(own),
        other_assists: known.then_some(other),
        insurers_not_known: unknown,
        refusals,
        must_stop,
        unanswered,
        response,
        clearing,
        sealing,
        escalations,
        sealed,
        returned,
        completeness: (whole * 10_000).checked_div(all_stops),
        flags: odd(share, pack),
        score,
    }
}

/// The times of one step. A case that was answered with another word than a stop has none of them.
fn times(works: &[&Work<'_>], from: Milestone, to: Milestone, rules: &AssessRules, weights: &ScoreWeights) -> Times {
    type End<'a> = Option<(EventId, &'a Moment)>;
    let ends = |work: &Work<'_>| -> bool { work.stopped().is_some() || work.refusal.is_none() };
    let pairs = works.iter().filter(|work| ends(work)).map(|work| (work.case, work.at(from), work.at(to)));
    let begun = pairs.filter(|(_, from, to): &(CaseId, End<'_>, End<'_>)| from.is_some() || to.is_some());
    Times::of(begun, rules, weights.small_sample)
}

/// Accidents with the verdict *must stop*, each once for each phone; and those without an answer.
fn told_to_stop(share: &Share<'_>) -> (Count, Count) {
    let (mut told, mut unanswered) = (Count::default(), Count::default());
    for (device, lines) in &share.lines {
        let mut seen = BTreeMap::<&str, EventId>::new();
        for (id, line) in lines.iter().filter(|(_, line)| line.event.kind == "verdict") {
            let detail = &line.event.detail;
            if let (true, Some(accident)) = (detail["verdict"] == "must_stop", detail["accident"].as_str()) {
                seen.entry(accident).or_insert(*id);
            }
        }
        for (accident, id) in seen {
            told.add([id]);
            if !share.answered.contains(&(*device, accident)) {
                unanswered.add([id]);
            }
        }
    }
    (told, unanswered)
}

fn odd(share: &Share<'_>, pack: &Pack) -> BTreeMap<&'static str, Count> {
    let mut found = BTreeMap::new();
    let odd = flags::Odd::of(pack);
    for (device, lines) in &share.lines {
        flags::of_device(lines, &odd, &mut found);
        if let Some(together) = share.colleagues.get(device) {
            found.entry("same_colleagues").or_default().add(together.events.iter().copied());
        }
    }
    flags::same_plates(&share.works, &mut found);
    found
}
