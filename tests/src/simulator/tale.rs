//! A story in readable lines, kept only when somebody wants to read it.

use super::plan::Ms;

/// The lines.
#[derive(Default)]
pub struct Tale {
    lines: Option<Vec<String>>,
}

impl Tale {
    /// One that is kept, or one that is not.
    pub fn new(kept: bool) -> Tale {
        Tale { lines: kept.then(Vec::new) }
    }

    /// Something happened.
    pub fn line(&mut self, at: Ms, what: impl FnOnce() -> String) {
        if let Some(lines) = &mut self.lines {
            lines.push(format!("{:>9.3} s  {}", at as f64 / 1_000.0, what()));
        }
    }

    /// What was kept.
    pub fn told(self) -> Vec<String> {
        self.lines.unwrap_or_default()
    }
}
