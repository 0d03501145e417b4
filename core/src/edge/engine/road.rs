//! On the road: fixes against open accidents, sighting, answering, clearing.

use super::{
    Engine,
    commit::Along,
    hearing::{announced, whereabouts},
};
use crate::{
    duty::{Change, Fix, Standing},
    edge::{keys::random, store::queue, trouble::Trouble},
    form::{Happened, Live, Nature, Role, Step, Training},
    id::{CaseId, PartyId},
    outbox::Payload,
    place::Point,
    privacy::Private,
};

/// What a survey car may answer.
const RESPONSES: [&str; 5] = ["stopped", "urgent", "cannot_stop_safely", "served", "passed"];

impl Engine {
    /// Whether the specialist is on duty, certified, free. Where this phone has a credential, that says whether he is
    /// certified.
    pub fn stand(&self, standing: Standing) -> Result<(), Trouble> {
        self.with(|inner| {
            inner.standing = standing;
            Ok(())
        })
    }

    /// One fix against every open accident: what has changed. Each change is logged before it is told.
    pub fn duty(&self, fix: &Fix) -> Result<Vec<Change>, Trouble> {
        let now = self.now()?;
        let changes = self.with(|inner| {
            // The watch moves on only with what is durable: a verdict that could not be logged is given again at the next
            // fix instead of being swallowed.
            let (mut watch, rules) = (inner.watch.clone(), inner.rules.newest.pack.clone());
            let standing = inner.standing_at(now.wall);
            let changes = watch.step(fix, &inner.accidents, &standing, &rules.duty, &now);
            for change in &changes {
                let detail = serde_json::to_value(change).map_err(crate::canon::NotCanonical::from)?;
                let (event, item) = inner.duty_event(None, "verdict", detail, &now)?;
                inner.store.write(|tx| {
                    queue::insert_event(tx, &event)?;
                    queue::insert_item(tx, &item)
                })?;
                inner.last_event += 1;
                inner.outbox.add(item);
            }
            inner.watch = watch;
            Ok(changes)
        })?;
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
            let what = Happened::Sighted {
                role: Role::Recorder(own),
                recorder: inner.device,
                nature: if training { Training::NAME } else { Live::NAME }.to_owned(),
                place,
                accident: accident.clone(),
                join_secret: Private::new(hex::encode(random::<16>()?)),
            };
            let along = if training {
                Along::default()
            } else {
                let name = accident.unwrap_or_else(|| announced(id));
                let detail = serde_json::json!({ "accident": name, "place": place });
                let (mut event, mut item) = inner.duty_event(None, "sighted", detail, &now)?;
                event.case = Some(id);
                // The case's row is written in the same transaction, before this one.
                item.case = Some(id);
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
            let along = inner.told(&inner.case(case)?.case, kind, detail, &now)?;
            debug_assert!(along.items.iter().all(|item| matches!(item.payload, Payload::Event { .. })));
            inner.append(case, what, &now, along)
        })?;
        self.tell(&format!("case:{case}"));
        Ok(())
    }
}
