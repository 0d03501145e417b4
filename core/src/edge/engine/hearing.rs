//! What this phone hears of: accidents, from the feed, a code or a call; rule packs, the own credential and revocations,
//! from the feed. What is heard is
//! durable before it counts; what this phone sees itself, it does not need to be told.

use std::{collections::BTreeSet, sync::Arc};

use tokio::time::Instant;

use super::{
    Engine, Inner,
    certifying::{Held, Taken},
    rules::Edition,
};
use crate::{
    canon::{PublicKey, Sha256},
    duty::{OpenAccident, Report, is_same_accident},
    edge::{
        http,
        store::{claims, journal, packs, queue},
        trouble::Trouble,
    },
    form::{AnyCase, CaseState, Role},
    id::CaseId,
    inbox::{Aside, KINDS, Page},
    pack::PackRefused,
    place::Point,
    time::Timestamp,
    wire::{ClaimTold, FeedEntry, FileReturned},
};

/// Two reports of one accident are never farther apart than this; clocks may be.
const SAME_DAY_MS: i64 = 86_400_000;

/// What one entry of the feed brings.
enum News {
    /// An accident, or what is new about one.
    Open(OpenAccident),
    /// It is over.
    Closed(String),
    /// What an insurer says of a claim notice.
    Claim(ClaimTold),
    /// Newer rules.
    Rules(Edition),
    /// A credential for this phone.
    Credential(Box<Held>),
    /// A newer list of revocations.
    Revocations(Taken),
    /// Rules that are not taken; the old ones stay in force.
    Refused {
        /// As it came.
        file: Vec<u8>,
        why: PackRefused,
    },
}

/// The body of an entry is not what its kind says.
struct Unreadable;

impl Engine {
    /// Learns of an open accident. Durable on return.
    pub fn hear_of(&self, accident: OpenAccident) -> Result<(), Trouble> {
        self.with(|inner| inner.hear(vec![News::Open(accident)], &[], None))?;
        // Whoever asks for fixes seldom, because nothing was near, has to ask again.
        self.tell("duty");
        Ok(())
    }

    /// Reads the feed to its end. A page and its cursor are one transaction (S19); an entry that cannot be read is set
    /// aside and stops nothing. A gateway that does not know the cursor any more is read from the beginning, which gives
    /// the same state.
    pub(super) async fn read_feed(self: &Arc<Engine>, deadline: Instant) -> Result<(), Trouble> {
        let Some(gateway) = &self.gateway else { return Ok(()) };
        // Once a round: a gateway that knows none of its own cursors would be read in circles.
        let mut anew = false;
        loop {
            let after = self.with(|inner| inner.store.read(|c| queue::counter(c, "feed")))?.unwrap_or_default();
            match tokio::time::timeout_at(deadline, http::feed(gateway, &after)).await {
                Ok(Some(http::Heard::Page(page))) => {
                    let more = page.next != after && !(page.entries.is_empty() && page.aside.is_empty());
                    self.take_page(&page)?;
                    if !more {
                        return Ok(());
                    }
                }
                Ok(Some(http::Heard::UnknownCursor)) if !after.is_empty() && !anew => {
                    anew = true;
                    self.with(|inner| inner.store.write(|tx| queue::set_counter(tx, "feed", "")))?;
                }
                _ => return Ok(()),
            }
        }
    }

    fn take_page(&self, page: &Page) -> Result<(), Trouble> {
        let now = self.now()?;
        let (rules, certified, road, told) = self.with(|inner| {
            let mut told = inner.take_returned(&page.entries, &now)?;
            let (news, mut aside) = inner.news(&page.entries, &self.key)?;
            aside.extend(page.aside.iter().cloned());
            told.extend(
                news.iter().filter_map(|one| if let News::Claim(claim) = one { Some(claim.case) } else { None }),
            );
            let rules = news.iter().any(|one| matches!(one, News::Rules(_) | News::Refused { .. }));
            let certified = news.iter().any(|one| matches!(one, News::Credential(_) | News::Revocations(_)));
            let road = news.iter().any(|one| matches!(one, News::Open(_) | News::Closed(_)));
            inner.hear(news, &aside, Some(&page.next)).map(|()| (rules, certified, road, told))
        })?;
        told.iter().for_each(|case| self.tell(&format!("case:{case}")));
        if road {
            self.tell("duty");
        }
        if certified {
            self.tell("credential");
        }
        if rules {
            self.tell("rules");
        }
        Ok(())
    }
}

impl Inner {
    /// What entries bring, and those whose body cannot be read.
    fn news(&self, entries: &[FeedEntry], key: &PublicKey) -> Result<(Vec<News>, Vec<Aside>), Trouble> {
        // Two packs of one page follow each other.
        let mut newest = self.rules.newest.clone();
        let (mut news, mut aside): (Vec<News>, Vec<Aside>) = (Vec::new(), Vec::new());
        for entry in entries {
            match self.read_entry(entry, &mut newest, key) {
                Ok(Some(News::Open(accident))) if self.is_own(&accident)? => {}
                Ok(one) => news.extend(one),
                Err(Unreadable) => aside.push(entry.into()),
            }
        }
        // Of several lists of one page the newest counts.
        let made = |news: &News| if let News::Revocations(taken) = news { Some(taken.made_at()) } else { None };
        let newest = news.iter().filter_map(made).max();
        news.retain(|news| made(news).is_none_or(|at| Some(at) == newest));
        Ok((news, aside))
    }

    /// Nothing where it is not for this phone, not newer, or another file's business.
    fn read_entry(&self, entry: &FeedEntry, newest: &mut Edition, key: &PublicKey) -> Result<Option<News>, Unreadable> {
        let body = || entry.body.clone();
        Ok(match entry.kind.as_str() {
            "accident" => Some(News::Open(serde_json::from_value(body()).map_err(|_| Unreadable)?)),
            "accident_closed" => Some(News::Closed(entry.body["id"].as_str().ok_or(Unreadable)?.to_owned())),
            // That a revision is stored comes as a claim too, without a notice; its receipt has said so.
            "claim" if entry.body.get("claim").is_none() => None,
            "claim" => Some(News::Claim(serde_json::from_value(body()).map_err(|_| Unreadable)?)),
            "pack" => self.pack_news(newest, entry),
            "credential" => {
                let held = self.credential_in(entry.body.to_string().as_bytes(), key);
                held.ok().map(Box::new).map(News::Credential)
            }
            "revocations" => self.revocations_in(entry.body.to_string().as_bytes()).ok().map(News::Revocations),
            "returned" => serde_json::from_value::<FileReturned>(body()).map(|_| None).map_err(|_| Unreadable)?,
            _ => None,
        })
    }

    /// What was set aside and can be read by now: an app that was brought up to date knows more.
    pub(super) fn hear_aside(&mut self, key: &PublicKey) -> Result<(), Trouble> {
        let aside = self.store.read(queue::aside)?;
        let readable = aside.iter().filter(|one| KINDS.contains(&one.kind()));
        let entries: Vec<FeedEntry> =
            readable.filter_map(|one| serde_json::from_value(one.entry.clone()).ok()).collect();
        let (news, still) = self.news(&entries, key)?;
        let read = entries.iter().filter(|entry| still.iter().all(|one| one.cursor != entry.cursor));
        let read: Vec<String> = read.map(|entry| entry.cursor.clone()).collect();
        if read.is_empty() {
            return Ok(());
        }
        self.hear(news, &[], None)?;
        self.store.write(|tx| read.iter().try_for_each(|cursor| queue::drop_aside(tx, cursor)))
    }

    /// Whether it is what a case of this phone is about, under its own name or under another one (T26).
    fn is_own(&self, accident: &OpenAccident) -> Result<bool, Trouble> {
        if !self.store.read(|c| journal::cases_about(c, &accident.id))?.is_empty() {
            return Ok(true);
        }
        // Whoever sees an accident opens its case there and then.
        let (from, to) = (Timestamp(accident.seen_at.0 - SAME_DAY_MS), Timestamp(accident.seen_at.0 + SAME_DAY_MS));
        let mut own = false;
        self.each_case(self.store.read(|c| journal::cases_opened(c, from, to))?, |_, open| {
            let state = open.case.state();
            if let (AnyCase::Live(_), Some(sighted)) = (&open.case, state.reached.get("sighted")) {
                let report = Report { place: state.place, at: sighted.wall, plates: BTreeSet::new() };
                own |= is_same_accident(&report, &report_of(accident));
            }
            Ok(())
        })?;
        Ok(own)
    }

    /// The case of this phone about the accident of this name, if there is one that it records.
    pub(super) fn case_about(&self, accident: &str) -> Result<Option<CaseId>, Trouble> {
        for case in self.store.read(|c| journal::cases_about(c, accident))? {
            if matches!(self.case(case)?.case.state().role, Role::Recorder(_)) {
                return Ok(Some(case));
            }
        }
        Ok(None)
    }

    /// Cases of a store of schema 6 and earlier are given the name of their accident, once.
    pub(super) fn name_accidents(&mut self) -> Result<(), Trouble> {
        let mut names = Vec::new();
        self.each_case(self.store.read(journal::cases_about_unsaid)?, |case, open| {
            names.push((case, name_of(open.case.state())));
            Ok(())
        })?;
        if names.is_empty() {
            return Ok(());
        }
        self.store.write(|tx| names.iter().try_for_each(|(case, name)| journal::set_about(tx, *case, name)))
    }

    /// The accident heard of that is being seen here and now, if it is exactly one.
    pub(super) fn heard_of(&self, place: Option<Point>, at: Timestamp) -> Option<String> {
        let seen = Report { place, at, plates: BTreeSet::new() };
        let mut same = self.accidents.iter().filter(|accident| is_same_accident(&seen, &report_of(accident)));
        let one = same.next()?;
        same.next().is_none().then(|| one.id.clone())
    }

    /// The feed of years is read from its beginning by a new phone: a pack that is not newer is passed over in silence.
    fn pack_news(&self, newest: &mut Edition, entry: &FeedEntry) -> Option<News> {
        let file = entry.body.to_string().into_bytes();
        match self.rules.judge(&newest.pack, &file) {
            Ok(edition) => {
                *newest = edition.clone();
                Some(News::Rules(edition))
            }
            Err(PackRefused::NotNewer { .. }) => None,
            Err(why) => Some(News::Refused { file, why }),
        }
    }

    fn hear(&mut self, news: Vec<News>, aside: &[Aside], cursor: Option<&str>) -> Result<(), Trouble> {
        self.store.write(|tx| {
            aside.iter().try_for_each(|one| queue::set_aside(tx, one))?;
            for one in &news {
                match one {
                    News::Open(accident) => queue::save_accident(tx, accident)?,
                    News::Closed(id) => queue::remove_accident(tx, id)?,
                    News::Claim(told) => claims::keep(tx, told)?,
                    News::Rules(edition) => edition.put_in(tx)?,
                    News::Credential(held) => held.put_in(tx)?,
                    News::Revocations(taken) => taken.put_in(tx)?,
                    News::Refused { file, .. } => packs::set_refused(tx, Some(file))?,
                }
            }
            cursor.map_or(Ok(()), |cursor| queue::set_counter(tx, "feed", cursor))
        })?;
        for one in news {
            match one {
                News::Open(accident) => {
                    self.accidents.put(accident);
                }
                News::Closed(id) => drop(self.accidents.remove(&id)),
                News::Claim(_) => {}
                News::Rules(edition) => self.put_in_force(edition),
                News::Credential(held) => self.hold(*held),
                News::Revocations(taken) => self.revoke(taken),
                News::Refused { why, .. } => self.rules.refused = Some(why),
            }
        }
        Ok(())
    }
}

fn report_of(accident: &OpenAccident) -> Report {
    Report { place: Some(accident.place), at: accident.seen_at, plates: BTreeSet::new() }
}

/// The name under which others know the accident of a case: the announced one, else one of its own.
pub(super) fn name_of(state: &CaseState) -> String {
    state.accident.clone().unwrap_or_else(|| announced(state.id))
}

/// What an accident is announced as: every specialist hears it, so that it must not be the case's id, by which its record
/// is asked for.
pub(super) fn announced(case: CaseId) -> String {
    let mut name = Sha256::of(format!("jingbao accident {case}").as_bytes()).to_string();
    name.truncate(32);
    name
}

/// What a duty event tells others of a case: which accident, and where.
pub(super) fn whereabouts(state: &CaseState) -> serde_json::Value {
    serde_json::json!({ "accident": name_of(state), "place": state.place })
}
