//! A store and its key belong together: one without the other, or in other hands, is said in words, nothing is sent, and
//! every byte stays where it is.

use std::{collections::BTreeMap, fs, path::Path};

use jingbao_tests::roadside::{Installation, SoftSigner};

use crate::{
    fixture::{Gateway, add_photo, answer, complete, enrol, operations, picture, runtime, sight, sign_all, sync},
    misuse::{Kind, LANGS, says},
};

/// Every file below a folder, with its bytes; the lock aside.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries.map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().into_string().expect("text");
        if entry.path().is_dir() {
            found.extend(bytes(&entry.path()).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else if name != "jingbao.lock" {
            found.insert(name, fs::read(entry.path()).expect("reads"));
        }
    }
    found
}

/// A phone with a case and two photos, closed again.
fn used(folder: &Path, lang: &str) -> (Installation, String) {
    let mut phone = Installation::new(folder, 1);
    phone.lang = lang.to_owned();
    let field = phone.open().expect("opens");
    let case = sight(&field, false);
    answer(&field, &case, None, "fact.injury", "no");
    add_photo(&field, &case, "scene_front", picture(1, 4_000));
    add_photo(&field, &case, "scene_rear", picture(2, 90_000));
    field.shutdown();
    (phone, case)
}

fn copy(from: &Path, to: &Path) {
    for (name, bytes) in bytes(from) {
        let path = to.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("written");
    }
}

#[test]
fn s32_t21_a_storage_that_is_not_mounted_is_not_taken_for_an_empty_one() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let (phone, case) = used(folder.path(), lang);
        let (store, elsewhere) = (phone.store(), folder.path().join("unmounted"));
        let before = bytes(&store);
        fs::rename(&store, &elsewhere).expect("unmounted");
        says(phone.open(), Kind::Storage, "error-store-missing", lang);
        assert!(!store.exists(), "nothing is made where the storage should be");
        fs::create_dir_all(&store).expect("an empty mount point");
        says(phone.open(), Kind::Storage, "error-store-missing", lang);
        assert_eq!(bytes(&store).len(), 0);
        fs::remove_dir_all(&store).expect("an empty folder");
        fs::rename(&elsewhere, &store).expect("mounted");
        assert_eq!(bytes(&store), before, "not a byte has moved");
        assert_eq!(phone.open().expect("opens").case(case).expect("a view").photos.len(), 2);
    }
}

#[test]
fn s32_a_database_that_is_gone_or_emptied_is_said_and_the_photos_stay() {
    for lang in LANGS {
        for emptied in [false, true] {
            let folder = tempfile::tempdir().expect("a folder");
            let (phone, case) = used(folder.path(), lang);
            let database = phone.store().join("jingbao.db");
            let kept = fs::read(&database).expect("reads");
            if emptied {
                fs::write(&database, b"").expect("written");
            } else {
                fs::remove_file(&database).expect("removed");
            }
            let before = bytes(&phone.store());
            says(phone.open(), Kind::Storage, "error-store-missing", lang);
            assert_eq!(bytes(&phone.store()), before, "not a byte has moved");
            fs::write(&database, kept).expect("restored");
            assert_eq!(phone.open().expect("opens").case(case).expect("a view").photos.len(), 2);
        }
    }
}

#[test]
fn s32_beginning_anew_is_the_persons_word_sets_aside_what_is_left_and_never_touches_a_store_that_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let (phone, case) = used(folder.path(), "en");
    let anew = || {
        let mut config = phone.config();
        config.begin_anew = true;
        phone.open_with(config).expect("opens")
    };
    let field = anew();
    assert_eq!(field.case(case.clone()).expect("a view").photos.len(), 2, "a store that is there is opened");
    field.shutdown();
    let store = phone.store();
    let photos: BTreeMap<_, _> = bytes(&store.join("photos"));
    assert_eq!(photos.len(), 2);
    let kept = fs::read(store.join("jingbao.db")).expect("reads");
    fs::remove_file(store.join("jingbao.db")).expect("removed");
    let field = anew();
    assert_eq!(field.cases().expect("cases").len(), 0);
    let fresh = sight(&field, false);
    field.shutdown();
    let aside = fs::read_dir(&store).expect("a folder").map(|entry| entry.expect("an entry").path());
    let aside = aside.into_iter().find(|path| path.display().to_string().contains("set-aside")).expect("set aside");
    assert_eq!(bytes(&aside.join("photos")), photos, "every byte is kept");
    assert!(phone.open().expect("opens as ever").case(fresh).is_ok());
    // The old store, found again, opens with the same key.
    fs::write(aside.join("jingbao.db"), kept).expect("written");
    fs::rename(&store, folder.path().join("new")).expect("moved");
    fs::rename(folder.path().join("new").join(aside.file_name().expect("a name")), &store).expect("moved");
    assert_eq!(phone.open().expect("opens").case(case).expect("a view").photos.len(), 2);
}

#[test]
fn s32_a_first_opening_that_was_cut_off_after_its_key_is_taken_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let phone = Installation::new(folder.path(), 1);
    fs::create_dir_all(phone.store()).expect("a folder");
    fs::write(phone.store().join("jingbao.begun"), b"").expect("a mark");
    fs::write(folder.path().join("master.key"), [7; 32]).expect("a key");
    let field = phone.open().expect("opens");
    field.shutdown();
    assert!(!phone.store().join("jingbao.begun").exists(), "from now on a missing store is missing");
    assert_eq!(fs::read(folder.path().join("master.key")).expect("reads"), [7; 32]);
}

#[test]
fn t23_a_backup_without_the_key_of_its_phone_does_not_open_and_stays_as_it_is() {
    for lang in LANGS {
        let (first, second) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let (phone, _) = used(first.path(), lang);
        let mut restored = Installation::new(second.path(), 2);
        restored.lang = lang.to_owned();
        copy(&phone.store(), &restored.store());
        let before = bytes(&restored.store());
        says(restored.open(), Kind::Storage, "error-key-missing", lang);
        // Photos alone, without their database, are no fresh start either.
        fs::remove_file(restored.store().join("jingbao.db")).expect("removed");
        says(restored.open(), Kind::Storage, "error-key-missing", lang);
        copy(&phone.store(), &restored.store());
        // The second phone has a key of its own, from before.
        fs::write(second.path().join("master.key"), [9; 32]).expect("a key");
        says(restored.open(), Kind::Storage, "error-wrong-key", lang);
        assert_eq!(bytes(&restored.store()), before, "not a byte has moved");
    }
}

#[test]
fn s33_t23_a_store_restored_with_its_key_on_a_second_phone_is_read_there_and_never_sent_or_signed() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let gateway = Gateway::start(&at("gateway"));
    let mut phone = Installation::new(&at("first"), 1);
    fs::create_dir_all(at("first")).expect("a folder");
    enrol(&mut phone, &gateway, &at("gateway"));
    let field = phone.open().expect("opens");
    let case = sight(&field, false);
    complete(&field, &case);
    sign_all(&field, &case);
    field.seal(case.clone(), None).expect("sealed");
    let queue = operations(&field.queue().expect("a queue"));
    field.shutdown();
    let mut restored = phone.clone();
    (restored.folder, restored.number, restored.lang) = (at("second"), 2, "en".to_owned());
    copy(&phone.folder, &restored.folder);
    let second = restored.open().expect("opens: its key came along");
    assert_eq!(second.case(case.clone()).expect("a view").photos.len(), 3, "it can be read");
    assert_ne!(SoftSigner::number(1).public(), SoftSigner::number(2).public());
    let sent = runtime().block_on(second.sync(jingbao::views::SyncBudget::of_seconds(10)));
    says(sent, Kind::Storage, "error-other-phone", "en");
    says(second.export(case.clone(), at("x.zip").display().to_string()), Kind::Storage, "error-other-phone", "en");
    assert!(!at("x.zip").exists());
    assert_eq!(operations(&second.queue().expect("a queue")), queue, "nothing left the second phone's queue");
    second.shutdown();
    // The first phone sends it all, once.
    let field = phone.open().expect("opens");
    let report = sync(&field, 30);
    assert_eq!((report.pending, report.parked), (0, 0));
}
