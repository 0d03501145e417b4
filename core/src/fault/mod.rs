//! Liability classes and which sets of them fit together (Art. 60, 61).
//!
//! Triggered when the parties have agreed, or an officer decided, who bears what. Not its business: deciding it.

mod consistent;

use serde::{Deserialize, Serialize};

pub use consistent::{Inconsistent, check, objection};

/// How much of the fault one party bears (Art. 60).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Liability {
    /// 全部责任
    Full,
    /// 主要责任
    Main,
    /// 同等责任
    Equal,
    /// 次要责任
    Minor,
    /// 无责任
    None,
}

impl Liability {
    /// From most to least.
    pub const ALL: [Liability; 5] =
        [Liability::Full, Liability::Main, Liability::Equal, Liability::Minor, Liability::None];

    /// The code in packs, records and text keys.
    pub fn code(self) -> &'static str {
        match self {
            Liability::Full => "full",
            Liability::Main => "main",
            Liability::Equal => "equal",
            Liability::Minor => "minor",
            Liability::None => "none",
        }
    }

    /// The class with this code.
    pub fn from_code(code: &str) -> Option<Liability> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }
}
