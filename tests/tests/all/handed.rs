//! Uploads that the system carries out by itself: handed out with a file, taken back late, twice or never (S23–S25).

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{Arc, Mutex},
};

use jingbao::{
    Field,
    ports::{Clock, PortError},
    records::Moment,
    views::{HandedUpload, QueueItem},
};
use jingbao_tests::roadside::{Installation, MachineClock};

use crate::{
    delivery::{Road, road},
    fixture::{add_photo, picture, runtime, sight, sync},
};

/// The machine's clock, some hours ahead.
#[derive(Default)]
struct Ahead(Mutex<i64>);

impl Clock for Ahead {
    fn now(&self) -> Result<Moment, PortError> {
        let (now, ms) = (MachineClock.now()?, *self.0.lock().expect("a clock"));
        Ok(Moment { wall_ms: now.wall_ms + ms, mono_ms: now.mono_ms + ms, ..now })
    }
}

fn open(phone: &Installation, clock: &Arc<Ahead>) -> Arc<Field> {
    phone.open_at(phone.config(), Arc::clone(clock) as Arc<dyn Clock>).expect("opens")
}

fn hand_out(field: &Arc<Field>) -> Vec<HandedUpload> {
    runtime().block_on(field.hand_out(8)).expect("handed out")
}

/// What the system does: the request as it was given, with the first `most` bytes of the file.
fn carry(handed: &HandedUpload, most: usize) -> u16 {
    let rest = handed.url.strip_prefix("http://").expect("loopback");
    let (host, path) = rest.split_once('/').expect("a path");
    let body = std::fs::read(&handed.file).expect("a file");
    assert_eq!(body.len() as u64, handed.bytes);
    let body = &body[..most.min(body.len())];
    let mut stream = TcpStream::connect(host).expect("connected");
    let mut head = format!("{} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n", handed.method);
    for header in &handed.headers {
        head += &format!("{}: {}\r\n", header.name, header.value);
    }
    head += &format!("content-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).expect("sent");
    stream.write_all(body).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}

fn photos(field: &Field) -> Vec<QueueItem> {
    field.queue().expect("a queue").items.into_iter().filter(|item| item.kind == "photo").collect()
}

fn states(field: &Field) -> Vec<String> {
    photos(field).into_iter().map(|item| item.state).collect()
}

/// A phone with two photos to send, whose documents are sent.
fn with_two_photos() -> (Road, Arc<Ahead>, Arc<Field>) {
    let (road, clock) = (road(), Arc::new(Ahead::default()));
    let field = open(&road.phone, &clock);
    let case = sight(&field, false);
    for (slot, seed) in [("scene_front", 1), ("scene_rear", 2)] {
        add_photo(&field, &case, slot, picture(seed, 40_000));
    }
    (road, clock, field)
}

#[test]
fn s25_what_the_system_carried_is_committed_by_the_next_round_and_its_file_is_gone() {
    let (road, clock, field) = with_two_photos();
    let handed = hand_out(&field);
    assert_eq!(handed.len(), 2);
    assert!(hand_out(&field).is_empty(), "both are on their way");
    let report = sync(&field, 10);
    assert_eq!(
        (report.sent, states(&field)),
        (1, vec!["sending".to_owned(); 2]),
        "the event alone; the photos are the system's"
    );
    assert_eq!(carry(&handed[0], usize::MAX), 204);
    assert_eq!(carry(&handed[1], 17_000), 204, "the system gave up half-way");
    // The app was killed meanwhile; what the system has is the system's still.
    field.shutdown();
    let field = open(&road.phone, &clock);
    assert_eq!(states(&field), ["sending", "sending"]);
    for (one, status) in handed.iter().zip([Some(204), None]) {
        field.hand_back(one.op.clone(), one.lease, status).expect("taken back");
        field.hand_back(one.op.clone(), one.lease, status).expect("twice is once");
        assert!(!std::path::Path::new(&one.file).exists());
    }
    sync(&field, 10);
    assert_eq!(states(&field), ["done", "done"]);
    field.hand_back(handed[0].op.clone(), handed[0].lease, Some(500)).expect("late is nothing");
    assert_eq!(states(&field), ["done", "done"]);
    field.shutdown();
}

#[test]
fn s25_what_never_comes_back_is_sent_by_the_app_once_its_time_is_over_and_its_file_is_swept() {
    let (road, clock, field) = with_two_photos();
    let handed = hand_out(&field);
    assert_eq!(carry(&handed[0], 9_000), 204);
    *clock.0.lock().expect("a clock") += 5 * 3_600_000;
    sync(&field, 10);
    assert_eq!(states(&field), ["sending", "sending"], "it may still be carried");
    *clock.0.lock().expect("a clock") += 2 * 3_600_000;
    sync(&field, 10);
    assert_eq!(states(&field), ["done", "done"]);
    field.shutdown();
    assert!(handed.iter().all(|one| std::path::Path::new(&one.file).exists()));
    open(&road.phone, &clock).shutdown();
    assert!(handed.iter().all(|one| !std::path::Path::new(&one.file).exists()), "swept at the next opening");
}

#[test]
fn s24_the_file_of_a_request_is_this_apps_alone() {
    let (_road, _clock, field) = with_two_photos();
    for one in hand_out(&field) {
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&one.file).expect("a file"));
            assert_eq!(mode & 0o777, 0o600);
        }
        assert!(one.headers.iter().any(|header| header.name == "authorization"));
        assert!(!format!("{one:?}").contains("Bearer"), "the token is never printed");
    }
    field.shutdown();
}
