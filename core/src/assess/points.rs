//! From figures to a score, and from scores to ranks, by the pack's weights. All of it is whole numbers, hundredths of a
//! point, so that everybody gets the same. Not its business: what a rank is worth.

use serde::Serialize;

use super::{Card, Sample, Subject, Times};
use crate::pack::{Scale, ScoreWeights, Ties};

/// All points of a figure, and of the whole: 100.00.
const ALL: i64 = 10_000;

/// A score, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Score {
    /// Hundredths of a point, at most 10000; none while a figure with a weight has no data.
    pub total: Option<i64>,
    /// Each figure in hundredths of a point, before its weight.
    pub parts: Parts,
    /// Figures with a weight that have no data.
    pub lacks: Vec<&'static str>,
}

/// The figures of a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parts {
    /// By the median of the response.
    pub sighted_to_stopped: Option<i64>,
    /// By the median of the clearing.
    pub stopped_to_cleared: Option<i64>,
    /// By the median of the sealing.
    pub cleared_to_sealed: Option<i64>,
    /// By the sealed cases that no insurer returned.
    pub not_returned: Option<i64>,
}

impl Score {
    /// The score of these times and files.
    pub(super) fn of(weights: &ScoreWeights, times: [&Times; 3], sealed: u64, returned: u64) -> Score {
        let by = |times: &Times, scale: &Scale| times.median_ms.map(|median| on(scale, median));
        let [response, clearing, sealing] = times;
        let kept = i64::try_from(sealed.saturating_sub(returned)).unwrap_or(i64::MAX);
        let parts = Parts {
            sighted_to_stopped: by(response, &weights.scale.sighted_to_stopped),
            stopped_to_cleared: by(clearing, &weights.scale.stopped_to_cleared),
            cleared_to_sealed: by(sealing, &weights.scale.cleared_to_sealed),
            not_returned: kept.saturating_mul(ALL).checked_div(i64::try_from(sealed).unwrap_or(i64::MAX)),
        };
        let each = [
            ("sighted_to_stopped", parts.sighted_to_stopped, weights.sighted_to_stopped),
            ("stopped_to_cleared", parts.stopped_to_cleared, weights.stopped_to_cleared),
            ("cleared_to_sealed", parts.cleared_to_sealed, weights.cleared_to_sealed),
            ("not_returned", parts.not_returned, weights.not_returned),
        ];
        let weighed = || each.into_iter().filter(|(.., weight)| *weight > 0);
        let lacks: Vec<_> = weighed().filter(|(_, part, _)| part.is_none()).map(|(name, ..)| name).collect();
        let sum: i64 = weighed().filter_map(|(_, part, weight)| Some(part? * i64::from(weight))).sum();
        Score { total: lacks.is_empty().then_some(sum / 100), parts, lacks }
    }
}

/// The points of a time on its scale.
fn on(scale: &Scale, ms: i64) -> i64 {
    let (best, worst) = (i64::from(scale.best_s) * 1_000, i64::from(scale.worst_s) * 1_000);
    match ms {
        short if short <= best => ALL,
        long if long >= worst => 0,
        between => (worst - between) * ALL / (worst - best),
    }
}

/// Who comes where. Only those with a score and enough stops have a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ranking {
    /// By place; equals share theirs.
    pub places: Vec<Place>,
    /// Too few stops for a place.
    pub small_sample: Vec<Subject>,
    /// Nothing to score, or a figure is lacking.
    pub no_data: Vec<Subject>,
}

/// One place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// From 1.
    pub place: u64,
    /// Who.
    pub subject: Subject,
    /// Hundredths of a point.
    pub score: i64,
}

/// Ranks cards of one kind.
pub(super) fn ranking<'a>(cards: impl Iterator<Item = &'a Card>, ties: Ties) -> Ranking {
    let mut ranking = Ranking::default();
    let mut ranked = Vec::new();
    for card in cards {
        match (card.sample, card.score.total) {
            (Sample::Enough, Some(score)) => {
                let faster = match ties {
                    Ties::Shared => None,
                    Ties::FasterClear => card.clearing.median_ms,
                };
                ranked.push(((-score, faster), card.subject.clone(), score));
            }
            (Sample::Small, _) => ranking.small_sample.push(card.subject.clone()),
            (Sample::NoData, _) | (Sample::Enough, None) => ranking.no_data.push(card.subject.clone()),
        }
    }
    ranked.sort();
    let mut before: Option<((i64, Option<i64>), u64)> = None;
    for (at, (key, subject, score)) in (1..).zip(ranked) {
        let place = before.filter(|(same, _)| *same == key).map_or(at, |(_, place)| place);
        before = Some((key, place));
        ranking.places.push(Place { place, subject, score });
    }
    ranking
}
