//! Sentences for people stand in the core's catalogues; here is only how a request says its language. Chinese first:
//! it is what stands when nothing, or nothing known, was asked for.

pub use jingbao_core::text::{Lang, say};

/// The first language of an `Accept-Language` that is known; weights are not weighed, people list in order.
pub fn accepted(header: Option<&str>) -> Lang {
    let mut asked = header.unwrap_or_default().split(',').map(|part| part.trim().to_ascii_lowercase());
    match asked.find(|tag| tag.starts_with("zh") || tag.starts_with("en")) {
        Some(tag) if tag.starts_with("en") => Lang::En,
        _ => Lang::Zh,
    }
}

#[cfg(test)]
mod tests {
    use jingbao_core::{custody::bundle::BreakCode, text::has};

    use super::*;
    use crate::serve::Kind;

    #[test]
    fn every_problem_and_every_break_has_a_sentence_in_both_languages() {
        let problems = Kind::ALL.iter().map(|kind| format!("problem-{}", kind.as_str()));
        let breaks = BreakCode::ALL.iter().map(|code| format!("custody-break-{}", code.as_str().replace('_', "-")));
        for code in problems.chain(breaks) {
            for lang in Lang::ALL {
                assert!(has(lang, &code), "{code} in {lang:?}");
            }
        }
    }

    #[test]
    fn the_language_is_the_first_known_one_and_chinese_otherwise() {
        assert_eq!(accepted(Some("fr, en-GB;q=0.8, zh")), Lang::En);
        assert_eq!(accepted(Some("zh-CN")), Lang::Zh);
        assert_eq!((accepted(Some("fr")), accepted(None)), (Lang::Zh, Lang::Zh));
    }
}
