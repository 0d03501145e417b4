//! Accidents this phone hears of: from the feed, a code or a call. What is heard is durable before it counts; what
//! this phone sees itself, it does not need to be told.

use std::sync::Arc;

use tokio::time::Instant;

use super::{Engine, Inner};
use crate::{
    duty::OpenAccident,
    edge::{http, store::queue, trouble::Trouble},
    form::CaseState,
    wire::Feed,
};

/// What one entry of the feed does to the list.
enum News {
    /// An accident, or what is new about one.
    Open(OpenAccident),
    /// It is over.
    Closed(String),
}

impl Engine {
    /// Learns of an open accident. Durable on return.
    pub fn hear_of(&self, accident: OpenAccident) -> Result<(), Trouble> {
        self.with(|inner| inner.hear(vec![News::Open(accident)], None))
    }

    /// Reads the feed once. A page and its cursor are one transaction (S19); an entry that cannot be read is passed over.
    pub(super) async fn read_feed(self: &Arc<Engine>, deadline: Instant) -> Result<(), Trouble> {
        let Some(gateway) = &self.gateway else { return Ok(()) };
        let after = self.with(|inner| inner.store.read(|c| queue::counter(c, "feed")))?.unwrap_or_default();
        let Ok(Some(feed)) = tokio::time::timeout_at(deadline, http::feed(gateway, &after)).await else {
            return Ok(());
        };
        self.with(|inner| {
            let news = inner.news(&feed);
            inner.hear(news, Some(&feed.next))
        })
    }
}

impl Inner {
    fn news(&self, feed: &Feed) -> Vec<News> {
        let own = |id: &str| self.cases.values().any(|open| name_of(open.case.state()) == id);
        let read = |entry: &crate::wire::FeedEntry| match entry.kind.as_str() {
            "accident" => serde_json::from_value(entry.body.clone()).ok().map(News::Open),
            "accident_closed" => entry.body["id"].as_str().map(|id| News::Closed(id.to_owned())),
            _ => None,
        };
        let foreign = |news: &News| !matches!(news, News::Open(accident) if own(&accident.id));
        feed.entries.iter().filter_map(read).filter(foreign).collect()
    }

    fn hear(&mut self, news: Vec<News>, cursor: Option<&str>) -> Result<(), Trouble> {
        self.store.write(|tx| {
            for one in &news {
                match one {
                    News::Open(accident) => queue::save_accident(tx, accident)?,
                    News::Closed(id) => queue::remove_accident(tx, id)?,
                }
            }
            cursor.map_or(Ok(()), |cursor| queue::set_counter(tx, "feed", cursor))
        })?;
        for one in news {
            let (News::Open(OpenAccident { id, .. }) | News::Closed(id)) = &one;
            self.accidents.retain(|known| &known.id != id);
            if let News::Open(accident) = one {
                self.accidents.push(accident);
            }
        }
        Ok(())
    }
}

/// The name under which others know the accident of a case: the announced one, else the case's own id.
fn name_of(state: &CaseState) -> String {
    state.accident.clone().unwrap_or_else(|| state.id.to_string())
}

/// What a duty event tells others of a case: which accident, and where.
pub(super) fn whereabouts(state: &CaseState) -> serde_json::Value {
    serde_json::json!({ "accident": name_of(state), "place": state.place })
}
