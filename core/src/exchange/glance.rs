//! One answer to whatever stands on the other screen: the driver's phone has read a code and says in one glance what it is
//! worth.
//!
//! Always ends in an [`Answer`], also for what is no code at all; a doubt about the phone's key, the face, the moment or the
//! text never ends in *genuine*. Not its business: words, and how long a challenge waits.

use serde::{Deserialize, Serialize};

use super::{BadCode, Challenge, Checking, Credential, Judged, Living, Newness, Standing};
use crate::time::Timestamp;

/// What a driver is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A specialist of the programme, here and now.
    Genuine,
    /// A specialist whose credential begins later.
    NotYetValid,
    /// Not any more.
    Expired,
    /// The association has taken it back.
    Revoked,
    /// Not one of the association's, or not this phone's or this person's.
    NotASpecialist,
    /// Older than half a minute: a picture of a screen, or a slow clock.
    Old,
    /// From later than now: one of the two clocks is wrong.
    ClocksDiffer,
    /// The answer to another challenge.
    OtherChallenge,
    /// A credential without the phone that it names: anybody may have copied it.
    Copy,
    /// No association's key is known here.
    NoKey,
    /// A newer app made it.
    Newer,
    /// It cannot be read.
    Unreadable,
}

impl Answer {
    /// All of them.
    pub const ALL: [Answer; 12] = [
        Answer::Genuine,
        Answer::NotYetValid,
        Answer::Expired,
        Answer::Revoked,
        Answer::NotASpecialist,
        Answer::Old,
        Answer::ClocksDiffer,
        Answer::OtherChallenge,
        Answer::Copy,
        Answer::NoKey,
        Answer::Newer,
        Answer::Unreadable,
    ];

    /// Its code; the sentence is `seen-…`.
    pub fn code(self) -> &'static str {
        match self {
            Answer::Genuine => "genuine",
            Answer::NotYetValid => "not_yet_valid",
            Answer::Expired => "expired",
            Answer::Revoked => "revoked",
            Answer::NotASpecialist => "not_a_specialist",
            Answer::Old => "old",
            Answer::ClocksDiffer => "clocks_differ",
            Answer::OtherChallenge => "other_challenge",
            Answer::Copy => "copy",
            Answer::NoKey => "no_key",
            Answer::Newer => "newer",
            Answer::Unreadable => "unreadable",
        }
    }

    /// The one word of it: what cannot be checked is one thing, whatever the reason. The word is `seen-word-…`.
    pub fn verdict(self) -> &'static str {
        match self {
            Answer::Genuine | Answer::NotYetValid | Answer::Expired | Answer::Revoked | Answer::NotASpecialist => {
                self.code()
            }
            _ => "cannot_check",
        }
    }

    /// Whether a challenge would settle it.
    pub fn asks_for_challenge(self) -> bool {
        matches!(self, Answer::Old | Answer::ClocksDiffer | Answer::OtherChallenge | Answer::Copy)
    }
}

/// The answer, and what was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// What the driver is told.
    pub answer: Answer,
    /// The credential, wherever one could be read.
    pub credential: Option<Credential>,
    /// What it was worth, likewise.
    pub judged: Option<Judged>,
    /// The face, only with a living code that is its owner's.
    pub face: Option<Vec<u8>>,
}

impl Glance {
    fn nothing(answer: Answer) -> Glance {
        Glance { answer, credential: None, judged: None, face: None }
    }
}

/// What `text`, read at `now`, is worth; `asked` is the challenge that waits for its answer.
pub fn glance(text: &str, by: Checking<'_>, now: Timestamp, asked: Option<Challenge>) -> Glance {
    match Living::read(text) {
        Ok(living) => {
            let answered = living.answered(by, now, asked);
            let own = answered.judged.standing != Standing::NotASpecialist;
            Glance {
                answer: of(answered.judged.standing, answered.newness),
                credential: Some(living.credential().clone()),
                judged: Some(answered.judged),
                face: own.then(|| living.face().to_vec()),
            }
        }
        Err(BadCode::NotOurs) => match Credential::read(text) {
            Ok(credential) => {
                let judged = super::judge(&credential, by, now);
                let answer = match judged.standing {
                    Standing::Genuine => Answer::Copy,
                    other => of(other, Newness::Now),
                };
                Glance { answer, credential: Some(credential), judged: Some(judged), face: None }
            }
            Err(BadCode::NotOurs) => Glance::nothing(Answer::NotASpecialist),
            Err(BadCode::Newer) => Glance::nothing(Answer::Newer),
            Err(_) => Glance::nothing(Answer::Unreadable),
        },
        Err(BadCode::Newer) => Glance::nothing(Answer::Newer),
        Err(_) => Glance::nothing(Answer::Unreadable),
    }
}

/// What is wrong with the credential counts before what is wrong with the moment.
fn of(standing: Standing, newness: Newness) -> Answer {
    match (standing, newness) {
        (Standing::NotASpecialist, _) => Answer::NotASpecialist,
        (Standing::CannotCheck, _) => Answer::NoKey,
        (Standing::Revoked, _) => Answer::Revoked,
        (Standing::Expired, _) => Answer::Expired,
        (Standing::NotYetValid, _) => Answer::NotYetValid,
        (Standing::Genuine, Newness::Old) => Answer::Old,
        (Standing::Genuine, Newness::Ahead) => Answer::ClocksDiffer,
        (Standing::Genuine, Newness::OtherChallenge) => Answer::OtherChallenge,
        (Standing::Genuine, Newness::Now) => Answer::Genuine,
    }
}
