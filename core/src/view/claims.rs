//! What a screen says of each party's claim notice: whether it can go, where it is, what the insurer answers. A state or
//! reason that this app does not know is shown with its code, as unknown. Not its business: whether anybody pays.

use super::parts::ClaimView;
use crate::{
    claim::{NoNotice, Noticed},
    form::{CaseState, Outgoing},
    id::PartyId,
    text::{self, Lang},
    wire::ClaimTold,
};

/// One line for each notice of this phone and each that its insurer spoke of, then one for each party that has not
/// notified the newest revision. `told` is the newest of each notice.
pub fn claim_views(
    state: &CaseState,
    ready: &[(PartyId, Result<(), NoNotice>)],
    told: &[ClaimTold],
    lang: Lang,
) -> Vec<ClaimView> {
    let own = state.notices.iter().map(|noticed| {
        let told = told.iter().find(|told| told.claim == noticed.number);
        told.map_or_else(|| of_notice(state, noticed, lang), |told| of_told(told, lang))
    });
    let is_own = |told: &&ClaimTold| state.notices.iter().any(|noticed| noticed.number == told.claim);
    let others = told.iter().filter(|told| !is_own(told)).map(|told| of_told(told, lang));
    let open = ready.iter().map(|(party, ready)| of_party(*party, *ready, lang));
    own.chain(others).chain(open).collect()
}

fn of_notice(state: &CaseState, noticed: &Noticed, lang: Lang) -> ClaimView {
    let went_out = state.sent.contains(&Outgoing::Notice(noticed.sha256));
    let code = match () {
        () if state.notice_delivered(noticed.number) => "noticed",
        () if noticed.withheld && went_out => "withheld_late",
        () if noticed.withheld => "withheld",
        () => "queued",
    };
    ClaimView {
        number: noticed.number,
        party: noticed.party.to_string(),
        insurer: noticed.insurer.clone(),
        insurer_text: insurer_text(&noticed.insurer, lang),
        revision: noticed.revision,
        state: code.to_owned(),
        text: text::tell(lang, "claim", code),
        reason: None,
        reason_text: None,
        at_ms: Some(noticed.at.wall.0),
        may_notify: false,
    }
}

fn of_told(told: &ClaimTold, lang: Lang) -> ClaimView {
    ClaimView {
        number: told.claim,
        party: told.party.to_string(),
        insurer: told.insurer.clone(),
        insurer_text: insurer_text(&told.insurer, lang),
        revision: told.revision,
        state: told.state.clone(),
        text: known(lang, "claim", &told.state),
        reason: told.reason.clone(),
        reason_text: told.reason.as_ref().map(|reason| known(lang, "claim-reason", reason)),
        at_ms: Some(told.at.0),
        may_notify: false,
    }
}

fn of_party(party: PartyId, ready: Result<(), NoNotice>, lang: Lang) -> ClaimView {
    let (code, reason) = match ready {
        Ok(()) => ("ready", None),
        Err(reason) => ("not_ready", Some(reason.code())),
    };
    ClaimView {
        number: 0,
        party: party.to_string(),
        insurer: String::new(),
        insurer_text: String::new(),
        revision: 0,
        state: code.to_owned(),
        text: text::tell(lang, "claim", code),
        reason: reason.map(str::to_owned),
        reason_text: reason.map(|code| text::say(lang, code, &[])),
        at_ms: None,
        may_notify: ready.is_ok(),
    }
}

/// An insurer that a newer pack names is shown by its id.
fn insurer_text(id: &str, lang: Lang) -> String {
    let key = format!("insurer-{id}");
    if text::has(lang, &key) { text::say(lang, &key, &[]) } else { id.to_owned() }
}

fn known(lang: Lang, family: &str, code: &str) -> String {
    let key = format!("{family}-{code}");
    if text::has(lang, &key) {
        return text::say(lang, &key, &[]);
    }
    text::say(lang, "claim-not-known", &[("code", code.into())])
}
