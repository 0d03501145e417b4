//! What is ready for an app or account of the police (交管12123, 烟台公安 in WeChat), in its own order, to be copied by
//! hand: neither has a public API. Triggered by a look at it and by preparing it; ends in a [`Sheet`], or in a refusal.
//!
//! - Only what belongs to a party that agreed ([`Receiver::PoliceHandover`](crate::form::Receiver)) is ready; of another
//!   party no value is on the sheet, wherever somebody may have written it: that party types it himself.
//! - What is of the accident and of nobody (place, time, pictures of the scene) is ready as soon as one party agreed:
//!   somebody has to want it.
//! - Before the road is clear nothing of the form and no document is on it.
//! - Values are in Chinese, as they are typed there, whatever language the phone speaks.
//!
//! Not its business: opening anything (`way` says only what there is to open), how far the hand-over has gone
//! ([`Handings`](crate::form::Handings)), making copies of photos. It never says that anything is with the police.

mod answers;
mod opening;
mod pictures;
mod preparing;
mod sheet;
mod withheld;

pub use opening::{Way, way, ways};
pub use preparing::{prepare, prepared};
pub use sheet::{Line, Picture, Sheet, SheetStep, WhyNot, sheet};
