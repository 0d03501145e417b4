//! A finger's drawing as SVG: numbers only, so nothing in it can be anything but lines.

use maud::{Markup, html};

use crate::form::Strokes;

/// The drawing in a box of 1000 × 300 thousandths.
pub(super) fn svg(strokes: &Strokes) -> Markup {
    let lines = strokes.0.reveal().iter().map(|line| {
        line.iter().map(|(x, y)| format!("{},{}", x.clamp(&0, &1000), y.clamp(&0, &1000))).collect::<Vec<_>>().join(" ")
    });
    html! {
        svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true" {
            @for points in lines {
                polyline points=(points) fill="none" stroke="#0b2e83" stroke-width="14"
                    stroke-linecap="round" stroke-linejoin="round" vector-effect="non-scaling-stroke" style="stroke-width:2.2px" {}
            }
        }
    }
}
