//! What waits, is refused or is changed while it waits: seen, kept, and sent in the end.

use jingbao::views::QueueView;

use crate::{
    delivery::{deliver, road, sealed},
    fixture::{answer, operations, sign_all, sync},
    portal::answers,
};

/// A refusal in our gateway's own words.
const REFUSAL: &[u8] = b"HTTP/1.1 403 Forbidden\r\ncontent-type: application/problem+json\r\ncontent-length: 60\r\n\
    connection: close\r\n\r\n{\"type\": \"urn:jingbao:problem:another-device\", \"status\":403}";

fn waiting(queue: &QueueView) -> (u32, u32) {
    (queue.pending, queue.parked)
}

#[test]
fn s8_what_is_refused_stays_visible_with_its_reason_through_restarts_and_a_lost_login_and_goes_at_a_persons_word() {
    let mut road = road();
    let field = road.phone.open().expect("opens");
    let case = sealed(&field);
    field.shutdown();
    let right = road.phone.gateway.clone().expect("a gateway");
    road.phone.gateway = Some((format!("http://{}", answers(REFUSAL)), right.1.clone()));
    let field = road.phone.open().expect("opens");
    let all = operations(&field.queue().expect("a queue"));
    assert!(sync(&field, 3).parked > 0, "{:?}", field.queue());
    field.shutdown();

    // Signed out: no token, and the queue as it was.
    let token = road.phone.token.take();
    let field = road.phone.open().expect("opens");
    let queue = field.queue().expect("a queue");
    assert_eq!(operations(&queue), all);
    let parked: Vec<_> = queue.items.iter().filter(|item| item.state == "parked").collect();
    assert!(!parked.is_empty() && parked.iter().all(|item| !item.why.is_empty()), "{queue:?}");
    sync(&field, 1);
    assert_eq!(operations(&field.queue().expect("a queue")), all, "nothing is deleted");
    let ops: Vec<String> = parked.iter().map(|item| item.op.clone()).collect();
    field.shutdown();

    (road.phone.token, road.phone.gateway) = (token, Some(right));
    let field = road.phone.open().expect("opens");
    sync(&field, 3);
    assert_eq!(field.queue().expect("a queue").parked as usize, ops.len(), "a refusal is not repeated by itself");
    ops.into_iter().for_each(|op| field.retry(op).expect("taken"));
    deliver(&field);
    assert_eq!(field.case(case).expect("a view").state, "stored");
}

#[test]
fn s21_the_queue_is_counted_and_goes_on_at_every_open_whatever_killed_it_in_the_background() {
    let mut road = road();
    let right = road.phone.gateway.clone().expect("a gateway");
    road.phone.gateway = Some(("http://127.0.0.1:9".into(), right.1.clone()));
    let field = road.phone.open().expect("opens");
    let case = sealed(&field);
    sync(&field, 1);
    let before = waiting(&field.queue().expect("a queue"));
    assert!(before.0 > 0);
    field.shutdown();
    for _ in 0..3 {
        let field = road.phone.open().expect("opens");
        assert_eq!(waiting(&field.queue().expect("a queue")), before, "shown before anything is tried");
        field.shutdown();
    }
    road.phone.gateway = Some(right);
    let field = road.phone.open().expect("opens");
    deliver(&field);
    assert_eq!(field.case(case).expect("a view").state, "stored");
}

#[test]
fn s28_a_record_that_is_edited_while_its_first_revision_waits_goes_as_it_was_sealed_and_the_edit_after_it() {
    let mut road = road();
    let right = road.phone.gateway.clone().expect("a gateway");
    // Somebody takes the bytes and gives no receipt: it may have been stored, or not.
    let half = b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    road.phone.gateway = Some((format!("http://{}", answers(half)), right.1.clone()));
    let field = road.phone.open().expect("opens");
    let case = sealed(&field);
    sync(&field, 2);
    let first = field.case(case.clone()).expect("a view").revisions;
    answer(&field, &case, Some("B"), "party.policy", "PDZA2026370600001");
    sign_all(&field, &case);
    field.seal(case.clone(), Some("保单号".into())).expect("sealed");
    field.shutdown();
    road.phone.gateway = Some(right);
    let field = road.phone.open().expect("opens");
    deliver(&field);
    let view = field.case(case).expect("a view");
    assert_eq!((view.revisions.len(), &view.revisions[..1], view.state.as_str()), (2, &first[..], "stored"));
}
