//! Invariant 1: no port is called inside a transaction or under the engine's lock, so each may call back.

use std::{
    sync::{Arc, Mutex, Weak, mpsc},
    time::Duration,
};

use jingbao::{
    Field,
    ports::{Clock, Credentials, Listener, PortError, Signer},
    records::Moment,
};
use jingbao_tests::roadside::{FileKeys, Installation, MachineClock, NobodyListens, SoftSigner, Token};

use crate::fixture::{complete, sight, sign_all, sync};

/// Calls the engine from inside a port, once there is one.
#[derive(Default)]
struct Back(Mutex<Option<Weak<Field>>>);

impl Back {
    fn call(&self) {
        let field = self.0.lock().unwrap().as_ref().and_then(Weak::upgrade);
        if let Some(field) = field {
            let _ = (field.queue(), field.cases(), field.scorecard());
        }
    }
}

struct CallingSigner(Arc<Back>, SoftSigner);

impl Signer for CallingSigner {
    fn public_key(&self) -> Result<Vec<u8>, PortError> {
        self.0.call();
        self.1.public_key()
    }

    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, PortError> {
        self.0.call();
        self.1.sign(message)
    }
}

struct CallingClock(Arc<Back>);

impl Clock for CallingClock {
    fn now(&self) -> Result<Moment, PortError> {
        self.0.call();
        MachineClock.now()
    }
}

struct CallingToken(Arc<Back>);

impl Credentials for CallingToken {
    fn token(&self) -> Result<Option<String>, PortError> {
        self.0.call();
        Ok(Some("token".into()))
    }
}

struct CallingListener(Arc<Back>);

impl Listener for CallingListener {
    fn changed(&self, _: String) -> Result<(), PortError> {
        self.0.call();
        Ok(())
    }
}

#[test]
fn invariant_1_a_port_that_calls_back_into_the_engine_does_not_dead_lock() {
    let (done, finished) = mpsc::channel();
    std::thread::spawn(move || {
        let folder = tempfile::tempdir().expect("a folder");
        let mut phone = Installation::new(folder.path(), 1);
        let key = phone.open().expect("opens");
        // Nobody listens there; the token is asked for all the same.
        phone.gateway = Some(("http://127.0.0.1:9".into(), key.public_key()));
        key.shutdown();
        let back = Arc::new(Back::default());
        let field = Field::open(
            phone.config(),
            Arc::new(FileKeys(folder.path().join("master.key"))),
            Arc::new(CallingSigner(back.clone(), SoftSigner::number(1))),
            Arc::new(CallingToken(back.clone())),
            Arc::new(CallingClock(back.clone())),
            Arc::new(CallingListener(back.clone())),
        )
        .expect("opens");
        *back.0.lock().unwrap() = Some(Arc::downgrade(&field));
        let case = sight(&field, false);
        complete(&field, &case);
        sign_all(&field, &case);
        field.seal(case.clone(), None).expect("sealed");
        field.export(case, folder.path().join("bundle.zip").display().to_string()).expect("exported");
        sync(&field, 1);
        done.send(()).expect("told");
    });
    finished.recv_timeout(Duration::from_secs(60)).expect("no call waits for another for ever");
}

/// Signs only while it may.
struct Moody(SoftSigner, Arc<Mutex<bool>>);

impl Signer for Moody {
    fn public_key(&self) -> Result<Vec<u8>, PortError> {
        self.0.public_key()
    }

    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, PortError> {
        if *self.1.lock().unwrap() { self.0.sign(message) } else { Err(PortError::Failed) }
    }
}

#[test]
fn invariant_1_a_seal_stands_without_its_signature_and_is_signed_at_the_next_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let phone = Installation::new(folder.path(), 1);
    let may = Arc::new(Mutex::new(false));
    let open = || {
        let keys = Arc::new(FileKeys(folder.path().join("master.key")));
        let signer = Arc::new(Moody(SoftSigner::number(1), may.clone()));
        let token = Arc::new(Token(Mutex::new(None)));
        Field::open(phone.config(), keys, signer, token, Arc::new(MachineClock), Arc::new(NobodyListens))
    };
    let state = |field: &Field| {
        let queue = field.queue().expect("a queue");
        queue.items.iter().find(|item| item.kind == "revision").map(|item| item.state.clone())
    };
    let field = open().expect("opens");
    let case = sight(&field, false);
    complete(&field, &case);
    sign_all(&field, &case);
    assert_eq!(field.seal(case.clone(), None).expect("sealed all the same").revisions.len(), 1);
    assert_eq!(state(&field).as_deref(), Some("unsigned"));
    field.shutdown();
    let again = open().expect("opens with a signer that cannot sign");
    assert_eq!(state(&again).as_deref(), Some("unsigned"));
    again.shutdown();
    *may.lock().unwrap() = true;
    let signed = open().expect("opens");
    assert_eq!(state(&signed).as_deref(), Some("waiting"));
    assert_eq!(signed.case(case).expect("a view").revisions.len(), 1);
}
