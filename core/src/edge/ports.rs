//! What the phone gives to the core. Every method may fail, may be slow, and is never called inside a transaction.

use std::sync::Arc;

use crate::time::Moment;

/// A port could not do its work; the reason is for the person who builds the app, never for a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a service of the phone failed")]
pub struct PortFailed;

/// Keystore or Keychain: keeps the one master key, wrapped by hardware.
pub trait KeyStore: Send + Sync {
    /// The stored secret, or `None` if there never was one.
    fn load(&self) -> Result<Option<Vec<u8>>, PortFailed>;
    /// Stores the secret; returning means it survives a restart.
    fn store(&self, secret: &[u8]) -> Result<(), PortFailed>;
}

/// The device's P-256 key in hardware.
pub trait Signer: Send + Sync {
    /// SEC1 public key.
    fn public_key(&self) -> Result<Vec<u8>, PortFailed>;
    /// ECDSA with SHA-256 over `message`, DER.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, PortFailed>;
}

/// The bearer token of this device.
pub trait Credentials: Send + Sync {
    /// The present token; asked again after it was refused.
    fn token(&self) -> Result<Option<String>, PortFailed>;
}

/// All clocks, read together.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Result<Moment, PortFailed>;
}

/// Told that something changed; what, is asked for by the usual calls.
pub trait Listener: Send + Sync {
    /// `case:<id>`, `queue`, `duty`, `rules` or `credential`.
    fn changed(&self, what: &str);
}

/// The phone's services together.
#[derive(Clone)]
pub struct Ports {
    /// Keeps the master key.
    pub keys: Arc<dyn KeyStore>,
    /// Signs heads and statements.
    pub signer: Arc<dyn Signer>,
    /// Gives the token.
    pub credentials: Arc<dyn Credentials>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Hears of changes.
    pub listener: Arc<dyn Listener>,
}
