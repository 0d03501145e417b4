//! A phone's services for measuring: in memory, with the machine's own clock.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use jingbao_core::{
    canon::PublicKey,
    edge::{Clock, Config, Credentials, Engine, KeyStore, Listener, PortFailed, Ports, Signer},
    id::CaseId,
    place::Point,
    time::{Moment, SHANGHAI_OFFSET_S, Timestamp},
};
use p256::ecdsa::{SigningKey, signature::Signer as _};

use super::Failed;
use crate::scenery::ACCIDENT;

struct Services {
    secret: Mutex<Option<Vec<u8>>>,
    token: Mutex<Option<String>>,
    key: SigningKey,
    started: Instant,
}

impl KeyStore for Services {
    fn load(&self) -> Result<Option<Vec<u8>>, PortFailed> {
        Ok(self.secret.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn store(&self, secret: &[u8]) -> Result<(), PortFailed> {
        *self.secret.lock().unwrap_or_else(PoisonError::into_inner) = Some(secret.to_vec());
        Ok(())
    }
}

impl Signer for Services {
    fn public_key(&self) -> Result<Vec<u8>, PortFailed> {
        Ok(self.key.verifying_key().to_sec1_bytes().to_vec())
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PortFailed> {
        let signature: p256::ecdsa::Signature = self.key.sign(message);
        Ok(signature.to_der().as_bytes().to_vec())
    }
}

impl Credentials for Services {
    fn token(&self) -> Result<Option<String>, PortFailed> {
        Ok(self.token.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

impl Clock for Services {
    fn now(&self) -> Result<Moment, PortFailed> {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| PortFailed)?;
        Ok(Moment {
            wall: Timestamp(i64::try_from(wall.as_millis()).map_err(|_| PortFailed)?),
            offset_s: SHANGHAI_OFFSET_S,
            mono_ms: i64::try_from(self.started.elapsed().as_millis()).map_err(|_| PortFailed)?,
            boot: "bench".into(),
        })
    }
}

impl Listener for Services {
    fn changed(&self, _what: &str) {}
}

/// A phone without a gateway that can be switched off and on.
pub(super) struct Phone {
    config: Config,
    services: Arc<Services>,
}

impl Phone {
    /// One that keeps everything in `folder`.
    pub(super) fn at(folder: &Path) -> Result<Phone, Failed> {
        let key = SigningKey::from_slice(&[7; 32])?;
        let services =
            Arc::new(Services { secret: Mutex::new(None), token: Mutex::new(None), key, started: Instant::now() });
        let folder = folder.display().to_string();
        let config = Config {
            folder,
            gateway: None,
            gateway_key: None,
            authority: None,
            lang: "zh".into(),
            association_key: None,
            association_successor: None,
            app_version: None,
            stamp_url: None,
            begin_anew: false,
        };
        Ok(Phone { config, services })
    }

    /// Its public key.
    pub(super) fn key(&self) -> Result<PublicKey, Failed> {
        Ok(PublicKey::from_sec1(&self.services.key.verifying_key().to_sec1_bytes())?)
    }

    /// Gives it a gateway, with the key that is pinned and the token to show.
    pub(super) fn set_gateway(&mut self, address: SocketAddr, key: PublicKey, token: String) {
        (self.config.gateway, self.config.gateway_key) = (Some(format!("http://{address}")), Some(key.into()));
        *self.services.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
    }

    pub(super) fn open(&self) -> Result<Arc<Engine>, Failed> {
        let services = &self.services;
        let ports = Ports {
            keys: services.clone(),
            signer: services.clone(),
            credentials: services.clone(),
            clock: services.clone(),
            listener: services.clone(),
        };
        Ok(Engine::open(&self.config, ports)?)
    }

    pub(super) fn sight(&self, engine: &Engine) -> Result<CaseId, Failed> {
        Ok(engine.sight(Some(Point::wgs84(ACCIDENT.0, ACCIDENT.1, 8.0)?), None, None, false)?)
    }
}

/// An engine in `folder`, and one open case in it.
pub(super) fn engine(folder: &Path) -> Result<(Arc<Engine>, CaseId), Failed> {
    let phone = Phone::at(folder)?;
    let engine = phone.open()?;
    let case = phone.sight(&engine)?;
    Ok((engine, case))
}
