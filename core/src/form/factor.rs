//! What ties a drawing to the person who made it, besides the drawing: the person's own phone, a code which that phone
//! shows for the very document, or a witness. A finger on somebody else's glass alone is not under the signer's control
//! (电子签名法 13), so none is taken without one of these, and which one it was is recorded.
//!
//! Triggered by a signature; ends in the [`Factor`] to record or in a refusal, with nothing recorded. A witness is
//! always at hand, so nobody waits on a road for a phone. Not its business: what a factor is worth before a court; and
//! it cannot bind the recorder's own app, which knows the secret that the codes come from.

use serde::{Deserialize, Serialize};

use crate::{
    canon::Sha256,
    id::{CaseId, PartyId},
    pack::Pack,
    privacy::Private,
};

use super::{
    case::{CaseState, Role},
    journal::Round,
    signing::SigningRefused,
};

/// A code is below this: six digits that a person reads out.
const CODES: u32 = 1_000_000;

/// The second factor of a signature, as recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Factor {
    /// Drawn on the phone that speaks for the signer.
    OwnPhone,
    /// The signer's phone showed the code of this very document.
    OneTimeCode,
    /// Somebody saw it.
    Witness {
        /// Who.
        witness: Witness,
    },
}

/// Who saw a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Witness {
    /// The specialist whose phone records the case.
    Specialist,
    /// Another party of the case.
    Party(PartyId),
}

/// What is offered as second factor. On the signer's own phone nothing has to be offered, and nothing else counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactorGiven {
    /// It is the signer's own phone.
    OwnPhone,
    /// The digits that the signer's phone shows.
    OneTimeCode(Private<String>),
    /// Somebody sees it.
    Witness(Witness),
}

/// The secret of one party, derived from the secret of the case: who has it can speak for this party, and for no other.
fn party_secret(join_secret: &Private<String>, case: CaseId, party: PartyId) -> Private<String> {
    let words = format!("jingbao party {case} {party}");
    Private::new(Sha256::keyed(join_secret.reveal().as_bytes(), &[words.as_bytes()]).to_string())
}

/// Six digits for one party, round and document, truncated as RFC 4226 §5.3 says.
fn code_of(secret: &Private<String>, party: PartyId, round: Round, shown: Sha256) -> String {
    let round = match round {
        Round::Facts => "facts",
        Round::Settlement => "settlement",
    };
    let words = format!("jingbao code {party} {round} ");
    let digest = Sha256::keyed(secret.reveal().as_bytes(), &[words.as_bytes(), &shown.0]);
    format!("{:06}", truncated(digest) % CODES)
}

/// Dynamic truncation (RFC 4226 §5.3): 31 bits from where the last four bits point.
fn truncated(Sha256(digest): Sha256) -> u32 {
    let from = usize::from(digest[31] & 0x0f);
    digest[from..from + 4].iter().fold(0, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff
}

impl CaseState {
    /// The secret of `party`, if this phone has it: the recorder derives everybody's, another phone has its own.
    pub fn secret_of(&self, party: PartyId) -> Option<Private<String>> {
        match self.role {
            Role::Recorder(_) => Some(party_secret(&self.join_secret, self.id, party)),
            Role::Party(own) => (own == party).then(|| self.join_secret.clone()),
        }
    }

    /// The code of this phone's party for the document that this phone was shown last. Read out to the recorder, it says
    /// that the party's own phone has the same document before it.
    pub fn one_time_code(&self, pack: &Pack, round: Round) -> Result<String, SigningRefused> {
        match self.role {
            Role::Party(own) => Ok(code_of(&self.join_secret, own, round, self.to_be_signed(pack, round)?)),
            Role::Recorder(_) => Err(SigningRefused::NotYours),
        }
    }

    /// What `party` can offer on this phone as second factor, the strongest first; without the digits of a code.
    pub fn factors_of(&self, party: PartyId) -> Vec<Factor> {
        if self.is_own_phone_of(party) {
            return vec![Factor::OwnPhone];
        }
        let specialist = (self.role == Role::Recorder(None)).then_some(Witness::Specialist);
        let others = self.parties().into_iter().filter(|other| *other != party).map(Witness::Party);
        let witnesses = specialist.into_iter().chain(others).map(|witness| Factor::Witness { witness });
        std::iter::once(Factor::OneTimeCode).chain(witnesses).collect()
    }

    /// The factor to record for a signature of `party` under what was `shown`.
    pub(super) fn factor(
        &self,
        party: PartyId,
        round: Round,
        shown: Sha256,
        given: &FactorGiven,
    ) -> Result<Factor, SigningRefused> {
        if self.is_own_phone_of(party) {
            return Ok(Factor::OwnPhone);
        }
        match given {
            FactorGiven::OwnPhone => Err(SigningRefused::NoFactor),
            FactorGiven::OneTimeCode(code) => {
                let secret = self.secret_of(party).ok_or(SigningRefused::NotYours)?;
                // People read digits out in groups.
                let digits: String = code.reveal().chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
                let right = digits == code_of(&secret, party, round, shown);
                if right { Ok(Factor::OneTimeCode) } else { Err(SigningRefused::WrongCode) }
            }
            FactorGiven::Witness(witness) => {
                let factor = Factor::Witness { witness: *witness };
                if self.factors_of(party).contains(&factor) { Ok(factor) } else { Err(SigningRefused::NoWitness) }
            }
        }
    }

    fn is_own_phone_of(&self, party: PartyId) -> bool {
        matches!(self.role, Role::Party(own) | Role::Recorder(Some(own)) if own == party)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn party(n: u8) -> PartyId {
        PartyId::nth(n).expect("a party")
    }

    #[test]
    fn the_truncation_is_the_one_of_rfc_4226_with_the_sha_256_values_of_rfc_6238() {
        for (counter, code) in [(1_u64, 46_119_246), (0x023_523ec, 68_084_774), (0x273_ef07, 91_819_424)] {
            let digest = Sha256::keyed(b"12345678901234567890123456789012", &[&counter.to_be_bytes()]);
            assert_eq!(truncated(digest) % 100_000_000, code);
        }
    }

    #[test]
    fn a_code_is_six_digits_of_one_party_round_and_document() {
        let case = CaseId::from_parts(Timestamp(1), [1; 10]);
        let secret = |n| party_secret(&Private::new("00".repeat(16)), case, party(n));
        let code = |n, round, words: &[u8]| code_of(&secret(n), party(n), round, Sha256::of(words));
        let codes = [
            code(1, Round::Facts, b"one"),
            code(1, Round::Settlement, b"one"),
            code(1, Round::Facts, b"another"),
            code(2, Round::Facts, b"one"),
        ];
        for (n, one) in codes.iter().enumerate() {
            assert!(one.len() == 6 && one.bytes().all(|byte| byte.is_ascii_digit()), "{one}");
            assert!(!codes[..n].contains(one), "{codes:?}");
        }
        assert_eq!(code(1, Round::Facts, b"one"), codes[0], "the same document, the same code");
    }

    #[test]
    fn a_partys_secret_says_nothing_of_anothers_or_of_the_case() {
        let case = CaseId::from_parts(Timestamp(1), [1; 10]);
        let join = Private::new("00".repeat(16));
        let (a, b) = (party_secret(&join, case, party(0)), party_secret(&join, case, party(1)));
        assert!(a != b && a != join);
        assert_ne!(party_secret(&b, case, party(0)), a, "B's secret leads to no other");
        let other = CaseId::from_parts(Timestamp(2), [1; 10]);
        assert_ne!(party_secret(&join, other, party(0)), a);
    }
}
