//! The gateway as phones meet it: a real server on loopback, spoken to byte by byte.

mod credential;
mod desk;
mod documents;
mod events;
mod fixture;
mod openapi;
mod pack;
mod process;
mod store;
mod uploads;
