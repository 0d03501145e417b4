//! The engine object. One per app; every method is one delegate with its errors mapped.

use std::{path::Path, sync::Arc};

use jingbao_core::{
    assess::Period,
    canon::Sha256,
    edge::{Engine, HandedUpload, PhotoAdded, Scanned, SyncBudget, SyncReport, Trouble, Waiting},
    form::{Means, Receiver},
    id::{CaseId, OpId, PartyId, PhotoId},
    text::{self, Lang},
    time::Timestamp,
    view::{self, CaseView, CheckView, DocumentView, ShiftView, TimesView, VerdictView},
};

use crate::{
    error::{FieldError, field_error},
    ports::{self, Clock, Credentials, KeyStore, Listener, Signer},
    records::{
        Accident, AnswerTaken, Audience, CodeKind, Config, CopyMade, Fix, Held, PartChoice, PhotoInput, PhotoTaken,
        Position, Reply, ScanResult, SightInput, SignatureInput, SignatureRound,
    },
    views::{CodeView, CredentialView, LivingView, PackTaken, QueueView, RulesView},
};

type Taken<T> = Result<T, FieldError>;

/// The engine of one installation.
#[derive(uniffi::Object)]
pub struct Field {
    pub(crate) engine: Arc<Engine>,
    lang: Lang,
}

impl Field {
    pub(crate) fn told<T>(&self, result: Result<T, Trouble>) -> Taken<T> {
        result.map_err(|trouble| field_error(trouble, self.lang))
    }

    fn taken(&self, added: PhotoAdded) -> PhotoTaken {
        PhotoTaken {
            photo: added.photo.to_string(),
            sha256: added.sha256,
            bytes: added.bytes,
            findings: added.findings.iter().map(|finding| view::finding_view(finding, self.lang)).collect(),
        }
    }
}

pub(crate) fn case_id(text: &str) -> Result<CaseId, Trouble> {
    text.parse().map_err(|_| Trouble::BadId)
}

fn party_id(text: &str) -> Result<PartyId, Trouble> {
    text.parse().map_err(|_| Trouble::BadId)
}

fn some_receiver(code: &str) -> Result<Receiver, Trouble> {
    Receiver::from_code(code).ok_or(Trouble::BadId)
}

fn some_party(text: Option<&String>) -> Result<Option<PartyId>, Trouble> {
    text.map(|text| party_id(text)).transpose()
}

fn photo_ids(texts: Vec<String>) -> Result<Vec<PhotoId>, Trouble> {
    texts.iter().map(|text| text.parse().map_err(|_| Trouble::BadId)).collect()
}

#[uniffi::export]
impl Field {
    /// Opens the store in the configured folder, or makes one. Blocking; call it off the main thread.
    #[uniffi::constructor]
    pub fn open(
        config: Config,
        keys: Arc<dyn KeyStore>,
        signer: Arc<dyn Signer>,
        credentials: Arc<dyn Credentials>,
        clock: Arc<dyn Clock>,
        listener: Arc<dyn Listener>,
    ) -> Taken<Arc<Self>> {
        let lang = config.lang.parse().unwrap_or_default();
        let engine = Engine::open(&config, ports::adapt(keys, signer, credentials, clock, listener));
        engine.map(|engine| Arc::new(Field { engine, lang })).map_err(|trouble| field_error(trouble, lang))
    }

    /// This installation's id.
    pub fn device(&self) -> Taken<String> {
        self.told(self.engine.device().map(|device| device.to_string()))
    }

    /// The device's public key, base64url SubjectPublicKeyInfo: what the company enrols.
    pub fn public_key(&self) -> String {
        self.engine.public_key().clone().into()
    }

    /// Comes on duty with a survey car, by its plate; on duty already, the shift goes on with that car.
    pub fn begin_shift(&self, vehicle: String) -> Taken<ShiftView> {
        self.told(self.engine.begin_shift(&vehicle))
    }

    /// Goes off duty.
    pub fn end_shift(&self) -> Taken<ShiftView> {
        self.told(self.engine.end_shift())
    }

    /// Declares a serious urgent task (重大紧急任务), now: a kind of the pack, why, and who gave it.
    pub fn declare_urgent(&self, kind: String, reason: String, issuer: String) -> Taken<ShiftView> {
        self.told(self.engine.declare_urgent(&kind, &reason, &issuer))
    }

    /// The urgent task is done.
    pub fn end_urgent(&self) -> Taken<ShiftView> {
        self.told(self.engine.end_urgent())
    }

    /// On duty or not, excused by what, what is near, and how soon the next fix is wanted.
    pub fn shift(&self) -> Taken<ShiftView> {
        self.told(self.engine.shift())
    }

    /// Learns of an open accident.
    pub fn hear_of(&self, accident: Accident) -> Taken<()> {
        self.told(accident.into_core().map_err(|_| Trouble::BadId).and_then(|accident| self.engine.hear_of(accident)))
    }

    /// One fix of the drive: what has changed.
    pub fn duty(&self, fix: Fix) -> Taken<Vec<VerdictView>> {
        let changes = fix.into_core().map_err(|_| Trouble::BadId).and_then(|fix| self.engine.duty(&fix));
        self.told(changes.map(|changes| changes.iter().map(|change| view::verdict_view(change, self.lang)).collect()))
    }

    /// Opens a case; its id.
    pub fn sight(&self, input: SightInput) -> Taken<String> {
        self.told((|| {
            let place = input.position.as_ref().map(Position::point).transpose().map_err(|_| Trouble::BadId)?;
            let own = some_party(input.own_party.as_ref())?;
            Ok(self.engine.sight(place, input.accident, own, input.training)?.to_string())
        })())
    }

    /// How the survey car answered: `stopped`, `urgent`, `cannot_stop_safely`, `served`, `passed`.
    pub fn respond(&self, case_id: String, response: String) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| {
            self.engine.respond(case, &response)?;
            self.engine.case(case)
        }))
    }

    /// A driver asks for help: the survey cars nearby hear of it through the feed.
    pub fn ask_for_help(&self, case_id: String) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| {
            self.engine.ask_for_help(case)?;
            self.engine.case(case)
        }))
    }

    /// One case as its screen shows it.
    pub fn case(&self, case_id: String) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| self.engine.case(case)))
    }

    /// Every case on this phone.
    pub fn cases(&self) -> Taken<Vec<String>> {
        self.told(self.engine.cases().map(|cases| cases.iter().map(ToString::to_string).collect()))
    }

    /// What is to be said of a value while it is being typed as an answer: kind, note, what might have been meant.
    /// Nothing is taken.
    pub fn check(&self, case_id: String, question: String, typed: String) -> Taken<CheckView> {
        self.told(self::case_id(&case_id).and_then(|case| self.engine.check(case, &question, &typed)))
    }

    /// Takes one answer; durable when it returns.
    pub fn answer(&self, case_id: String, reply: Reply) -> Taken<AnswerTaken> {
        self.told(self::case_id(&case_id).and_then(|case| {
            let party = some_party(reply.party.as_ref())?;
            let taken = self.engine.answer(case, party, &reply.question, reply.answer())?;
            let note = taken.note.map(|code| text::say(self.lang, &code, &[]));
            Ok(AnswerTaken { note, view: self.engine.case(case)? })
        }))
    }

    /// Takes a photo in; safe when it returns.
    pub fn add_photo(&self, case_id: String, slot: String, photo: PhotoInput, held: Option<Held>) -> Taken<PhotoTaken> {
        self.told(self::case_id(&case_id).and_then(|case| {
            let added =
                self.engine.add_photo(case, &slot, photo.into_core()?, held.unwrap_or_default().into_core()?)?;
            Ok(self.taken(added))
        }))
    }

    /// Takes a voice note in where no photo is possible (Art. 19): m4a, amr, wav or ogg. `why` is `camera_broken`,
    /// `too_dark`, `too_dangerous`, `not_allowed` or `other_reason`.
    pub fn add_voice(
        &self,
        case_id: String,
        slot: String,
        why: String,
        voice: PhotoInput,
        held: Option<Held>,
    ) -> Taken<PhotoTaken> {
        self.told(self::case_id(&case_id).and_then(|case| {
            let added =
                self.engine.add_voice(case, &slot, &why, voice.into_core()?, held.unwrap_or_default().into_core()?)?;
            Ok(self.taken(added))
        }))
    }

    /// Has words (`words`) or a marking on the road (`marking`) stand for a shot where no photo is possible (Art. 19);
    /// reasons as for `add_voice`.
    pub fn substitute(
        &self,
        case_id: String,
        slot: String,
        means: String,
        why: String,
        words: String,
    ) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| {
            let means = Means::from_code(&means).ok_or(Trouble::BadId)?;
            self.engine.substitute(case, &slot, means, &why, words)?;
            self.engine.case(case)
        }))
    }

    /// A photo for a screen, as a JPEG: upright, its longer side at most so many pixels. HEIC is refused: the phone itself
    /// shows it.
    pub fn thumbnail(&self, case_id: String, photo: String, longest_edge_px: u32) -> Taken<Vec<u8>> {
        self.told(
            self::case_id(&case_id).and_then(|case| {
                self.engine.thumbnail(case, photo.parse().map_err(|_| Trouble::BadId)?, longest_edge_px)
            }),
        )
    }

    /// A photo as it came in, to be shown at full size on this phone; at most 128 MiB. The custody log says once for each
    /// opening of the app that it was viewed.
    pub fn original(&self, case_id: String, photo: String) -> Taken<Vec<u8>> {
        self.told(
            self::case_id(&case_id)
                .and_then(|case| self.engine.original(case, photo.parse().map_err(|_| Trouble::BadId)?)),
        )
    }

    /// Writes a copy of a photo to a file, within what the rules say of the receiver (`own_insurer`, `other_insurer`,
    /// `association`, `police_handover`, or another that the pack names): upright, without place, time or other metadata.
    pub fn derive_copy(&self, case_id: String, photo: String, receiver: String, path: String) -> Taken<CopyMade> {
        self.told(self::case_id(&case_id).and_then(|case| {
            let photo = photo.parse().map_err(|_| Trouble::BadId)?;
            Ok(self.engine.derive_copy(case, photo, &receiver, Path::new(&path))?.into())
        }))
    }

    /// Erases one photo of this phone for good; what the record says of it stays. Refused before it is delivered.
    pub fn erase_photo(&self, case_id: String, photo: String) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| {
            self.engine.erase_photo(case, photo.parse().map_err(|_| Trouble::BadId)?)?;
            self.engine.case(case)
        }))
    }

    /// Erases every photo of a case from this phone; how many. Refused while anything of the case is undelivered.
    pub fn erase_case(&self, case_id: String) -> Taken<u32> {
        self.told(self::case_id(&case_id).and_then(|case| self.engine.erase_case(case)))
    }

    /// Erases the photos whose retention is over, as each sync does; how many.
    pub fn tidy(&self) -> Taken<u32> {
        self.told(self.engine.tidy())
    }

    /// The vehicles are off the road.
    pub fn clear(&self, case_id: String) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| {
            self.engine.clear(case)?;
            self.engine.case(case)
        }))
    }

    /// What a signature of this round would bind on this phone now, line by line: shown to the person before it signs.
    pub fn document(&self, case_id: String, round: SignatureRound) -> Taken<DocumentView> {
        self.told(self::case_id(&case_id).and_then(|case| self.engine.document(case, round.into())))
    }

    /// Takes a signature over what was shown.
    pub fn sign(&self, case_id: String, signature: SignatureInput) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| {
            let shown: Sha256 = signature.shown_sha256.parse().map_err(|_| Trouble::BadId)?;
            let (party, round) = (party_id(&signature.party)?, signature.round.into());
            let strokes = signature.drawing();
            let factor = signature.factor.into_core().map_err(|_| Trouble::BadId)?;
            self.engine.sign(case, party, round, shown, strokes, factor)?;
            self.engine.case(case)
        }))
    }

    /// The six digits that this phone's party reads out when it signs on the recorder's glass; they belong to the draft
    /// that was scanned last.
    pub fn one_time_code(&self, case_id: String, round: SignatureRound) -> Taken<String> {
        self.told(self::case_id(&case_id).and_then(|case| self.engine.one_time_code(case, round.into())))
    }

    /// Records that a party refuses to sign.
    pub fn refuse_to_sign(&self, case_id: String, party: String, round: SignatureRound) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| {
            self.engine.refuse_to_sign(case, party_id(&party)?, round.into())?;
            self.engine.case(case)
        }))
    }

    /// Records that a party agrees to a receiver (`own_insurer`, `other_insurer`, `association`, `police_handover`),
    /// shown this version of the text.
    pub fn consent(&self, case_id: String, party: String, receiver: String, text_version: u32) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| {
            self.engine.consent(case, party_id(&party)?, some_receiver(&receiver)?, text_version)?;
            self.engine.case(case)
        }))
    }

    /// Records that a party takes its consent back; possible after sealing too.
    pub fn withdraw(&self, case_id: String, party: String, receiver: String) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| {
            self.engine.withdraw(case, party_id(&party)?, some_receiver(&receiver)?)?;
            self.engine.case(case)
        }))
    }

    /// Notifies a party's own insurer of the newest sealed revision (快赔), with the consents as they stand. The notice is
    /// kept and queued when this returns; what the insurer answers comes by the feed into the case's view.
    pub fn notify_insurer(&self, case_id: String, party: String) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| {
            self.engine.notify_insurer(case, party_id(&party)?)?;
            self.engine.case(case)
        }))
    }

    /// What an audience may see of a sealed revision, or of the newest, with the consents as they stand now: JSON in the
    /// shape of the record. Without the consents it needs, it is refused.
    pub fn view_for(&self, case_id: String, revision: Option<u32>, audience: Audience) -> Taken<String> {
        self.told(self::case_id(&case_id).and_then(|case| self.engine.view_for(case, revision, audience.into_core()?)))
    }

    /// Seals the next revision; a further one needs a reason.
    pub fn seal(&self, case_id: String, reason: Option<String>) -> Taken<CaseView> {
        self.told(self::case_id(&case_id).and_then(|case| {
            self.engine.seal(case, reason)?;
            self.engine.case(case)
        }))
    }

    /// A code for another phone.
    pub fn show_code(&self, case_id: String, kind: CodeKind) -> Taken<String> {
        self.told(self::case_id(&case_id).and_then(|case| match kind {
            CodeKind::Invitation { party } => self.engine.show_invitation(case, party_id(&party)?),
            CodeKind::Help => self.engine.show_help(case),
            CodeKind::Draft => self.engine.show_draft(case),
            CodeKind::Statement => self.engine.show_statement(case),
            CodeKind::Party => self.engine.show_party(case),
        }))
    }

    /// Takes in a code of another phone.
    pub fn scan(&self, code: String) -> Taken<ScanResult> {
        self.told(self.engine.scan(&code).map(|scanned| match scanned {
            Scanned::Joined(case) => ScanResult { case_id: case.to_string(), kind: "joined".into() },
            Scanned::Draft(case) => ScanResult { case_id: case.to_string(), kind: "draft".into() },
            Scanned::Statement(case) => ScanResult { case_id: case.to_string(), kind: "statement".into() },
            Scanned::Sighted(case) => ScanResult { case_id: case.to_string(), kind: "sighted".into() },
        }))
    }

    /// Takes in a credential that the association issued to this phone, the file that `credential issue` wrote.
    pub fn accept_credential(&self, file: Vec<u8>) -> Taken<CredentialView> {
        self.told(self.engine.accept_credential(&file))
    }

    /// Takes in a newer list of revocations, a file signed by the association. Its age, in milliseconds.
    pub fn accept_revocations(&self, file: Vec<u8>) -> Taken<i64> {
        self.told(self.engine.accept_revocations(&file))
    }

    /// The own credential, as it is worth now.
    pub fn credential(&self) -> Taken<CredentialView> {
        self.told(self.engine.credential())
    }

    /// The own credential for the screen, signed now. A new one is asked for after `next_in_ms`.
    pub fn living_code(&self) -> Taken<LivingView> {
        self.told(self.engine.living_code())
    }

    /// What the code on a specialist's screen is worth, offline. Fails only when the phone does.
    pub fn check_code(&self, code: String) -> Taken<CodeView> {
        self.told(self.engine.check_code(&code))
    }

    /// A code for the specialist's phone to answer, where the clocks differ; the answer is taken for two minutes.
    pub fn challenge(&self) -> Taken<String> {
        self.told(self.engine.challenge())
    }

    /// The living code that answers the challenge on the other screen.
    pub fn answer_challenge(&self, code: String) -> Taken<LivingView> {
        self.told(self.engine.answer_challenge(&code))
    }

    /// Takes a newer rule pack, a file signed by the association; cases that are open stay under their rules.
    pub fn accept_pack(&self, file: Vec<u8>) -> Taken<PackTaken> {
        self.told(self.engine.accept_pack(&file))
    }

    /// The rules in force, where they came from, and why a later pack of the feed was not taken.
    pub fn rules(&self) -> Taken<RulesView> {
        self.told(self.engine.rules())
    }

    /// What waits, why, and what is done.
    pub fn queue(&self) -> Taken<QueueView> {
        self.told(self.engine.queue())
    }

    /// Tries one operation now.
    pub fn retry(&self, op: String) -> Taken<()> {
        self.told(op.parse::<OpId>().map_err(|_| Trouble::BadId).and_then(|op| self.engine.retry(op)))
    }

    /// The times of each live case on this phone.
    pub fn scorecard(&self) -> Taken<Vec<TimesView>> {
        self.told(self.engine.scorecard())
    }

    /// Scorecards of this phone's own duty events: canonical JSON, as `jingbao-gateway score --json` gives it. Cases whose
    /// first event lies from `from_ms` on and before `to_ms`, UTC milliseconds; none is without an end.
    pub fn assessment(&self, from_ms: Option<i64>, to_ms: Option<i64>) -> Taken<String> {
        let period = Period { from: from_ms.map(Timestamp), to: to_ms.map(Timestamp) };
        self.told(self.engine.assessment(period))
    }

    /// The printable agreement of the newest sealed revision.
    pub fn agreement(&self, case_id: String) -> Taken<Option<String>> {
        self.told(self::case_id(&case_id).and_then(|case| self.engine.agreement(case)))
    }

    /// Writes the case's bundle to a file.
    pub fn export(&self, case_id: String, path: String) -> Taken<()> {
        self.told(self::case_id(&case_id).and_then(|case| self.engine.export(case, Path::new(&path), None)))
    }

    /// Writes the case's bundle, or the part of it that an audience may have, encrypted to a key `age1…` of its receiver.
    /// Nothing of it touches the disk unencrypted.
    pub fn export_encrypted(
        &self,
        case_id: String,
        part: Option<PartChoice>,
        path: String,
        recipient: String,
    ) -> Taken<()> {
        self.told(self::case_id(&case_id).and_then(|case| {
            let (path, to) = (Path::new(&path), recipient.parse()?);
            let Some(PartChoice { audience, photos }) = part else {
                return self.engine.export(case, path, Some(&to));
            };
            let photos = photos.map(photo_ids).transpose()?;
            self.engine.export_part(case, audience.into_core()?, photos.as_deref(), path, Some(&to))
        }))
    }

    /// Writes what an audience may have of the case: its redacted view of the newest revision, and these photos, or all of
    /// this phone's. Without the consents it needs, it is refused.
    pub fn export_part(
        &self,
        case_id: String,
        audience: Audience,
        photos: Option<Vec<String>>,
        path: String,
    ) -> Taken<()> {
        self.told(self::case_id(&case_id).and_then(|case| {
            let photos = photos.map(photo_ids).transpose()?;
            self.engine.export_part(case, audience.into_core()?, photos.as_deref(), Path::new(&path), None)
        }))
    }

    /// How much is unsent and when to call `sync`, cheap however long the queue is: for every opening of the app, and for
    /// whoever plans the work in the background.
    pub fn waiting(&self) -> Taken<Waiting> {
        self.told(self.engine.waiting())
    }

    /// Takes the end of a request of `hand_out` back, with the status that came or none; late and twice do no harm. The
    /// next `sync` asks the server how much it has.
    pub fn hand_back(&self, op: String, lease: u64, status: Option<u16>) -> Taken<()> {
        self.told(
            op.parse::<OpId>().map_err(|_| Trouble::BadId).and_then(|op| self.engine.hand_back(op, lease, status)),
        )
    }

    /// The app goes to the background: a running `sync` ends, and the store and its lock are let go; the next call opens
    /// them again. Returns within two seconds, from any state.
    pub fn suspend(&self) {
        self.engine.suspend();
    }

    /// Closes the store; every later call says so. Returns within two seconds, from any state.
    pub fn shutdown(&self) {
        self.engine.shutdown();
    }
}

#[uniffi::export(async_runtime = "tokio")]
impl Field {
    /// Uploads of at most so many photos that the system is to carry out by itself, each a request with a file. None while
    /// a round of `sync` runs, without a network, or where nothing is due.
    pub async fn hand_out(&self, most: u32) -> Taken<Vec<HandedUpload>> {
        self.told(self.engine.hand_out(most).await)
    }

    /// Sends what is due, for at most the budget.
    pub async fn sync(&self, budget: SyncBudget) -> Taken<SyncReport> {
        self.told(self.engine.sync(budget).await)
    }
}
