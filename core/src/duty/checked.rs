//! A change of verdict with all that it was made of, as it goes to the log, so that a desk comes to the same verdict
//! (invariant 6). Triggered by each fix on the phone and by each line of a log at a desk; always ends.
//! Not its business: keeping the log, and whether the fixes in it are true.

use serde::{Deserialize, Serialize};

use super::{Accidents, Change, DutyRules, Fix, OpenAccident, Standing, Watch};
use crate::time::Moment;

/// A change of verdict and what it follows from, besides the rules of its pack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// What changed.
    #[serde(flatten)]
    pub change: Change,
    /// What was known.
    pub inputs: Inputs,
}

/// What the check knew: the state that the fixes before had led to, and what came then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// The last believable fixes, and what had happened with this accident on this trip.
    pub before: Watch,
    /// The fix.
    pub fix: Fix,
    /// The accident as it was known; none once it was closed.
    pub accident: Option<OpenAccident>,
    /// What held for the specialist.
    pub standing: Standing,
    /// When the check was made.
    pub now: Moment,
}

impl Inputs {
    /// What the check makes of them; none where nothing changes.
    pub fn change(&self, rules: &DutyRules) -> Option<Change> {
        let known: Accidents = self.accident.iter().cloned().collect();
        self.before.clone().step(&self.fix, &known, &self.standing, rules, &self.now).into_iter().next()
    }
}

impl Checked {
    /// Whether the inputs give this very change under these rules.
    pub fn holds(&self, rules: &DutyRules) -> bool {
        self.inputs.change(rules).as_ref() == Some(&self.change)
    }
}

impl Watch {
    /// [`Watch::step`], each change with its inputs.
    pub fn check(
        &mut self,
        fix: &Fix,
        accidents: &Accidents,
        standing: &Standing,
        rules: &DutyRules,
        now: &Moment,
    ) -> Vec<Checked> {
        let before = self.clone();
        let with_inputs = |change: Change| {
            let inputs = Inputs {
                before: before.about(&change.accident),
                fix: fix.clone(),
                accident: accidents.get(&change.accident).cloned(),
                standing: standing.clone(),
                now: now.clone(),
            };
            Checked { change, inputs }
        };
        self.step(fix, accidents, standing, rules, now).into_iter().map(with_inputs).collect()
    }
}
