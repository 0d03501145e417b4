//! The picture of a replayed drive (SVG): the way, coloured by what the one at the wheel was told there, and the
//! accidents, each joined to where it was first called. Not its business: judging the drive; maps, which need a network.

use std::{collections::BTreeMap, fmt::Write};

use jingbao_core::{
    duty::{Fix, OpenAccident, Verdict},
    place::distance_m,
};

use super::{Say, replay::Told, values};

/// Pixels of the longer side, and around the drive.
const SIDE: f64 = 1_200.0;
const MARGIN: f64 = 60.0;
/// Pixels a line of the legend takes.
const LINE: f64 = 26.0;
/// What is drawn first lies below: from nothing to do up to stopping.
const COLOURS: [(Verdict, &str); 5] = [
    (Verdict::Clear, "#9aa0a6"),
    (Verdict::ReportOnly, "#1a73e8"),
    (Verdict::Exempt, "#9334e6"),
    (Verdict::CannotTell, "#f29900"),
    (Verdict::MustStop, "#d93025"),
];

/// Degrees to pixels, north up, the same scale in both directions.
struct Frame {
    west: f64,
    north: f64,
    east_px: f64,
    north_px: f64,
    width: f64,
    height: f64,
    metre_px: f64,
}

impl Frame {
    /// Holds the whole drive; an accident far from it lies outside the picture.
    fn around(fixes: &[Fix]) -> Frame {
        let all = |coordinate: fn(&Fix) -> f64| {
            let values = || fixes.iter().map(coordinate);
            (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
        };
        let ((west, east), (south, north)) = (all(|fix| fix.point.lon), all(|fix| fix.point.lat));
        let shrink = ((south + north) / 2.0).to_radians().cos();
        // A car that never moved still has a picture.
        let span = ((east - west) * shrink).max(north - south).max(1e-4);
        let north_px = (SIDE - 2.0 * MARGIN) / span;
        let east_px = north_px * shrink;
        let (width, height) = ((east - west) * east_px + 2.0 * MARGIN, (north - south) * north_px + 2.0 * MARGIN);
        Frame { west, north, east_px, north_px, width, height, metre_px: north_px / 111_195.0 }
    }

    fn pixel(&self, lat: f64, lon: f64) -> (f64, f64) {
        (MARGIN + (lon - self.west) * self.east_px, MARGIN + (self.north - lat) * self.north_px)
    }
}

/// The whole picture. What it says stands in the language of `say`.
pub(super) fn picture(fixes: &[Fix], accidents: &[OpenAccident], told: &[Told], say: &Say<'_>) -> String {
    let frame = Frame::around(fixes);
    let none = values([]);
    let rows = COLOURS.len() as f64 + 1.5;
    let (width, height) = (frame.width.max(420.0), frame.height + rows * LINE);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\" \
         font-size=\"16\">\n<title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        escaped(&say("replay-picture", &none)),
    );
    let held = held(fixes.len(), told);
    for (verdict, colour) in COLOURS {
        stretches(&mut svg, &frame, fixes, &held, verdict, colour);
    }
    for accident in accidents {
        mark(&mut svg, &frame, fixes, accident, told);
    }
    for (row, (verdict, colour)) in COLOURS.iter().rev().enumerate() {
        let y = frame.height + row as f64 * LINE;
        let text = escaped(&say(&format!("verdict-{}", verdict.as_str()), &none));
        let _ = writeln!(
            svg,
            "<path d=\"M{MARGIN} {y:.1}h40\" stroke=\"{colour}\" stroke-width=\"6\"/><text x=\"{:.1}\" y=\"{:.1}\">{text}</text>",
            MARGIN + 54.0,
            y + 5.0,
        );
    }
    let (y, long) = (frame.height + COLOURS.len() as f64 * LINE, 500.0 * frame.metre_px);
    let _ = writeln!(
        svg,
        "<path d=\"M{MARGIN} {y:.1}h{long:.1}\" stroke=\"#202124\" stroke-width=\"2\"/><text x=\"{:.1}\" y=\"{:.1}\">500 m</text>\n</svg>",
        MARGIN + long + 14.0,
        y + 5.0,
    );
    svg
}

/// The most urgent verdict at each fix.
fn held(fixes: usize, told: &[Told]) -> Vec<Verdict> {
    let urgency = |verdict: &Verdict| COLOURS.iter().position(|(one, _)| one == verdict);
    let (mut open, mut changes) = (BTreeMap::new(), told.iter().peekable());
    let at = |fix| {
        while let Some(next) = changes.next_if(|told| told.fix <= fix) {
            open.insert(&next.change.accident, next.change.verdict);
        }
        open.values().copied().max_by_key(urgency).unwrap_or(Verdict::Clear)
    };
    (0..fixes).map(at).collect()
}

/// The parts of the way on which this verdict held.
fn stretches(svg: &mut String, frame: &Frame, fixes: &[Fix], held: &[Verdict], verdict: Verdict, colour: &str) {
    let mut path = String::new();
    let mut drawing = false;
    for (pair, holds) in fixes.windows(2).zip(held) {
        if *holds == verdict {
            if !drawing {
                let (x, y) = frame.pixel(pair[0].point.lat, pair[0].point.lon);
                let _ = write!(path, "M{x:.1} {y:.1}");
            }
            let (x, y) = frame.pixel(pair[1].point.lat, pair[1].point.lon);
            let _ = write!(path, "L{x:.1} {y:.1}");
        }
        drawing = *holds == verdict;
    }
    if !path.is_empty() {
        let _ = writeln!(
            svg,
            "<path class=\"{}\" d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"5\" stroke-linejoin=\"round\"/>",
            verdict.as_str(),
        );
    }
}

/// One accident: a cross and its name, and a line from where it was first called.
fn mark(svg: &mut String, frame: &Frame, fixes: &[Fix], accident: &OpenAccident, told: &[Told]) {
    let place = accident.place.to_wgs84();
    let (x, y) = frame.pixel(place.y, place.x);
    let called = |told: &&Told| told.change.accident == accident.id && told.change.verdict == Verdict::MustStop;
    let mut label = escaped(&accident.id);
    if let Some(fix) = told.iter().find(called).and_then(|told| fixes.get(told.fix)) {
        let here = fix.point.to_wgs84();
        let (from_x, from_y) = frame.pixel(here.y, here.x);
        let _ = write!(label, " · {:.0} m", distance_m(here, place));
        let _ = writeln!(
            svg,
            "<path d=\"M{from_x:.1} {from_y:.1}L{x:.1} {y:.1}\" stroke=\"#202124\" stroke-dasharray=\"3 3\"/>\
             <circle cx=\"{from_x:.1}\" cy=\"{from_y:.1}\" r=\"6\" fill=\"#d93025\" stroke=\"#fff\"/>",
        );
    }
    let _ = writeln!(
        svg,
        "<path d=\"M{:.1} {:.1}l12 12m0 -12l-12 12\" stroke=\"#202124\" stroke-width=\"3\"/><text x=\"{:.1}\" y=\"{:.1}\">{label}</text>",
        x - 6.0,
        y - 6.0,
        x + 12.0,
        y + 6.0,
    );
}

/// A name out of somebody's file never becomes markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
