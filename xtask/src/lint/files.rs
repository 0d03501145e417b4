//! The files that checks read: what git keeps, and what is new and not ignored.

use std::fs;

use crate::{run, workspace};

/// One text file.
pub(super) struct File {
    /// From the workspace root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    /// Its ending, without the dot.
    pub(super) fn kind(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, kind)| kind)
    }

    /// Whether it is code written by hand.
    pub(super) fn is_code(&self) -> bool {
        matches!(self.kind(), "rs" | "kt" | "swift" | "py" | "sh")
    }

    /// `path:line: what`.
    pub(super) fn place(&self, line: usize, what: &str) -> String {
        format!("{}:{}: {what}", self.path, line + 1)
    }
}

/// Every text file, in the order of their paths. Files that are not UTF-8 are left out.
pub(super) fn all() -> Vec<File> {
    let listed = run::quiet(run::command("git", &["ls-files", "--cached", "--others", "--exclude-standard"]));
    let mut paths: Vec<String> = listed.unwrap_or_default().lines().map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    let read = |path: String| fs::read_to_string(workspace::root().join(&path)).ok().map(|text| File { path, text });
    paths.into_iter().filter_map(read).collect()
}
