//! The codes of a case: the recorder's invitation, its draft to be signed, another phone's statement.
//!
//! A code is `JB1:` and base45 of zlib of canonical JSON: letters, digits and a few signs, so that a QR code can carry
//! it in its alphanumeric mode, and a person can send it by any means at hand. A code that is not ours, damaged, of a
//! newer version, too large, or not signed is refused with its reason (T24). Photos never travel this way.

use miniz_oxide::{deflate::compress_to_vec_zlib, inflate::decompress_to_vec_zlib_with_limit};
use serde::{Deserialize, Serialize};

use super::party;
use crate::{
    canon::{self, NotCanonical, PublicKey, Sha256, Signature},
    form::Statement,
    id::{CaseId, DeviceId, PartyId},
    place::Point,
    privacy::Private,
    time::Timestamp,
};

/// What every code of this version begins with.
const PREFIX: &str = "JB1:";
/// Longest code text taken, bytes.
const LONGEST: usize = 64 * 1024;
/// Largest content taken, bytes.
const LARGEST: usize = 256 * 1024;

/// How long an invitation or a draft is taken, milliseconds: a day.
const VALID_MS: i64 = 24 * 3_600_000;

/// What a code says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Code {
    /// The recorder invites another phone to speak for a party.
    Invite {
        /// The case.
        case: CaseId,
        /// The recorder.
        recorder: DeviceId,
        /// `live` or `training`.
        nature: String,
        /// The secret of this party alone: it proves its statements and makes its codes, and nobody else's.
        secret: Private<String>,
        /// For which party the other phone is to speak.
        party: PartyId,
        /// Where the case is.
        place: Option<Point>,
        /// Until when it is taken.
        until: Timestamp,
    },
    /// A driver asks the specialist beside him for help: what the feed would tell him, without a network.
    Help {
        /// The name of the accident.
        accident: String,
        /// `live` or `training`.
        nature: String,
        /// Where.
        place: Option<Point>,
        /// Until when it is taken.
        until: Timestamp,
    },
    /// The recorder's draft, to be shown and signed on the other phone.
    Draft {
        /// The case.
        case: CaseId,
        /// Canonical JSON of the facts.
        facts: Private<String>,
        /// Canonical JSON of the settlement.
        settlement: Private<String>,
        /// Until when it is taken.
        until: Timestamp,
    },
    /// Another phone's statement for the recorder. It is evidence, numbered and signed, and never too old; one
    /// that a party's code carries is taken within a day of its making.
    Statement {
        /// Word for word.
        statement: Box<Statement>,
        /// HMAC of the statement's hash with the invitation's secret.
        proof: Sha256,
        /// The key that signs.
        key: PublicKey,
        /// Over the canonical statement.
        signature: Signature,
    },
}

/// Why a code is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    /// Something else was scanned.
    #[error("not one of our codes")]
    NotOurs,
    /// A newer app made it.
    #[error("a code of a newer version")]
    Newer,
    /// Larger than any of our codes is.
    #[error("too large")]
    TooLarge,
    /// It cannot be read.
    #[error("damaged")]
    Damaged,
    /// An invitation or a draft of another day.
    #[error("expired")]
    Expired,
    /// What is to be shown is more than one picture holds.
    #[error("too much for one code")]
    TooMuch,
    /// It is not signed by the key it names, or does not answer our invitation.
    #[error("not signed, or not for this invitation")]
    NotGenuine,
}

impl BadCode {
    /// The text code.
    pub fn code(self) -> &'static str {
        match self {
            BadCode::NotOurs => "error-code-not-ours",
            BadCode::Newer => "error-code-newer",
            BadCode::TooLarge => "error-code-too-large",
            BadCode::Damaged => "error-code-damaged",
            BadCode::Expired => "error-code-expired",
            BadCode::TooMuch => "error-code-too-much",
            BadCode::NotGenuine => "error-code-not-genuine",
        }
    }
}

impl Code {
    /// Until when a code that is shown now is taken. Long enough for two clocks that differ by hours.
    pub fn until(now: Timestamp) -> Timestamp {
        Timestamp(now.0.saturating_add(VALID_MS))
    }

    /// The code, unless its time is over: who kept a picture of an invitation joins no case of another day.
    pub fn valid_at(self, now: Timestamp) -> Result<Code, BadCode> {
        match &self {
            Code::Invite { until, .. } | Code::Draft { until, .. } | Code::Help { until, .. } if now > *until => {
                Err(BadCode::Expired)
            }
            // Its own, signed time counts: whoever kept a picture of it cannot have it taken in on another day.
            Code::Statement { statement, .. }
                if statement.part.is_some() && now.since(statement.at.wall).saturating_abs() > VALID_MS =>
            {
                Err(BadCode::Expired)
            }
            _ => Ok(self),
        }
    }
}

/// The text of a code.
pub fn encode(code: &Code) -> Result<String, NotCanonical> {
    Ok(format!("{PREFIX}{}", base45::encode(compress_to_vec_zlib(&canon::bytes(code)?, 9))))
}

/// What a scanned text says.
pub fn decode(text: &str) -> Result<Code, BadCode> {
    let text = text.trim();
    if text.starts_with(party::PREFIX) {
        return party::read(text);
    }
    if text.len() > LONGEST {
        return Err(BadCode::TooLarge);
    }
    let Some(body) = text.strip_prefix(PREFIX) else {
        let version = text.strip_prefix("JB").and_then(|rest| rest.split_once(':'));
        let newer = version.is_some_and(|(number, _)| number.parse::<u32>().is_ok_and(|number| number > 2));
        return Err(if newer { BadCode::Newer } else { BadCode::NotOurs });
    };
    let packed = base45::decode(body).map_err(|_| BadCode::Damaged)?;
    let json = decompress_to_vec_zlib_with_limit(&packed, LARGEST).map_err(|_| BadCode::Damaged)?;
    serde_json::from_slice(&json).map_err(|_| BadCode::Damaged)
}

/// What ties a statement to the invitation that carried this party's `secret`.
pub fn proof(secret: &Private<String>, statement: Sha256) -> Sha256 {
    Sha256::keyed(secret.reveal().as_bytes(), &[b"jingbao statement ", &statement.0])
}

/// Whether a statement's code is signed by the key it names and answers the invitation with this `secret`, which is the
/// one of the party that the statement says it speaks for.
pub fn genuine(
    statement: &Statement,
    answered: Sha256,
    key: &PublicKey,
    signature: &Signature,
    secret: &Private<String>,
) -> Result<(), BadCode> {
    let message = canon::bytes(statement).map_err(|_| BadCode::Damaged)?;
    let whole = key.verifies(&message, signature) && proof(secret, Sha256::of(&message)) == answered;
    if whole { Ok(()) } else { Err(BadCode::NotGenuine) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    fn invite() -> Code {
        Code::Invite {
            case: CaseId::from_parts(Timestamp(1), [1; 10]),
            recorder: DeviceId::from_parts(Timestamp(1), [2; 10]),
            nature: "live".into(),
            secret: Private::new("00".repeat(16)),
            party: PartyId::nth(1).expect("B"),
            place: None,
            until: Code::until(Timestamp(0)),
        }
    }

    #[test]
    fn t24_an_invitation_or_a_draft_of_another_day_is_expired() {
        let day = 86_400_000;
        let private = |text: &str| Private::new(text.to_owned());
        let case = CaseId::from_parts(Timestamp(1), [1; 10]);
        let draft = Code::Draft { case, facts: private("{}"), settlement: private("{}"), until: Timestamp(day) };
        for code in [invite(), draft] {
            assert_eq!(code.clone().valid_at(Timestamp(day)), Ok(code.clone()));
            assert_eq!(code.valid_at(Timestamp(day + 1)), Err(BadCode::Expired));
        }
    }

    #[test]
    fn a_code_reads_back_and_fits_a_qr_alphabet() {
        let text = encode(&invite()).expect("encodes");
        assert_eq!(decode(&text), Ok(invite()));
        assert!(text.chars().all(|c| "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".contains(c)));
    }

    #[test]
    fn t24_foreign_newer_large_and_damaged_codes_are_refused_each_with_its_reason() {
        let text = encode(&invite()).expect("encodes");
        assert_eq!(decode("https://example.invalid/"), Err(BadCode::NotOurs));
        assert_eq!(decode("JB3:ABC"), Err(BadCode::Newer));
        assert_eq!(decode(&format!("JB1:{}", "0".repeat(LONGEST))), Err(BadCode::TooLarge));
        assert_eq!(decode(&text[..text.len() - 9]), Err(BadCode::Damaged));
        let bomb = format!("JB1:{}", base45::encode(compress_to_vec_zlib(&vec![b' '; 8 << 20], 9)));
        assert_eq!(decode(&bomb), Err(BadCode::Damaged));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(JB1:)?[ -~]{0,200}") {
            let _ = decode(&text);
        }

        #[test]
        fn any_code_reads_back_also_with_blanks_around_it(words in "\\PC{0,300}", blanks in "[ \n\t]{0,3}") {
            let private = |text: &str| Private::new(text.to_owned());
            let case = CaseId::from_parts(Timestamp(1), [1; 10]);
            let code = Code::Draft { case, facts: private(&words), settlement: private("{}"), until: Timestamp(0) };
            let text = encode(&code).expect("encodes");
            prop_assert_eq!(decode(&format!("{blanks}{text}{blanks}")), Ok(code));
        }

        #[test]
        fn t24_one_changed_character_is_never_taken_for_another_code(at in any::<prop::sample::Index>(), with in "[0-9A-Z]") {
            let mut text = encode(&invite()).expect("encodes");
            let place = 4 + at.index(text.len() - 4);
            text.replace_range(place..=place, &with);
            prop_assert!(decode(&text).map_or(true, |code| code == invite()));
        }
    }
}
