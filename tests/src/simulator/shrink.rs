//! A failing plan made shorter: acts, faults and phones that are not needed for the failure are taken away one by one, as
//! long as something is still wrong. What was wrong may become something else on the way; the shortest story counts.

use super::{
    mutation::Mutation,
    plan::Plan,
    world::{Ended, play},
};

/// The shortest plan that still fails, and how it ends, told in lines.
pub fn shortest(plan: &Plan, mutation: Option<Mutation>) -> (Plan, Ended) {
    let fails = |plan: &Plan| play(plan, mutation, false).wrong.is_some();
    let mut best = plan.clone();
    loop {
        let tried = candidates(&best).into_iter().find(|shorter| fails(shorter));
        match tried {
            Some(shorter) => best = shorter,
            None => {
                let told = play(&best, mutation, true);
                return (best, told);
            }
        }
    }
}

fn candidates(plan: &Plan) -> Vec<Plan> {
    let mut found = Vec::new();
    for n in 0..plan.faults.len() {
        let mut shorter = plan.clone();
        shorter.faults.remove(n);
        found.push(shorter);
    }
    for n in 0..plan.acts.len() {
        let mut shorter = plan.clone();
        shorter.acts.remove(n);
        found.push(shorter);
    }
    found
}
