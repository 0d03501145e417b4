//! Triage against a table written down a second time, from 公安部令第146号 itself and not from the pack.

use jingbao_core::{
    pack::Pack,
    triage::{Fact, Facts, Outcome, Parties, Road, Route, Ternary, triage},
};
use proptest::prelude::*;

const ANSWERS: [Ternary; 3] = [Ternary::No, Ternary::Unknown, Ternary::Yes];

fn ask(facts: &Facts) -> Outcome {
    triage(facts, &Pack::builtin().triage)
}

/// Art. 15 before Art. 13 before Art. 14; `None`: the fact alone changes no route.
pub(crate) fn by_article(fact: Fact) -> Option<Route> {
    match fact {
        Fact::DangerousGoods => Some(Route::CallHazmat),
        Fact::Death | Fact::Injury => Some(Route::ProtectAndCall),
        Fact::NoLicence | Fact::DrinkOrDrugs | Fact::BusOverloadedOrSpeeding => Some(Route::ProtectAndCall),
        Fact::NoPlate | Fact::CannotMove | Fact::PartyLeft | Fact::Intent => Some(Route::ProtectAndCall),
        Fact::NoInspectionMark | Fact::NoInsuranceMark | Fact::HitFacility => Some(Route::MoveThenCall),
        Fact::Dispute => None,
    }
}

/// Art. 19: which pairs may go.
pub(crate) fn by_kind(parties: Parties) -> Option<Route> {
    match parties {
        Parties::MotorMotor | Parties::MotorNonMotor | Parties::Single => Some(Route::LeaveThenAgree),
        Parties::MotorPedestrian => Some(Route::MoveThenCall),
        Parties::NonMotorOnly => Some(Route::LeaveFirst),
        Parties::Unknown => None,
    }
}

/// Every completion of the unknown facts gives a definite route: the oracle is the strictest of these and whether
/// they are all the same.
fn oracle(facts: &Facts) -> (Route, bool) {
    let strictness = |yes: &dyn Fn(Fact) -> bool, kind: Route| {
        Fact::ALL.iter().filter(|fact| yes(**fact)).filter_map(|fact| by_article(*fact)).fold(kind, Route::max)
    };
    let kinds: Vec<Route> = match by_kind(facts.parties) {
        Some(route) => vec![route],
        None => Parties::ALL.iter().filter_map(|kind| by_kind(*kind)).collect(),
    };
    let mut routes = Vec::new();
    for kind in kinds {
        routes.push(strictness(&|fact| facts.get(fact) == Ternary::Yes, kind));
        routes.push(strictness(&|fact| facts.get(fact) != Ternary::No, kind));
    }
    let worst = routes.iter().copied().max().unwrap();
    (worst, routes.iter().all(|route| *route == worst))
}

fn agrees(facts: &Facts) {
    let outcome = ask(facts);
    assert_eq!((outcome.route, outcome.settled), oracle(facts), "{facts:?}");
}

/// Facts with equal consequences are exchangeable in the oracle; one of each consequence, in full, is 3^k.
#[test]
fn every_combination_of_eight_facts_with_every_road_and_kind_agrees_with_the_table() {
    let chosen = [
        Fact::Injury,
        Fact::NoPlate,
        Fact::CannotMove,
        Fact::PartyLeft,
        Fact::DangerousGoods,
        Fact::NoInsuranceMark,
        Fact::HitFacility,
        Fact::Dispute,
    ];
    for kind in Parties::ALL {
        for code in 0..3_usize.pow(chosen.len() as u32) {
            let mut facts = Facts::harmless(*kind, Road::ALL[code % Road::ALL.len()]);
            let mut rest = code;
            for fact in chosen {
                facts.facts.insert(fact, ANSWERS[rest % 3]);
                rest /= 3;
            }
            agrees(&facts);
        }
    }
}

#[test]
fn every_set_of_facts_answered_only_yes_or_no_agrees_with_the_table_and_is_settled() {
    for kind in Parties::ALL.iter().filter(|kind| **kind != Parties::Unknown) {
        for bits in 0_u32..1 << Fact::ALL.len() {
            let mut facts = Facts::harmless(*kind, Road::City);
            for (nth, fact) in Fact::ALL.iter().enumerate() {
                if bits >> nth & 1 == 1 {
                    facts.facts.insert(*fact, Ternary::Yes);
                }
            }
            agrees(&facts);
            assert!(ask(&facts).settled);
        }
    }
}

/// Every pair of facts in every state, on top of everything else known to be harmless or unknown.
#[test]
fn every_pair_of_facts_agrees_with_the_table_whether_the_rest_is_known_or_not() {
    for kind in Parties::ALL {
        for base in [Facts::harmless(*kind, Road::City), Facts { parties: *kind, ..Facts::unknown() }] {
            for first in Fact::ALL {
                for second in Fact::ALL {
                    for a in ANSWERS {
                        for b in ANSWERS {
                            agrees(&base.clone().with(*first, a).with(*second, b));
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn invariant_5_an_unknown_fact_or_unknown_parties_never_let_anybody_leave() {
    for fact in Fact::ALL.iter().filter(|fact| by_article(**fact).is_some()) {
        let outcome = ask(&Facts::harmless(Parties::MotorMotor, Road::City).with(*fact, Ternary::Unknown));
        assert!(outcome.route > Route::LeaveThenAgree && !outcome.settled && !outcome.may_clear(), "{fact:?}");
        assert_eq!(outcome.unknown, [fact.code()]);
    }
    let outcome = ask(&Facts::harmless(Parties::Unknown, Road::City));
    assert!(outcome.route > Route::LeaveThenAgree && !outcome.settled);
    assert_eq!(outcome.unknown, ["parties"]);
    let nothing = ask(&Facts::unknown());
    assert_eq!((nothing.route, nothing.settled, nothing.unknown.len()), (Route::CallHazmat, false, 16));
    assert!(!nothing.advice.iter().any(|code| code.starts_with("call_")), "open questions call nobody: {nothing:?}");
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let answers = proptest::collection::vec(0..3_usize, Fact::ALL.len());
    (answers, 0..Road::ALL.len(), 0..Parties::ALL.len()).prop_map(|(answers, road, parties)| Facts {
        facts: Fact::ALL.iter().copied().zip(answers.into_iter().map(|nth| ANSWERS[nth])).collect(),
        road: Road::ALL[road],
        parties: Parties::ALL[parties],
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_facts_agree_with_the_table(facts in any_facts()) {
        agrees(&facts);
    }

    #[test]
    fn a_risk_turned_from_no_to_yes_or_unknown_never_makes_the_route_more_lenient(facts in any_facts()) {
        for fact in Fact::ALL {
            let harmless = ask(&facts.clone().with(*fact, Ternary::No)).route;
            prop_assert!(ask(&facts.clone().with(*fact, Ternary::Yes)).route >= harmless);
            prop_assert!(ask(&facts.clone().with(*fact, Ternary::Unknown)).route >= harmless);
        }
    }

    #[test]
    fn a_settled_route_stays_whatever_the_unknown_facts_turn_out_to_be(facts in any_facts(), bits in any::<u32>()) {
        let before = ask(&facts);
        let mut after = facts.clone();
        for (nth, fact) in Fact::ALL.iter().enumerate() {
            if facts.get(*fact) == Ternary::Unknown {
                after.facts.insert(*fact, if bits >> nth & 1 == 1 { Ternary::Yes } else { Ternary::No });
            }
        }
        let known = ask(&after);
        prop_assert!(known.route <= before.route);
        if before.settled {
            prop_assert_eq!(known.route, before.route);
        }
    }

    #[test]
    fn the_road_changes_the_advice_and_never_the_route(facts in any_facts()) {
        let routes = Road::ALL.iter().map(|road| ask(&Facts { road: *road, ..facts.clone() }));
        let first = ask(&facts);
        for outcome in routes {
            prop_assert_eq!((outcome.route, outcome.settled), (first.route, first.settled));
        }
    }

    #[test]
    fn people_go_off_the_road_first_and_every_route_names_its_article_and_its_cause(facts in any_facts()) {
        let outcome = ask(&facts);
        prop_assert_eq!(outcome.advice.first().map(String::as_str), Some("people_off_road"));
        prop_assert!(!outcome.cites.is_empty() && !outcome.because.is_empty());
        let guessed = outcome.because.iter().any(|code| outcome.unknown.contains(code));
        prop_assert!(!outcome.settled || !guessed, "a settled route rests on what is known: {:?}", outcome);
    }
}
