//! The plain recipe that a bundle's README gives a stranger: its command lines are read out of the README itself and run
//! by a shell. They pass on a bundle as it was exported, and each fails after a change that it is there to find.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use jingbao::records::Audience;
use jingbao_tests::roadside::Installation;
use serde_json::Value;

use crate::{
    bag::Bag,
    fixture::{Gateway, complete, enrol, sight, sign_all, sync},
};

/// A sealed and delivered case, whole and as a part.
fn bundles() -> [Bag; 2] {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let gateway = Gateway::start(&at("gateway"));
    std::fs::create_dir_all(at("phone")).expect("a folder");
    let mut phone = Installation::new(&at("phone"), 1);
    enrol(&mut phone, &gateway, &at("gateway"));
    let field = phone.open().expect("opens");
    let case = sight(&field, false);
    complete(&field, &case);
    sign_all(&field, &case);
    field.seal(case.clone(), None).expect("sealed");
    sync(&field, 30);
    field.export(case.clone(), at("whole.zip").display().to_string()).expect("exported");
    let part = at("part.zip").display().to_string();
    field.export_part(case, Audience::Surveyor, None, part).expect("exported");
    ["whole.zip", "part.zip"].map(|name| Bag::read(&std::fs::read(at(name)).expect("a file")))
}

/// The command lines of a README, in both languages the same; that of our own program is left to other tests.
fn recipe(readme: &str) -> BTreeSet<String> {
    let lines = readme.lines().filter_map(|line| line.strip_prefix("     ")).map(str::trim);
    let lines = lines.filter(|line| !line.starts_with("jingbao-gateway ")).map(str::to_owned).collect();
    let stranger = |line: &String| ["sha256sum ", "openssl "].iter().any(|program| line.starts_with(program));
    assert!(BTreeSet::iter(&lines).all(stranger), "a line that a stranger cannot run: {lines:?}");
    lines
}

/// A bundle as a stranger unpacks it.
pub(crate) struct Unpacked {
    pub(crate) folder: tempfile::TempDir,
    /// The commands, with the names of files put where the README says so.
    pub(crate) commands: Vec<String>,
}

impl Unpacked {
    pub(crate) fn new(bag: &Bag) -> Unpacked {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, bytes) in &bag.files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, bytes).expect("written");
        }
        let readme = std::fs::read_to_string(folder.path().join("README.txt")).expect("a README");
        let commands = recipe(&readme).iter().flat_map(|line| filled(folder.path(), line)).collect();
        Unpacked { folder, commands }
    }

    /// The commands that do not succeed.
    pub(crate) fn failing(&self) -> Vec<&str> {
        let fails = |line: &&String| run(self.folder.path(), line).is_none();
        self.commands.iter().filter(fails).map(String::as_str).collect()
    }

    /// What the log of the phone says was exported last, and what the README's line prints.
    fn contents(&self) -> (String, String) {
        let closing = named(&self.folder.path().join("data/custody"), "-closing.json").remove(0);
        let log = std::fs::read_to_string(closing.display().to_string().replace("-closing.json", ".jsonl"));
        let last: Value = serde_json::from_str(log.expect("a log").lines().last().expect("a line")).expect("json");
        let printed = run(self.folder.path(), "sha256sum data/contents.json").expect("prints");
        let printed = printed.split_whitespace().next().expect("a hash").to_owned();
        (last["event"]["contents"].as_str().expect("a hash").to_owned(), printed)
    }
}

/// One line for each file that RECEIPT or HEAD stands for, with the key that the file names.
fn filled(folder: &Path, line: &str) -> Vec<String> {
    if line.contains("data/timestamps") {
        let stamps = folder.join("data/timestamps");
        let stamps = if stamps.is_dir() { named(&stamps, ".tsr") } else { Vec::new() };
        let name = |path: &PathBuf| path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        return stamps.iter().map(|path| line.replace("HEAD", &name(path))).collect();
    }
    let (word, place) = match (line.contains("RECEIPT"), line.contains("HEAD")) {
        (true, _) => ("RECEIPT", "data/receipts"),
        (_, true) => ("HEAD", "data/custody"),
        _ => return vec![line.to_owned()],
    };
    let signed = named(&folder.join(place), ".signed.json");
    assert!(!signed.is_empty(), "nothing to check in {place}");
    let lines = signed.iter().map(|path| {
        let said: Value = serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("json");
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let stem = name.strip_suffix(".signed.json").expect("an ending");
        line.replace(word, stem).replace("KEY", said["key"].as_str().expect("a key"))
    });
    lines.collect()
}

fn named(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    files.filter(|path| path.display().to_string().ends_with(ending)).collect()
}

/// What a shell prints for this line, if it succeeds.
fn run(folder: &Path, line: &str) -> Option<String> {
    let done = Command::new("sh").args(["-c", line]).current_dir(folder).output().expect("a shell runs");
    done.status.success().then(|| String::from_utf8_lossy(&done.stdout).into_owned())
}

pub(crate) fn need(program: &str, package: &str) {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output().expect("a shell runs");
    assert!(found.status.success(), "the recipe needs {program}: apt-get install {package} (brew install {package})");
}

#[test]
fn the_recipe_in_the_readme_of_a_bundle_passes_and_each_line_of_it_finds_its_change() {
    need("sha256sum", "coreutils");
    need("openssl", "openssl");
    for (bag, whole) in bundles().iter().zip([true, false]) {
        let good = Unpacked::new(bag);
        assert_eq!(good.failing(), Vec::<&str>::new());
        assert_eq!(good.commands.iter().filter(|line| line.starts_with("sha256sum -c")).count(), 2);
        assert!(good.commands.iter().filter(|line| line.contains("data/receipts")).count() >= 4, "{whole}");
        assert!(good.commands.iter().any(|line| line.contains("-closing.sig")));
        assert_eq!(good.commands.iter().any(|line| line == "sha256sum data/contents.json"), whole);
        if whole {
            let (said, printed) = good.contents();
            assert_eq!(said, printed);
        }

        let flip = |name: &str, at: usize| {
            let mut bytes = bag.files[name].clone();
            bytes[at] ^= 1;
            bag.with(name, bytes)
        };
        let photo = bag.named("data/photos/");
        let damaged = Unpacked::new(&flip(&photo, 100));
        assert_eq!(damaged.failing(), ["sha256sum -c manifest-sha256.txt"]);
        let damaged = Unpacked::new(&flip("bag-info.txt", 4));
        assert_eq!(damaged.failing(), ["sha256sum -c tagmanifest-sha256.txt"]);

        // Whoever makes the lists anew gets past them, and not past a signature.
        let signed: Vec<_> = bag.payload().into_iter().filter(|name| name.ends_with(".signed.json")).collect();
        for name in signed {
            let json = String::from_utf8(bag.files[&name].clone()).expect("text");
            let changed = json.replacen(":1", ":2", 1);
            assert_ne!(changed, json, "{name}");
            let forged = Unpacked::new(&bag.with(&name, changed.into_bytes()).remade());
            let failing = forged.failing();
            assert!(failing.len() == 1 && failing[0].contains(&name), "{name}: {failing:?}");
        }
        if whole {
            let forged = Unpacked::new(&flip("data/contents.json", 30).remade());
            assert_eq!(forged.failing(), Vec::<&str>::new());
            let (said, printed) = forged.contents();
            assert_ne!(said, printed);
        }
    }
}
