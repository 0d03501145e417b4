//! The queue as data: events in, instructions out. No clock, no socket, no file.
//!
//! Triggered by a poll, an answer of the world, a person's tap or a network change ([`Event`]). Ends in a list of
//! [`Instruction`]s for the edge: save this row, send that one, wake me then. The rows are the whole truth: an outbox
//! made anew from them behaves the same, so nothing depends on a timer or a flag that a crash could leave behind.
//!
//! What the world says becomes an [`Outcome`] in [`answers`], by one table.
//!
//! A consent that is taken back withdraws a notice that waits: never sent again, never deleted.
//!
//! Inside one lane of one case the order is strict; another case, or the other lane, is never held up (invariant 4).
//! Not its business: what is sent, how, and whether a receipt is genuine (the edge checks it against the pinned key).

pub mod answers;
mod hold;
mod item;
mod step;
mod turns;

pub use hold::{BROKEN_OFF, Hold, NEVER_LEFT};
pub use item::{Item, ItemState, Lane, Lease, Payload};
pub use step::{Event, Instruction, Outbox, Outcome};
pub use turns::at_once;
