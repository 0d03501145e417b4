//! All that can be said of the fourteen facts, for every kind of accident: 3^14 × 6 routes, against the table of Art.
//! 13–15 and 19 and against each other. Roads are left out: [`span`] of no accident reads one, which
//! `the_road_changes_the_advice_and_never_the_route` holds against the whole outcome.

use std::thread;

use jingbao_core::{
    pack::Pack,
    triage::{Fact, Facts, Parties, Road, Route, Ternary, span},
};

use crate::triage_oracle::{by_article, by_kind};

/// The digits of a number to the base of three, one a fact.
const ANSWERS: [Ternary; 3] = [Ternary::No, Ternary::Unknown, Ternary::Yes];
const NO: usize = 0;

/// What the table says without looking at anything twice: the strictest that is possible, the strictest that is sure.
fn table(digits: &[usize], kinds: &[Route]) -> (Route, Route) {
    let worst = kinds.iter().copied().max().expect("a kind");
    let best = kinds.iter().copied().min().expect("a kind");
    let strictest = |from: Route, counts: &dyn Fn(Ternary) -> bool| {
        let said = Fact::ALL.iter().zip(digits).filter(|(_, digit)| counts(ANSWERS[**digit]));
        said.filter_map(|(fact, _)| by_article(*fact)).fold(from, Route::max)
    };
    (strictest(worst, &|answer| answer != Ternary::No), strictest(best, &|answer| answer == Ternary::Yes))
}

/// Every combination of one kind; the routes in the order of their numbers.
fn routes_of(parties: Parties) -> Vec<Route> {
    let rules = &Pack::builtin().triage;
    let kinds: Vec<Route> = match by_kind(parties) {
        Some(route) => vec![route],
        None => Parties::ALL.iter().filter_map(|kind| by_kind(*kind)).collect(),
    };
    let mut digits = vec![NO; Fact::ALL.len()];
    let mut facts = Facts::harmless(parties, Road::City);
    let mut routes = Vec::with_capacity(3_usize.pow(digits.len() as u32));
    loop {
        let found = span(&facts, rules);
        assert_eq!((found.route, found.certain), table(&digits, &kinds), "{facts:?}");
        routes.push(found.route);
        let Some(step) = digits.iter().position(|digit| *digit + 1 < ANSWERS.len()) else { return routes };
        for (nth, digit) in digits.iter_mut().enumerate().take(step + 1) {
            *digit = if nth < step { NO } else { *digit + 1 };
            facts.facts.insert(Fact::ALL[nth], ANSWERS[*digit]);
        }
    }
}

#[test]
fn every_combination_of_all_facts_agrees_with_the_table_and_no_risk_ever_makes_a_route_more_lenient() {
    thread::scope(|scope| {
        for parties in Parties::ALL {
            scope.spawn(move || {
                let routes = routes_of(*parties);
                assert_eq!(routes.len(), 4_782_969, "three answers to fourteen facts");
                for (number, route) in routes.iter().enumerate() {
                    let mut weight = 1;
                    for fact in Fact::ALL {
                        if number / weight % 3 == NO {
                            let (unknown, yes) = (routes[number + weight], routes[number + 2 * weight]);
                            assert!(unknown >= *route && yes >= *route, "{fact:?} in {number} of {parties:?}");
                            // Not known yet is never taken for better than it may turn out.
                            assert!(unknown >= yes, "{fact:?} in {number} of {parties:?}");
                        }
                        weight *= 3;
                    }
                }
            });
        }
    });
}
