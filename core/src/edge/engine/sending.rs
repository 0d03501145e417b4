//! Carrying out one instruction to send: bytes from the store, over the wire, to an outcome.

use std::sync::Arc;

use reqwest::Method;

use super::Engine;
use crate::{
    canon::{self, Sha256, Signature},
    custody::{Head, SignedHead},
    edge::{
        http::{self, Parcel},
        ports::Signer,
        steps::reached,
        store::{journal, outbox, queue},
        trouble::Trouble,
        vault::Vault,
    },
    id::{CaseId, OpId, PhotoId},
    outbox::{Event, Item, ItemState, Outcome, Payload},
    tus::Budget,
    wire::{EventBatch, Manifest},
};

/// A small document ready to go.
pub(super) struct Letter {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Vec<u8>,
    pub(super) manifest: Manifest,
}

impl Engine {
    /// The signer, if the store is this phone's own (T23).
    pub(super) fn signer(&self) -> Result<&dyn Signer, Trouble> {
        if self.with(|inner| Ok(inner.own))? { Ok(self.ports.signer.as_ref()) } else { Err(Trouble::OtherPhone) }
    }

    /// Asks the signer for every frozen head that has no signature yet, outside any transaction, and frees what waits.
    pub(super) fn sign_pending_heads(&self) -> Result<(), Trouble> {
        let pending: Vec<Head> = self.with(|inner| inner.store.read(journal::unsigned_heads))?;
        let signer = self.signer()?;
        let mut failed = None;
        for head in &pending {
            match signer.sign(&head.bytes()?) {
                Ok(der) => self.with(|inner| inner.store.write(|tx| journal::sign_head(tx, head, &Signature(der))))?,
                Err(port) => failed = Some(port),
            }
        }
        self.free_signed()?;
        failed.map_or(Ok(()), |port| Err(port.into()))
    }

    /// A row is free to go once the head it was frozen with is signed; also after a kill in between.
    fn free_signed(&self) -> Result<(), Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            for Item { op, case, payload, .. } in inner.store.read(|c| outbox::in_state(c, "unsigned"))? {
                let Some(case) = case else { continue };
                if inner.signed_document(case, &payload)?.is_some() {
                    inner.fetch(op)?;
                    let instructions = inner.outbox.handle(Event::Signed { op }, &now, 0);
                    inner.save(&instructions)?;
                }
            }
            Ok(())
        })
    }

    /// Sends one operation.
    pub(super) async fn send(self: &Arc<Engine>, op: OpId, progress: impl Fn(u64) + Sync) -> Outcome {
        let Some(gateway) = &self.gateway else {
            return Outcome::Later { why: "later-no-gateway", retry_after_ms: None };
        };
        let payload = self.next_payload(op);
        match payload {
            Ok(Some((Some(case), Payload::Photo { photo, sha256, bytes }))) => {
                self.send_photo(op, case, photo, sha256, bytes, &progress).await
            }
            Ok(Some((case, payload))) => match self.with(|inner| inner.letter(case, &payload)) {
                Ok(Some(letter)) => {
                    let is_notice = matches!(payload, Payload::Notice { .. });
                    let step = |name: &str| {
                        if is_notice {
                            reached(name)
                        }
                    };
                    step("notice leaves");
                    let outcome =
                        http::put(gateway, letter.method, &letter.path, op, letter.body, &letter.manifest).await;
                    step("notice answered");
                    outcome
                }
                Ok(None) => Outcome::Refused { reason: "parked-incomplete".into() },
                Err(_) => Outcome::Later { why: "later-storage", retry_after_ms: None },
            },
            _ => Outcome::Later { why: "later-storage", retry_after_ms: None },
        }
    }

    /// What an operation carries that is still to go: a person may have taken a consent back since it was leased.
    fn next_payload(&self, op: OpId) -> Result<Option<(Option<CaseId>, Payload)>, Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            let found = inner.fetch(op)?.map(|item| (item.case, item.payload.clone()));
            if let Some((Some(case), Payload::Notice { .. })) = &found {
                inner.withhold(*case, &now)?;
            }
            let flies = inner.fetch(op)?.is_some_and(|item| matches!(item.state, ItemState::InFlight { .. }));
            Ok(found.filter(|_| flies))
        })
    }

    /// What of the round's budget this photo may use: as much as it could need, and nobody else then has that.
    fn photo_budget(&self, bytes: u64) -> Option<u64> {
        let taken = self.with(|inner| {
            let Some(left) = &mut inner.photo_bytes else { return Ok(None) };
            let taken = bytes.min(*left);
            *left -= taken;
            Ok(Some(taken))
        });
        taken.unwrap_or(Some(0))
    }

    async fn send_photo(
        self: &Arc<Engine>,
        op: OpId,
        case: CaseId,
        photo: PhotoId,
        sha256: Sha256,
        bytes: u64,
        progress: &(impl Fn(u64) + Sync),
    ) -> Outcome {
        let Some(gateway) = &self.gateway else {
            return Outcome::Later { why: "later-no-gateway", retry_after_ms: None };
        };
        type Known = (Option<String>, Option<Vec<u8>>, Arc<Vault>);
        let known: Result<Known, Trouble> = self.with(|inner| {
            let upload = inner.store.read(|c| outbox::upload(c, op))?;
            let key = inner.store.read(|c| journal::photo(c, photo))?.and_then(|row| row.key);
            Ok((upload, key, inner.vault.clone()))
        });
        let Ok((upload, Some(key), vault)) = known else {
            return Outcome::Refused { reason: "parked-photo-gone".into() };
        };
        let open = move |offset| vault.read(photo, &key, offset).ok();
        let remember =
            |id: Option<&str>| self.with(|inner| inner.store.write(|tx| outbox::save_upload(tx, op, id))).is_ok();
        // Erased or withdrawn meanwhile: what is under way is called off.
        let flies = || {
            self.with(|inner| Ok(inner.fetch(op)?.is_some_and(|item| matches!(item.state, ItemState::InFlight { .. }))))
        };
        let progress = |there: u64| {
            progress(there);
            flies().unwrap_or(false)
        };
        let budget = Budget { bytes: self.photo_budget(bytes), ..Budget::default() };
        let parcel =
            Parcel { case, photo, sha256, bytes, open: &open, remember: &remember, budget, progress: &progress };
        http::send_photo(gateway, parcel, upload).await
    }
}

impl super::Inner {
    /// The frozen document of a payload with its signed head; `None` while the head is not signed.
    fn signed_document(&self, case: CaseId, payload: &Payload) -> Result<Option<(Vec<u8>, SignedHead)>, Trouble> {
        let (kind, wanted) = match payload {
            Payload::Revision { revision } => ("record", *revision),
            Payload::Statement { number } => ("statement", *number),
            Payload::Notice { number } => ("notice", *number),
            Payload::Photo { .. } | Payload::Event { .. } => return Ok(None),
        };
        let documents = self.store.read(|c| journal::documents(c, case, kind))?;
        let Some((_, bytes, size)) = documents.into_iter().find(|(number, ..)| *number == wanted) else {
            return Ok(None);
        };
        let heads = self.store.read(|c| journal::heads(c, case))?;
        let head = heads.into_iter().find(|row| row.head.size == size).and_then(|row| row.signed());
        Ok(head.map(|head| (bytes, head)))
    }

    /// The body that travels: canonical JSON of the document under `name` and its signed head.
    pub(super) fn body(&self, case: CaseId, payload: &Payload) -> Result<Option<Vec<u8>>, Trouble> {
        let name = match payload {
            Payload::Revision { .. } => "record",
            Payload::Notice { .. } => "notice",
            Payload::Statement { .. } | Payload::Photo { .. } | Payload::Event { .. } => "statement",
        };
        let Some((bytes, head)) = self.signed_document(case, payload)? else { return Ok(None) };
        let document: serde_json::Value = journal::json(&bytes)?;
        let mut body = serde_json::Map::new();
        body.insert(name.to_owned(), document);
        body.insert("head".to_owned(), serde_json::to_value(&head).map_err(canon::NotCanonical::from)?);
        Ok(Some(canon::bytes(&body)?))
    }

    /// Duty events, from one number to another.
    pub(super) fn events_letter(&self, first: u64, last: u64) -> Result<Letter, Trouble> {
        let device = self.device;
        let events = self.store.read(|c| (first..=last).map(|seq| queue::event(c, seq)).collect::<Result<_, _>>())?;
        let body = canon::bytes(&EventBatch { device, events })?;
        let manifest = Manifest::Events { device, first, last, sha256: Sha256::of(&body) };
        Ok(Letter { method: Method::POST, path: "/v1/events".into(), body, manifest })
    }

    fn letter(&self, case: Option<CaseId>, payload: &Payload) -> Result<Option<Letter>, Trouble> {
        let device = self.device;
        if let Payload::Event { seq } = payload {
            return self.events_letter(*seq, *seq).map(Some);
        }
        let Some(case) = case else { return Ok(None) };
        let Some(body) = self.body(case, payload)? else { return Ok(None) };
        let (sha256, bytes) = (Sha256::of(&body), body.len() as u64);
        let (path, manifest) = match payload {
            Payload::Revision { revision } => (
                format!("/v1/cases/{case}/revisions/{revision}"),
                Manifest::Revision { case, revision: *revision, sha256, bytes },
            ),
            Payload::Statement { number } => (
                format!("/v1/cases/{case}/statements/{device}/{number}"),
                Manifest::Statement { case, device, number: *number, sha256, bytes },
            ),
            Payload::Notice { number } => {
                (format!("/v1/cases/{case}/claims/{number}"), Manifest::Notice { case, notice: *number, sha256, bytes })
            }
            Payload::Photo { .. } | Payload::Event { .. } => return Ok(None),
        };
        Ok(Some(Letter { method: Method::PUT, path, body, manifest }))
    }
}
