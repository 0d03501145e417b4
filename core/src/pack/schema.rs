//! The JSON Schema of a pack, generated from the types: what an editor checks while a clerk types. It is published as
//! `docs/pack.schema.json`. Not its business: contradictions between fields, which only reading a pack finds.

use super::Pack;

/// The schema (draft 2020-12), indented, with a line end.
pub fn json_schema() -> String {
    format!("{:#}\n", schemars::schema_for!(Pack).to_value())
}
