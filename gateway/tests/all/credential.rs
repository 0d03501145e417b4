//! `credential issue`, `revoke` and `show` at a clerk's desk, and a phone that is a person's.

use std::{
    io::Cursor,
    path::{Path, PathBuf},
};

use jingbao_core::{
    canon::PublicKey,
    exchange::{Credential, CredentialFile, Picture},
    id::DeviceId,
    time::Timestamp,
};
use jingbao_gateway::{
    desk::{
        Exit,
        credential::{IssueArgs, Phone, RevokeArgs, ShowArgs, bind, issue, revoke, show},
        device,
    },
    store::{Device, Role, SqliteStore, Store},
    texts::Lang,
};
use p256::{
    ecdsa::SigningKey,
    pkcs8::{EncodePrivateKey, LineEnding},
};
use serde_json::Value;

const NOW: Timestamp = Timestamp(1_795_417_330_123);
const DAY: i64 = 86_400_000;

fn public(seed: u8) -> PublicKey {
    let key = SigningKey::from_slice(&[seed; 32]).expect("a key");
    PublicKey::from_sec1(&key.verifying_key().to_sec1_bytes()).expect("a key")
}

fn phone(number: u8) -> DeviceId {
    DeviceId::from_parts(NOW, [number; 10])
}

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Desk {
        let desk = Desk(tempfile::tempdir().expect("folder"));
        let pem = SigningKey::from_slice(&[7; 32]).expect("a key").to_pkcs8_pem(LineEnding::LF).expect("pem");
        std::fs::write(desk.at("key.pem"), pem.as_bytes()).expect("written");
        let mut jpeg = Cursor::new(Vec::new());
        let face = image::GrayImage::from_fn(90, 120, |x, y| image::Luma([(x + y) as u8]));
        face.write_to(&mut jpeg, image::ImageFormat::Jpeg).expect("drawn");
        std::fs::write(desk.at("face.jpg"), jpeg.into_inner()).expect("written");
        desk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn issue(&self, out: &str, phone: Phone, change: impl FnOnce(&mut IssueArgs)) -> (Exit, String) {
        let mut args = IssueArgs {
            key: self.at("key.pem"),
            number: "YT-0042".into(),
            name: "王小查".into(),
            company: "测试公司".into(),
            from: Timestamp(NOW.0 / DAY * DAY),
            to: Timestamp((NOW.0 / DAY + 365) * DAY),
            photo: self.at("face.jpg"),
            phone,
            out: self.at(out),
            qr: None,
            now: NOW,
            json: true,
            lang: Lang::En,
        };
        change(&mut args);
        let mut said = Vec::new();
        let exit = issue(&args, &mut said).expect("able");
        (exit, String::from_utf8(said).expect("text"))
    }

    fn issued(&self, out: &str) -> (Value, Credential) {
        let (exit, line) = self.issue(out, Phone::Key(String::from(public(9))), |_| ());
        assert_eq!(exit, Exit::Good, "{line}");
        let (credential, _) = CredentialFile::open(&std::fs::read(self.at(out)).expect("file")).expect("whole");
        (serde_json::from_str(&line).expect("json"), credential)
    }

    fn revoke(&self, at: Timestamp, data: Option<PathBuf>) {
        let (key, list) = (self.at("key.pem"), self.at("revoked.json"));
        let number = "YT-0042".to_owned();
        let args = RevokeArgs { key, number, at, list, data, now: at, json: true, lang: Lang::En };
        assert_eq!(revoke(&args, &mut Vec::new()).expect("able"), Exit::Good);
    }

    fn show(&self, given: &str, trust: Option<&PublicKey>, list: bool, at: Timestamp) -> (Exit, Value) {
        let args = ShowArgs {
            credential: given.into(),
            trust: trust.cloned().map(String::from),
            revocations: list.then(|| self.at("revoked.json")),
            at,
            json: true,
            lang: Lang::En,
        };
        let mut said = Vec::new();
        let exit = show(&args, &mut said).expect("able");
        (exit, serde_json::from_slice(&said).expect("json"))
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn what_is_issued_is_shown_as_genuine_to_who_trusts_the_key_and_to_nobody_else() {
    let desk = Desk::new();
    let (line, credential) = desk.issued("card.json");
    assert_eq!(line["id"], credential.id().to_string());
    let code = line["code"].as_str().expect("a code");
    for given in [code, &text(&desk.at("card.json"))] {
        let (exit, shown) = desk.show(given, Some(&public(7)), false, NOW);
        assert_eq!((exit, &shown["verdict"]), (Exit::Good, &Value::from("genuine")));
        assert_eq!((&shown["name"], &shown["number"]), (&Value::from("王小查"), &Value::from("YT-0042")));
    }
    assert_eq!(desk.show(code, None, false, NOW).1["verdict"], "cannot_check");
    let (exit, shown) = desk.show(code, Some(&public(8)), false, NOW);
    assert_eq!((exit, &shown["verdict"]), (Exit::Bad, &Value::from("not_a_specialist")));
    for (at, verdict) in [(NOW.plus(-2 * DAY), "not_yet_valid"), (NOW.plus(400 * DAY), "expired")] {
        let (exit, shown) = desk.show(code, Some(&public(7)), false, at);
        assert_eq!((exit, &shown["verdict"]), (Exit::Bad, &Value::from(verdict)));
    }
    let (exit, shown) = desk.show(&code[..code.len() - 3], Some(&public(7)), false, NOW);
    assert_eq!((exit, &shown["verdict"]), (Exit::Bad, &Value::from("cannot_check")));
}

#[test]
fn t27_a_revoked_credential_was_genuine_before() {
    let desk = Desk::new();
    let (line, _) = desk.issued("card.json");
    let code = line["code"].as_str().expect("a code");
    desk.revoke(NOW.plus(DAY), None);
    assert_eq!(desk.show(code, Some(&public(7)), true, NOW.plus(DAY - 1)).1["verdict"], "genuine");
    let (exit, shown) = desk.show(code, Some(&public(7)), true, NOW.plus(3 * DAY));
    assert_eq!((exit, &shown["verdict"]), (Exit::Bad, &Value::from("revoked")));
    assert_eq!(shown["list_age_ms"], 2 * DAY);
}

#[test]
fn a_credential_with_a_fault_leaves_no_file_and_none_is_overwritten() {
    let desk = Desk::new();
    let key = || Phone::Key(String::from(public(9)));
    let (exit, said) = desk.issue("card.json", key(), |args| args.to = args.from);
    assert!(exit == Exit::Bad && said.contains("times"), "{said}");
    let (exit, said) = desk.issue("card.json", key(), |args| args.photo = args.key.clone());
    assert!(exit == Exit::Bad && said.contains("photo"), "{said}");
    assert!(!desk.at("card.json").exists());
    desk.issued("card.json");
    let before = std::fs::read(desk.at("card.json")).expect("file");
    let args = |args: &mut IssueArgs| args.number = "YT-0043".into();
    let again = std::panic::catch_unwind(|| desk.issue("card.json", key(), args));
    assert!(again.is_err(), "told as unable");
    assert_eq!(std::fs::read(desk.at("card.json")).expect("file"), before);
}

#[test]
fn a_phone_is_bound_to_the_person_whose_credential_names_its_key() {
    let desk = Desk::new();
    let data = desk.at("data");
    for (number, seed) in [(1, 9), (2, 10)] {
        let device =
            Device {
                id: phone(number), key: Some(public(seed)), company: "测试公司".into(), role: Role::Specialist
            };
        device::add(&data, &device).expect("enrolled");
    }
    desk.issued("card.json");
    bind(&data, phone(1), &desk.at("card.json"), Lang::En).expect("bound");
    let other = bind(&data, phone(2), &desk.at("card.json"), Lang::En).expect_err("another key");
    assert!(other.to_string().contains("another phone"), "{other}");
    assert!(bind(&data, phone(3), &desk.at("card.json"), Lang::En).is_err(), "not enrolled");

    desk.revoke(NOW, Some(data.clone()));
    let store = SqliteStore::open(&data).expect("opens");
    assert_eq!(store.person_of(phone(1)).expect("asked").as_deref(), Some("YT-0042"));
    assert_eq!(store.person_of(phone(2)).expect("asked"), None);
    let kinds = |device| -> Vec<String> {
        store
            .feed(&store.device(device).expect("asked").expect("enrolled"), 0)
            .expect("a feed")
            .entries
            .into_iter()
            .map(|entry| entry.kind)
            .collect()
    };
    assert_eq!(
        kinds(phone(1)),
        ["roster", "roster", "credential", "revocations"],
        "its own credential, and what all are told"
    );
    assert_eq!(kinds(phone(2)), ["roster", "roster", "revocations"]);
    device::revoke(&data, phone(1)).expect("revoked");
    assert_eq!(store.person_of(phone(1)).expect("asked"), None);
}

#[test]
fn an_enrolled_phone_is_issued_to_by_its_id_and_told() {
    let desk = Desk::new();
    let data = desk.at("data");
    let device = Device { id: phone(1), key: Some(public(9)), company: "测试公司".into(), role: Role::Specialist };
    device::add(&data, &device).expect("enrolled");
    let (exit, _) = desk.issue("card.json", Phone::Enrolled(data.clone(), phone(1)), |_| ());
    assert_eq!(exit, Exit::Good);
    let store = SqliteStore::open(&data).expect("opens");
    let reader = store.device(phone(1)).expect("asked").expect("enrolled");
    let feed = store.feed(&reader, 0).expect("a feed");
    let file: CredentialFile = serde_json::from_value(feed.entries[1].body.clone()).expect("a credential");
    assert_eq!(Credential::read(&file.credential).expect("read").claims().device, public(9));
}

#[test]
fn issue_draws_the_code_as_svg_or_png_beside_the_file_and_writes_over_none() {
    let desk = Desk::new();
    for (out, qr) in [("one.json", "one.svg"), ("two.json", "two.png")] {
        let (exit, line) = desk.issue(out, Phone::Key(String::from(public(9))), |args| args.qr = Some(desk.at(qr)));
        assert_eq!(exit, Exit::Good, "{line}");
        let code = serde_json::from_str::<Value>(&line).expect("json")["code"].as_str().expect("a code").to_owned();
        let picture = Picture::of(&code).expect("a picture");
        let drawn = std::fs::read(desk.at(qr)).expect("drawn");
        if qr.ends_with("svg") {
            assert_eq!(String::from_utf8(drawn).expect("text"), picture.svg());
        } else {
            let image = image::load_from_memory(&drawn).expect("a PNG").into_luma8();
            let dark = |x: u32, y: u32| image.get_pixel(x * 8 + 3, y * 8 + 3).0[0] < 128;
            let side = picture.side as u32;
            let seen: Vec<bool> = (0..side * side).map(|n| dark(n % side, n / side)).collect();
            assert_eq!((image.width(), seen), (side * 8, picture.dark));
        }
    }
    let taken = || {
        let args = |args: &mut IssueArgs| args.qr = Some(desk.at("one.svg"));
        desk.issue("three.json", Phone::Key(String::from(public(9))), args)
    };
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(taken)).is_err(), "the picture is there already");
}
