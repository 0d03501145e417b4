//! A sealed record as each audience may see it, made anew each time with the consents as they stand. Ends in a text or
//! in a refusal; what was handed out before cannot be taken back by any of them. Not its business: who may see what
//! ([`redact`]), and handing it to anybody.

use serde::de::DeserializeOwned;

use super::Engine;
use crate::{
    canon,
    edge::{store::journal, trouble::Trouble},
    form::{AnyCase, Consents, Live, Nature, Record, Training},
    id::CaseId,
    pack::Pack,
    redact::{Audience, redact},
};

impl Engine {
    /// What `audience` may see of a sealed revision, or of the newest: canonical JSON in the shape of the record.
    pub fn view_for(&self, case: CaseId, revision: Option<u32>, audience: Audience) -> Result<String, Trouble> {
        self.with(|inner| {
            let open = inner.case(case)?;
            let mut records = inner.store.read(|c| journal::documents(c, case, "record"))?.into_iter();
            let found = match revision {
                Some(wanted) => records.find(|(number, ..)| *number == wanted),
                None => records.last(),
            };
            let (_, bytes, _) = found.ok_or(Trouble::NotSealed)?;
            let (pack, consents) = (&open.pack, &open.case.state().consented);
            match &open.case {
                AnyCase::Live(_) => shown::<Live>(&bytes, pack, audience, consents),
                AnyCase::Training(_) => shown::<Training>(&bytes, pack, audience, consents),
            }
        })
    }
}

fn shown<N: Nature + DeserializeOwned>(
    bytes: &[u8],
    pack: &Pack,
    audience: Audience,
    consents: &Consents,
) -> Result<String, Trouble> {
    let record: Record<N> = journal::json(bytes)?;
    let text = canon::bytes(&redact(&record, pack, audience, consents)?)?;
    String::from_utf8(text).map_err(|_| Trouble::Unreadable)
}
