//! A part of a case for one audience: its redacted view of the newest revision, chosen photos of this phone, receipts,
//! and proofs that they belong to the case. Never the record itself, nor a leaf whose content the audience may not see.
//! Ends in a file or in the refusal that the view would get. Not its business: who may see what ([`redact`](crate::redact)).

use std::{collections::BTreeSet, fs::File, path::Path};

use serde_json::Value;

use super::{
    Engine, Inner,
    export::{Originals, whole_or_not},
};
use crate::{
    canon::Sha256,
    custody::{
        Head,
        bundle::{Draft, Part},
    },
    edge::{
        envelope::{Recipient, deliver},
        store::{journal, outbox},
        trouble::Trouble,
    },
    id::{CaseId, PhotoId},
    outbox::{ItemState, Payload},
    redact::Audience,
};

impl Engine {
    /// Writes the part that `audience` may have to `path`; `photos` chooses among this phone's, none means all. The
    /// export is an event of the case; the file, encrypted if there is somebody it is `to`, appears whole or not at all.
    pub fn export_part(
        &self,
        case: CaseId,
        audience: Audience,
        photos: Option<&[PhotoId]>,
        path: &Path,
        to: Option<&Recipient>,
    ) -> Result<(), Trouble> {
        whole_or_not(path, |unfinished| self.write_part(case, audience, photos, unfinished, to))
    }

    fn write_part(
        &self,
        case: CaseId,
        audience: Audience,
        photos: Option<&[PhotoId]>,
        path: &Path,
        to: Option<&Recipient>,
    ) -> Result<(), Trouble> {
        self.sign_pending_heads()?;
        let (_, view) = self.with(|inner| inner.view(case, None, audience))?;
        let shown: Value = journal::json(view.as_bytes())?;
        let revision = shown["revision"].as_u64().and_then(|n| u32::try_from(n).ok()).ok_or(Trouble::Unreadable)?;
        let file = File::create(path)?;
        let now = self.now()?;
        let (draft, originals, earlier, size) = self.with(|inner| {
            let mut draft = Draft::new(case, inner.device);
            draft.part(
                Part { audience: audience.code().to_owned(), party: audience.party(), revision },
                view.as_bytes(),
            );
            let originals = inner.chosen(case, revision, &shown, photos, &mut draft)?;
            let earlier = inner.receipts_into(case, revision, &mut draft)?;
            self.keys_into(&mut draft, inner);
            let size = self.freeze_export(inner, case, &draft, to, &now)?;
            Ok((draft, originals, earlier, size))
        })?;
        let closing = self.closing_head(case, size)?;
        let leaves = self.with(|inner| inner.leaves(case, size))?;
        deliver(file, to, |sink| {
            let mut bundle = draft.clone().close_part(sink, &leaves, &closing, &earlier)?;
            self.write_photos(&mut bundle, &originals)?;
            bundle.finish().map(drop).map_err(Trouble::from)
        })
    }
}

impl Inner {
    /// Puts the chosen photos into the draft, and names the others of the view as left out.
    fn chosen(
        &self,
        case: CaseId,
        revision: u32,
        view: &Value,
        photos: Option<&[PhotoId]>,
        draft: &mut Draft,
    ) -> Result<Originals, Trouble> {
        let records = self.store.read(|c| journal::documents(c, case, "record"))?;
        let (_, bytes, _) = records.into_iter().find(|(number, ..)| *number == revision).ok_or(Trouble::NotSealed)?;
        let record: Value = journal::json(&bytes)?;
        let list = |of: &Value| of["facts"]["photos"].as_array().cloned().unwrap_or_default();
        let mut originals = Originals::new();
        let mut others = BTreeSet::new();
        for (shown, sealed) in list(view).iter().zip(list(&record)) {
            let photo: PhotoId = journal::id(shown["photo"].as_str().unwrap_or_default())?;
            let sha256: Sha256 = journal::id(shown["sha256"].as_str().unwrap_or_default())?;
            let row = self.store.read(|c| journal::photo(c, photo))?;
            let wanted = photos.is_none_or(|wanted| wanted.contains(&photo));
            // The leaf of a photo cannot be masked: where the view masks what is said about it, it stays out.
            match row.and_then(|row| row.key.map(|key| (key, row.format))).filter(|_| wanted && *shown == sealed) {
                Some((key, format)) => {
                    draft.photo(sha256, format.as_deref().unwrap_or("bin"));
                    originals.entry(sha256).or_insert((photo, key));
                }
                None => drop(others.insert(sha256)),
            }
        }
        others.iter().filter(|sha256| !originals.contains_key(sha256)).for_each(|sha256| draft.leave_out(*sha256));
        if let Some(wanted) = photos
            && !wanted.iter().all(|photo| list(view).iter().any(|shown| shown["photo"] == photo.to_string()))
        {
            return Err(Trouble::PhotoGone);
        }
        Ok(originals)
    }

    /// Puts the receipts of the revision and of the photos into the draft; gives the heads that they countersign.
    fn receipts_into(&self, case: CaseId, revision: u32, draft: &mut Draft) -> Result<Vec<Head>, Trouble> {
        let mut countersigned = BTreeSet::new();
        for item in self.store.read(|c| outbox::of_case(c, case))? {
            let wanted = match &item.payload {
                Payload::Revision { revision: number } => *number == revision,
                Payload::Photo { sha256, .. } => draft.holds(*sha256),
                Payload::Statement { .. } | Payload::Notice { .. } | Payload::Event { .. } => false,
            };
            if let ItemState::Done { receipt } = &item.state
                && wanted
            {
                draft.receipt(item.op, receipt)?;
                countersigned.extend(receipt.receipt.head_sha256);
            }
        }
        let heads = self.store.read(|c| journal::heads(c, case))?.into_iter().map(|row| row.head);
        Ok(heads.filter(|head| head.sha256().is_ok_and(|sha256| countersigned.contains(&sha256))).collect())
    }
}
