//! The body of the feed's entry `claim`: what an insurer's desk says of a notice, numbered by the gateway, so that no late
//! answer overwrites a newer one. A code that is not known here is kept as it came.

use serde::{Deserialize, Serialize};

use crate::{
    id::{CaseId, PartyId},
    time::Timestamp,
};

/// What became of a claim notice. It names no person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimTold {
    /// The case.
    pub case: CaseId,
    /// Number of the notice, from 1.
    pub claim: u32,
    /// Who notified.
    pub party: PartyId,
    /// Whom: the insurer's id.
    pub insurer: String,
    /// About which revision.
    pub revision: u32,
    /// Position among what was said of this notice: 0 when it arrived, then one more each time, by the gateway.
    pub seq: u32,
    /// `noticed` when it arrived, then a [`ClaimState`]'s code, or one of a newer gateway.
    pub state: String,
    /// A [`ClaimReason`]'s code, or one of a newer gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When, by the gateway's clock.
    pub at: Timestamp,
}

/// What a desk can answer; each has the text `claim-<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimState {
    /// Somebody at the insurer has it.
    Received,
    /// The insurer takes the claim on.
    Accepted,
    /// The insurer wants something more; the reason says what.
    NeedsMore,
    /// The insurer does not take it on; the reason says why.
    Refused,
    /// It is over.
    Settled,
}

impl ClaimState {
    /// Every state, in the order in which they usually come.
    pub const ALL: [ClaimState; 5] =
        [ClaimState::Received, ClaimState::Accepted, ClaimState::NeedsMore, ClaimState::Refused, ClaimState::Settled];

    /// The code as it stands in JSON and in text keys.
    pub fn code(self) -> &'static str {
        match self {
            ClaimState::Received => "received",
            ClaimState::Accepted => "accepted",
            ClaimState::NeedsMore => "needs_more",
            ClaimState::Refused => "refused",
            ClaimState::Settled => "settled",
        }
    }

    /// The state of this code.
    pub fn from_code(code: &str) -> Option<ClaimState> {
        ClaimState::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether it must be said with a reason.
    pub fn wants_reason(self) -> bool {
        matches!(self, ClaimState::NeedsMore | ClaimState::Refused)
    }

    /// Whether it may be said after `before`; none is a notice that nobody has answered.
    pub fn may_follow(self, before: Option<ClaimState>) -> bool {
        match (before, self) {
            (Some(ClaimState::Settled), _) => false,
            (Some(ClaimState::Accepted), ClaimState::Settled) => true,
            (_, ClaimState::Settled) => false,
            (None, _) => true,
            (Some(_), ClaimState::Received) => false,
            (Some(_), _) => true,
        }
    }
}

/// Why an insurer wants more or refuses; each has the text `claim-reason-<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimReason {
    /// Something is missing in the file.
    Incomplete,
    /// Photos show too little.
    UnreadablePhotos,
    /// The damage has to be looked at.
    Inspection,
    /// It insures no such vehicle.
    NotInsured,
    /// The policy does not cover it.
    NotCovered,
    /// It has the same claim already.
    Duplicate,
    /// Another reason, told otherwise.
    OtherReason,
}

impl ClaimReason {
    /// Every reason.
    pub const ALL: [ClaimReason; 7] = [
        ClaimReason::Incomplete,
        ClaimReason::UnreadablePhotos,
        ClaimReason::Inspection,
        ClaimReason::NotInsured,
        ClaimReason::NotCovered,
        ClaimReason::Duplicate,
        ClaimReason::OtherReason,
    ];

    /// The code as it stands in JSON and in text keys.
    pub fn code(self) -> &'static str {
        match self {
            ClaimReason::Incomplete => "incomplete",
            ClaimReason::UnreadablePhotos => "unreadable_photos",
            ClaimReason::Inspection => "inspection",
            ClaimReason::NotInsured => "not_insured",
            ClaimReason::NotCovered => "not_covered",
            ClaimReason::Duplicate => "duplicate",
            ClaimReason::OtherReason => "other_reason",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_what_json_says() {
        for state in ClaimState::ALL {
            assert_eq!(serde_json::to_value(state).expect("json"), state.code());
            assert_eq!(ClaimState::from_code(state.code()), Some(state));
        }
        for reason in ClaimReason::ALL {
            assert_eq!(serde_json::to_value(reason).expect("json"), reason.code());
        }
    }

    #[test]
    fn nothing_follows_the_end_and_nothing_goes_back_to_received() {
        let all = || ClaimState::ALL.into_iter();
        assert!(all().all(|state| !state.may_follow(Some(ClaimState::Settled))));
        assert!(all().all(|before| !ClaimState::Received.may_follow(Some(before))));
        let ends = all().filter(|before| ClaimState::Settled.may_follow(Some(*before))).collect::<Vec<_>>();
        assert_eq!(ends, [ClaimState::Accepted], "what nobody took on is not settled");
        assert!(!ClaimState::Settled.may_follow(None) && ClaimState::Refused.may_follow(None));
        assert!(ClaimState::Accepted.may_follow(Some(ClaimState::Refused)), "an insurer may think again");
    }
}
