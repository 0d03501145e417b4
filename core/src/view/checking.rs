//! What is said of a value while it is being typed: nothing is taken, nothing is changed. Not its business: whether
//! the question is to be asked now, and taking the answer.

use crate::{
    form::{AnswerRefused, judge},
    pack::{Pack, QuestionKind},
    text::{self, Lang},
    validate,
};

/// A value as it would be taken, or why it would not.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckView {
    /// `valid`, `suspicious` (taken, with the note) or `invalid` (refused).
    pub verdict: String,
    /// The value as it would stand in the record; as typed when it cannot.
    pub value: String,
    /// What kind of plate it is, in words, where it is one.
    pub class: Option<String>,
    /// What is odd or wrong about it, in words.
    pub note: Option<String>,
    /// What might have been meant; never taken by itself.
    pub suggestion: Option<String>,
}

impl std::fmt::Debug for CheckView {
    // It is what a person typed (invariant 7).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CheckView({})", self.verdict)
    }
}

/// Checks `typed` as an answer to `question`; `today` judges birth dates. `None` when the pack has no such question.
pub fn check_view(question: &str, typed: &str, pack: &Pack, today: jiff::civil::Date, lang: Lang) -> Option<CheckView> {
    let asked = pack.question(question)?;
    let class = (asked.kind == QuestionKind::Plate).then(|| validate::plate(typed).class).flatten();
    let class = class.map(|class| text::tell(lang, "class", &class));
    let words = |code: &str| text::say(lang, code, &[]);
    Some(match judge(asked, pack, typed, today) {
        Ok((value, note)) => CheckView {
            verdict: if note.is_some() { "suspicious" } else { "valid" }.into(),
            value,
            class,
            note: note.as_deref().map(words),
            suggestion: None,
        },
        Err(refused) => {
            let (note, suggestion) = match refused {
                AnswerRefused::Invalid { reason, suggestion } => {
                    (words(&reason), suggestion.map(|s| s.reveal().clone()))
                }
                _ => (words("error-too-long"), None),
            };
            let value = typed.trim().chars().take(200).collect();
            CheckView { verdict: "invalid".into(), value, class: None, note: Some(note), suggestion }
        }
    })
}
