//! The printable agreement (自行协商协议书) from a sealed record: one HTML page for A4, every Art. 21 field in the order
//! of the paper form, both signature rounds, the strokes as drawings, the record's hash. What is missing is printed as
//! missing. Every value is escaped. Not its business: printing, and anything the record does not say.

mod page;
mod strokes;
mod style;

use crate::{
    canon::NotCanonical,
    form::{Nature, Record},
    pack::Pack,
    text::Lang,
};

/// The agreement as one HTML document without any outside resource.
pub fn html<N: Nature>(record: &Record<N>, pack: &Pack, lang: Lang) -> Result<String, NotCanonical> {
    let hash = record.hash()?;
    Ok(page::render(record, pack, lang, hash).into_string())
}
