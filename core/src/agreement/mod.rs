//! The printable agreement (自行协商协议书) from a sealed record: one HTML page for A4, every Art. 21 field in the order
//! of the paper form, both signature rounds, the strokes as drawings, the record's hash as text and as a QR code. What is
//! missing is printed as missing. Every value is escaped. Not its business: printing, and anything the record does not
//! say.

mod page;
mod qr;
mod strokes;
mod style;
mod table;
mod words;

pub use words::Wording;

use crate::{
    canon::NotCanonical,
    form::{Nature, Record},
    pack::Pack,
};

/// The agreement as one HTML document without any outside resource, in one language or with an English gloss.
pub fn html<N: Nature>(record: &Record<N>, pack: &Pack, wording: impl Into<Wording>) -> Result<String, NotCanonical> {
    let hash = record.hash()?;
    Ok(page::render(record, pack, wording.into(), hash, record.sm3(pack)?).into_string())
}
