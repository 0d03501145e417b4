//! The queue's life: how much waited on both phones and how much had its receipt, look by look.

use maud::{Markup, html};

use super::{Words, both, part};
use crate::demo::tale::{QueueBeat, Tale};

const HEIGHT: f64 = 220.0;
const LEFT: f64 = 34.0;
const RIGHT: f64 = 34.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 26.0;

type Series = (&'static str, fn(&QueueBeat) -> u32);
const SERIES: [Series; 3] =
    [("done", |beat| beat.done), ("surveyor", |beat| beat.surveyor), ("driver", |beat| beat.driver)];

pub(super) fn section(tale: &Tale, words: Words) -> Markup {
    if tale.queue.is_empty() {
        return html! {};
    }
    let body = html! {
        ul.key { @for (name, _) in SERIES { li.{ "line-" (name) } { (words.of("queue", name)) } } }
        (both(|width| draw(&tale.queue, width, words)))
        div.scroll {
            table.looks {
                thead {
                    tr {
                        th.number { "#" }
                        th { (words.say("queue-when")) }
                        @for (name, _) in SERIES { th.number { i.{ "line-" (name) } title=(words.of("queue", name)) {} } }
                    }
                }
                tbody {
                    @for (nth, beat) in tale.queue.iter().enumerate() {
                        tr {
                            td.number { (nth + 1) }
                            td { (beat.when) }
                            @for (_, of) in SERIES { td.number { (of(beat)) } }
                        }
                    }
                }
            }
        }
    };
    part("queue", &words.say("queue"), &body)
}

fn draw(queue: &[QueueBeat], width: f64, words: Words) -> Markup {
    let most = queue.iter().flat_map(|beat| SERIES.map(|(_, of)| of(beat))).max().unwrap_or(0).max(1);
    let step = (width - LEFT - RIGHT) / queue.len() as f64;
    let x = |nth: usize| LEFT + step * nth as f64;
    let y = |value: u32| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - f64::from(value) / f64::from(most));
    let each = (22.0 / step).ceil().max(1.0) as usize;
    html! {
        svg.chart viewBox=(format!("0 0 {width} {HEIGHT}")) role="img" aria-label=(words.say("queue-alt")) {
            @for value in ticks(most) {
                line.rule x1=(LEFT) x2=(width - RIGHT) y1=(px(y(value))) y2=(px(y(value))) {}
                text.tick x=(LEFT - 8.0) y=(px(y(value) + 4.0)) text-anchor="end" { (value) }
            }
            @for nth in (0..queue.len()).step_by(each) {
                text.tick x=(px(x(nth) + step / 2.0)) y=(HEIGHT - 8.0) text-anchor="middle" { (nth + 1) }
            }
            @for (name, of) in SERIES { path.{ "line line-" (name) } d=(stairs(queue, of, x, y)) {} }
            @for (name, at, value) in ends(queue, y) {
                text.{ "end line-" (name) } x=(px(width - RIGHT + 6.0)) y=(px(at)) { (value) }
            }
        }
    }
}

/// One stair a look.
fn stairs(queue: &[QueueBeat], of: fn(&QueueBeat) -> u32, x: impl Fn(usize) -> f64, y: impl Fn(u32) -> f64) -> String {
    let mut path = String::new();
    for (nth, beat) in queue.iter().enumerate() {
        let (verb, level) = (if nth == 0 { 'M' } else { 'L' }, px(y(of(beat))));
        path += &format!("{verb}{},{level}H{}", px(x(nth)), px(x(nth + 1)));
    }
    path
}

/// The last values beside their lines, those that would lie on each other moved apart.
fn ends(queue: &[QueueBeat], y: impl Fn(u32) -> f64) -> Vec<(&'static str, f64, u32)> {
    let Some(last) = queue.last() else { return Vec::new() };
    let mut ends: Vec<_> = SERIES.map(|(name, of)| (name, y(of(last)) + 4.0, of(last))).to_vec();
    ends.sort_by(|a, b| b.1.total_cmp(&a.1));
    for nth in 1..ends.len() {
        ends[nth].1 = ends[nth].1.min(ends[nth - 1].1 - 14.0);
    }
    ends
}

/// Zero, the top, and the round numbers between them.
fn ticks(most: u32) -> Vec<u32> {
    let step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000].into_iter().find(|step| most / step <= 4).unwrap_or(most);
    (0..=most / step).map(|nth| nth * step).collect()
}

fn px(value: f64) -> String {
    format!("{value:.1}")
}
