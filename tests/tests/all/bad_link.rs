//! Photos over a link that is cut, and what goes over it.

use std::time::Duration;

use jingbao_tests::{
    crash::wire,
    link::{Link, Weather},
};

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

/// The most memory, MiB, of a phone's process that only sends these photos.
fn memory_of_sending(photos: &[usize]) -> f64 {
    let road = road();
    let field = road.phone.open().expect("opens");
    let case = sight(&field, false);
    for (slot, length) in ["scene_front", "scene_rear", "contact_close"].into_iter().zip(photos) {
        add_photo(&field, &case, slot, picture(slot.len() as u8, *length));
    }
    field.shutdown();
    wire(&road.phone).expect("written");
    let mut sender = std::process::Command::new(env!("CARGO_BIN_EXE_sender"));
    let output = sender.arg(&road.phone.folder).args(["drain", "60"]).output().expect("ran");
    let text = String::from_utf8(output.stdout).expect("text");
    let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{text}"));
    assert!(line("drained ").starts_with("0 0 "), "{text}");
    line("memory ").parse::<f64>().expect("a number") / 1024.0
}

#[test]
fn three_large_photos_on_their_way_at_once_take_at_most_four_mib_each() {
    let (small, large) = (memory_of_sending(&[3_000; 3]), memory_of_sending(&[14_000_000; 3]));
    assert!(large - small <= 12.0, "{large:.1} MiB, {small:.1} MiB with small ones");
    eprintln!("three photos of 14 MB: {:.1} MiB more than three of 3 kB", large - small);
}
