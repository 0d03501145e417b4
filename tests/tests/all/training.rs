//! Invariant 9 through every layer.

use jingbao::records::CodeKind;
use jingbao_tests::roadside::Installation;

use crate::fixture::{complete, sight, sign_all, verify};

#[test]
fn invariant_9_a_training_case_sealed_and_stated_is_never_queued_or_scored() {
    let folder = tempfile::tempdir().expect("a folder");
    let phone = Installation::new(folder.path(), 1);
    let field = phone.open().expect("opens");
    let case = sight(&field, true);
    field.respond(case.clone(), "stopped".into()).expect("answered");
    let view = complete(&field, &case);
    assert_eq!(view.nature, "training");
    sign_all(&field, &case);
    assert_eq!(field.seal(case.clone(), None).expect("sealed").step, "sealed");
    field.show_code(case.clone(), CodeKind::Statement).expect("stated");
    assert_eq!(field.queue().expect("a queue").items, []);
    assert_eq!(field.scorecard().expect("times"), []);
    let page = field.agreement(case.clone()).expect("made").expect("a page");
    assert!(page.contains("class=\"training\""), "the paper says what it is");
    let other_folder = tempfile::tempdir().expect("a folder");
    let other = Installation::new(other_folder.path(), 2);
    let joined = other.open().expect("opens");
    let code = field.show_code(case.clone(), CodeKind::Invitation { party: "B".into() }).expect("a code");
    joined.scan(code).expect("joined");
    joined.show_code(case.clone(), CodeKind::Statement).expect("stated");
    assert_eq!(joined.queue().expect("a queue").items, [], "nor on the phone that joined");
    assert_eq!(joined.case(case).expect("a view").nature, "training");
    field.shutdown();
    let again = phone.open().expect("opens");
    assert_eq!((again.queue().expect("a queue").items.len(), again.scorecard().expect("times").len()), (0, 0));
    let live = sight(&again, false);
    assert_eq!(again.scorecard().expect("times").len(), 1, "a live case is");
    let bundle = folder.path().join("bundle.zip");
    again.export(live, bundle.display().to_string()).expect("exported");
    assert!(verify(&bundle).is_object());
}
