//! The sheet itself.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{strokes, style::CSS};
use crate::{
    canon::Sha256,
    form::{Answer, Nature, Record, RecordedAnswer, Round, SignatureGiven, Training},
    id::{DeviceId, PartyId},
    pack::{About, Pack, Question, QuestionKind, Stage},
    text::{self, Lang},
    view::value_text,
};

struct Sheet<'a, N> {
    record: &'a Record<N>,
    pack: &'a Pack,
    lang: Lang,
}

pub(super) fn render<N: Nature>(record: &Record<N>, pack: &Pack, lang: Lang, hash: Sha256) -> Markup {
    let sheet = Sheet { record, pack, lang };
    let say = |code: &str| text::say(lang, code, &[]);
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (say("agreement-title")) }
                style { (PreEscaped(CSS)) }
            }
            body {
                @if N::NAME == Training::NAME { p.training { (say("agreement-training")) } }
                h1 { (say("agreement-title")) }
                p.sub { (say("agreement-subtitle")) }
                (sheet.scene())
                (sheet.parties())
                (sheet.impact())
                (sheet.liabilities())
                (sheet.signatures())
                (sheet.foot(hash))
            }
        }
    }
}

impl<N: Nature> Sheet<'_, N> {
    fn say(&self, code: &str) -> String {
        text::say(self.lang, code, &[])
    }

    fn label(&self, question: &Question) -> String {
        text::tell(self.lang, "question", question.id.replace('.', "-"))
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
                tr { th { (self.say("agreement-triage")) } td { (text::tell(self.lang, "route", facts.triage.outcome.route.code())) } }
            }
        }
    }

    fn times(&self) -> String {
        let times = &self.record.facts.times;
        let told = ["sighted", "stopped", "cleared"].into_iter().filter_map(|step| {
            let at = times.get(step)?;
            Some(format!("{} {}", text::tell(self.lang, "agreement-time", step), at.wall.minute(at.offset_s)))
        });
        told.collect::<Vec<_>>().join(" · ")
    }

    /// Persons, vehicles, insurers: everything the pack asks of a party before the points of impact.
    fn parties(&self) -> Markup {
        let questions = self.on_paper(About::Party, |q| q.stage == Stage::Form).take_while(|q| !is_impact(q));
        html! { (self.columns("agreement-parties", &html! {}, questions, |party| self.facts_of(party))) }
    }

    /// The accident's form, and from the points of impact on what was damaged.
    fn impact(&self) -> Markup {
        let across = self.record.facts.parties.len();
        let form = html! {
            @for question in self.on_paper(About::Scene, |q| q.stage == Stage::Form && is_form(q)) {
                tr {
                    th { (self.label(question)) }
                    td colspan=(across) { (self.value(question, &self.record.facts.scene)) }
                }
            }
        };
        let questions = self.on_paper(About::Party, |q| q.stage == Stage::Form).skip_while(|q| !is_impact(q));
        self.columns("agreement-impact", &form, questions, |party| self.facts_of(party))
    }

    fn liabilities(&self) -> Markup {
        let of = |party: PartyId| -> Vec<RecordedAnswer> {
            let given = self.record.settlement.answers.iter().filter(|(about, _)| *about == Some(party));
            given.map(|(_, answer)| answer.clone()).collect()
        };
        let questions = self.on_paper(About::Party, |q| q.stage >= Stage::Agree);
        self.columns("agreement-settlement", &html! {}, questions, of)
    }

    /// One column a party, one row a question that is required of somebody or was answered by somebody.
    fn columns<'q>(
        &self,
        caption: &str,
        above: &Markup,
        questions: impl Iterator<Item = &'q Question>,
        of: impl Fn(PartyId) -> Vec<RecordedAnswer>,
    ) -> Markup {
        let parties: Vec<(PartyId, Vec<RecordedAnswer>)> =
            self.record.facts.parties.iter().map(|party| (party.party, of(party.party))).collect();
        let is_answered = |q: &Question| parties.iter().any(|(_, given)| given.iter().any(|a| a.question == q.id));
        let is_due = |q: &Question| q.required && parties.iter().any(|(party, _)| self.is_asked(q, *party));
        html! {
            table {
                caption { (self.say(caption)) }
                tr { th {} @for (party, _) in &parties { th.party { (self.party(*party)) } } }
                (above)
                @for question in questions.filter(|q| is_due(q) || is_answered(q)) {
                    tr {
                        th { (self.label(question)) }
                        @for (party, given) in &parties {
                            td {
                                @if self.is_asked(question, *party) || given.iter().any(|a| a.question == question.id) {
                                    (self.value_or(question, given))
                                } @else { "—" }
                            }
                        }
                    }
                }
            }
        }
    }

    fn facts_of(&self, party: PartyId) -> Vec<RecordedAnswer> {
        let facts = self.record.facts.parties.iter().find(|facts| facts.party == party);
        facts.map(|facts| facts.answers.clone()).unwrap_or_default()
    }

    /// Some questions are for some kinds of party only; while the kind is not known, all are.
    fn is_asked(&self, question: &Question, party: PartyId) -> bool {
        let facts = self.facts_of(party);
        let kinds = facts.iter().filter(|answer| answer.question == "party.kind");
        let kind = kinds.min_by_key(|version| self.rank(version.by)).and_then(|version| match &version.answer {
            Answer::Value(kind) => Some(kind.reveal()),
            Answer::Skipped(_) => None,
        });
        question.only.is_empty() || kind.is_none_or(|kind| question.only.contains(kind))
    }

    /// A value; an optional one that nobody gave is not missing.
    fn value_or(&self, question: &Question, given: &[RecordedAnswer]) -> Markup {
        if !question.required && given.iter().all(|answer| answer.question != question.id) {
            return html! { "—" };
        }
        self.value(question, given)
    }

    fn signatures(&self) -> Markup {
        let rounds = [(Round::Facts, "agreement-round-facts"), (Round::Settlement, "agreement-round-settlement")];
        let of = |party: PartyId, round: Round| {
            self.record.signatures.iter().rev().find(|given| given.party == party && given.round == round)
        };
        let parties = &self.record.facts.parties;
        html! {
            table.signed {
                caption { (self.say("agreement-signatures")) }
                tr { th {} @for party in parties { th.party { (self.party(party.party)) } } }
                @for (round, heading) in rounds {
                    tr {
                        th { (self.say(heading)) }
                        @for party in parties { td { (self.signature(of(party.party, round))) } }
                    }
                }
            }
        }
    }

    fn signature(&self, given: Option<&SignatureGiven>) -> Markup {
        html! {
            @match given {
                None => p.missing { (self.say("agreement-missing")) },
                Some(given) if given.refused => p.missing { (self.say("agreement-refused")) },
                Some(given) => {
                    (strokes::svg(&given.strokes))
                    span.fine { (given.at.wall.minute(given.at.offset_s)) }
                }
            }
        }
    }

    fn foot(&self, hash: Sha256) -> Markup {
        let record = self.record;
        html! {
            p.fine { (self.say("agreement-notice")) }
            p.fine {
                (self.say("agreement-case")) " " code { (record.case) } " · "
                (self.say("agreement-revision")) " " (record.revision) " · "
                (self.say("agreement-pack")) " " (record.pack.0) " " (record.pack.1) " · "
                (self.say("agreement-sealed-at")) " " (record.sealed_at.rfc3339()) " · "
                (self.say("agreement-photos")) " " (record.facts.photos.len())
            }
            p.fine { "SHA-256 " code { (hash) } }
        }
    }

    fn party(&self, party: PartyId) -> String {
        text::say(self.lang, "agreement-party", &[("letter", party.to_string().into())])
    }

    /// A question's value: the party's own or the recorder's first, other versions behind it, or *missing*.
    fn value(&self, question: &Question, answers: &[RecordedAnswer]) -> Markup {
        let mut versions: Vec<&RecordedAnswer> =
            answers.iter().filter(|answer| answer.question == question.id).collect();
        versions.sort_by_key(|version| self.rank(version.by));
        versions.dedup_by(|a, b| a.answer == b.answer);
        html! {
            @if versions.is_empty() { span.missing { (self.say("agreement-missing")) } }
            @for (place, version) in versions.iter().enumerate() {
                @if place > 0 { br; span.missing { (self.say("agreement-other-version")) " " } }
                @match &version.answer {
                    Answer::Value(value) => (value_text(question, value.reveal(), self.pack, self.lang)),
                    Answer::Skipped(reason) => span.missing { (text::tell(self.lang, "skip", reason)) },
                }
            }
        }
    }

    /// A party's own phone speaks before the recorder.
    fn rank(&self, by: DeviceId) -> u8 {
        u8::from(by == self.record.recorder)
    }
}

/// The accident's form (事故形态): on paper it comes after the insurers.
fn is_form(question: &Question) -> bool {
    question.kind == QuestionKind::Circumstance
}

/// The points of impact (碰撞部位), with which the accident itself begins on paper.
fn is_impact(question: &Question) -> bool {
    question.kind == QuestionKind::ImpactClock
}
