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
    pack::PackRefused,
    place::Point,
    time::Timestamp,
    wire::{ClaimTold, Feed, FeedEntry},
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

impl Engine {
    /// Learns of an open accident. Durable on return.
    pub fn hear_of(&self, accident: OpenAccident) -> Result<(), Trouble> {
        self.with(|inner| inner.hear(vec![News::Open(accident)], None))?;
        // Whoever asks for fixes seldom, because nothing was near, has to ask again.
        self.tell("duty");
        Ok(())
    }

    /// Reads the feed once. A page and its cursor are one transaction (S19); an entry that cannot be read is passed over.
    pub(super) async fn read_feed(self: &Arc<Engine>, deadline: Instant) -> Result<(), Trouble> {
        let Some(gateway) = &self.gateway else { return Ok(()) };
        let after = self.with(|inner| inner.store.read(|c| queue::counter(c, "feed")))?.unwrap_or_default();
        let Ok(Some(feed)) = tokio::time::timeout_at(deadline, http::feed(gateway, &after)).await else {
            return Ok(());
        };
        let now = self.now()?;
        let (rules, certified, road, told) = self.with(|inner| {
            let mut told = inner.take_returned(&feed, &now)?;
            let news = inner.news(&feed, &self.key)?;
            told.extend(
                news.iter().filter_map(|one| if let News::Claim(claim) = one { Some(claim.case) } else { None }),
            );
            let rules = news.iter().any(|one| matches!(one, News::Rules(_) | News::Refused { .. }));
            let certified = news.iter().any(|one| matches!(one, News::Credential(_) | News::Revocations(_)));
            let road = news.iter().any(|one| matches!(one, News::Open(_) | News::Closed(_)));
            inner.hear(news, Some(&feed.next)).map(|()| (rules, certified, road, told))
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
    fn news(&self, feed: &Feed, key: &PublicKey) -> Result<Vec<News>, Trouble> {
        // Two packs of one page follow each other.
        let mut newest = self.rules.newest.clone();
        let mut read = |entry: &FeedEntry| match entry.kind.as_str() {
            "accident" => serde_json::from_value(entry.body.clone()).ok().map(News::Open),
            "accident_closed" => entry.body["id"].as_str().map(|id| News::Closed(id.to_owned())),
            // That a revision is stored comes as a claim too, without a notice; its receipt has said so.
            "claim" => serde_json::from_value(entry.body.clone()).ok().map(News::Claim),
            "pack" => self.pack_news(&mut newest, entry),
            // One that is not for this phone, or not newer, is passed over in silence.
            "credential" => {
                self.credential_in(entry.body.to_string().as_bytes(), key).ok().map(Box::new).map(News::Credential)
            }
            "revocations" => self.revocations_in(entry.body.to_string().as_bytes()).ok().map(News::Revocations),
            _ => None,
        };
        let mut news: Vec<News> = Vec::new();
        for one in feed.entries.iter().filter_map(&mut read) {
            if !matches!(&one, News::Open(accident) if self.is_own(accident)?) {
                news.push(one);
            }
        }
        // Of several lists of one page the newest counts.
        let made = |news: &News| if let News::Revocations(taken) = news { Some(taken.made_at()) } else { None };
        let newest = news.iter().filter_map(made).max();
        news.retain(|news| made(news).is_none_or(|at| Some(at) == newest));
        Ok(news)
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

    fn hear(&mut self, news: Vec<News>, cursor: Option<&str>) -> Result<(), Trouble> {
        self.store.write(|tx| {
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
