//! The credential (持证): the association issues it to the specialist's phone, which shows it as a living code; the
//! driver's phone checks it offline, and refuses a picture of it half a minute later.

use std::fs;

use jingbao_core::{canon::PublicKey, exchange::Picture, time::SHANGHAI_OFFSET_S};
use p256::{
    ecdsa::SigningKey,
    pkcs8::{EncodePrivateKey as _, LineEnding},
};
use sha2::{Digest as _, Sha256};

use super::{
    Failed, expect,
    process::desk,
    stage::{Stage, Who},
    tale::CredentialBeat,
};
use crate::{phone::What, scenery};

const NUMBER: &str = "YT-0042";
const DAY_MS: i64 = 86_400_000;

/// The demo's association: its key, which it shows to nobody.
pub(super) struct Association(SigningKey);

impl Association {
    /// The same for the same seed.
    pub(super) fn of(seed: u64) -> Result<Association, Failed> {
        let secret = Sha256::digest(format!("the demo's association {seed}"));
        SigningKey::from_slice(&secret).map(Association).map_err(|_| Failed::Broken("a key".into()))
    }

    /// What every phone is given: base64url SubjectPublicKeyInfo.
    pub(super) fn public(&self) -> Result<String, Failed> {
        let key = PublicKey::from_sec1(self.0.verifying_key().to_sec1_point(false).as_bytes());
        key.map(String::from).map_err(|_| Failed::Broken("a public key".into()))
    }
}

/// Before the shift: the desk issues, the specialist's phone takes it in.
pub(super) fn issue(stage: &mut Stage) -> Result<(), Failed> {
    let unable = |what: &str| Failed::Broken(what.to_owned());
    let (key, photo, out) =
        (stage.work.join("association.pem"), stage.work.join("face.jpg"), stage.work.join("credential.json"));
    let pem = stage.association.0.to_pkcs8_pem(LineEnding::LF).map_err(|_| unable("a PEM"))?;
    fs::write(&key, pem.as_bytes())?;
    fs::write(&photo, scenery::portrait(stage.seed).ok_or_else(|| unable("a drawn face"))?)?;
    let device_key = stage.phone(Who::Surveyor)?.ready["key"].as_str().unwrap_or_default().to_owned();
    let day = |ms: i64| jingbao_core::time::Timestamp(ms).rfc3339(SHANGHAI_OFFSET_S);
    let (from, to) = (day(stage.now - 30 * DAY_MS), day(stage.now + 335 * DAY_MS));
    let [key, photo, out] = [key, photo, out].map(|path| path.display().to_string());
    let named = jingbao_core::text::say(stage.lang, "story-specialist", &[]);
    let args = [
        "credential",
        "issue",
        "--key",
        &key,
        "--number",
        NUMBER,
        "--name",
        &named,
        "--company",
        "pingan",
        "--from",
        &from,
        "--to",
        &to,
        "--photo",
        &photo,
        "--device-key",
        &device_key,
        "--out",
        &out,
        "--json",
    ];
    let (code, _) = desk(&args)?;
    expect(code == 0, "the association issues a credential")?;
    stage.ask(Who::Surveyor, What::AcceptCredential { path: out })?;
    stage.tell("association", "story-issued", &[("number", NUMBER.into())]);
    Ok(())
}

/// At the roadside: shown, checked, and a picture of it refused.
pub(super) fn show(stage: &mut Stage) -> Result<(), Failed> {
    stage.pass(8);
    let text = |value: &serde_json::Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let code = stage.ask(Who::Surveyor, What::LivingCode)?.as_str().unwrap_or_default().to_owned();
    let seen = stage.ask(Who::Driver, What::CheckCode { text: code.clone() })?;
    expect(seen["verdict"] == "genuine" && seen["number"] == NUMBER, "the driver's phone knows the specialist")?;
    stage.tell("driver", "story-checked", &[("word", text(&seen, "word").into()), ("number", NUMBER.into())]);
    stage.pass(31);
    let later = stage.ask(Who::Driver, What::CheckCode { text: code.clone() })?;
    expect(later["verdict"] == "cannot_check", "a picture of the code is worth nothing half a minute later")?;
    stage.tell("stranger", "story-picture-refused", &[("text", text(&later, "text").into())]);
    let picture = Picture::of(&code).ok_or_else(|| Failed::Broken("a picture of the code".into()))?;
    stage.credential = Some(CredentialBeat {
        picture,
        number: NUMBER.into(),
        word: text(&seen, "word"),
        text: text(&seen, "text"),
        later: text(&later, "text"),
    });
    Ok(())
}
