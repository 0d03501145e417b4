//! Whether a case is real. The marker is a type, so that no path can send or score a training case (invariant 9):
//! whatever leads to the gateway or to a scorecard takes [`Live`] and has no way in for [`Training`].
//!
//! ```compile_fail
//! use jingbao_core::{form::{SealedRef, Training}, outbox::Payload};
//! fn send(sealed: &SealedRef<Training>) -> Payload { Payload::revision(sealed) }
//! ```

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Live {}
    impl Sealed for super::Training {}
}

/// Real or practice; implemented by [`Live`] and [`Training`] alone.
pub trait Nature: sealed::Sealed + Copy + Default + Debug + PartialEq + Serialize {
    /// How it is written in records and rows.
    const NAME: &'static str;
}

/// A real accident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Live {
    /// The only value.
    #[default]
    #[serde(rename = "live")]
    Live,
}

/// Practice: never sent, never scored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Training {
    /// The only value.
    #[default]
    #[serde(rename = "training")]
    Training,
}

impl Nature for Live {
    const NAME: &'static str = "live";
}

impl Nature for Training {
    const NAME: &'static str = "training";
}
