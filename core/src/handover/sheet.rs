//! The sheet itself, in codes and values: the same case under the same rules gives the same bytes, in any language.

use serde::Serialize;

use super::{answers::Answers, pictures::Pictures, withheld::Withheld};
use crate::{
    canon::{self, NotCanonical, Sha256},
    form::{Answer, CaseState, HandoverRefused, RecordedAnswer, handover_app},
    id::{CaseId, PartyId, PhotoId},
    pack::{About, Pack, Question, QuestionKind, Stage},
    privacy::Private,
    text::Lang,
    view::value_text,
};

/// What is ready for one app or account, step by step in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// The case.
    pub case: CaseId,
    /// Which app or account, by its id in the pack.
    pub app: String,
    /// The version of the rules it was made under (invariant 6).
    pub pack: u32,
    /// Its steps.
    pub steps: Vec<SheetStep>,
}

/// One step of its order of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SheetStep {
    /// The pack's code.
    pub id: String,
    /// It wants what is asked for only after the road is clear, and that is not so yet.
    pub later: bool,
    /// What is typed there, in order.
    pub lines: Vec<Line>,
    /// What is shown there, in order.
    pub pictures: Vec<Picture>,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its place on the sheet, from 1.
    pub number: u32,
    /// The question it answers.
    pub question: String,
    /// About which party; none for the accident.
    pub party: Option<PartyId>,
    /// What to type, in Chinese.
    pub value: Option<Private<String>>,
    /// The same as the case holds it: a code of a choice, or the value.
    #[serde(skip)]
    pub held: Option<Private<String>>,
    /// Why there is nothing to copy.
    pub why: Option<WhyNot>,
    /// Two phones say different things; this is the one that speaks.
    pub differs: bool,
}

/// One photo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// Its place among those that are ready, from 1; 0 when it is not.
    pub number: u32,
    /// The shot.
    pub slot: String,
    /// The photo of this phone and SHA-256 of its original.
    pub photo: Option<(PhotoId, Sha256)>,
    /// Why there is none to hand on.
    pub why: Option<WhyNot>,
}

/// Why something is not ready; each has the text `handover-why-<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    /// That party did not agree: it types it or shows it itself.
    PartyTypes,
    /// No party agreed that anything is handed over.
    NobodyAgreed,
    /// Another party's name or number stands in it, and that party did not agree.
    NamesAnother,
    /// Nobody has said it here.
    NotAnswered,
    /// It was said that there is no value, or that it is not known.
    NoValue,
    /// By this phone's rules the value cannot be.
    Doubtful,
    /// The parties disagree; that is for the police to decide.
    Disputed,
    /// The photo lies on another phone.
    OtherPhone,
    /// The photo was erased from this phone.
    Erased,
    /// Words, a marking or a recording stand for the photo.
    Instead,
    /// Nobody took it.
    NotTaken,
}

impl WhyNot {
    /// Every reason.
    pub const ALL: [WhyNot; 11] = [
        WhyNot::PartyTypes,
        WhyNot::NobodyAgreed,
        WhyNot::NamesAnother,
        WhyNot::NotAnswered,
        WhyNot::NoValue,
        WhyNot::Doubtful,
        WhyNot::Disputed,
        WhyNot::OtherPhone,
        WhyNot::Erased,
        WhyNot::Instead,
        WhyNot::NotTaken,
    ];

    /// The code as it stands in JSON and in text keys.
    pub fn code(self) -> &'static str {
        match self {
            WhyNot::PartyTypes => "party_types",
            WhyNot::NobodyAgreed => "nobody_agreed",
            WhyNot::NamesAnother => "names_another",
            WhyNot::NotAnswered => "not_answered",
            WhyNot::NoValue => "no_value",
            WhyNot::Doubtful => "doubtful",
            WhyNot::Disputed => "disputed",
            WhyNot::OtherPhone => "other_phone",
            WhyNot::Erased => "erased",
            WhyNot::Instead => "instead",
            WhyNot::NotTaken => "not_taken",
        }
    }
}

impl Sheet {
    /// SHA-256 of its canonical JSON: what is recorded as prepared.
    pub fn sha256(&self) -> Result<Sha256, NotCanonical> {
        canon::sha256(self)
    }

    /// Every value, in order.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.steps.iter().flat_map(|step| &step.lines)
    }

    /// Every photo, in order.
    pub fn pictures(&self) -> impl Iterator<Item = &Picture> {
        self.steps.iter().flat_map(|step| &step.pictures)
    }

    /// Whether there is anything that could be handed on.
    pub fn is_ready(&self) -> bool {
        self.lines().any(|line| line.value.is_some()) || self.pictures().any(|picture| picture.photo.is_some())
    }
}

/// What is ready of the case for `app`. Refused where the rules do not know it, and where, by what is known of the
/// accident, it is not for an app: then 122 is called.
pub fn sheet(case: &CaseState, pack: &Pack, app: &str) -> Result<Sheet, HandoverRefused> {
    let rules = handover_app(pack, app)?;
    let answers = Answers::of(case, pack);
    let outcome = &answers.facts.triage.outcome;
    if !outcome.settled || !rules.routes.contains(&outcome.route) {
        return Err(HandoverRefused::NotThisWay);
    }
    let withheld = Withheld::of(case, &answers, pack);
    let pictures = Pictures { case, pack, app: rules, answers: &answers, withheld: &withheld };
    let writer = Writer { case, pack, answers: &answers, withheld: &withheld };
    let (mut numbered, mut shown) = (0, 0);
    let steps = rules.steps.iter().map(|step| SheetStep {
        id: step.id.clone(),
        later: writer.is_later(&step.fields, &step.photos),
        lines: writer.lines(&step.fields, &mut numbered),
        pictures: pictures.of(&step.photos, &mut shown),
    });
    Ok(Sheet { case: case.id, app: app.to_owned(), pack: pack.version, steps: steps.collect() })
}

struct Writer<'a> {
    case: &'a CaseState,
    pack: &'a Pack,
    answers: &'a Answers,
    withheld: &'a Withheld,
}

impl Writer<'_> {
    /// Whether the step wants something that may not be asked for before the road is clear.
    fn is_later(&self, fields: &[String], photos: &[String]) -> bool {
        let late = |slot: &String| self.pack.shots.after_clear.contains(slot);
        !self.case.is_cleared() && (self.questions(fields).any(is_late) || photos.iter().any(late))
    }

    fn questions<'a>(&'a self, fields: &'a [String]) -> impl Iterator<Item = &'a Question> {
        fields.iter().filter_map(|id| self.pack.question(id))
    }

    /// The lines of one step: the scene's in their order, then party by party.
    fn lines(&self, fields: &[String], numbered: &mut u32) -> Vec<Line> {
        let ready = |question: &&Question| self.case.is_cleared() || !is_late(question);
        let of = |about: About| move |question: &&Question| question.about == about;
        let scene = self.questions(fields).filter(ready).filter(of(About::Scene)).map(|q| self.line(None, q));
        let columns = self.answers.parties().into_iter().flat_map(|party| {
            let asked = self.questions(fields).filter(ready).filter(of(About::Party));
            let asked = asked.filter(move |question| self.answers.is_asked(party, question));
            asked.map(move |question| self.line(Some(party), question))
        });
        let mut lines: Vec<Line> = scene.chain(columns).collect();
        for line in &mut lines {
            *numbered += 1;
            line.number = *numbered;
        }
        lines
    }

    fn line(&self, party: Option<PartyId>, question: &Question) -> Line {
        let versions = self.answers.versions(party, &question.id);
        let (held, why) = match self.ready(party, question, versions.first().copied()) {
            Ok(value) => (Some(value), None),
            Err(why) => (None, Some(why)),
        };
        let differs = held.is_some() && versions.len() > 1;
        let value = held.as_ref().map(|held| Private::new(value_text(question, held, self.pack, Lang::Zh)));
        let question = question.id.clone();
        Line { number: 0, question, party, value, held: held.map(Private::new), why, differs }
    }

    fn ready(
        &self,
        party: Option<PartyId>,
        question: &Question,
        said: Option<&RecordedAnswer>,
    ) -> Result<String, WhyNot> {
        if !self.withheld.may_have(party) {
            return Err(if party.is_some() { WhyNot::PartyTypes } else { WhyNot::NobodyAgreed });
        }
        if question.kind == QuestionKind::Liability && self.answers.is_disputed() {
            return Err(WhyNot::Disputed);
        }
        let said = said.ok_or(WhyNot::NotAnswered)?;
        let Answer::Value(value) = &said.answer else { return Err(WhyNot::NoValue) };
        let value = value.reveal();
        match () {
            () if said.doubt.is_some() => Err(WhyNot::Doubtful),
            () if stands_for_none(question, value) => Err(WhyNot::NoValue),
            () if self.withheld.names_another(value) => Err(WhyNot::NamesAnother),
            () => Ok(value.clone()),
        }
    }
}

/// Nothing of the form is asked for before the road is clear.
fn is_late(question: &Question) -> bool {
    question.stage >= Stage::Form
}

/// `refused`, `unknown`, `unreadable` where a value of a form of its own is wanted: nothing that could be typed.
fn stands_for_none(question: &Question, value: &str) -> bool {
    let listed = matches!(question.kind, QuestionKind::Fact | QuestionKind::Choice | QuestionKind::Liability);
    !listed && question.choices.iter().any(|choice| choice == value)
}
