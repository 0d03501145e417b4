//! Number plates: blue for ordinary cars, green running out to white for new energy. The characters are strokes on a
//! seven-part grid, so no font is needed and no real plate can come out.

use super::chance::Chance;

/// Which colours a plate has.
#[derive(Clone, Copy)]
pub(super) enum Plate {
    Ordinary,
    NewEnergy,
}

/// Strokes that are lit, clockwise from the top, the middle one last: digits, then a few letters.
const GLYPHS: [&str; 14] = [
    "abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgcde", "abc", "abcdefg", "abcdfg", "abcefg", "afgde", "afge",
    "fbgce",
];

/// A plate of width `w` with its left top corner at (x, y).
pub(super) fn plate(kind: Plate, x: f64, y: f64, w: f64, chance: &mut Chance) -> String {
    let (ground, ink, count) = match kind {
        Plate::Ordinary => ("url(#plateBlue)", "#f4f7ff", 7),
        Plate::NewEnergy => ("url(#plateGreen)", "#10221a", 8),
    };
    // 440 mm × 140 mm.
    let h = w * 140.0 / 440.0;
    let frame = w * 0.012;
    let mut svg = format!(
        r##"<rect x="{x:.1}" y="{y:.1}" width="{w:.1}" height="{h:.1}" rx="{:.1}" fill="{ground}" stroke="#dfe6ea" stroke-width="{frame:.1}"/>"##,
        w * 0.02
    );
    let step = w * 0.9 / (f64::from(count) + 0.5);
    for nth in 0..count {
        // The gap after the second character, where the dot stands.
        let gap = if nth >= 2 { step * 0.5 } else { 0.0 };
        let left = x + w * 0.06 + step * f64::from(nth) + gap;
        svg += &match nth {
            0 => sign(left, y + h * 0.2, step * 0.72, h * 0.6, ink),
            1 => glyph("aefg", left, y + h * 0.2, step * 0.62, h * 0.6, ink),
            _ => {
                let strokes = GLYPHS[(chance.between(0.0, 13.99)) as usize];
                glyph(strokes, left, y + h * 0.2, step * 0.62, h * 0.6, ink)
            }
        };
    }
    let dot = x + w * 0.06 + step * 2.15;
    svg + &format!(r##"<circle cx="{dot:.1}" cy="{:.1}" r="{:.1}" fill="{ink}"/>"##, y + h * 0.5, w * 0.012)
}

fn glyph(strokes: &str, x: f64, y: f64, w: f64, h: f64, ink: &str) -> String {
    let (right, middle, bottom) = (x + w, y + h / 2.0, y + h);
    let line = |stroke| match stroke {
        'a' => (x, y, right, y),
        'b' => (right, y, right, middle),
        'c' => (right, middle, right, bottom),
        'd' => (x, bottom, right, bottom),
        'e' => (x, middle, x, bottom),
        'f' => (x, y, x, middle),
        _ => (x, middle, right, middle),
    };
    let path: String = strokes.chars().map(line).map(|(a, b, c, d)| format!("M{a:.1},{b:.1}L{c:.1},{d:.1}")).collect();
    format!(r##"<path d="{path}" stroke="{ink}" stroke-width="{:.1}" stroke-linecap="round" fill="none"/>"##, w * 0.24)
}

/// A sign that reads as a province character from afar and is none.
fn sign(x: f64, y: f64, w: f64, h: f64, ink: &str) -> String {
    let row = |part: f64| format!("M{x:.1},{0:.1}L{1:.1},{0:.1}", y + h * part, x + w);
    let column = format!("M{0:.1},{y:.1}L{0:.1},{1:.1}", x + w / 2.0, y + h * 0.5);
    let feet = format!("M{x:.1},{0:.1}L{x:.1},{1:.1}M{2:.1},{0:.1}L{2:.1},{1:.1}", y + h * 0.5, y + h, x + w);
    let path = [row(0.12), row(0.3), row(0.5), row(0.74), row(1.0), column, feet].concat();
    format!(r##"<path d="{path}" stroke="{ink}" stroke-width="{:.1}" fill="none"/>"##, w * 0.13)
}
