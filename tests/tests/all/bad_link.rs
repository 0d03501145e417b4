//! Photos over a link that is cut, and what goes over it.

use std::time::Duration;

use jingbao_tests::link::{Link, Weather};

use crate::{
    delivery::{deliver, road},
    fixture::{add_photo, picture, sight},
};

#[test]
fn s16_s17_a_photo_over_a_link_that_is_cut_again_and_again_goes_on_where_it_was() {
    let mut road = road();
    let (_, key) = road.phone.gateway.clone().expect("a gateway");
    let weather = Weather {
        bandwidth: 4_000_000,
        round_trip: Duration::from_millis(8),
        cut_every: Some(300_000),
        stall: Some((400_000, Duration::from_millis(20))),
    };
    let link = Link::to(road.gateway.address, weather).expect("a link");
    road.phone.gateway = Some((format!("http://{}", link.address), key));
    let field = road.phone.open().expect("opens");
    let case = sight(&field, false);
    let original = picture(1, 3_000_000);
    let length = original.len() as u64;
    add_photo(&field, &case, "scene_front", original);
    deliver(&field);
    assert!(field.case(case).expect("a view").photos.iter().all(|photo| photo.stored));
    let (bytes, requests, cuts) = link.tally.read();
    assert!(cuts >= 9, "{cuts} cuts");
    // In flight at a cut: half a round trip and a little, never a whole piece again.
    assert!(
        bytes < length + cuts * 40_000 + requests * 1024,
        "{bytes} bytes for {length}, {cuts} cuts, {requests} requests"
    );
}
