//! The log of duty events that figures are made from: a line an event, in any order, each with its device's number and
//! its company. Ends in a log without doubles, or in the line that cannot be read. Not its business: who wrote it, and
//! whether a device may be believed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use crate::{id::DeviceId, wire::LoggedEvent};

/// One duty event with whose it is: a line of the log, canonical JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    /// Whose event.
    pub device: DeviceId,
    /// The company that enrolled the device, if it is known; for an insurer its id in the pack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The event.
    #[serde(flatten)]
    pub event: LoggedEvent,
}

impl LogLine {
    /// Its name in the log.
    pub fn id(&self) -> EventId {
        EventId { device: self.device, seq: self.event.seq }
    }
}

/// The name of an event: `device/number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventId {
    /// Whose.
    pub device: DeviceId,
    /// Its number within the device, from 1.
    pub seq: u64,
}

impl std::fmt::Display for EventId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.device, self.seq)
    }
}

impl Serialize for EventId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a text is no log.
#[derive(Debug, thiserror::Error)]
pub enum BadLog {
    /// A line is no event.
    #[error("line {line}: {source}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What the reader says.
        source: serde_json::Error,
    },
    /// Two different events have one name.
    #[error("two different events are called {0}")]
    Conflict(EventId),
}

/// All events, by device and number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    lines: BTreeMap<EventId, LogLine>,
}

impl Log {
    /// Reads one event a line; empty lines are passed over.
    pub fn read(text: &str) -> Result<Log, BadLog> {
        let mut log = Log::default();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            log.add(serde_json::from_str(line).map_err(|source| BadLog::Line { line: at + 1, source })?)?;
        }
        Ok(log)
    }

    /// Takes one more event; the same again changes nothing.
    pub fn add(&mut self, line: LogLine) -> Result<(), BadLog> {
        let id = line.id();
        match self.lines.get(&id) {
            Some(known) if *known != line => Err(BadLog::Conflict(id)),
            Some(_) => Ok(()),
            None => {
                self.lines.insert(id, line);
                Ok(())
            }
        }
    }

    /// The events by device and number.
    pub fn lines(&self) -> impl Iterator<Item = (EventId, &LogLine)> {
        self.lines.iter().map(|(id, line)| (*id, line))
    }

    /// How many numbers each device skipped: events that are not in this log.
    pub fn gaps(&self) -> BTreeMap<DeviceId, u64> {
        let mut seen = BTreeMap::<DeviceId, (u64, u64)>::new();
        for id in self.lines.keys() {
            let (count, last) = seen.entry(id.device).or_default();
            *count += 1;
            *last = id.seq;
        }
        let skipped = seen.into_iter().map(|(device, (count, last))| (device, last.saturating_sub(count)));
        skipped.filter(|(_, skipped)| *skipped > 0).collect()
    }
}
