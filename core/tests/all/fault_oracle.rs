//! Liabilities of one to eight parties against an oracle that builds every set that is allowed (Art. 60, 61), where the
//! rules under test look for what is wrong with one.

use std::collections::BTreeSet;

use jingbao_core::{
    fault::{
        Inconsistent,
        Liability::{self, *},
        check, objection,
    },
    pack::{Circumstance, Expects, Pack},
};

type Sets = BTreeSet<Vec<Liability>>;

/// Every choice of one of the classes for each of so many parties.
fn every(classes: &[Liability], parties: usize) -> Vec<Vec<Liability>> {
    (0..parties).fold(vec![Vec::new()], |sets, _| {
        let longer = |set: &Vec<Liability>| -> Vec<Vec<Liability>> {
            classes.iter().map(|class| [set.as_slice(), &[*class]].concat()).collect()
        };
        sets.iter().flat_map(longer).collect()
    })
}

fn one_bears_all(parties: usize) -> Sets {
    let bearing = |n: usize| (0..parties).map(|party| if party == n { Full } else { None }).collect();
    (0..parties).map(bearing).collect()
}

fn main_and_minor(parties: usize) -> Sets {
    let sets = every(&[Main, Minor, None], parties).into_iter();
    sets.filter(|set| set.contains(&Main) && set.contains(&Minor)).collect()
}

fn some_equally(parties: usize) -> Sets {
    let sets = every(&[Equal, None], parties).into_iter();
    sets.filter(|set| set.iter().filter(|class| **class == Equal).count() >= 2).collect()
}

fn oracle(circumstance: Option<&Circumstance>, parties: usize) -> Sets {
    let (full, main, equal) = (one_bears_all(parties), main_and_minor(parties), some_equally(parties));
    match circumstance.map(|row| row.expects) {
        Option::None => full.into_iter().chain(main).chain(equal).collect(),
        Some(Expects::OneFull) => full,
        Some(Expects::Blamed) => full.into_iter().chain(main).collect(),
        Some(Expects::Equal) => equal,
        Some(Expects::Nobody) => Sets::from([vec![None; parties]]),
    }
}

/// Not chosen yet, then one circumstance of every sense.
fn circumstances() -> Vec<Option<&'static Circumstance>> {
    let rows = ["rear_end", "other_full", "equal_fault", "mishap"].map(|id| Pack::builtin().circumstance(id));
    assert!(rows.iter().all(Option::is_some));
    [Option::None].into_iter().chain(rows).collect()
}

fn judge(set: &[Liability], circumstance: Option<&Circumstance>) -> Result<(), Inconsistent> {
    check(set, circumstance, &Pack::builtin().liability_sets)
}

fn distance(a: &[Liability], b: &[Liability]) -> usize {
    a.iter().zip(b).filter(|(a, b)| a != b).count()
}

#[test]
fn t14_of_every_set_of_up_to_six_parties_only_the_allowed_ones_pass() {
    for circumstance in circumstances() {
        for parties in 1..=6 {
            let allowed = oracle(circumstance, parties);
            let mut passed = 0;
            for set in every(&Liability::ALL, parties) {
                let objection = objection(&set, circumstance, &Pack::builtin().liability_sets);
                assert_eq!(objection.is_none(), allowed.contains(&set), "{circumstance:?} {set:?} {objection:?}");
                passed += usize::from(objection.is_none());
            }
            assert_eq!(passed, allowed.len());
        }
    }
}

#[test]
fn t14_a_refusal_names_the_nearest_sets_that_would_do_for_one_to_eight_parties() {
    for circumstance in circumstances() {
        for parties in 1..=8_usize {
            let allowed = oracle(circumstance, parties);
            let sets = every(&Liability::ALL, parties);
            // All of few, and of many about two dozen that do not begin alike.
            for set in sets.iter().step_by(if parties < 4 { 1 } else { sets.len() / 24 + 1 }) {
                let Err(refused) = judge(set, circumstance) else { continue };
                let nearest = allowed.iter().map(|other| distance(set, other)).min();
                assert_eq!(refused.would_do.len(), allowed.len().min(8), "{circumstance:?} {set:?}");
                assert_eq!(refused.would_do.first().map(|offer| distance(set, offer)), nearest, "{set:?}");
                assert!(refused.would_do.iter().map(|offer| distance(set, offer)).is_sorted());
                assert!(refused.would_do.iter().all(|offer| allowed.contains(offer)), "{refused:?}");
                assert_eq!(refused.would_do.iter().collect::<BTreeSet<_>>().len(), refused.would_do.len());
            }
        }
    }
}

#[test]
fn t14_each_rule_has_its_own_reason_whatever_the_number_of_parties() {
    for parties in 3..=8 {
        let set = |some: &[Liability]| [some, &vec![None; parties - some.len()]].concat();
        for (some, reason) in [
            (&[Full, Full][..], "two_full"),
            (&[Full, Minor], "full_excludes_others"),
            (&[Equal], "equal_needs_two"),
            (&[Equal, Equal, Minor], "equal_excludes_main_and_minor"),
            (&[Main], "main_needs_minor"),
            (&[Minor], "minor_needs_main"),
            (&[], "nobody_needs_mishap"),
        ] {
            let objection = objection(&set(some), Option::None, &Pack::builtin().liability_sets);
            assert_eq!(objection, Some(reason), "{:?}", set(some));
        }
        assert_eq!(judge(&set(&[]), Pack::builtin().circumstance("mishap")), Ok(()));
    }
}

#[test]
fn without_parties_or_with_more_than_eight_nothing_is_offered_and_nothing_breaks() {
    for set in [vec![], vec![Full; 9], vec![None; 40]] {
        let refused = judge(&set, Option::None).expect_err("refused");
        assert!(refused.would_do.is_empty());
    }
}
