//! What the app gives to the engine, as foreign traits. Every method may fail with [`PortError`] and may be slow; none
//! is called inside a transaction, none after `shutdown()`.

use std::sync::Arc;

use jingbao_core::{edge, time};

use crate::records::Moment;

/// A port could not do its work. What was thrown stays with the app: it may carry personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum PortError {
    /// It failed.
    #[error("port failed")]
    Failed,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for PortError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        PortError::Failed
    }
}

/// Keystore or Keychain.
#[uniffi::export(with_foreign)]
pub trait KeyStore: Send + Sync {
    /// The stored secret, none if there never was one.
    fn load(&self) -> Result<Option<Vec<u8>>, PortError>;
    /// Stores the secret durably.
    fn store(&self, secret: Vec<u8>) -> Result<(), PortError>;
}

/// The device's P-256 key in hardware.
#[uniffi::export(with_foreign)]
pub trait Signer: Send + Sync {
    /// SEC1 public key (65 bytes, `04‖x‖y`).
    fn public_key(&self) -> Result<Vec<u8>, PortError>;
    /// ECDSA with SHA-256 over `message`, DER.
    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, PortError>;
}

/// The bearer token.
#[uniffi::export(with_foreign)]
pub trait Credentials: Send + Sync {
    /// The present token, none while nobody is signed in.
    fn token(&self) -> Result<Option<String>, PortError>;
}

/// All clocks of the phone, read together.
#[uniffi::export(with_foreign)]
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Result<Moment, PortError>;
}

/// Hears of changes. It may call back into the engine.
#[uniffi::export(with_foreign)]
pub trait Listener: Send + Sync {
    /// `case:<id>`, `queue` or `duty`.
    fn changed(&self, what: String) -> Result<(), PortError>;
}

/// The app's ports as the core's.
struct Adapter<T: ?Sized>(Arc<T>);

fn failed(_: PortError) -> edge::PortFailed {
    edge::PortFailed
}

impl edge::KeyStore for Adapter<dyn KeyStore> {
    fn load(&self) -> Result<Option<Vec<u8>>, edge::PortFailed> {
        self.0.load().map_err(failed)
    }

    fn store(&self, secret: &[u8]) -> Result<(), edge::PortFailed> {
        self.0.store(secret.to_vec()).map_err(failed)
    }
}

impl edge::Signer for Adapter<dyn Signer> {
    fn public_key(&self) -> Result<Vec<u8>, edge::PortFailed> {
        self.0.public_key().map_err(failed)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, edge::PortFailed> {
        self.0.sign(message.to_vec()).map_err(failed)
    }
}

impl edge::Credentials for Adapter<dyn Credentials> {
    fn token(&self) -> Result<Option<String>, edge::PortFailed> {
        self.0.token().map_err(failed)
    }
}

impl edge::Clock for Adapter<dyn Clock> {
    fn now(&self) -> Result<time::Moment, edge::PortFailed> {
        self.0.now().map(time::Moment::from).map_err(failed)
    }
}

impl edge::Listener for Adapter<dyn Listener> {
    fn changed(&self, what: &str) {
        // Nobody waits for the listener; what it missed, the next view shows.
        let _ = self.0.changed(what.to_owned());
    }
}

/// Puts the app's ports together.
pub(crate) fn adapt(
    keys: Arc<dyn KeyStore>,
    signer: Arc<dyn Signer>,
    credentials: Arc<dyn Credentials>,
    clock: Arc<dyn Clock>,
    listener: Arc<dyn Listener>,
) -> edge::Ports {
    edge::Ports {
        keys: Arc::new(Adapter(keys)),
        signer: Arc::new(Adapter(signer)),
        credentials: Arc::new(Adapter(credentials)),
        clock: Arc::new(Adapter(clock)),
        listener: Arc::new(Adapter(listener)),
    }
}
