//! A newer rule pack: taken or refused, in both languages, and which cases it counts for (T32).

use std::sync::Arc;

use jingbao::{Field, views::RulesView};
use jingbao_core::pack::Pack;
use jingbao_tests::roadside::{Installation, SoftSigner, signed_pack};
use serde_json::{Value, json};

use crate::{
    fixture::{answer, complete, sight, sign_all},
    misuse::{Kind, LANGS, in_language, says, store_of},
};

/// Whose key signs for the association, the one named to follow it, and somebody else's.
pub(crate) const ASSOCIATION: u8 = 71;
const SUCCESSOR: u8 = 72;
pub(crate) const STRANGER: u8 = 73;

pub(crate) fn pinned(number: u8) -> Option<String> {
    Some(SoftSigner::number(number).public().into())
}

fn phone(folder: &tempfile::TempDir, lang: &str) -> Installation {
    let mut phone = Installation::new(folder.path(), 1);
    phone.lang = lang.to_owned();
    phone.association = (pinned(ASSOCIATION), pinned(SUCCESSOR));
    phone
}

pub(crate) fn version() -> u32 {
    Pack::builtin().version
}

fn file(number: u8, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    signed_pack(number, change).expect("signed")
}

fn in_force(field: &Arc<Field>) -> RulesView {
    field.rules().expect("the rules")
}

/// Leaves one question out: what a case asks shows which rules it stands under.
pub(crate) fn without_weather(pack: &mut Value) {
    pack["questions"].as_array_mut().expect("a list").retain(|question| question["id"] != "scene.weather");
}

fn asks_for_weather(field: &Field, case: &str) -> bool {
    let view = field.case(case.to_owned()).expect("a view");
    view.missing.iter().any(|missing| missing.question == "scene.weather")
}

#[test]
fn whatever_is_wrong_with_a_pack_is_a_clear_sentence_and_the_old_one_stays_in_force() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let field = phone(&folder, lang).open().expect("opens");
        let case = sight(&field, false);
        let before = (in_force(&field), field.case(case.clone()).expect("a view"));
        let mut touched: Value = serde_json::from_slice(&file(ASSOCIATION, |_| {})).expect("json");
        touched["pack"]["caps"]["quick_side_fen"] = json!(1);
        let wrong = [
            ("pack-refused-not_readable", Vec::new()),
            ("pack-refused-not_readable", b"{\"pack\":".to_vec()),
            ("pack-refused-not_readable", file(ASSOCIATION, |pack| pack["caps"] = json!({}))),
            ("pack-refused-not_readable", file(ASSOCIATION, |pack| pack["duty"]["leave_factor"] = json!(0.5))),
            ("pack-refused-not_signed", file(STRANGER, |_| {})),
            ("pack-refused-not_signed", touched.to_string().into_bytes()),
            ("pack-refused-schema", file(ASSOCIATION, |pack| pack["schema"] = json!(2))),
            ("pack-refused-other_region", file(ASSOCIATION, |pack| pack["id"] = json!("zhejiang-zhoushan"))),
            ("pack-refused-not_newer", file(ASSOCIATION, |pack| pack["version"] = json!(version()))),
            ("pack-refused-not_newer", file(ASSOCIATION, |pack| pack["version"] = json!(0))),
        ];
        for (code, file) in wrong {
            says(field.accept_pack(file), Kind::Refused, code, lang);
            assert_eq!((in_force(&field), field.case(case.clone()).expect("a view")), before, "{code}");
        }
        let taken = field.accept_pack(file(ASSOCIATION, |_| {})).expect("taken after all that");
        says(field.accept_pack(file(ASSOCIATION, |_| {})), Kind::Refused, "pack-refused-not_newer", lang);
        assert_eq!(taken.version, version() + 1);
    }
}

#[test]
fn without_a_pinned_key_no_pack_is_taken_and_a_key_that_is_none_is_said_at_open() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let mut phone = phone(&folder, lang);
        phone.association = (None, None);
        let field = phone.open().expect("opens");
        says(field.accept_pack(file(ASSOCIATION, |_| {})), Kind::Refused, "pack-refused-no_key", lang);
        field.shutdown();
        for keys in [(Some("AAAA".to_owned()), None), (None, pinned(SUCCESSOR)), (pinned(1), Some(String::new()))] {
            phone.association = keys;
            says(phone.open().map(|field| field.shutdown()), Kind::Refused, "error-association-key", lang);
        }
    }
}

#[test]
fn the_pinned_key_and_its_named_successor_sign_and_the_rules_say_where_they_came_from() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let field = phone(&folder, lang).open().expect("opens");
        let shipped = in_force(&field);
        assert_eq!((shipped.source.as_str(), shipped.version), ("app", version()));
        field.accept_pack(file(ASSOCIATION, |_| {})).expect("taken");
        let taken = field.accept_pack(file(SUCCESSOR, |pack| pack["version"] = json!(version() + 2))).expect("taken");
        let now = in_force(&field);
        assert_eq!((now.source.as_str(), now.version, now.refused), ("association", taken.version, None));
        [shipped.text, now.text].iter().for_each(|text| in_language(text, lang));
    }
}

#[test]
fn t32_a_case_stays_under_the_rules_it_was_begun_under_through_seal_and_restart_and_says_so() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let phone = phone(&folder, lang);
        let field = phone.open().expect("opens");
        let old = sight(&field, false);
        answer(&field, &old, None, "fact.injury", "no");
        assert_eq!(field.case(old.clone()).expect("a view").rules_changed, None);
        field.accept_pack(file(ASSOCIATION, without_weather)).expect("taken");
        let new = sight(&field, false);
        let judge = |field: &Arc<Field>| {
            let (before, after) = (field.case(old.clone()).expect("a view"), field.case(new.clone()).expect("a view"));
            assert_eq!((before.rules_version, after.rules_version), (version(), version() + 1));
            assert!(asks_for_weather(field, &old) && !asks_for_weather(field, &new));
            let told = before.rules_changed.expect("said");
            in_language(&told, lang);
            assert!(told.contains(&version().to_string()) && told.contains(&(version() + 1).to_string()), "{told}");
            assert_eq!(after.rules_changed, None);
        };
        judge(&field);
        field.shutdown();
        let field = phone.open().expect("opens");
        assert_eq!(in_force(&field).version, version() + 1, "what was taken is still in force");
        judge(&field);
        complete(&field, &old);
        sign_all(&field, &old);
        let sealed = field.seal(old.clone(), None).expect("sealed under the rules it was begun under");
        assert!(sealed.signatures.iter().all(|signature| signature.holds));
        let page = field.agreement(old.clone()).expect("made").expect("an agreement");
        assert!(page.contains(&Pack::builtin().id));
        assert!(entries(&phone, &old).iter().all(|pack| *pack == version()));
        let record = record(&phone, &old);
        assert_eq!(record["pack"], json!([Pack::builtin().id, version()]));
        assert!(record["facts"]["scene"].to_string().contains("scene.weather"));
    }
}

/// The pack version of each entry of a case.
fn entries(phone: &Installation, case: &str) -> Vec<u32> {
    let db = store_of(phone);
    let mut rows = db.prepare("SELECT entry FROM journal WHERE case_id = ?1 ORDER BY seq").expect("asked");
    let rows = rows.query_map([case], |row| row.get::<_, Vec<u8>>(0)).expect("answered");
    rows.map(|row| serde_json::from_slice::<Value>(&row.expect("a row")).expect("json")["pack"].as_u64())
        .map(|pack| u32::try_from(pack.expect("a version")).expect("small"))
        .collect()
}

fn record(phone: &Installation, case: &str) -> Value {
    let db = store_of(phone);
    let bytes: Vec<u8> = db
        .query_row("SELECT bytes FROM document WHERE case_id = ?1 AND kind = 'record'", [case], |row| row.get(0))
        .expect("a record");
    serde_json::from_slice(&bytes).expect("json")
}

#[test]
fn t32_an_app_that_comes_with_newer_rules_leaves_open_cases_under_those_of_the_app_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let phone = phone(&folder, "en");
    let field = phone.open().expect("opens");
    let case = sight(&field, false);
    answer(&field, &case, None, "fact.injury", "no");
    field.shutdown();
    // As if the app before had been older: its pack is version 0 and does not ask for the weather.
    let mut before = serde_json::to_value(Pack::builtin()).expect("json");
    before["version"] = json!(0);
    without_weather(&mut before);
    let document = jingbao_core::canon::bytes(&before).expect("canonical");
    let name = jingbao_core::canon::Sha256::of(&document).to_string();
    let db = store_of(&phone);
    db.execute("INSERT INTO pack (sha256, document) VALUES (?1, ?2)", rusqlite::params![name, document]).expect("kept");
    db.execute("UPDATE case_pack SET pack = ?1", [name]).expect("bound");
    db.execute(
        "UPDATE journal SET entry = CAST(replace(CAST(entry AS TEXT), ?1, '\"pack\":0') AS BLOB)",
        [format!("\"pack\":{}", version())],
    )
    .expect("aged");
    drop(db);

    let field = phone.open().expect("opens");
    assert_eq!(in_force(&field).version, version(), "one without a signature is never in force again");
    let view = field.case(case.clone()).expect("a view");
    assert_eq!(view.rules_version, 0);
    assert!(view.rules_changed.is_some_and(|told| told.contains("begun under version 0")));
    assert!(!asks_for_weather(&field, &case));
    assert!(asks_for_weather(&field, &sight(&field, false)));
    answer(&field, &case, None, "fact.death", "no");
    assert_eq!(entries(&phone, &case), [0, 0, 0]);
    field.shutdown();

    store_of(&phone).execute_batch("DELETE FROM case_pack; DELETE FROM pack").expect("gone");
    let field = phone.open().expect("opens");
    let view = field.case(case.clone()).expect("a view");
    assert_eq!(view.rules_version, version());
    assert!(view.rules_changed.is_some_and(|told| told.contains("no longer has")), "gone rules are said");
    assert_eq!(view.answers.len(), 2, "and nothing is lost");
}

#[test]
fn a_pack_is_out_of_force_once_its_key_is_no_longer_pinned_but_not_for_the_cases_begun_under_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut phone = phone(&folder, "zh");
    let field = phone.open().expect("opens");
    field.accept_pack(file(ASSOCIATION, without_weather)).expect("taken");
    let case = sight(&field, false);
    field.shutdown();
    phone.association = (pinned(STRANGER), None);
    let field = phone.open().expect("opens");
    assert_eq!((in_force(&field).version, in_force(&field).source.as_str()), (version(), "app"));
    assert!(!asks_for_weather(&field, &case));
    field.shutdown();
    phone.association = (pinned(STRANGER), pinned(ASSOCIATION));
    assert_eq!(in_force(&phone.open().expect("opens")).version, version() + 1, "and in force again with it");
}

#[test]
fn a_store_of_schema_1_opens_with_its_cases_under_the_rules_of_their_version() {
    let folder = tempfile::tempdir().expect("a folder");
    let phone = phone(&folder, "en");
    let field = phone.open().expect("opens");
    let case = sight(&field, false);
    answer(&field, &case, None, "fact.injury", "no");
    let before = field.case(case.clone()).expect("a view");
    field.shutdown();
    let db = store_of(&phone);
    db.execute_batch(
        "DROP TABLE case_pack; DROP TABLE pack; DROP TABLE pack_refused; DROP TABLE label_key;
         DROP TABLE credential; DROP TABLE revocations; DROP TABLE duty_state; DROP TABLE claim_told;
         DROP TABLE inbox_aside; DROP INDEX outbox_turn; DROP INDEX outbox_newest; DROP INDEX outbox_later;
         DROP INDEX outbox_other; DROP INDEX outbox_case; DROP INDEX photo_temporary; DROP INDEX head_unsigned;
         DROP INDEX cases_accident; DROP INDEX cases_opened; DROP INDEX duty_event_kind; DROP INDEX document_unstamped;
         ALTER TABLE outbox DROP COLUMN lane; ALTER TABLE outbox DROP COLUMN state;
         ALTER TABLE outbox DROP COLUMN due; ALTER TABLE outbox DROP COLUMN boot;
         ALTER TABLE cases DROP COLUMN accident; ALTER TABLE duty_event DROP COLUMN kind;
         ALTER TABLE document DROP COLUMN stamped;
         ALTER TABLE photo DROP COLUMN temporary; PRAGMA user_version = 1",
    )
    .expect("as it was");
    drop(db);
    let field = phone.open().expect("opens");
    assert_eq!(field.case(case.clone()).expect("a view"), before);
    field.accept_pack(file(ASSOCIATION, without_weather)).expect("taken");
    field.shutdown();
    let field = phone.open().expect("opens");
    assert_eq!(field.case(case.clone()).expect("a view").rules_version, version(), "the one compiled in is its own");
    assert!(asks_for_weather(&field, &case));
}
