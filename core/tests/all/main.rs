//! The core's integration tests: one binary, one module a theme.

// Tests may open fixtures and may fail loudly, in helpers too.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout)]

mod accord;
mod agreement;
mod agreement_fields;
mod answers;
mod checking;
mod claim;
mod consent;
mod credential;
mod credential_forged;
mod derive;
mod document_lines;
mod doubts;
mod duty;
mod evidence;
mod fault_oracle;
mod form;
mod form_parties;
mod form_properties;
mod handover;
mod handover_states;
mod outbox_model;
mod pack_and_texts;
mod pack_calendar;
mod pack_signed;
mod party_codes;
mod privacy;
mod redact;
mod road;
mod scorecards;
mod seal_properties;
mod second_factor;
mod triage_exhaustive;
mod triage_oracle;
mod triage_traps;
mod tus_model;
mod validate_properties;
mod validate_vectors;
