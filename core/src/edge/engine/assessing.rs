//! What a specialist sees of his own assessment: scorecards of this phone's own duty events, by the same computation as
//! at the association. The phone does not know its company, so whose customers were helped is not known here.

use super::Engine;
use crate::{
    assess::{Log, LogLine, Period, Scorecards},
    canon,
    edge::{store::queue, trouble::Trouble},
};

impl Engine {
    /// The scorecards of a period under the rules in force: canonical JSON, as `jingbao-gateway score --json` gives it.
    pub fn assessment(&self, period: Period) -> Result<String, Trouble> {
        self.with(|inner| {
            let (device, mut log) = (inner.device, Log::default());
            for event in inner.store.read(queue::events)? {
                log.add(LogLine { device, company: None, event }).map_err(|_| Trouble::Unreadable)?;
            }
            let cards = Scorecards::of(&log, period, &inner.rules.newest.pack);
            String::from_utf8(canon::bytes(&cards)?).map_err(|_| Trouble::Unreadable)
        })
    }
}
