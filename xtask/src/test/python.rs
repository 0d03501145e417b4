//! Python tests, by the standard library's unittest.

use crate::{
    bindgen,
    counts::{self, Counts},
    run,
    words::Failure,
};

pub(super) fn run() -> Result<Counts, Failure> {
    let mut python = run::command("python3", &["-m", "unittest", "discover", "-v", "-s", "tests/python"]);
    python.env("PYTHONPATH", bindgen::python_folder()).env("PYTHONDONTWRITEBYTECODE", "1");
    let mut output = String::new();
    let succeeded = run::watched_whole(python, |line| {
        run::line(line);
        output.push_str(line);
        output.push('\n');
    })?;
    Ok(super::settle(succeeded, counts::unittest(&output)))
}
