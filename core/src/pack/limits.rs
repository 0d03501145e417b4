//! The names of where a case goes on. The numbers of evidence and duty are those parts' own types.

use serde::{Deserialize, Serialize};

/// Where a case is handed over to; neither has a public API, so nothing here is called by the code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// In the order of preference.
    pub apps: Vec<HandoverApp>,
}

/// One app or account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoverApp {
    /// `12123`; the text is `handover-12123`.
    pub id: String,
    /// The name it is found under.
    pub name: String,
}
