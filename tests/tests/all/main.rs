//! Scenarios through every layer: bindings over core and edge, a real gateway on loopback, processes that are killed.

// Tests may open fixtures and may fail loudly, in helpers too.
#![allow(clippy::unwrap_used)]

mod agreement_browser;
mod any_bytes;
mod asleep;
mod assessed;
mod bad_link;
mod bag;
mod budget;
mod certified;
mod claims;
mod copies;
mod crash;
mod delivery;
mod duty_logged;
mod envelope;
mod erasing;
mod exchanged;
mod failures_listed;
mod feed;
mod fixture;
mod full_disk;
mod handed;
mod handing_over;
mod inbox;
mod kept_work;
mod killed_intake;
mod looked_and_sent;
mod missing_store;
mod misuse;
mod misuse_record;
mod no_photo;
mod parts;
mod phone_saw;
mod portal;
mod ports;
mod power_loss;
mod recipe;
mod rules;
mod second_factor;
mod shown;
mod simulated;
mod simulated_gateway;
mod simulated_rows;
mod stamping;
mod survives;
mod tamper;
mod traffic;
mod training;
mod waiting;
