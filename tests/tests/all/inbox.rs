//! The feed as it should not be: poisoned entries, pages that are none, a gateway that has forgotten its cursors.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
};

use jingbao::Field;
use jingbao_tests::roadside::Installation;
use serde_json::{Value, json};

use crate::{
    feed::{PLACE, pass, position},
    fixture::sync,
};

/// A gateway that has nothing but a feed: its entries, two a page, and which cursors it knows.
struct Feed {
    address: String,
    entries: Arc<Mutex<Vec<Value>>>,
    /// What stands before the number of every cursor.
    era: Arc<Mutex<String>>,
}

impl Feed {
    fn start() -> Feed {
        let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let (entries, era) = (Arc::new(Mutex::new(Vec::<Value>::new())), Arc::new(Mutex::new("a".to_owned())));
        let (told, of) = (Arc::clone(&entries), Arc::clone(&era));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a caller");
                let mut reader = BufReader::new(stream.try_clone().expect("twice"));
                let mut first = String::new();
                let _ = reader.read_line(&mut first);
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    line.clear();
                }
                let after = first.split("after=").nth(1).and_then(|rest| rest.split([' ', '&']).next()).unwrap_or("");
                let era = of.lock().expect("an era").clone();
                let from =
                    if after.is_empty() { Some(0) } else { after.strip_prefix(&era).and_then(|n| n.parse().ok()) };
                let (status, kind, body) = match from {
                    Some(from) => {
                        let all = told.lock().expect("entries");
                        let page: Vec<&Value> = all.iter().skip(from).take(2).collect();
                        let next = format!("{era}{}", from + page.len());
                        ("200 OK", "application/json", json!({ "entries": page, "next": next }))
                    }
                    None => {
                        let problem = json!({ "type": "urn:jingbao:problem:malformed", "status": 422 });
                        ("422 No", "application/problem+json", problem)
                    }
                };
                let (body, head) = (body.to_string(), "connection: close");
                let length = body.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{head}\r\ncontent-length: {length}\r\n\r\n{body}"
                );
            }
        });
        Feed { address, entries, era }
    }

    fn tell(&self, kind: &str, body: Value) {
        let mut entries = self.entries.lock().expect("entries");
        let cursor = (entries.len() + 1).to_string();
        entries.push(json!({ "cursor": cursor, "kind": kind, "body": body }));
    }

    fn phone(&self, folder: &std::path::Path, number: u8) -> Arc<Field> {
        std::fs::create_dir_all(folder).expect("a folder");
        let mut phone = Installation::new(folder, number);
        let field = phone.open().expect("opens");
        phone.gateway = Some((self.address.clone(), field.public_key()));
        field.shutdown();
        phone.open().expect("opens")
    }
}

fn accident(id: &str, metres_east: f64) -> Value {
    let lon = PLACE.1 + metres_east / (111_195.0 * PLACE.0.to_radians().cos());
    json!({
        "id": id, "road": "city", "seen_at": 1_795_417_000_000_i64, "served": false,
        "place": { "lat": PLACE.0, "lon": lon, "datum": "WGS-84", "accuracy_m": 5.0, "source": "feed", "mock": false },
    })
}

#[test]
fn s19_a_poisoned_entry_is_set_aside_seen_and_stops_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = Feed::start();
    feed.tell("accident", json!({ "id": 7 }));
    feed.tell("horoscope", json!("all will be well"));
    feed.entries.lock().expect("entries").push(json!("not even an entry"));
    feed.tell("accident", accident("a-1", 0.0));
    let field = feed.phone(folder.path(), 1);
    field.begin_shift("鲁F11111".into()).expect("on duty");
    sync(&field, 10);
    assert_eq!(pass(&field), ["must_stop"], "what came after the poison counts");
    let aside = field.queue().expect("a queue").aside;
    let kinds: Vec<&str> = aside.iter().map(|one| one.kind.as_str()).collect();
    assert_eq!(kinds, ["accident", "horoscope", ""], "{aside:?}");
    assert!(aside.iter().all(|one| !one.why.is_empty()));
    sync(&field, 10);
    assert_eq!(field.queue().expect("a queue").aside, aside, "once");
    field.shutdown();
}

#[test]
fn s19_read_again_from_nothing_the_feed_gives_the_same_state() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = Feed::start();
    for n in 0..7 {
        feed.tell("accident", accident(&format!("a-{n}"), f64::from(n) * 300.0));
    }
    feed.tell("accident_closed", json!({ "id": "a-3" }));
    feed.tell("accident", json!({ "id": false }));
    let field = feed.phone(&folder.path().join("one"), 1);
    field.begin_shift("鲁F11111".into()).expect("on duty");
    sync(&field, 10);
    let told = |field: &Field| (field.queue().expect("a queue").aside.len(), pass(field));
    let before = told(&field);
    // The gateway was restored from a backup: it does not know what it said.
    *feed.era.lock().expect("an era") = "b".into();
    sync(&field, 10);
    feed.tell("accident_closed", json!({ "id": "a-0" }));
    sync(&field, 10);
    let late = feed.phone(&folder.path().join("two"), 2);
    late.begin_shift("鲁F22222".into()).expect("on duty");
    sync(&late, 10);
    assert_eq!(before, (1, vec!["must_stop".to_owned()]));
    assert_eq!(told(&late), (1, Vec::new()), "the one who comes late knows that it is over");
    assert_eq!(told(&field).0, 1);
    let now = |field: &Field| {
        let seen = jingbao::records::SightInput {
            position: Some(position(PLACE.1)),
            accident: None,
            own_party: None,
            training: true,
        };
        field.sight(seen).map(|_| field.cases().expect("cases").len())
    };
    assert_eq!(now(&field).expect("a case"), now(&late).expect("a case"));
    field.shutdown();
    late.shutdown();
}
