//! Starting other programs. Each command line is echoed on the error stream before it runs; its output passes through
//! while it runs and may be read at the same time. Not its business: what the output means.

use std::{
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

use crate::{words::Failure, workspace};

/// One line on the standard output. A closed pipe is not an error of the recipe.
pub(crate) fn line(text: &str) {
    _ = writeln!(io::stdout(), "{text}");
}

/// One line on the error stream.
pub(crate) fn error(text: &str) {
    _ = writeln!(io::stderr(), "{text}");
}

/// A command that starts in the workspace root.
pub(crate) fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(workspace::root());
    // What cargo tells this process about itself must not reach a second cargo or a build script.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// The cargo that started this process.
pub(crate) fn cargo(args: &[&str]) -> Command {
    command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()), args)
}

/// Runs it with its output shown; fails when it fails, with its exit code.
pub(crate) fn shown(mut command: Command) -> Result<(), Failure> {
    echo(&command);
    let status = command.status().map_err(|why| cannot_start(&command, &why))?;
    if status.success() { Ok(()) } else { Err(failed(&command, status.code())) }
}

/// Runs it, hands over each line of its standard output, and tells whether it succeeded. `each` decides what is shown.
pub(crate) fn watched(mut command: Command, mut each: impl FnMut(&str)) -> Result<bool, Failure> {
    echo(&command);
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|why| cannot_start(&command, &why))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            each(String::from_utf8_lossy(&line).trim_end_matches('\r'));
        }
    }
    child.wait().map(|status| status.success()).map_err(|why| cannot_start(&command, &why))
}

/// The same with the error stream mixed in, for programs that report there.
pub(crate) fn watched_whole(mut command: Command, mut each: impl FnMut(&str)) -> Result<bool, Failure> {
    echo(&command);
    let pipe = |why: io::Error| Failure::new(format!("无法建立管道：{why}"), format!("cannot make a pipe: {why}"));
    let (reader, writer) = io::pipe().map_err(pipe)?;
    command.stdout(writer.try_clone().map_err(pipe)?).stderr(writer);
    let mut child = command.spawn().map_err(|why| cannot_start(&command, &why))?;
    // The command still holds the writing end; the reader would wait for ever.
    let name = Command::new(command.get_program());
    drop(command);
    for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
        each(String::from_utf8_lossy(&line).trim_end_matches('\r'));
    }
    child.wait().map(|status| status.success()).map_err(|why| cannot_start(&name, &why))
}

/// Runs it in silence and returns its standard output, or `None` when it could not be started or failed.
pub(crate) fn quiet(mut command: Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn echo(command: &Command) {
    let shorten = |word: &std::ffi::OsStr| {
        let word = word.to_string_lossy();
        let root = workspace::root().display().to_string();
        word.replace(&format!("{root}/"), "").replace(&root, ".")
    };
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words: Vec<String> = std::iter::once(shorten(program)).chain(command.get_args().map(shorten)).collect();
    error(&format!("$ {}", words.join(" ")));
}

fn cannot_start(command: &Command, why: &io::Error) -> Failure {
    let program = command.get_program().to_string_lossy().into_owned();
    Failure::new(format!("无法启动 {program}：{why}"), format!("cannot start {program}: {why}"))
}

fn failed(command: &Command, code: Option<i32>) -> Failure {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let first = command.get_args().next().map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
    Failure::new(format!("{program} {first} 没有成功"), format!("{program} {first} did not succeed")).with_code(code)
}
