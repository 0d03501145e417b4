//! The list of failures in the documents is true: every row has a test, and every test named there exists.

use std::{collections::BTreeSet, fs, path::Path};

/// Every word in the sources after `fn`.
fn tests(folder: &Path, found: &mut BTreeSet<(String, String)>, root: &Path) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            tests(&path, found, root);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            let file = path.strip_prefix(root).expect("below").to_str().expect("text").replace('\\', "/");
            let source = fs::read_to_string(&path).expect("source");
            let names = source
                .split("fn ")
                .skip(1)
                .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>());
            found.extend(names.map(|name| (name, file.clone())));
        }
    }
}

#[test]
fn every_row_has_a_test_and_every_test_named_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut known = BTreeSet::new();
    for folder in ["core/src", "core/tests", "gateway", "bindings", "tests/src", "tests/tests"] {
        tests(&root.join(folder), &mut known, root);
    }
    for name in ["failures.md", "failures.zh.md"] {
        let text = fs::read_to_string(root.join("docs").join(name)).expect("the list");
        for row in (1..=35).map(|n| format!("S{n}")).chain(["T17", "T18", "T19", "T21", "T23"].map(str::to_owned)) {
            let line = text.lines().find(|line| line.starts_with(&format!("| {row} |")));
            let line = line.unwrap_or_else(|| panic!("{name}: no row {row}"));
            let links: Vec<&str> =
                line.split("](../").skip(1).map(|link| link.split(')').next().expect("an end")).collect();
            let named: Vec<&str> =
                line.split('[').skip(1).map(|link| link.split(']').next().expect("an end")).collect();
            assert!(!links.is_empty(), "{name}: nothing shows {row}");
            for (test, file) in named.iter().zip(&links) {
                assert!(test.split('_').any(|word| word.eq_ignore_ascii_case(&row)), "{name}: {test} is not {row}'s");
                assert!(known.contains(&((*test).to_owned(), (*file).to_owned())), "{name}: no {test} in {file}");
            }
        }
    }
}
