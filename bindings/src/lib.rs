//! The uniffi surface of Jingbao: one engine object, records, ports. Not its business: any rule; those stand in
//! `jingbao-core`, and every method here is a delegate.
//!
//! | module | holds |
//! |---|---|
//! | [`field`] | the engine object, [`Field`]; start here |
//! | [`ports`] | what the app gives: keystore, signer, credentials, clock, listener |
//! | [`records`] | what goes in: configuration, fixes, answers |
//! | [`views`] | what comes out: mirrors of the core's views |
//! | [`picture`] | a code as the modules of a QR code |
//! | [`error`] | the few errors an app has to tell apart |
//! | [`desk`] | a phone in software, for desktop tools and tests only |

uniffi::setup_scaffolding!();

mod descriptor;
pub mod desk;
pub mod error;
pub mod field;
pub mod handing_over;
pub mod picture;
pub mod ports;
mod queue;
pub mod records;
pub mod views;

pub use desk::SoftwarePhone;
pub use error::FieldError;
pub use field::Field;

/// The version of the library, as its package names it.
#[uniffi::export]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
