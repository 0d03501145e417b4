//! At every moment one answer: the next question, what is still missing by party and stage, how far along this is.

use serde::{Deserialize, Serialize};

use crate::{
    id::PartyId,
    pack::{About, Pack, Question, QuestionKind, Stage},
    triage::Route,
};

use super::{
    case::{CaseState, Role},
    journal::Round,
    signing::Documents,
};

/// Where a case stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Facts about danger are still asked.
    Screen,
    /// The law forbids leaving: 122 (and 120) come first.
    Protect,
    /// Dangerous goods: get away and call.
    Hazmat,
    /// Photos are still to be taken.
    Evidence,
    /// The photos are enough: clear the road now.
    Clear,
    /// The form is being filled in.
    Form,
    /// The form is complete: agree, then sign.
    Agree,
    /// Both rounds wait for signatures.
    Sign,
    /// Nothing is missing for the seal.
    Seal,
    /// Sealed, and nothing has changed since.
    Sealed,
}

/// A required answer that nobody has given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// The question's id.
    pub question: String,
    /// From whom; none for the scene.
    pub party: Option<PartyId>,
    /// In which stage it is asked.
    pub stage: Stage,
}

/// How far a case is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Where it stands.
    pub step: Step,
    /// The next question, if one is to be asked now.
    pub next: Option<Missing>,
    /// Every required answer still missing, in the order of asking; also of stages that cannot be asked yet.
    pub missing: Vec<Missing>,
    /// Required questions answered, of how many.
    pub answered: (usize, usize),
    /// Required shots not yet taken, in order.
    pub shots_missing: Vec<String>,
}

impl CaseState {
    /// How far this case is under `pack`.
    pub fn progress(&self, pack: &Pack) -> Progress {
        self.progress_with(pack, &self.documents(pack))
    }

    /// The same, sharing the hashed documents with whoever else asks for them.
    pub(crate) fn progress_with(&self, pack: &Pack, documents: &Documents<'_>) -> Progress {
        let asked = self.required(pack);
        let open = |m: &&Missing| !self.is_answered(m);
        let missing: Vec<Missing> = asked.iter().filter(open).cloned().collect();
        let shots_missing = self.shots_missing(pack);
        let step = self.step(pack, documents, &missing, &shots_missing);
        let stage = match step {
            Step::Screen => Some(Stage::Screen),
            Step::Form => Some(Stage::Form),
            Step::Agree => Some(Stage::Agree),
            _ => None,
        };
        let next = stage.and_then(|stage| missing.iter().find(|m| m.stage <= stage)).cloned();
        let next = next.or_else(|| (step == Step::Screen).then(|| self.unsettled(pack)).flatten());
        Progress { step, next, answered: (asked.len() - missing.len(), asked.len()), missing, shots_missing }
    }

    fn step(&self, pack: &Pack, documents: &Documents<'_>, missing: &[Missing], shots_missing: &[String]) -> Step {
        let open_in = |stage: Stage| missing.iter().any(|m| m.stage <= stage);
        if self.is_sealed() {
            return Step::Sealed;
        }
        if let Role::Party(own) = self.role {
            return self.party_step(documents, own, open_in(Stage::Form));
        }
        let outcome = crate::triage::triage(&self.facts(), &pack.triage);
        if !outcome.settled || open_in(Stage::Screen) {
            return Step::Screen;
        }
        match outcome.route {
            Route::CallHazmat => return Step::Hazmat,
            Route::ProtectAndCall => return Step::Protect,
            Route::MoveThenCall | Route::LeaveThenAgree | Route::LeaveFirst => {}
        }
        if !self.is_cleared() {
            return if shots_missing.is_empty() { Step::Clear } else { Step::Evidence };
        }
        match () {
            () if open_in(Stage::Form) => Step::Form,
            () if open_in(Stage::Agree) => Step::Agree,
            () if !documents.signed_by_all() => Step::Sign,
            () => Step::Seal,
        }
    }

    /// What was answered, but with *unknown*, and could still change the route: it is asked again, never passed over.
    fn unsettled(&self, pack: &Pack) -> Option<Missing> {
        let outcome = crate::triage::triage(&self.facts(), &pack.triage);
        let open = outcome.because.iter().filter(|code| outcome.unknown.contains(code));
        let question = open.filter_map(|code| pack.question(&format!("fact.{code}"))).next()?;
        Some(Missing { question: question.id.clone(), party: None, stage: question.stage })
    }

    /// A party's phone has its own columns to fill and the recorder's draft to sign; the rest is the recorder's.
    fn party_step(&self, documents: &Documents<'_>, own: PartyId, open: bool) -> Step {
        let signed = |round| documents.holding(own, round).is_some();
        match () {
            () if !self.is_cleared() => Step::Clear,
            () if open => Step::Form,
            () if self.draft.is_none() => Step::Agree,
            () if signed(Round::Facts) && signed(Round::Settlement) => Step::Seal,
            () => Step::Sign,
        }
    }

    /// Whether there is a photo for the shot, or something that stands for one (Art. 19).
    pub fn is_answered_for(&self, slot: &str) -> bool {
        self.photos.iter().any(|photo| photo.slot == slot) || self.substitutes.iter().any(|given| given.slot == slot)
    }

    /// Shots of the minimum that unlocks *clear now* and are not there yet.
    pub fn shots_missing(&self, pack: &Pack) -> Vec<String> {
        let kind = self.value(None, "scene.form");
        let list = pack.shots.list(kind.unwrap_or_default());
        let minimum = list.map_or([].as_slice(), |list| &list.minimum);
        minimum.iter().filter(|slot| !self.is_answered_for(slot)).cloned().collect()
    }

    fn required(&self, pack: &Pack) -> Vec<Missing> {
        let parties: Vec<PartyId> = match self.role {
            Role::Recorder(_) => self.parties(),
            Role::Party(own) => vec![own],
        };
        let in_dispute = self.is_in_dispute();
        let of = |question: &Question, party| Missing { question: question.id.clone(), party, stage: question.stage };
        let mut all: Vec<Missing> = pack
            .questions
            .iter()
            .filter(|question| question.required && !(in_dispute && question.kind == QuestionKind::Liability))
            .flat_map(|question| match (question.about, self.role) {
                (About::Scene, Role::Recorder(_)) => vec![of(question, None)],
                (About::Scene, Role::Party(_)) => vec![],
                (About::Party, Role::Party(_)) if question.stage >= Stage::Agree => vec![],
                (About::Party, _) => {
                    let asked = parties.iter().filter(|party| self.is_asked(question, **party));
                    asked.map(|party| of(question, Some(*party))).collect()
                }
            })
            .collect();
        all.sort_by_key(|missing| (missing.stage, missing.party));
        all
    }

    /// A pedestrian has no plate: some questions are for some kinds of party only. While the kind is not known, all are.
    fn is_asked(&self, question: &Question, party: PartyId) -> bool {
        let kind = self.value(Some(party), "party.kind");
        question.only.is_empty() || kind.is_none_or(|kind| question.only.iter().any(|only| only == kind))
    }

    /// An answer that cannot be is asked again: of the recorder, whose version then stands beside it.
    fn is_answered(&self, missing: &Missing) -> bool {
        self.version(missing.party, &missing.question).is_some_and(|version| version.doubt.is_none())
    }
}
