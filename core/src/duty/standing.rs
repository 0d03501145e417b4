//! What is known about the accident and about the one who passes it.

use serde::{Deserialize, Serialize};

use crate::{
    place::Point,
    time::{Moment, Timestamp},
};

pub use crate::triage::{Road, Ternary};

/// An accident somebody has seen and nobody has closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenAccident {
    /// Its identifier in the feed.
    pub id: String,
    /// Where, with the accuracy of the one who saw it.
    pub place: Point,
    /// When it was seen.
    pub seen_at: Timestamp,
    /// What road it is on.
    pub road: Road,
    /// Another specialist is already there.
    pub served: bool,
}

/// A serious urgent task (重大紧急任务) that the specialist declared; in what words is the shift's business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Urgent {
    /// A code of the pack.
    pub kind: String,
    /// When it was declared; before or after the encounter is for the reader of the log to see.
    pub declared_at: Moment,
}

/// What holds for the specialist in this moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// On shift.
    pub on_duty: bool,
    /// Certified now (持证). Unknown does not excuse.
    pub credential: Ternary,
    /// A declared urgent task.
    pub urgent: Option<Urgent>,
    /// The accident that he is busy with, by its name.
    pub on_case: Option<String>,
}
