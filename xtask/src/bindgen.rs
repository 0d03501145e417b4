//! The generated faces of the library: builds libjingbao and the generator, then writes Kotlin, Swift and Python to
//! where their projects expect them. None of it is kept in git. A file that did not change is not touched, so that
//! the compilers behind it have nothing to do.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{run, tools, words::Failure, workspace};

/// A language that uniffi writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    Kotlin,
    Swift,
    Python,
}

/// Builds the library and the generator. The demo's packages are named with the library so that cargo resolves the
/// same features for both and compiles nothing twice; the generator stands alone because its features would
/// otherwise reach the library.
pub(crate) fn build() -> Result<(), Failure> {
    tools::need_native_build()?;
    let packages = ["-p", "jingbao", "-p", "jingbao-gateway", "-p", "jingbao-tests"];
    let mut args = vec!["build", "--lib", "--bins"];
    args.extend(packages);
    run::shown(run::cargo(&args))?;
    run::shown(run::cargo(&["build", "-p", "jingbao-bindgen"]))
}

/// The shared library of the dev build.
pub(crate) fn library() -> PathBuf {
    let name = format!("{}jingbao{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    workspace::debug().join(name)
}

/// Writes one face.
pub(crate) fn generate(face: Face) -> Result<(), Failure> {
    let language = match face {
        Face::Kotlin => "kotlin",
        Face::Swift => "swift",
        Face::Python => "python",
    };
    let fresh = workspace::target().join("faces").join(language);
    _ = fs::remove_dir_all(&fresh);
    let generator = workspace::debug().join(format!("jingbao-bindgen{}", std::env::consts::EXE_SUFFIX));
    let (library, out) = (library().display().to_string(), fresh.display().to_string());
    let args = ["generate", &library, "--language", language, "-o", &out, "--no-format"];
    let mut generator = run::command(&generator.display().to_string(), &args);
    generator.stdout(std::process::Stdio::null());
    run::shown(generator)?;
    place(face, &fresh).map_err(|why| {
        Failure::new(
            format!("无法写入生成的 {language} 代码：{why}"),
            format!("cannot write the generated {language}: {why}"),
        )
    })
}

/// Where the Python face and its library lie together.
pub(crate) fn python_folder() -> PathBuf {
    workspace::target().join("python")
}

fn place(face: Face, fresh: &Path) -> io::Result<()> {
    let root = workspace::root();
    match face {
        Face::Kotlin => mirror(fresh, &root.join("android/field/src/generated/kotlin")),
        Face::Swift => {
            let (code, header) = ("JingbaoCore.swift", "JingbaoFFI.h");
            let sources = root.join("ios/Sources");
            refresh(&fresh.join(code), &sources.join("JingbaoCore/Generated").join(code))?;
            refresh(&fresh.join(header), &sources.join("JingbaoFFI/Generated").join(header))
        }
        Face::Python => {
            let folder = python_folder();
            refresh(&fresh.join("jingbao.py"), &folder.join("jingbao.py"))?;
            let library = library();
            refresh(&library, &folder.join(library.file_name().unwrap_or_default()))
        }
    }
}

/// Makes `to` hold what `from` holds and nothing else.
fn mirror(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for old in fs::read_dir(to)? {
        let old = old?;
        if !from.join(old.file_name()).exists() {
            if old.path().is_dir() { fs::remove_dir_all(old.path())? } else { fs::remove_file(old.path())? }
        }
    }
    for new in fs::read_dir(from)? {
        let new = new?;
        let target = to.join(new.file_name());
        if new.path().is_dir() { mirror(&new.path(), &target)? } else { refresh(&new.path(), &target)? }
    }
    Ok(())
}

fn refresh(from: &Path, to: &Path) -> io::Result<()> {
    let bytes = fs::read(from)?;
    if fs::read(to).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(to, bytes)
}
