//! Every photo with its shot, its hash and what was noticed.

use base64::{Engine, prelude::BASE64_STANDARD};
use maud::{Markup, html};

use super::{Words, part, short};
use crate::demo::tale::{PhotoBeat, Tale};

pub(super) fn section(tale: &Tale, words: Words) -> Markup {
    if tale.photos.is_empty() {
        return html! {};
    }
    let body = html! {
        p.note { (words.say("photos-note")) }
        div.grid { @for photo in &tale.photos { (one(photo, words)) } }
    };
    part("photos", &format!("{} {}", words.say("photos"), tale.photos.len()), &body)
}

fn one(photo: &PhotoBeat, words: Words) -> Markup {
    let title = if photo.slot_text.is_empty() { &photo.name } else { &photo.slot_text };
    html! {
        figure {
            div.frame {
                @match &photo.shown {
                    Some(bytes) => img loading="lazy" alt=(title)
                        src=(format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(bytes)));,
                    None => div.unseen {
                        b { (kind(&photo.name)) }
                        span { (words.say("photo-not-shown")) }
                    },
                }
                span.who.{ "who-" (photo.who) } { (words.of("who", photo.who)) }
            }
            figcaption {
                strong { (title) }
                @if *title != photo.name && photo.name != photo.slot { span.name { (photo.name) } }
                span.digits { (short(&photo.sha256)) span { (size(photo.bytes)) } }
                ul.chips {
                    @for text in &photo.finding_texts { li { (text) } }
                    @if photo.finding_texts.is_empty() { li.clean { (words.say("photo-clean")) } }
                }
            }
        }
    }
}

/// The ending of a file's name.
fn kind(name: &str) -> String {
    name.rsplit_once('.')
        .map_or_else(|| "?".to_owned(), |(_, end)| end.chars().take(5).collect::<String>().to_uppercase())
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
