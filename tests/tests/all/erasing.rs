//! Erasing photos: never what is unsent, and what is erased nobody reads again, whoever kept a copy.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use jingbao::Field;
use jingbao_tests::roadside::{Installation, SoftSigner, signed_pack};

use crate::{
    delivery::{Road, deliver, road, sealed},
    fixture::{add_photo, picture, sight, verify},
    misuse::{Kind, LANGS, says, store_of},
};

fn files(phone: &Installation) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(phone.store().join("photos")).expect("a vault");
    entries.map(|entry| entry.expect("a file").path()).collect()
}

/// Kinds of the custody log's entries in an exported bundle that is whole.
fn custody(field: &Field, case: &str, path: &Path) -> String {
    field.export(case.to_owned(), path.display().to_string()).expect("exported");
    assert_eq!(verify(path)["whole"], true);
    let mut bag = zip::ZipArchive::new(fs::File::open(path).expect("a bundle")).expect("a zip");
    let name = bag
        .file_names()
        .find(|name| name.contains("/custody/") && name.ends_with(".jsonl") && !name.ends_with("-heads.jsonl"))
        .map(str::to_owned);
    let mut file = bag.by_name(&name.expect("a custody log")).expect("a file");
    std::io::read_to_string(&mut file).expect("text")
}

#[test]
fn s18_an_erasing_killed_at_any_step_is_whole_after_the_next_open_or_has_not_begun() {
    for (step, passes, erased) in
        [("rows written", 0, false), ("rows committed", 0, true), ("pages gone", 0, true), ("never", 0, true)]
    {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_crashling"))
            .args([folder.path().display().to_string(), "erase".into(), step.into(), passes.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
        let heard: Vec<String> = lines.map_while(Result::ok).take_while(|line| line != "stopped").collect();
        child.kill().expect("killed");
        child.wait().expect("ended");
        let word = |key: &str| heard.iter().find_map(|line| line.strip_prefix(key)).expect("heard").to_owned();
        let (case, photo) = (word("case "), word("photo "));
        let phone = Installation::new(folder.path(), 1);
        let field = phone.open().expect("opens");
        assert_eq!(files(&phone).len(), if erased { 1 } else { 2 }, "{step}");
        let view = field.case(case.clone()).expect("a view");
        assert_eq!(view.photos.len(), 2, "its entry stays");
        let gone = view.photos.iter().find(|shown| shown.photo == photo).expect("its entry");
        assert_eq!(gone.erased, erased, "{step}");
        field.erase_photo(case, photo).expect("now, or once more");
        assert_eq!(files(&phone).len(), 1, "{step}");
    }
}

#[test]
fn s18_nothing_unsent_is_erased_by_nobody() {
    for lang in LANGS {
        let Road { mut phone, folder, gateway: _gateway } = road();
        phone.lang = lang.to_owned();
        let field = phone.open().expect("opens");
        let case = sealed(&field);
        let photos = field.case(case.clone()).expect("a view").photos;
        for photo in &photos {
            says(field.erase_photo(case.clone(), photo.photo.clone()), Kind::Refused, "error-erase-unsent", lang);
        }
        says(field.erase_case(case.clone()), Kind::Refused, "error-erase-unsent", lang);
        assert_eq!(field.tidy().expect("nothing is due"), 0);
        assert_eq!(files(&phone).len(), photos.len());
        deliver(&field);
        // One more photo opens the case again: the record that will name it is not even sealed.
        let late = add_photo(&field, &case, "plate_a", picture(9, 4_000)).photo;
        says(field.erase_case(case.clone()), Kind::Refused, "error-erase-unsent", lang);
        deliver(&field);
        says(field.erase_case(case.clone()), Kind::Refused, "error-erase-unsent", lang);
        says(
            field.erase_photo(case.clone(), field.device().expect("an id")),
            Kind::Refused,
            "error-erase-no-photo",
            lang,
        );
        field.erase_photo(case.clone(), late).expect("delivered");
        assert_eq!(files(&phone).len(), photos.len());
        drop(folder);
    }
}

#[test]
fn s18_an_erased_photo_is_unreadable_also_from_a_copy_of_its_file_and_its_custody_stays() {
    let Road { phone, folder, gateway: _gateway } = road();
    let field = phone.open().expect("opens");
    let case = sealed(&field);
    deliver(&field);
    let before = field.case(case.clone()).expect("a view");
    let copies: Vec<_> = files(&phone).into_iter().map(|path| (fs::read(&path).expect("reads"), path)).collect();
    let old_keys: Vec<Vec<u8>> = keys(&phone);
    assert_eq!(old_keys.len(), before.photos.len() + 1);
    let view = field.erase_photo(case.clone(), before.photos[0].photo.clone()).expect("erased");
    assert_eq!(
        view.photos.iter().map(|photo| (photo.here, photo.erased)).filter(|found| *found == (false, true)).count(),
        1
    );
    assert_eq!(files(&phone).len(), copies.len() - 1);
    field.erase_photo(case.clone(), before.photos[0].photo.clone()).expect("twice is once");
    assert_eq!(field.erase_case(case.clone()).expect("erased"), before.photos.len() as u32 - 1);
    assert_eq!(field.erase_case(case.clone()).expect("nothing left"), 0);
    assert_eq!((files(&phone).len(), keys(&phone).len()), (0, 1), "only the label key is left, and it is another");
    assert!(!old_keys.contains(&keys(&phone)[0]));
    let log = fs::metadata(phone.store().join("jingbao.db-wal")).map_or(0, |log| log.len());
    assert_eq!(log, 0, "no older page is kept");
    let after = field.case(case.clone()).expect("a view");
    assert_eq!((after.state, after.revisions), (before.state, before.revisions), "the record is as it was sealed");
    let told = custody(&field, &case, &folder.path().join("after.zip"));
    assert_eq!(told.matches("\"kind\":\"erased\"").count(), 2, "{told}");
    assert_eq!(told.matches("\"kind\":\"photographed\"").count(), before.photos.len());
    field.shutdown();
    // Whoever kept the files puts them back: there is no key for them, neither in a row nor by a label.
    for (bytes, path) in &copies {
        fs::write(path, bytes).expect("written");
    }
    let field = phone.open().expect("opens");
    assert!(files(&phone).is_empty(), "what nobody can open is swept");
    assert!(field.case(case).expect("a view").photos.iter().all(|photo| photo.erased && !photo.here));
}

/// Every key of a photo, and the label key.
fn keys(phone: &Installation) -> Vec<Vec<u8>> {
    let db = store_of(phone);
    let all = "SELECT key FROM photo WHERE key IS NOT NULL UNION ALL SELECT key FROM label_key";
    let mut rows = db.prepare(all).expect("asked");
    let rows = rows.query_map([], |row| row.get(0)).expect("answered");
    rows.map(|row| row.expect("a key")).collect()
}

#[test]
fn s18_the_packs_retention_erases_what_is_delivered_after_its_grace_and_not_before() {
    let Road { mut phone, folder: _folder, gateway: _gateway } = road();
    phone.association = (Some(SoftSigner::number(9).public().into()), None);
    let field = phone.open().expect("opens");
    let patient = sealed(&field);
    let pack = signed_pack(9, |pack| pack["retention"]["photo_grace_h"] = 0.into()).expect("signed");
    field.accept_pack(pack).expect("taken");
    let swift = sealed(&field);
    let practice = sight(&field, true);
    add_photo(&field, &practice, "scene_front", picture(40, 3_000));
    assert_eq!(field.tidy().expect("nothing is sent"), 0);
    // The round that brings the receipts tidies up behind itself.
    deliver(&field);
    let erased = |case: &str| field.case(case.to_owned()).expect("a view").photos.iter().filter(|p| p.erased).count();
    assert_eq!((erased(&swift), erased(&patient), erased(&practice)), (3, 0, 0), "each under its own rules");
    assert_eq!(field.tidy().expect("nothing more"), 0);
    // Practice is never sent; it goes when somebody says so.
    assert_eq!(field.erase_case(practice.clone()).expect("erased"), 1);
    assert_eq!(erased(&practice), 1);
}
