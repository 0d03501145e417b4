//! Time-stamps over signed heads, in a round of sync: the heads of what was sealed or stated, each once. Ends in an event
//! of the case, or in nothing: an authority that is slow, refuses or talks nonsense holds nothing up, and is asked again in
//! the next round. Not its business: who the authority is; that a verifier asks.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tokio::time::Instant;

use super::{Engine, commit::Along};
use crate::{
    canon::{Sha256, Signature},
    custody::stamp::{self, Stamp},
    edge::{keys, store::journal, trouble::Trouble},
    form::{AnyCase, Happened},
    id::CaseId,
};

/// Of so many cases the heads are stamped in one round.
const IN_A_ROUND: u32 = 64;

impl Engine {
    pub(super) async fn stamp_heads(&self, deadline: Instant) -> Result<(), Trouble> {
        let Some(stamps) = &self.stamps else { return Ok(()) };
        for (case, size, signature) in self.unstamped()? {
            let nonce = keys::random()?;
            let asked = stamps.ask(stamp::request(&signature.0, nonce));
            let Ok(Some(answer)) = tokio::time::timeout_at(deadline, asked).await else { return Ok(()) };
            let fits = Stamp::read(&answer).is_ok_and(|stamp| stamp.answers(nonce) && stamp.covers(&signature.0));
            if !fits {
                return Ok(());
            }
            let (now, sha256) = (self.now()?, Sha256::of(&answer));
            let what = Happened::Stamped { size, sha256, answer: URL_SAFE_NO_PAD.encode(&answer) };
            self.with(|inner| inner.append(case, what, &now, Along::default()))?;
        }
        Ok(())
    }

    /// Signed heads of live cases that have no time-stamp yet.
    fn unstamped(&self) -> Result<Vec<(CaseId, u64, Signature)>, Trouble> {
        self.with(|inner| {
            let mut wanted = Vec::new();
            inner.each_case(inner.store.read(|c| journal::cases_unstamped(c, IN_A_ROUND))?, |case, open| {
                let sizes = match &open.case {
                    AnyCase::Live(live) => live.state.to_stamp.clone(),
                    AnyCase::Training(_) => Default::default(),
                };
                wanted.push((case, sizes));
                Ok(())
            })?;
            let settled: Vec<CaseId> =
                wanted.iter().filter(|(_, sizes)| sizes.is_empty()).map(|(case, _)| *case).collect();
            if !settled.is_empty() {
                inner.store.write(|tx| settled.iter().try_for_each(|case| journal::all_stamped(tx, *case)))?;
            }
            let mut heads = Vec::new();
            for (case, sizes) in wanted.into_iter().filter(|(_, sizes)| !sizes.is_empty()) {
                let rows = inner.store.read(|c| journal::heads(c, case))?;
                let signed = rows.into_iter().filter_map(|row| row.signed());
                let signed = signed.filter(|signed| sizes.contains(&signed.head.size));
                heads.extend(signed.map(|signed| (case, signed.head.size, signed.signature)));
            }
            Ok(heads)
        })
    }
}
