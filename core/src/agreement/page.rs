//! The sheet itself.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{qr, strokes, style::CSS, table::Table, words::Wording};
use crate::{
    canon::{Sha256, Sm3},
    form::{Accord, Answer, Means, Nature, PartyFacts, Record, RecordedAnswer, Round, SignatureGiven, Training},
    id::PartyId,
    pack::{About, Pack, Question, QuestionKind, Stage},
    text,
    view::{doubt_text, how_given, instead_text, value_text},
};

struct Sheet<'a, N> {
    record: &'a Record<N>,
    pack: &'a Pack,
    wording: Wording,
}

pub(super) fn render<N: Nature>(
    record: &Record<N>,
    pack: &Pack,
    wording: Wording,
    hash: Sha256,
    sm3: Option<Sm3>,
) -> Markup {
    let sheet = Sheet { record, pack, wording };
    let say = |code: &str| wording.say(code);
    let lang = wording.main();
    let title = if record.is_agreed() { "agreement-title" } else { "agreement-title-not-agreed" };
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (text::say(lang, title, &[])) }
                style { (PreEscaped(CSS)) }
            }
            body.glossed[wording == Wording::ChineseWithEnglish] {
                @if N::NAME == Training::NAME { p.training { (say("agreement-training")) } }
                h1 { (say(title)) }
                p.sub { (say("agreement-subtitle")) }
                (sheet.scene())
                (sheet.parties())
                (sheet.impact())
                (sheet.liabilities())
                (sheet.signatures())
                (sheet.foot(hash, sm3))
            }
        }
    }
}

impl<N: Nature> Sheet<'_, N> {
    fn say(&self, code: &str) -> Markup {
        self.wording.say(code)
    }

    fn tell(&self, prefix: &str, code: &str) -> Markup {
        self.wording.each(|lang| text::tell(lang, prefix, code))
    }

    fn label(&self, question: &Question) -> Markup {
        self.tell("question", &question.id.replace('.', "-"))
    }

    fn on_paper(&self, about: About, wanted: impl Fn(&Question) -> bool) -> impl Iterator<Item = &Question> {
        self.pack.questions.iter().filter(move |q| q.about == about && wanted(q))
    }

    fn scene(&self) -> Markup {
        let facts = &self.record.facts;
        html! {
            table {
                caption { (self.say("agreement-scene")) }
                @for question in self.on_paper(About::Scene, |q| q.stage == Stage::Form && !is_form(q)) {
                    tr { th { (self.label(question)) } td { (self.value(question, &facts.scene)) } }
                }
                @if let Some(place) = facts.place {
                    tr {
                        th { (self.say("agreement-position")) }
                        td { (format!("{:.6}, {:.6} (WGS-84, ±{:.0} m)", place.to_wgs84().y, place.to_wgs84().x, place.accuracy_m)) }
                    }
                }
                tr { th { (self.say("agreement-times")) } td { (self.times()) } }
                tr { th { (self.say("agreement-triage")) } td { (self.tell("route", facts.triage.outcome.route.code())) } }
            }
        }
    }

    fn times(&self) -> Markup {
        let times = &self.record.facts.times;
        let told = ["sighted", "stopped", "cleared"].into_iter().filter_map(|step| Some((step, times.get(step)?)));
        html! {
            @for (place, (step, at)) in told.enumerate() {
                @if place > 0 { " · " }
                (self.tell("agreement-time", step)) " " (at.wall.minute(at.offset_s))
            }
        }
    }

    /// Persons, vehicles, insurers: everything the pack asks of a party before the points of impact.
    fn parties(&self) -> Markup {
        let questions = self.on_paper(About::Party, |q| q.stage == Stage::Form).take_while(|q| !is_impact(q));
        let told = self.told(questions, |party| self.facts_of(party));
        self.table("agreement-parties", Vec::new(), &told).blocks(|row, party| {
            let (question, (party, given)) = (told.questions[row], &told.parties[party]);
            self.is_asked(question, *party) && (self.record.settlement.is_due(question) || is_given(question, given))
                || is_given(question, given)
        })
    }

    /// The accident's form, and from the points of impact on what was damaged.
    fn impact(&self) -> Markup {
        let form = self.on_paper(About::Scene, |q| q.stage == Stage::Form && is_form(q));
        let form = form.map(|question| (self.label(question), self.value(question, &self.record.facts.scene)));
        let questions = self.on_paper(About::Party, |q| q.stage == Stage::Form).skip_while(|q| !is_impact(q));
        self.table("agreement-impact", form.collect(), &self.told(questions, |party| self.facts_of(party))).grid()
    }

    /// Who bears what, or that they dispute, how it goes on from there, and what each claims.
    fn liabilities(&self) -> Markup {
        let of = |party: PartyId| -> Vec<RecordedAnswer> {
            let given = self.record.settlement.answers.iter().filter(|(about, _)| *about == Some(party));
            given.map(|(_, answer)| answer.clone()).collect()
        };
        let questions = self.on_paper(About::Party, |q| q.stage >= Stage::Agree);
        let told = self.told(questions, of);
        let heading = if self.is_disputed() { "agreement-claims" } else { "agreement-settlement" };
        html! {
            @if !self.record.is_agreed() {
                div.dispute {
                    p { (self.say("agreement-not-agreed")) }
                    p { (self.say("agreement-joint-application")) }
                }
            }
            @if !told.questions.is_empty() { (self.table(heading, Vec::new(), &told).grid()) }
        }
    }

    fn is_disputed(&self) -> bool {
        self.record.settlement.accord == Accord::Disputed
    }

    /// Every party's answers, and the questions that are required of somebody or were answered by somebody.
    fn told<'q>(
        &self,
        questions: impl Iterator<Item = &'q Question>,
        of: impl Fn(PartyId) -> Vec<RecordedAnswer>,
    ) -> Told<'q> {
        let parties: Vec<(PartyId, Vec<RecordedAnswer>)> =
            self.record.facts.parties.iter().map(|party| (party.party, of(party.party))).collect();
        let is_answered = |q: &Question| parties.iter().any(|(_, given)| is_given(q, given));
        let is_due = |q: &Question| {
            self.record.settlement.is_due(q) && parties.iter().any(|(party, _)| self.is_asked(q, *party))
        };
        let questions = questions.filter(|q| is_due(q) || is_answered(q)).collect();
        Told { questions, parties }
    }

    fn table(
        &self,
        caption: &str,
        shared: Vec<(Markup, Markup)>,
        told: &Told<'_>,
    ) -> Table<impl Fn(usize, usize) -> Markup> {
        Table {
            caption: self.say(caption),
            parties: told.parties.iter().map(|(party, _)| self.party(*party)).collect(),
            labels: told.questions.iter().map(|question| self.label(question)).collect(),
            shared,
            cell: move |row: usize, party: usize| {
                let (question, (party, given)) = (told.questions[row], &told.parties[party]);
                if self.is_asked(question, *party) || is_given(question, given) {
                    self.value_or(question, given)
                } else {
                    html! { "—" }
                }
            },
            class: "",
        }
    }

    fn facts_of(&self, party: PartyId) -> Vec<RecordedAnswer> {
        let facts = self.record.facts.parties.iter().find(|facts| facts.party == party);
        facts.map(|facts| facts.answers.clone()).unwrap_or_default()
    }

    fn is_asked(&self, question: &Question, party: PartyId) -> bool {
        let mut parties = self.record.facts.parties.iter();
        let columns = parties.find(|columns| columns.party == party);
        columns.is_none_or(|columns| columns.is_asked(question, self.record.recorder))
    }

    /// A value; an optional one that nobody gave is not missing.
    fn value_or(&self, question: &Question, given: &[RecordedAnswer]) -> Markup {
        if !self.record.settlement.is_due(question) && !is_given(question, given) {
            return html! { "—" };
        }
        self.value(question, given)
    }

    fn signatures(&self) -> Markup {
        let second = if self.is_disputed() { "agreement-round-disputed" } else { "agreement-round-settlement" };
        let rounds = [(Round::Facts, "agreement-round-facts"), (Round::Settlement, second)];
        let of = |party: PartyId, round: Round| {
            self.record.signatures.iter().rev().find(|given| given.party == party && given.round == round)
        };
        let parties = &self.record.facts.parties;
        let table = Table {
            caption: self.say("agreement-signatures"),
            parties: parties.iter().map(|facts| self.party(facts.party)).collect(),
            labels: rounds.iter().map(|(_, heading)| self.say(heading)).collect(),
            shared: Vec::new(),
            cell: |row: usize, party: usize| self.signature(of(parties[party].party, rounds[row].0)),
            class: "signed",
        };
        table.grid()
    }

    fn signature(&self, given: Option<&SignatureGiven>) -> Markup {
        html! {
            @match given {
                None => p.missing { (self.say("agreement-missing")) },
                Some(given) if given.refused => {
                    p.missing { (self.say("agreement-refused")) }
                    span.fine { (given.at.wall.minute(given.at.offset_s)) " · " (self.how(given)) }
                }
                Some(given) => {
                    (strokes::svg(&given.strokes))
                    span.fine { (given.at.wall.minute(given.at.offset_s)) " · " (self.how(given)) }
                }
            }
        }
    }

    /// On whose phone, with what second factor, shown in which language.
    fn how(&self, given: &SignatureGiven) -> Markup {
        self.wording.each(|lang| how_given(given, lang))
    }

    /// Which photo is missing, what stands for it, and why.
    fn instead(&self, slot: &str, means: Means, why: &str) -> Markup {
        let told = |lang| format!("{} {}", text::tell(lang, "shot", slot), instead_text(means, why, lang));
        self.wording.each(told)
    }

    fn foot(&self, hash: Sha256, sm3: Option<Sm3>) -> Markup {
        let record = self.record;
        html! {
            div.foot {
                div {
                    p.fine { (self.say(if record.is_agreed() { "agreement-notice" } else { "agreement-notice-not-agreed" })) }
                    p.fine {
                        (self.say("agreement-case")) " " code { (record.case) } " · "
                        (self.say("agreement-revision")) " " (record.revision) " · "
                        (self.say("agreement-pack")) " " (record.pack.0) " " (record.pack.1) " · "
                        (self.say("agreement-sealed-at")) " " (record.sealed_at.rfc3339()) " · "
                        (self.say("agreement-photos")) " " (record.facts.photos.len())
                    }
                    @for given in &record.facts.substitutes {
                        p.fine { (self.instead(&given.slot, given.means, &given.why)) " " (given.words.reveal()) }
                    }
                    @for (slot, why) in record.facts.photos.iter().filter_map(|p| Some((&p.slot, p.no_photo.as_ref()?))) {
                        p.fine { (self.instead(slot, Means::Voice, why)) }
                    }
                    p.fine { "SHA-256 " code { (hash) } }
                    @if let Some(sm3) = sm3 { p.fine { "SM3 " code { (sm3) } } }
                }
                (qr::svg(&hash.to_string()))
            }
        }
    }

    fn party(&self, party: PartyId) -> Markup {
        self.wording.each(|lang| text::say(lang, "agreement-party", &[("letter", party.to_string().into())]))
    }

    /// A question's value: the party's own or the recorder's first, other versions behind it, or *missing*.
    fn value(&self, question: &Question, answers: &[RecordedAnswer]) -> Markup {
        let versions = PartyFacts::versions(answers, &question.id, self.record.recorder);
        html! {
            @if versions.is_empty() { span.missing { (self.say("agreement-missing")) } }
            @for (place, version) in versions.iter().enumerate() {
                @if place > 0 { br; span.missing { (self.say("agreement-other-version")) " " } }
                @match &version.answer {
                    Answer::Value(value) => (self.wording.each(|lang| value_text(question, value.reveal(), self.pack, lang))),
                    Answer::Skipped(reason) => span.missing { (self.tell("skip", reason)) },
                }
                @if let Some(reason) = &version.doubt {
                    " " span.missing { (self.wording.each(|lang| doubt_text(reason, lang))) }
                }
            }
        }
    }
}

/// What one section tells: its questions, and each party's answers to them.
struct Told<'q> {
    questions: Vec<&'q Question>,
    parties: Vec<(PartyId, Vec<RecordedAnswer>)>,
}

fn is_given(question: &Question, answers: &[RecordedAnswer]) -> bool {
    answers.iter().any(|answer| answer.question == question.id)
}

/// The accident's form (事故形态): on paper it comes after the insurers.
fn is_form(question: &Question) -> bool {
    question.kind == QuestionKind::Circumstance
}

/// The points of impact (碰撞部位), with which the accident itself begins on paper.
fn is_impact(question: &Question) -> bool {
    question.kind == QuestionKind::ImpactClock
}
