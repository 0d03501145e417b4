//! The story, moment by moment.

use maud::{Markup, html};

use super::{Words, clock, part};
use crate::demo::tale::Tale;

pub(super) fn section(tale: &Tale, words: Words) -> Markup {
    if tale.moments.is_empty() {
        return html! {};
    }
    let body = html! {
        ol {
            @for beat in &tale.moments {
                li.blow[beat.blow] {
                    time { (clock(&beat.at)) }
                    span.who.{ "who-" (beat.who) } { (words.of("who", beat.who)) }
                    p {
                        @if beat.blow { b { (words.say("blow")) } " " }
                        (beat.text)
                    }
                }
            }
        }
    };
    part("timeline", &words.say("timeline"), &body)
}
