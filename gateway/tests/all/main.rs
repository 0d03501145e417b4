//! The gateway as phones meet it: a real server on loopback, spoken to byte by byte.

mod accidents;
mod claims;
mod credential;
mod desk;
mod documents;
mod elsewhere;
mod events;
mod fixture;
mod openapi;
mod pack;
mod process;
mod roles;
mod scorecards;
mod store;
mod uploads;
