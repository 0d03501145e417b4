//! The demo's page for people: what happened on the road, what was kept and what proves it, from a [`Tale`]. One HTML
//! document without any outside resource, for a phone and a desktop, in the light and in the dark; every value is
//! escaped. Not its business: finding anything out, and files.

mod chart;
mod credential;
mod header;
mod map;
mod photos;
mod proof;
#[cfg(test)]
mod samples;
mod timeline;

use jingbao_core::text::{self, Lang, Value};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::tale::Tale;

const CSS: &str = include_str!("report.css");

/// The page.
pub fn html(tale: &Tale) -> String {
    let words = Words(tale.lang);
    let page = html! {
        (DOCTYPE)
        html lang=(tale.lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (words.say("title")) }
                style { (PreEscaped(CSS)) }
            }
            body {
                (header::section(tale, words))
                main {
                    (timeline::section(tale, words))
                    (map::section(tale, words))
                    (credential::section(tale, words))
                    (photos::section(tale, words))
                    (chart::section(tale, words))
                    (proof::section(tale, words))
                }
                footer { (words.say("foot")) }
            }
        }
    };
    page.into_string()
}

/// The page's sentences, in its language.
#[derive(Clone, Copy)]
struct Words(Lang);

impl Words {
    fn say(self, code: &str) -> String {
        self.with(code, &[])
    }

    fn with(self, code: &str, args: &[(&str, Value)]) -> String {
        text::say(self.0, &format!("report-{code}"), args)
    }

    /// The word for a code of a kind; a code without a word stands for itself.
    fn of(self, kind: &str, code: &str) -> String {
        let key = format!("report-{kind}-{code}");
        if text::has(self.0, &key) { text::say(self.0, &key, &[]) } else { code.to_owned() }
    }
}

/// A heading with what belongs under it.
fn part(class: &str, heading: &str, body: &Markup) -> Markup {
    html! { section class=(class) { h2 { (heading) } (body) } }
}

/// The first digits of a hash, all of them on demand.
fn short(hash: &str) -> Markup {
    html! { code title=(hash) { (hash.chars().take(12).collect::<String>()) } }
}

/// `15:02:10` of an RFC 3339 time; whatever is none stays as it is.
fn clock(at: &str) -> &str {
    at.get(11..19).filter(|_| at.as_bytes().get(10) == Some(&b'T')).unwrap_or(at)
}

/// The same drawing for a desktop and for a phone, so that its letters keep their size.
fn both(draw: impl Fn(f64) -> Markup) -> Markup {
    html! {
        div.wide { (draw(1000.0)) }
        div.narrow { (draw(346.0)) }
    }
}

/// How wide a text is about, in pixels at this size.
fn width_of(text: &str, size: f64) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 0.56 } else { 1.02 }).sum::<f64>() * size
}

#[cfg(test)]
mod tests {
    use super::{samples::*, *};

    #[test]
    fn every_value_is_escaped_whatever_field_it_stands_in() {
        for lang in Lang::ALL {
            let page = html(&hostile(lang));
            assert!(page.contains("&lt;img onerror") && !page.contains("<img onerror"));
            assert!(!page.contains("\"><script"), "a value left its attribute");
            assert_eq!(page.matches("<script").count(), 0);
        }
    }

    #[test]
    fn every_photos_hash_is_on_the_page_whole() {
        let tale = many_photos(Lang::Zh);
        let page = html(&tale);
        assert_eq!(tale.photos.len(), 40);
        for photo in &tale.photos {
            assert!(page.contains(&photo.sha256));
        }
    }

    #[test]
    fn the_page_asks_for_nothing_outside_of_its_folder() {
        for tale in all() {
            let page = html(&tale);
            assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("url("));
            let links: Vec<&str> = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            assert!(links.iter().all(|link| !link.contains(':') && !link.starts_with('/')), "{links:?}");
            let sources = page.split("src=\"").skip(1);
            assert!(sources.into_iter().all(|source| source.starts_with("data:image/jpeg;base64,")));
        }
    }

    #[test]
    fn an_empty_tale_is_a_page_without_empty_headings_or_broken_numbers() {
        for lang in Lang::ALL {
            let page = html(&empty(lang));
            assert!(!page.contains("<h2>") && !page.contains("NaN") && !page.contains("inf"));
        }
    }

    #[test]
    fn both_languages_have_a_word_for_everything_the_page_says() {
        for tale in all() {
            let page = html(&tale);
            assert!(!page.contains("report-"), "a code without a text: {:?}", page.split("report-").nth(1));
        }
    }

    #[test]
    fn the_result_is_good_only_when_everything_arrived_and_is_whole_and_trusted() {
        let good = text::say(Lang::En, "report-result-all", &[("operations", 23.into())]);
        let tale = usual(Lang::En);
        assert!(html(&tale).contains(&good));
        let mut lost = tale.clone();
        lost.summary.queue.pending = 1;
        let mut broken = tale.clone();
        broken.verified.whole = false;
        let mut foreign = tale.clone();
        foreign.verified.trusted = false;
        for bad in [lost, broken, foreign] {
            assert!(!html(&bad).contains(&good));
        }
    }

    #[test]
    fn a_time_is_shown_as_a_clock_and_anything_else_as_it_is() {
        assert_eq!(clock("2026-11-23T15:02:10+08:00"), "15:02:10");
        assert_eq!((clock("15:02:10"), clock("")), ("15:02:10", ""));
    }
}
