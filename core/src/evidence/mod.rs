//! What a photo says about itself, and what is odd about it.
//!
//! [`Eye`] reads format, size, time and place out of any bytes going by, [`inspect`] out of those in memory;
//! [`findings`] weighs them against the case. A
//! finding is shown and kept, it never judges: only what is [`FindingCode::refuses`] is turned away, and the case goes
//! on (T20). Two independent readers look at the metadata, because each of them has been wrong before (S34).
//! [`thumbnail`] and [`derive()`] make copies of it. Not its business: storing photos, changing an original, deciding who
//! lied.

mod bomb;
mod container;
mod derive;
mod eye;
mod facts;
mod finding;
mod first_reader;
mod reading;
mod rules;
mod second_reader;
mod sound;
mod walk;
mod weigh;

pub use container::Format;
pub use derive::{CopyLimits, Derived, NotDerived, derive, thumbnail};
pub use eye::{Eye, inspect};
pub use facts::{Disagreement, GpsBlock, PhotoFacts, Taken};
pub use finding::{Finding, FindingCode};
pub use rules::EvidenceRules;
pub use sound::Sound;
pub use weigh::{Context, findings};
