//! `doctor`: what is here, what is missing, and the line that installs it. It changes nothing, and fails only when
//! something is missing without which nothing can be built.

use crate::{
    chroot, run,
    tools::{self, Tool},
    words::Failure,
};

pub(crate) fn doctor() -> Result<(), Failure> {
    let rust = run::quiet(run::command("rustc", &["--version"])).unwrap_or_default();
    row(true, "rust", rust.trim(), "");
    for tool in tools::ALL {
        row(tool.is_here(), tool.name, tool.purpose, &tool.line());
    }
    let swift = match chroot::at_hand() {
        Some(chroot::Swift::Installed) => Some("installed / 已安装"),
        Some(chroot::Swift::Chroot) => Some("Debian chroot in the cache folder / 缓存目录中的 Debian 环境"),
        None => None,
    };
    let line = if tools::is_root() { "cargo xtask test swift" } else { "https://www.swift.org/install" };
    row(swift.is_some(), "swift", swift.unwrap_or("test swift"), line);

    let essential: [&Tool; 3] = [&tools::CC, &tools::PERL, &tools::MAKE];
    match essential.iter().find(|tool| !tool.is_here()) {
        None => Ok(()),
        Some(tool) => Err(Failure::new("缺少构建所必需的工具", "something the build cannot do without is missing")
            .fixed_by(tool.line())),
    }
}

fn row(here: bool, name: &str, about: &str, line: &str) {
    let mark = if here { "有 ok     " } else { "缺 missing" };
    run::line(&format!("{mark}  {name:<12} {about}"));
    if !here {
        run::line(&format!("            $ {line}"));
    }
}
