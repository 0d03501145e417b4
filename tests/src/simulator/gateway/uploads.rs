//! Uploads and the commit that makes a photo of one. What a file holds beyond the offset of its row nobody was told of.

use std::rc::Rc;

use jingbao_core::{
    canon::Sha256,
    custody::bundle::MAX_PHOTO,
    id::{CaseId, DeviceId, PhotoId},
    wire::Manifest,
};

use super::{Done, Gateway, Refused, hash_of, said};
use crate::simulator::wire::Answer;

/// One upload.
#[derive(Clone, Debug)]
pub struct Upload {
    device: DeviceId,
    case: CaseId,
    photo: PhotoId,
    sha256: Sha256,
    length: u64,
    offset: u64,
    committed: bool,
}

impl Gateway {
    pub(super) fn create(
        &mut self,
        device: DeviceId,
        case: CaseId,
        photo: PhotoId,
        sha256: Sha256,
        length: u64,
    ) -> Done {
        if length > MAX_PHOTO {
            return Err(Answer::problem(413, "too-large").into());
        }
        self.made += 1;
        let id = format!("{:032x}", self.made);
        self.files.insert(id.clone(), Vec::new());
        self.knife.step()?;
        let upload = Upload { device, case, photo, sha256, length, offset: 0, committed: false };
        self.write(|base| {
            base.uploads.insert(id.clone(), upload);
        })?;
        Ok(Answer { offset: Some(0), upload: Some(id), ..Answer::bare(201) })
    }

    pub(super) fn offset(&mut self, device: DeviceId, id: &str) -> Done {
        let upload = self.find(device, id)?;
        Ok(Answer { offset: Some(upload.offset), ..Answer::bare(200) })
    }

    pub(super) fn append(&mut self, device: DeviceId, id: &str, claimed: u64, bytes: &[u8]) -> Done {
        let upload = self.find(device, id)?;
        if claimed != upload.offset || upload.committed {
            let answer = Answer::problem(409, "wrong-offset");
            return Err(Answer { offset: Some(upload.offset), ..answer }.into());
        }
        if bytes.len() as u64 > upload.length - upload.offset {
            return Err(Answer::problem(413, "too-large").into());
        }
        let file = self.files.entry(id.to_owned()).or_default();
        file.resize(claimed as usize, 0);
        file.extend_from_slice(bytes);
        self.knife.step()?;
        // Synced, and only then told.
        let offset = claimed + bytes.len() as u64;
        self.write(|base| {
            if let Some(upload) = base.uploads.get_mut(id) {
                upload.offset = offset;
            }
        })?;
        Ok(Answer { offset: Some(offset), ..Answer::bare(204) })
    }

    pub(super) fn give_up(&mut self, device: DeviceId, id: &str) -> Done {
        let upload = self.find(device, id)?;
        self.write(|base| {
            if !upload.committed {
                base.uploads.remove(id);
            }
        })?;
        self.files.remove(id);
        Ok(Answer::bare(204))
    }

    pub(super) fn commit_photo(&mut self, device: DeviceId, case: CaseId, sha256: Sha256, id: &str) -> Done {
        let upload = self.find(device, id)?;
        if (case, sha256) != (upload.case, upload.sha256) {
            return Err(self.gone());
        }
        let manifest =
            Manifest::Photo { case: upload.case, photo: upload.photo, sha256: upload.sha256, bytes: upload.length };
        let hash = hash_of(&manifest);
        if let Some(receipt) = self.base.receipts.get(&hash) {
            return Ok(said(200, receipt));
        }
        if upload.offset != upload.length {
            return Err(Answer { offset: Some(upload.offset), ..Answer::problem(409, "incomplete") }.into());
        }
        let file: Rc<[u8]> = self.files.get(id).cloned().unwrap_or_default().into();
        if Sha256::of(&file) != upload.sha256 {
            self.write(|base| {
                base.uploads.remove(id);
            })?;
            self.files.remove(id);
            return Err(Answer::problem(422, "hash-mismatch").into());
        }
        let receipt = self.receipt(manifest, None);
        self.write(|base| {
            base.acknowledge(None, hash, &receipt);
            base.photos.insert((upload.case, upload.sha256, upload.photo), file);
            if let Some(upload) = base.uploads.get_mut(id) {
                upload.committed = true;
            }
        })?;
        self.files.remove(id);
        Ok(said(201, &receipt))
    }

    /// Forgets every upload that is no photo yet.
    pub fn drop_uploads(&mut self) {
        self.base.uploads.retain(|_, upload| upload.committed);
        self.files.clear();
    }

    /// The power is gone: what files hold beyond their rows' offsets is torn, or was never there.
    pub fn lose_power(&mut self) {
        let base = &self.base;
        self.files.retain(|id, _| base.uploads.contains_key(id));
        for (id, file) in &mut self.files {
            let kept = self.base.uploads.get(id).map_or(0, |upload| upload.offset as usize);
            file.truncate(kept);
            file.extend(std::iter::repeat_n(0xee, self.knife.dice().below(40) as usize));
        }
    }

    fn find(&self, device: DeviceId, id: &str) -> Result<Upload, Refused> {
        self.base.uploads.get(id).filter(|upload| upload.device == device).cloned().ok_or_else(|| self.gone())
    }

    fn gone(&self) -> Refused {
        if self.expires { Answer::bare(410).into() } else { Answer::problem(404, "not-found").into() }
    }
}
