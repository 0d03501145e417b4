//! The house rules: what no compiler checks. Each rule is a pure function over one file, so that it can be tested with
//! a made-up one. Not its business: taste.

use super::{
    Found,
    files::{self, File},
};

/// More lines of code than this are more than one job.
const LONGEST: usize = 400;

/// Words that say nothing about what a thing is.
const EMPTY_WORDS: [&str; 9] = ["Manager", "Helper", "Util", "Data", "Info", "Misc", "Common", "Helpers", "Utils"];

/// Names that a standard gave: RFC 8493 §2.2.2 calls a bag's tag file so.
const GIVEN_NAMES: [&str; 1] = ["BagInfo"];

// The patterns below are cut in two so that this file does not find itself.
const UNFINISHED: [&str; 4] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:"), concat!("#[ign", "ore")];
const MACHINE_PATHS: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/tmp/bash", "_jobs")];
const HOSTS: [&str; 10] = [
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("repo.maven.apache", ".org"),
    concat!("repo1.maven", ".org"),
    concat!("pypi.org", "/simple"),
    concat!("registry.npmjs", ".org"),
    concat!("deb.debian", ".org"),
    concat!("proxy.golang", ".org"),
    concat!("://mirror", "s."),
    concat!("artifact", "ory"),
];
/// What has an effect, or an order that depends on chance.
const EFFECTS: [&str; 14] = [
    "SystemTime",
    "Instant::now",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "tokio::",
    "rusqlite",
    "reqwest",
    "getrandom",
    "uniffi",
    "HashMap",
    "HashSet",
];

pub(super) fn module_doc() -> Found {
    over(|file| if lacks_module_doc(file) { vec![file.place(0, "no `//!` on the first line")] } else { Vec::new() })
}

pub(super) fn file_length() -> Found {
    over(|file| {
        let lines = if file.is_code() { code_lines(&file.text) } else { 0 };
        if lines > LONGEST { vec![format!("{}: {lines} lines of code", file.path)] } else { Vec::new() }
    })
}

pub(super) fn names() -> Found {
    over(empty_names)
}

pub(super) fn unfinished() -> Found {
    over(|file| if file.is_code() || file.kind() == "toml" { mentions(file, &UNFINISHED) } else { Vec::new() })
}

pub(super) fn machine_paths() -> Found {
    over(|file| mentions(file, &MACHINE_PATHS))
}

pub(super) fn registry_hosts() -> Found {
    over(|file| mentions(file, &HOSTS))
}

pub(super) fn pure_core() -> Found {
    over(effects)
}

fn over(rule: impl Fn(&File) -> Vec<String>) -> Found {
    let files = files::all();
    if files.is_empty() {
        return Found::NotRun("没有 git 仓库 / not a git checkout".to_owned());
    }
    Found::from_lines(files.iter().flat_map(rule).collect())
}

fn lacks_module_doc(file: &File) -> bool {
    file.kind() == "rs" && !file.text.starts_with("//!")
}

fn code_lines(text: &str) -> usize {
    let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//") && !line.starts_with('#');
    text.lines().map(str::trim).filter(is_code).count()
}

fn mentions(file: &File, patterns: &[&str]) -> Vec<String> {
    let lines = file.text.lines().enumerate();
    lines
        .flat_map(|(at, line)| patterns.iter().filter(|p| line.contains(**p)).map(move |p| file.place(at, p)))
        .collect()
}

/// Types and files whose name is one of the empty words or ends with one.
fn empty_names(file: &File) -> Vec<String> {
    if !file.is_code() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let stem = file.path.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
    if EMPTY_WORDS.iter().any(|word| stem.eq_ignore_ascii_case(word) || stem.ends_with(word)) {
        found.push(format!("{}: the file's name says nothing", file.path));
    }
    for (at, line) in file.text.lines().enumerate() {
        let words: Vec<&str> =
            line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
        let declared = words.windows(2).find(|pair| {
            matches!(pair[0], "struct" | "enum" | "trait" | "class" | "interface" | "protocol" | "object" | "actor")
        });
        let is_comment = line.trim_start().starts_with("//") || line.trim_start().starts_with('*');
        if let Some(pair) = declared.filter(|pair| !is_comment && ends_empty(pair[1])) {
            found.push(file.place(at, pair[1]));
        }
    }
    found
}

fn ends_empty(name: &str) -> bool {
    EMPTY_WORDS.iter().any(|word| name.ends_with(word)) && !GIVEN_NAMES.contains(&name)
}

/// Effects in the pure core: everything of it but `edge`, tests apart.
fn effects(file: &File) -> Vec<String> {
    let Some(inside) = file.path.strip_prefix("core/src/") else { return Vec::new() };
    if file.kind() != "rs" || inside.starts_with("edge") || inside.contains("tests") {
        return Vec::new();
    }
    let code = file.text.lines().enumerate().take_while(|(_, line)| *line != "#[cfg(test)]");
    let found = code.filter(|(_, line)| !line.trim_start().starts_with("//")).flat_map(|(at, line)| {
        EFFECTS.iter().filter(|effect| line.contains(**effect)).map(move |effect| file.place(at, effect))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn an_effect_in_the_pure_core_is_found_but_not_in_edge_tests_or_comments() {
        let code = "//! doc\n// std::fs is banned\nuse std::fs;\n#[cfg(test)]\nmod tests { use std::fs; }\n";
        assert_eq!(effects(&file("core/src/form/mod.rs", code)), ["core/src/form/mod.rs:3: std::fs"]);
        assert!(effects(&file("core/src/edge/vault.rs", code)).is_empty());
        assert!(effects(&file("gateway/src/lib.rs", code)).is_empty());
    }

    #[test]
    fn empty_names_are_found_where_they_are_declared_not_where_they_are_used() {
        let name = format!("Photo{}", EMPTY_WORDS[0]);
        let code = format!("//! doc\npub struct {name};\nfn f(d: Data) {{}}\n// struct Info\n");
        assert_eq!(empty_names(&file("core/src/a.rs", &code)), [format!("core/src/a.rs:2: {name}")]);
        assert_eq!(empty_names(&file("tests/src/utils.rs", "//! doc\n")).len(), 1);
        assert!(empty_names(&file("core/src/bag.rs", "//! doc\nstruct BagInfo;\n")).is_empty());
        assert!(empty_names(&file("core/src/metadata.rs", "//! doc\n")).is_empty());
    }

    #[test]
    fn a_rust_file_opens_with_its_job_and_comments_are_no_code() {
        assert!(lacks_module_doc(&file("a.rs", "use x;\n")) && !lacks_module_doc(&file("a.kt", "import x\n")));
        assert_eq!(code_lines("//! doc\n\nfn a() {}\n    // why\n"), 1);
    }

    #[test]
    fn a_path_of_one_machine_is_found_with_its_line() {
        let text = format!("a\nb = \"{}x\"\n", MACHINE_PATHS[0]);
        assert_eq!(mentions(&file("x.toml", &text), &MACHINE_PATHS).len(), 1);
    }
}
