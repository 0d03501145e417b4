//! May they leave? Facts to a route with its articles, before anything else is asked. Triggered by every new fact, also
//! after signing (T6). Not its business: who is at fault, and calling anybody.

mod facts;
mod route;

pub use facts::{Fact, Facts, Parties, Road, Route, Ternary};
pub use route::{Outcome, Span, span, triage};
