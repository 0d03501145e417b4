//! The living code as the specialist's phone showed it, and what the driver's phone said of it, then and later.

use maud::{Markup, PreEscaped, html};

use super::{Words, part};
use crate::demo::tale::Tale;

pub(super) fn section(tale: &Tale, words: Words) -> Markup {
    let Some(seen) = &tale.credential else { return html! {} };
    let side = seen.picture.side;
    let body = html! {
        div.living {
            figure {
                svg viewBox=(format!("0 0 {side} {side}")) role="img" aria-label=(words.say("living-alt")) {
                    rect width=(side) height=(side) fill="#fff" {}
                    (PreEscaped(format!("<path fill=\"#000\" d=\"{}\"/>", seen.picture.path())))
                }
                figcaption { (words.with("living-number", &[("number", seen.number.as_str().into())])) }
            }
            dl {
                dt { (words.say("living-at-once")) } dd { b { (seen.word) } " " (seen.text) }
                dt { (words.say("living-later")) } dd { (seen.later) }
            }
        }
    };
    part("credential", &words.say("living"), &body)
}
