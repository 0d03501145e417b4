//! `pack check` and `pack sign` at a clerk's desk.

use std::path::{Path, PathBuf};

use jingbao_core::{
    canon::PublicKey,
    id::DeviceId,
    pack::{Association, Pack, SignedPack, accept},
    time::Timestamp,
};
use jingbao_gateway::{
    desk::{
        Exit,
        pack::{CheckArgs, SignArgs, check, publish, sign},
    },
    store::{Device, Role, SqliteStore, Store},
    texts::Lang,
};
use p256::{
    ecdsa::SigningKey,
    pkcs8::{EncodePrivateKey, LineEnding},
};
use serde_json::{Value, json};

struct Desk {
    folder: tempfile::TempDir,
    public: PublicKey,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().expect("folder");
        let key = SigningKey::from_slice(&[7; 32]).expect("a key");
        let pem = key.to_pkcs8_pem(LineEnding::LF).expect("pem");
        std::fs::write(folder.path().join("key.pem"), pem.as_bytes()).expect("written");
        let public = PublicKey::from_sec1(&key.verifying_key().to_sec1_bytes()).expect("a key");
        std::fs::write(folder.path().join("public.pem"), public.to_pem()).expect("written");
        Desk { folder, public }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn pack(&self, name: &str, change: impl FnOnce(&mut Value)) -> PathBuf {
        let mut pack = serde_json::to_value(Pack::builtin()).expect("json");
        pack["version"] = json!(Pack::builtin().version + 1);
        change(&mut pack);
        std::fs::write(self.at(name), pack.to_string()).expect("written");
        self.at(name)
    }

    fn sign(&self, file: &Path, out: &str, lang: Lang) -> std::io::Result<(Exit, String)> {
        let mut said = Vec::new();
        let args = SignArgs { file: file.into(), key: self.at("key.pem"), out: self.at(out), lang };
        let exit = sign(&args, &mut said)?;
        Ok((exit, String::from_utf8(said).expect("text")))
    }

    fn check(&self, file: &Path, key: Option<String>, json: bool, lang: Lang) -> std::io::Result<(Exit, String)> {
        let mut said = Vec::new();
        let exit = check(&CheckArgs { file: file.into(), key, json, lang }, &mut said)?;
        Ok((exit, String::from_utf8(said).expect("text")))
    }
}

#[test]
fn what_the_desk_signs_the_phone_accepts() {
    let desk = Desk::new();
    let pack = desk.pack("new.json", |_| {});
    let (exit, said) = desk.sign(&pack, "new.signed.json", Lang::En).expect("signed");
    assert!(exit == Exit::Good && said.contains("Signed"), "{said}");
    let file = std::fs::read(desk.at("new.signed.json")).expect("the file");
    let association = Association { key: desk.public.clone(), successor: None };
    let (taken, _) = accept(Pack::builtin(), &file, Some(&association)).expect("accepted");
    assert_eq!(taken.version, Pack::builtin().version + 1);
    for key in [String::from(desk.public.clone()), desk.at("public.pem").display().to_string()] {
        let (exit, said) = desk.check(&desk.at("new.signed.json"), Some(key), false, Lang::Zh).expect("checked");
        assert!(exit == Exit::Good && said.contains("签名正确"), "{said}");
    }
    let (exit, said) = desk.check(&desk.at("new.signed.json"), None, true, Lang::Zh).expect("checked");
    let report: Value = serde_json::from_str(&said).expect("json");
    assert_eq!((exit, &report["good"], &report["signed"]), (Exit::Good, &json!(true), &json!("unknown")));
    assert_eq!(report["key"], json!(desk.public.id().0));
}

#[test]
fn a_fault_is_named_by_its_field_in_both_languages_and_is_not_signed() {
    let desk = Desk::new();
    for (field, pack) in [
        ("caps.quick_side_fen", desk.pack("a.json", |pack| pack["caps"]["quick_side_fen"] = json!("2000"))),
        ("colour", desk.pack("b.json", |pack| pack["colour"] = json!("red"))),
        ("score", desk.pack("c.json", |pack| pack["score"]["not_returned"] = json!(11))),
        (
            "calendar.years.2018.work",
            desk.pack("d.json", |p| p["calendar"]["years"][0]["work"] = json!(["2018-02-12"])),
        ),
        ("schema", desk.pack("e.json", |pack| pack["schema"] = json!(9))),
    ] {
        for lang in [Lang::Zh, Lang::En] {
            let (exit, said) = desk.check(&pack, None, false, lang).expect("checked");
            assert!(exit == Exit::Bad && said.contains(field), "{field}: {said}");
            let (exit, said) = desk.sign(&pack, "never.json", lang).expect("tried");
            assert!(exit == Exit::Bad && said.contains(field) && !desk.at("never.json").exists(), "{said}");
        }
    }
}

#[test]
fn a_changed_a_foreign_and_a_missing_signature_are_bad_under_a_key() {
    let desk = Desk::new();
    let pack = desk.pack("new.json", |_| {});
    desk.sign(&pack, "signed.json", Lang::Zh).expect("signed");
    let mut file: Value = serde_json::from_slice(&std::fs::read(desk.at("signed.json")).expect("file")).expect("json");
    file["pack"]["caps"]["quick_side_fen"] = json!(1);
    std::fs::write(desk.at("changed.json"), file.to_string()).expect("written");
    let foreign = SigningKey::from_slice(&[8; 32]).expect("a key");
    let foreign = PublicKey::from_sec1(&foreign.verifying_key().to_sec1_bytes()).expect("a key");
    for (name, key, word) in [
        ("changed.json", &desk.public, "wrong"),
        ("signed.json", &foreign, "wrong"),
        ("new.json", &desk.public, "none"),
    ] {
        let key = Some(String::from(key.clone()));
        let (exit, said) = desk.check(&desk.at(name), key.clone(), true, Lang::En).expect("checked");
        let report: Value = serde_json::from_str(&said).expect("json");
        assert_eq!((exit, &report["signed"], &report["good"]), (Exit::Bad, &json!(word), &json!(false)), "{name}");
        let (exit, said) = desk.check(&desk.at(name), key, false, Lang::Zh).expect("checked");
        assert!(exit == Exit::Bad && said.contains("签名"), "{said}");
    }
}

#[test]
fn no_file_no_key_and_a_file_in_the_way_are_unable_and_change_nothing() {
    let desk = Desk::new();
    let pack = desk.pack("new.json", |_| {});
    assert!(desk.check(&desk.at("none.json"), None, false, Lang::Zh).is_err());
    let error = desk.check(&pack, Some("nonsense".into()), false, Lang::En).expect_err("no key");
    assert!(error.to_string().contains("public key"), "{error}");
    let error = desk.sign(&pack, "new.json", Lang::En).expect_err("in the way");
    assert!(error.to_string().contains("new.json"), "{error}");
    assert!(Pack::from_json(&std::fs::read_to_string(&pack).expect("file")).is_ok());
    std::fs::write(desk.at("key.pem"), "no key").expect("written");
    let error = desk.sign(&pack, "out.json", Lang::En).expect_err("no key");
    assert!(error.to_string().contains("private key") && !desk.at("out.json").exists(), "{error}");
}

#[test]
fn a_signed_pack_is_in_the_feed_once_and_what_no_phone_could_read_never() {
    let desk = Desk::new();
    let data = desk.at("gateway");
    desk.sign(&desk.pack("new.json", |_| {}), "signed.json", Lang::Zh).expect("signed");
    std::fs::write(desk.at("torn.json"), "{").expect("written");
    for name in ["new.json", "torn.json", "none.json"] {
        let error = publish(&data, &desk.at(name), Lang::Zh).expect_err(name);
        assert!(error.to_string().contains(name), "{error}");
    }
    let told = |after: u64| SqliteStore::open(&data).expect("opens").feed(&reader(), after).expect("a feed");
    assert_eq!(told(0).entries, []);
    assert!(publish(&data, &desk.at("signed.json"), Lang::Zh).expect("published"));
    assert!(!publish(&data, &desk.at("signed.json"), Lang::Zh).expect("there already"));
    let entries = told(0).entries;
    assert_eq!(entries.iter().map(|entry| entry.kind.as_str()).collect::<Vec<_>>(), ["pack"]);
    let association = Association { key: desk.public.clone(), successor: None };
    assert!(accept(Pack::builtin(), entries[0].body.to_string().as_bytes(), Some(&association)).is_ok());
}

#[test]
fn many_large_packs_come_in_several_answers_none_of_which_is_more_than_a_phone_reads() {
    let desk = Desk::new();
    let data = desk.at("gateway");
    let store = SqliteStore::open(&data).expect("opens");
    desk.sign(&desk.pack("new.json", |_| {}), "signed.json", Lang::Zh).expect("signed");
    let file = std::fs::read(desk.at("signed.json")).expect("the file");
    for n in 0..5 {
        let mut signed = SignedPack::from_bytes(&file).expect("reads");
        signed.pack = json!({ "n": n, "ballast": "x".repeat(3 << 20) });
        assert!(store.publish_pack(&signed).expect("published"));
    }
    let (mut seen, mut after) = (0, 0);
    while seen < 5 {
        let feed = store.feed(&reader(), after).expect("a feed");
        assert!(serde_json::to_vec(&feed).expect("json").len() < 8 << 20 && !feed.entries.is_empty());
        (seen, after) = (seen + feed.entries.len(), feed.next.parse().expect("a number"));
    }
}

fn reader() -> Device {
    let id = DeviceId::from_parts(Timestamp(1), [1; 10]);
    Device { id, key: None, company: "picc".into(), role: Role::Specialist }
}
