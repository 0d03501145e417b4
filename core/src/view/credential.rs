//! A credential and a scanned code as a screen shows them: a word, a sentence, and how old the list behind it is. Not its
//! business: what a credential is worth ([`exchange`](crate::exchange)).

use crate::{
    exchange::{Credential, Glance, Judged, Standing},
    text::{self, Lang},
    time::SHANGHAI_OFFSET_S,
};

/// The own credential.
#[derive(Clone, PartialEq, Eq)]
pub struct CredentialView {
    /// `genuine`, `not_yet_valid`, `expired`, `revoked`, `not_a_specialist` or `cannot_check`, now.
    pub verdict: String,
    /// The same in a word.
    pub word: String,
    /// Number of the credential.
    pub number: String,
    /// The specialist's name.
    pub name: String,
    /// The company.
    pub company: String,
    /// From when it is valid, to the minute, in China's time.
    pub valid_from: String,
    /// From when it is no longer.
    pub valid_to: String,
    /// Whether there is a list of revocations and how old it is, in words.
    pub list: String,
}

impl std::fmt::Debug for CredentialView {
    // Name and number are a person's (invariant 7).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CredentialView({})", self.verdict)
    }
}

/// The own living code, to be drawn as a QR code.
#[derive(Clone, PartialEq, Eq)]
pub struct LivingView {
    /// The text of the code.
    pub code: String,
    /// After so many milliseconds a new one is to be shown.
    pub next_in_ms: i64,
}

impl std::fmt::Debug for LivingView {
    // Whoever has the text can show it for half a minute.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LivingView(next in {} ms)", self.next_in_ms)
    }
}

/// What a scanned code is worth.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeView {
    /// `genuine`, `not_yet_valid`, `expired`, `revoked`, `not_a_specialist` or `cannot_check`.
    pub verdict: String,
    /// Why, by its code: the verdict, or what keeps it from being checked.
    pub reason: String,
    /// The verdict in a word.
    pub word: String,
    /// The reason in a sentence that says what to do.
    pub text: String,
    /// Name, only of one that the association issued and this phone could check.
    pub name: Option<String>,
    /// Company, likewise.
    pub company: Option<String>,
    /// Number, likewise.
    pub number: Option<String>,
    /// The face as JPEG, only with the living code of its owner's phone.
    pub face: Option<Vec<u8>>,
    /// Whether there is a list of revocations and how old it is, in words.
    pub list: String,
    /// Its age in milliseconds.
    pub list_age_ms: Option<i64>,
    /// Whether a challenge would settle it.
    pub challenge: bool,
}

impl std::fmt::Debug for CodeView {
    // Name, number and face are a person's (invariant 7).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CodeView({} {})", self.verdict, self.reason)
    }
}

/// Makes the view of a credential.
pub fn credential_view(credential: &Credential, judged: Judged, lang: Lang) -> CredentialView {
    let claims = credential.claims();
    let verdict = code(judged.standing);
    CredentialView {
        word: text::tell(lang, "seen-word", verdict),
        verdict: verdict.to_owned(),
        number: claims.number.reveal().clone(),
        name: claims.name.reveal().clone(),
        company: claims.company.clone(),
        valid_from: claims.valid_from.minute(SHANGHAI_OFFSET_S),
        valid_to: claims.valid_to.minute(SHANGHAI_OFFSET_S),
        list: list_text(judged.list_age_ms, lang),
    }
}

/// Makes the view of a glance. `list_age_ms` is the age of the list at hand.
pub fn code_view(seen: &Glance, list_age_ms: Option<i64>, lang: Lang) -> CodeView {
    let vouched =
        !matches!(seen.judged.map(|judged| judged.standing), Some(Standing::NotASpecialist | Standing::CannotCheck));
    let claims = seen.credential.as_ref().map(Credential::claims).filter(|_| vouched);
    let (verdict, reason) = (seen.answer.verdict(), seen.answer.code());
    CodeView {
        verdict: verdict.to_owned(),
        reason: reason.to_owned(),
        word: text::tell(lang, "seen-word", verdict),
        text: text::tell(lang, "seen", reason),
        name: claims.map(|claims| claims.name.reveal().clone()),
        company: claims.map(|claims| claims.company.clone()),
        number: claims.map(|claims| claims.number.reveal().clone()),
        face: seen.face.clone().filter(|_| vouched),
        list: list_text(list_age_ms, lang),
        list_age_ms,
        challenge: seen.answer.asks_for_challenge(),
    }
}

/// How old a list of revocations is, in words.
pub fn list_text(age_ms: Option<i64>, lang: Lang) -> String {
    let say = |code: &str, number: i64| text::say(lang, code, &[("number", number.to_string().into())]);
    match age_ms.map(|age| age / 60_000) {
        None => say("revocations-none", 0),
        Some(minutes @ ..120) => say("revocations-minutes", minutes),
        Some(minutes @ ..2880) => say("revocations-hours", minutes / 60),
        Some(minutes) => say("revocations-days", minutes / 1440),
    }
}

fn code(standing: Standing) -> &'static str {
    match standing {
        Standing::Genuine => "genuine",
        Standing::NotYetValid => "not_yet_valid",
        Standing::Expired => "expired",
        Standing::Revoked => "revoked",
        Standing::NotASpecialist => "not_a_specialist",
        Standing::CannotCheck => "cannot_check",
    }
}
