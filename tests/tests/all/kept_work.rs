//! What nobody's leaving deletes: a person signs out, another signs in on the same phone, the right one comes back. What was
//! not sent stays, is listed with its reason and its way out, can be exported meanwhile, and goes in the end, once.

use jingbao_gateway::{
    desk,
    store::{Device, Role},
};
use jingbao_tests::roadside::Installation;

use crate::fixture::{Gateway, complete, enrol, operations, sight, sign_all, sync, verify};

#[test]
fn s8_neither_signing_out_nor_another_user_deletes_unsent_work_and_what_is_parked_has_its_reason_and_its_way_out() {
    let (folder, data) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("data"));
    let gateway = Gateway::start(data.path());
    let mut phone = Installation::new(folder.path(), 1);
    enrol(&mut phone, &gateway, data.path());
    let right = phone.token.take();
    // Signed out: the work is done without a token.
    let field = phone.open().expect("opens");
    let case = sight(&field, false);
    complete(&field, &case);
    sign_all(&field, &case);
    field.seal(case.clone(), None).expect("sealed");
    let report = sync(&field, 5);
    assert!(report.unauthorized && report.parked == 0, "{report:?}");
    let work = operations(&field.queue().expect("a queue"));
    assert!(work.len() > 3, "{work:?}");
    field.shutdown();
    // Another user signs in: the gateway refuses to take one phone's work under the other's name.
    let other: jingbao_core::id::DeviceId = "01890000-0000-7000-8000-000000000009".parse().expect("an id");
    let stranger = Device { id: other, key: None, company: "PICC".into(), role: Role::Specialist };
    phone.token = Some(desk::device::add(data.path(), &stranger).expect("enrolled"));
    let field = phone.open().expect("opens");
    sync(&field, 10);
    let queue = field.queue().expect("a queue");
    assert_eq!(operations(&queue), work, "nothing is deleted");
    assert!(queue.parked > 0);
    let parked: Vec<_> = queue.items.iter().filter(|item| item.state == "parked").cloned().collect();
    assert!(parked.iter().all(|item| !item.why.is_empty()), "each says why");
    let bundle = folder.path().join("bundle.zip");
    field.export(case.clone(), bundle.display().to_string()).expect("exported");
    assert_eq!(verify(&bundle)["whole"], true, "what waits can be handed in by hand");
    field.shutdown();
    // The right one comes back, and has what is parked tried again.
    phone.token = right;
    let field = phone.open().expect("opens");
    assert_eq!(operations(&field.queue().expect("a queue")), work);
    parked.into_iter().for_each(|item| field.retry(item.op).expect("to be tried"));
    let report = sync(&field, 20);
    let queue = field.queue().expect("a queue");
    assert_eq!((report.pending, report.parked), (0, 0), "{queue:?}");
    assert_eq!(operations(&queue), work);
    assert!(queue.items.iter().all(|item| item.state == "done"));
}
