//! From the seal to the receipt over a real gateway on loopback.

use std::sync::Arc;

use jingbao::{
    Field,
    ports::{Clock, PortError},
    records::{CodeKind, Moment},
};
use jingbao_tests::roadside::{Installation, MachineClock};

use crate::{
    fixture::{Gateway, add_photo, answer, complete, enrol, picture, sight, sign_all, sync, verify},
    misuse::{Kind, LANGS, says},
};

pub(crate) struct Road {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) phone: Installation,
    pub(crate) gateway: Gateway,
}

pub(crate) fn road() -> Road {
    let folder = tempfile::tempdir().expect("a folder");
    let gateway = Gateway::start(&folder.path().join("gateway"));
    std::fs::create_dir_all(folder.path().join("phone")).expect("a folder");
    let mut phone = Installation::new(&folder.path().join("phone"), 1);
    enrol(&mut phone, &gateway, &folder.path().join("gateway"));
    Road { folder, phone, gateway }
}

pub(crate) fn sealed(field: &Field) -> String {
    let case = sight(field, false);
    complete(field, &case);
    sign_all(field, &case);
    field.seal(case.clone(), None).expect("sealed");
    case
}

pub(crate) fn deliver(field: &Arc<Field>) {
    let report = sync(field, 20);
    let queue = field.queue().expect("a queue");
    assert_eq!((report.pending, report.parked), (0, 0), "{queue:?}");
}

#[test]
fn invariant_3_everything_arrives_once_and_every_receipt_is_in_the_case() {
    let road = road();
    let field = road.phone.open().expect("opens");
    let case = sealed(&field);
    deliver(&field);
    let view = field.case(case.clone()).expect("a view");
    assert_eq!(view.state, "stored");
    assert!(view.photos.iter().all(|photo| photo.stored));
    let queue = field.queue().expect("a queue");
    assert_eq!((queue.resent, queue.done as usize), (0, queue.items.len()));
    assert_eq!(sync(&field, 5).sent, 0, "a receipt ends an operation for ever");
    field.shutdown();
    let again = road.phone.open().expect("opens");
    let after = again.case(case).expect("a view");
    assert_eq!((after.state.as_str(), after.photos.iter().all(|photo| photo.stored)), ("stored", true));
}

#[test]
fn invariant_2_the_stored_bytes_of_a_revision_stay_and_a_second_one_is_signed_sealed_and_accepted() {
    let road = road();
    let field = road.phone.open().expect("opens");
    let case = sealed(&field);
    deliver(&field);
    let revision = |n: u32, name: &str| {
        let path = road.folder.path().join(name);
        field.export(case.clone(), path.display().to_string()).expect("exported");
        let report = verify(&path);
        assert_eq!(report["whole"], true, "{report}");
        let mut zip = zip::ZipArchive::new(std::fs::File::open(&path).expect("a file")).expect("a zip");
        let name =
            zip.file_names().find(|name| name.ends_with(&format!("record/revision-{n}.json"))).map(str::to_owned);
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut zip.by_name(&name.expect("the revision")).expect("there"), &mut bytes)
            .expect("reads");
        bytes
    };
    let first = revision(1, "one.zip");
    let view = answer(&field, &case, Some("B"), "party.policy", "PDZA2026370600001");
    assert_eq!(view.step, "sign");
    assert!(view.signatures.iter().all(|signature| !signature.holds), "void");
    assert_eq!(view.signatures.len(), 4, "and kept");
    assert_eq!(revision(1, "two.zip"), first);
    let early = field.seal(case.clone(), Some("保单号".into())).expect_err("not signed");
    assert_eq!(early.to_string(), "error-seal-unsigned");
    sign_all(&field, &case);
    assert_eq!(field.seal(case.clone(), None).expect_err("no reason").to_string(), "error-seal-no-reason");
    let view = field.seal(case.clone(), Some("保单号".into())).expect("sealed");
    assert_eq!((view.revisions.len(), view.state.as_str()), (2, "sealed"), "not stored before its own receipt");
    deliver(&field);
    assert_eq!(field.case(case.clone()).expect("a view").state, "stored");
    assert_eq!(revision(1, "three.zip"), first);
    let second: serde_json::Value = serde_json::from_slice(&revision(2, "four.zip")).expect("json");
    assert_eq!(second["record"]["parent"].as_str(), Some(view.revisions[0].as_str()));
    assert_eq!(second["record"]["void_signatures"].as_array().map(Vec::len), Some(4));
    assert_eq!(second["record"]["reason"], "保单号");
}

#[test]
fn t20_the_same_photo_in_two_slots_is_a_finding_names_the_first_and_the_bundle_stays_whole() {
    let road = road();
    let field = road.phone.open().expect("opens");
    let case = sight(&field, false);
    add_photo(&field, &case, "plate_a", picture(77, 5_000));
    let again = add_photo(&field, &case, "plate_b", picture(77, 5_000));
    let finding = again.findings.iter().find(|finding| finding.code == "duplicate").expect("a finding");
    let first = jingbao_core::text::tell(jingbao_core::text::Lang::Zh, "shot", "plate_a");
    assert!(finding.text.contains("plate_a") || finding.text.contains(&first), "{}", finding.text);
    complete(&field, &case);
    sign_all(&field, &case);
    field.seal(case.clone(), None).expect("sealed");
    deliver(&field);
    let path = road.folder.path().join("bundle.zip");
    field.export(case, path.display().to_string()).expect("exported");
    let report = verify(&path);
    assert_eq!((&report["whole"], &report["photos"]), (&true.into(), &4.into()), "{report}");
}

#[test]
fn t24_a_replayed_statement_is_refused_and_the_case_is_as_it_was() {
    let road = road();
    let field = road.phone.open().expect("opens");
    let other_folder = tempfile::tempdir().expect("a folder");
    let other = Installation::new(other_folder.path(), 2).open().expect("opens");
    let case = sight(&field, false);
    let invite = field.show_code(case.clone(), CodeKind::Invitation { party: "B".into() }).expect("a code");
    other.scan(invite).expect("joined");
    other.clear(case.clone()).expect("cleared");
    answer(&other, &case, Some("B"), "party.name", "欧阳·娜娜");
    let code = other.show_code(case.clone(), CodeKind::Statement).expect("a code");
    field.scan(code.clone()).expect("taken in");
    let before = field.case(case.clone()).expect("a view");
    assert!(before.answers.iter().any(|answer| answer.value.as_deref() == Some("欧阳·娜娜")));
    assert_eq!(field.scan(code.clone()).expect_err("replayed").to_string(), "error-replayed");
    assert_eq!(field.scan(code[..code.len() - 3].to_owned()).expect_err("cut").to_string(), "error-code-damaged");
    assert_eq!(field.case(case).expect("a view"), before);
}

/// The machine's clock, a day and an hour ahead.
struct Tomorrow;

impl Clock for Tomorrow {
    fn now(&self) -> Result<Moment, PortError> {
        MachineClock.now().map(|now| Moment { wall_ms: now.wall_ms + 25 * 3_600_000, ..now })
    }
}

#[test]
fn t24_an_invitation_of_yesterday_says_that_it_has_expired_and_joins_nobody() {
    let (folder, other_folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let field = Installation::new(folder.path(), 1).open().expect("opens");
    let case = sight(&field, false);
    let invite = field.show_code(case.clone(), CodeKind::Invitation { party: "B".into() }).expect("a code");
    for lang in LANGS {
        let mut other = Installation::new(&other_folder.path().join(lang), 2);
        other.lang = lang.to_owned();
        std::fs::create_dir_all(&other.folder).expect("a folder");
        let late = other.open_at(other.config(), Arc::new(Tomorrow)).expect("opens");
        says(late.scan(invite.clone()), Kind::Refused, "error-code-expired", lang);
        assert_eq!(late.cases().expect("cases").len(), 0);
        late.shutdown();
        other.open().expect("opens").scan(invite.clone()).expect("joins today");
    }
}

#[test]
fn a_case_that_is_not_sealed_yet_exports_with_photos_that_nobody_has_signed_for() {
    let road = road();
    let field = road.phone.open().expect("opens");
    let case = sight(&field, false);
    add_photo(&field, &case, "scene_front", picture(7, 2_000));
    let bundle = road.folder.path().join("open.zip");
    field.export(case, bundle.display().to_string()).expect("exported");
    let report = verify(&bundle);
    assert_eq!((&report["whole"], &report["photos"], &report["revision"]), (&true.into(), &1.into(), &0.into()));
}
