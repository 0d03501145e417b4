//! The answer of the duty check and the codes of its reasons.

use serde::{Deserialize, Serialize};

use crate::time::Moment;

/// What the one at the wheel has to do about one accident; each has the text `verdict-<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Stop.
    MustStop,
    /// Would have to stop, and is excused.
    Exempt,
    /// Report it; do not stop for it.
    ReportOnly,
    /// The fix does not allow an answer; look for yourself.
    CannotTell,
    /// Nothing to do.
    Clear,
}

impl Verdict {
    /// The code in JSON and text keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::MustStop => "must_stop",
            Verdict::Exempt => "exempt",
            Verdict::ReportOnly => "report_only",
            Verdict::CannotTell => "cannot_tell",
            Verdict::Clear => "clear",
        }
    }

    /// 0 for what must be told first.
    pub(super) fn urgency(self) -> u8 {
        match self {
            Verdict::MustStop => 0,
            Verdict::CannotTell => 1,
            Verdict::Exempt => 2,
            Verdict::ReportOnly => 3,
            Verdict::Clear => 4,
        }
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal)*) => {
        /// Why; each has the text `duty-reason-<code>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Reason {
            $($(#[$doc])* #[serde(rename = $code)] $name,)*
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Reason] = &[$(Reason::$name),*];

            /// The code in JSON and text keys.
            pub fn as_str(self) -> &'static str {
                match self { $(Reason::$name => $code,)* }
            }
        }
    };
}

reasons! {
    /// It lies ahead, within the warning distance.
    Ahead = "ahead"
    /// The class of the road is not known: stop only where it is safe.
    RoadUnknown = "road_unknown"
    /// Whether the specialist is certified is not known, which excuses nobody.
    CredentialUnknown = "credential_unknown"
    /// A declared urgent task.
    UrgentTask = "urgent_task"
    /// The urgent task was declared only after stopping had been demanded.
    DeclaredAfter = "declared_after"
    /// This is the accident that the specialist is busy with.
    AlreadyThere = "already_there"
    /// Already busy with another accident.
    OnAnotherCase = "on_another_case"
    /// On an expressway nobody stops at will.
    Expressway = "expressway"
    /// Not on shift.
    OffDuty = "off_duty"
    /// Another specialist is there.
    Served = "served"
    /// Not certified.
    NotCertified = "not_certified"
    /// The duty was already raised once on this trip.
    AlreadyRaised = "already_raised"
    /// No usable position at all.
    NoFix = "no_fix"
    /// The last fix is old.
    FixOld = "fix_old"
    /// The fix says itself that it is inaccurate.
    FixInaccurate = "fix_inaccurate"
    /// The system flagged the fix as simulated.
    FixMocked = "fix_mocked"
    /// The clocks of two fixes do not fit.
    TimeJump = "time_jump"
    /// No car moves like that.
    PositionJump = "position_jump"
    /// The position stands still while the speed does not.
    FixFrozen = "fix_frozen"
    /// One fix says so; a second has to confirm it.
    Confirming = "confirming"
    /// At this speed a road of unknown class may be a motorway.
    MotorwaySpeed = "motorway_speed"
    /// It lies behind.
    Passed = "passed"
    /// It is out of reach.
    OutOfReach = "out_of_reach"
    /// It is closed.
    Closed = "closed"
}

/// One change of verdict, as it goes to the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Which accident.
    pub accident: String,
    /// What holds from now on.
    pub verdict: Verdict,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Metres from the last usable position to the accident.
    pub distance_m: f64,
    /// When it was decided.
    pub at: Moment,
}
