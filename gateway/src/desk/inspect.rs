//! `jingbao-gateway inspect PATH…`: the facts and findings of photos, folders with all that is in them, one line a
//! file in the order of names. It reads, and changes nothing. A file that cannot be opened is a line with its finding;
//! only a path that does not exist makes the exit code 1.

use std::{
    fs, io,
    io::{Read, Write},
    panic::resume_unwind,
    path::{Path, PathBuf},
    thread,
};

use jingbao_core::{
    canon::{Sha256, Sha256Stream},
    evidence::{Context, Eye, Finding, FindingCode, PhotoFacts, findings},
};
use serde_json::{Value, json};

use super::{Say, values};

/// How many bytes from the start of a file are kept for metadata: a TIFF's may stand at its end.
const HEAD_BYTES: usize = 8 << 20;
/// Bytes read at once.
const PIECE: usize = 256 << 10;
/// Files looked at at the same time; each may hold its beginning three times.
const WORKERS: usize = 2;
/// Files that are looked at before their lines are written.
const BATCH: usize = 64;

/// What `inspect` was asked for.
#[derive(Clone, Debug)]
pub struct InspectArgs {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// One object a line instead of sentences.
    pub json: bool,
}

/// Writes a line for each file. 0, or 1 if a path does not exist.
pub fn run(args: &InspectArgs, say: &Say<'_>, out: &mut dyn Write) -> io::Result<i32> {
    let mut code = 0;
    for path in &args.paths {
        if fs::symlink_metadata(path).is_err() {
            code = 1;
            let shown = path.display().to_string();
            match args.json {
                true => writeln!(out, "{}", json!({"path": shown, "findings": ["no_such_path"]}))?,
                false => writeln!(out, "{}", say("inspect-no-such-path", &values([("path", shown)])))?,
            }
        }
        for batch in files(path).chunks(BATCH) {
            for line in lines(batch) {
                match args.json {
                    true => writeln!(out, "{}", line.object())?,
                    false => line.sentences(say, out)?,
                }
            }
        }
    }
    Ok(code)
}

/// What is to be said of these files, in their order. Few at a time: each holds the beginning of a file.
fn lines(files: &[PathBuf]) -> Vec<Line> {
    let share = files.len().div_ceil(WORKERS).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = files
            .chunks(share)
            .map(|part| scope.spawn(|| part.iter().map(|file| Line::of(file)).collect::<Vec<_>>()))
            .collect();
        // A reader that panics must not look like a folder with fewer files.
        parts.into_iter().flat_map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

/// The file itself, or every file below the folder, sorted; links to folders are not followed.
fn files(path: &Path) -> Vec<PathBuf> {
    let is_folder = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir());
    if !is_folder {
        return if path.is_file() { vec![path.to_owned()] } else { Vec::new() };
    }
    let mut inside: Vec<PathBuf> =
        fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    inside.sort();
    inside.iter().flat_map(|path| files(path)).collect()
}

/// Bytes read at once by whoever wants the metadata alone.
const FEW: usize = 16 << 10;

/// The metadata alone: no more of the file is read than it takes, so nothing is known of the file's hash or its end.
pub fn metadata(path: &Path) -> io::Result<PhotoFacts> {
    let (mut file, mut eye, mut piece) = (fs::File::open(path)?, Eye::new(HEAD_BYTES), [0; FEW]);
    let length = file.metadata()?.len();
    let mut left = HEAD_BYTES;
    while !eye.has_metadata() && left > 0 {
        match file.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => {
                eye.see(&piece[..count]);
                left = left.saturating_sub(count);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(eye.metadata(length))
}

/// One pass over a file, whatever its size.
fn look(path: &Path, eye: &mut Eye) -> io::Result<Sha256> {
    let (mut file, mut digest, mut piece) = (fs::File::open(path)?, Sha256Stream::default(), vec![0; PIECE]);
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(digest.finish()),
            Ok(count) => {
                digest.update(&piece[..count]);
                eye.see(&piece[..count]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// All about one file; without a hash when it could not be opened.
struct Line {
    path: String,
    sha256: Option<Sha256>,
    facts: PhotoFacts,
    findings: Vec<Finding>,
}

impl Line {
    fn of(path: &Path) -> Line {
        let mut eye = Eye::new(HEAD_BYTES);
        let sha256 = look(path, &mut eye).ok();
        let facts = eye.facts();
        let findings = match sha256 {
            Some(_) => findings(&facts, &Context::default()),
            None => vec![Finding { code: FindingCode::Unreadable, values: values([]) }],
        };
        Line { path: path.display().to_string(), sha256, facts, findings }
    }

    fn object(&self) -> Value {
        let PhotoFacts { format, bytes, width, height, orientation, taken, gps, make, model, lens, .. } = &self.facts;
        json!({
            "path": self.path,
            "sha256": self.sha256,
            "bytes": bytes,
            "format": format,
            "width": width,
            "height": height,
            "orientation": orientation,
            "taken_local": taken.as_ref().map(|taken| &taken.local),
            "offset": taken.as_ref().and_then(|taken| taken.offset_s).map(offset),
            "taken_at": taken.as_ref().and_then(|taken| taken.rfc3339()),
            "gps": gps.as_ref().map(|gps| {
                json!({"lat": gps.lat, "lon": gps.lon, "alt": gps.alt, "accuracy_m": gps.accuracy_m})
            }),
            "make": make,
            "model": model,
            "lens": lens,
            "findings": self.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(),
            "details": self.findings,
        })
    }

    fn sentences(&self, say: &Say<'_>, out: &mut dyn Write) -> io::Result<()> {
        let facts = &self.facts;
        let or_dash = |value: Option<String>| value.unwrap_or_else(|| "—".into());
        let size = facts.width.zip(facts.height).map(|(width, height)| format!("{width}×{height}"));
        let taken = facts.taken.as_ref().map(|taken| taken.rfc3339().unwrap_or_else(|| taken.local.clone()));
        let named = values([
            ("path", self.path.clone()),
            ("bytes", facts.bytes.to_string()),
            ("size", or_dash(size)),
            ("taken", or_dash(taken)),
            ("place", or_dash(facts.gps.as_ref().map(|gps| format!("{:.6}, {:.6}", gps.lat, gps.lon)))),
            ("camera", or_dash(facts.model.clone().or(facts.make.clone()))),
        ]);
        writeln!(out, "{}", say("inspect-photo", &named))?;
        for finding in &self.findings {
            writeln!(out, "    {}", say(&format!("finding-{}", finding.code.as_str()), &finding.values))?;
        }
        Ok(())
    }
}

/// Seconds east of UTC as `+08:00`.
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(args: &InspectArgs) -> (i32, Vec<Value>) {
        let mut out = Vec::new();
        let code = run(args, &|key, _| key.into(), &mut out).expect("written");
        let text = String::from_utf8(out).expect("UTF-8");
        (code, text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect())
    }

    #[test]
    fn a_folder_gives_a_line_for_each_file_below_it_and_a_missing_path_exit_code_1() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("b")).expect("a folder");
        fs::write(folder.path().join("b/empty.jpg"), b"").expect("a file");
        fs::write(folder.path().join("a.txt"), b"text").expect("a file");
        let (code, found) = lines(&InspectArgs { paths: vec![folder.path().into()], json: true });
        assert_eq!(code, 0);
        assert_eq!(found.iter().map(|line| &line["findings"][0]).collect::<Vec<_>>(), ["not_a_photo", "empty"]);
        for key in ["path", "sha256", "bytes", "format", "width", "height", "orientation", "taken_local", "offset"] {
            assert!(found[0].get(key).is_some(), "{key}");
        }
        for key in ["taken_at", "gps", "make", "model", "lens", "findings"] {
            assert!(found[0].get(key).is_some(), "{key}");
        }
        let gone = folder.path().join("gone");
        let (code, found) = lines(&InspectArgs { paths: vec![gone, folder.path().into()], json: true });
        assert_eq!((code, found.len()), (1, 3));
    }
}
