//! `bench [NAME [NUMBER] …]`: measures the rows of [`jingbao_tests::bench`] and prints one JSON object a line.
//! `bench crash [KILLS] [SEED]`: kills phone, gateway and tusd that often, and says what came of it.
//! It ends with 0 when every row asked for was measured, with 1 when one could not be, with 2 when there is no such row.

use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use jingbao_tests::bench::{CRASH, Failed, MEMORY_OF, ROWS, crash_figures, memory_of};

fn main() -> ExitCode {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    if let [word, path] = names.as_slice()
        && word == MEMORY_OF
    {
        return tell(memory_of(Path::new(path)).map(|mib| mib.to_string()));
    }
    if let [word, more @ ..] = names.as_slice()
        && word == CRASH
    {
        return crash(more);
    }
    // How much of a row; the row reads it itself.
    names.retain(|name| name.parse::<u64>().is_err());
    if let Some(unknown) = names.iter().find(|name| ROWS.iter().all(|(row, _)| row != name)) {
        let known: Vec<&str> = ROWS.iter().map(|(row, _)| *row).collect();
        eprintln!("{unknown}: {}", known.join(" "));
        return ExitCode::from(2);
    }
    let mut code = ExitCode::SUCCESS;
    for (name, measure) in ROWS {
        if !names.is_empty() && !names.iter().any(|wanted| wanted == name) {
            continue;
        }
        match measure() {
            Ok(figures) => {
                for figure in &figures {
                    // Nobody reads on: nothing is left to be told.
                    let _ = writeln!(io::stdout(), "{figure}");
                }
            }
            Err(why) => {
                eprintln!("{name}: {why}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn crash(more: &[String]) -> ExitCode {
    match crash_figures(more) {
        Ok(figures) => {
            for figure in &figures {
                let _ = writeln!(io::stdout(), "{figure}");
            }
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{CRASH}: {why}");
            ExitCode::FAILURE
        }
    }
}

fn tell(what: Result<String, Failed>) -> ExitCode {
    match what {
        Ok(line) => {
            let _ = writeln!(io::stdout(), "{line}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
