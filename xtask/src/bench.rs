//! `bench [NAME]…`, `bench crash [KILLS] [SEED]`: builds the bench program with optimisation, runs it, prints its figures as a table and writes them
//! to `target/bench.json`. A figure is a ratio measured in one run on one machine; seconds alone prove nothing.
//! It fails when a ratio is over its limit. Not its business: what is measured, which `tests` decides.

mod figure;

use std::fs;

use crate::{run, words::Failure, workspace};
use figure::Figure;

/// The run that kills processes, which are built for it.
const CRASH: &str = "crash";

pub(crate) fn bench(args: &[String]) -> Result<(), Failure> {
    let mut cargo = run::cargo(&["build", "--release", "-p", "jingbao-tests", "--bin", "bench"]);
    if args.first().is_some_and(|word| word == CRASH) {
        cargo.args(["--bin", "sender", "-p", "jingbao-gateway", "--bin", "jingbao-gateway"]);
        crate::tusd::need()?;
    }
    run::shown(cargo)?;
    let program = workspace::target().join("release").join(format!("bench{}", std::env::consts::EXE_SUFFIX));
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut lines = Vec::new();
    let succeeded = run::watched(run::command(&program.display().to_string(), &words), |line| {
        if line.starts_with('{') { lines.push(line.to_owned()) } else { run::line(line) }
    })?;
    let figures: Vec<Figure> = lines.iter().filter_map(|line| Figure::read(line)).collect();
    if figures.len() != lines.len() || figures.is_empty() {
        return Err(Failure::new("测速程序没有给出可读的结果", "the bench program gave no readable figures"));
    }
    let file = workspace::target().join("bench.json");
    fs::write(&file, format!("[\n  {}\n]\n", lines.join(",\n  "))).map_err(|why| {
        Failure::new(format!("无法写入 bench.json：{why}"), format!("cannot write bench.json: {why}"))
    })?;
    run::line(&figure::table(&figures));
    let over: Vec<&str> = figures.iter().filter(|one| one.is_over()).map(|one| one.name.as_str()).collect();
    if succeeded && over.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("超出限度：{}", over.join("、")), format!("over the limit: {}", over.join(", "))))
}
