//! The two documents people sign and the record that is sealed. All are plain values whose canonical JSON is hashed;
//! none holds anything that a later event could change.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    canon::{self, NotCanonical, Sha256, Sm3},
    evidence::Finding,
    id::{CaseId, DeviceId, PartyId, PhotoId},
    pack::{Pack, Question, QuestionKind, Stage},
    place::Point,
    privacy::Private,
    time::Moment,
    triage::{Fact, Facts, Outcome, Ternary},
};

use super::{
    accord::Accord,
    case::{CaseState, SignatureGiven},
    journal::Answer,
    nature::Nature,
    phone_saw::PhoneSaw,
    substitute::Substitute,
};

/// One version of one answer in a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedAnswer {
    /// The question's id in the pack.
    pub question: String,
    /// Whose version.
    pub by: DeviceId,
    /// What.
    pub answer: Answer,
    /// Why the recorder's rules find it impossible, as a text code; it is kept, and does not count as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
}

/// One photo of a case, in its fold and in its documents: by its hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedPhoto {
    /// Which.
    pub photo: PhotoId,
    /// The shot it answers.
    pub slot: String,
    /// SHA-256 of the original.
    pub sha256: Sha256,
    /// Length of the original.
    pub bytes: u64,
    /// What was noticed.
    pub findings: Vec<Finding>,
    /// When it was taken in.
    pub at: Moment,
    /// Whose phone.
    pub device: DeviceId,
    /// What that phone itself knew just then.
    #[serde(default, skip_serializing_if = "PhoneSaw::is_empty")]
    pub phone: PhoneSaw,
    /// It is a voice note, and this is why there is no photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_photo: Option<String>,
}

/// What one party's columns say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyFacts {
    /// Which party.
    pub party: PartyId,
    /// All versions, own first where there is one; two of one question are a disagreement.
    pub answers: Vec<RecordedAnswer>,
}

impl PartyFacts {
    /// The different versions of one answer among these; a party's own phone speaks before the recorder, and whatever can
    /// be before what cannot.
    pub(crate) fn versions<'a>(
        answers: &'a [RecordedAnswer],
        question: &str,
        recorder: DeviceId,
    ) -> Vec<&'a RecordedAnswer> {
        let mut versions: Vec<&RecordedAnswer> = answers.iter().filter(|answer| answer.question == question).collect();
        versions.sort_by_key(|version| (version.doubt.is_some(), version.by == recorder));
        versions.dedup_by(|a, b| a.answer == b.answer);
        versions
    }

    /// Some questions are for some kinds of party only; while the kind is not known, all are.
    pub(crate) fn is_asked(&self, question: &Question, recorder: DeviceId) -> bool {
        let kind = match Self::versions(&self.answers, "party.kind", recorder).first().map(|version| &version.answer) {
            Some(Answer::Value(kind)) => Some(kind.reveal()),
            Some(Answer::Skipped(_)) | None => None,
        };
        question.only.is_empty() || kind.is_none_or(|kind| question.only.contains(kind))
    }
}

/// The triage as it stood: facts in, route out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TriageFacts {
    /// The facts.
    pub facts: Facts,
    /// The route with its articles.
    pub outcome: Outcome,
}

/// Round one: what happened. Nobody's fault stands in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactsDocument {
    /// The case.
    pub case: CaseId,
    /// Where.
    pub place: Option<Point>,
    /// When each step was reached.
    pub times: BTreeMap<String, Moment>,
    /// The triage.
    pub triage: TriageFacts,
    /// The scene's columns.
    pub scene: Vec<RecordedAnswer>,
    /// The parties' columns.
    pub parties: Vec<PartyFacts>,
    /// The photos by hash.
    pub photos: Vec<RecordedPhoto>,
    /// What stands for photos that could not be taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub substitutes: Vec<Substitute>,
}

/// Round two: who bears what, over the facts it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settlement {
    /// SHA-256 of the canonical [`FactsDocument`].
    pub facts: Sha256,
    /// Whether they agree; where they dispute, the liabilities among the answers are claims.
    pub accord: Accord,
    /// Answers of the stages `agree` and `sign`: liabilities, sums.
    pub answers: Vec<(Option<PartyId>, RecordedAnswer)>,
}

impl Settlement {
    /// Whether the form is incomplete without it: where they dispute, nobody has to say a liability.
    pub(crate) fn is_due(&self, question: &Question) -> bool {
        question.required && !(self.accord == Accord::Disputed && question.kind == QuestionKind::Liability)
    }
}

/// A sealed revision. `N` says in the type whether it may ever leave the phone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record<N> {
    /// Version of this layout.
    pub schema: u32,
    /// The case.
    pub case: CaseId,
    /// Number, from 1.
    pub revision: u32,
    /// Hash of the record before; none for the first.
    pub parent: Option<Sha256>,
    /// Why there is another revision, in a person's words.
    pub reason: Option<Private<String>>,
    /// Whose phone sealed it.
    pub recorder: DeviceId,
    /// `live` or `training`.
    pub nature: N,
    /// The pack's id and version.
    pub pack: (String, u32),
    /// When it was sealed.
    pub sealed_at: Moment,
    /// Round one.
    pub facts: FactsDocument,
    /// Round two.
    pub settlement: Settlement,
    /// Signatures and refusals of both rounds that belong to these very documents.
    pub signatures: Vec<SignatureGiven>,
    /// Signatures over earlier documents: kept, and void.
    pub void_signatures: Vec<SignatureGiven>,
    /// Hashes of the statements taken in.
    pub statements: Vec<Sha256>,
}

impl<N: Nature> Record<N> {
    /// SHA-256 of the canonical record.
    pub fn hash(&self) -> Result<Sha256, NotCanonical> {
        canon::sha256(self)
    }

    /// SM3 of the same bytes, if the pack asks for a second digest.
    pub fn sm3(&self, pack: &Pack) -> Result<Option<Sm3>, NotCanonical> {
        if pack.sm3 { Ok(Some(Sm3::of(&canon::bytes(self)?))) } else { Ok(None) }
    }
}

impl CaseState {
    /// The triage facts as all phones together know them: of two versions the more dangerous one counts.
    pub fn facts(&self) -> Facts {
        let mut facts = Facts::unknown();
        for ((party, question), versions) in &self.answers {
            let Some(name) = question.strip_prefix("fact.").filter(|_| party.is_none()) else { continue };
            for version in versions {
                let Answer::Value(value) = &version.answer else { continue };
                facts = with_fact(facts, name, value.reveal());
            }
        }
        facts
    }

    /// Round one as it stands now.
    pub fn facts_document(&self, pack: &Pack) -> FactsDocument {
        let facts = self.facts();
        let outcome = crate::triage::triage(&facts, &pack.triage);
        FactsDocument {
            case: self.id,
            place: self.place,
            times: self
                .reached
                .iter()
                .filter(|(step, _)| is_road_time(step))
                .map(|(s, m)| (s.clone(), m.clone()))
                .collect(),
            triage: TriageFacts { facts, outcome },
            scene: self.recorded(None, pack, |stage| stage < Stage::Agree),
            parties: self
                .parties()
                .into_iter()
                .map(|party| PartyFacts { party, answers: self.recorded(Some(party), pack, |s| s < Stage::Agree) })
                .collect(),
            photos: self.facts_photos(),
            substitutes: self.substitutes.clone(),
        }
    }

    /// Round two as it stands now.
    pub fn settlement(&self, pack: &Pack) -> Result<Settlement, NotCanonical> {
        Ok(self.settlement_over(canon::sha256(&self.facts_document(pack))?, pack))
    }

    /// Round two over facts that are hashed already.
    pub(super) fn settlement_over(&self, facts: Sha256, pack: &Pack) -> Settlement {
        let late = |stage| stage >= Stage::Agree;
        let scene = self.recorded(None, pack, late).into_iter().map(|answer| (None, answer));
        let parties = self.parties().into_iter().flat_map(|party| {
            self.recorded(Some(party), pack, late).into_iter().map(move |answer| (Some(party), answer))
        });
        Settlement { facts, accord: self.accord(pack), answers: scene.chain(parties).collect() }
    }

    /// The photos in the order of their ids, so that taking a statement in twice does not move a byte.
    pub(super) fn facts_photos(&self) -> Vec<RecordedPhoto> {
        let mut photos = self.photos.clone();
        photos.sort_by_key(|photo| photo.photo);
        photos
    }

    fn recorded(&self, about: Option<PartyId>, pack: &Pack, wanted: impl Fn(Stage) -> bool) -> Vec<RecordedAnswer> {
        let stage_of = |id: &str| pack.questions.iter().find(|q| q.id == id).map(|q| q.stage);
        self.answers
            .iter()
            .filter(|((party, question), _)| *party == about && stage_of(question).is_some_and(&wanted))
            .flat_map(|((_, question), versions)| {
                versions.iter().map(|v| RecordedAnswer {
                    question: question.clone(),
                    by: v.by,
                    answer: v.answer.clone(),
                    doubt: v.doubt.clone(),
                })
            })
            .collect()
    }
}

/// Times that belong to the road, and do not move once it is clear.
fn is_road_time(step: &str) -> bool {
    matches!(step, "sighted" | "stopped" | "cleared")
}

fn with_fact(mut facts: Facts, name: &str, value: &str) -> Facts {
    let text = |s: &str| serde_json::Value::String(s.to_owned());
    match name {
        "road" => facts.road = serde_json::from_value(text(value)).unwrap_or(facts.road),
        "parties" => facts.parties = serde_json::from_value(text(value)).unwrap_or(facts.parties),
        _ => {
            let (Ok(fact), Ok(value)) =
                (serde_json::from_value::<Fact>(text(name)), serde_json::from_value::<Ternary>(text(value)))
            else {
                return facts;
            };
            let danger = |t: Ternary| match t {
                Ternary::No => 0,
                Ternary::Unknown => 1,
                Ternary::Yes => 2,
            };
            let kept = facts.facts.entry(fact).or_insert(value);
            if danger(value) > danger(*kept) {
                *kept = value;
            }
        }
    }
    facts
}
