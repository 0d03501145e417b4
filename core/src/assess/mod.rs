//! Times and figures, recomputed by anyone from the log of a case.
//!
//! [`case_times`] is triggered by whoever shows or scores a case; it always ends, and for each figure says a time, or
//! why there is none. A missing time is never made up. Not its business: weights, rankings, and judging anybody.

mod case_times;

pub use case_times::{AssessRules, CaseTimes, Milestone, Took, case_times};
