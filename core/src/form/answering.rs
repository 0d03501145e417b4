//! Whether an answer may be appended. Triggered by a person's tap; ends in the entry to append (with a note where the
//! value is suspicious) or in a refusal that names its reason. Nothing is corrected silently.

use crate::{
    fault::Liability,
    id::PartyId,
    pack::{About, Pack, Question, QuestionKind, Stage},
    privacy::Private,
    validate::{self, Checked, Verdict},
};

use super::{
    case::{CaseState, Role},
    journal::{Answer, Happened},
};

/// Longest answer in characters; a sentence or two, and every name.
pub(super) const LONGEST: usize = 2_000;
/// Why an answer may be left open.
const SKIPS: [&str; 6] = ["cannot_read", "no_plate", "refuses", "unknown", "unknown_insurer", "not_applicable"];

/// An answer that may be appended.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// What to append.
    pub what: Happened,
    /// A text code about a value that is let through with a warning.
    pub note: Option<String>,
}

/// Why an answer is not taken. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerRefused {
    /// The pack has no such question.
    #[error("no question of this id in the pack")]
    UnknownQuestion,
    /// A scene question was answered for a party, or the reverse.
    #[error("the question is about somebody else")]
    WrongSubject,
    /// A driver's phone speaks for its own party only.
    #[error("this phone cannot speak for that party")]
    NotYours,
    /// The case has no such party; a further one is the next letter.
    #[error("no such party in this case")]
    NoSuchParty,
    /// It is not asked before the road is clear.
    #[error("asked only after the road is clear")]
    TooEarly,
    /// The value cannot be one.
    #[error("not a possible value")]
    Invalid {
        /// A text code.
        reason: String,
        /// What might have been meant; never applied by itself.
        suggestion: Option<Private<String>>,
    },
    /// Longer than any answer is.
    #[error("too long")]
    TooLong,
}

/// Checks one answer against the pack and the case. `today` judges birth dates.
pub fn accept(
    case: &CaseState,
    pack: &Pack,
    question: &str,
    party: Option<PartyId>,
    answer: Answer,
    today: jiff::civil::Date,
) -> Result<Given, AnswerRefused> {
    let asked = pack.questions.iter().find(|q| q.id == question).ok_or(AnswerRefused::UnknownQuestion)?;
    match (asked.about, party) {
        (About::Scene, None) => {}
        (About::Party, Some(party)) => {
            if let Role::Party(own) = case.role
                && own != party
            {
                return Err(AnswerRefused::NotYours);
            }
            // A slip of the finger to H must not make six people whom nobody knows: the first answer for the next
            // letter adds a party, any later letter is nobody.
            if matches!(case.role, Role::Recorder(_)) && party.index() > case.parties().len() {
                return Err(AnswerRefused::NoSuchParty);
            }
        }
        _ => return Err(AnswerRefused::WrongSubject),
    }
    if asked.stage >= Stage::Form && !case.is_cleared() && matches!(case.role, Role::Recorder(_)) {
        return Err(AnswerRefused::TooEarly);
    }
    let (answer, note) = match answer {
        Answer::Skipped(reason) if SKIPS.contains(&reason.as_str()) => (Answer::Skipped(reason), None),
        Answer::Skipped(_) => return Err(invalid("refused-skip-reason")),
        Answer::Value(text) => {
            let (value, note) = judge(asked, pack, text.reveal(), today)?;
            (Answer::Value(Private::new(value)), note)
        }
    };
    Ok(Given { what: Happened::Answered { question: question.to_owned(), party, answer }, note })
}

/// Why another phone's answer cannot be one under this phone's rules, as a text code; none when it can.
pub(super) fn doubt(pack: &Pack, question: &str, answer: &Answer, today: jiff::civil::Date) -> Option<String> {
    let Some(asked) = pack.question(question) else { return Some("doubt-unknown-question".into()) };
    match answer {
        Answer::Skipped(reason) => (!SKIPS.contains(&reason.as_str())).then(|| "doubt-skip".into()),
        Answer::Value(text) => match judge(asked, pack, text.reveal(), today) {
            Ok(_) => None,
            Err(AnswerRefused::Invalid { reason, .. }) => Some(reason),
            Err(_) => Some("refused-invalid".into()),
        },
    }
}

/// The value as it would be taken for this question, with a note where it is doubtful; or why it cannot be one. Only
/// [`AnswerRefused::Invalid`] and [`AnswerRefused::TooLong`] come back.
pub(crate) fn judge(
    asked: &Question,
    pack: &Pack,
    text: &str,
    today: jiff::civil::Date,
) -> Result<(String, Option<String>), AnswerRefused> {
    if text.chars().count() > LONGEST {
        return Err(AnswerRefused::TooLong);
    }
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(invalid("refused-empty"));
    }
    let one_of = |known: bool, reason: &str| if known { Ok((trimmed.to_owned(), None)) } else { Err(invalid(reason)) };
    // A pack may allow plain answers instead of the kind's own form: `none`, `unreadable`, `refused`, `unknown`.
    if asked.choices.iter().any(|choice| choice == trimmed) {
        return Ok((trimmed.to_owned(), None));
    }
    match asked.kind {
        QuestionKind::Text => Ok((trimmed.to_owned(), None)),
        QuestionKind::Plate => judged(validate::plate(text)),
        QuestionKind::ResidentId => judged(validate::resident_id(text, today)),
        QuestionKind::Phone => judged(validate::phone(text)),
        QuestionKind::Vin => judged(validate::vin(text)),
        QuestionKind::Number => judged(validate::number(text)),
        QuestionKind::Name => judged(validate::name(text)),
        QuestionKind::Fact | QuestionKind::Choice => Err(invalid("refused-choice")),
        QuestionKind::Insurer => one_of(pack.insurers.iter().any(|insurer| insurer.id == trimmed), "refused-insurer"),
        QuestionKind::Circumstance => {
            one_of(pack.circumstances.iter().any(|c| c.id == trimmed), "refused-circumstance")
        }
        QuestionKind::Liability => one_of(Liability::from_code(trimmed).is_some(), "refused-liability"),
        QuestionKind::ImpactClock => {
            one_of(trimmed.parse::<u8>().is_ok_and(|hour| (1..=12).contains(&hour)), "refused-impact")
        }
        QuestionKind::Fen => one_of(trimmed.parse::<u64>().is_ok_and(|fen| fen <= 100_000_000_000), "refused-fen"),
    }
}

fn judged(checked: Checked) -> Result<(String, Option<String>), AnswerRefused> {
    let reason = checked.reason.map(|code| format!("reason-{code}"));
    match checked.verdict {
        Verdict::Valid => Ok((checked.normalised, None)),
        Verdict::Suspicious => Ok((checked.normalised, reason)),
        Verdict::Invalid => Err(AnswerRefused::Invalid {
            reason: reason.unwrap_or_else(|| "refused-invalid".into()),
            suggestion: checked.suggestion.map(Private::new),
        }),
    }
}

fn invalid(reason: &str) -> AnswerRefused {
    AnswerRefused::Invalid { reason: reason.to_owned(), suggestion: None }
}
