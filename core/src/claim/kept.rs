//! What a case's journal keeps of its notices. Triggered by the fold; a notice ends delivered, by a receipt, or withheld,
//! because a consent it stands on was taken back before. What went out is not called back (T30). Not its business: the
//! queue's row.

use super::Basis;
use crate::{canon::Sha256, form::CaseState, id::PartyId, time::Moment, wire::Manifest};

/// One notice that was made, queued and kept word for word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noticed {
    /// Its number, from 1.
    pub number: u32,
    /// Who notified.
    pub party: PartyId,
    /// Whom.
    pub insurer: String,
    /// About which revision.
    pub revision: u32,
    /// SHA-256 of its canonical JSON.
    pub sha256: Sha256,
    /// The consents it stands on.
    pub consents: Vec<Basis>,
    /// When.
    pub at: Moment,
    /// It was taken out of the queue, because a consent was taken back.
    pub withheld: bool,
}

impl CaseState {
    /// Whether the gateway's receipt for this notice is here.
    pub fn notice_delivered(&self, number: u32) -> bool {
        let of_it = |manifest: &Manifest| matches!(manifest, Manifest::Notice { notice, .. } if *notice == number);
        self.receipts.iter().any(|receipt| of_it(&receipt.receipt.manifest))
    }

    /// Notices that wait to be delivered although a consent they stand on does not stand any more.
    pub fn notices_to_withhold(&self) -> Vec<u32> {
        let undone = |noticed: &&Noticed| !noticed.withheld && !self.notice_delivered(noticed.number);
        let lapsed =
            |noticed: &&Noticed| !noticed.consents.iter().all(|basis| self.consents(basis.party, basis.receiver));
        self.notices.iter().filter(undone).filter(lapsed).map(|noticed| noticed.number).collect()
    }
}
