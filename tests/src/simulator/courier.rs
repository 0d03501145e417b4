//! One operation on its way: which requests it makes one after the other, and how it ends. What an upload does is decided
//! by the core's own machine; what an answer means, by its table. Around both stands what `edge/http/send.rs` and
//! `edge/http/tus.rs` do.

use std::rc::Rc;

use jingbao_core::{
    canon::PublicKey,
    id::OpId,
    outbox::{
        Outcome,
        answers::{Asked, BEGIN_ANEW, NOT_WHOLE, Wanted},
    },
    tus::{self, Budget, Stop, Upload},
    wire::{Manifest, SignedReceipt},
};

use super::{
    answers::{judge, said},
    mutation::Mutation,
    paper::Paper,
    wire::{Ask, Heard},
};

/// Bytes in one request: so small that a photo of a story has several.
const STEP: u64 = 256;
/// How often one go commits.
const COMMITS: u32 = 3;

/// What comes next.
pub enum Next {
    /// This request.
    Ask(Ask),
    /// First this is made durable.
    Remember(Option<String>, Box<Next>),
    /// First so many milliseconds pass.
    Wait(u64),
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
    Photo(Box<Photo>),
}

struct Photo {
    bytes: Rc<[u8]>,
    upload: Upload,
    asked: tus::Ask,
    sent: u64,
    last: Outcome,
    commits: bool,
    tries: u32,
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
        known: Option<String>,
        gateway: PublicKey,
        mutation: Option<Mutation>,
    ) -> Courier {
        let upload = Upload::new(bytes.len() as u64, known, Budget::default());
        let asked = upload.next();
        let (last, tries) = (later(NOT_WHOLE), COMMITS);
        let photo = Photo { bytes, upload, asked, sent: 0, last, commits: false, tries };
        Courier { op, manifest, gateway, mutation, load: Bag::Photo(Box::new(photo)) }
    }

    /// Whose it is.
    pub fn op(&self) -> OpId {
        self.op
    }

    /// Whether it is one request and its answer.
    pub fn is_paper(&self) -> bool {
        matches!(self.load, Bag::Paper(_))
    }

    /// What comes first.
    pub fn first(&mut self) -> Next {
        match &mut self.load {
            Bag::Paper(ask) => Next::Ask(ask.clone()),
            Bag::Photo(photo) => photo.next(&self.manifest),
        }
    }

    /// After the answer to the last request.
    pub fn heard(&mut self, heard: &Heard) -> Next {
        let wanted = Wanted { manifest: &self.manifest, key: &self.gateway };
        if self.mutation == Some(Mutation::ReceiptUnchecked)
            && let Heard::Answer(answer) = heard
            && let Ok(receipt) = serde_json::from_slice::<SignedReceipt>(&answer.body)
        {
            return Next::End(Outcome::Receipt(Box::new(receipt)));
        }
        let Bag::Photo(photo) = &mut self.load else {
            // The state of a case, which is asked for after a conflict, would say no more than the next try.
            return Next::End(judge(Asked::Put(wanted), heard));
        };
        if photo.commits {
            photo.commits = false;
            photo.tries -= 1;
            return match judge(Asked::Commit(wanted), heard) {
                Outcome::Later { why: NOT_WHOLE, .. } if photo.tries > 0 => {
                    photo.upload.doubted();
                    photo.next(&self.manifest)
                }
                Outcome::Later { why: BEGIN_ANEW, .. } if photo.tries > 0 => {
                    photo.upload = Upload::new(photo.bytes.len() as u64, None, Budget::default());
                    Next::Remember(None, Box::new(photo.next(&self.manifest)))
                }
                outcome @ Outcome::Later { why: BEGIN_ANEW, .. } => Next::Remember(None, Box::new(Next::End(outcome))),
                outcome => Next::End(outcome),
            };
        }
        let asked = match photo.asked {
            tus::Ask::Create => Asked::Create,
            tus::Ask::Head { .. } => Asked::Head,
            _ => Asked::Patch,
        };
        match heard {
            Heard::Answer(answer) => photo.upload.answered(&said(answer), photo.sent),
            Heard::Waited => photo.upload.waited(),
            Heard::Unreachable => photo.upload.failed(false),
            Heard::Broke | Heard::Silence => photo.upload.failed(true),
        }
        photo.last = judge(asked, heard);
        // The name has to be durable before the first byte goes.
        let begun = photo.upload.id().filter(|_| matches!(asked, Asked::Create)).map(str::to_owned);
        let next = photo.next(&self.manifest);
        if begun.is_some() { Next::Remember(begun, Box::new(next)) } else { next }
    }
}

impl Photo {
    fn next(&mut self, manifest: &Manifest) -> Next {
        let Manifest::Photo { case, photo, sha256, bytes: length } = *manifest else {
            return Next::End(later(NOT_WHOLE));
        };
        self.asked = self.upload.next();
        self.sent = 0;
        match self.asked.clone() {
            tus::Ask::Finished { id } => {
                self.commits = true;
                Next::Ask(Ask::Commit { case, sha256, upload: id })
            }
            tus::Ask::Stopped(Stop::Judge) => Next::End(self.last.clone()),
            tus::Ask::Stopped(Stop::Stuck) => Next::End(later(NOT_WHOLE)),
            tus::Ask::Stopped(Stop::Budget | Stop::Cancelled) => Next::End(later("later-budget")),
            tus::Ask::Wait { ms } => Next::Wait(ms),
            tus::Ask::Create => Next::Ask(Ask::Create { case, photo, sha256, length }),
            tus::Ask::Head { id } => Next::Ask(Ask::Offset { upload: id }),
            tus::Ask::Patch { id, offset, at_most } => {
                self.sent = at_most.min(STEP);
                let bytes = self.bytes[offset as usize..(offset + self.sent) as usize].to_vec();
                Next::Ask(Ask::Append { upload: id, offset, bytes, cut: false })
            }
        }
    }
}

fn later(why: &'static str) -> Outcome {
    Outcome::Later { why, retry_after_ms: None }
}
