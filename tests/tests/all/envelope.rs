//! A bundle that is exported to a receiver's key opens with that key alone, and is then the bundle that it would have been.

use std::path::Path;

use age::secrecy::ExposeSecret;
use jingbao::records::{Audience, PartChoice};
use jingbao_core::text::Lang;
use jingbao_gateway::desk::{
    Exit,
    verify::{VerifyArgs, run},
};
use jingbao_tests::roadside::Installation;

use crate::fixture::{complete, sight, sign_all};

fn said(bundle: &Path, identity: Option<&Path>, json: bool, lang: Lang) -> (Exit, String) {
    let mut out = Vec::new();
    let exit = run(&VerifyArgs { bundle, trust: None, identity, tsa: None, json, lang }, &mut out).expect("written");
    (exit, String::from_utf8(out).expect("text"))
}

#[test]
fn an_encrypted_export_is_whole_for_its_receiver_and_shut_for_everybody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let field = Installation::new(folder.path(), 1).open().expect("opens");
    let case = sight(&field, false);
    complete(&field, &case);
    sign_all(&field, &case);
    field.seal(case.clone(), None).expect("sealed");
    let key = |name: &str| {
        let identity = age::x25519::Identity::generate();
        std::fs::write(at(name), identity.to_string().expose_secret()).expect("written");
        identity.to_public().to_string()
    };
    let (receiver, _) = (key("receiver"), key("stranger"));
    let whole = at("whole.zip.age");
    let part = at("part.zip.age");
    field.export_encrypted(case.clone(), None, whole.display().to_string(), receiver.clone()).expect("exported");
    let choice = PartChoice { audience: Audience::Surveyor, photos: None };
    field.export_encrypted(case.clone(), Some(choice), part.display().to_string(), receiver.clone()).expect("exported");
    for (file, is_part) in [(&whole, false), (&part, true)] {
        let (exit, text) = said(file, Some(&at("receiver")), true, Lang::En);
        let report: serde_json::Value = serde_json::from_str(&text).expect("json");
        assert_eq!((exit, &report["whole"], &report["part"]), (Exit::Good, &true.into(), &is_part.into()), "{text}");
        assert_eq!(report["photos"], 3);
        let bytes = std::fs::read(file).expect("a file");
        assert!(!bytes.windows(2).any(|two| two == b"PK") || !bytes.windows(8).any(|eight| eight == b"jingbao-"));
    }
    // The log says to whom, in the clear bundle of the same case.
    field.export(case.clone(), at("clear.zip").display().to_string()).expect("exported");
    let clear = std::fs::read(at("clear.zip")).expect("a file");
    assert!(clear.windows(receiver.len()).any(|piece| piece == receiver.as_bytes()));

    let (stranger, receivers) = (at("stranger"), at("receiver"));
    for (identity, zh, en) in [
        (Some(&stranger), "另一把公钥", "another key"),
        (None, "已加密", "--identity"),
        (Some(&whole), "私钥文件打不开", "key file cannot be opened"),
    ] {
        let identity = identity.map(|path| path.as_path());
        let (exit, text) = said(&whole, identity, false, Lang::Zh);
        assert!(exit == Exit::Unable && text.contains(zh), "{text}");
        let (exit, text) = said(&whole, identity, false, Lang::En);
        assert!(exit == Exit::Unable && text.contains(en), "{text}");
    }
    // A changed byte anywhere in the envelope is found when it is read.
    let good = std::fs::read(&whole).expect("a file");
    for spot in (0..good.len()).step_by(good.len() / 23) {
        let mut bytes = good.clone();
        bytes[spot] ^= 1;
        std::fs::write(at("bad.age"), bytes).expect("written");
        assert_ne!(said(&at("bad.age"), Some(&receivers), false, Lang::En).0, Exit::Good, "byte {spot}");
    }
    let refused = field.export_encrypted(case, None, at("no.age").display().to_string(), "age1none".into());
    assert_eq!(refused.expect_err("no key").to_string(), "error-bad-recipient");
    assert!(!at("no.age").exists());
}
