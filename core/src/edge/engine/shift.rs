//! Coming on duty and going off it, urgent tasks, and what the road asks of the phone meanwhile. Each call is durable with
//! its duty event before it answers; a refusal changes nothing. Not its business: what a verdict says.

use super::{Engine, Inner, hearing::name_of};
use crate::{
    canon::NotCanonical,
    duty::{Change, Checked, Declared, Fix, NotDeclared, Shift, Standing, Watch},
    edge::{
        store::{outbox, queue, shift},
        trouble::Trouble,
    },
    form::{AnyCase, Role},
    id::CaseId,
    privacy::Private,
    time::Moment,
    validate::{self, Verdict},
    view::{ShiftView, shift_view},
};

/// How many accidents may be told of with a declaration.
const MOST_TOLD: usize = 20;

impl Engine {
    /// Comes on duty with a survey car; on duty already, the shift goes on with that car. A trip begins.
    pub fn begin_shift(&self, vehicle: &str) -> Result<ShiftView, Trouble> {
        let plate = validate::plate(vehicle);
        if plate.verdict == Verdict::Invalid {
            return Err(Trouble::Vehicle);
        }
        let plate = Private::new(plate.normalised);
        self.on_shift("shift_began", |inner, now| {
            let begun = match &inner.shift {
                Some(shift) => Shift { vehicle: plate.clone(), ..shift.clone() },
                None => Shift::begin(plate.clone(), now),
            };
            let watch = if inner.shift.is_some() { inner.watch.clone() } else { Watch::new() };
            Ok((Some(begun), watch, serde_json::json!({ "vehicle": plate })))
        })
    }

    /// Goes off duty: the trip ends, and with it an urgent task. Off duty already, nothing happens.
    pub fn end_shift(&self) -> Result<ShiftView, Trouble> {
        if self.with(|inner| Ok(inner.shift.is_none()))? {
            return self.shift();
        }
        self.on_shift("shift_ended", |_, _| Ok((None, Watch::new(), serde_json::json!({}))))
    }

    /// Declares a serious urgent task (重大紧急任务), now. The accidents at which stopping was demanded before it are
    /// told with it, so that nobody has to guess which came first.
    pub fn declare_urgent(&self, kind: &str, reason: &str, issuer: &str) -> Result<ShiftView, Trouble> {
        self.on_shift("urgent_declared", |inner, now| {
            let shift = inner.shift.clone().ok_or(NotDeclared::OffDuty)?;
            let demanded: Vec<String> = inner.watch.demanded().take(MOST_TOLD).map(str::to_owned).collect();
            let after = !demanded.is_empty();
            let declared = Shift::declare(kind, reason, issuer, after, &inner.rules.newest.pack, now)?;
            let Declared { kind, reason, issuer, .. } = &declared;
            let detail = serde_json::json!({ "kind": kind, "reason": reason, "issuer": issuer, "demanded": demanded });
            Ok((Some(Shift { urgent: Some(declared), ..shift }), inner.watch.clone(), detail))
        })
    }

    /// The urgent task is done. Without one nothing happens.
    pub fn end_urgent(&self) -> Result<ShiftView, Trouble> {
        if self.with(|inner| Ok(inner.shift.as_ref().is_none_or(|shift| shift.urgent.is_none())))? {
            return self.shift();
        }
        self.on_shift("urgent_ended", |inner, _| {
            let shift = inner.shift.clone().map(|shift| Shift { urgent: None, ..shift });
            Ok((shift, inner.watch.clone(), serde_json::json!({})))
        })
    }

    /// Whether anybody is on duty, since when, excused by what; and how soon the next fix is wanted.
    pub fn shift(&self) -> Result<ShiftView, Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            let standing = inner.standing_at(&now);
            let next_fix_ms = inner.watch.next_fix_ms(&inner.accidents, &standing, &inner.rules.newest.pack.duty, &now);
            Ok(shift_view(inner.shift.as_ref(), &standing, &inner.watch.current(), next_fix_ms, self.lang))
        })
    }

    fn on_shift(
        &self,
        kind: &str,
        change: impl FnOnce(&Inner, &Moment) -> Result<(Option<Shift>, Watch, serde_json::Value), Trouble>,
    ) -> Result<ShiftView, Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            let (shift, watch, detail) = change(inner, &now)?;
            let (event, item) = inner.duty_event(None, kind, detail, &now, 0)?;
            inner.store.write(|tx| {
                queue::insert_event(tx, &event)?;
                outbox::insert(tx, &item)?;
                shift::save(tx, shift.as_ref(), &watch)
            })?;
            inner.last_event += 1;
            inner.last_place += 1;
            (inner.shift, inner.watch) = (shift, watch);
            Ok(())
        })?;
        self.tell("duty");
        self.shift()
    }
}

impl Inner {
    /// The standing that holds now: the shift, and whether the specialist is certified at this time (T27).
    pub(super) fn standing_at(&self, now: &Moment) -> Standing {
        let left_open_ms = i64::from(self.rules.newest.pack.score.left_open_min) * 60_000;
        Shift::standing(self.shift.as_ref(), self.certified_at(now.wall), left_open_ms, now)
    }

    /// What was said of an accident on this trip, the latest last.
    pub(super) fn verdicts_about(&self, accident: &str) -> Result<Vec<Checked>, Trouble> {
        let began = self.store.read(|c| queue::last_event(c, Some("shift_began")))?;
        let verdicts = self.store.read(|c| queue::events_of(c, "verdict", began))?;
        let verdicts = verdicts.iter().filter(|event| event.detail["accident"] == accident);
        Ok(verdicts.filter_map(|event| serde_json::from_value(event.detail.clone()).ok()).collect())
    }

    /// The shift after an answer at a case of one's own, where it changes: whoever stopped is there until it is clear.
    pub(super) fn shift_after(&self, case: CaseId, kind: &str, now: &Moment) -> Result<Option<Shift>, Trouble> {
        let (Some(shift), AnyCase::Live(live)) = (&self.shift, &self.case(case)?.case) else { return Ok(None) };
        if !matches!(live.state.role, Role::Recorder(_)) {
            return Ok(None);
        }
        let is_there = shift.at.as_ref().is_some_and(|(at, ..)| *at == case);
        let at = match kind {
            "stopped" if !live.state.is_cleared() => Some((case, name_of(&live.state), now.clone())),
            _ if is_there => None,
            _ => return Ok(None),
        };
        Ok(Some(Shift { at, ..shift.clone() }))
    }

    /// The verdicts of one fix with their inputs, as duty events.
    pub(super) fn log_verdicts(&mut self, fix: &Fix, now: &Moment) -> Result<Vec<Change>, Trouble> {
        // The watch moves on only with what is durable: a verdict that could not be logged is given again at the next
        // fix instead of being swallowed.
        let (mut watch, rules) = (self.watch.clone(), self.rules.newest.pack.clone());
        let standing = self.standing_at(now);
        let checked = watch.check(fix, &self.accidents, &standing, &rules.duty, now);
        // Where somebody is who is not on duty goes into no log.
        let told = if standing.on_duty { checked.as_slice() } else { &[] };
        let mut rows = Vec::new();
        for (ahead, one) in (0..).zip(told) {
            let detail = serde_json::to_value(one).map_err(NotCanonical::from)?;
            let (event, item) = self.duty_event(None, "verdict", detail, now, ahead)?;
            rows.push((event, item));
        }
        if !checked.is_empty() {
            self.store.write(|tx| {
                for (event, item) in &rows {
                    queue::insert_event(tx, event)?;
                    outbox::insert(tx, item)?;
                }
                shift::save(tx, self.shift.as_ref(), &watch)
            })?;
        }
        self.last_event += rows.len() as u64;
        self.last_place += rows.len() as u64;
        self.watch = watch;
        Ok(checked.into_iter().map(|one| one.change).collect())
    }
}
