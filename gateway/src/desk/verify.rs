//! `verify BUNDLE`: says whether a bundle is whole and whether a trusted key vouches for it, naming the first broken
//! thing. An encrypted one is opened with its receiver's key. Reads only; nothing is put on the disk.

use std::{
    io::{self, Write},
    path::Path,
};

use jingbao_core::{
    custody::{
        bundle::{self, NotABundle, Report, TrustedKeys},
        stamp::Authority,
    },
    time::SHANGHAI_OFFSET_S,
};

use super::{Exit, envelope};
use crate::texts::{Lang, say};

/// What is checked, and against what.
#[derive(Clone, Copy)]
pub struct VerifyArgs<'a> {
    /// The bundle.
    pub bundle: &'a Path,
    /// A file of [`TrustedKeys`].
    pub trust: Option<&'a Path>,
    /// A file of age identities that may open it.
    pub identity: Option<&'a Path>,
    /// PEM of the time-stamping authorities to check against.
    pub tsa: Option<&'a Path>,
    /// One JSON object instead of sentences.
    pub json: bool,
    /// Language of the sentences.
    pub lang: Lang,
}

/// Checks one bundle and writes what was found to `out`.
pub fn run(args: &VerifyArgs<'_>, out: &mut dyn Write) -> io::Result<Exit> {
    let VerifyArgs { bundle: path, trust, identity, tsa, json, lang } = *args;
    let trusted = match trust.map(read_trust) {
        Some(None) => {
            writeln!(out, "{}", say(lang, "verify-bad-trust", &[]))?;
            return Ok(Exit::Unable);
        }
        Some(Some(keys)) => Some(keys),
        None => None,
    };
    let authorities = match tsa.map(read_authorities) {
        Some(None) => {
            writeln!(out, "{}", say(lang, "verify-bad-tsa", &[]))?;
            return Ok(Exit::Unable);
        }
        Some(Some(authorities)) => authorities,
        None => Vec::new(),
    };
    let report = match envelope::open(path, identity) {
        Err(code) if json => {
            writeln!(out, "{}", serde_json::json!({"error": code}))?;
            return Ok(Exit::Unable);
        }
        Err(code) => {
            writeln!(out, "{}", say(lang, code, &[]))?;
            return Ok(Exit::Unable);
        }
        Ok(source) => bundle::verify_under(source, trusted.as_ref(), &authorities),
    };
    match report {
        Ok(report) => {
            let stamped = report.stamped.is_some_and(|stamped| stamped.checked);
            let bad = !report.whole || (trusted.is_some() && !report.trusted) || (tsa.is_some() && !stamped);
            if json {
                writeln!(out, "{}", serde_json::to_string(&report)?)?;
            } else {
                sentences(&report, trusted.is_some(), tsa.is_some(), lang, out)?;
            }
            Ok(if bad { Exit::Bad } else { Exit::Good })
        }
        Err(error) => {
            let code = match error {
                NotABundle::NotAZip => "verify-not-a-zip",
                NotABundle::NoCase => "verify-no-case",
                NotABundle::TooMany => "verify-too-many",
            };
            if json {
                writeln!(out, "{}", serde_json::json!({"error": code}))?;
            } else {
                writeln!(out, "{}", say(lang, code, &[]))?;
            }
            Ok(Exit::Unable)
        }
    }
}

fn sentences(report: &Report, trust_given: bool, tsa_given: bool, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let case = report.case.to_string();
    writeln!(
        out,
        "{}",
        say(
            lang,
            "verify-case",
            &[("case", case.into()), ("revision", report.revision.into()), ("photos", report.photos.into())]
        )
    )?;
    if let Some(broken) = &report.first_break {
        let why = say(lang, &format!("custody-break-{}", broken.code.as_str().replace('_', "-")), &[]);
        return writeln!(
            out,
            "{}",
            say(lang, "verify-broken", &[("file", broken.file.clone().into()), ("why", why.into())])
        );
    }
    if report.part {
        writeln!(out, "{}", say(lang, "verify-part", &[]))?;
    }
    if let Some(at) = report.made_at {
        writeln!(out, "{}", say(lang, "verify-made", &[("at", at.rfc3339(SHANGHAI_OFFSET_S).into())]))?;
    }
    let stamp = match report.stamped {
        Some(stamped) if stamped.checked => Some(("verify-stamped", stamped.at)),
        Some(stamped) if !tsa_given => Some(("verify-stamped-unchecked", stamped.at)),
        _ => None,
    };
    match stamp {
        Some((code, at)) => {
            writeln!(out, "{}", say(lang, code, &[("at", at.rfc3339(SHANGHAI_OFFSET_S).into())]))?;
        }
        None if tsa_given => writeln!(out, "{}", say(lang, "verify-not-stamped", &[]))?,
        None => {}
    }
    let signer = report.signer.as_ref().map_or("-", |kid| &kid.0);
    let verdict = match (trust_given, report.trusted) {
        (false, _) => "verify-whole-signer-unknown",
        (true, true) => "verify-whole-trusted",
        (true, false) => "verify-whole-not-trusted",
    };
    writeln!(out, "{}", say(lang, verdict, &[("signer", signer.into())]))
}

fn read_authorities(path: &Path) -> Option<Vec<Authority>> {
    Authority::from_pem(&std::fs::read(path).ok()?).ok()
}

fn read_trust(path: &Path) -> Option<TrustedKeys> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}
