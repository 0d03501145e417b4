//! A drawing of the drive, north up and to scale: the stretch before the accident, coloured by verdict, numbered where
//! the verdict changed, with the whole drive small beside it. Not its business: streets; it draws only what was driven.

mod layout;

use maud::{Markup, html};

use self::layout::{Window, spread};
use super::{Words, both, clock, part, width_of};
use crate::demo::tale::{DutyBeat, Tale};

const TOP: f64 = 46.0;
const INSET: (f64, f64) = (132.0, 66.0);

pub(super) fn section(tale: &Tale, words: Words) -> Markup {
    if tale.drive.is_empty() {
        return html! {};
    }
    let body = html! {
        (both(|width| draw(tale, width, words)))
        ol.verdicts {
            @for (nth, beat) in tale.duty.iter().enumerate() {
                li {
                    span.badge.{ "verdict-" (beat.verdict) } { (nth + 1) }
                    time { (clock(&beat.at)) }
                    span.metres { (words.with("metres", &[("n", beat.distance_m.round().into())])) }
                    p {
                        b { (words.of("verdict", &beat.verdict)) }
                        @if !beat.text.is_empty() { " · " (beat.text) }
                    }
                }
            }
        }
    };
    part("map", &words.say("map"), &body)
}

fn draw(tale: &Tale, width: f64, words: Words) -> Markup {
    let height = if width > 500.0 { 330.0 } else { 270.0 };
    let of_interest = tale.duty.iter().filter_map(|beat| tale.drive.get(beat.fix).copied());
    let window = Window::around(tale.accident, of_interest, (width, height), TOP);
    let whole = Window::holding(tale.drive.iter().copied().chain([tale.accident]), INSET);
    let accident = window.at(tale.accident);
    html! {
        svg.drawing viewBox=(format!("0 0 {width} {height}")) role="img" aria-label=(words.say("map-alt")) {
            rect.ground width=(width) height=(height) rx="10" {}
            path.street d=(path(&window, &tale.drive)) {}
            path.street-middle d=(path(&window, &tale.drive)) {}
            @for (verdict, stretch) in stretches(tale) {
                path.{ "driven verdict-" (verdict) } d=(path(&window, stretch)) {}
            }
            g.accident transform=(format!("translate({:.1} {:.1})", accident.0, accident.1)) {
                path d="M0,-15L13.5,8.5H-13.5Z" {}
                path.bang d="M0,-6V2M0,5.2V5.4" {}
                text y="28" text-anchor="middle" { (words.say("map-accident")) }
            }
            (marks(tale, &window, width, words))
            g.north transform=(format!("translate({} 30)", width - 24.0)) {
                path d="M0,-16L6,2L0,-2L-6,2Z" {}
                text y="17" text-anchor="middle" { (words.say("map-north")) }
            }
            (scale_bar(&window, width, height))
            (inset(tale, &whole, &window, (width, height), words))
        }
    }
}

/// Numbers where the verdict changed, in a row above the road, each tied to its place; with words where there is room.
fn marks(tale: &Tale, window: &Window, width: f64, words: Words) -> Markup {
    let right = width - 52.0;
    let label = |beat: &DutyBeat| words.of("verdict", &beat.verdict);
    let wide: Vec<f64> = tale.duty.iter().map(|beat| 34.0 + width_of(&label(beat), 13.0)).collect();
    let with_words = wide.iter().sum::<f64>() + 8.0 * wide.len() as f64 <= right - 12.0;
    let lengths: Vec<f64> = if with_words { wide } else { vec![22.0; tale.duty.len()] };
    let fitting = ((right - 12.0) / 26.0) as usize;
    let here = |beat: &DutyBeat| tale.drive.get(beat.fix).map_or((0.0, 0.0), |place| window.at(*place));
    let wanted: Vec<f64> = tale.duty.iter().map(|beat| here(beat).0).collect();
    let places = spread(&wanted, &lengths, 12.0, right);
    html! {
        @for (nth, ((beat, left), length)) in tale.duty.iter().zip(places).zip(&lengths).take(fitting).enumerate() {
            @let (x, y) = here(beat);
            g.mark.{ "verdict-" (beat.verdict) } {
                path.tie d=(format!("M{:.1},{}L{x:.1},{y:.1}", left + 11.0, 34.0)) {}
                circle cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="4.5" {}
                rect.plate x=(format!("{left:.1}")) y="12" width=(format!("{length:.1}")) height="22" rx="11" {}
                circle.number cx=(format!("{:.1}", left + 11.0)) cy="23" r="9" {}
                text.digit x=(format!("{:.1}", left + 11.0)) y="27" text-anchor="middle" { (nth + 1) }
                @if with_words { text.word x=(format!("{:.1}", left + 25.0)) y="27.5" { (label(beat)) } }
            }
        }
    }
}

fn scale_bar(window: &Window, width: f64, height: f64) -> Markup {
    let (metres, length) = window.scale_bar(110.0);
    let (left, right, y) = (width - 18.0 - length, width - 18.0, height - 18.0);
    html! {
        g.scale {
            path d=(format!("M{left:.1},{}V{y}H{right:.1}V{}", y - 6.0, y - 6.0)) {}
            text x=(format!("{:.1}", (left + right) / 2.0)) y=(y - 8.0) text-anchor="middle" { (metres) " m" }
        }
    }
}

/// The whole drive with a frame around what the drawing shows.
fn inset(tale: &Tale, whole: &Window, shown: &Window, (_, height): (f64, f64), words: Words) -> Markup {
    let (west_north, east_south) = (whole.at(shown.corner_north_west()), whole.at(shown.corner_south_east()));
    let (left, top) = (west_north.0.max(2.0), west_north.1.max(2.0));
    let (right, bottom) = (east_south.0.min(INSET.0 - 2.0), east_south.1.min(INSET.1 - 2.0));
    let accident = whole.at(tale.accident);
    html! {
        g.inset transform=(format!("translate(12 {})", height - INSET.1 - 12.0)) {
            rect.sheet width=(INSET.0) height=(INSET.1) rx="6" {}
            path.trace d=(path(whole, &tale.drive)) {}
            rect.frame x=(format!("{left:.1}")) y=(format!("{top:.1}"))
                width=(format!("{:.1}", (right - left).max(0.0))) height=(format!("{:.1}", (bottom - top).max(0.0))) {}
            circle.spot cx=(format!("{:.1}", accident.0)) cy=(format!("{:.1}", accident.1)) r="3" {}
            text x="8" y="14" { (words.say("map-whole")) }
        }
    }
}

/// The drive cut where the verdict changed; each piece begins with the last point of the one before.
fn stretches(tale: &Tale) -> Vec<(&str, &[(f64, f64)])> {
    let last = tale.drive.len() - 1;
    let mut cuts: Vec<(usize, &str)> = vec![(0, "none")];
    cuts.extend(tale.duty.iter().map(|beat| (beat.fix.min(last), beat.verdict.as_str())));
    cuts.sort_by_key(|(fix, _)| *fix);
    let ends = cuts.iter().skip(1).map(|(fix, _)| *fix).chain([last]);
    cuts.iter().zip(ends).map(|((from, verdict), to)| (*verdict, &tale.drive[*from..=to])).collect()
}

fn path(window: &Window, places: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (nth, place) in places.iter().enumerate() {
        let (x, y) = window.at(*place);
        path += &format!("{}{x:.1},{y:.1}", if nth == 0 { 'M' } else { 'L' });
    }
    path
}
