//! HTTP towards one gateway. Triggered by an instruction to send; ends in an [`Outcome`](crate::outbox::Outcome), never in
//! an error that somebody would have to interpret again. Only a receipt that checks against the manifest we computed
//! and the pinned key is success; whatever else a server, a hotel or a captive portal says is *later* or *refused*.

mod client;
mod send;
mod stamping;
mod tus;

pub(super) use client::Gateway;
pub(super) use send::{Parcel, feed, put, send_photo};
pub(super) use stamping::Stamping;
