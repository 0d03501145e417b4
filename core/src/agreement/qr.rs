//! The record's hash as a QR code (ISO/IEC 18004, error correction M), drawn as one path: a phone compares paper and
//! record without anybody typing 64 characters.

use std::fmt::Write;

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code that the standard asks for.
const QUIET: usize = 4;

/// The text as a square drawing; nothing when it is too long for any code.
pub(super) fn svg(text: &str) -> Markup {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return html! {} };
    let width = code.width();
    let mut path = String::new();
    for (place, _) in code.to_colors().iter().enumerate().filter(|(_, colour)| **colour == Color::Dark) {
        // Writing to a string cannot fail.
        _ = write!(path, "M{} {}h1v1h-1z", place % width + QUIET, place / width + QUIET);
    }
    let side = width + 2 * QUIET;
    html! {
        svg.qr viewBox=(format!("0 0 {side} {side}")) shape-rendering="crispEdges" role="img" aria-label=(text) {
            path d=(path) fill="#000" {}
        }
    }
}
