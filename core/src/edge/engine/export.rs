//! A bundle of one case as this phone has it: record, statements, custody log, heads, receipts, photos, agreement.
//!
//! Its list of contents becomes an event of the case, a head is frozen over that in the same transaction and signed
//! outside of it; then the file is written. A phone that cannot sign now makes no bundle. Killed or failed in between,
//! the log keeps that an export was begun, and no file appears.

use std::{collections::BTreeMap, fs::File, path::Path};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Engine, Inner};
use crate::{
    agreement,
    canon::Sha256,
    custody::{
        Leaf, SignedHead,
        bundle::{BundleKey, Draft, KeyRole, Writer},
    },
    edge::{
        envelope::{Recipient, deliver},
        store::{journal, outbox},
        trouble::Trouble,
    },
    form::{AnyCase, Happened, Live, Record, Training},
    id::{CaseId, PhotoId},
    outbox::{ItemState, Payload},
    time::Moment,
};

use super::commit::Along;

/// Photos of a bundle by hash: which one, and its wrapped key.
pub(super) type Originals = BTreeMap<Sha256, (PhotoId, Vec<u8>)>;

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

    /// Writes the bundle to `path`, encrypted if there is somebody it is `to`. The export itself is an event of the case;
    /// the file appears whole or not at all.
    pub fn export(&self, case: CaseId, path: &Path, to: Option<&Recipient>) -> Result<(), Trouble> {
        whole_or_not(path, |unfinished| self.write_bundle(case, unfinished, to))
    }

    fn write_bundle(&self, case: CaseId, path: &Path, to: Option<&Recipient>) -> Result<(), Trouble> {
        let agreement = self.agreement(case)?;
        // Heads that wait for their signature belong into it.
        self.sign_pending_heads()?;
        let file = File::create(path)?;
        let now = self.now()?;
        let (draft, originals, size) = self.with(|inner| {
            let (mut draft, originals) = inner.draft(case)?;
            if let Some(html) = &agreement {
                draft.agreement(html);
            }
            self.keys_into(&mut draft, inner);
            let size = self.freeze_export(inner, case, &draft, to, &now)?;
            Ok((draft, originals, size))
        })?;
        let closing = self.closing_head(case, size)?;
        let leaves = self.with(|inner| inner.leaves(case, size))?;
        deliver(file, to, |sink| {
            let mut bundle = draft.clone().close(sink, leaves.iter().cloned(), &closing)?;
            self.write_photos(&mut bundle, &originals)?;
            bundle.finish().map(drop).map_err(Trouble::from)
        })
    }

    /// The keys of everything that this phone and its gateway have signed.
    pub(super) fn keys_into(&self, draft: &mut Draft, inner: &Inner) {
        let device = Some(inner.device);
        draft.key(BundleKey { kid: self.key.id(), role: KeyRole::Device, device, key: self.key.clone() });
        if let Some(gateway) = &self.gateway {
            let key = gateway.key.clone();
            draft.key(BundleKey { kid: key.id(), role: KeyRole::Gateway, device: None, key });
        }
    }

    /// The export as an event, with a head frozen over it; its size.
    pub(super) fn freeze_export(
        &self,
        inner: &mut Inner,
        case: CaseId,
        draft: &Draft,
        to: Option<&Recipient>,
        now: &Moment,
    ) -> Result<u64, Trouble> {
        let contents = Some(draft.contents()?.sha256()?);
        let along = Along { freeze: Some(self.key.id()), ..Along::default() };
        inner.append(case, Happened::Exported { contents, recipient: to.map(Recipient::to_string) }, now, along)?;
        Ok(inner.case(case)?.tree.size())
    }

    /// The head of this size with its signature. The signer is asked outside any transaction.
    pub(super) fn closing_head(&self, case: CaseId, size: u64) -> Result<SignedHead, Trouble> {
        let signed = self.sign_pending_heads();
        let heads = self.with(|inner| inner.store.read(|c| journal::heads(c, case)))?;
        let closing = heads.into_iter().filter_map(|row| row.signed()).find(|signed| signed.head.size == size);
        match (closing, signed) {
            (Some(closing), _) => Ok(closing),
            (None, Err(trouble)) => Err(trouble),
            (None, Ok(())) => Err(Trouble::Unreadable),
        }
    }

    pub(super) fn write_photos<W: std::io::Write + std::io::Seek>(
        &self,
        bundle: &mut Writer<W>,
        originals: &Originals,
    ) -> Result<(), Trouble> {
        let vault = self.with(|inner| Ok(inner.vault.clone()))?;
        for sha256 in bundle.wanted() {
            let (photo, key) = originals.get(&sha256).ok_or(Trouble::PhotoGone)?;
            bundle.photo(sha256, vault.read(*photo, key, 0)?)?;
        }
        Ok(())
    }
}

/// Lets `write` make the file under another name first.
pub(super) fn whole_or_not(path: &Path, write: impl FnOnce(&Path) -> Result<(), Trouble>) -> Result<(), Trouble> {
    let unfinished = path.with_extension("part");
    match write(&unfinished) {
        Ok(()) => Ok(std::fs::rename(&unfinished, path)?),
        Err(trouble) => {
            let _ = std::fs::remove_file(&unfinished);
            Err(trouble)
        }
    }
}

impl Inner {
    /// Everything of the case but agreement and keys.
    fn draft(&mut self, case: CaseId) -> Result<(Draft, Originals), Trouble> {
        let mut draft = Draft::new(case, self.device);
        for item in self.store.read(|c| outbox::of_case(c, case))? {
            match item.payload {
                Payload::Revision { revision } => {
                    if let Some(body) = self.body(case, &item.payload)? {
                        draft.revision(revision, &body);
                    }
                }
                Payload::Statement { number } => {
                    if let Some(body) = self.body(case, &item.payload)? {
                        draft.statement(self.device, number, &body);
                    }
                }
                Payload::Notice { number } => {
                    if let Some(body) = self.body(case, &item.payload)? {
                        draft.notice(number, &body);
                    }
                }
                Payload::Photo { .. } | Payload::Event { .. } => {}
            }
            if let ItemState::Done { receipt } = &item.state {
                draft.receipt(item.op, receipt)?;
            }
        }
        let heads = self.store.read(|c| journal::heads(c, case))?;
        let heads: Vec<SignedHead> = heads.into_iter().filter_map(|row| row.signed()).collect();
        draft.heads(self.device, &heads)?;
        for (size, answer) in &self.case(case)?.case.state().stamps {
            draft.stamp(self.device, *size, &URL_SAFE_NO_PAD.decode(answer).map_err(|_| Trouble::Unreadable)?);
        }
        let mut originals = Originals::new();
        let photos = self.case(case)?.case.state().photos.clone();
        for taken in &photos {
            let row = self.store.read(|c| journal::photo(c, taken.photo))?;
            if let Some((key, format)) = row.and_then(|row| row.key.map(|key| (key, row.format))) {
                draft.photo(taken.sha256, format.as_deref().unwrap_or("bin"));
                originals.entry(taken.sha256).or_insert((taken.photo, key));
            }
        }
        // Of two photos with the same bytes one may be erased: the other one's are still here.
        let absent = photos.iter().filter(|taken| !originals.contains_key(&taken.sha256));
        absent.for_each(|taken| draft.leave_out(taken.sha256));
        Ok((draft, originals))
    }

    /// The first `size` leaves of the case.
    pub(super) fn leaves(&self, case: CaseId, size: u64) -> Result<Vec<Leaf>, Trouble> {
        let lines = self.store.read(|c| journal::leaves(c, case, self.device))?;
        lines
            .iter()
            .map(|bytes| journal::json::<Leaf>(bytes))
            .take(usize::try_from(size).unwrap_or(usize::MAX))
            .collect()
    }
}
