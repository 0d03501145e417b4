//! The strictest route wins; an unknown counts as the strictest route it could cause.

use serde::{Deserialize, Serialize};

use super::{Fact, Facts, Parties, Road, Route, Ternary};
use crate::pack::{AdviceRow, KindRow, TriageRules};

/// What those involved must do, why, and what is still open. All strings are codes for [`text`](crate::text).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The strictest route that the facts allow for.
    pub route: Route,
    /// Whether no unknown fact can change the route any more. Until then the screen asks, it does not call.
    pub settled: bool,
    /// Articles the route rests on, `cite-…`.
    pub cites: Vec<String>,
    /// Facts or kinds of accident that led to the route, `fact-…`. While it is open also those that are not known yet,
    /// which are in `unknown` as well.
    pub because: Vec<String>,
    /// Everything that nobody has said: facts, then `parties` and `road`.
    pub unknown: Vec<String>,
    /// What to do, in order, `triage-advice-…`.
    pub advice: Vec<String>,
}

impl Outcome {
    /// Whether *clear now* may be offered (T11): it is settled, and the road is to be cleared.
    pub fn may_clear(&self) -> bool {
        self.settled && self.route <= Route::MoveThenCall
    }
}

/// Reads the facts against the rows. Never fails, whatever is unknown.
pub fn triage(facts: &Facts, rules: &TriageRules) -> Outcome {
    let Span { route, certain } = span(facts, rules);
    let settled = route == certain;

    let (mut cites, mut because) = (Vec::new(), Vec::new());
    // Once it is settled, what is known carries it alone: nobody reads that drink is suspected because nobody asked.
    let carries = |answer: Ternary| if settled { answer == Ternary::Yes } else { answer != Ternary::No };
    let kind_code = if facts.parties == Parties::Unknown { "parties" } else { facts.parties.code() };
    let kind_rows = possible_kinds(facts.parties, rules)
        .filter(|row| row.route == route && !(settled && facts.parties == Parties::Unknown))
        .map(|row| (kind_code, &row.cites));
    let fact_rows = rules.facts.iter().filter(|row| row.route == Some(route) && carries(facts.get(row.fact)));
    for (code, articles) in fact_rows.map(|row| (row.fact.code(), &row.cites)).chain(kind_rows) {
        push_new(&mut because, code);
        articles.iter().for_each(|article| push_new(&mut cites, article));
    }
    // Facts that change only the advice still bring their article along.
    for row in rules.facts.iter().filter(|row| row.route.is_none() && facts.get(row.fact) == Ternary::Yes) {
        row.cites.iter().for_each(|article| push_new(&mut cites, article));
    }

    let advice =
        rules.advice.iter().filter(|row| given(row, facts, if row.certain { certain } else { route }, settled));
    Outcome {
        route,
        settled,
        cites,
        because,
        unknown: unknown(facts),
        advice: advice.map(|row| row.code.clone()).collect(),
    }
}

/// Between which routes the facts leave it; the same twice when it is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The route when every unknown turns out for the worst: the one that counts.
    pub route: Route,
    /// The route that holds even when every unknown turns out for the best.
    pub certain: Route,
}

/// The route alone, without its reasons. A pack without rows would be the strictest of all.
pub fn span(facts: &Facts, rules: &TriageRules) -> Span {
    let kinds = || possible_kinds(facts.parties, rules).map(|row| row.route);
    let (mut route, mut certain) = (kinds().max(), kinds().min());
    for row in rules.facts.iter().filter(|row| row.route.is_some()) {
        let answer = facts.get(row.fact);
        if answer != Ternary::No {
            route = route.max(row.route);
        }
        if answer == Ternary::Yes {
            certain = certain.max(row.route);
        }
    }
    Span { route: route.unwrap_or(Route::CallHazmat), certain: certain.unwrap_or(Route::CallHazmat) }
}

/// Unknown parties may be any of the kinds.
fn possible_kinds(parties: Parties, rules: &TriageRules) -> impl Iterator<Item = &KindRow> {
    rules.kinds.iter().filter(move |row| parties == Parties::Unknown || row.parties == parties)
}

fn given(row: &AdviceRow, facts: &Facts, route: Route, settled: bool) -> bool {
    (row.routes.is_empty() || row.routes.contains(&route))
        && (row.roads.is_empty() || row.roads.contains(&facts.road))
        && (row.parties.is_empty() || row.parties.contains(&facts.parties))
        && (row.facts.is_empty() || row.facts.iter().any(|fact| facts.get(*fact) == Ternary::Yes))
        && row.settled.is_none_or(|wanted| wanted == settled)
}

fn unknown(facts: &Facts) -> Vec<String> {
    let open = Fact::ALL.iter().filter(|fact| facts.get(**fact) == Ternary::Unknown).map(|fact| fact.code());
    let parties = (facts.parties == Parties::Unknown).then_some("parties");
    let road = (facts.road == Road::Unknown).then_some("road");
    open.chain(parties).chain(road).map(str::to_owned).collect()
}

fn push_new(list: &mut Vec<String>, code: &str) {
    if !list.iter().any(|known| known == code) {
        list.push(code.to_owned());
    }
}
