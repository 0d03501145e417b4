//! What every storage behind the trait must do, whoever writes it; run on the embedded one.

use jingbao_core::{
    canon::{PublicKey, Sha256},
    id::DeviceId,
    time::Timestamp,
    wire::Manifest,
};
use jingbao_gateway::{
    key::GatewayKey,
    store::{Device, Document, Refusal, Role, SqliteStore, Store, Upload},
};

use crate::fixture::{Phone, case, op, photo};

fn device(data: &std::path::Path, seed: u8) -> (DeviceId, PublicKey) {
    let phone = Phone::enrol(data, seed, Role::Specialist);
    (phone.id, phone.public)
}

/// The suite. `store` is empty but for what this makes; `key` signs.
fn keeps_its_word(store: &dyn Store, key: &GatewayKey, id: DeviceId, public: PublicKey) {
    let enrolled = Device { id, key: Some(public.clone()), company: "平安".into(), role: Role::Specialist };
    store.add_device(&enrolled, Sha256::of(b"one")).expect("enrolled");
    store.add_device(&enrolled, Sha256::of(b"two")).expect("enrolled again");
    assert_eq!(store.device_of(Sha256::of(b"one")).expect("asked"), None, "an earlier token ends");
    assert_eq!(store.device_of(Sha256::of(b"two")).expect("asked"), Some(enrolled));

    let document = |number: u32, parent: Option<Sha256>, body: &[u8]| Document {
        op: op(number as u8),
        case: case(1),
        device: id,
        number,
        subject: Sha256::of(body),
        parent,
        body: body.to_vec(),
    };
    let sign = |document: &Document, at: i64| {
        let (sha256, bytes) = (Sha256::of(&document.body), document.body.len() as u64);
        let manifest = Manifest::Revision { case: document.case, revision: document.number, sha256, bytes };
        key.receipt(manifest, None, Timestamp(at)).expect("signed")
    };
    let first = document(1, None, b"first");
    let stored = store.put_revision(&first, &sign(&first, 10)).expect("stored");
    let again = store.put_revision(&first, &sign(&first, 99)).expect("stored before");
    assert!(stored.fresh && !again.fresh && again.receipt == stored.receipt, "the first receipt for ever");
    let orphan = document(3, Some(Sha256::of(b"second")), b"third");
    assert!(matches!(store.put_revision(&orphan, &sign(&orphan, 11)), Err(Refusal::MissingParent)));
    let view = store.case(case(1)).expect("asked").expect("there");
    assert_eq!((view.revision, view.recorder, view.revisions[0].sha256), (1, Some(id), Sha256::of(b"first")));

    let upload = Upload {
        id: "0123456789abcdef0123456789abcdef".into(),
        device: id,
        case: case(1),
        photo: photo(1),
        sha256: Sha256::of(b"photo"),
        length: 5,
        offset: 0,
        committed: false,
        elsewhere: None,
    };
    store.create_upload(&upload).expect("begun");
    store.append(&upload.id, 0, b"phXXXXXX").expect("written");
    store.settle(&upload.id, 2).expect("settled");
    assert_eq!(store.upload(&upload.id).expect("asked").map(|upload| upload.offset), Some(2));
    store.append(&upload.id, 2, b"oto").expect("written");
    store.settle(&upload.id, 5).expect("settled");
    let read = |mut from: Box<dyn std::io::Read + Send>| {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("read");
        bytes
    };
    assert_eq!(read(store.upload_bytes(&upload.id).expect("there")), b"photo", "unsettled bytes never come back");
    let manifest = Manifest::Photo { case: case(1), photo: photo(1), sha256: upload.sha256, bytes: 5 };
    let receipt = key.receipt(manifest, None, Timestamp(20)).expect("signed");
    assert!(store.put_photo(&upload, &receipt).expect("stored").fresh);
    store.drop_upload(&upload.id).expect("nothing to drop");
    let kept = store.photo_bytes(case(1), upload.sha256).expect("asked").expect("there");
    assert_eq!(read(kept), b"photo");
    assert!(store.photo_bytes(case(2), upload.sha256).expect("asked").is_none(), "not of another case");
    assert!(store.revoke_device(id).expect("revoked") && !store.revoke_device(id).expect("revoked"));
}

#[test]
fn the_embedded_storage_keeps_its_word() {
    let data = tempfile::tempdir().expect("folder");
    let (id, public) = device(data.path(), 1);
    let store = SqliteStore::open(data.path()).expect("opened");
    let key = GatewayKey::open(data.path()).expect("key");
    keeps_its_word(&store, &key, id, public);
}

#[test]
fn a_data_folder_of_a_newer_version_is_refused_untouched() {
    let data = tempfile::tempdir().expect("folder");
    drop(SqliteStore::open(data.path()).expect("made"));
    let db = rusqlite::Connection::open(data.path().join("gateway.sqlite")).expect("opened");
    db.pragma_update(None, "user_version", 999).expect("set");
    drop(db);
    let error = SqliteStore::open(data.path()).err().map(|error| error.to_string()).expect("refused");
    assert!(error.contains("999"), "{error}");
}

#[test]
fn the_gateways_key_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let data = tempfile::tempdir().expect("folder");
    let first = GatewayKey::open(data.path()).expect("made");
    let again = GatewayKey::open(data.path()).expect("read");
    assert_eq!(first.public(), again.public());
    let mode = std::fs::metadata(data.path().join("gateway-key.pem")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
