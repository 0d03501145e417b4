//! `demo ARGS…`: builds the gateway and the processes of the demo, then starts it with all arguments as they came.
//! It ends with the demo's own exit code. Not its business: the story, which `tests` tells.

use crate::{run, tools, words::Failure, workspace};

pub(crate) fn demo(args: &[String]) -> Result<(), Failure> {
    tools::need_native_build()?;
    run::shown(run::cargo(&["build", "-p", "jingbao-gateway", "-p", "jingbao-tests", "--bins"]))
        .map_err(|why| why.fixed_by("cargo xtask doctor"))?;
    let program = workspace::debug().join(format!("demo{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        return Err(Failure::new("演示程序没有构建出来", "the demo program was not built"));
    }
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut demo = run::command(&program.display().to_string(), &words);
    // A path on the command line means what it means to the one who typed it.
    if let Ok(here) = std::env::current_dir() {
        demo.current_dir(here);
    }
    run::shown(demo)
}
