//! HTTP towards one gateway. Triggered by an instruction to send; ends in an [`Outcome`](crate::outbox::Outcome), never in
//! an error that somebody would have to interpret again; what an answer means says the pure table of
//! [`answers`](crate::outbox::answers).

mod body;
mod client;
mod reply;
mod send;
mod stamping;
mod tus;

pub(super) use client::Gateway;
pub(super) use send::{Errand, Heard, Parcel, errand, feed, put, send_photo};
pub(super) use stamping::Stamping;
