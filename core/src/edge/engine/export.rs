//! A bundle of one case as this phone has it: record, statements, custody log, heads, receipts, photos, agreement.

use std::{collections::BTreeSet, fs::File, io::BufWriter, path::Path};

use super::Engine;
use crate::{
    agreement,
    custody::{
        Leaf, SignedHead,
        bundle::{BundleKey, KeyRole, Writer},
    },
    edge::{store::journal, trouble::Trouble},
    form::{AnyCase, Happened, Live, Record, Training},
    id::CaseId,
    outbox::{ItemState, Payload},
};

use super::commit::Along;

impl Engine {
    /// The printable agreement of the newest sealed revision; none before the first seal.
    pub fn agreement(&self, case: CaseId) -> Result<Option<String>, Trouble> {
        self.with(|inner| {
            let newest = inner.store.read(|c| journal::documents(c, case, "record"))?.pop();
            let Some((_, bytes, _)) = newest else { return Ok(None) };
            let open = inner.case(case)?;
            Ok(Some(match &open.case {
                AnyCase::Live(_) => {
                    let record: Record<Live> = journal::json(&bytes)?;
                    agreement::html(&record, &open.pack, self.lang)?
                }
                AnyCase::Training(_) => {
                    let record: Record<Training> = journal::json(&bytes)?;
                    agreement::html(&record, &open.pack, self.lang)?
                }
            }))
        })
    }

    /// Writes the bundle to `path`. The export itself is an event of the case; the file appears whole or not at all.
    pub fn export(&self, case: CaseId, path: &Path) -> Result<(), Trouble> {
        let agreement = self.agreement(case)?;
        let now = self.now()?;
        let unfinished = path.with_extension("part");
        self.with(|inner| {
            inner.case(case)?;
            let mut bundle = Writer::new(BufWriter::new(File::create(&unfinished)?), case);
            for item in inner.outbox.items().filter(|item| item.case == Some(case)) {
                match &item.payload {
                    Payload::Revision { revision } => {
                        if let Some(body) = inner.body(case, &item.payload)? {
                            bundle.revision(*revision, &body)?;
                        }
                    }
                    Payload::Statement { number } => {
                        if let Some(body) = inner.body(case, &item.payload)? {
                            bundle.statement(inner.device, *number, &body)?;
                        }
                    }
                    Payload::Photo { .. } | Payload::Event { .. } => {}
                }
                if let ItemState::Done { receipt } = &item.state {
                    bundle.receipt(item.op, receipt)?;
                }
            }
            let leaves = inner.store.read(|c| journal::leaves(c, case, inner.device))?;
            let leaves: Vec<Leaf> = leaves.iter().map(|bytes| journal::json(bytes)).collect::<Result<_, _>>()?;
            bundle.custody(inner.device, leaves.into_iter())?;
            let heads = inner.store.read(|c| journal::heads(c, Some(case)))?;
            let heads: Vec<SignedHead> = heads.into_iter().filter_map(|row| row.signed()).collect();
            bundle.heads(inner.device, &heads)?;
            // Two photos of the same bytes are one file of the bundle (T20).
            let mut written = BTreeSet::new();
            for taken in inner.case(case)?.case.state().photos.iter().filter(|taken| written.insert(taken.sha256)) {
                let row = inner.store.read(|c| journal::photo(c, taken.photo))?;
                match row.and_then(|row| row.key.map(|key| (key, row.format))) {
                    Some((key, format)) => {
                        let bytes = inner.vault.read(taken.photo, &key, 0)?;
                        bundle.photo(taken.sha256, format.as_deref().unwrap_or("bin"), bytes)?;
                    }
                    None => bundle.leave_out(taken.sha256),
                }
            }
            if let Some(html) = &agreement {
                bundle.agreement(html)?;
            }
            let device = Some(inner.device);
            bundle.key(BundleKey { kid: self.key.id(), role: KeyRole::Device, device, key: self.key.clone() });
            if let Some(gateway) = &self.gateway {
                let key = gateway.key.clone();
                bundle.key(BundleKey { kid: key.id(), role: KeyRole::Gateway, device: None, key });
            }
            let file = bundle.finish()?.into_inner().map_err(|error| Trouble::from(error.into_error()))?;
            file.sync_all()?;
            std::fs::rename(&unfinished, path)?;
            inner.append(case, Happened::Exported, &now, Along::default())
        })
    }
}
