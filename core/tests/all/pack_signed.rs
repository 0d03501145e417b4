//! What replaces the pack in force and what is refused, and the published schema.

use std::sync::OnceLock;

use jingbao_core::{
    canon::{self, PublicKey, Signature},
    pack::{Association, Pack, PackRefused, SignedPack, accept, json_schema},
    text::{Lang, has, say},
};
use p256::ecdsa::{self, SigningKey, signature::Signer};
use proptest::prelude::*;
use serde_json::{Value, json};

fn key(seed: u8) -> (SigningKey, PublicKey) {
    let signing = SigningKey::from_slice(&[seed; 32]).expect("a key");
    let public = PublicKey::from_sec1(&signing.verifying_key().to_sec1_bytes()).expect("a key");
    (signing, public)
}

fn newer() -> Value {
    let mut pack: Value = serde_json::from_str(include_str!("../../packs/shandong-yantai.json")).expect("json");
    pack["version"] = json!(Pack::builtin().version + 1);
    pack
}

fn signed(pack: Value, seed: u8) -> Vec<u8> {
    let (signing, public) = key(seed);
    let signature: ecdsa::Signature = signing.sign(&canon::bytes(&pack).expect("canonical"));
    let signature = Signature(signature.to_der().as_bytes().to_vec());
    serde_json::to_vec(&SignedPack { pack, key: public.id(), signature }).expect("json")
}

fn tried(file: &[u8]) -> Result<Pack, PackRefused> {
    accept(Pack::builtin(), file, Some(&Association { key: key(7).1, successor: None })).map(|(pack, _)| pack)
}

fn changed(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut pack = newer();
    change(&mut pack);
    signed(pack, 7)
}

#[test]
fn a_signed_newer_pack_of_the_same_region_is_taken() {
    let taken = tried(&signed(newer(), 7)).expect("taken");
    assert_eq!(taken.version, Pack::builtin().version + 1);
    assert_eq!(taken.questions, Pack::builtin().questions);
}

#[test]
fn the_pinned_key_and_its_named_successor_sign_and_nobody_else() {
    let association = Association { key: key(7).1, successor: Some(key(9).1) };
    let by = |seed| accept(Pack::builtin(), &signed(newer(), seed), Some(&association)).map(|(pack, _)| pack.version);
    assert_eq!(by(7), Ok(Pack::builtin().version + 1));
    assert_eq!(by(9), by(7));
    assert_eq!(by(8), Err(PackRefused::NotSigned));
    assert_eq!(tried(&signed(newer(), 9)), Err(PackRefused::NotSigned), "a successor that was not named");
    assert_eq!(accept(Pack::builtin(), &signed(newer(), 7), None).err(), Some(PackRefused::NoKey));
    let named: Vec<String> = Lang::ALL.iter().map(|lang| say(*lang, "pack-refused-no_key", &[])).collect();
    assert!(named.iter().all(|sentence| !sentence.contains("no_key")), "{named:?}");
}

#[test]
fn whatever_is_wrong_is_refused_with_its_code_and_a_sentence_in_both_languages() {
    let whole = signed(newer(), 7);
    let mut unknown_field: Value = serde_json::from_slice(&whole).expect("json");
    unknown_field["note"] = json!("");
    let mut other_kid: Value = serde_json::from_slice(&whole).expect("json");
    other_kid["key"] = json!("0000000000000000");
    let mut touched: Value = serde_json::from_slice(&whole).expect("json");
    touched["pack"]["caps"]["quick_side_fen"] = json!(300_000);
    let cases = [
        ("not_readable", b"".to_vec()),
        ("not_readable", b"{".to_vec()),
        ("not_readable", newer().to_string().into_bytes()),
        ("not_readable", unknown_field.to_string().into_bytes()),
        ("not_readable", vec![b'['; 5 << 20]),
        ("not_readable", changed(|pack| pack["caps"]["quick_side_fen"] = json!(2000.5))),
        ("not_readable", changed(|pack| pack["duty"]["leave_factor"] = json!(0.5))),
        ("not_readable", signed(json!([]), 7)),
        ("not_signed", signed(newer(), 8)),
        ("not_signed", other_kid.to_string().into_bytes()),
        ("not_signed", touched.to_string().into_bytes()),
        ("schema", changed(|pack| pack["schema"] = json!(2))),
        ("other_region", changed(|pack| pack["id"] = json!("jiangsu-nanjing"))),
        ("not_newer", changed(|pack| pack["version"] = json!(Pack::builtin().version))),
        ("not_newer", changed(|pack| pack["version"] = json!(0))),
    ];
    for (code, file) in cases {
        let refused = tried(&file).expect_err(code);
        assert_eq!(refused.code(), code, "{refused}");
        for lang in Lang::ALL {
            let text = format!("pack-refused-{code}");
            assert!(has(lang, &text), "no text for `{text}`");
            let values: Vec<_> = refused.values().into_iter().map(|(name, value)| (name, value.into())).collect();
            let sentence = say(lang, &text, &values);
            assert!(!sentence.contains('{') && !sentence.contains('$'), "{sentence}");
        }
    }
}

#[test]
fn a_refusal_names_the_field_that_is_wrong() {
    let refused = tried(&changed(|pack| pack["retention"]["stub_days"] = json!(365))).expect_err("refused");
    assert!(refused.to_string().contains("retention.stub_days"), "{refused}");
}

#[test]
fn an_unsigned_field_is_refused_before_its_content_is_looked_at() {
    let mut pack = newer();
    pack["schema"] = json!(99);
    assert_eq!(tried(&signed(pack, 8)).expect_err("refused").code(), "not_signed");
}

#[test]
fn every_consent_the_pack_asks_for_has_words_in_both_languages() {
    for consent in &Pack::builtin().consents {
        let text = format!("consent-{}-{}", consent.receiver, consent.version);
        assert!(Lang::ALL.iter().all(|lang| has(*lang, &text)), "no text for `{text}`");
    }
}

#[test]
fn the_published_schema_is_the_types_and_the_built_in_pack_validates() {
    let published = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/pack.schema.json"));
    assert!(
        published.is_ok_and(|text| text == json_schema()),
        "run: cargo run -p jingbao-gateway -- pack schema > docs/pack.schema.json"
    );
    let schema: Value = serde_json::from_str(&json_schema()).expect("json");
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("pack.schema.json", schema).expect("a schema");
    let index = compiler.compile("pack.schema.json", &mut schemas).expect("a schema");
    schemas.validate(&newer(), index).expect("the built-in pack is valid");
    for (pointer, wrong) in [
        ("/caps/quick_side_fen", json!(-1)),
        ("/triage/facts/0/route", json!("fly_away")),
        ("/calendar/years/0/off", json!("never")),
        ("/retention", json!({})),
        ("/consents/0", json!({"receiver": "insurer", "version": 1, "colour": "red"})),
    ] {
        let mut pack = newer();
        *pack.pointer_mut(pointer).expect("a field") = wrong;
        assert!(schemas.validate(&pack, index).is_err(), "{pointer} must not validate");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn no_bytes_panic_and_none_are_taken_without_a_signature(file in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(tried(&file).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn one_changed_byte_is_never_taken_as_another_pack(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        static WHOLE: OnceLock<(Vec<u8>, Pack)> = OnceLock::new();
        let (file, whole) = WHOLE.get_or_init(|| {
            let file = signed(newer(), 7);
            let pack = tried(&file).expect("taken");
            (file, pack)
        });
        let mut file = file.clone();
        let at = at.index(file.len());
        file[at] = byte;
        // A changed byte may still mean the same document (an escape, a space), never another one.
        if let Ok(taken) = tried(&file) {
            prop_assert_eq!(&taken, whole);
        }
    }
}
