//! The programs that recipes need, how each is found and the line that installs it. `doctor` prints the whole table;
//! a recipe asks for one by [`Tool::need`], which installs it itself where it may: as root, by apt-get.
//! Not its business: Swift's chroot, which is [`crate::chroot`]'s.

use std::path::PathBuf;

use crate::{run, words::Failure, workspace};

/// One program.
pub(crate) struct Tool {
    /// What it is called.
    pub(crate) name: &'static str,
    /// What it is needed for.
    pub(crate) purpose: &'static str,
    /// Programs that must be on the path.
    programs: &'static [&'static str],
    /// Debian packages that bring them.
    packages: &'static str,
    /// Another line that installs it, where no package does.
    other: Option<&'static str>,
}

pub(crate) const CC: Tool = Tool {
    name: "cc",
    purpose: "demo, test: SQLCipher, OpenSSL, ring",
    programs: &["cc"],
    packages: "build-essential",
    other: None,
};
pub(crate) const PERL: Tool =
    Tool { name: "perl", purpose: "demo, test: OpenSSL's build", programs: &["perl"], packages: "perl", other: None };
pub(crate) const MAKE: Tool =
    Tool { name: "make", purpose: "demo, test: OpenSSL's build", programs: &["make"], packages: "make", other: None };
pub(crate) const JDK: Tool = Tool {
    name: "jdk",
    purpose: "test kotlin",
    programs: &["javac", "java"],
    packages: "default-jdk-headless",
    other: None,
};
pub(crate) const MAVEN: Tool =
    Tool { name: "maven", purpose: "test kotlin", programs: &["mvn"], packages: "maven", other: None };
pub(crate) const PYTHON: Tool = Tool {
    name: "python",
    purpose: "test python",
    programs: &["python3"],
    packages: "python3 python3-venv",
    other: None,
};
pub(crate) const DEBOOTSTRAP: Tool = Tool {
    name: "debootstrap",
    purpose: "test swift, where no Swift is installed",
    programs: &["debootstrap"],
    packages: "debootstrap",
    other: None,
};
pub(crate) const BROWSER: Tool = Tool {
    name: "chromium",
    purpose: "test rust: the agreement as it prints",
    programs: &["chromium"],
    packages: "chromium fonts-noto-cjk",
    other: None,
};
pub(crate) const POPPLER: Tool = Tool {
    name: "poppler",
    purpose: "test rust: reads what was printed",
    programs: &["pdftotext", "pdfinfo"],
    packages: "poppler-utils",
    other: None,
};
pub(crate) const CARGO_DENY: Tool = Tool {
    name: "cargo-deny",
    purpose: "lint: licences and sources of dependencies",
    programs: &["cargo-deny"],
    packages: "",
    other: Some("cargo install --locked cargo-deny"),
};

pub(crate) const NIGHTLY: Tool = Tool {
    name: "nightly",
    purpose: "fuzz: a compiler that counts what an input reaches",
    programs: &["rustup"],
    packages: "",
    other: Some("rustup toolchain install nightly --profile minimal"),
};
pub(crate) const CARGO_FUZZ: Tool = Tool {
    name: "cargo-fuzz",
    purpose: "fuzz",
    programs: &["cargo-fuzz"],
    packages: "",
    other: Some("cargo install --locked cargo-fuzz"),
};

pub(crate) const GO: Tool = Tool {
    name: "go",
    purpose: "test rust, bench crash: tusd, 1.25 or newer",
    programs: &["go"],
    packages: "",
    other: Some("https://go.dev/dl"),
};

/// All of them, in the order a newcomer needs them.
pub(crate) const ALL: [&Tool; 13] = [
    &CC,
    &PERL,
    &MAKE,
    &GO,
    &BROWSER,
    &POPPLER,
    &JDK,
    &MAVEN,
    &PYTHON,
    &DEBOOTSTRAP,
    &CARGO_DENY,
    &NIGHTLY,
    &CARGO_FUZZ,
];

/// What the C parts of the database and of TLS are built with.
pub(crate) fn need_native_build() -> Result<(), Failure> {
    [&CC, &PERL, &MAKE].into_iter().try_for_each(Tool::need)
}

/// What the agreement is printed with. Its test says itself that it was skipped; only in CI it must not be.
pub(crate) fn need_browser() -> Result<(), Failure> {
    [&BROWSER, &POPPLER].into_iter().try_for_each(Tool::need).or_else(|lacking| match workspace::in_ci() {
        true => Err(lacking),
        false => Ok(()),
    })
}

impl Tool {
    /// Whether every program of it is on the path.
    pub(crate) fn is_here(&self) -> bool {
        self.programs.iter().all(|program| on_path(program).is_some())
    }

    /// The line that installs it on this machine.
    pub(crate) fn line(&self) -> String {
        match self.other {
            Some(line) => line.to_owned(),
            None if is_root() => format!("apt-get install -y {}", self.packages),
            None => format!("sudo apt-get install -y {}", self.packages),
        }
    }

    /// Makes sure that it is here.
    pub(crate) fn need(&self) -> Result<(), Failure> {
        if self.is_here() {
            return Ok(());
        }
        if !self.packages.is_empty() && is_root() && on_path("apt-get").is_some() {
            install(self.packages)?;
        }
        if self.is_here() {
            return Ok(());
        }
        let (name, purpose) = (self.name, self.purpose);
        Err(Failure::new(format!("缺少 {name}（用于 {purpose}）"), format!("{name} is missing (for {purpose})"))
            .fixed_by(self.line()))
    }
}

/// Where a program is on the path.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Whether this process may install packages and make a chroot.
pub(crate) fn is_root() -> bool {
    run::quiet(run::command("id", &["-u"])).is_some_and(|id| id.trim() == "0")
}

fn install(packages: &str) -> Result<(), Failure> {
    // Lists of a fresh image are empty; a failing update is told apart by the install that follows it.
    _ = run::quiet(run::command("apt-get", &["update", "-qq"]));
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(packages.split(' '));
    let mut apt = run::command("apt-get", &args);
    apt.env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null());
    run::shown(apt)
}
