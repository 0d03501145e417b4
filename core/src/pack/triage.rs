//! Triage as rows: which fact leads to which route, what each kind of accident allows, what is advised when.

use serde::{Deserialize, Serialize};

use crate::triage::{Fact, Parties, Road, Route};

/// The rows that [`triage`](crate::triage::triage) reads; the strictest route wins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TriageRules {
    /// One row a fact.
    pub facts: Vec<FactRow>,
    /// One row a kind of accident; what an accident without any risk fact allows.
    pub kinds: Vec<KindRow>,
    /// In the order in which it is spoken.
    pub advice: Vec<AdviceRow>,
}

/// What a fact leads to when it is so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactRow {
    /// The fact.
    pub fact: Fact,
    /// The route; `null` when the fact changes only the advice.
    pub route: Option<Route>,
    /// Articles it rests on, as text codes without `cite-`.
    pub cites: Vec<String>,
}

/// What an accident of this kind allows when no fact speaks against it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KindRow {
    /// Who met whom; never `unknown`, which counts as the strictest of the kinds.
    pub parties: Parties,
    /// The route.
    pub route: Route,
    /// Articles it rests on.
    pub cites: Vec<String>,
    /// Why this row is as it is, for the clerk who maintains the pack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One piece of advice and when it is given. An empty list is no condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdviceRow {
    /// Text code without `triage-advice-`.
    pub code: String,
    /// On these routes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// Whether `routes` means the route that is certain already, whatever the unknown facts turn out to be: nobody is
    /// told to call because a question has not been asked yet.
    #[serde(default)]
    pub certain: bool,
    /// On these roads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roads: Vec<Road>,
    /// With these parties.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Parties>,
    /// When one of these facts is *yes*.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// Only while the route is open (`false`) or once it is settled (`true`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<bool>,
}
