//! Files that a desk gave back: heard in the feed, logged once as a duty event of this phone, shown in the case. Only what
//! this phone recorded itself can be given back to it. Not its business: mending, which is a further revision.

use super::Inner;
use crate::{
    canon::NotCanonical,
    edge::{
        store::{outbox, queue},
        trouble::Trouble,
    },
    form::{AnyCase, Role},
    id::CaseId,
    text::Lang,
    time::Moment,
    view::{ReturnedView, returned_view},
    wire::{FeedEntry, FileReturned},
};

impl Inner {
    /// Logs what the page says was given back. A page that is read twice is logged once, because the log itself is asked.
    /// The cases it was about.
    pub(super) fn take_returned(&mut self, entries: &[FeedEntry], now: &Moment) -> Result<Vec<CaseId>, Trouble> {
        let entries = entries.iter().filter(|entry| entry.kind == "returned");
        let told = entries.filter_map(|entry| serde_json::from_value::<FileReturned>(entry.body.clone()).ok());
        let mut news = Vec::new();
        for returned in told {
            let open = self.find_case(returned.case)?.map(|open| &open.case);
            let own =
                |case: &AnyCase| matches!(case, AnyCase::Live(case) if matches!(case.state.role, Role::Recorder(_)));
            if !open.is_some_and(own) || self.returned(returned.case)?.contains(&returned) {
                continue;
            }
            let detail = serde_json::to_value(&returned).map_err(NotCanonical::from)?;
            let (event, item) = self.duty_event(Some(returned.case), "returned", detail, now, 0)?;
            self.store.write(|tx| {
                queue::insert_event(tx, &event)?;
                outbox::insert(tx, &item)
            })?;
            self.last_event += 1;
            self.last_place += 1;
            news.push(returned.case);
        }
        Ok(news)
    }

    /// What was given back of a case, the earliest first.
    fn returned(&self, case: CaseId) -> Result<Vec<FileReturned>, Trouble> {
        let events = self.store.read(|c| queue::events_of(c, "returned", 0))?;
        let of_case = events.into_iter().filter(|event| event.case == Some(case));
        Ok(of_case.filter_map(|event| serde_json::from_value(event.detail).ok()).collect())
    }

    /// The same in words.
    pub(super) fn returned_view(&self, case: CaseId, lang: Lang) -> Result<Vec<ReturnedView>, Trouble> {
        Ok(self.returned(case)?.into_iter().map(|returned| returned_view(returned, lang)).collect())
    }
}
