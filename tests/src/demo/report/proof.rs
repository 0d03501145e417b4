//! What proves it: the verifier's word, the cases, both custody logs, the gateway's receipts.

use jingbao_core::text;
use maud::{Markup, html};

use super::{Words, clock, part, short};
use crate::demo::tale::Tale;

/// More receipts than this are folded away at first.
const OPEN: usize = 12;

pub(super) fn section(tale: &Tale, words: Words) -> Markup {
    if tale.verified.text.is_empty() && tale.custody.is_empty() && tale.receipts.is_empty() {
        return html! {};
    }
    let body = html! {
        (word(tale, words))
        div.cards { (cases(tale, words)) (custody(tale, words)) }
        (receipts(tale, words))
    };
    part("proof", &words.say("proof"), &body)
}

fn word(tale: &Tale, words: Words) -> Markup {
    let verified = &tale.verified;
    let chip = |good: bool, yes: &str, no: &str| {
        let class = if good { "good" } else { "bad" };
        html! { li class=(class) { (words.say(if good { yes } else { no })) } }
    };
    html! {
        blockquote.bad[!(verified.whole && verified.trusted)] {
            p { (verified.text) }
            ul.chips {
                (chip(verified.whole, "verified-whole", "verified-broken"))
                (chip(verified.trusted, "verified-trusted", "verified-untrusted"))
            }
            @if !verified.signer.is_empty() && !verified.text.contains(&verified.signer) {
                p.signer { (words.say("signer")) " " code { (verified.signer) } }
            }
        }
    }
}

fn cases(tale: &Tale, words: Words) -> Markup {
    html! {
        @for case in &tale.summary.cases {
            article {
                h3 { (words.say("cases")) }
                p {
                    (words.with("case-parties", &[("n", case.parties.into())])) " · " (text::tell(words.0, "accord", &case.accord)) " · "
                    (words.with("revision", &[("n", case.revision.into())])) " · " (words.of("state", &case.state))
                }
                dl {
                    dt { "ID" } dd { code { (case.id) } }
                    dt { (words.say("record")) } dd { (short(&case.record_sha256)) }
                    dt { (words.say("figure-receipts")) } dd { (short(&case.receipt)) }
                    @for claim in &case.claims {
                        dt { (words.say("claim")) " " (claim.party) } dd { (claim.text) }
                    }
                    @for (app, state) in &case.handovers {
                        dt { (text::tell(words.0, "handover", app)) }
                        dd { (text::tell(words.0, "handover-state", state)) }
                    }
                }
            }
        }
    }
}

fn custody(tale: &Tale, words: Words) -> Markup {
    html! {
        @for log in &tale.custody {
            article {
                h3 { (words.say("custody")) span.who.{ "who-" (log.who) } { (words.of("who", log.who)) } }
                p { (words.with("leaves", &[("n", log.leaves.into())])) }
                dl {
                    dt { (words.say("root")) } dd { (short(&log.root)) }
                    dt { (words.say("key")) } dd { (short(&log.key)) }
                }
            }
        }
    }
}

fn receipts(tale: &Tale, words: Words) -> Markup {
    html! {
        @if !tale.receipts.is_empty() {
            details open[tale.receipts.len() <= OPEN] {
                summary {
                    (words.say("receipts")) " "
                    span { (words.with("receipts-count", &[("n", tale.receipts.len().into())])) }
                }
                div.scroll {
                    table {
                        thead {
                            tr {
                                th { (words.say("receipt-kind")) }
                                th { (words.say("receipt-what")) }
                                th.number { (words.say("receipt-at")) }
                            }
                        }
                        tbody {
                            @for receipt in &tale.receipts {
                                tr {
                                    td { (words.of("kind", &receipt.kind)) }
                                    td.what { (receipt.what) }
                                    td.number title=(receipt.at) { (clock(&receipt.at)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
