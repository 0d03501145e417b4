//! Operations that travel in one request: duty events whose numbers follow each other. Triggered by a poll that gave leases
//! to several; ends in an outcome for each. A request that the gateway refuses is taken apart, so that one bad event
//! parks alone (S10). Not its business: which are due (`outbox`), and making their ends durable (`syncing`).

use std::sync::Arc;

use super::Engine;
use crate::{
    edge::http,
    id::OpId,
    outbox::{Outcome, Payload},
};

/// What one request carries: operations under their leases, and their numbers where they are duty events.
pub(super) struct Together {
    pub(super) sends: Vec<(OpId, u64)>,
    numbers: Option<(u64, u64)>,
}

impl Engine {
    /// The requests that carry these operations.
    pub(super) fn together(&self, sends: Vec<(OpId, u64)>) -> Vec<Together> {
        let mut alone = Vec::new();
        let mut events: Vec<(u64, (OpId, u64))> = Vec::new();
        for send in sends {
            let payload = self.with(|inner| Ok(inner.fetch(send.0)?.map(|item| item.payload.clone())));
            match payload {
                Ok(Some(Payload::Event { seq })) => events.push((seq, send)),
                _ => alone.push(Together { sends: vec![send], numbers: None }),
            }
        }
        events.sort_unstable();
        for (seq, send) in events {
            match alone.last_mut() {
                Some(Together { sends, numbers: Some((_, last)) }) if *last + 1 == seq => {
                    sends.push(send);
                    *last = seq;
                }
                _ => alone.push(Together { sends: vec![send], numbers: Some((seq, seq)) }),
            }
        }
        alone
    }

    /// Sends what travels together.
    pub(super) async fn send_together(self: &Arc<Engine>, together: Together) -> Vec<(OpId, u64, Outcome)> {
        let Together { sends, numbers } = together;
        if let (Some((first, last)), Some(gateway), [(op, _), _, ..]) = (numbers, &self.gateway, sends.as_slice())
            && let Ok(letter) = self.with(|inner| inner.events_letter(first, last))
        {
            let outcome = http::put(gateway, letter.method, &letter.path, *op, letter.body, &letter.manifest).await;
            if !matches!(outcome, Outcome::Refused { .. }) {
                return sends.into_iter().map(|(op, lease)| (op, lease, outcome.clone())).collect();
            }
        }
        let mut ended = Vec::new();
        for (op, lease) in sends {
            let progress = |_: u64| self.extend(op, lease);
            ended.push((op, lease, self.send(op, progress).await));
        }
        ended
    }
}
