//! Whose car must stop here and now (遇案即停), why, and what excuses it.
//!
//! Each fix of a phone goes through [`Watch::step`] together with the open accidents nearby and the specialist's
//! standing; out come the changes of verdict. A verdict ends when the accident lies behind, is out of reach for long
//! enough, or is closed. The check never fails open: where the fix is old, inaccurate or not to be believed it says
//! [`Verdict::CannotTell`] and not [`Verdict::Clear`] (S35, invariant 5).
//! Not its business: where accidents come from, how the phone gets fixes, what the specialist answers.

mod accidents;
mod cadence;
mod checked;
mod curve;
mod fix;
mod linking;
mod motion;
mod plane;
mod reach;
mod rules;
mod shift;
mod standing;
mod trail;
mod verdict;
mod watch;

pub use accidents::Accidents;
pub use cadence::{FAR_MS, NEAR_MS};
pub use checked::{Checked, Inputs};
pub use fix::{Fix, Motion};
pub use linking::{PlateTag, Report, is_same_accident};
pub use rules::DutyRules;
pub use shift::{Declared, NotDeclared, Shift};
pub use standing::{OpenAccident, Road, Standing, Ternary, Urgent};
pub use verdict::{Change, Reason, Verdict};
pub use watch::Watch;
