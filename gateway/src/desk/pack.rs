//! `jingbao-gateway pack check|sign|schema`: what a clerk does with a rule pack before it goes to the phones.
//!
//! `check` reads a pack, signed or not, and names what is wrong by its field; `sign` writes the signed file beside it and
//! never over another; `publish` is what `serve --pack` does with a signed one: it goes into every phone's feed, once.
//! Not its business: making or keeping the association's key, which a gateway does not have; each phone checks by itself
//! who signed.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::{Path, PathBuf},
};

use jingbao_core::{
    canon::{KeyId, Signature},
    pack::{BadPack, Pack, PackRefused, SCHEMA, SignedPack, json_schema},
    text::{Lang, say},
};
use serde::Serialize;

use super::{
    Exit,
    keys::{Signing, public_key},
    named, text_of,
};
use crate::store::{SqliteStore, Store};

/// What `pack check` was asked for.
pub struct CheckArgs {
    /// A pack document or a signed pack.
    pub file: PathBuf,
    /// The association's public key: base64url, or the path of a file with that or a PEM.
    pub key: Option<String>,
    /// One object instead of sentences.
    pub json: bool,
    /// Of the sentences.
    pub lang: Lang,
}

/// What `pack sign` was asked for.
pub struct SignArgs {
    /// The pack document.
    pub file: PathBuf,
    /// The association's private key, PKCS#8 PEM.
    pub key: PathBuf,
    /// The file to write; it must not be there yet.
    pub out: PathBuf,
    /// Of the sentences.
    pub lang: Lang,
}

/// How a file stands to the key that was given.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Signed {
    None,
    Unknown,
    Trusted,
    Wrong,
}

/// What `check --json` prints.
#[derive(Serialize)]
struct Report {
    good: bool,
    signed: Signed,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<KeyId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// Whether the file is a whole pack and, with a key, signed by it.
pub fn check(args: &CheckArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let key = args.key.as_deref().map(|key| public_key(key, args.lang)).transpose()?;
    let text = text_of(&args.file)?;
    let envelope = text_is_signed(&text).then(|| SignedPack::from_bytes(text.as_bytes())).transpose();
    let (signed, kid, read) = match envelope {
        Err(refused) => (Signed::Unknown, None, Err(refused.into_sentence(args.lang))),
        Ok(None) => (Signed::None, None, Pack::from_json(&text).map_err(|bad| bad.into_sentence(args.lang))),
        Ok(Some(file)) => {
            let signed = match key.as_ref().map(|key| file.open(key)) {
                None => Signed::Unknown,
                Some(Err(PackRefused::NotSigned)) => Signed::Wrong,
                Some(_) => Signed::Trusted,
            };
            let read = Pack::from_json(&file.pack.to_string()).map_err(|bad| bad.into_sentence(args.lang));
            (signed, Some(file.key), read)
        }
    };
    let good = read.is_ok() && signed != Signed::Wrong && (key.is_none() || signed == Signed::Trusted);
    if args.json {
        let (id, version) = read.as_ref().map(|pack| (pack.id.clone(), pack.version)).ok().unzip();
        let report = Report { good, signed, key: kid, id, version, problem: read.err() };
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
    } else {
        match &read {
            Ok(pack) => writeln!(out, "{}", whole(pack, args.lang))?,
            Err(problem) => writeln!(out, "{problem}")?,
        }
        let with = kid.map(|kid| ("key", kid.0.into()));
        let sentence = match signed {
            Signed::None => "pack-signed-none",
            Signed::Unknown if with.is_none() => return Ok(Exit::Bad),
            Signed::Unknown => "pack-signed-unknown",
            Signed::Trusted => "pack-signed-trusted",
            Signed::Wrong => "pack-wrong-signature",
        };
        writeln!(out, "{}", say(args.lang, sentence, with.as_slice()))?;
    }
    Ok(if good { Exit::Good } else { Exit::Bad })
}

/// Signs a whole pack; a pack with a fault is not signed.
pub fn sign(args: &SignArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let key = Signing::read(&args.key, args.lang)?;
    let text = text_of(&args.file)?;
    let pack = match Pack::from_json(&text) {
        Ok(pack) => pack,
        Err(bad) => {
            writeln!(out, "{}", bad.into_sentence(args.lang))?;
            return Ok(Exit::Bad);
        }
    };
    let mut file =
        SignedPack { pack: serde_json::from_str(&text)?, key: key.public.id(), signature: Signature(Vec::new()) };
    let message = file.message().map_err(io::Error::other)?;
    file.signature = key.sign(&message);
    let unable = |error: io::Error| named(&args.out, error.kind(), &error);
    let mut written = OpenOptions::new().write(true).create_new(true).open(&args.out).map_err(unable)?;
    writeln!(written, "{}", serde_json::to_string(&file)?).and_then(|()| written.sync_all()).map_err(unable)?;
    let values = [
        ("id", pack.id.into()),
        ("version", pack.version.into()),
        ("key", file.key.0.into()),
        ("file", args.out.display().to_string().into()),
    ];
    writeln!(out, "{}", say(args.lang, "pack-written", &values))?;
    Ok(Exit::Good)
}

/// Puts a signed pack into the feed. Whether it is new there; a file that no phone could read is refused.
pub fn publish(data: &Path, file: &Path, lang: Lang) -> io::Result<bool> {
    let text = text_of(file)?;
    let unusable = |sentence: String| named(file, io::ErrorKind::InvalidData, &sentence);
    let signed = SignedPack::from_bytes(text.as_bytes()).map_err(|refused| unusable(refused.into_sentence(lang)))?;
    Pack::from_json(&signed.pack.to_string()).map_err(|bad| unusable(bad.into_sentence(lang)))?;
    let store = SqliteStore::open(data).map_err(io::Error::other)?;
    store.publish_pack(&signed).map_err(io::Error::other)
}

/// Prints the JSON Schema of a pack.
pub fn schema(out: &mut dyn Write) -> io::Result<Exit> {
    write!(out, "{}", json_schema())?;
    Ok(Exit::Good)
}

fn whole(pack: &Pack, lang: Lang) -> String {
    let values = [("id", pack.id.clone().into()), ("version", pack.version.into()), ("schema", SCHEMA.into())];
    say(lang, "pack-good", &values)
}

/// A signed file has a field that no pack has; anything else is told what a pack would need.
fn text_is_signed(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|file| file.get("signature").is_some())
}

/// What a person reads about a file that is not a pack.
trait IntoSentence {
    fn into_sentence(self, lang: Lang) -> String;
}

impl IntoSentence for BadPack {
    fn into_sentence(self, lang: Lang) -> String {
        match self {
            BadPack::Schema(there) => say(lang, "pack-bad-schema", &[("there", there.into()), ("here", SCHEMA.into())]),
            bad => say(lang, "pack-bad", &[("problem", bad.to_string().into())]),
        }
    }
}

impl IntoSentence for PackRefused {
    fn into_sentence(self, lang: Lang) -> String {
        say(lang, "pack-bad", &[("problem", self.to_string().into())])
    }
}
