//! Times and figures, recomputed by anyone from a log.
//!
//! [`case_times`] is triggered by whoever shows the times of a case; [`Scorecards::of`] by whoever assesses a period
//! (专项考核). Both always end, and for each figure say a value, or why there is none. A missing time is never made up.
//! Not their business: judging anybody.
//!
//! | file | has |
//! |---|---|
//! | `log` | events with their names, in any order, none twice |
//! | `accidents` | which cases are about one accident |
//! | `work` | what each phone did about each case |
//! | `figures`, `flags` | counts, times, what is odd; each with its events |
//! | `card`, `points`, `scorecards` | a card, its score, all cards and their ranks |
//! | `seen` | what of it a company or a specialist sees |

mod accidents;
mod card;
mod case_times;
mod figures;
mod flags;
mod log;
mod points;
mod scorecards;
mod seen;
mod work;

pub use card::{Card, Subject};
pub use case_times::{AssessRules, CaseTimes, Milestone, Took, case_times, took};
pub use figures::{Count, Measured, Sample, Times};
pub use log::{BadLog, EventId, Log, LogLine};
pub use points::{Parts, Place, Ranking, Score};
pub use scorecards::{Period, Scorecards};
pub use seen::Reader;
