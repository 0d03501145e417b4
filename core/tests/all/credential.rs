//! Whose credential is worth what, when, and on whose screen.

use jingbao_core::{
    canon::{PublicKey, Sha256, Signature},
    exchange::{
        Answer, BadCode, Challenge, Checking, Claims, Credential, CredentialFile, FaultyClaims, Glance, LIVE_MS,
        Living, Revocation, RevocationList, RevocationsRefused, SignedRevocations, Standing, Unsigned, glance, judge,
    },
    pack::Association,
    privacy::Private,
    text::{Lang, has},
    time::Timestamp,
    view,
};
use p256::ecdsa::{self, SigningKey, signature::Signer};

const DAY: i64 = 86_400_000;
pub(crate) const NOW: Timestamp = Timestamp(1_795_417_330_123);
pub(crate) const FACE: &[u8] = &[0x5a; 700];

fn signing(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).unwrap()
}

pub(crate) fn public(seed: u8) -> PublicKey {
    PublicKey::from_sec1(&signing(seed).verifying_key().to_sec1_bytes()).unwrap()
}

pub(crate) fn sign(seed: u8, message: &[u8]) -> Signature {
    let signature: ecdsa::Signature = signing(seed).sign(message);
    Signature(signature.to_der().as_bytes().to_vec())
}

pub(crate) const ASSOCIATION: u8 = 7;
pub(crate) const PHONE: u8 = 9;
const STRANGER: u8 = 11;

fn association() -> Association {
    Association { key: public(ASSOCIATION), successor: Some(public(ASSOCIATION + 1)) }
}

fn day(offset: i64) -> Timestamp {
    Timestamp((NOW.0 / DAY + offset) * DAY)
}

pub(crate) fn claims(from: i64, to: i64) -> Claims {
    Claims {
        number: Private::new("鲁烟查勘-0042".into()),
        name: Private::new("王𠮷·艾力".into()),
        company: "人保财险烟台市分公司".into(),
        photo: Sha256::of(FACE),
        device: public(PHONE),
        issued_at: day(-40),
        valid_from: day(from),
        valid_to: day(to),
    }
}

pub(crate) fn issued_by(seed: u8, claims: &Claims) -> Credential {
    let draft = claims.draft(public(seed).id()).unwrap();
    Credential::signed(&draft, &sign(seed, &draft.message())).unwrap()
}

pub(crate) fn issued(from: i64, to: i64) -> Credential {
    issued_by(ASSOCIATION, &claims(from, to))
}

pub(crate) fn standing(credential: &Credential, at: Timestamp) -> Standing {
    judge(credential, Checking { association: Some(&association()), revocations: None }, at).standing
}

pub(crate) fn living(
    credential: &Credential,
    seed: u8,
    face: &[u8],
    at: Timestamp,
    challenge: Option<Challenge>,
) -> String {
    let draft = Living::draft(credential, face, at, challenge);
    Living::text(&draft, &sign(seed, &draft.message())).unwrap()
}

fn seen(text: &str, now: Timestamp, asked: Option<Challenge>) -> Glance {
    glance(text, Checking { association: Some(&association()), revocations: None }, now, asked)
}

pub(crate) fn answer(text: &str, now: Timestamp) -> Answer {
    seen(text, now, None).answer
}

#[test]
fn a_credential_reads_back_as_it_was_issued() {
    let credential = issued(-10, 10);
    let text = credential.text().unwrap();
    assert!(text.starts_with("JBC1:") && text.len() < 700, "{}", text.len());
    assert!(text.chars().all(|c| "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".contains(c)));
    let read = Credential::read(&text).unwrap();
    assert_eq!(read, credential);
    assert_eq!(read.claims(), &claims(-10, 10));
    assert_eq!(read.issuer(), &public(ASSOCIATION).id());
    assert_eq!(standing(&read, NOW), Standing::Genuine);
}

#[test]
fn t27_a_certificate_is_judged_at_the_time_of_the_accident() {
    let (accident, upload) = (NOW, NOW.plus(3 * DAY));
    let expired_then_renewed = (issued(-30, -1), issued(1, 30));
    assert_eq!(standing(&expired_then_renewed.0, accident), Standing::Expired);
    assert_eq!(standing(&expired_then_renewed.1, accident), Standing::NotYetValid);
    assert_eq!(standing(&expired_then_renewed.1, upload), Standing::Genuine);
}

#[test]
fn t27_a_certificate_valid_at_the_accident_and_expired_at_the_upload_was_valid() {
    let credential = issued(-30, 1);
    assert_eq!(standing(&credential, NOW), Standing::Genuine);
    assert_eq!(standing(&credential, NOW.plus(3 * DAY)), Standing::Expired);
    let taken_back = list(NOW.plus(DAY / 2));
    let by = Checking { association: Some(&association()), revocations: Some(&taken_back) };
    assert_eq!(judge(&credential, by, NOW).standing, Standing::Genuine, "revoked after the accident");
    assert_eq!(judge(&credential, by, NOW).revoked_at, Some(NOW.plus(DAY / 2)));
    assert_eq!(judge(&credential, by, NOW.plus(DAY / 2)).standing, Standing::Revoked);
}

#[test]
fn validity_begins_and_ends_to_the_millisecond() {
    let credential = issued(0, 1);
    assert_eq!(standing(&credential, day(0).plus(-1)), Standing::NotYetValid);
    assert_eq!(standing(&credential, day(0)), Standing::Genuine);
    assert_eq!(standing(&credential, day(1).plus(-1)), Standing::Genuine);
    assert_eq!(standing(&credential, day(1)), Standing::Expired);
}

#[test]
fn the_pinned_key_and_its_successor_issue_and_nobody_else() {
    for (seed, expected) in [
        (ASSOCIATION, Standing::Genuine),
        (ASSOCIATION + 1, Standing::Genuine),
        (STRANGER, Standing::NotASpecialist),
        (PHONE, Standing::NotASpecialist),
    ] {
        assert_eq!(standing(&issued_by(seed, &claims(-1, 1)), NOW), expected);
    }
    // A stranger who writes the association's name over his own signature.
    let draft = claims(-1, 1).draft(public(ASSOCIATION).id()).unwrap();
    let forged = Credential::signed(&draft, &sign(STRANGER, &draft.message())).unwrap();
    assert_eq!(standing(&forged, NOW), Standing::NotASpecialist);
    let unknown = judge(&issued(-1, 1), Checking::default(), NOW);
    assert_eq!((unknown.standing, unknown.list_age_ms), (Standing::CannotCheck, None));
}

fn list(at: Timestamp) -> RevocationList {
    let number = claims(0, 1).number.reveal().clone();
    RevocationList { made_at: at, revoked: vec![Revocation { number, at }] }
}

fn signed_list(list: &RevocationList, seed: u8) -> Vec<u8> {
    let signature = sign(seed, &list.message().unwrap());
    let file = SignedRevocations { revocations: list.clone(), key: public(seed).id(), signature };
    serde_json::to_vec(&file).unwrap()
}

#[test]
fn a_revocation_takes_back_what_was_issued_before_it_and_not_what_follows() {
    let (old, mut anew) = (issued(-30, 30), claims(-30, 30));
    anew.issued_at = day(1);
    let anew = issued_by(ASSOCIATION, &anew);
    let list = list(NOW);
    let by = Checking { association: Some(&association()), revocations: Some(&list) };
    assert_eq!(judge(&old, by, NOW).standing, Standing::Revoked);
    assert_eq!(judge(&anew, by, day(2)).standing, Standing::Genuine);
    assert_eq!(judge(&old, by, NOW.plus(5 * DAY)).list_age_ms, Some(5 * DAY));
}

#[test]
fn a_list_is_taken_only_from_the_association_and_never_backwards() {
    let (older, newer) = (list(NOW), list(NOW.plus(1)));
    let by = association();
    let accept = |current, file: &[u8]| SignedRevocations::accept(current, file, Some(&by));
    assert_eq!(accept(None, &signed_list(&older, ASSOCIATION)), Ok(older.clone()));
    assert_eq!(accept(Some(&older), &signed_list(&newer, ASSOCIATION)), Ok(newer.clone()));
    assert_eq!(accept(Some(&newer), &signed_list(&older, ASSOCIATION)), Err(RevocationsRefused::NotNewer));
    assert_eq!(accept(None, &signed_list(&older, STRANGER)), Err(RevocationsRefused::NotSigned));
    assert_eq!(accept(None, b"{}"), Err(RevocationsRefused::NotReadable));
    assert_eq!(
        SignedRevocations::accept(None, &signed_list(&older, ASSOCIATION), None),
        Err(RevocationsRefused::NoKey)
    );
}

#[test]
fn claims_that_cannot_stand_are_not_signed() {
    let tried = |change: &dyn Fn(&mut Claims)| {
        let mut claims = claims(-1, 1);
        change(&mut claims);
        claims.draft(public(ASSOCIATION).id()).err()
    };
    assert_eq!(tried(&|_| ()), None);
    assert_eq!(tried(&|c| c.number = Private::new(String::new())), Some(FaultyClaims::Number));
    assert_eq!(tried(&|c| c.name = Private::new("王\u{202e}吉".into())), Some(FaultyClaims::Name));
    assert_eq!(tried(&|c| c.name = Private::new("长".repeat(51))), Some(FaultyClaims::Name));
    assert_eq!(tried(&|c| c.company = "\n".into()), Some(FaultyClaims::Company));
    assert_eq!(tried(&|c| c.valid_to = c.valid_from), Some(FaultyClaims::Times));
    assert_eq!(tried(&|c| c.valid_to = Timestamp(i64::MAX)), Some(FaultyClaims::Times));
}

#[test]
fn a_file_brings_the_face_that_the_credential_names_or_none() {
    let credential = issued(-1, 1);
    let file = serde_json::to_vec(&CredentialFile::of(&credential, FACE).unwrap()).unwrap();
    assert_eq!(CredentialFile::open(&file), Ok((credential.clone(), FACE.to_vec())));
    let other = serde_json::to_vec(&CredentialFile::of(&credential, b"another face").unwrap()).unwrap();
    assert_eq!(CredentialFile::open(&other), Err(BadCode::NotGenuine));
    assert_eq!(CredentialFile::open(b"[]"), Err(BadCode::NotOurs));
}

#[test]
fn a_living_code_with_its_face_fits_a_qr_code_of_version_25() {
    let mut most = claims(-1, 1);
    (most.name, most.company) = (Private::new("欧".repeat(20)), "保".repeat(30));
    let text = living(&issued_by(ASSOCIATION, &most), PHONE, FACE, NOW, Some(Challenge([0xa5; 16])));
    let code = qrcode::QrCode::with_error_correction_level(&text, qrcode::EcLevel::L).unwrap();
    assert!(matches!(code.version(), qrcode::Version::Normal(..=25)), "{:?}", code.version());
    assert_eq!(answer(&living(&issued(-1, 1), PHONE, FACE, NOW, None), NOW), Answer::Genuine);
}

#[test]
fn a_screenshot_older_than_30_seconds_is_refused() {
    let text = living(&issued(-1, 1), PHONE, FACE, NOW, None);
    for (later, expected) in [
        (0, Answer::Genuine),
        (LIVE_MS, Answer::Genuine),
        (LIVE_MS + 1, Answer::Old),
        (3_600_000, Answer::Old),
        (-LIVE_MS, Answer::Genuine),
        (-LIVE_MS - 1, Answer::ClocksDiffer),
    ] {
        let answer = answer(&text, NOW.plus(later));
        assert_eq!(answer, expected, "{later} ms later");
        assert_eq!(answer.asks_for_challenge(), answer != Answer::Genuine);
    }
}

#[test]
fn where_clocks_differ_a_challenge_settles_it_and_only_the_one_that_was_asked() {
    let (asked, another) = (Challenge([1; 16]), Challenge([2; 16]));
    assert_eq!(Challenge::read(&asked.text()), Ok(asked));
    let credential = issued(-1, 1);
    let slow = NOW.plus(-40 * 60_000);
    let text = living(&credential, PHONE, FACE, slow, Some(asked));
    assert_eq!(seen(&text, NOW, Some(asked)).answer, Answer::Genuine);
    assert_eq!(seen(&text, NOW, Some(another)).answer, Answer::OtherChallenge);
    assert_eq!(seen(&text, NOW, None).answer, Answer::OtherChallenge);
    let plain = living(&credential, PHONE, FACE, slow, None);
    assert_eq!(seen(&plain, NOW, Some(asked)).answer, Answer::Old);
    let strangers = living(&credential, STRANGER, FACE, NOW, Some(asked));
    assert_eq!(seen(&strangers, NOW, Some(asked)).answer, Answer::NotASpecialist);
}

#[test]
fn another_phone_or_another_face_is_not_a_specialist() {
    let credential = issued(-1, 1);
    assert_eq!(answer(&living(&credential, STRANGER, FACE, NOW, None), NOW), Answer::NotASpecialist);
    let other_face = seen(&living(&credential, PHONE, b"another face", NOW, None), NOW, None);
    assert_eq!((other_face.answer, other_face.face), (Answer::NotASpecialist, None));
    assert_eq!(answer("https://example.invalid/", NOW), Answer::NotASpecialist);
    assert_eq!(answer(&credential.text().unwrap(), NOW), Answer::Copy, "a copy is no specialist's phone");
    assert_eq!(answer("JBL2:ABC", NOW), Answer::Newer);
    assert_eq!(answer("JBL1:ABC", NOW), Answer::Unreadable);
    let unpinned = glance(&living(&credential, PHONE, FACE, NOW, None), Checking::default(), NOW, None);
    assert_eq!(unpinned.answer, Answer::NoKey);
}

#[test]
fn what_is_wrong_with_the_credential_counts_before_the_moment() {
    let old = NOW.plus(-3_600_000);
    assert_eq!(answer(&living(&issued(-30, -1), PHONE, FACE, old, None), NOW), Answer::Expired);
    assert_eq!(answer(&living(&issued(1, 2), PHONE, FACE, old, None), NOW), Answer::NotYetValid);
    let (by, list) = (association(), list(NOW.plus(-1)));
    let by = Checking { association: Some(&by), revocations: Some(&list) };
    assert_eq!(glance(&living(&issued(-1, 1), PHONE, FACE, NOW, None), by, NOW, None).answer, Answer::Revoked);
}

#[test]
fn every_answer_has_a_word_and_a_sentence_in_both_languages() {
    for lang in Lang::ALL {
        for answer in Answer::ALL {
            assert_eq!(serde_json::to_value(answer).unwrap(), answer.code());
            assert!(has(lang, &format!("seen-{}", answer.code())), "{answer:?}");
            assert!(has(lang, &format!("seen-word-{}", answer.verdict())), "{answer:?}");
        }
        for age in [None, Some(0), Some(7_200_000), Some(3 * DAY)] {
            assert!(!view::list_text(age, lang).is_empty());
        }
    }
}

#[test]
fn a_name_is_shown_only_of_one_whom_the_association_vouches_for() {
    let credential = issued(-1, 1);
    let good = seen(&living(&credential, PHONE, FACE, NOW, None), NOW, None);
    let shown = view::code_view(&good, None, Lang::En);
    assert_eq!((shown.verdict.as_str(), shown.word.as_str()), ("genuine", "Genuine"));
    assert_eq!(shown.name.as_deref(), Some("王𠮷·艾力"));
    assert_eq!(shown.face.as_deref(), Some(FACE));
    let bad = seen(&living(&credential, STRANGER, FACE, NOW, None), NOW, None);
    let shown = view::code_view(&bad, None, Lang::En);
    assert_eq!((shown.name, shown.number, shown.face), (None, None, None));
}

#[test]
fn invariant_7_debug_of_a_credential_names_nobody() {
    let credential = issued(-1, 1);
    let text = living(&credential, PHONE, FACE, NOW, None);
    let glance = seen(&text, NOW, None);
    let judged = glance.judged.unwrap();
    let printed = format!(
        "{credential:?} {:?} {glance:?} {:?} {:?} {:?}",
        credential.claims().name,
        view::code_view(&glance, None, Lang::Zh),
        view::credential_view(&credential, judged, Lang::Zh),
        list(NOW)
    );
    assert!(!printed.contains("王") && !printed.contains("0042"), "{printed}");
}

/// The draft names its key, so that a screen can say who is to sign.
#[test]
fn a_draft_prints_no_claims() {
    let draft: Unsigned = claims(-1, 1).draft(public(ASSOCIATION).id()).unwrap();
    assert!(!format!("{draft:?}").contains("王"));
}
