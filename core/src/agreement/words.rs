//! Which languages stand on the paper, and one text in them: the record's language first, the gloss small beside it.

use maud::{Markup, html};

use crate::text::{self, Lang};

/// The languages of one sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// Everything in this language.
    One(Lang),
    /// Chinese, and English beside whatever differs in it.
    ChineseWithEnglish,
}

impl From<Lang> for Wording {
    fn from(lang: Lang) -> Wording {
        Wording::One(lang)
    }
}

impl Wording {
    /// The language that the paper is written in.
    pub(super) fn main(self) -> Lang {
        match self {
            Wording::One(lang) => lang,
            Wording::ChineseWithEnglish => Lang::Zh,
        }
    }

    /// A text by its code.
    pub(super) fn say(self, code: &str) -> Markup {
        self.each(|lang| text::say(lang, code, &[]))
    }

    /// What `words` gives in each language; a gloss that says the same is left out.
    pub(super) fn each(self, words: impl Fn(Lang) -> String) -> Markup {
        let main = words(self.main());
        let gloss = (self == Wording::ChineseWithEnglish).then(|| words(Lang::En)).filter(|gloss| *gloss != main);
        html! { (main) @if let Some(gloss) = gloss { " " span.gloss lang=(Lang::En.tag()) { (gloss) } } }
    }
}
