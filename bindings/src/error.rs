//! Few errors, each with a sentence for the person and a code for the program. The rich ones stay in the core.

use jingbao_core::{
    edge::Trouble,
    form::{AnswerRefused, NotSealable},
    text::{self, Lang},
    view,
};

/// What an app tells apart. `text` is ready to be shown; `code` never changes its meaning.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum FieldError {
    /// The person can mend it: an answer, an order of steps, a file, a code. Nothing has changed.
    #[error("{code}")]
    Refused {
        /// The text code.
        code: String,
        /// The sentence.
        text: String,
    },
    /// The store, its key or its folder; what was acknowledged is still there.
    #[error("{code}")]
    Storage {
        /// The text code.
        code: String,
        /// The sentence.
        text: String,
    },
    /// A port of the app failed; the call can be made again.
    #[error("{code}")]
    Phone {
        /// The text code.
        code: String,
        /// The sentence.
        text: String,
    },
    /// The engine was shut down.
    #[error("{code}")]
    Closed {
        /// The text code.
        code: String,
        /// The sentence.
        text: String,
    },
}

/// The one seam between rich and few.
pub(crate) fn field_error(trouble: Trouble, lang: Lang) -> FieldError {
    let code = trouble.code().to_owned();
    let mut text = text::say(lang, &code, &[]);
    match &trouble {
        Trouble::Answer(AnswerRefused::Invalid { reason, .. }) if text::has(lang, reason) => {
            text = text::say(lang, reason, &[]);
        }
        Trouble::Sealing(NotSealable::Missing(missing)) => {
            let first = missing.first().map(|m| text::tell(lang, "question", m.question.replace('.', "-")));
            text = format!("{text} {} …", first.unwrap_or_default());
        }
        Trouble::Pack(refused) => text = view::pack_refused(refused, lang),
        _ => {}
    }
    match trouble {
        Trouble::ShutDown | Trouble::Suspended => FieldError::Closed { code, text },
        Trouble::Port(_) => FieldError::Phone { code, text },
        Trouble::WrongKey
        | Trouble::KeyMissing
        | Trouble::StoreMissing
        | Trouble::OtherPhone
        | Trouble::NewerStore { .. }
        | Trouble::NotWritable
        | Trouble::Busy
        | Trouble::DiskFull
        | Trouble::Database(_)
        | Trouble::File(_)
        | Trouble::Bundle(_)
        | Trouble::Unreadable
        | Trouble::NotCanonical(_) => FieldError::Storage { code, text },
        _ => FieldError::Refused { code, text },
    }
}
