//! Codes that were changed, and codes that were written in another way than the one: none is taken.

use jingbao_core::{
    exchange::{Answer, BadCode, Challenge, Credential, Living, Standing},
    privacy::Private,
};
use proptest::prelude::*;

use crate::credential::{
    ASSOCIATION, FACE, NOW, PHONE, answer, claims, issued, issued_by, living, public, sign, standing,
};

/// COSE written by hand, in a way that our own writer never does.
mod by_hand {
    use super::*;
    use coset::cbor::value::Value;

    pub(super) fn code(cose: &[u8]) -> String {
        format!("JBC1:{}", base45::encode(miniz_oxide::deflate::compress_to_vec_zlib(cose, 9)))
    }

    fn encoded(value: &Value) -> Vec<u8> {
        let mut bytes = Vec::new();
        coset::cbor::ser::into_writer(value, &mut bytes).unwrap();
        bytes
    }

    /// Signed well by the association, whatever stands in it.
    pub(super) fn signed(protected: &[(i64, Value)], unprotected: &[(i64, Value)], payload: Vec<u8>) -> Vec<u8> {
        let map = |entries: &[(i64, Value)]| {
            Value::Map(entries.iter().map(|(label, value)| (Value::from(*label), value.clone())).collect())
        };
        let protected = encoded(&map(protected));
        let message = encoded(&Value::Array(vec![
            "Signature1".into(),
            Value::Bytes(protected.clone()),
            Value::Bytes(vec![]),
            Value::Bytes(payload.clone()),
        ]));
        let signature = sign(ASSOCIATION, &message).to_fixed().unwrap();
        let parts = vec![Value::Bytes(protected), map(unprotected), Value::Bytes(payload), Value::Bytes(signature)];
        encoded(&Value::Tag(18, Box::new(Value::Array(parts))))
    }

    pub(super) fn headers() -> Vec<(i64, Value)> {
        vec![(1, Value::from(-7)), (4, Value::Bytes(hex::decode(&public(ASSOCIATION).id().0).unwrap()))]
    }

    pub(super) fn payload() -> Vec<u8> {
        let sign1 = <coset::CoseSign1 as coset::TaggedCborSerializable>::from_tagged_slice(issued(-1, 1).bytes());
        sign1.unwrap().payload.unwrap()
    }
}

#[test]
fn only_one_way_of_writing_is_read_however_well_it_is_signed() {
    use by_hand::{code, headers, payload, signed};
    use coset::cbor::value::Value;

    let read = |cose: &[u8]| Credential::read(&code(cose));
    let good = signed(&headers(), &[], payload());
    assert_eq!(standing(&read(&good).unwrap(), NOW), Standing::Genuine, "the same by hand is good");

    let with = |more: (i64, Value)| [headers(), vec![more]].concat();
    let crit = with((2, Value::Array(vec![Value::from(99)])));
    for (what, cose) in [
        ("an unknown critical header", signed(&[crit, vec![(99, Value::from(1))]].concat(), &[], payload())),
        ("an unknown header", signed(&with((99, Value::from(1))), &[], payload())),
        ("an unprotected header", signed(&headers(), &[(99, Value::from(1))], payload())),
        ("another algorithm", signed(&[(1, Value::from(-8)), headers()[1].clone()], &[], payload())),
        ("no key's name", signed(&headers()[..1], &[], payload())),
        ("headers in another order", signed(&[headers()[1].clone(), headers()[0].clone()], &[], payload())),
        ("no tag", good[1..].to_vec()),
        ("a byte too many", [&good[..], &[0]].concat()),
        ("an indefinite array", [&[0xd2, 0x9f], &good[2..], &[0xff]].concat()),
        ("a longer tag", [&[0xd8, 18], &good[1..]].concat()),
    ] {
        assert_eq!(read(&cose), Err(BadCode::Damaged), "{what}");
    }

    let payload = payload();
    let entry = payload.windows(2).position(|two| two[0] == 0x02).unwrap();
    let doubled = |first: u8| {
        let mut twice = payload.clone();
        twice[0] = first;
        twice.splice(entry..entry, [0x02, 0x61, b'1']);
        twice
    };
    let mut longer = payload.clone();
    longer.splice(1..2, [0x18, 0x02]);
    let indefinite = [&[0xbf][..], &payload[1..], &[0xff]].concat();
    for (what, changed) in [
        ("a claim twice", doubled(payload[0] + 1)),
        ("a longer integer", longer),
        ("an indefinite map", indefinite),
        ("bytes after the claims", [&payload[..], &[0xf6]].concat()),
        ("no claims", vec![0xa0]),
    ] {
        assert_eq!(read(&signed(&headers(), &[], changed)), Err(BadCode::Damaged), "{what}");
    }
}

/// A small generator, so that the ten thousand are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % most as u64) as usize
    }
}

const LETTERS: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// One to three changes of the text or of one of the layers in it.
fn mutated(text: &str, chance: &mut Chance) -> String {
    let prefix = &text[..5];
    let packed = base45::decode(&text[5..]).unwrap();
    let layer = chance.below(3);
    let mut bytes = match layer {
        0 => text.as_bytes().to_vec(),
        1 => packed,
        _ => miniz_oxide::inflate::decompress_to_vec_zlib(&packed).unwrap(),
    };
    for _ in 0..=chance.below(3) {
        let at = chance.below(bytes.len());
        let byte = if layer == 0 { LETTERS[chance.below(45)] } else { chance.below(256) as u8 };
        match chance.below(6) {
            0 => bytes.insert(at, byte),
            1 => drop(bytes.remove(at)),
            2 => bytes.truncate(at.max(1)),
            3 if layer > 0 => bytes[at] ^= 1 << chance.below(8),
            _ => bytes[at] = byte,
        }
    }
    match layer {
        0 => String::from_utf8(bytes).unwrap(),
        1 => format!("{prefix}{}", base45::encode(&bytes)),
        _ => format!("{prefix}{}", base45::encode(miniz_oxide::deflate::compress_to_vec_zlib(&bytes, 9))),
    }
}

#[test]
fn of_ten_thousand_mutated_codes_none_is_accepted_and_none_panics() {
    let credential = issued(-1, 1);
    let (plain, alive) = (credential.text().unwrap(), living(&credential, PHONE, FACE, NOW, None));
    let mut chance = Chance(20_261_123);
    let mut changed = 0;
    for round in 0..20_000 {
        let original = if round % 2 == 0 { &plain } else { &alive };
        let text = mutated(original, &mut chance);
        if &text == original {
            continue;
        }
        changed += 1;
        let answer = answer(&text, NOW);
        assert!(!matches!(answer, Answer::Genuine | Answer::Copy), "{text} of {original}");
        if let Ok(read) = Credential::read(&text) {
            assert_eq!(standing(&read, NOW), Standing::NotASpecialist, "{text} of {original}");
        }
    }
    assert!(changed >= 10_000, "{changed}");
}

proptest! {
    #[test]
    fn no_text_panics(text in "(JB[CLN]1:)?[0-9A-Z $%*+./:-]{0,300}") {
        let _ = (answer(&text, NOW), Challenge::read(&text));
    }

    #[test]
    fn no_bytes_in_a_code_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let code = by_hand::code(&bytes);
        prop_assert!(Credential::read(&code).is_err());
        let living = code.replacen("JBC1", "JBL1", 1);
        prop_assert!(Living::read(&living).is_err());
    }

    #[test]
    fn any_claims_read_back(name in "[一-龥·]{1,20}", company in "[一-龥]{1,30}", number in "[0-9A-Z]{1,40}", days in 1_i64..9000) {
        let mut claims = claims(-days, days);
        prop_assume!(claims.valid_from.0 >= 0);
        (claims.name, claims.company, claims.number) = (Private::new(name), company, Private::new(number));
        let text = issued_by(ASSOCIATION, &claims).text().unwrap();
        let read = Credential::read(&text).unwrap();
        prop_assert_eq!(read.claims(), &claims);
    }
}
