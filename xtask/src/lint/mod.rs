//! `lint`: every check that needs no test to run. All of them run, also after one failed; each says its name, why it
//! exists and where it found something. It ends with success only when none found anything.

mod compiler;
mod files;
mod house;
mod outside;
mod tree;

use std::time::Instant;

use crate::{run, words::Failure};

/// How a check ended.
enum Found {
    Nothing,
    /// Each line names a place, or is what another program said in short.
    Something(Vec<String>),
    /// It could not run; the reason.
    NotRun(String),
}

impl Found {
    fn from_lines(lines: Vec<String>) -> Found {
        if lines.is_empty() { Found::Nothing } else { Found::Something(lines) }
    }

    fn from_result(result: Result<(), Failure>) -> Found {
        match result {
            Ok(()) => Found::Nothing,
            Err(why) => Found::Something(vec![why.one_line()]),
        }
    }
}

/// One check.
struct Check {
    name: &'static str,
    why: &'static str,
    run: fn() -> Found,
}

/// Quick ones first.
const CHECKS: [Check; 14] = [
    Check { name: "format", why: "one look everywhere; `cargo fmt` repairs it", run: compiler::format },
    Check { name: "module-doc", why: "a file says on its first line what its job is", run: house::module_doc },
    Check { name: "file-length", why: "a file is one job: never over 400 lines of code", run: house::file_length },
    Check { name: "names", why: "a name says what a thing is, not that it manages or helps", run: house::names },
    Check { name: "unfinished", why: "what is not done is an issue, not a mark in the code", run: house::unfinished },
    Check { name: "machine-paths", why: "a clone works on every machine", run: house::machine_paths },
    Check {
        name: "registry-hosts",
        why: "where packages come from is the machine's choice",
        run: house::registry_hosts,
    },
    Check { name: "pure-core", why: "the core takes time, randomness and bytes as arguments", run: house::pure_core },
    Check { name: "pure-tree", why: "the pure core compiles without any crate of effects", run: tree::pure_core },
    Check {
        name: "one-crypto",
        why: "TLS is rustls with ring; a second library would double its size",
        run: tree::no_aws_lc,
    },
    Check { name: "clippy", why: "the workspace's lints, warnings refused", run: compiler::clippy },
    Check { name: "docs", why: "documentation builds and its links lead somewhere", run: compiler::docs },
    Check {
        name: "licences",
        why: "every dependency's licence and source is allowed in deny.toml",
        run: outside::deny,
    },
    Check { name: "swift-format", why: "Swift has one look too; see ios/.swift-format", run: outside::swift_format },
];

pub(crate) fn lint() -> Result<(), Failure> {
    let mut broken = Vec::new();
    for check in &CHECKS {
        let start = Instant::now();
        let found = (check.run)();
        let took = start.elapsed().as_secs_f64();
        let name = check.name;
        match found {
            Found::Nothing => run::line(&format!("ok       {name:<15} {took:>5.1} s")),
            Found::NotRun(reason) => run::line(&format!("not run  {name:<15} {reason}")),
            Found::Something(lines) => {
                run::line(&format!("FOUND    {name:<15} {took:>5.1} s  {}", check.why));
                lines.iter().for_each(|line| run::line(&format!("           {line}")));
                broken.push(name);
            }
        }
    }
    if broken.is_empty() {
        return Ok(());
    }
    let list = broken.join(", ");
    Err(Failure::new(format!("检查未通过：{list}"), format!("lint found something: {list}")))
}
