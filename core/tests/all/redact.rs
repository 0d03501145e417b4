//! Redacted views: what each audience sees, and that nothing of another party leaks, wherever it was planted.

use std::sync::OnceLock;

use jingbao_core::{
    canon::Sha256,
    evidence::{Finding, FindingCode},
    form::{Answer, Consents, Live, PhoneSaw, Receiver, Record, RecordedAnswer, RecordedPhoto},
    id::{DeviceId, PhotoId},
    privacy::Private,
    redact::{Audience, NoView, redact},
    time::Timestamp,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::road::{Phone, moment, pack, party};

const LETTERS: [&str; 3] = ["A", "B", "C"];

/// A sealed second revision of three parties, with void signatures; and consents of all to all.
fn base() -> &'static (Record<Live>, Consents) {
    static BASE: OnceLock<(Record<Live>, Consents)> = OnceLock::new();
    BASE.get_or_init(|| {
        let mut phone = Phone::recorder(false);
        phone.complete();
        phone.fill("C");
        phone.answer(Some("C"), "party.liability", "none");
        LETTERS.iter().for_each(|letter| phone.sign(letter));
        phone.seal(None).expect("sealed");
        phone.answer(Some("A"), "party.impact", "12");
        LETTERS.iter().for_each(|letter| phone.sign(letter));
        for (letter, receiver) in LETTERS.iter().flat_map(|letter| Receiver::ALL.map(|receiver| (letter, receiver))) {
            let what = jingbao_core::form::consent(phone.state(), party(letter), receiver, 1).expect("taken");
            phone.happen(what);
        }
        let mut record = phone.seal(Some("更正")).expect("sealed");
        // Small, for ten thousand cases.
        record.facts.scene.retain(|answer| answer.question == "scene.place");
        let kept = ["party.kind", "party.plate", "party.insurer", "party.policy"];
        record.facts.parties.iter_mut().for_each(|one| one.answers.retain(|a| kept.contains(&a.question.as_str())));
        record.facts.photos.truncate(1);
        record.signatures.truncate(2);
        record.void_signatures.truncate(2);
        (record, phone.state().consented.clone())
    })
}

fn recorded(question: &str, device: u8, value: &str) -> RecordedAnswer {
    let by = DeviceId::from_parts(Timestamp(1), [device; 10]);
    let answer = Answer::Value(Private::new(value.to_owned()));
    RecordedAnswer { question: question.to_owned(), by, answer, doubt: None }
}

#[derive(Clone, Debug)]
struct Person {
    name: String,
    id: String,
    phone: String,
}

fn person() -> impl Strategy<Value = Person> {
    let han = |range| prop::char::range(range, '\u{9fa5}');
    let name = (prop_oneof![han('\u{4e00}'), Just('𠮷'), Just('䶮')], prop::collection::vec(han('\u{5000}'), 1..4));
    let id = (370_602_u32..370_688, 1940_u32..2008, 1_u32..13, 1_u32..29, 0_u32..1000, 0_usize..11);
    (name, id, 3_u64..10, 0_u64..1_000_000_000).prop_map(|((first, rest), (area, y, m, d, n, check), second, tail)| {
        Person {
            name: std::iter::once(first).chain(rest).collect(),
            id: format!("{area}{y}{m:02}{d:02}{n:03}{}", &"0123456789X"[check..=check]),
            phone: format!("1{second}{tail:09}"),
        }
    })
}

/// The record with each person in its own column, and `planted` in every place the bits of `places` name.
fn with(people: &[Person], planted: &str, sum: &str, places: u32) -> Record<Live> {
    let mut record = base().0.clone();
    for (columns, person) in record.facts.parties.iter_mut().zip(people) {
        columns
            .answers
            .retain(|answer| !["party.name", "party.phone", "party.id_number"].contains(&answer.question.as_str()));
        let own = [("name", &person.name), ("phone", &person.phone), ("id_number", &person.id)];
        columns.answers.extend(own.map(|(question, value)| recorded(&format!("party.{question}"), 1, value)));
    }
    let at = |place: u32| places & (1 << place) != 0;
    let plant = |answers: &mut Vec<RecordedAnswer>, question: &str| answers.push(recorded(question, 2, planted));
    if at(0) {
        record.reason = Some(Private::new(planted.to_owned()));
    }
    if at(1) {
        plant(&mut record.facts.scene, "scene.place");
    }
    for (n, columns) in record.facts.parties.iter_mut().enumerate().filter(|(n, _)| at(2 + *n as u32)) {
        // A free text, a number, a choice and a question that no pack knows; by another phone than the column's.
        let question = ["party.damage", "party.policy", "party.kind"][n];
        plant(&mut columns.answers, question);
        plant(&mut columns.answers, "nobody.asks");
    }
    if at(5) {
        record.facts.photos.push(RecordedPhoto {
            photo: PhotoId::from_parts(Timestamp(1), [3; 10]),
            slot: planted.to_owned(),
            sha256: Sha256([7; 32]),
            bytes: 9,
            findings: vec![Finding {
                code: FindingCode::EditedBySoftware,
                values: [("software".to_owned(), planted.to_owned())].into(),
            }],
            at: moment(1),
            device: DeviceId::from_parts(Timestamp(1), [2; 10]),
            phone: PhoneSaw { app: Some(planted.to_owned()), ..PhoneSaw::default() },
            no_photo: Some(planted.to_owned()),
        });
    }
    if at(6) {
        record.void_signatures[0].lang = planted.to_owned();
        record.signatures[0].at.boot = planted.to_owned();
    }
    if at(7) {
        record.settlement.answers.push((Some(party("B")), recorded("party.settlement", 2, sum)));
        record.settlement.answers.push((Some(party("A")), recorded("party.liability", 2, planted)));
    }
    if at(8) {
        let by = DeviceId::from_parts(Timestamp(1), [2; 10]);
        let answer = Answer::Skipped(planted.to_owned());
        record.facts.parties[1].answers.push(RecordedAnswer { question: "party.vin".into(), by, answer, doubt: None });
    }
    record
}

fn audience(index: usize, letter: &str) -> Audience {
    let party = party(letter);
    [
        Audience::Surveyor,
        Audience::OwnParty(party),
        Audience::OtherParty(party),
        Audience::Insurer { party },
        Audience::Association,
    ][index]
}

/// Written apart from the code's table: whether name and phone, and whether the ID number, are shown in full.
fn may_see(index: usize, own: bool) -> (bool, bool) {
    match (index, own) {
        (1 | 3, true) => (true, true),
        (1, false) | (2, true) => (true, false),
        _ => (false, false),
    }
}

/// As a reader sees it who strips separators and turns full-width digits back.
fn plain(json: &str) -> String {
    json.chars()
        .filter(|c| !" -".contains(*c))
        .map(|c| char::from_u32(u32::from(c).wrapping_sub(0xfee0)).filter(char::is_ascii_digit).unwrap_or(c))
        .collect()
}

fn same_shape(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| {
                    key == "strokes" || other.get(key).is_some_and(|changed| same_shape(value, changed))
                })
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_shape(one, other))
        }
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn nothing_of_another_party_leaks_into_a_view_that_must_not_have_it(
        people in prop::array::uniform3(person()),
        (index, reader, victim) in (0_usize..5, 0_usize..3, 0_usize..3),
        (form, glue) in (0_usize..4, prop::sample::select(vec!["", " ", "电话", "7", "x", "，号", "0086"])),
        places in 0_u32..512,
    ) {
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            prop_assume!(people[one].id != people[other].id && people[one].phone != people[other].phone);
        }
        let Person { name, id, phone } = &people[victim];
        let planted = match form {
            0 => format!("{glue}{phone}{glue}{name}{glue}{id}{glue}"),
            1 => format!("{id}{glue}{phone}{name}"),
            2 => format!("{}-{} {}{glue}{name}", &phone[..3], &phone[3..7], &phone[7..]),
            _ => format!("{name}{glue}{}", phone.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect::<String>()),
        };
        let record = with(&people, &planted, phone, places);
        let view = redact(&record, pack(), audience(index, LETTERS[reader]), &base().1).expect("all consented");
        let seen = plain(&serde_json::to_string(&view).expect("json"));
        for (n, person) in people.iter().enumerate() {
            let (name_and_phone, id) = may_see(index, n == reader);
            let same = matches!(index, 1 | 3) && n != reader && person.name == people[reader].name;
            prop_assert!(same || name_and_phone || !seen.contains(&person.name), "the name of {n} leaks");
            prop_assert_eq!(seen.contains(&person.phone), name_and_phone, "the phone of {}", n);
            prop_assert_eq!(seen.contains(&person.id), id, "the ID number of {}", n);
        }
    }
}

#[test]
fn a_view_has_the_shape_of_the_record_and_says_nothing_by_it() {
    let people = ["王小明", "李四", "赵六六"].map(|name| Person {
        name: name.into(),
        id: "370602199003070013".into(),
        phone: "13900130001".into(),
    });
    let record = with(&people, "13900130001李四370602199003070013", "13900130001", 511);
    let whole = serde_json::to_value(&record).expect("json");
    for index in 0..5 {
        let view = redact(&record, pack(), audience(index, "B"), &base().1).expect("all consented");
        let view = serde_json::to_value(&view).expect("json");
        assert!(view != whole && same_shape(&whole, &view), "audience {index}");
    }
}

/// A party's value of a question as the audience sees it.
fn seen(index: usize, reader: &str, of: usize, question: &str) -> String {
    let people = [
        ("王小明", "370602199003070013", "13900130001"),
        ("李四", "37060219900307003X", "13800138000"),
        ("赵六六", "440524188001010014", "13700137000"),
    ]
    .map(|(name, id, phone)| Person { name: name.into(), id: id.into(), phone: phone.into() });
    let view = redact(&with(&people, "", "", 0), pack(), audience(index, reader), &base().1).expect("made");
    let view = serde_json::to_value(&view).expect("json");
    let answers = view["facts"]["parties"][of]["answers"].as_array().expect("answers").clone();
    let answer = answers.iter().find(|answer| answer["question"] == question).expect("answered");
    answer["answer"]["value"].as_str().expect("a text").to_owned()
}

#[test]
fn each_audience_sees_what_the_table_says() {
    let columns = ["party.name", "party.id_number", "party.phone", "party.plate", "party.insurer"];
    let row = |index, reader, of| columns.map(|question| seen(index, reader, of, question));
    assert_eq!(row(0, "A", 0), ["王**", "3706**********0013", "139****0001", "鲁F·**345", "picc"]);
    assert_eq!(row(1, "A", 0), ["王小明", "370602199003070013", "13900130001", "鲁F12345", "picc"]);
    assert_eq!(row(1, "B", 0), ["王小明", "3706**********0013", "13900130001", "鲁F12345", "picc"]);
    assert_eq!(row(2, "A", 1), ["李*", "***", "***", "鲁Y·***345", "picc"]);
    assert_eq!(row(3, "A", 0), row(1, "A", 0));
    assert_eq!(row(3, "B", 0), ["王**", "***", "***", "鲁F12345", "picc"]);
    assert_eq!(row(4, "A", 0), ["***", "***", "***", "鲁F·**345", "picc"]);
}

#[test]
fn a_hash_that_covers_masked_values_is_not_in_the_view() {
    let (record, consents) = base();
    let view = redact(record, pack(), Audience::Association, consents).expect("made");
    let json = serde_json::to_string(&view).expect("json");
    let hashes = record.signatures.iter().chain(&record.void_signatures).map(|given| given.shown);
    for hash in hashes.chain([record.settlement.facts]).chain(record.parent) {
        assert!(!json.contains(&hash.to_string()), "four missing digits are found by trying");
    }
    assert!(json.contains(&record.facts.photos[0].sha256.to_string()), "a photo's hash names the photo");
    assert!(!json.contains("400,500"), "and nobody's signature");
}

#[test]
fn no_view_is_made_for_a_party_that_is_not_there_or_without_consent() {
    let (record, consents) = base();
    let make = |audience, consents: &Consents| redact(record, pack(), audience, consents).map(drop);
    assert_eq!(make(Audience::OwnParty(party("D")), consents), Err(NoView::NoSuchParty));
    assert_eq!(make(Audience::Insurer { party: party("D") }, consents), Err(NoView::NoSuchParty));
    let (party, receiver) = (party("A"), Receiver::Association);
    assert_eq!(make(Audience::Association, &Consents::default()), Err(NoView::NotConsented { party, receiver }));
    assert_eq!(make(Audience::Surveyor, &Consents::default()), Ok(()));
}
