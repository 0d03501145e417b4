//! The files around the payload: `bagit.txt`, `bag-info.txt`, `README.txt` and the two manifests, made and read.

use std::collections::{BTreeMap, BTreeSet};

use crate::{canon::Sha256, id::CaseId};

pub(super) const BAGIT_TEXT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// The words for a stranger.
pub(super) fn readme(case: CaseId, part: bool) -> String {
    if part { include_str!("readme-part.txt") } else { include_str!("readme.txt") }.replace("{case}", &case.to_string())
}

/// What `bag-info.txt` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BagInfo {
    pub(super) case: CaseId,
    /// Payload bytes and files (RFC 8493 §2.2.2).
    pub(super) oxum: (u64, usize),
    /// Photos of the record that the bundle leaves out on purpose.
    pub(super) left_out: BTreeSet<Sha256>,
}

impl BagInfo {
    /// Over a payload of files of these lengths.
    pub(super) fn over(case: CaseId, lengths: impl Iterator<Item = u64>, left_out: BTreeSet<Sha256>) -> BagInfo {
        BagInfo { case, oxum: lengths.fold((0, 0), |(sum, count), length| (sum + length, count + 1)), left_out }
    }

    pub(super) fn render(&self) -> String {
        let mut text = format!(
            "Source-Organization: Jingbao\nBag-Software-Agent: jingbao bundle 2\nExternal-Identifier: {}\nPayload-Oxum: {}.{}\n",
            self.case, self.oxum.0, self.oxum.1
        );
        for photo in &self.left_out {
            text.push_str(&format!("Jingbao-Left-Out: {photo}\n"));
        }
        text
    }

    /// Reads what [`BagInfo::render`] wrote; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<BagInfo> {
        let values = |label: &str| {
            let label = format!("{label}: ");
            text.lines().filter_map(move |line| line.strip_prefix(label.as_str()).map(str::to_owned))
        };
        let case = values("External-Identifier").next()?.parse().ok()?;
        let oxum = values("Payload-Oxum").next()?;
        let (bytes, files) = oxum.split_once('.')?;
        let left_out = values("Jingbao-Left-Out").map(|text| text.parse().ok()).collect::<Option<_>>()?;
        let read = BagInfo { case, oxum: (bytes.parse().ok()?, files.parse().ok()?), left_out };
        (read.render() == text).then_some(read)
    }
}

/// A manifest as `sha256sum` writes and checks it.
pub(super) fn render_manifest(files: &BTreeMap<String, Sha256>) -> String {
    files.iter().map(|(path, digest)| format!("{digest}  {path}\n")).collect()
}

/// Reads a manifest; `None` unless every line is exactly of that form, sorted and without repeats.
pub(super) fn parse_manifest(text: &str) -> Option<BTreeMap<String, Sha256>> {
    let mut files = BTreeMap::new();
    for line in text.lines() {
        let (digest, path) = line.split_once("  ")?;
        files.insert(path.to_owned(), digest.parse().ok()?);
    }
    (render_manifest(&files) == text).then_some(files)
}
