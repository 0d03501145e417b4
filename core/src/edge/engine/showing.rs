//! What is looked at: an original at full size on this phone's own screen; a sealed record as each audience may see it,
//! made anew each time with the consents as they stand. Each is an event of the case, written before anything is shown,
//! once for each opening of the app: looking again in the same run adds none. Ends in what is to be shown or in a refusal;
//! what was handed out before cannot be taken back by any. Not its business: who may see what ([`redact`]), and handing
//! it to anybody.

use std::{io::Read, sync::Arc};

use serde::de::DeserializeOwned;

use super::{Engine, Inner, commit::Along};
use crate::{
    canon::{self, Sha256},
    edge::{store::journal, trouble::Trouble, vault::Vault},
    form::{AnyCase, Consents, Happened, Live, Nature, Record, Training, Viewed},
    id::{CaseId, PhotoId},
    pack::Pack,
    redact::{Audience, redact},
    time::Moment,
};

/// A photo that is longer is not handed to a screen: it has to be in memory for that.
const LONGEST_SHOWN: u64 = 128 << 20;

/// A photo of this phone whose key is there.
pub(super) struct Kept {
    vault: Arc<Vault>,
    photo: PhotoId,
    key: Vec<u8>,
    pub(super) sha256: Sha256,
    pub(super) bytes: u64,
}

impl Kept {
    /// Its bytes, decrypted.
    pub(super) fn read(&self) -> Result<Vec<u8>, Trouble> {
        let mut original = Vec::with_capacity(usize::try_from(self.bytes).unwrap_or(0));
        self.vault.read(self.photo, &self.key, 0)?.read_to_end(&mut original)?;
        Ok(original)
    }
}

impl Engine {
    /// The original, bytes as they came in, for this phone's own screen; at most 128 MiB.
    pub fn original(&self, case: CaseId, photo: PhotoId) -> Result<Vec<u8>, Trouble> {
        let kept = self.kept(case, photo)?;
        if kept.bytes > LONGEST_SHOWN {
            return Err(Trouble::TooLargeToShow);
        }
        let now = self.now()?;
        self.with(|inner| inner.look(case, Viewed::Photo { photo }, &now))?;
        kept.read()
    }

    /// What `audience` may see of a sealed revision, or of the newest: canonical JSON in the shape of the record.
    pub fn view_for(&self, case: CaseId, revision: Option<u32>, audience: Audience) -> Result<String, Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            let (revision, view) = inner.view(case, revision, audience)?;
            let (code, party) = (audience.code().to_owned(), audience.party());
            inner.look(case, Viewed::Record { revision, audience: code, party }, &now)?;
            Ok(view)
        })
    }

    /// A photo of this case that can be read here.
    pub(super) fn kept(&self, case: CaseId, photo: PhotoId) -> Result<Kept, Trouble> {
        self.with(|inner| {
            inner.case(case)?;
            let row = inner.store.read(|c| journal::photo(c, photo))?;
            let row = row.filter(|row| row.case == case).ok_or(Trouble::PhotoGone)?;
            let key = row.key.ok_or(Trouble::PhotoGone)?;
            Ok(Kept { vault: inner.vault.clone(), photo, key, sha256: row.sha256, bytes: row.bytes })
        })
    }
}

impl Inner {
    /// The view of a revision, or of the newest, with its number; nothing is written.
    pub(super) fn view(
        &self,
        case: CaseId,
        revision: Option<u32>,
        audience: Audience,
    ) -> Result<(u32, String), Trouble> {
        let open = self.case(case)?;
        let mut records = self.store.read(|c| journal::documents(c, case, "record"))?.into_iter();
        let found = match revision {
            Some(wanted) => records.find(|(number, ..)| *number == wanted),
            None => records.last(),
        };
        let (number, bytes, _) = found.ok_or(Trouble::NotSealed)?;
        let (pack, consents) = (&open.pack, &open.case.state().consented);
        let view = match &open.case {
            AnyCase::Live(_) => shown::<Live>(&bytes, pack, audience, consents),
            AnyCase::Training(_) => shown::<Training>(&bytes, pack, audience, consents),
        };
        Ok((number, view?))
    }

    /// Writes that somebody looks at it, unless this run has done so.
    fn look(&mut self, case: CaseId, what: Viewed, now: &Moment) -> Result<(), Trouble> {
        let looked = (case, what);
        if !self.looked.contains(&looked) {
            self.append(case, Happened::Viewed { what: looked.1.clone() }, now, Along::default())?;
            self.looked.insert(looked);
        }
        Ok(())
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
