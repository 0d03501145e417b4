//! Whether a set of liabilities fits together, and with the circumstance that was chosen (T14).

use std::collections::BTreeSet;

use super::Liability;
use crate::pack::{Circumstance, Expects};

/// Most sets that are offered instead.
const MOST_OFFERED: usize = 8;

/// A set that does not fit. Its reason is a text code without `fault-`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the liabilities do not fit together: {reason}")]
pub struct Inconsistent {
    /// Why.
    pub reason: &'static str,
    /// Sets that would do, those with the fewest changes first; never an opinion about who is at fault.
    pub would_do: Vec<Vec<Liability>>,
}

/// Whether the parties' liabilities, in the parties' order, fit together and with the circumstance.
/// `sets` are the pack's pairs for two parties; more parties follow the same sense (Art. 60).
pub fn check(
    liabilities: &[Liability],
    circumstance: Option<&Circumstance>,
    sets: &[[Liability; 2]],
) -> Result<(), Inconsistent> {
    match objection(liabilities, circumstance, sets) {
        None => Ok(()),
        Some(reason) => {
            let expects = circumstance.map(|circumstance| circumstance.expects);
            Err(Inconsistent { reason, would_do: offers(liabilities, expects, sets) })
        }
    }
}

/// Why a set does not fit, as [`check`] says it, without the search for sets that would do.
pub fn objection(
    liabilities: &[Liability],
    circumstance: Option<&Circumstance>,
    sets: &[[Liability; 2]],
) -> Option<&'static str> {
    problem(liabilities, circumstance.map(|circumstance| circumstance.expects), sets)
}

fn problem(set: &[Liability], expects: Option<Expects>, pairs: &[[Liability; 2]]) -> Option<&'static str> {
    let count = |class| set.iter().filter(|liability| **liability == class).count();
    let (full, main) = (count(Liability::Full), count(Liability::Main));
    let (equal, minor, none) = (count(Liability::Equal), count(Liability::Minor), count(Liability::None));
    if set.is_empty() {
        return Some("no_parties");
    }
    if full > 1 {
        return Some("two_full");
    }
    if full == 1 && none + 1 != set.len() {
        return Some("full_excludes_others");
    }
    if equal == 1 {
        return Some("equal_needs_two");
    }
    if equal > 0 && main + minor > 0 {
        return Some("equal_excludes_main_and_minor");
    }
    if main > 0 && minor == 0 {
        return Some("main_needs_minor");
    }
    if minor > 0 && main == 0 {
        return Some("minor_needs_main");
    }
    match expects {
        Some(Expects::OneFull) if full == 0 => return Some("circumstance_needs_full"),
        Some(Expects::Blamed) if full + main == 0 => return Some("circumstance_needs_blame"),
        Some(Expects::Equal) if equal == 0 => return Some("circumstance_needs_equal"),
        Some(Expects::Nobody) if none != set.len() => return Some("circumstance_needs_nobody"),
        Some(Expects::Nobody) => {}
        _ if none == set.len() => return Some("nobody_needs_mishap"),
        _ => {}
    }
    match set {
        [a, b] if !pairs.iter().any(|pair| *pair == [*a, *b] || *pair == [*b, *a]) => Some("not_in_pack"),
        _ => None,
    }
}

/// The classes that can stand together at all: looking only among them spares trying all of 5^8 sets.
const TOGETHER: [&[Liability]; 3] = [
    &[Liability::Full, Liability::None],
    &[Liability::Main, Liability::Minor, Liability::None],
    &[Liability::Equal, Liability::None],
];

/// The sets of as many parties that fit, nearest to the given one first.
fn offers(given: &[Liability], expects: Option<Expects>, pairs: &[[Liability; 2]]) -> Vec<Vec<Liability>> {
    if given.is_empty() || given.len() > usize::from(crate::id::PartyId::MOST) {
        return Vec::new();
    }
    let mut fitting = BTreeSet::new();
    for classes in TOGETHER {
        for code in 0..classes.len().pow(given.len() as u32) {
            let mut rest = code;
            let next = |_: &Liability| {
                let class = classes[rest % classes.len()];
                rest /= classes.len();
                class
            };
            let set: Vec<Liability> = given.iter().map(next).collect();
            if problem(&set, expects, pairs).is_none() {
                let changes = set.iter().zip(given).filter(|(a, b)| a != b).count();
                fitting.insert((changes, set));
            }
        }
    }
    fitting.into_iter().take(MOST_OFFERED).map(|(_, set)| set).collect()
}

#[cfg(test)]
mod tests {
    use super::{Liability::*, *};
    use crate::pack::Pack;

    fn judge(set: &[Liability], circumstance: Option<&str>) -> Result<(), Inconsistent> {
        let pack = Pack::builtin();
        let circumstance = circumstance.map(|id| pack.circumstance(id).unwrap());
        check(set, circumstance, &pack.liability_sets)
    }

    #[test]
    fn t14_full_with_equal_is_refused_with_the_sets_that_would_do() {
        let refused = judge(&[Full, Equal], Option::None).unwrap_err();
        assert_eq!(refused.reason, "full_excludes_others");
        assert_eq!(refused.would_do.len(), 5);
        for set in [[Full, None], [None, Full], [Main, Minor], [Minor, Main], [Equal, Equal]] {
            assert!(refused.would_do.contains(&set.to_vec()), "{set:?}");
        }
    }

    #[test]
    fn t14_a_rear_end_in_which_nobody_is_liable_is_refused_with_the_sets_that_would_do() {
        let refused = judge(&[None, None], Some("rear_end")).unwrap_err();
        assert_eq!(refused.reason, "circumstance_needs_blame");
        assert!(refused.would_do.contains(&vec![Full, None]) && !refused.would_do.contains(&vec![Equal, Equal]));
    }

    #[test]
    fn of_all_pairs_only_the_consistent_ones_pass_and_nobody_only_in_a_pure_accident() {
        for a in Liability::ALL {
            for b in Liability::ALL {
                let fits =
                    matches!((a, b), (Full, None) | (None, Full) | (Main, Minor) | (Minor, Main) | (Equal, Equal));
                assert_eq!(judge(&[a, b], Option::None).is_ok(), fits, "{a:?} {b:?}");
                assert_eq!(judge(&[a, b], Some("mishap")).is_ok(), (a, b) == (None, None));
            }
        }
    }

    #[test]
    fn more_parties_follow_the_same_sense() {
        for good in
            [&[Full, None, None][..], &[Main, Minor, None], &[Main, Minor, Minor], &[Equal, Equal, None], &[Full]]
        {
            assert_eq!(judge(good, Option::None), Ok(()), "{good:?}");
        }
        for bad in
            [&[Full, Full, None][..], &[Full, Minor, None], &[Equal, None, None], &[Main, None, None], &[Minor], &[]]
        {
            assert!(judge(bad, Option::None).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn whatever_is_offered_instead_would_be_accepted() {
        for circumstance in Pack::builtin().circumstances.iter().map(|row| row.id.as_str()) {
            for set in [vec![Full, Full], vec![Minor; 3], vec![Equal, Main, None, Full], vec![Minor; 8]] {
                if let Err(refused) = judge(&set, Some(circumstance)) {
                    assert!(!refused.would_do.is_empty());
                    refused.would_do.iter().for_each(|offer| assert_eq!(judge(offer, Some(circumstance)), Ok(())));
                }
            }
        }
    }
}
