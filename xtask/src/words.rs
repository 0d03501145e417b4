//! How a recipe fails: one sentence in both languages, the line that helps, and an exit code.

use std::process::ExitCode;

/// Why a recipe stopped.
#[derive(Debug)]
pub(crate) struct Failure {
    zh: String,
    en: String,
    /// The line to type, where one helps.
    fix: Option<String>,
    code: u8,
}

impl Failure {
    /// The recipe ran and the answer is no.
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Failure {
        Failure { zh: zh.into(), en: en.into(), fix: None, code: 1 }
    }

    /// The recipe was called wrongly.
    pub(crate) fn usage(zh: impl Into<String>, en: impl Into<String>) -> Failure {
        Failure { code: 2, ..Failure::new(zh, en) }
    }

    /// Everything was said already; only the exit code is left.
    pub(crate) fn said() -> Failure {
        Failure::new("", "")
    }

    /// The line that helps.
    pub(crate) fn fixed_by(self, line: impl Into<String>) -> Failure {
        Failure { fix: Some(line.into()), ..self }
    }

    /// The exit code of a process that failed; 1 where it was killed.
    pub(crate) fn with_code(self, code: Option<i32>) -> Failure {
        Failure { code: code.and_then(|c| u8::try_from(c).ok()).filter(|c| *c != 0).unwrap_or(1), ..self }
    }

    /// The same failure as one line for a table of skipped things.
    pub(crate) fn one_line(&self) -> String {
        match &self.fix {
            Some(fix) => format!("{} / {}: {fix}", self.zh, self.en),
            None => format!("{} / {}", self.zh, self.en),
        }
    }

    /// Says it on the error stream.
    pub(crate) fn report(&self) -> ExitCode {
        if self.en.is_empty() {
            return ExitCode::from(self.code);
        }
        let mut text = format!("xtask: {}\nxtask: {}\n", self.zh.trim_end(), self.en.trim_end());
        if let Some(fix) = &self.fix {
            text.push_str(&format!("  $ {fix}\n"));
        }
        crate::run::error(text.trim_end());
        ExitCode::from(self.code)
    }
}
