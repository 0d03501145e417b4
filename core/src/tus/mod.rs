//! An upload by tus 1.0 (<https://tus.io/protocols/resumable-upload>) as a state machine: it says what to ask for, and is
//! told what came of it. No socket, no clock, no file; [`edge`](crate) only carries out.
//!
//! Triggered by [`Upload::next`]; ends in [`Ask::Finished`] with the upload's id, or in [`Ask::Stopped`] with the reason.
//! The server's offset is the only truth: after anything but a plain success the next question is where the upload stands,
//! and it goes on from there, also backwards. An upload that the server no longer has begins anew; that is no failure.
//!
//! | the server | then |
//! |---|---|
//! | 204 with the offset that was reached | on, with a larger piece |
//! | 204 with another offset, or none; 400, 409, 413, 415, 5xx; a cut | HEAD, and on from there, with a smaller piece |
//! | 423 | a short wait, HEAD, and on from there |
//! | 404, 410 (to HEAD 403 too); an offset or a length that cannot be this upload's | begin anew |
//! | 401, 407, 429, 503 with a wish, 511, 3xx, a web page | stop; [`answers`](crate::outbox::answers) says what it means |
//!
//! It stops by itself after a few questions in a row that brought nothing, so that no server can keep it busy for nothing.
//! Not its business: waiting between tries (the outbox's), whether the bytes are the photo (that is the commit).

mod budget;
mod pace;
mod said;
mod upload;

pub use budget::{Budget, Spent};
pub use said::{Said, id_of};
pub use upload::{Ask, Stop, Upload};
