//! The label of a photo file: what the row will say, sealed into the front of the file before the row is there, so that
//! a kill between the two loses no photo (T22, S30). It opens with the store's label key only. Erasing any photo
//! replaces that key in the same transaction, so that no label ever brings an erased photo back. Not its business: the
//! photo's bytes.

use std::io::Read;

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::{
    canon::Sha256,
    edge::{
        keys::{Secret, random},
        trouble::Trouble,
    },
    form::PhoneSaw,
    id::{CaseId, PhotoId},
    time::Moment,
};

/// Says what the file is, and which layout it has.
const MAGIC: &[u8; 4] = b"JBV1";
/// Bytes of a label's nonce.
const NONCE: usize = 12;

/// What a photo was taken in for.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::edge) struct Label {
    /// The case.
    pub(in crate::edge) case: CaseId,
    /// The shot it answers.
    pub(in crate::edge) slot: String,
    /// When the intake began.
    pub(in crate::edge) begun: Moment,
    /// What the phone itself knew.
    pub(in crate::edge) phone: PhoneSaw,
    /// It is a voice note, for this reason.
    pub(in crate::edge) no_photo: Option<String>,
    /// The camera's own file, to be removed once the photo is safe.
    pub(in crate::edge) temporary: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    key: String,
    label: Label,
}

/// The first bytes of a file, as they stand there; every chunk is bound to them.
pub(super) struct Front(Vec<u8>);

impl Front {
    /// The front of the file of `photo` with this key.
    pub(super) fn seal(labels: &Aes256Gcm, photo: PhotoId, key: &Secret, label: &Label) -> Result<Front, Trouble> {
        let mut sealed = Sealed { key: hex::encode(key.as_slice()), label: label.clone() };
        let plain = serde_json::to_vec(&sealed).map(Zeroizing::new);
        sealed.key.zeroize();
        let plain = plain.map_err(crate::canon::NotCanonical::from)?;
        let nonce = random::<NONCE>()?;
        let payload = Payload { msg: &plain, aad: photo.as_bytes() };
        let sealed = labels.encrypt(&nonce.into(), payload).map_err(|_| Trouble::DamagedPhoto)?;
        // A slot or a path that long is nobody's.
        let length = u16::try_from(NONCE + sealed.len()).map_err(|_| Trouble::BadId)?;
        Ok(Front([MAGIC.as_slice(), &length.to_be_bytes(), &nonce, &sealed].concat()))
    }

    /// Reads the front of a file.
    pub(super) fn read(file: &mut dyn Read) -> Result<Front, Trouble> {
        let mut start = [0; 6];
        file.read_exact(&mut start).map_err(|_| Trouble::DamagedPhoto)?;
        if &start[..4] != MAGIC {
            return Err(Trouble::DamagedPhoto);
        }
        let length = usize::from(u16::from_be_bytes([start[4], start[5]]));
        let mut front = start.to_vec();
        front.resize(start.len() + length, 0);
        file.read_exact(&mut front[start.len()..]).map_err(|_| Trouble::DamagedPhoto)?;
        Ok(Front(front))
    }

    /// The label and the file's key. `None` when the label key is another by now, or a byte was changed.
    pub(super) fn open(&self, labels: &Aes256Gcm, photo: PhotoId) -> Option<(Label, Secret)> {
        let (nonce, sealed) = self.0.get(6..)?.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let payload = Payload { msg: sealed, aad: photo.as_bytes() };
        let plain = Zeroizing::new(labels.decrypt(&nonce.into(), payload).ok()?);
        let mut sealed: Sealed = serde_json::from_slice(&plain).ok()?;
        let mut key: Secret = Zeroizing::new([0; 32]);
        let whole = hex::decode_to_slice(&sealed.key, key.as_mut_slice()).is_ok();
        sealed.key.zeroize();
        whole.then_some((sealed.label, key))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What the chunks are bound to.
    pub(super) fn binding(&self) -> [u8; 32] {
        Sha256::of(&self.0).0
    }
}

pub(super) fn labels(key: &Secret) -> Result<Aes256Gcm, Trouble> {
    Aes256Gcm::new_from_slice(key.as_slice()).map_err(|_| Trouble::WrongKey)
}
