//! The scorecards as one page without any outside resource: who comes where, then a card each; every figure opens to the
//! events behind it. Not its business: computing anything.

use jingbao_core::{
    assess::{Card, Count, Ranking, Scorecards, Times},
    pack::Pack,
    text::{Lang, say, tell},
    time::{SHANGHAI_OFFSET_S, Timestamp},
};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::score::{left_out, minutes, points, who};

const CSS: &str = "
:root { color-scheme: light }
* { box-sizing: border-box }
body { font: 15px/1.55 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans', sans-serif; color: #16202a; background: #f4f6f8; margin: 0 auto; max-width: 62rem; padding: 1.6rem 1rem 3rem }
h1 { font-size: 1.5rem; margin: 0 0 .2rem }
h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere }
p { margin: .25rem 0 }
.fine { color: #55606b; font-size: .86rem }
section, .places { background: #fff; border: 1px solid #dde3e8; border-radius: 10px; padding: 1rem 1.15rem; margin: 1rem 0 }
.head { display: flex; gap: 1rem; justify-content: space-between; align-items: baseline; flex-wrap: wrap; margin-bottom: .7rem }
.score { font-size: 1.5rem; font-weight: 700; font-variant-numeric: tabular-nums }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .6rem; margin: .4rem 0 .8rem }
.tile { border: 1px solid #e4e9ed; border-radius: 8px; padding: .45rem .7rem; min-width: 0 }
.tile b { display: block; font-size: 1.15rem; font-variant-numeric: tabular-nums }
.tile[data-odd] { border-color: #c98a1b; background: #fff8ea }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid #e4e9ed; vertical-align: top; overflow-wrap: anywhere }
th { font-weight: 600; color: #55606b; font-size: .86rem }
td.n, th.n { text-align: right; white-space: nowrap }
details > summary { cursor: pointer; color: #1d5f8a; font-size: .86rem }
code { font: .78rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
ul { margin: .3rem 0; padding-left: 1.1rem }
@media print { body { background: #fff; padding: 0 } section { break-inside: avoid } }
";

struct Page<'a> {
    cards: &'a Scorecards,
    pack: &'a Pack,
    lang: Lang,
}

/// The page.
pub(super) fn render(cards: &Scorecards, pack: &Pack, lang: Lang) -> Markup {
    let page = Page { cards, pack, lang };
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (page.say("score-title")) }
                style { (PreEscaped(CSS)) }
            }
            body {
                h1 { (page.say("score-title")) }
                (page.foreword())
                (page.ranking("score-specialists", &cards.specialists))
                (page.ranking("score-companies", &cards.companies))
                @for card in &cards.cards { (page.card(card)) }
            }
        }
    }
}

impl Page<'_> {
    fn say(&self, code: &str) -> String {
        say(self.lang, code, &[])
    }

    fn foreword(&self) -> Markup {
        let day =
            |at: Option<Timestamp>, open: &str| at.map_or_else(|| self.say(open), |at| at.minute(SHANGHAI_OFFSET_S));
        let period = &self.cards.period;
        let (from, to) = (day(period.from, "score-from-start"), day(period.to, "score-to-end"));
        let missing: u64 = self.cards.gaps.values().sum();
        let (pack, weights) = (format!("{} v{}", self.cards.rules.0, self.cards.rules.1), &self.pack.score);
        html! {
            p.fine { (say(self.lang, "score-period", &[("from", from.into()), ("to", to.into())])) }
            p.fine { (say(self.lang, "score-made-of", &[("events", self.cards.events.into()), ("pack", pack.into())])) }
            p.fine {
                (say(self.lang, "score-weights", &[
                    ("response", weights.sighted_to_stopped.into()), ("clearing", weights.stopped_to_cleared.into()),
                    ("sealing", weights.cleared_to_sealed.into()), ("returned", weights.not_returned.into()),
                    ("small", weights.small_sample.into()),
                ]))
            }
            @if missing > 0 { p { (say(self.lang, "score-gaps", &[("count", missing.into())])) } }
            @if self.cards.training.count > 0 {
                p.fine { (say(self.lang, "score-training", &[("count", self.cards.training.count.into())])) }
            }
        }
    }

    fn ranking(&self, title: &str, ranking: &Ranking) -> Markup {
        let names = |subjects: &[_]| {
            let names: Vec<String> = subjects.iter().map(|subject| who(subject, self.lang)).collect();
            names.join(&self.say("desk-list-separator"))
        };
        html! {
            div.places {
                h2 { (self.say(title)) }
                @if !ranking.places.is_empty() {
                    table {
                        tr { th { (self.say("score-place")) } th { (self.say("score-who")) } th.n { (self.say("score-score")) } }
                        @for place in &ranking.places {
                            tr {
                                td { (place.place) }
                                td { (who(&place.subject, self.lang)) }
                                td.n { (points(Some(place.score), self.lang)) }
                            }
                        }
                    }
                }
                @if !ranking.small_sample.is_empty() {
                    p.fine { (self.say("sample-small")) ": " (names(&ranking.small_sample)) }
                }
                @if !ranking.no_data.is_empty() {
                    p.fine { (self.say("sample-no_data")) ": " (names(&ranking.no_data)) }
                }
            }
        }
    }

    fn card(&self, card: &Card) -> Markup {
        let not_known = self.say("score-not-known");
        let assists = [("score-own", &card.own_assists), ("score-other", &card.other_assists)];
        html! {
            section {
                div.head {
                    h2 { (who(&card.subject, self.lang)) }
                    span { span.score { (points(card.score.total, self.lang)) } " "
                        span.fine { (self.say(&format!("sample-{}", card.sample.code()))) } }
                }
                div.tiles {
                    (self.tile("score-stops", &card.stops))
                    (self.tile("score-supports", &card.supports))
                    @for (label, count) in assists {
                        @match count {
                            Some(count) => (self.tile(label, count)),
                            None => div.tile { b { (not_known) } (self.say(label)) },
                        }
                    }
                    (self.tile("score-insurers-not-known", &card.insurers_not_known))
                    (self.tile("score-must-stop", &card.must_stop))
                    (self.tile("score-unanswered", &card.unanswered))
                    @for (reason, count) in &card.refusals { (self.tile(&format!("response-{reason}"), count)) }
                    (self.tile("score-escalations", &card.escalations))
                    (self.tile("score-sealed", &card.sealed))
                    (self.tile("score-returned", &card.returned))
                    div.tile {
                        b { (card.completeness.map_or(not_known, |share| format!("{}.{:02} %", share / 100, share % 100))) }
                        (self.say("score-completeness"))
                    }
                }
                table {
                    tr {
                        th { } th.n { (self.say("score-median")) } th.n { (self.say("score-p90")) } th.n { (self.say("score-best")) }
                        th.n { (self.say("score-counted")) } th { (self.say("score-left-out")) }
                    }
                    (self.times("assess-response", &card.response))
                    (self.times("assess-clearing", &card.clearing))
                    (self.times("assess-sealing", &card.sealing))
                }
                @if !card.flags.is_empty() {
                    p.fine { (self.say("score-flags")) }
                    div.tiles { @for (code, count) in &card.flags { (self.odd(code, count)) } }
                }
            }
        }
    }

    fn tile(&self, label: &str, count: &Count) -> Markup {
        html! { div.tile { b { (count.count) } (self.say(label)) (self.events(count)) } }
    }

    fn odd(&self, code: &str, count: &Count) -> Markup {
        html! { div.tile data-odd { b { (count.count) } (tell(self.lang, "flag", code)) (self.events(count)) } }
    }

    fn events(&self, count: &Count) -> Markup {
        html! {
            @if !count.events.is_empty() {
                details {
                    summary { (self.say("score-events")) }
                    @for id in &count.events { code { (id) } " " }
                }
            }
        }
    }

    fn times(&self, label: &str, times: &Times) -> Markup {
        let out = [("missing", &times.missing), ("uncertain", &times.uncertain), ("left_open", &times.left_open)];
        html! {
            tr {
                td {
                    (self.say(label))
                    @if !times.counted.is_empty() {
                        details {
                            summary { (self.say("score-events")) }
                            ul { @for one in &times.counted { li { (minutes(Some(one.ms), self.lang)) " " code { (one.events[0]) " → " (one.events[1]) } } } }
                        }
                    }
                }
                td.n { (minutes(times.median_ms, self.lang)) }
                td.n { (minutes(times.p90_ms, self.lang)) }
                td.n { (minutes(times.best_ms, self.lang)) }
                td.n { (times.counted.len()) }
                td {
                    @if left_out(times) == 0 { "0" }
                    @for (why, count) in out.into_iter().filter(|(_, count)| count.count > 0) {
                        div { (count.count) " " (tell(self.lang, "left-out", why)) (self.events(count)) }
                    }
                }
            }
        }
    }
}
