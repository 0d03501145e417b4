//! zh-CN (first) and en for everything a person reads, looked up by code.
//!
//! Code and packs hold codes only; [`say`] turns one into a sentence. A code that one language lacks is said in the
//! other, a code that both lack is said as itself: a screen is never empty and nothing here fails. Dots in a code are
//! dashes in its key: `party.plate` is asked by `question-party-plate`.
//! Not its business: which language a phone is set to, and numbers' and dates' formatting beyond the plain digits.

mod bundle;
mod catalogue;

use std::{fmt::Display, str::FromStr};

use serde::{Deserialize, Serialize};

/// A language the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// Simplified Chinese, the language of the record.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Every language.
    pub const ALL: [Lang; 2] = [Lang::Zh, Lang::En];

    /// BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    fn other(self) -> Lang {
        match self {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        }
    }
}

/// The text names no language the product speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a language of this product: use zh or en")]
pub struct NotALanguage;

impl FromStr for Lang {
    type Err = NotALanguage;

    fn from_str(text: &str) -> Result<Lang, NotALanguage> {
        match text {
            "zh" | "zh-CN" | "zh-Hans" | "zh-Hans-CN" => Ok(Lang::Zh),
            "en" | "en-US" | "en-GB" => Ok(Lang::En),
            _ => Err(NotALanguage),
        }
    }
}

/// A value put into a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Put in as it is.
    Text(String),
    /// Put in as digits; also chooses plural forms.
    Number(f64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Value {
        Value::Number(number)
    }
}

macro_rules! numbers {
    ($($kind:ty)*) => {$(
        impl From<$kind> for Value {
            fn from(number: $kind) -> Value {
                Value::Number(number as f64)
            }
        }
    )*};
}

numbers!(i32 i64 u8 u16 u32 u64 usize);

/// The sentence for `code` in `lang`, with `args` put in.
pub fn say(lang: Lang, code: &str, args: &[(&str, Value)]) -> String {
    let key = key(code);
    bundle::format(lang, &key, args)
        .or_else(|| bundle::format(lang.other(), &key, args))
        .unwrap_or_else(|| code.to_owned())
}

/// The sentence for `prefix` and `code`, `advice("…")` style: `tell(Zh, "fact", "injury")` says `fact-injury`.
pub fn tell(lang: Lang, prefix: &str, code: impl Display) -> String {
    say(lang, &format!("{prefix}-{code}"), &[])
}

/// Whether this very language has a text for `code`.
pub fn has(lang: Lang, code: &str) -> bool {
    bundle::has(lang, &key(code))
}

fn key(code: &str) -> String {
    code.replace('.', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_said_in_both_languages() {
        assert_eq!(say(Lang::Zh, "liability-full", &[]), "全部责任");
        assert_eq!(say(Lang::En, "liability-full", &[]), "full liability");
        assert_eq!(tell(Lang::Zh, "question", "party.plate"), say(Lang::Zh, "question-party-plate", &[]));
    }

    #[test]
    fn an_unknown_code_is_said_as_itself_and_never_fails() {
        for code in ["no-such-code", "", "1", "坏的", "a b", "-", "liability-full.attr"] {
            assert_eq!(say(Lang::En, code, &[("n", 1.into())]), code);
            assert!(!has(Lang::Zh, code));
        }
    }

    #[test]
    fn values_are_put_in_without_invisible_marks() {
        let text = say(Lang::Zh, "validate-suggestion", &[("value", "鲁F12345".into())]);
        assert!(text.contains("鲁F12345") && !text.contains(['\u{2068}', '\u{2069}']), "{text}");
    }

    #[test]
    fn languages_are_read_by_their_tags() {
        assert_eq!(["zh", "zh-CN", "en"].map(str::parse), [Ok(Lang::Zh), Ok(Lang::Zh), Ok(Lang::En)]);
        assert!("fr".parse::<Lang>().is_err());
    }
}
