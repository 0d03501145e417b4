//! A party in one picture: what realistic people write fits, reads back to the very same statement, and is read from a
//! screen by a reader that shares nothing with the writer.

use jingbao_core::{
    canon,
    exchange::{self, BadCode, Code, LONGEST_PARTY, Picture, decode, encode, encode_party, party_fits},
    form::{self, Answer, AnyCase, Role, StatedPart, Statement, StatementRefused},
    privacy::Private,
    time::{Moment, Timestamp},
};
use proptest::{prelude::*, strategy::ValueTree};

use crate::{
    credential,
    road::{Phone, columns, moment, party},
};

const DAY: i64 = 86_400_000;

/// One party's columns as people fill them in.
type Columns = Vec<(&'static str, String)>;

fn one_of(choices: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    prop::sample::select(choices).prop_map(str::to_owned)
}

fn resident_id() -> impl Strategy<Value = String> {
    (370_602..370_690u32, 1950..2008u32, 1..13u32, 1..29u32, 0..1000u32).prop_map(|(place, y, m, d, nth)| {
        let front = format!("{place}{y}{m:02}{d:02}{nth:03}");
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let sum: u32 = front.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        format!("{front}{}", &"10X98765432"[sum as usize % 11..][..1])
    })
}

/// Names, plates, numbers and a sentence or two about the damage.
fn realistic() -> impl Strategy<Value = Columns> {
    let who = (
        "[王李张刘陈杨赵黄周吴欧𠮷][一-龥]{1,2}|[阿买艾][一-龥]{2,4}·[一-龥]{2,5}",
        resident_id(),
        "1[3-9][0-9]{9}",
        "[0-9]{12}",
        "鲁[FY][A-HJ-NP-Z0-9]{5}|鲁[FY][DF][0-9]{5}",
    );
    let car = (
        one_of(&["car", "van", "bus", "truck", "taxi", "motorcycle", "other"]),
        one_of(&["picc", "pingan", "cpic", "chinalife", "sunshine", "taiping", "unknown"]),
        "P[A-Z]{3}20[0-9]{18}",
        "[A-Z]{4}20[0-9]{16}",
        "L[A-HJ-NPR-Z0-9]{16}",
        one_of(&["east", "south_west", "north", "unknown"]),
    );
    let harm = (
        1..13u8,
        "[前后左右保险杠车灯门翼子板凹陷划痕破裂变形约厘米处漆面脱落，、]{0,60}",
        one_of(&["full", "main", "equal", "minor", "none"]),
        0..2_000_000u32,
    );
    (who, car, harm).prop_map(|((name, id, phone, licence, plate), car, (impact, damage, liability, fen))| {
        let (vehicle, insurer, policy, report, vin, direction) = car;
        let all = [
            ("party.kind", "motor".to_owned()),
            ("party.name", name),
            ("party.id_number", id),
            ("party.licence", licence),
            ("party.phone", phone),
            ("party.vehicle_kind", vehicle),
            ("party.plate", plate),
            ("party.insurer", insurer),
            ("party.policy", policy),
            ("party.report_number", report),
            ("party.vin", vin),
            ("party.direction", direction),
            ("party.impact", impact.to_string()),
            ("party.damage", damage),
            ("party.liability", liability),
            ("party.settlement", fen.to_string()),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    })
}

/// The statement of B's phone that says these columns.
fn statement(columns: &Columns) -> Statement {
    let mut phone = Phone::joined(2, Role::Party(party("B")), Private::new("5e".repeat(16)));
    for (question, value) in columns {
        let (question, answer) = ((*question).to_owned(), Answer::Value(Private::new(value.clone())));
        phone.happen(form::Happened::Answered { question, party: Some(party("B")), answer });
    }
    let AnyCase::Live(case) = &phone.case else { panic!("a live case") };
    let boot = "8f2e19a4-7c55-4b0e-9d3a-1f60c2b7e911".to_owned();
    let at = Moment { boot, ..moment(123_456_789) };
    form::make_statement(case, Some(StatedPart::Party), &at).expect("made").0
}

fn shown(statement: &Statement) -> Result<String, BadCode> {
    let message = canon::bytes(statement).expect("canonical");
    let proof = exchange::proof(&Private::new("5e".repeat(16)), canon::Sha256::of(&message));
    encode_party(
        statement,
        proof,
        &credential::public(credential::PHONE),
        &credential::sign(credential::PHONE, &message),
    )
}

/// The text of the only code in a grey picture, read by another library than the one that drew it.
fn read(side: usize, grey: &[u8]) -> Option<String> {
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| grey[y * side + x]);
    picture.detect_grids().iter().find_map(|grid| Some(grid.decode().ok()?.1))
}

fn columns_of(runner: &mut proptest::test_runner::TestRunner) -> Columns {
    realistic().new_tree(runner).expect("columns").current()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_realistic_party_fits_one_code_of_version_20_m_and_reads_back_to_the_same_statement(columns in realistic()) {
        let statement = statement(&columns);
        prop_assert!(party_fits(&statement, &credential::public(credential::PHONE)));
        let text = shown(&statement).expect("fits");
        prop_assert!(text.len() <= LONGEST_PARTY, "{}", text.len());
        let wanted = qrcode::QrCode::with_error_correction_level(&text, qrcode::EcLevel::M).expect("a code");
        prop_assert!(matches!(wanted.version(), qrcode::Version::Normal(..=20)), "{:?}", wanted.version());
        let Ok(Code::Statement { statement: read, proof, key, signature }) = decode(&text) else { panic!("{text}") };
        prop_assert_eq!(canon::bytes(&*read).expect("canonical"), canon::bytes(&statement).expect("canonical"));
        prop_assert_eq!(exchange::genuine(&read, proof, &key, &signature, &Private::new("5e".repeat(16))), Ok(()));
    }

    #[test]
    fn t24_one_changed_character_of_a_partys_code_is_never_taken(columns in realistic(), at in any::<prop::sample::Index>(), with in "[0-9A-Z $%*+./:-]") {
        let text = shown(&statement(&columns)).expect("fits");
        let place = 4 + at.index(text.len() - 4);
        let mut changed = text.clone();
        changed.replace_range(place..=place, &with);
        prop_assert!(changed == text || decode(&changed).is_err());
    }

    #[test]
    fn what_does_not_fit_is_known_before_it_is_signed(length in 0..400usize) {
        let mut columns = columns("B").into_iter().map(|(question, value)| (question, value.to_owned())).collect::<Vec<_>>();
        let rare: String = (0..length).filter_map(|n| char::from_u32(0x4e00 + (n as u32 * 7919) % 20_000)).collect();
        columns.push(("party.damage", format!("损{rare}")));
        let statement = statement(&columns);
        let fits = party_fits(&statement, &credential::public(credential::PHONE));
        prop_assert!(!fits || shown(&statement).is_ok());
        prop_assert_eq!(length > 300 && fits, false);
        prop_assert!(length > 90 || fits, "{}", length);
    }
}

#[test]
fn t24_a_partys_code_is_for_one_day_one_case_and_once() {
    let mut recorder = Phone::recorder(false);
    let said = statement(&columns("B").into_iter().map(|(question, value)| (question, value.to_owned())).collect());
    let code = decode(&shown(&said).expect("fits")).expect("reads");
    let made = said.at.wall;
    assert!(code.clone().valid_at(made.plus(DAY)).is_ok());
    assert_eq!(code.clone().valid_at(made.plus(DAY + 1)), Err(BadCode::Expired));
    assert_eq!(code.valid_at(made.plus(-DAY - 1)), Err(BadCode::Expired), "a clock that is days ahead");
    assert_eq!(recorder.take(&said), Ok(()));
    assert_eq!(recorder.take(&said), Err(StatementRefused::Replayed));
    let elsewhere = Statement { case: "01900000-0000-7000-8000-000000000001".parse().expect("an id"), ..said.clone() };
    assert_eq!(recorder.take(&elsewhere), Err(StatementRefused::AnotherCase));
    assert_eq!(decode(&format!("JB2:{}", "0".repeat(LONGEST_PARTY))), Err(BadCode::TooLarge));
    assert_eq!(exchange::Code::until(Timestamp(0)), Timestamp(DAY));
}

#[test]
fn a_party_that_is_said_alone_leaves_the_photos_and_signatures_of_its_phone_where_they_are() {
    let mut recorder = Phone::recorder(false);
    let mut driver =
        Phone::joined(2, Role::Party(party("B")), recorder.state().secret_of(party("B")).expect("derived"));
    recorder.complete();
    driver.photo("damage_b");
    recorder.show_draft_to(&mut driver);
    driver.sign("B");
    let whole = driver.state_now();
    recorder.take(&whole).expect("taken");
    let photos = recorder.state().photos.len();
    driver.answer(Some("B"), "party.plate", "鲁F88888");
    let AnyCase::Live(case) = &driver.case else { panic!("a live case") };
    let (alone, ..) = form::make_statement(case, Some(StatedPart::Party), &moment(9)).expect("made");
    recorder.take(&alone).expect("taken");
    assert_eq!(recorder.state().value(Some(party("B")), "party.plate"), Some("鲁F88888"));
    assert_eq!((recorder.state().photos.len(), recorder.state().signatures.len()), (photos, 2));
    let more = Statement { number: 9, photos: whole.photos, ..alone };
    assert_eq!(recorder.take(&more), Err(StatementRefused::NotIts), "a part says no more than its part");
}

/// What a camera makes of a screen, frame by frame: a hand is never still, and a scanner looks until it reads.
mod camera {
    use super::Picture;

    /// How the hand moves from frame to frame: degrees, and pixels a module.
    const FRAMES: [(f64, f64); 6] = [(0.0, 4.0), (1.5, 5.0), (-2.0, 5.6), (3.0, 6.1), (-3.5, 6.8), (5.0, 4.6)];

    /// One frame of a picture that is turned by so many degrees.
    pub(super) fn frame(picture: &Picture, degrees: f64, frame: usize) -> (usize, Vec<u8>) {
        let (more, scale) = FRAMES[frame];
        turned(picture, degrees + more, scale)
    }

    /// Turned around its middle, on a larger light field; each pixel is the mean of nine points in it.
    fn turned(picture: &Picture, degrees: f64, scale: f64) -> (usize, Vec<u8>) {
        let wide = (picture.side as f64 * scale * 1.45) as usize;
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (middle, centre) = (wide as f64 / 2.0, picture.side as f64 / 2.0);
        let light = |x: f64, y: f64| {
            let (dx, dy) = ((x - middle) / scale, (y - middle) / scale);
            let (u, v) = (cos * dx + sin * dy + centre, cos * dy - sin * dx + centre);
            let side = picture.side as f64;
            let inside = (0.0..side).contains(&u) && (0.0..side).contains(&v);
            u32::from(!(inside && picture.dark[v as usize * picture.side + u as usize]))
        };
        let at = |n: usize| {
            let (x, y) = ((n % wide) as f64, (n / wide) as f64);
            let lit: u32 =
                (0..9).map(|k| light(x + f64::from(k % 3 * 2 + 1) / 6.0, y + f64::from(k / 3 * 2 + 1) / 6.0)).sum();
            (lit * 255 / 9) as u8
        };
        (wide, (0..wide * wide).map(at).collect())
    }

    /// Out of focus: each pixel is the mean of the square of nine around it, once more for each round.
    pub(super) fn blurred((side, mut grey): (usize, Vec<u8>), rounds: usize) -> (usize, Vec<u8>) {
        for _ in 0..rounds {
            let sharp = grey.clone();
            for (n, value) in grey.iter_mut().enumerate() {
                let (x, y) = (n % side, n / side);
                if x > 0 && y > 0 && x + 1 < side && y + 1 < side {
                    let sum: u32 = (0..9).map(|k| u32::from(sharp[(y + k / 3 - 1) * side + x + k % 3 - 1])).sum();
                    *value = (sum / 9) as u8;
                }
            }
        }
        (side, grey)
    }

    /// A dim screen in the sun.
    pub(super) fn faint((side, grey): (usize, Vec<u8>)) -> (usize, Vec<u8>) {
        (side, grey.iter().map(|value| 120 + value / 5).collect())
    }
}

/// 64 parties, and as many invitations, credentials and living codes.
fn texts() -> Vec<(&'static str, String)> {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let recorder = Phone::recorder(false);
    let mut texts = Vec::new();
    for nth in 0..64u8 {
        texts.push(("party", shown(&statement(&columns_of(&mut runner))).expect("fits")));
        let invitation = Code::Invite {
            case: recorder.state().id,
            recorder: recorder.state().device,
            nature: "live".into(),
            secret: Private::new(canon::Sha256::of(&[nth]).to_string()),
            party: party("B"),
            place: None,
            until: Timestamp(i64::from(nth)),
        };
        texts.push(("invitation", encode(&invitation).expect("encodes")));
        let issued = credential::issued(-10 - i64::from(nth), 10);
        texts.push(("credential", issued.text().expect("fits")));
        let at = credential::NOW.plus(i64::from(nth));
        texts.push(("living", credential::living(&issued, credential::PHONE, credential::FACE, at, None)));
    }
    texts
}

/// One frame of a picture as a camera sees it.
type Seen = fn(&Picture, usize) -> (usize, Vec<u8>);

/// The ways, how many frames are looked at, and of how many of a hundred codes of each kind one is read.
const DISTURBED: [(&str, Seen, usize, usize); 6] = [
    ("two pixels a module", |picture, _| picture.grey(2), 1, 100),
    ("faint", |picture, _| camera::faint(picture.grey(4)), 1, 100),
    // Seen: 56 % of the parties, after 62 % with other frames; this reader looks at one pixel a module.
    ("blurred", |picture, frame| camera::blurred(camera::frame(picture, 0.0, frame), 1), 6, 50),
    ("turned by 7°", |picture, frame| camera::frame(picture, 7.0, frame), 6, 90),
    ("turned by 45°", |picture, frame| camera::frame(picture, 45.0, frame), 6, 90),
    ("turned by 200°", |picture, frame| camera::frame(picture, 200.0, frame), 6, 90),
];

#[test]
fn two_hundred_and_fifty_six_codes_are_read_back_from_their_pictures_also_when_disturbed() {
    let texts = texts();
    assert_eq!(texts.len(), 256);
    let pictures: Vec<_> =
        texts.iter().map(|(kind, text)| (*kind, text, Picture::of(text).expect("a picture"))).collect();
    for (kind, text, picture) in &pictures {
        let (side, grey) = picture.grey(4);
        assert_eq!(read(side, &grey).as_ref(), Some(*text), "{kind}");
    }
    let mut missed = Vec::new();
    for (name, seen, frames, least) in DISTURBED {
        for wanted in ["party", "invitation", "credential", "living"] {
            let of_kind: Vec<_> = pictures.iter().filter(|(kind, ..)| *kind == wanted).step_by(4).collect();
            let right = of_kind.iter().filter(|(_, text, picture)| {
                let first = (0..frames).map(|frame| seen(picture, frame)).find_map(|(side, grey)| read(side, &grey));
                assert!(first.is_none() || first.as_ref() == Some(*text), "{wanted}, {name}: read as something else");
                first.is_some()
            });
            let percent = right.count() * 100 / of_kind.len();
            if percent < least {
                missed.push(format!("{wanted}, {name}: {percent} %"));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}
