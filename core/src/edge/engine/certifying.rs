//! The own credential, its living code, and the check of somebody else's.
//!
//! Taking one in ends durable, or refused with the old ones as they were. Showing one asks the signer, outside the lock.
//! A check always ends in an answer. Not its business: what a credential is worth, which is [`exchange`]'s.

use super::{Engine, Inner};
use crate::{
    canon::Signature,
    edge::{
        keys::random,
        store::{Store, credentials},
        trouble::Trouble,
    },
    exchange::{
        self, BadCode, Challenge, Checking, Credential, CredentialFile, Living, RevocationList, RevocationsRefused,
        SLOT_MS, SignedRevocations, Standing as Worth, judge,
    },
    pack::Association,
    time::{Moment, Timestamp},
    triage::Ternary,
    view::{CodeView, CredentialView, LivingView, code_view, credential_view},
};

/// What this phone has of credentials.
pub(super) struct Wallet {
    held: Vec<Held>,
    revocations: Option<RevocationList>,
    asked: Option<(Challenge, Moment)>,
}

/// An own credential with its face, and as it came.
#[derive(Clone)]
pub(super) struct Held {
    credential: Credential,
    face: Vec<u8>,
    file: Vec<u8>,
}

/// A newer list, and as it came.
pub(super) struct Taken {
    list: RevocationList,
    file: Vec<u8>,
}

impl Wallet {
    /// What was taken in before. The list counts while its signature still holds; without it none is here.
    pub(super) fn open(store: &Store, association: Option<&Association>) -> Result<Wallet, Trouble> {
        let read = |file: Vec<u8>| {
            let (credential, face) = CredentialFile::open(&file).ok()?;
            Some(Held { credential, face, file })
        };
        let held = store.read(credentials::all)?.into_iter().filter_map(read).collect();
        let list = store.read(credentials::revocations)?;
        let revocations = list.and_then(|file| SignedRevocations::accept(None, &file, association).ok());
        Ok(Wallet { held, revocations, asked: None })
    }

    /// Whether the specialist was certified at `at`; `None` without any credential.
    fn certified(&self, association: Option<&Association>, at: Timestamp) -> Option<Ternary> {
        let worth: Vec<_> = self.held.iter().map(|held| self.worth(&held.credential, association, at)).collect();
        match worth.as_slice() {
            [] => None,
            some if some.contains(&Worth::Genuine) => Some(Ternary::Yes),
            some if some.contains(&Worth::CannotCheck) => Some(Ternary::Unknown),
            _ => Some(Ternary::No),
        }
    }

    fn worth(&self, credential: &Credential, association: Option<&Association>, at: Timestamp) -> Worth {
        judge(credential, self.checking(association), at).standing
    }

    fn checking<'a>(&'a self, association: Option<&'a Association>) -> Checking<'a> {
        Checking { association, revocations: self.revocations.as_ref() }
    }

    /// The one to show: genuine now if there is one, and the latest of those.
    fn to_show(&self, association: Option<&Association>, now: Timestamp) -> Result<&Held, Trouble> {
        let rank = |held: &&Held| {
            let genuine = self.worth(&held.credential, association, now) == Worth::Genuine;
            (genuine, held.credential.claims().valid_to)
        };
        self.held.iter().max_by_key(rank).ok_or(Trouble::NoCredential)
    }

    /// The challenge that still waits at `now`.
    fn waiting(&self, now: &Moment) -> Option<Challenge> {
        let waits = |(_, at): &&(Challenge, Moment)| {
            at.boot == now.boot && (0..=Challenge::WAITS_MS).contains(&(now.mono_ms - at.mono_ms))
        };
        self.asked.as_ref().filter(waits).map(|(challenge, _)| *challenge)
    }
}

impl Engine {
    /// Takes in a credential that the association issued to this phone. Durable on return; earlier ones stay, for what
    /// happened in their time.
    pub fn accept_credential(&self, file: &[u8]) -> Result<CredentialView, Trouble> {
        let now = self.now()?;
        let view = self.with(|inner| {
            let held = inner.credential_in(file, &self.key)?;
            inner.store.write(|tx| held.put_in(tx))?;
            inner.hold(held);
            inner.credential_view(self, now.wall)
        })?;
        self.tell("credential");
        Ok(view)
    }

    /// Takes in a newer list of revocations from a signed file. Durable on return. Its age, in milliseconds.
    pub fn accept_revocations(&self, file: &[u8]) -> Result<i64, Trouble> {
        let now = self.now()?;
        let age = self.with(|inner| {
            let taken = inner.revocations_in(file)?;
            inner.store.write(|tx| taken.put_in(tx))?;
            let age = now.wall.since(taken.made_at()).max(0);
            inner.revoke(taken);
            Ok(age)
        })?;
        self.tell("credential");
        Ok(age)
    }

    /// The own credential, as it is worth now.
    pub fn credential(&self) -> Result<CredentialView, Trouble> {
        let now = self.now()?;
        self.with(|inner| inner.credential_view(self, now.wall))
    }

    /// The own credential on the screen, signed now; a picture of it is worth nothing half a minute later.
    pub fn living_code(&self) -> Result<LivingView, Trouble> {
        self.show_living(None)
    }

    /// The same, with the bytes that the driver's phone shows: for clocks that differ.
    pub fn answer_challenge(&self, text: &str) -> Result<LivingView, Trouble> {
        self.show_living(Some(Challenge::read(text)?))
    }

    /// A code for the specialist's phone to answer; the next check takes that answer for two minutes.
    pub fn challenge(&self) -> Result<String, Trouble> {
        let now = self.now()?;
        let challenge = Challenge(random()?);
        self.with(|inner| {
            inner.wallet.asked = Some((challenge, now));
            Ok(challenge.text())
        })
    }

    /// What the code on somebody's screen is worth, offline, in one glance.
    pub fn check_code(&self, text: &str) -> Result<CodeView, Trouble> {
        let now = self.now()?;
        self.with(|inner| {
            let (wallet, association) = (&inner.wallet, inner.rules.association.as_ref());
            let by = wallet.checking(association);
            let seen = exchange::glance(text, by, now.wall, wallet.waiting(&now));
            let age = wallet.revocations.as_ref().map(|list| now.wall.since(list.made_at).max(0));
            Ok(code_view(&seen, age, self.lang))
        })
    }

    fn show_living(&self, challenge: Option<Challenge>) -> Result<LivingView, Trouble> {
        let now = self.now()?;
        let signer = self.signer()?;
        let draft = self.with(|inner| {
            let held = inner.wallet.to_show(inner.rules.association.as_ref(), now.wall)?;
            Ok(Living::draft(&held.credential, &held.face, now.wall, challenge))
        })?;
        let signature = Signature(signer.sign(&draft.message())?);
        let code = Living::text(&draft, &signature).ok_or(BadCode::TooLarge)?;
        Ok(LivingView { code, next_in_ms: SLOT_MS })
    }
}

impl Inner {
    /// Whether the specialist was certified at `at` (T27). Without any credential it is not known, which excuses nobody.
    pub(super) fn certified_at(&self, at: Timestamp) -> Ternary {
        self.wallet.certified(self.rules.association.as_ref(), at).unwrap_or(Ternary::Unknown)
    }

    /// The credential in `file`, if the association issued it to the phone of this key.
    pub(super) fn credential_in(&self, file: &[u8], own: &crate::canon::PublicKey) -> Result<Held, Trouble> {
        let (credential, face) = CredentialFile::open(file)?;
        let by = Checking { association: self.rules.association.as_ref(), revocations: None };
        match judge(&credential, by, credential.claims().valid_from).standing {
            Worth::NotASpecialist | Worth::CannotCheck => Err(Trouble::CredentialNotIssued),
            _ if &credential.claims().device != own => Err(Trouble::CredentialOfOtherPhone),
            _ => Ok(Held { credential, face, file: file.to_vec() }),
        }
    }

    /// The list in `file`, if it may follow the one at hand.
    pub(super) fn revocations_in(&self, file: &[u8]) -> Result<Taken, RevocationsRefused> {
        let (current, by) = (self.wallet.revocations.as_ref(), self.rules.association.as_ref());
        let list = SignedRevocations::accept(current, file, by)?;
        Ok(Taken { list, file: file.to_vec() })
    }

    pub(super) fn hold(&mut self, held: Held) {
        if !self.wallet.held.iter().any(|one| one.credential.id() == held.credential.id()) {
            self.wallet.held.push(held);
        }
    }

    pub(super) fn revoke(&mut self, taken: Taken) {
        self.wallet.revocations = Some(taken.list);
    }

    fn credential_view(&self, engine: &Engine, now: Timestamp) -> Result<CredentialView, Trouble> {
        let association = self.rules.association.as_ref();
        let credential = &self.wallet.to_show(association, now)?.credential;
        let judged = judge(credential, self.wallet.checking(association), now);
        Ok(credential_view(credential, judged, engine.lang))
    }
}

impl Held {
    /// Writes it in a transaction of somebody else's.
    pub(super) fn put_in(&self, tx: &rusqlite::Transaction<'_>) -> Result<(), Trouble> {
        credentials::keep(tx, self.credential.id(), &self.file)
    }
}

impl Taken {
    pub(super) fn made_at(&self) -> Timestamp {
        self.list.made_at
    }

    /// Likewise.
    pub(super) fn put_in(&self, tx: &rusqlite::Transaction<'_>) -> Result<(), Trouble> {
        credentials::set_revocations(tx, &self.file)
    }
}
