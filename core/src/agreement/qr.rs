//! The record's hash as a QR code, drawn as one path: a phone compares paper and record without anybody typing 64
//! characters.

use maud::{Markup, html};

use crate::exchange::Picture;

/// The text as a square drawing; nothing when it is too long for any code.
pub(super) fn svg(text: &str) -> Markup {
    let Some(picture) = Picture::of(text) else { return html! {} };
    let side = picture.side;
    html! {
        svg.qr viewBox=(format!("0 0 {side} {side}")) shape-rendering="crispEdges" role="img" aria-label=(text) {
            path d=(picture.path()) fill="#000" {}
        }
    }
}
