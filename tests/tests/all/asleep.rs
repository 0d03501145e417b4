//! An app that goes to the background, comes back, or ends, whatever it is doing at that moment.

use std::{
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use jingbao::{
    Field,
    ports::{Listener, PortError},
    views::SyncBudget,
};
use jingbao_tests::roadside::{Installation, MachineClock};

use crate::{
    fixture::{add_photo, answer, picture, runtime, sight},
    misuse::{Kind, says},
};

/// A phone whose gateway takes a connection and never says a word, and a case that waits to be sent.
fn towards_silence(folder: &std::path::Path) -> (Installation, TcpListener) {
    let silent = TcpListener::bind("127.0.0.1:0").expect("bound");
    let mut phone = Installation::new(folder, 1);
    let field = phone.open().expect("opens");
    let address = format!("http://{}", silent.local_addr().expect("an address"));
    phone.gateway = Some((address, field.public_key()));
    let case = sight(&field, false);
    add_photo(&field, &case, "scene_front", picture(1, 4_000));
    field.shutdown();
    (phone, silent)
}

/// Sends in the background; gives what became of it.
fn sending(field: &Arc<Field>) -> std::thread::JoinHandle<Result<u32, jingbao::FieldError>> {
    let field = Arc::clone(field);
    let round = std::thread::spawn(move || {
        runtime().block_on(field.sync(SyncBudget::of_seconds(60))).map(|report| report.pending)
    });
    std::thread::sleep(Duration::from_millis(300));
    round
}

#[test]
fn s5_s23_asleep_in_the_midst_of_sending_it_holds_no_lock_and_goes_on_when_it_is_used_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (phone, _silent) = towards_silence(folder.path());
    let field = phone.open().expect("opens");
    let round = sending(&field);
    let begun = Instant::now();
    field.suspend();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    says(round.join().expect("ended"), Kind::Closed, "error-suspended", "zh");

    let other = phone.open().expect("the store is free for whoever comes");
    says(field.cases(), Kind::Storage, "error-busy", "zh");
    other.shutdown();
    let case = field.cases().expect("opened again").pop().expect("the case");
    answer(&field, &case, None, "fact.injury", "no");
    assert_eq!(field.waiting().expect("told").pending, 2, "the sighting and the photo still wait");
    field.suspend();
    field.suspend();
    assert_eq!(field.cases().expect("and again").len(), 1);
    field.shutdown();
    field.suspend();
    says(field.cases(), Kind::Closed, "error-shut-down", "zh");
}

#[test]
fn s5_shutdown_and_sleep_come_to_an_end_while_everybody_calls() {
    for ends in [Field::shutdown as fn(&Field), Field::suspend] {
        let folder = tempfile::tempdir().expect("a folder");
        let (phone, _silent) = towards_silence(folder.path());
        let field = phone.open().expect("opens");
        let round = sending(&field);
        let over = Arc::new(AtomicBool::new(false));
        let callers: Vec<_> = (0..4)
            .map(|_| {
                let (field, over) = (Arc::clone(&field), Arc::clone(&over));
                std::thread::spawn(move || {
                    while !over.load(Ordering::SeqCst) {
                        let _ = field.waiting();
                        let _ = field.cases();
                    }
                })
            })
            .collect();
        let begun = Instant::now();
        ends(&field);
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        assert!(round.join().expect("ended").is_err());
        over.store(true, Ordering::SeqCst);
        callers.into_iter().for_each(|caller| caller.join().expect("no panic"));
    }
}

/// Calls back in whenever it is told something, and counts.
#[derive(Default)]
struct CallsBack {
    field: Mutex<Option<Arc<Field>>>,
    told: Mutex<Vec<Instant>>,
}

impl Listener for CallsBack {
    fn changed(&self, _what: String) -> Result<(), PortError> {
        self.told.lock().expect("a list").push(Instant::now());
        let field = self.field.lock().expect("a field").clone();
        if let Some(field) = field {
            let _ = field.waiting();
            let _ = field.queue();
        }
        Ok(())
    }
}

#[test]
fn a_listener_may_call_back_in_and_hears_nothing_after_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let (phone, _silent) = towards_silence(folder.path());
    let listener = Arc::new(CallsBack::default());
    let field = phone
        .open_heard_by(phone.config(), Arc::new(MachineClock), Arc::clone(&listener) as Arc<dyn Listener>)
        .expect("opens");
    *listener.field.lock().expect("a field") = Some(Arc::clone(&field));
    let case = sight(&field, false);
    answer(&field, &case, None, "fact.injury", "no");
    let round = sending(&field);
    field.shutdown();
    let closed = Instant::now();
    let _ = round.join().expect("ended");
    std::thread::sleep(Duration::from_millis(200));
    let told = listener.told.lock().expect("a list").clone();
    assert!(told.len() >= 2, "it was told of the case");
    assert!(told.iter().all(|at| *at <= closed), "a call after the end");
    *listener.field.lock().expect("a field") = None;
}
