//! The lines of `jingbao-gateway credential …`; the work is the library's.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap::Subcommand;
use jingbao_core::{id::DeviceId, time::Timestamp};
use jingbao_gateway::{
    desk::{
        Exit,
        credential::{self, IssueArgs, Phone, RevokeArgs, ShowArgs},
    },
    texts::Lang,
};

const DAY_MS: i64 = 86_400_000;

/// What a clerk does with a specialist's credential.
#[derive(Subcommand)]
pub(crate) enum CredentialCommand {
    /// Issue a credential for one phone
    Issue {
        /// File with the association's private key, PKCS#8 PEM
        #[arg(long)]
        key: PathBuf,
        /// Number of the credential
        #[arg(long)]
        number: String,
        /// The specialist's name
        #[arg(long)]
        name: String,
        /// The company
        #[arg(long)]
        company: String,
        /// First day of validity (2026-12-01), or an RFC 3339 instant
        #[arg(long, value_parser = first)]
        from: Timestamp,
        /// Last day of validity, or the RFC 3339 instant when it ends
        #[arg(long, value_parser = last)]
        to: Timestamp,
        /// A photo of the face: JPEG, PNG or WebP
        #[arg(long)]
        photo: PathBuf,
        /// The phone's public key: base64url, or a file with that or a PEM
        #[arg(long, required_unless_present = "device")]
        device_key: Option<String>,
        /// Or the UUID of an enrolled phone, which is told of it
        #[arg(long, conflicts_with = "device_key", requires = "data")]
        device: Option<DeviceId>,
        /// Folder of the gateway that the phone is enrolled at
        #[arg(long)]
        data: Option<PathBuf>,
        /// The file for the phone; never overwritten
        #[arg(long)]
        out: PathBuf,
        /// A picture of the credential's code as well, `.svg` or `.png`; never overwritten
        #[arg(long, value_parser = picture)]
        qr: Option<PathBuf>,
        /// One JSON object instead of a sentence
        #[arg(long)]
        json: bool,
        /// Language of the sentences
        #[arg(long, default_value = "zh")]
        lang: Lang,
    },
    /// Take back what was issued under a number
    Revoke {
        /// Number of the credential
        number: String,
        /// File with the association's private key, PKCS#8 PEM
        #[arg(long)]
        key: PathBuf,
        /// The signed list of revocations; made if it is not there
        #[arg(long)]
        list: PathBuf,
        /// Folder of the gateway that is to tell every phone
        #[arg(long)]
        data: Option<PathBuf>,
        /// From when, RFC 3339; now if left out
        #[arg(long, value_parser = instant)]
        at: Option<Timestamp>,
        /// One JSON object instead of a sentence
        #[arg(long)]
        json: bool,
        /// Language of the sentences
        #[arg(long, default_value = "zh")]
        lang: Lang,
    },
    /// What does a credential say, and what is it worth?
    Show {
        /// The text of its code, or a file with that or with the credential
        credential: String,
        /// The association's public key: base64url, a PEM file or a file of trusted keys
        #[arg(long)]
        trust: Option<String>,
        /// The signed list of revocations
        #[arg(long)]
        revocations: Option<PathBuf>,
        /// At which time, RFC 3339; now if left out
        #[arg(long, value_parser = instant)]
        at: Option<Timestamp>,
        /// One JSON object instead of sentences
        #[arg(long)]
        json: bool,
        /// Language of the sentences
        #[arg(long, default_value = "zh")]
        lang: Lang,
    },
}

impl CredentialCommand {
    /// The language a person is told in.
    pub(crate) fn lang(&self) -> Lang {
        match self {
            CredentialCommand::Issue { lang, .. }
            | CredentialCommand::Revoke { lang, .. }
            | CredentialCommand::Show { lang, .. } => *lang,
        }
    }

    pub(crate) fn run(self, now: Timestamp, to_whom: &mut dyn Write) -> io::Result<Exit> {
        match self {
            CredentialCommand::Issue {
                key,
                number,
                name,
                company,
                from,
                to,
                photo,
                device_key,
                device,
                data,
                out,
                qr,
                json,
                lang,
            } => {
                let phone = match (device, data, device_key) {
                    (Some(device), Some(data), _) => Phone::Enrolled(data, device),
                    (.., key) => Phone::Key(key.unwrap_or_default()),
                };
                let args = IssueArgs { key, number, name, company, from, to, photo, phone, out, qr, now, json, lang };
                credential::issue(&args, to_whom)
            }
            CredentialCommand::Revoke { number, key, list, data, at, json, lang } => {
                let at = at.unwrap_or(now);
                credential::revoke(&RevokeArgs { key, number, at, list, data, now, json, lang }, to_whom)
            }
            CredentialCommand::Show { credential, trust, revocations, at, json, lang } => {
                let at = at.unwrap_or(now);
                credential::show(&ShowArgs { credential, trust, revocations, at, json, lang }, to_whom)
            }
        }
    }
}

/// Where a picture of a code goes: what it is to be is in its name.
fn picture(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let known = path.extension().is_some_and(|kind| kind == "svg" || kind == "png");
    if known { Ok(path) } else { Err("….svg, ….png".to_owned()) }
}

fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse_rfc3339(text).ok_or_else(|| "RFC 3339: 2026-12-01T08:00:00+08:00".to_owned())
}

/// The beginning of a day in China, or an instant.
fn first(text: &str) -> Result<Timestamp, String> {
    instant(&format!("{text}T00:00:00+08:00")).or_else(|_| instant(text))
}

/// The end of a day in China, or an instant.
fn last(text: &str) -> Result<Timestamp, String> {
    instant(&format!("{text}T00:00:00+08:00")).map(|day| day.plus(DAY_MS)).or_else(|_| instant(text))
}
