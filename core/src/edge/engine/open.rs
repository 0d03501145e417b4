//! Opening and closing. Opening takes the folder for this process alone, finds the key, migrates, takes
//! back what was on the way, adopts what a killed intake left whole and sweeps the rest. Not its business: sleep and the end
//! (`life`).

use std::{
    collections::BTreeSet,
    fs::{self, File, TryLockError},
    path::PathBuf,
    sync::{Arc, Mutex},
};

use super::{
    Alone, Config, Engine, Inner,
    cases::Cases,
    certifying::Wallet,
    handing_out,
    life::{Leaving, Life},
    queueing,
    rules::Rules,
};
use crate::{
    canon::PublicKey,
    edge::{
        http::{Gateway, Stamping},
        keys,
        place::{LOCK, Place},
        ports::Ports,
        store::{Store, journal, queue, shift},
        trouble::Trouble,
        vault::{Row, Vault},
    },
    id::{DeviceId, PhotoId},
    pack::Association,
    text::Lang,
};

impl Engine {
    /// Opens the store in `config.folder`, or makes one. Nothing is changed when it fails.
    pub fn open(config: &Config, ports: Ports) -> Result<Arc<Engine>, Trouble> {
        let lang: Lang = config.lang.parse().map_err(|_| Trouble::Configuration("error-language"))?;
        let key = PublicKey::from_sec1(&ports.signer.public_key()?)
            .map_err(|_| Trouble::Configuration("error-device-key"))?;
        let gateway = gateway(config, &ports)?;
        let stamps = config.stamp_url.as_deref().map(Stamping::new).transpose()?;
        let inner = Inner::open(config, &ports, &key)?;
        let engine = Arc::new(Engine {
            life: Mutex::new(Life::Open(Box::new(inner))),
            // A store that is opened again is never begun anew.
            config: Config { begin_anew: false, ..config.clone() },
            ports,
            gateway,
            stamps,
            lang,
            key,
            syncing: tokio::sync::Mutex::new(()),
            leaving: tokio::sync::watch::Sender::new(Leaving::Not),
            news: tokio::sync::Notify::new(),
            crew: Arc::new(()),
        });
        // A head frozen before the last kill is signed now; if the signer cannot, the next sync asks again.
        let _ = engine.sign_pending_heads();
        Ok(engine)
    }
}

impl Inner {
    /// Everything behind the engine's lock, from the folder.
    pub(super) fn open(config: &Config, ports: &Ports, key: &PublicKey) -> Result<Inner, Trouble> {
        let association = association(config)?;
        let now = ports.clock.now()?;
        let place = Place::new(PathBuf::from(&config.folder), config.begin_anew);
        // Asked before anything is made: a folder that is not mounted must not be taken for an empty one (S32).
        keys::find(ports.keys.as_ref(), &place)?;
        fs::create_dir_all(&place.folder).map_err(|_| Trouble::NotWritable)?;
        let only = take_alone(&place.folder.join(LOCK))?;
        let keys = keys::load(ports.keys.as_ref(), &place, now.wall)?;
        let mut store = Store::open(&place.database(), &keys.database)?;
        let fresh = DeviceId::from_parts(now.wall, keys::random()?);
        let (device, own) = store.write(|tx| {
            let first = queue::counter(tx, "device key")?;
            if first.is_none() {
                queue::set_counter(tx, "device key", &key.id().0)?;
            }
            Ok((journal::identity(tx, fresh)?, first.is_none_or(|first| first == key.id().0)))
        })?;
        place.begun_well()?;
        let (rules, shelf) = Rules::open(&mut store, association)?;
        let (outbox, last_place) = queueing::open(&mut store, &now)?;
        handing_out::sweep(&place.folder, &outbox.items().cloned().collect::<Vec<_>>(), &now);
        let fresh = zeroize::Zeroizing::new(keys::random()?);
        let labels = store.write(|tx| journal::label_key(tx, &fresh))?;
        let vault = Arc::new(Vault::open(place.photos(), &keys.files, &labels)?);
        // Killed in mid-erasing, its files are still there: first the pages with their keys, then they go.
        let _ = store.truncate();
        let orphans = vault.sweep(&|photo: PhotoId| {
            Ok(match store.read(|c| journal::photo(c, photo))? {
                Some(row) if row.key.is_some() => Row::Kept,
                Some(_) => Row::Erased,
                None => Row::None,
            })
        })?;
        let last_event = store.read(|c| queue::last_event(c, None))?;
        let (shift, watch) = store.read(shift::load)?;
        let wallet = Wallet::open(&store, rules.association.as_ref())?;
        let mut inner = Inner {
            accidents: store.read(queue::accidents)?.into_iter().collect(),
            store,
            vault,
            cases: Cases::default(),
            rules,
            shelf,
            outbox,
            last_place,
            device,
            own,
            shift,
            wallet,
            watch,
            last_event,
            photo_bytes: None,
            tidied: String::new(),
            looked: BTreeSet::new(),
            _only: only,
        };
        inner.name_accidents()?;
        // A disk that is full now must not keep anybody from the cases: what is left is adopted another time.
        let _ = inner.adopt(orphans, &now);
        let _ = inner.hear_aside(key);
        // Killed between a withdrawal and its trace; no notice leaves without being asked about once more.
        let _ = inner.withhold_lapsed(&now);
        Ok(inner)
    }
}

fn gateway(config: &Config, ports: &Ports) -> Result<Option<Gateway>, Trouble> {
    let Some(base) = &config.gateway else { return Ok(None) };
    let key = config.gateway_key.clone().ok_or(Trouble::Configuration("error-gateway-key"))?;
    let key = PublicKey::try_from(key).map_err(|_| Trouble::Configuration("error-gateway-key"))?;
    Gateway::new(base, key, config.authority.as_deref(), ports.credentials.clone()).map(Some)
}

/// The association's keys; a successor alone follows nobody.
fn association(config: &Config) -> Result<Option<Association>, Trouble> {
    let unusable = Trouble::Configuration("error-association-key");
    let read = |text: &Option<String>| text.clone().map(PublicKey::try_from).transpose();
    match (read(&config.association_key), read(&config.association_successor)) {
        (Ok(Some(key)), Ok(successor)) => Ok(Some(Association { key, successor })),
        (Ok(None), Ok(None)) => Ok(None),
        _ => Err(unusable),
    }
}

/// The folder for this process alone. One that is just going away may hold it for a moment.
fn take_alone(path: &std::path::Path) -> Result<Alone, Trouble> {
    let file = File::create(path).map_err(|_| Trouble::NotWritable)?;
    for patience in (0..10).rev() {
        match file.try_lock() {
            Ok(()) => return Ok(Alone(file)),
            Err(TryLockError::WouldBlock) if patience == 0 => break,
            Err(TryLockError::WouldBlock) => std::thread::sleep(std::time::Duration::from_millis(30)),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
    Err(Trouble::Busy)
}
