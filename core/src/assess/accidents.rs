//! Which of the works in a log are about one accident (T26): two specialists, or a specialist and a driver, each opened a
//! case of his own. Triggered once for each log; always ends. Not its business: who is credited.

use std::collections::BTreeMap;

use super::work::Work;
use crate::duty::{Report, is_same_accident};

/// Numbers the accidents, and gives each work the number of its own. Works go in the order in which they began; each
/// joins the first accident of which one work is of the same, else it makes a new one. Works of one announced name are of
/// the same unless both know plates and share none.
pub(super) fn number(works: &mut BTreeMap<(crate::id::DeviceId, crate::id::CaseId), Work<'_>>) {
    let mut order: Vec<&mut Work<'_>> = works.values_mut().collect();
    order.sort_by_key(|work| (work.begun, work.device, work.case));
    let mut accidents = 0;
    let mut named = BTreeMap::<String, Vec<(usize, Report)>>::new();
    let mut recent: Vec<(usize, Report)> = Vec::new();
    for work in order {
        let report = work.report();
        recent.retain(|(_, earlier)| report.at.since(earlier.at) <= Report::SOON_MS);
        let by_name = named.entry(work.name()).or_default();
        let same_name = by_name.iter().filter(|(_, earlier)| !earlier.has_other_plates(&report));
        let near = recent.iter().filter(|(_, earlier)| is_same_accident(earlier, &report));
        let known = same_name.chain(near).map(|(number, _)| *number).min();
        work.number = known.unwrap_or(accidents);
        accidents = accidents.max(work.number + 1);
        by_name.push((work.number, report.clone()));
        recent.push((work.number, report));
    }
}
