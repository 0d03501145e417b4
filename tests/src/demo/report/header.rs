//! The result in one sentence, the figures behind it, and the way to the other files.

use maud::{Markup, html};

use super::{Words, clock};
use crate::demo::tale::Tale;

pub(super) fn section(tale: &Tale, words: Words) -> Markup {
    let (code, good) = result(tale);
    let queue = &tale.summary.queue;
    let counts = [("operations", queue.operations.into()), ("sent", queue.sent.into())];
    html! {
        header {
            p.kicker { (words.say("title")) span { (words.say("kicker")) } }
            h1 class=(if good { "good" } else { "bad" }) {
                span.seal aria-hidden="true" { (if good { "✓" } else { "!" }) }
                span { (words.with(code, &counts)) }
            }
            p.when { (when(tale, words)) }
            (figures(tale, words))
            nav {
                @for (nth, file) in tale.agreements.iter().enumerate() {
                    a.first[nth == 0] href=(format!("./{file}")) { (words.with("open-agreement", &[("n", (nth + 1).into())])) }
                }
                a href="./bundle.zip" download { (words.say("open-bundle")) small { "bundle.zip" } }
                a href="./summary.json" { (words.say("open-summary")) small { "summary.json" } }
            }
        }
    }
}

/// The sentence's code, and whether it is the one that was hoped for.
fn result(tale: &Tale) -> (&'static str, bool) {
    let queue = &tale.summary.queue;
    let arrived = queue.sent == queue.operations && queue.pending == 0 && queue.parked == 0;
    match (queue.operations, arrived, tale.verified.whole, tale.verified.trusted) {
        (0, ..) => ("result-nothing", false),
        (_, false, ..) => ("result-open", false),
        (_, _, false, _) => ("result-arrived", false),
        (_, _, _, false) => ("result-untrusted", false),
        _ => ("result-all", true),
    }
}

fn when(tale: &Tale, words: Words) -> String {
    let mut parts = Vec::new();
    if let (Some(first), Some(last)) = (tale.moments.first(), tale.moments.last()) {
        parts.push(words.with("when", &[("first", clock(&first.at).into()), ("last", clock(&last.at).into())]));
    }
    if tale.summary.elapsed_ms > 0 {
        let seconds = format!("{:.1}", tale.summary.elapsed_ms as f64 / 1000.0);
        parts.push(words.with("took", &[("seconds", seconds.into())]));
    }
    parts.join(" · ")
}

fn figures(tale: &Tale, words: Words) -> Markup {
    let summary = &tale.summary;
    let warned = tale.duty.iter().find(|beat| beat.verdict == "must_stop").map(|beat| beat.distance_m.round());
    let parties: usize = summary.cases.iter().map(|case| case.parties).sum();
    let mut shown = vec![
        ("operations", format!("{} / {}", summary.queue.sent, summary.queue.operations)),
        ("photos", tale.photos.len().to_string()),
        ("parties", parties.to_string()),
        ("kills", summary.kills.to_string()),
        ("outages", summary.outages.to_string()),
        ("resent", summary.queue.resent.to_string()),
    ];
    if let Some(ms) = tale.clearing_ms {
        shown.insert(0, ("clearing", format!("{}:{:02}", ms / 60_000, ms / 1000 % 60)));
    }
    if let Some(metres) = warned {
        shown.insert(0, ("warned", words.with("metres", &[("n", metres.into())])));
    }
    html! {
        dl.figures aria-label=(words.say("figures")) {
            @for (code, figure) in shown {
                div { dt { (words.of("figure", code)) } dd { (figure) } }
            }
        }
    }
}
