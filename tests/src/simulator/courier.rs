//! One operation on its way: which requests it makes one after the other, and how it ends. The steps of a photo are those
//! of the engine's tus client: create or ask where it stands, send pieces, commit.

use std::rc::Rc;

use jingbao_core::{
    canon::{PublicKey, Sha256},
    id::{OpId, PhotoId},
    outbox::Outcome,
    wire::Manifest,
};

use super::{
    answers::{failure, later, outcome},
    mutation::Mutation,
    paper::Paper,
    wire::{Ask, Heard},
};

/// Bytes in one request.
const STEP: u64 = 256;
/// How often one send may find the server somewhere else than expected.
const SURPRISES: u32 = 8;

/// What comes next.
pub enum Next {
    /// This request.
    Ask(Ask),
    /// First this is made durable, then this request.
    Remember(Option<String>, Option<Ask>),
    /// The end.
    End(Outcome),
}

/// One operation on its way.
pub struct Courier {
    op: OpId,
    manifest: Manifest,
    gateway: PublicKey,
    mutation: Option<Mutation>,
    load: Bag,
}

enum Bag {
    Paper(Ask),
    Photo { bytes: Rc<[u8]>, upload: Option<String>, at: Stage, surprises: u32 },
}

enum Stage {
    Creating,
    Asking,
    Sending(u64),
    Committing,
}

impl Courier {
    /// With a document.
    pub fn with_paper(op: OpId, paper: &Paper, gateway: PublicKey, mutation: Option<Mutation>) -> Courier {
        let body: Rc<[u8]> = paper.body.clone().into();
        let ask = match paper.manifest {
            Manifest::Revision { case, revision, .. } => Ask::Revision { case, number: revision, op, body },
            Manifest::Statement { case, device, number, .. } => Ask::Statement { case, device, number, op, body },
            _ => Ask::Events { body },
        };
        Courier { op, manifest: paper.manifest.clone(), gateway, mutation, load: Bag::Paper(ask) }
    }

    /// With a photo, of which an upload may have been begun.
    pub fn with_photo(
        op: OpId,
        manifest: Manifest,
        bytes: Rc<[u8]>,
        upload: Option<String>,
        gateway: PublicKey,
        mutation: Option<Mutation>,
    ) -> Courier {
        let at = if upload.is_some() { Stage::Asking } else { Stage::Creating };
        Courier { op, manifest, gateway, mutation, load: Bag::Photo { bytes, upload, at, surprises: 0 } }
    }

    /// Whose it is.
    pub fn op(&self) -> OpId {
        self.op
    }

    /// Whether it is one request and its answer.
    pub fn is_paper(&self) -> bool {
        matches!(self.load, Bag::Paper(_))
    }

    /// The first request.
    pub fn first(&mut self) -> Ask {
        match &self.load {
            Bag::Paper(ask) => ask.clone(),
            Bag::Photo { upload: Some(upload), .. } => Ask::Offset { upload: upload.clone() },
            Bag::Photo { .. } => self.create(),
        }
    }

    /// After the answer to the last request.
    pub fn heard(&mut self, heard: &Heard) -> Next {
        let checks = self.mutation != Some(Mutation::ReceiptUnchecked);
        let Bag::Photo { bytes, upload, at, surprises } = &mut self.load else {
            return Next::End(outcome(heard, &self.manifest, &self.gateway, checks));
        };
        let Heard::Answer(answer) = heard else { return Next::End(failure(heard)) };
        let total = bytes.len() as u64;
        let offset = match (&at, answer.status) {
            (Stage::Committing, 404 | 410 | 422) => return Next::Remember(None, None),
            (Stage::Committing, _) => return Next::End(outcome(heard, &self.manifest, &self.gateway, checks)),
            (Stage::Creating, 201) => {
                let Some(id) = answer.upload.clone() else { return Next::End(later("later-not-a-gateway")) };
                *upload = Some(id.clone());
                *at = Stage::Sending(0);
                let ask = self.piece(0);
                return Next::Remember(Some(id), Some(ask));
            }
            (Stage::Asking, 200 | 204) => match answer.offset {
                Some(offset) => offset,
                None => return Next::End(later("later-not-a-gateway")),
            },
            (Stage::Asking, 403 | 404 | 410) => {
                *at = Stage::Creating;
                return Next::Ask(self.create());
            }
            (Stage::Sending(before), 204) if answer.offset.is_some_and(|next| next > *before && next <= total) => {
                answer.offset.unwrap_or_default()
            }
            (Stage::Sending(_), 204 | 400 | 404 | 409 | 410 | 423) => {
                *surprises += 1;
                if *surprises > SURPRISES {
                    return Next::End(later("later-upload-stuck"));
                }
                *at = Stage::Asking;
                return Next::Ask(Ask::Offset { upload: upload.clone().unwrap_or_default() });
            }
            _ => return Next::End(failure(heard)),
        };
        *at = Stage::Sending(offset);
        Next::Ask(self.piece(offset))
    }

    fn create(&self) -> Ask {
        let (case, photo, sha256, length) = self.photo();
        Ask::Create { case, photo, sha256, length }
    }

    fn piece(&mut self, offset: u64) -> Ask {
        let (case, _, sha256, length) = self.photo();
        let Bag::Photo { bytes, upload, at, .. } = &mut self.load else { unreachable!("a photo") };
        let upload = upload.clone().unwrap_or_default();
        if offset >= length {
            *at = Stage::Committing;
            return Ask::Commit { case, sha256, upload };
        }
        let bytes = bytes[offset as usize..(offset + STEP).min(length) as usize].to_vec();
        Ask::Append { upload, offset, bytes, cut: false }
    }

    fn photo(&self) -> (jingbao_core::id::CaseId, PhotoId, Sha256, u64) {
        match &self.manifest {
            Manifest::Photo { case, photo, sha256, bytes } => (*case, *photo, *sha256, *bytes),
            _ => unreachable!("a photo"),
        }
    }
}
