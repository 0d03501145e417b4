//! What a round of sync may cost: time, bytes of photos, a network that is paid by the byte.

use jingbao::{Field, views::SyncBudget};

use crate::{
    delivery::{Road, road},
    fixture::{add_photo, picture, runtime, sight},
};

fn with_a_photo() -> (Road, std::sync::Arc<Field>) {
    let road = road();
    let field = road.phone.open().expect("opens");
    let case = sight(&field, false);
    add_photo(&field, &case, "scene_front", picture(1, 40_000));
    (road, field)
}

fn photo(field: &Field) -> (String, u64) {
    let item = field.queue().expect("a queue").items.into_iter().find(|item| item.kind == "photo").expect("a photo");
    (item.state, item.bytes)
}

#[test]
fn over_a_metered_network_everything_goes_but_photos_and_they_are_no_reason_to_come_again() {
    let (_road, field) = with_a_photo();
    let round = |metered: bool| {
        let budget = SyncBudget { metered, ..SyncBudget::of_seconds(10) };
        runtime().block_on(field.sync(budget)).expect("a round")
    };
    let report = round(true);
    assert_eq!((report.sent, report.pending, report.wake_in_ms), (1, 1, None), "the sighting went");
    assert_eq!(photo(&field).0, "waiting");
    assert_eq!(field.waiting().expect("told").wake_in_ms, Some(0), "over another network it would go now");
    let report = round(false);
    assert_eq!((report.sent, report.pending), (1, 0));
    field.shutdown();
}

#[test]
fn a_budget_of_bytes_brings_a_photo_over_in_several_rounds() {
    let (_road, field) = with_a_photo();
    let (_, bytes) = photo(&field);
    let mut rounds = 0;
    while photo(&field).0 != "done" {
        rounds += 1;
        assert!(rounds < 20, "{:?}", field.queue());
        let budget = SyncBudget { photo_bytes: Some(bytes / 4 + 1), ..SyncBudget::of_seconds(10) };
        let report = runtime().block_on(field.sync(budget)).expect("a round");
        assert_eq!(report.parked, 0);
    }
    assert!((4..=5).contains(&rounds), "{rounds} rounds of a quarter each");
    field.shutdown();
}
