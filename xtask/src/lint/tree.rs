//! What the dependency tree must not hold. `cargo tree` is asked; nothing is built.

use super::Found;
use crate::run;

/// Crates of effects that the pure core must do without.
const EFFECTS: [&str; 5] = ["rusqlite", "reqwest", "tokio", "uniffi", "getrandom"];

pub(super) fn pure_core() -> Found {
    holds(&["-p", "jingbao-core", "--no-default-features", "-e", "normal"], &EFFECTS)
}

pub(super) fn no_aws_lc() -> Found {
    holds(&["--workspace"], &["aws-lc-sys", "aws-lc-rs"])
}

fn holds(which: &[&str], banned: &[&str]) -> Found {
    let mut tree = run::cargo(&["tree", "--quiet", "--prefix", "none", "--format", "{p}"]);
    tree.args(which);
    let Some(listed) = run::quiet(tree) else {
        return Found::Something(vec!["cargo tree did not succeed".to_owned()]);
    };
    let mut found: Vec<String> = listed.lines().filter(|line| names(line, banned)).map(str::to_owned).collect();
    found.sort();
    found.dedup();
    Found::from_lines(found)
}

/// Whether the package of this line is one of them: `tokio v1.54.1 (*)` is, `tokio-util v0.7` is not.
fn names(line: &str, banned: &[&str]) -> bool {
    line.split(' ').next().is_some_and(|name| banned.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banned_crate_is_told_from_one_whose_name_begins_alike() {
        assert!(names("tokio v1.54.1 (*)", &EFFECTS) && !names("tokio-util v0.7.0", &EFFECTS));
    }
}
