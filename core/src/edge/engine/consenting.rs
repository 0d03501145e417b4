//! Consent to a receiver and its withdrawal, at any time of a case's life.

use super::{Engine, commit::Along};
use crate::{
    edge::trouble::Trouble,
    form::{self, CaseState, ConsentRefused, Happened, Receiver},
    id::{CaseId, PartyId},
};

impl Engine {
    /// Records that `party`, shown version `text_version` of the text, agrees that `receiver` may have its data.
    pub fn consent(&self, case: CaseId, party: PartyId, receiver: Receiver, text_version: u32) -> Result<(), Trouble> {
        self.said(case, |state| form::consent(state, party, receiver, text_version))
    }

    /// Records that `party` takes its consent back; after sealing too, where it changes no sealed byte (T30).
    pub fn withdraw(&self, case: CaseId, party: PartyId, receiver: Receiver) -> Result<(), Trouble> {
        self.said(case, |state| form::withdraw(state, party, receiver))
    }

    fn said(
        &self,
        case: CaseId,
        rule: impl FnOnce(&CaseState) -> Result<Happened, ConsentRefused>,
    ) -> Result<(), Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            let what = rule(inner.case(case)?.case.state())?;
            inner.append(case, what, &now, Along::default())?;
            // The word is kept whatever becomes of this: no notice leaves without being asked about once more.
            let _ = inner.withhold(case, &now);
            Ok(())
        })?;
        self.tell(&format!("case:{case}"));
        Ok(())
    }
}
