//! Python tests, by the standard library's unittest, in an environment of their own with the packages that
//! `tests/python/requirements.txt` pins: made once under the target folder, and again when that file changes.

use std::{fs, path::PathBuf};

use crate::{
    bindgen,
    counts::{self, Counts},
    run,
    words::Failure,
    workspace,
};

pub(super) fn run() -> Result<Counts, Failure> {
    let python = environment()?;
    let python = python.display().to_string();
    let mut python = run::command(&python, &["-m", "unittest", "discover", "-v", "-s", "tests/python"]);
    python.env("PYTHONPATH", bindgen::python_folder()).env("PYTHONDONTWRITEBYTECODE", "1");
    let mut output = String::new();
    let succeeded = run::watched_whole(python, |line| {
        run::line(line);
        output.push_str(line);
        output.push('\n');
    })?;
    Ok(super::settle(succeeded, counts::unittest(&output)))
}

/// The interpreter of the environment.
fn environment() -> Result<PathBuf, Failure> {
    let unwritable = |why: std::io::Error| {
        Failure::new(format!("无法准备 Python 环境：{why}"), format!("cannot make the Python environment: {why}"))
    };
    let folder = workspace::target().join("python-environment");
    let (python, made_from) = (folder.join("bin/python"), folder.join("made-from.txt"));
    let wanted_file = workspace::root().join("tests/python/requirements.txt");
    let wanted = fs::read_to_string(&wanted_file).map_err(unwritable)?;
    if fs::read_to_string(&made_from).is_ok_and(|made| made == wanted) {
        return Ok(python);
    }
    let (at, list) = (folder.display().to_string(), wanted_file.display().to_string());
    run::shown(run::command("python3", &["-m", "venv", "--clear", &at]))?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", &list];
    run::shown(run::command(&python.display().to_string(), &install))?;
    fs::write(&made_from, wanted).map_err(unwritable)?;
    Ok(python)
}
