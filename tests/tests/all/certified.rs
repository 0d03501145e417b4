//! A specialist's phone shows its credential alive, a driver's phone checks it; and duty follows the credential.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jingbao::{
    Field,
    ports::{Clock, PortError, Signer},
    records::{Accident, Fix, Moment, Position},
    views::CodeView,
};
use jingbao_core::{
    canon::{PublicKey, Sha256, Signature},
    exchange::{Claims, Credential, CredentialFile, Revocation, RevocationList, SignedRevocations},
    privacy::Private,
    text::Lang,
    time::Timestamp,
};
use jingbao_gateway::desk::{self, credential::Phone};
use jingbao_tests::roadside::{Installation, MachineClock, SoftSigner};

use p256::{
    ecdsa::SigningKey,
    pkcs8::{EncodePrivateKey, LineEnding},
};

use crate::{
    fixture::{Gateway, enrol, picture, sync},
    misuse::{Kind, LANGS, in_language, says},
    rules::{ASSOCIATION, STRANGER, pinned},
};

const DAY: i64 = 86_400_000;
const FACE: &[u8] = &[0x5a; 500];
const NUMBER: &str = "YT-0042";

/// The machine's clock, moved by a test.
#[derive(Clone, Default)]
struct Shifted(Arc<AtomicI64>);

impl Clock for Shifted {
    fn now(&self) -> Result<Moment, PortError> {
        let now = MachineClock.now()?;
        let shift = self.0.load(Ordering::SeqCst);
        Ok(Moment { wall_ms: now.wall_ms + shift, ..now })
    }
}

fn now() -> Timestamp {
    Timestamp(MachineClock.now().expect("the time").wall_ms)
}

fn open(folder: &Path, number: u8, lang: &str, clock: &Shifted) -> Arc<Field> {
    let home = folder.join(number.to_string());
    std::fs::create_dir_all(&home).expect("a folder");
    let mut phone = Installation::new(&home, number);
    phone.lang = lang.to_owned();
    phone.association = (pinned(ASSOCIATION), None);
    phone.open_at(phone.config(), Arc::new(clock.clone())).expect("opens")
}

/// A credential for this phone, valid for these days from today.
fn issued(phone: &Field, issuer: u8, from: i64, to: i64) -> Vec<u8> {
    let today = now().0 / DAY;
    let day = |offset: i64| Timestamp((today + offset) * DAY);
    let signer = SoftSigner::number(issuer);
    let claims = Claims {
        number: Private::new(NUMBER.into()),
        name: Private::new("王小查".into()),
        company: "测试公司".into(),
        photo: Sha256::of(FACE),
        device: PublicKey::try_from(phone.public_key()).expect("a key"),
        issued_at: day(-100),
        valid_from: day(from),
        valid_to: day(to),
    };
    let draft = claims.draft(signer.public().id()).expect("sound");
    let signature = Signature(signer.sign(draft.message()).expect("signed"));
    let credential = Credential::signed(&draft, &signature).expect("a credential");
    serde_json::to_vec(&CredentialFile::of(&credential, FACE).expect("a file")).expect("json")
}

fn list(issuer: u8, made_at: Timestamp, numbers: &[&str]) -> Vec<u8> {
    let signer = SoftSigner::number(issuer);
    let revoked = numbers.iter().map(|number| Revocation { number: (*number).into(), at: made_at }).collect();
    let revocations = RevocationList { made_at, revoked };
    let message = revocations.message().expect("canonical");
    let signature = Signature(signer.sign(message).expect("signed"));
    let signed = SignedRevocations { revocations, key: signer.public().id(), signature };
    serde_json::to_vec(&signed).expect("json")
}

/// The private key of this number, as a clerk has it.
fn pem(number: u8) -> String {
    let key = SigningKey::from_slice(&[number; 32]).expect("a key");
    key.to_pkcs8_pem(LineEnding::LF).expect("pem").to_string()
}

fn check(driver: &Field, code: &str) -> CodeView {
    driver.check_code(code.to_owned()).expect("always an answer")
}

fn seen(driver: &Field, code: &str) -> (String, String) {
    let view = check(driver, code);
    (view.verdict, view.reason)
}

fn pair(verdict: &str, reason: &str) -> (String, String) {
    (verdict.into(), reason.into())
}

#[test]
fn a_driver_sees_in_one_glance_who_stands_there() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Shifted::default();
        let specialist = open(folder.path(), 1, lang, &clock);
        let driver = open(folder.path(), 2, lang, &Shifted::default());
        says(specialist.living_code(), Kind::Refused, "error-credential-none", lang);
        specialist.accept_credential(issued(&specialist, ASSOCIATION, -1, 300)).expect("taken");
        let code = specialist.living_code().expect("a code");
        assert_eq!(code.next_in_ms, 15_000);
        let view = check(&driver, &code.code);
        assert_eq!(
            (view.verdict.as_str(), view.name.as_deref(), view.number.as_deref()),
            ("genuine", Some("王小查"), Some(NUMBER))
        );
        assert_eq!(view.face.as_deref(), Some(FACE));
        assert_eq!((view.list_age_ms, view.challenge), (None, false));
        [&view.word, &view.text, &view.list].into_iter().for_each(|text| in_language(text, lang));

        driver.accept_revocations(list(ASSOCIATION, now().plus(-3 * DAY), &["YT-0001"])).expect("taken");
        let aged = check(&driver, &code.code);
        assert_eq!(aged.verdict, "genuine");
        assert!(aged.list_age_ms.expect("a list") >= 3 * DAY && aged.list.contains('3'), "{}", aged.list);
        driver.accept_revocations(list(ASSOCIATION, now().plus(-1), &["YT-0001", NUMBER])).expect("taken");
        assert_eq!(seen(&driver, &code.code), pair("revoked", "revoked"));
        says(
            driver.accept_revocations(list(ASSOCIATION, now().plus(-DAY), &[])),
            Kind::Refused,
            "revocations-refused-not_newer",
            lang,
        );
        says(
            driver.accept_revocations(list(STRANGER, now(), &[])),
            Kind::Refused,
            "revocations-refused-not_signed",
            lang,
        );
        driver.shutdown();
        let again = open(folder.path(), 2, lang, &Shifted::default());
        assert_eq!(seen(&again, &code.code).0, "revoked", "the list survives");
    }
}

#[test]
fn a_screenshot_is_refused_and_a_slow_clock_is_settled_by_a_challenge() {
    let folder = tempfile::tempdir().expect("a folder");
    let (slow, clock) = (Shifted::default(), Shifted::default());
    let specialist = open(folder.path(), 1, "zh", &slow);
    let driver = open(folder.path(), 2, "zh", &clock);
    specialist.accept_credential(issued(&specialist, ASSOCIATION, -1, 300)).expect("taken");
    let picture = specialist.living_code().expect("a code").code;
    clock.0.store(31_000, Ordering::SeqCst);
    assert_eq!(seen(&driver, &picture), pair("cannot_check", "old"));
    clock.0.store(-32_000, Ordering::SeqCst);
    assert_eq!(seen(&driver, &picture), pair("cannot_check", "clocks_differ"));
    clock.0.store(0, Ordering::SeqCst);

    slow.0.store(-600_000, Ordering::SeqCst);
    let late = specialist.living_code().expect("a code").code;
    assert!(check(&driver, &late).challenge);
    let challenge = driver.challenge().expect("a challenge");
    let answer = specialist.answer_challenge(challenge).expect("an answer").code;
    assert_eq!(seen(&driver, &answer), pair("genuine", "genuine"));
    driver.challenge().expect("another");
    assert_eq!(seen(&driver, &answer), pair("cannot_check", "other_challenge"));
    assert!(specialist.answer_challenge(picture).is_err(), "a living code is no challenge");
}

#[test]
fn a_phone_takes_only_its_own_credential_and_only_the_associations() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let one = open(folder.path(), 1, lang, &Shifted::default());
        let other = open(folder.path(), 2, lang, &Shifted::default());
        let (own, forged) = (issued(&one, ASSOCIATION, -1, 1), issued(&one, STRANGER, -1, 1));
        says(other.accept_credential(own.clone()), Kind::Refused, "error-credential-other-phone", lang);
        says(one.accept_credential(forged), Kind::Refused, "error-credential-not-issued", lang);
        says(one.accept_credential(b"{}".to_vec()), Kind::Refused, "error-code-not-ours", lang);
        let taken = one.accept_credential(own).expect("taken");
        in_language(&taken.word, lang);
        one.shutdown();
        let again = open(folder.path(), 1, lang, &Shifted::default());
        assert_eq!(again.credential().expect("survives"), taken);
    }
}

const PLACE: (f64, f64) = (37.5377, 121.390);

/// On duty, 80 m before an accident: what this phone says.
fn verdict(field: &Field) -> Vec<String> {
    let position = |lon: f64| Position { lat: PLACE.0, lon, accuracy_m: 5.0, mock: false };
    field.begin_shift("鲁F12345".into()).expect("on duty");
    let seen_at_ms = now().0;
    let (id, position_of, road) = ("a1".into(), position(PLACE.1), "city".into());
    field.hear_of(Accident { id, position: position_of, seen_at_ms, road, served: false }).expect("heard");
    let metre = 1.0 / (111_195.0 * PLACE.0.to_radians().cos());
    let at = MachineClock.now().expect("the time");
    let fix = Fix { position: position(PLACE.1 - 80.0 * metre), speed_mps: Some(11.0), course_deg: Some(90.0), at };
    field.duty(fix).expect("a verdict").into_iter().map(|change| change.verdict).collect()
}

#[test]
fn t27_duty_follows_the_credential_of_that_time() {
    for (name, terms, expected) in [
        ("none: not known, which excuses nobody", vec![], "must_stop"),
        ("in force", vec![(-1, 1)], "must_stop"),
        ("expired", vec![(-10, -1)], "report_only"),
        ("of tomorrow", vec![(1, 10)], "report_only"),
        ("expired, and its renewal", vec![(-10, -1), (-1, 10)], "must_stop"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let field = open(folder.path(), 1, "zh", &Shifted::default());
        for (from, to) in terms {
            field.accept_credential(issued(&field, ASSOCIATION, from, to)).expect("taken");
        }
        assert_eq!(verdict(&field), [expected], "{name}");
    }
}

#[test]
fn the_feed_brings_a_phone_its_credential_and_everybody_what_is_revoked() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("gateway");
    let gateway = Gateway::start(&data);
    let phone = |number: u8| {
        let home = folder.path().join(number.to_string());
        std::fs::create_dir_all(&home).expect("a folder");
        let mut phone = Installation::new(&home, number);
        phone.association = (pinned(ASSOCIATION), None);
        enrol(&mut phone, &gateway, &data);
        phone.open().expect("opens")
    };
    let (specialist, driver) = (phone(1), phone(2));
    let key = folder.path().join("association.pem");
    std::fs::write(&key, pem(ASSOCIATION)).expect("written");
    let photo = folder.path().join("face.jpg");
    std::fs::write(&photo, picture(3, 4000)).expect("written");
    let device = specialist.device().expect("a device").parse().expect("an id");
    let issue = desk::credential::IssueArgs {
        key: key.clone(),
        number: NUMBER.into(),
        name: "王小查".into(),
        company: "测试公司".into(),
        from: Timestamp(now().0 / DAY * DAY - DAY),
        to: Timestamp(now().0 / DAY * DAY + DAY),
        photo,
        phone: Phone::Enrolled(data.clone(), device),
        out: folder.path().join("card.json"),
        qr: None,
        now: now(),
        json: true,
        lang: Lang::Zh,
    };
    assert_eq!(desk::credential::issue(&issue, &mut Vec::new()).expect("able"), desk::Exit::Good);
    sync(&specialist, 10);
    sync(&driver, 10);
    assert!(driver.credential().is_err(), "it is not his");
    let code = specialist.living_code().expect("a code").code;
    assert_eq!(seen(&driver, &code).0, "genuine");
    assert!(check(&driver, &code).face.is_some_and(|face| face.starts_with(&[0xff, 0xd8])), "a JPEG");

    let revoke = desk::credential::RevokeArgs {
        key,
        number: NUMBER.into(),
        at: now(),
        list: folder.path().join("revoked.json"),
        data: Some(data.clone()),
        now: now(),
        json: true,
        lang: Lang::Zh,
    };
    desk::credential::revoke(&revoke, &mut Vec::new()).expect("able");
    sync(&driver, 10);
    assert_eq!(seen(&driver, &code).0, "revoked");
}
