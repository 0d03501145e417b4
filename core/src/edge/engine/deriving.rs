//! Copies of a photo of this phone. A thumbnail for its own screen goes nowhere and leaves no entry; a copy for a receiver
//! is a file and an entry of the case with both hashes. Ends in the picture, or in a reason why there is none; the
//! original is only read. Not its business: how a copy is made ([`evidence`]), and handing it to anybody.

use std::{fs::File, io::Write, path::Path};

use super::{Engine, commit::Along, export::whole_or_not};
use crate::{
    canon::Sha256,
    edge::trouble::Trouble,
    evidence::{self, CopyLimits, NotDerived},
    form::{Happened, Receiver},
    id::{CaseId, PhotoId},
};

/// An original that is longer is not unpacked: it has to be in memory for that.
const LONGEST_ORIGINAL: u64 = 64 << 20;

/// A copy that was made, and what it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyMade {
    /// SHA-256 of the original.
    pub original: Sha256,
    /// SHA-256 of the copy.
    pub copy: Sha256,
    /// Length of the copy.
    pub bytes: u64,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Engine {
    /// The photo for a screen, as a JPEG: upright, its longer side at most so many pixels. It does not leave the phone, so
    /// it is no event.
    pub fn thumbnail(&self, case: CaseId, photo: PhotoId, longest_edge_px: u32) -> Result<Vec<u8>, Trouble> {
        let (original, _) = self.decrypted(case, photo)?;
        Ok(evidence::thumbnail(&original, longest_edge_px)?.bytes)
    }

    /// Writes a copy to `path` that keeps to what the rules say of this receiver: upright, in its own colours, without
    /// place, time and any other metadata. The file appears whole or not at all, and under its name only once the entry is there.
    pub fn derive_copy(&self, case: CaseId, photo: PhotoId, receiver: &str, path: &Path) -> Result<CopyMade, Trouble> {
        let limits = self.limits(case, receiver)?;
        let (original, sha256) = self.decrypted(case, photo)?;
        let copy = evidence::derive(&original, &limits)?;
        drop(original);
        let made = CopyMade {
            original: sha256,
            copy: copy.sha256,
            bytes: copy.bytes.len() as u64,
            width: copy.width,
            height: copy.height,
        };
        let CopyMade { original, copy: copied, bytes, width, height } = made.clone();
        let what = Happened::Derived { photo, original, copy: copied, bytes, width, height, limits };
        let now = self.now()?;
        whole_or_not(path, |unfinished| {
            let mut file = File::create(unfinished)?;
            file.write_all(&copy.bytes)?;
            file.sync_all()?;
            // A copy without its entry must not be handed on: it gets its name last.
            self.with(|inner| inner.append(case, what, &now, Along::default()))
        })?;
        self.tell(&format!("case:{case}"));
        Ok(made)
    }

    /// What a receiver takes, by the rules of the case.
    fn limits(&self, case: CaseId, receiver: &str) -> Result<CopyLimits, Trouble> {
        self.with(|inner| {
            let rules = &inner.case(case)?.pack.evidence;
            let known = rules.copies.iter().find(|limits| limits.receiver == receiver).cloned();
            let open = Receiver::from_code(receiver).map(|_| CopyLimits {
                receiver: receiver.to_owned(),
                most_bytes: rules.largest_bytes,
                longest_edge_px: u32::MAX,
            });
            known.or(open).ok_or(Trouble::BadId)
        })
    }

    fn decrypted(&self, case: CaseId, photo: PhotoId) -> Result<(Vec<u8>, Sha256), Trouble> {
        let kept = self.kept(case, photo)?;
        if kept.bytes > LONGEST_ORIGINAL {
            return Err(NotDerived::TooLarge.into());
        }
        Ok((kept.read()?, kept.sha256))
    }
}
