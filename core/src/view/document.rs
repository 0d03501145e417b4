//! A document as a person reads it before signing: one line a datum, in the person's language. Made from the document
//! alone, so that the recorder and a phone that was shown its draft say the same lines for the same bytes. Not its
//! business: layout, and whether anybody signs.

use super::{
    case::{code, doubt_text, finding_view, instead_text, question_text, value_text},
    parts::{DocumentView, LineView},
};
use crate::{
    form::{
        Answer, CaseState, FactsDocument, Means, PartyFacts, RecordedAnswer, RecordedPhoto, Round, Settlement,
        SigningRefused, Substitute,
    },
    id::{DeviceId, PartyId},
    pack::{About, Pack, Question, Stage},
    text::{self, Lang},
};

/// How many digits of a hash stand in a line: enough to compare by eye.
const DIGITS: usize = 16;

/// The document of `round` as this phone would have it signed now.
pub fn document_view(state: &CaseState, pack: &Pack, round: Round, lang: Lang) -> Result<DocumentView, SigningRefused> {
    let sha256 = state.to_be_signed(pack, round)?.to_string();
    let (facts, settlement) = state.to_be_read(pack).ok_or(SigningRefused::NothingShown)?;
    let sheet = Sheet { pack, lang, recorder: state.recorder };
    let lines = match round {
        Round::Facts => sheet.facts(&facts),
        Round::Settlement => sheet.settlement(&facts, &settlement),
    };
    Ok(DocumentView { round: code(&round), sha256, lines })
}

struct Sheet<'a> {
    pack: &'a Pack,
    lang: Lang,
    recorder: DeviceId,
}

impl Sheet<'_> {
    fn facts(&self, facts: &FactsDocument) -> Vec<LineView> {
        let mut lines = self.columns(None, &facts.scene, |question| question.stage < Stage::Agree && question.required);
        if let Some(place) = facts.place {
            let (lat, lon) = (place.to_wgs84().y, place.to_wgs84().x);
            lines.push(
                self.said("agreement-position", format!("{lat:.6}, {lon:.6} (WGS-84, ±{:.0} m)", place.accuracy_m)),
            );
        }
        for (step, at) in &facts.times {
            lines.push(self.said(&format!("agreement-time-{step}"), at.wall.minute(at.offset_s)));
        }
        let route = text::tell(self.lang, "route", facts.triage.outcome.route.code());
        lines.push(self.said("agreement-triage", route));
        for columns in &facts.parties {
            lines.extend(self.columns(Some(columns.party), &columns.answers, |question| {
                question.stage < Stage::Agree && question.required && columns.is_asked(question, self.recorder)
            }));
        }
        lines.extend(facts.photos.iter().map(|photo| self.photo(photo)));
        lines.extend(facts.substitutes.iter().map(|given| self.substitute(given)));
        lines
    }

    fn settlement(&self, facts: &FactsDocument, settlement: &Settlement) -> Vec<LineView> {
        let short: String = settlement.facts.to_string().chars().take(DIGITS).collect();
        let mut lines = vec![
            self.said("document-facts", format!("SHA-256 {short}…")),
            self.said("document-accord", text::tell(self.lang, "accord", settlement.accord.code())),
        ];
        let of = |about: Option<PartyId>| -> Vec<RecordedAnswer> {
            settlement.answers.iter().filter(|(party, _)| *party == about).map(|(_, answer)| answer.clone()).collect()
        };
        let due = |question: &Question| question.stage >= Stage::Agree && settlement.is_due(question);
        lines.extend(self.columns(None, &of(None), due));
        for columns in &facts.parties {
            let due = |question: &Question| due(question) && columns.is_asked(question, self.recorder);
            lines.extend(self.columns(Some(columns.party), &of(Some(columns.party)), due));
        }
        lines
    }

    /// Every answer there is, in the order of the pack, and what is due and was not answered; what the pack does not
    /// know comes last, as it stands.
    fn columns(
        &self,
        about: Option<PartyId>,
        answers: &[RecordedAnswer],
        is_due: impl Fn(&Question) -> bool,
    ) -> Vec<LineView> {
        let subject = if about.is_some() { About::Party } else { About::Scene };
        let asked = self.pack.questions.iter().filter(|question| question.about == subject);
        let mut lines: Vec<LineView> = asked
            .flat_map(|question| {
                let versions = PartyFacts::versions(answers, &question.id, self.recorder);
                let missing = versions.is_empty() && is_due(question);
                let absent = missing.then(|| self.missing(about, question));
                self.versions(about, &question_text(&question.id, self.lang), Some(question), &versions)
                    .into_iter()
                    .chain(absent)
            })
            .collect();
        let is_known = |id: &str| self.pack.question(id).is_some_and(|question| question.about == subject);
        let strange = answers.iter().filter(|answer| !is_known(&answer.question));
        lines.extend(strange.flat_map(|answer| self.versions(about, &answer.question, None, &[answer])));
        lines
    }

    fn versions(
        &self,
        about: Option<PartyId>,
        label: &str,
        question: Option<&Question>,
        versions: &[&RecordedAnswer],
    ) -> Vec<LineView> {
        let line = |(place, version): (usize, &&RecordedAnswer)| {
            let words = match (&version.answer, question) {
                (Answer::Value(value), Some(question)) => value_text(question, value.reveal(), self.pack, self.lang),
                (Answer::Value(value), None) => value.reveal().clone(),
                (Answer::Skipped(reason), _) => text::tell(self.lang, "skip", reason),
            };
            let other = text::say(self.lang, "agreement-other-version", &[]);
            let words = match &version.doubt {
                Some(reason) => format!("{words} ({})", doubt_text(reason, self.lang)),
                None => words,
            };
            LineView {
                party: about.map(|party| party.to_string()),
                label: label.to_owned(),
                text: if place == 0 { words } else { format!("{other} {words}") },
                missing: false,
                disagreement: versions.len() > 1,
            }
        };
        versions.iter().enumerate().map(line).collect()
    }

    fn missing(&self, about: Option<PartyId>, question: &Question) -> LineView {
        LineView {
            party: about.map(|party| party.to_string()),
            label: question_text(&question.id, self.lang),
            text: text::say(self.lang, "agreement-missing", &[]),
            missing: true,
            disagreement: false,
        }
    }

    fn photo(&self, photo: &RecordedPhoto) -> LineView {
        let short: String = photo.sha256.to_string().chars().take(DIGITS).collect();
        let mut told = vec![photo.at.wall.minute(photo.at.offset_s), format!("SHA-256 {short}…")];
        told.extend(photo.no_photo.iter().map(|why| instead_text(Means::Voice, why, self.lang)));
        told.extend(photo.findings.iter().map(|finding| finding_view(finding, self.lang).text));
        let label = text::tell(self.lang, "shot", &photo.slot);
        LineView { party: None, label, text: told.join(" · "), missing: false, disagreement: false }
    }

    fn substitute(&self, given: &Substitute) -> LineView {
        let told = [
            given.at.wall.minute(given.at.offset_s),
            instead_text(given.means, &given.why, self.lang),
            given.words.reveal().clone(),
        ];
        let label = text::tell(self.lang, "shot", &given.slot);
        LineView { party: None, label, text: told.join(" · "), missing: false, disagreement: false }
    }

    fn said(&self, label: &str, text: String) -> LineView {
        let label = text::say(self.lang, label, &[]);
        LineView { party: None, label, text, missing: false, disagreement: false }
    }
}
