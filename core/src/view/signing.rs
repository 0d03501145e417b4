//! What can be signed now and how a signature was given, in words. Not its business: whether a signature is taken.

use super::parts::{FactorView, SignatureView, SignerView, SigningView};
use crate::{
    form::{CaseState, Documents, Factor, Role, Round, SignatureGiven, Step, Witness},
    id::PartyId,
    text::{self, Lang},
};

pub(super) fn signing(state: &CaseState, documents: &Documents<'_>, step: Step, lang: Lang) -> Option<SigningView> {
    let (ready, signers) = match state.role {
        Role::Recorder(_) => (matches!(step, Step::Sign | Step::Seal), state.parties()),
        Role::Party(own) => (state.draft.is_some(), vec![own]),
    };
    ready.then_some(())?;
    let hash = |round| documents.hash(round).map(|hash| hash.to_string()).ok();
    let factors = |party| state.factors_of(party).into_iter().map(|factor| factor_view(factor, lang)).collect();
    Some(SigningView {
        facts_sha256: hash(Round::Facts)?,
        settlement_sha256: hash(Round::Settlement)?,
        signers: signers.into_iter().map(|p| SignerView { party: p.to_string(), factors: factors(p) }).collect(),
    })
}

fn factor_view(factor: Factor, lang: Lang) -> FactorView {
    let witness = match factor {
        Factor::Witness { witness: Witness::Party(party) } => Some(party.to_string()),
        Factor::Witness { witness: Witness::Specialist } | Factor::OwnPhone | Factor::OneTimeCode => None,
    };
    FactorView { kind: kind(factor).to_owned(), witness, text: factor_text(factor, lang) }
}

fn kind(factor: Factor) -> &'static str {
    match factor {
        Factor::OwnPhone => "own_phone",
        Factor::OneTimeCode => "one_time_code",
        Factor::Witness { .. } => "witness",
    }
}

fn factor_text(factor: Factor, lang: Lang) -> String {
    match factor {
        Factor::OwnPhone | Factor::OneTimeCode => text::tell(lang, "factor", kind(factor)),
        Factor::Witness { witness: Witness::Specialist } => text::say(lang, "factor-specialist", &[]),
        Factor::Witness { witness: Witness::Party(party) } => by_letter(lang, "factor-party", party),
    }
}

fn by_letter(lang: Lang, code: &str, party: PartyId) -> String {
    text::say(lang, code, &[("letter", party.to_string().into())])
}

pub(super) fn signature_view(given: &SignatureGiven, documents: &Documents<'_>, lang: Lang) -> SignatureView {
    SignatureView {
        party: given.party.to_string(),
        round: super::case::code(&given.round),
        holds: documents.holds(given),
        refused: given.refused,
        factor: given.factor.map(|factor| kind(factor).to_owned()),
        how: how_given(given, lang),
    }
}

/// On whose phone, what ties it to the person, in which language it was shown. A refusal has a phone only.
pub(crate) fn how_given(given: &SignatureGiven, lang: Lang) -> String {
    let phone = match given.role {
        Role::Party(own) | Role::Recorder(Some(own)) if own == given.party => text::say(lang, "signed-on-own", &[]),
        Role::Party(owner) | Role::Recorder(Some(owner)) => by_letter(lang, "signed-on-party", owner),
        Role::Recorder(None) => text::say(lang, "signed-on-specialist", &[]),
    };
    // Its own phone is the factor and said already.
    let factor = given.factor.filter(|factor| *factor != Factor::OwnPhone).map(|factor| factor_text(factor, lang));
    let shown = (!given.refused).then(|| match given.lang.parse::<Lang>() {
        Ok(Lang::Zh) => text::say(lang, "signed-shown-zh", &[]),
        Ok(Lang::En) => text::say(lang, "signed-shown-en", &[]),
        Err(_) => given.lang.clone(),
    });
    let told: Vec<String> = std::iter::once(phone).chain(factor).chain(shown).collect();
    told.join(" · ")
}
