//! Everything a person, a phone or a network can do wrong, in both languages: a clear sentence, the right kind of
//! error, and nothing lost.

use std::{fs, path::Path, sync::Arc};

use jingbao::{
    Field, FieldError,
    records::{CodeKind, PhotoInput, Reply, SightInput},
    views::{CaseView, SyncBudget},
};
use jingbao_tests::roadside::Installation;

use crate::fixture::{Gateway, add_photo, answer, enrol, operations, picture, runtime, sight, sync};

pub(crate) const LANGS: [&str; 2] = ["zh", "en"];

/// A phone with a case, an answer and a photo on it, closed again.
struct Used {
    folder: tempfile::TempDir,
    phone: Installation,
    case: String,
    view: CaseView,
    queue: Vec<(String, String, String)>,
}

impl Used {
    fn new(lang: &str) -> Used {
        let folder = tempfile::tempdir().expect("a folder");
        let mut phone = Installation::new(folder.path(), 1);
        phone.lang = lang.to_owned();
        let field = phone.open().expect("opens");
        let case = sight(&field, false);
        answer(&field, &case, None, "fact.injury", "no");
        add_photo(&field, &case, "scene_front", picture(1, 4_000));
        let (view, queue) = (field.case(case.clone()).expect("a view"), operations(&field.queue().expect("a queue")));
        assert_eq!(queue.len(), 2, "the sighting and the photo");
        field.shutdown();
        Used { folder, phone, case, view, queue }
    }

    fn open(&self) -> Arc<Field> {
        self.phone.open().expect("opens")
    }

    /// Opened again as it should be: the same case, the same queue.
    fn nothing_lost(&self) {
        let field = self.open();
        assert_eq!(field.case(self.case.clone()).expect("a view"), self.view);
        assert_eq!(operations(&field.queue().expect("a queue")), self.queue);
        field.shutdown();
    }
}

pub(crate) fn in_language(text: &str, lang: &str) {
    let chinese = text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    assert!(text.chars().count() >= 4, "too short to be a sentence: {text:?}");
    assert_eq!(chinese, lang == "zh", "{lang}: {text}");
    assert!(!text.contains("error-") && !text.contains("refused-"), "a code, no sentence: {text}");
}

#[derive(Debug, PartialEq)]
pub(crate) enum Kind {
    Refused,
    Storage,
    Phone,
    Closed,
}

pub(crate) fn says<T>(result: Result<T, FieldError>, kind: Kind, code: &str, lang: &str) {
    let Err(error) = result else { panic!("{code}: it went through") };
    let (found, told, text) = match error {
        FieldError::Refused { code, text } => (Kind::Refused, code, text),
        FieldError::Storage { code, text } => (Kind::Storage, code, text),
        FieldError::Phone { code, text } => (Kind::Phone, code, text),
        FieldError::Closed { code, text } => (Kind::Closed, code, text),
    };
    assert_eq!((found, told.as_str()), (kind, code), "{text}");
    in_language(&text, lang);
}

fn opens(phone: &Installation) -> Result<(), FieldError> {
    phone.open().map(|field| field.shutdown())
}

#[test]
fn a_wrong_key_or_a_lost_one_says_so_and_touches_nothing() {
    for lang in LANGS {
        let used = Used::new(lang);
        let key = used.folder.path().join("master.key");
        let right = fs::read(&key).expect("a key");
        let database = fs::read(used.phone.store().join("jingbao.db")).expect("a store");
        for wrong in [vec![9; 32], vec![9; 31]] {
            fs::write(&key, wrong).expect("written");
            says(opens(&used.phone), Kind::Storage, "error-wrong-key", lang);
        }
        fs::remove_file(&key).expect("removed");
        says(opens(&used.phone), Kind::Storage, "error-key-missing", lang);
        assert!(!key.exists(), "no fresh key where a store lies");
        assert_eq!(fs::read(used.phone.store().join("jingbao.db")).expect("a store"), database);
        fs::write(&key, right).expect("written");
        used.nothing_lost();
    }
}

/// The store as its own program would see it, to play another version of it.
pub(crate) fn store_of(phone: &Installation) -> rusqlite::Connection {
    let master = fs::read(phone.folder.join("master.key")).expect("a key");
    let mut raw = [0; 32];
    hkdf::Hkdf::<sha2::Sha256>::new(None, &master).expand(b"jingbao database v1", &mut raw).expect("expands");
    let db = rusqlite::Connection::open(phone.store().join("jingbao.db")).expect("opens");
    db.pragma_update(None, "key", format!("x'{}'", hex::encode(raw))).expect("keyed");
    db
}

/// Gives the store another version; the one it had.
fn set_version(phone: &Installation, version: i64) -> i64 {
    let db = store_of(phone);
    let before = db.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("a number");
    db.pragma_update(None, "user_version", version).expect("written");
    before
}

#[test]
fn a_store_of_a_newer_version_is_refused_and_kept() {
    for lang in LANGS {
        let used = Used::new(lang);
        let own = set_version(&used.phone, 1_000);
        says(opens(&used.phone), Kind::Storage, "error-newer-store", lang);
        set_version(&used.phone, own);
        used.nothing_lost();
    }
}

#[test]
fn a_folder_that_cannot_be_written_says_so() {
    for lang in LANGS {
        let used = Used::new(lang);
        let mut phone = used.phone.clone();
        phone.folder = used.folder.path().join("other");
        fs::create_dir(&phone.folder).expect("a folder");
        fs::write(phone.store(), b"no folder").expect("written");
        says(opens(&phone), Kind::Storage, "error-not-writable", lang);
        used.nothing_lost();
    }
}

#[test]
fn a_store_that_is_open_elsewhere_says_so() {
    for lang in LANGS {
        let used = Used::new(lang);
        let field = used.open();
        says(opens(&used.phone), Kind::Storage, "error-busy", lang);
        field.shutdown();
        used.nothing_lost();
    }
}

/// Why the operations wait, after a round of sync.
fn why_after_a_round(used: &Used) -> Vec<String> {
    let field = used.open();
    sync(&field, 2);
    let queue = field.queue().expect("a queue");
    assert_eq!(operations(&queue), used.queue);
    assert_eq!((queue.done, queue.parked), (0, 0), "{queue:?}");
    field.shutdown();
    used.nothing_lost();
    queue.items.into_iter().map(|item| item.why).filter(|why| !why.is_empty()).collect()
}

fn told(why: &[String], code: &str, lang: &str) {
    assert!(!why.is_empty(), "nothing was said");
    let lang_of = lang.parse().expect("a language");
    let expected = jingbao_core::text::say(lang_of, code, &[]);
    assert!(why.iter().all(|why| *why == expected), "{why:?} is not {expected}");
    in_language(&expected, lang);
}

#[test]
fn an_unreachable_gateway_is_said_and_everything_waits() {
    for lang in LANGS {
        let mut used = Used::new(lang);
        let key = used.open();
        used.phone.gateway = Some(("http://127.0.0.1:9".into(), key.public_key()));
        key.shutdown();
        told(&why_after_a_round(&used), "later-unreachable", lang);
    }
}

#[test]
fn s9_a_refused_token_pauses_keeps_everything_and_goes_on_with_a_new_one() {
    for lang in LANGS {
        let mut used = Used::new(lang);
        let data = used.folder.path().join("gateway");
        let gateway = Gateway::start(&data);
        enrol(&mut used.phone, &gateway, &data);
        let right = used.phone.token.replace("wrong".into());
        let field = used.open();
        let report = sync(&field, 5);
        assert!(report.unauthorized && report.parked == 0 && report.sent == 0, "{report:?}");
        assert_eq!(report.wake_in_ms, None, "no use in coming again by itself");
        let queue = field.queue().expect("a queue");
        let why: Vec<String> = queue.items.into_iter().map(|i| i.why).filter(|why| !why.is_empty()).collect();
        told(&why, "later-unauthorized", lang);
        field.shutdown();
        used.nothing_lost();
        used.phone.token = right;
        let field = used.open();
        assert_eq!(sync(&field, 10).pending, 0);
        field.shutdown();
    }
}

/// A TLS server on loopback whose certificate nobody has signed.
fn untrusted_server(runtime: &tokio::runtime::Runtime) -> u16 {
    use tokio_rustls::rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a server");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("bound");
    let port = listener.local_addr().expect("an address").port();
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move { drop(acceptor.accept(stream).await) });
        }
    });
    port
}

#[test]
fn an_untrusted_certificate_is_told_apart_from_no_network() {
    let server = runtime();
    let port = untrusted_server(&server);
    for lang in LANGS {
        let mut used = Used::new(lang);
        let key = used.open();
        used.phone.gateway = Some((format!("https://localhost:{port}"), key.public_key()));
        key.shutdown();
        told(&why_after_a_round(&used), "later-certificate", lang);
    }
}

#[test]
fn a_configuration_that_cannot_be_used_says_what_is_wrong_with_it() {
    for lang in LANGS {
        let used = Used::new(lang);
        let field = used.open();
        let key = field.public_key();
        field.shutdown();
        let mut phone = used.phone.clone();
        for (address, key, code) in [
            ("http://gateway.invalid", key.as_str(), "error-gateway-address"),
            ("no address", key.as_str(), "error-gateway-address"),
            ("https://gateway.invalid", "no key", "error-gateway-key"),
        ] {
            phone.gateway = Some((address.into(), key.into()));
            says(opens(&phone), Kind::Refused, code, lang);
        }
        phone.gateway = Some(("https://gateway.invalid".into(), key));
        phone.authority = Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".into());
        says(opens(&phone), Kind::Refused, "error-gateway-authority", lang);
        phone.authority = Some("no certificate at all".into());
        says(opens(&phone), Kind::Refused, "error-gateway-authority", lang);
        used.nothing_lost();
    }
}

#[test]
fn t20_what_is_no_photo_is_refused_and_leaves_nothing_behind() {
    for lang in LANGS {
        let used = Used::new(lang);
        let field = used.open();
        let text = used.folder.path().join("note.txt");
        fs::write(&text, "这不是照片，只是一段文字。\n".repeat(40)).expect("written");
        let empty = used.folder.path().join("empty.jpg");
        fs::write(&empty, b"").expect("written");
        let path = |path: &Path| PhotoInput::Path { path: path.display().to_string() };
        let add = |photo| field.add_photo(used.case.clone(), "scene_rear".into(), photo, None);
        says(add(path(&text)), Kind::Refused, "error-not-a-photo", lang);
        says(add(PhotoInput::Temporary { path: text.display().to_string() }), Kind::Refused, "error-not-a-photo", lang);
        says(add(path(&empty)), Kind::Refused, "error-empty-photo", lang);
        says(add(PhotoInput::Bytes { bytes: vec![] }), Kind::Refused, "error-empty-photo", lang);
        says(add(path(Path::new("/nowhere/at/all.jpg"))), Kind::Refused, "error-photo-gone", lang);
        assert!(text.exists() && empty.exists(), "what was not taken in is not removed");
        let unknown = field.add_photo("01890000-0000-7000-8000-000000000000".into(), "x".into(), path(&text), None);
        says(unknown, Kind::Refused, "error-unknown-case", lang);
        field.shutdown();
        let stored = fs::read_dir(used.phone.store().join("photos")).expect("a folder").count();
        assert_eq!(stored, 1, "nothing is left of what was refused");
        used.nothing_lost();
    }
}

#[test]
fn t20_a_photo_that_vanished_from_the_store_is_said_and_the_rest_of_the_case_goes_on() {
    for lang in LANGS {
        let mut used = Used::new(lang);
        let data = used.folder.path().join("gateway");
        let gateway = Gateway::start(&data);
        enrol(&mut used.phone, &gateway, &data);
        let photos = used.phone.store().join("photos");
        for entry in fs::read_dir(&photos).expect("a folder") {
            fs::remove_file(entry.expect("an entry").path()).expect("removed");
        }
        let field = used.open();
        let report = sync(&field, 10);
        assert_eq!((report.parked, report.pending), (1, 0), "the photo is parked, the event went");
        let queue = field.queue().expect("a queue");
        let parked = queue.items.iter().find(|item| item.state == "parked").expect("listed");
        told(std::slice::from_ref(&parked.why), "parked-photo-gone", lang);
        let bundle = used.folder.path().join("bundle.zip").display().to_string();
        says(field.export(used.case.clone(), bundle), Kind::Refused, "error-photo-gone", lang);
        field.shutdown();
    }
}

#[test]
fn answers_nobody_asked_for_are_refused_each_with_its_reason() {
    for lang in LANGS {
        let used = Used::new(lang);
        let field = used.open();
        let reply = |question: &str, party: Option<&str>, value: Option<&str>, skip: Option<&str>| {
            let text = |text: Option<&str>| text.map(str::to_owned);
            let reply = Reply { question: question.into(), party: text(party), value: text(value), skip: text(skip) };
            field.answer(used.case.clone(), reply)
        };
        says(reply("party.shoe_size", Some("A"), Some("43"), None), Kind::Refused, "error-unknown-question", lang);
        says(reply("fact.injury", Some("A"), Some("no"), None), Kind::Refused, "error-wrong-subject", lang);
        says(reply("fact.injury", Some("Z"), Some("no"), None), Kind::Refused, "error-bad-id", lang);
        says(reply("fact.injury", None, Some("perhaps"), None), Kind::Refused, "error-invalid-answer", lang);
        says(reply("fact.injury", None, Some("   "), None), Kind::Refused, "error-invalid-answer", lang);
        says(reply("fact.injury", None, None, Some("no_mood")), Kind::Refused, "error-invalid-answer", lang);
        says(reply("fact.injury", None, None, None), Kind::Refused, "error-invalid-answer", lang);
        says(reply("fact.injury", None, Some(&"长".repeat(5_000)), None), Kind::Refused, "error-too-long", lang);
        says(reply("party.plate", Some("A"), Some("鲁F12345"), None), Kind::Refused, "error-too-early", lang);
        says(field.case("no case".into()), Kind::Refused, "error-bad-id", lang);
        field.shutdown();
        used.nothing_lost();
    }
}

#[test]
fn clearing_and_sealing_too_early_and_foreign_codes_are_refused() {
    for lang in LANGS {
        let used = Used::new(lang);
        let field = used.open();
        let case = || used.case.clone();
        says(field.clear(case()), Kind::Refused, "error-clear-unsettled", lang);
        says(field.seal(case(), None), Kind::Refused, "error-not-cleared", lang);
        says(field.respond(case(), "went home".into()), Kind::Refused, "error-bad-id", lang);
        says(field.scan("https://example.invalid".into()), Kind::Refused, "error-code-not-ours", lang);
        says(field.scan("JB9:AAAA".into()), Kind::Refused, "error-code-newer", lang);
        says(field.scan(format!("JB1:{}", "A".repeat(70_000))), Kind::Refused, "error-code-too-large", lang);
        let own = field.show_code(case(), CodeKind::Invitation { party: "B".into() }).expect("a code");
        says(field.scan(own), Kind::Refused, "error-code-not-genuine", lang);
        says(field.retry("no op".into()), Kind::Refused, "error-bad-id", lang);
        assert_eq!(field.agreement(case()).expect("none yet"), None);
        field.shutdown();
        used.nothing_lost();
    }
}

#[test]
fn every_call_after_shutdown_says_that_it_is_closed_and_twice_is_once() {
    for lang in LANGS {
        let used = Used::new(lang);
        let field = used.open();
        field.shutdown();
        field.shutdown();
        let (case, code) = (|| used.case.clone(), "error-shut-down");
        let reply = Reply { question: "fact.injury".into(), party: None, value: Some("no".into()), skip: None };
        says(field.device(), Kind::Closed, code, lang);
        says(field.case(case()), Kind::Closed, code, lang);
        says(field.cases(), Kind::Closed, code, lang);
        says(field.answer(case(), reply), Kind::Closed, code, lang);
        let photo = PhotoInput::Bytes { bytes: picture(1, 100) };
        says(field.add_photo(case(), "scene_rear".into(), photo, None), Kind::Closed, code, lang);
        says(field.clear(case()), Kind::Closed, code, lang);
        says(field.seal(case(), None), Kind::Closed, code, lang);
        says(field.queue(), Kind::Closed, code, lang);
        says(field.scorecard(), Kind::Closed, code, lang);
        says(field.agreement(case()), Kind::Closed, code, lang);
        says(field.show_code(case(), CodeKind::Draft), Kind::Closed, code, lang);
        let input = SightInput { position: None, accident: None, own_party: None, training: false };
        says(field.sight(input), Kind::Closed, code, lang);
        says(runtime().block_on(field.sync(SyncBudget::of_seconds(1))), Kind::Closed, code, lang);
        let bundle = used.folder.path().join("late.zip");
        says(field.export(case(), bundle.display().to_string()), Kind::Closed, code, lang);
        used.nothing_lost();
    }
}

#[test]
fn s5_shutdown_ends_a_running_round_at_once() {
    let mut used = Used::new("zh");
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
    let field = used.open();
    let address = format!("http://{}", silent.local_addr().expect("an address"));
    used.phone.gateway = Some((address, field.public_key()));
    field.shutdown();
    let field = used.open();
    let closing = field.clone();
    let closer = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        closing.shutdown();
    });
    let begun = std::time::Instant::now();
    let ended = runtime().block_on(field.sync(SyncBudget::of_seconds(60)));
    says(ended, Kind::Closed, "error-shut-down", "zh");
    closer.join().expect("closed");
    assert!(begun.elapsed() < std::time::Duration::from_secs(3), "{:?}", begun.elapsed());
    used.nothing_lost();
}
