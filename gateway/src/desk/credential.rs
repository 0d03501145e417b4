//! `jingbao-gateway credential issue|revoke|show`: what the association's clerk does with a specialist's credential.
//!
//! `issue` writes the file that goes to the specialist's phone, and never over another; `revoke` adds a number to the signed
//! list, which it replaces whole; both put what they made into the feed of a gateway whose folder is named. `show` reads a
//! credential and says what it was worth at a time. Not its business: keeping the association's key, and the living
//! code, which only a phone can make.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use jingbao_core::{
    canon::PublicKey,
    canon::Sha256,
    exchange::{
        Checking, Claims, Credential, CredentialFile, Judged, Picture, Revocation, RevocationList, SignedRevocations,
        Standing, judge, thumbnail,
    },
    id::DeviceId,
    pack::Association,
    privacy::Private,
    text::{Lang, say},
    time::{SHANGHAI_OFFSET_S, Timestamp},
    view::list_text,
};
use serde_json::json;

use super::{
    Exit,
    keys::{Signing, public_key, trusted},
    named, text_of,
};
use crate::store::{SqliteStore, Store};

/// Pixels of one module in a PNG.
const PIXELS: u8 = 8;

/// Whose phone may show a credential.
pub enum Phone {
    /// The one with this public key: base64url, or the path of a file with that or a PEM.
    Key(String),
    /// An enrolled one of the gateway in this folder.
    Enrolled(PathBuf, DeviceId),
}

/// What `credential issue` was asked for.
pub struct IssueArgs {
    /// The association's private key, PKCS#8 PEM.
    pub key: PathBuf,
    /// Number of the credential.
    pub number: String,
    /// The specialist's name.
    pub name: String,
    /// The company.
    pub company: String,
    /// From when it is valid.
    pub from: Timestamp,
    /// From when it is no longer.
    pub to: Timestamp,
    /// A photo of the face.
    pub photo: PathBuf,
    /// Whose phone.
    pub phone: Phone,
    /// The file to write; it must not be there yet.
    pub out: PathBuf,
    /// Where a picture of the code goes as well, by its name an SVG or a PNG.
    pub qr: Option<PathBuf>,
    /// Now.
    pub now: Timestamp,
    /// One object instead of a sentence.
    pub json: bool,
    /// Of the sentences.
    pub lang: Lang,
}

/// What `credential revoke` was asked for.
pub struct RevokeArgs {
    /// The association's private key, PKCS#8 PEM.
    pub key: PathBuf,
    /// Number of the credential.
    pub number: String,
    /// From when it is taken back.
    pub at: Timestamp,
    /// The signed list; made if it is not there yet.
    pub list: PathBuf,
    /// The gateway that is to tell every phone.
    pub data: Option<PathBuf>,
    /// Now.
    pub now: Timestamp,
    /// One object instead of a sentence.
    pub json: bool,
    /// Of the sentences.
    pub lang: Lang,
}

/// What `credential show` was asked for.
pub struct ShowArgs {
    /// The text of a code, or the path of a file with that or of a credential's file.
    pub credential: String,
    /// The association's public key, in any form.
    pub trust: Option<String>,
    /// The signed list of revocations.
    pub revocations: Option<PathBuf>,
    /// Judged at this time.
    pub at: Timestamp,
    /// One object instead of sentences.
    pub json: bool,
    /// Of the sentences.
    pub lang: Lang,
}

/// The code as a picture; a file that is there already stays.
fn draw(code: &str, path: &Path) -> io::Result<()> {
    let picture = Picture::of(code).ok_or(io::ErrorKind::InvalidData)?;
    let png = path.extension().is_some_and(|kind| kind == "png");
    let drawn = if png { picture.png(PIXELS) } else { Some(picture.svg().into_bytes()) };
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(&drawn.ok_or(io::ErrorKind::InvalidData)?)?;
    file.sync_all()
}

/// Issues a credential for a phone. Claims that cannot stand, and a picture that is none, end in words and no file.
pub fn issue(args: &IssueArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let lang = args.lang;
    let key = Signing::read(&args.key, lang)?;
    let photo = fs::read(&args.photo).map_err(|error| named(&args.photo, error.kind(), &error))?;
    let Ok(face) = thumbnail(&photo) else {
        writeln!(out, "{}", say(lang, "credential-bad-photo", &[]))?;
        return Ok(Exit::Bad);
    };
    let claims = Claims {
        number: Private::new(args.number.clone()),
        name: Private::new(args.name.clone()),
        company: args.company.clone(),
        photo: Sha256::of(&face),
        device: key_of(&args.phone, lang)?,
        issued_at: whole_second(args.now),
        valid_from: args.from,
        valid_to: args.to,
    };
    let issued = claims
        .draft(key.public.id())
        .and_then(|draft| Credential::signed(&draft, &key.sign(&draft.message())))
        .and_then(|credential| {
            let file = CredentialFile::of(&credential, &face);
            Ok((credential, file.ok_or(jingbao_core::exchange::FaultyClaims::Signature)?))
        });
    let (credential, file) = match issued {
        Ok(issued) => issued,
        Err(faulty) => {
            writeln!(out, "{}", say(lang, faulty.code(), &[]))?;
            return Ok(Exit::Bad);
        }
    };
    let unable = |error: io::Error| named(&args.out, error.kind(), &error);
    let mut written = OpenOptions::new().write(true).create_new(true).open(&args.out).map_err(unable)?;
    writeln!(written, "{}", serde_json::to_string(&file)?).and_then(|()| written.sync_all()).map_err(unable)?;
    if let Some(path) = &args.qr {
        draw(&file.credential, path).map_err(|error| named(path, error.kind(), &error))?;
    }
    if let Phone::Enrolled(data, device) = &args.phone {
        let store = SqliteStore::open(data).map_err(io::Error::other)?;
        store.bind_device(*device, &args.number, &file).map_err(io::Error::other)?;
    }
    if args.json {
        let line = json!({
            "number": args.number, "id": credential.id(), "key": credential.issuer(), "code": file.credential,
            "photo_sha256": claims.photo, "file": args.out.display().to_string(),
        });
        writeln!(out, "{line}")?;
    } else {
        let values = [("number", args.number.clone().into()), ("file", args.out.display().to_string().into())];
        writeln!(out, "{}", say(lang, "credential-issued", &values))?;
    }
    Ok(Exit::Good)
}

/// Takes back what was issued under a number: a new signed list in the place of the old one.
pub fn revoke(args: &RevokeArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let lang = args.lang;
    let key = Signing::read(&args.key, lang)?;
    let before = match read_list(&args.list, std::slice::from_ref(&key.public), lang) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        read => Some(read?),
    };
    // A phone takes only what is newer, also where two lists are made in one moment or a clock was set back.
    let made_at = before.as_ref().map_or(args.now, |list| args.now.max(list.made_at.plus(1)));
    let mut list = RevocationList { made_at, revoked: before.map(|list| list.revoked).unwrap_or_default() };
    list.revoked.push(Revocation { number: args.number.clone(), at: args.at });
    let signature = key.sign(&list.message().map_err(io::Error::other)?);
    let signed = SignedRevocations { revocations: list, key: key.public.id(), signature };
    replace(&args.list, &serde_json::to_string(&signed)?).map_err(|error| named(&args.list, error.kind(), &error))?;
    if let Some(data) = &args.data {
        let store = SqliteStore::open(data).map_err(io::Error::other)?;
        store.publish_revocations(&signed).map_err(io::Error::other)?;
    }
    let (count, file) = (signed.revocations.revoked.len(), args.list.display().to_string());
    if args.json {
        let line = json!({
            "number": args.number, "revoked_at": rfc3339(args.at), "made_at": rfc3339(signed.revocations.made_at),
            "revoked": count, "key": signed.key, "file": file,
        });
        writeln!(out, "{line}")?;
    } else {
        let values = [("number", args.number.clone().into()), ("file", file.into())];
        writeln!(out, "{}", say(lang, "credential-revoked", &values))?;
    }
    Ok(Exit::Good)
}

/// Reads a credential and says what it was worth. Without a trusted key that cannot be said, and is no fault.
pub fn show(args: &ShowArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let lang = args.lang;
    let keys = args.trust.as_deref().map(|given| trusted(given, lang)).transpose()?;
    let list = match (&args.revocations, &keys) {
        (Some(path), Some(keys)) => Some(read_list(path, keys, lang)?),
        (Some(_), None) => return Err(io::Error::other(say(lang, "credential-list-needs-trust", &[]))),
        (None, _) => None,
    };
    let text = code_of(&args.credential)?;
    let credential = match Credential::read(&text) {
        Ok(credential) => credential,
        Err(bad) => {
            let reason = say(lang, bad.code(), &[]);
            match args.json {
                true => writeln!(out, "{}", json!({ "verdict": "cannot_check", "problem": reason }))?,
                false => writeln!(out, "{reason}")?,
            }
            return Ok(Exit::Bad);
        }
    };
    let judged = worth(&credential, keys.as_deref(), list.as_ref(), args.at);
    let claims = credential.claims();
    if args.json {
        let line = json!({
            "verdict": judged.standing, "number": claims.number, "name": claims.name, "company": claims.company,
            "issued_at": rfc3339(claims.issued_at), "valid_from": rfc3339(claims.valid_from),
            "valid_to": rfc3339(claims.valid_to), "photo_sha256": claims.photo, "device_key": claims.device,
            "id": credential.id(), "key": credential.issuer(), "at": rfc3339(args.at),
            "revoked_at": judged.revoked_at.map(rfc3339), "list_age_ms": judged.list_age_ms,
        });
        writeln!(out, "{line}")?;
    } else {
        let shown = jingbao_core::view::credential_view(&credential, judged, lang);
        let values = [
            ("word", shown.word.into()),
            ("number", shown.number.into()),
            ("name", shown.name.into()),
            ("company", shown.company.into()),
            ("from", shown.valid_from.into()),
            ("to", shown.valid_to.into()),
            ("key", credential.issuer().0.clone().into()),
        ];
        writeln!(out, "{}", say(lang, "credential-shown", &values))?;
        writeln!(out, "{}", list_text(judged.list_age_ms, lang))?;
    }
    let good = matches!(judged.standing, Standing::Genuine | Standing::CannotCheck);
    Ok(if good { Exit::Good } else { Exit::Bad })
}

/// Binds an enrolled device to the person of a credential: its key has to be the one that the credential names.
pub fn bind(data: &Path, device: DeviceId, file: &Path, lang: Lang) -> io::Result<()> {
    let bytes = fs::read(file).map_err(|error| named(file, error.kind(), &error))?;
    let bad = |code: &str| io::Error::other(say(lang, code, &[]));
    let (credential, face) = CredentialFile::open(&bytes).map_err(|refused| bad(refused.code()))?;
    let store = SqliteStore::open(data).map_err(io::Error::other)?;
    let enrolled = store.device(device).map_err(io::Error::other)?.ok_or_else(|| bad("device-unknown"))?;
    if Some(&credential.claims().device) != enrolled.key.as_ref() {
        return Err(bad("device-other-key"));
    }
    let file = CredentialFile::of(&credential, &face).ok_or_else(|| bad("error-code-too-large"))?;
    store.bind_device(device, credential.claims().number.reveal(), &file).map_err(io::Error::other)
}

/// With each trusted key in turn; whoever is not trusted did not issue it.
fn worth(
    credential: &Credential,
    keys: Option<&[PublicKey]>,
    revocations: Option<&RevocationList>,
    at: Timestamp,
) -> Judged {
    let Some(keys) = keys else { return judge(credential, Checking { association: None, revocations }, at) };
    let named = keys.iter().find(|key| &key.id() == credential.issuer());
    match named.or(keys.first()).cloned().map(|key| Association { key, successor: None }) {
        Some(by) => judge(credential, Checking { association: Some(&by), revocations }, at),
        None => Judged { standing: Standing::NotASpecialist, revoked_at: None, list_age_ms: None },
    }
}

fn key_of(phone: &Phone, lang: Lang) -> io::Result<PublicKey> {
    match phone {
        Phone::Key(given) => public_key(given, lang),
        Phone::Enrolled(data, device) => {
            let known = SqliteStore::open(data).and_then(|store| store.device(*device)).map_err(io::Error::other)?;
            known.and_then(|device| device.key).ok_or_else(|| io::Error::other(say(lang, "device-unknown", &[])))
        }
    }
}

/// The code itself, or the one in a file.
fn code_of(given: &str) -> io::Result<String> {
    let path = Path::new(given);
    if !path.is_file() {
        return Ok(given.to_owned());
    }
    let text = text_of(path)?;
    Ok(serde_json::from_str::<CredentialFile>(&text).map(|file| file.credential).unwrap_or(text))
}

fn read_list(path: &Path, keys: &[PublicKey], lang: Lang) -> io::Result<RevocationList> {
    let text = text_of(path)?;
    let mut refused = None;
    for key in keys {
        let by = Association { key: key.clone(), successor: None };
        match SignedRevocations::accept(None, text.as_bytes(), Some(&by)) {
            Ok(list) => return Ok(list),
            Err(why) => refused = Some(why),
        }
    }
    let why = refused.map_or("revocations-refused-no_key", |why| why.code());
    Err(named(path, io::ErrorKind::InvalidData, &say(lang, why, &[])))
}

/// The new file whole in the place of the old one, or the old one.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&beside)?;
    writeln!(file, "{text}").and_then(|()| file.sync_all())?;
    fs::rename(&beside, path)
}

fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp(at.0.div_euclid(1000) * 1000)
}

fn rfc3339(at: Timestamp) -> String {
    at.rfc3339(SHANGHAI_OFFSET_S)
}
