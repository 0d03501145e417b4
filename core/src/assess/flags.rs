//! What in a log is odd. A flag is shown with its events and never subtracted: a person decides what it means.
//! Not its business: judging anybody.

use std::{collections::BTreeMap, ops::Bound};

use super::{Count, EventId, LogLine, work::Work};
use crate::{
    duty::{PlateTag, Reason},
    id::DeviceId,
    pack::Pack,
    place::Point,
};

/// Nobody drives so fast from one accident to the next, metres in a second.
const IMPOSSIBLE_MPS: f64 = 70.0;
/// A position is not surer than this, metres: two of them may differ by twice as much and nobody moved.
const LEAST_ERROR_M: f64 = 50.0;

/// When something is odd: pack data.
pub(super) struct Odd {
    /// The wall clock moved against the monotonic one by more milliseconds.
    pub(super) clock_ms: i64,
    /// Two phones stood at so many accidents together.
    pub(super) same_colleagues: u32,
}

impl Odd {
    pub(super) fn of(pack: &Pack) -> Odd {
        Odd {
            clock_ms: pack.evidence.clock_jump_min.saturating_mul(60_000),
            same_colleagues: pack.score.same_colleagues,
        }
    }
}

/// The flags of one phone's events, in their order.
pub(super) fn of_device(lines: &[(EventId, &LogLine)], odd: &Odd, flags: &mut BTreeMap<&'static str, Count>) {
    let mut flag = |code, events: &[EventId]| flags.entry(code).or_default().add(events.iter().copied());
    let mut placed: Option<(EventId, &LogLine, Point)> = None;
    for (at, (id, line)) in lines.iter().enumerate() {
        if let Some((before, earlier)) = at.checked_sub(1).and_then(|before| lines.get(before)) {
            let (was, is) = (&earlier.event.at, &line.event.at);
            let drift = is.wall.since(was.wall).saturating_sub(is.mono_ms.saturating_sub(was.mono_ms));
            if was.boot == is.boot && drift.saturating_abs() > odd.clock_ms {
                flag("clock", &[*before, *id]);
            }
        }
        let detail = &line.event.detail;
        let because = |code: Reason| {
            let mut reasons = detail["reasons"].as_array().into_iter().flatten();
            line.event.kind == "verdict" && reasons.any(|reason| reason == code.as_str())
        };
        if detail["place"]["mock"] == true || because(Reason::FixMocked) {
            flag("mock_location", &[*id]);
        }
        if because(Reason::DeclaredAfter) {
            flag("urgent_after_demand", &[*id]);
        }
        // Later events tell the place of their accident; where it was seen, the phone was.
        let place = detail.get("place").filter(|_| line.event.kind == "sighted");
        let place = place.and_then(|place| serde_json::from_value::<Point>(place.clone()).ok());
        let Some(place) = place.and_then(|place| place.checked().ok()) else { continue };
        if let Some((before, earlier, was)) = placed {
            let (from, to) = (&earlier.event.at, &line.event.at);
            let seconds = to.mono_ms.saturating_sub(from.mono_ms) as f64 / 1000.0;
            let error = was.accuracy_m.max(LEAST_ERROR_M) + place.accuracy_m.max(LEAST_ERROR_M);
            if from.boot == to.boot && was.distance_m(place) - error > IMPOSSIBLE_MPS * seconds {
                flag("impossible_speed", &[before, *id]);
            }
        }
        placed = Some((*id, line, place));
    }
}

/// Pairs of phones that stood at the same accidents again and again, by their stops.
pub(super) fn colleagues(works: &[Work<'_>], odd: &Odd) -> BTreeMap<DeviceId, Count> {
    let mut stops = BTreeMap::<usize, Vec<EventId>>::new();
    for work in works {
        if let Some(stop) = work.stopped() {
            stops.entry(work.number).or_default().push(stop);
        }
    }
    let mut pairs = BTreeMap::<(DeviceId, DeviceId), BTreeMap<usize, [EventId; 2]>>::new();
    for (accident, stops) in &stops {
        for one in stops {
            for other in stops.iter().filter(|other| one.device < other.device) {
                pairs.entry((one.device, other.device)).or_default().insert(*accident, [*one, *other]);
            }
        }
    }
    let mut found = BTreeMap::<DeviceId, Count>::new();
    for ((one, other), together) in pairs {
        if together.len() as u64 >= u64::from(odd.same_colleagues) {
            for device in [one, other] {
                found.entry(device).or_default().add(together.values().flatten().copied());
            }
        }
    }
    found
}

/// The same two cars in more than one accident of one phone, by the seals that tell their tags. One tag alone is shared
/// by too many cars to say anything; two of them together are not.
pub(super) fn same_plates(works: &[&Work<'_>], flags: &mut BTreeMap<&'static str, Count>) {
    let mut pairs = BTreeMap::<(DeviceId, &PlateTag, &PlateTag), BTreeMap<usize, EventId>>::new();
    for work in works {
        let Some((plates, seal)) = &work.plates else { continue };
        for one in plates {
            for other in plates.range((Bound::Excluded(one), Bound::Unbounded)) {
                pairs.entry((work.device, one, other)).or_default().insert(work.number, *seal);
            }
        }
    }
    for again in pairs.into_values().filter(|accidents| accidents.len() > 1) {
        flags.entry("same_plates").or_default().add(again.into_values());
    }
}
