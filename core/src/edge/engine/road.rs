//! On the road: fixes against open accidents, sighting, answering, clearing.

use super::{
    Engine,
    commit::Along,
    hearing::{announced, whereabouts},
};
use crate::{
    duty::{Change, Fix},
    edge::{keys::random, store, trouble::Trouble},
    form::{Happened, Live, Nature, Role, StatementRefused, Step, Training},
    id::{CaseId, PartyId},
    outbox::Payload,
    place::Point,
    privacy::Private,
};

/// What a survey car may answer.
const RESPONSES: [&str; 5] = ["stopped", "urgent", "cannot_stop_safely", "served", "passed"];

impl Engine {
    /// One fix against every open accident: what has changed. Each change is logged before it is told.
    pub fn duty(&self, fix: &Fix) -> Result<Vec<Change>, Trouble> {
        let now = self.now()?;
        let changes = self.with(|inner| inner.log_verdicts(fix, &now))?;
        if !changes.is_empty() {
            self.tell("duty");
        }
        Ok(changes)
    }

    /// Opens a case: this phone becomes its recorder, for itself (`own`) or for nobody (a specialist's).
    pub fn sight(
        &self,
        place: Option<Point>,
        accident: Option<String>,
        own: Option<PartyId>,
        training: bool,
    ) -> Result<CaseId, Trouble> {
        let now = self.now()?;
        let id = self.with(|inner| {
            let id = CaseId::from_parts(now.wall, random()?);
            // What the feed told already is seen by one more, and is no second accident (T26).
            let accident = accident.or_else(|| inner.heard_of(place, now.wall).filter(|_| !training));
            let what = Happened::Sighted {
                role: Role::Recorder(own),
                recorder: inner.device,
                nature: if training { Training::NAME } else { Live::NAME }.to_owned(),
                place,
                accident: accident.clone(),
                join_secret: Private::new(hex::encode(random::<16>()?)),
                verdicts: accident.as_ref().map_or(Ok(vec![]), |accident| inner.verdicts_about(accident))?,
            };
            let along = if training {
                Along::default()
            } else {
                let name = accident.unwrap_or_else(|| announced(id));
                let detail = serde_json::json!({ "accident": name, "place": place });
                let (mut event, mut item) = inner.duty_event(None, "sighted", detail, &now, 0)?;
                // The case's row is written in the same transaction, before this one.
                (event.case, item.case) = (Some(id), Some(id));
                Along { items: vec![item], events: vec![event], ..Along::default() }
            };
            inner.begin(id, what, &now, along)?;
            Ok(id)
        })?;
        self.tell(&format!("case:{id}"));
        Ok(id)
    }

    /// How the survey car answered the sighting.
    pub fn respond(&self, case: CaseId, response: &str) -> Result<(), Trouble> {
        if !RESPONSES.contains(&response) {
            return Err(Trouble::BadId);
        }
        let what = Happened::Responded { response: response.to_owned() };
        self.happen(case, what, response)
    }

    /// A driver asks for help: through the feed it reaches the survey cars nearby, once there is a network. Asked again,
    /// nothing happens; on a phone that only takes part, and once the road is clear, it is refused.
    pub fn ask_for_help(&self, case: CaseId) -> Result<(), Trouble> {
        let asked = self.with(|inner| {
            let state = inner.case(case)?.case.state();
            match state.role {
                Role::Party(_) => Err(Trouble::Statement(StatementRefused::NotRecorder)),
                Role::Recorder(_) if state.is_cleared() => Err(Trouble::NotToClear("error-help-cleared")),
                Role::Recorder(_) => Ok(state.has_asked_for_help()),
            }
        })?;
        if asked { Ok(()) } else { self.happen(case, Happened::HelpAsked, "help") }
    }

    /// The vehicles are off the road. Refused where the law forbids leaving, where a fact that matters is unknown, or
    /// where the minimum of photos is not there.
    pub fn clear(&self, case: CaseId) -> Result<(), Trouble> {
        let step = self.with(|inner| {
            let open = inner.case(case)?;
            let state = open.case.state();
            Ok(matches!(state.role, Role::Recorder(_)).then(|| state.progress(&open.pack).step))
        })?;
        match step {
            Some(Step::Screen) => Err(Trouble::NotToClear("error-clear-unsettled")),
            Some(Step::Protect) => Err(Trouble::NotToClear("error-clear-protect")),
            Some(Step::Hazmat) => Err(Trouble::NotToClear("error-clear-hazmat")),
            Some(Step::Evidence) => Err(Trouble::NotToClear("error-clear-photos")),
            _ => self.happen(case, Happened::Cleared, "cleared"),
        }
    }

    fn happen(&self, case: CaseId, what: Happened, kind: &str) -> Result<(), Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            let detail = whereabouts(inner.case(case)?.case.state());
            let mut along = inner.told(&inner.case(case)?.case, kind, detail, &now)?;
            debug_assert!(along.items.iter().all(|item| matches!(item.payload, Payload::Event { .. })));
            let shift = inner.shift_after(case, kind, &now)?;
            if let Some(shift) = shift.clone() {
                let watch = inner.watch.clone();
                along.rows = Some(Box::new(move |tx, _| store::shift::save(tx, Some(&shift), &watch)));
            }
            inner.append(case, what, &now, along)?;
            inner.shift = shift.or(inner.shift.take());
            Ok(())
        })?;
        self.tell(&format!("case:{case}"));
        Ok(())
    }
}
