//! Goes through a record and replaces what the audience may not see. Every field is named here, so that a new one does
//! not compile until somebody has thought about it.

use std::collections::BTreeMap;

use crate::{
    canon::Sha256,
    fault::Liability,
    form::{
        Answer, FactsDocument, PartyFacts, PhoneSaw, Record, RecordedAnswer, RecordedPhoto, Settlement, SignatureGiven,
        Strokes, Substitute,
    },
    id::PartyId,
    pack::{Pack, Question, QuestionKind},
    privacy::Private,
    time::Moment,
};

use super::{
    Audience, mask,
    table::{self, Datum, Reader, Sight},
};

/// More fen than any sum of a slight accident has; from here on it may be a phone number.
const MOST_FEN: u64 = 10_000_000_000;
/// Shorter values are not looked for elsewhere: they stand in every text.
const SHORTEST: usize = 2;

/// The record with its values replaced.
pub(super) fn make<N>(record: Record<N>, pack: &Pack, audience: Audience) -> Record<N> {
    let eye = Eye { pack, audience, secrets: secrets(&record, pack, audience) };
    let Record {
        schema,
        case,
        revision,
        parent,
        reason,
        recorder,
        nature,
        pack: (pack_id, pack_version),
        sealed_at,
        facts,
        settlement,
        signatures,
        void_signatures,
        statements,
    } = record;
    Record {
        schema,
        case,
        revision,
        parent: parent.map(|_| NO_HASH),
        reason: reason.map(|reason| eye.private(&reason)),
        recorder,
        nature,
        pack: (pack_id, pack_version),
        sealed_at: eye.moment(sealed_at),
        facts: eye.facts(facts),
        settlement: eye.settlement(settlement),
        signatures: signatures.into_iter().map(|given| eye.signature(given)).collect(),
        void_signatures: void_signatures.into_iter().map(|given| eye.signature(given)).collect(),
        statements: statements.into_iter().map(|_| NO_HASH).collect(),
    }
}

const NO_HASH: Sha256 = Sha256([0; 32]);

/// Every value in a column that this audience may not see in full, with what it is shown as; the longest first.
fn secrets<N>(record: &Record<N>, pack: &Pack, audience: Audience) -> Vec<(String, String)> {
    let scene = record.facts.scene.iter().map(|answer| (None, answer));
    let columns =
        record.facts.parties.iter().flat_map(|one| one.answers.iter().map(move |answer| (Some(one.party), answer)));
    let late = record.settlement.answers.iter().map(|(about, answer)| (*about, answer));
    let (mut secrets, mut own_names) = (BTreeMap::new(), Vec::new());
    for (about, recorded) in scene.chain(columns).chain(late) {
        let Answer::Value(value) = &recorded.answer else { continue };
        let (value, question) = (value.reveal(), pack.question(&recorded.question));
        let Some((question, datum)) = question.and_then(|question| Some((question, table::datum(question)?))) else {
            continue;
        };
        let reader = table::reader(audience, about);
        if reader == Reader::Own && datum == Datum::Name {
            own_names.push(value);
        }
        let sight = table::sight(reader, datum);
        if sight != Sight::Full && value.chars().count() >= SHORTEST && !question.choices.contains(value) {
            secrets.insert(value.clone(), table::shown(value, datum, sight));
        }
    }
    // Two people may have one name; a reader's own is none to keep from him.
    own_names.iter().for_each(|name| drop(secrets.remove(*name)));
    let mut secrets: Vec<(String, String)> = secrets.into_iter().collect();
    secrets.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
    secrets
}

struct Eye<'a> {
    pack: &'a Pack,
    audience: Audience,
    secrets: Vec<(String, String)>,
}

impl Eye<'_> {
    fn facts(&self, facts: FactsDocument) -> FactsDocument {
        let FactsDocument { case, place, times, triage, scene, parties, photos, substitutes } = facts;
        FactsDocument {
            case,
            place,
            times: times.into_iter().map(|(step, at)| (step, self.moment(at))).collect(),
            triage,
            scene: scene.into_iter().map(|answer| self.answer(None, answer)).collect(),
            parties: parties
                .into_iter()
                .map(|PartyFacts { party, answers }| PartyFacts {
                    party,
                    answers: answers.into_iter().map(|answer| self.answer(Some(party), answer)).collect(),
                })
                .collect(),
            photos: photos.into_iter().map(|photo| self.photo(photo)).collect(),
            substitutes: substitutes.into_iter().map(|given| self.substitute(given)).collect(),
        }
    }

    fn settlement(&self, settlement: Settlement) -> Settlement {
        let Settlement { facts: _, accord, answers } = settlement;
        let answers = answers.into_iter().map(|(about, answer)| (about, self.answer(about, answer))).collect();
        Settlement { facts: NO_HASH, accord, answers }
    }

    fn answer(&self, about: Option<PartyId>, recorded: RecordedAnswer) -> RecordedAnswer {
        let RecordedAnswer { question, by, answer, doubt } = recorded;
        let asked = self.pack.question(&question);
        let answer = match answer {
            Answer::Skipped(reason) => Answer::Skipped(self.text(&reason)),
            Answer::Value(value) => Answer::Value(Private::new(self.value(about, asked, value.reveal()))),
        };
        let question = if asked.is_some() { question } else { self.text(&question) };
        RecordedAnswer { question, by, answer, doubt: doubt.map(|reason| self.text(&reason)) }
    }

    fn value(&self, about: Option<PartyId>, asked: Option<&Question>, value: &str) -> String {
        let Some(asked) = asked else { return self.text(value) };
        if is_code(asked, value, self.pack) {
            return value.to_owned();
        }
        let Some(datum) = table::datum(asked) else { return self.text(value) };
        let sight = table::sight(table::reader(self.audience, about), datum);
        // What is left of it may still be somebody else's datum in the wrong column.
        let shown = self.without_secrets(&table::shown(value, datum, sight));
        let read = mask::as_read(&shown);
        if self.secrets.iter().any(|(secret, _)| read.contains(secret.as_str())) {
            mask::numbers(&shown)
        } else {
            shown
        }
    }

    fn photo(&self, photo: RecordedPhoto) -> RecordedPhoto {
        let RecordedPhoto { photo, slot, sha256, bytes, mut findings, at, device, phone, no_photo } = photo;
        for finding in &mut findings {
            let values = std::mem::take(&mut finding.values);
            finding.values = values.into_iter().map(|(name, value)| (self.text(&name), self.text(&value))).collect();
        }
        let phone = PhoneSaw { app: phone.app.map(|app| self.text(&app)), ..phone };
        let (slot, at) = (self.text(&slot), self.moment(at));
        let no_photo = no_photo.map(|why| self.text(&why));
        RecordedPhoto { photo, slot, sha256, bytes, findings, at, device, phone, no_photo }
    }

    fn substitute(&self, given: Substitute) -> Substitute {
        let Substitute { slot, means, why, words, at } = given;
        let (slot, why, words) = (self.text(&slot), self.text(&why), self.private(&words));
        Substitute { slot, means, why, words, at: self.moment(at) }
    }

    fn signature(&self, given: SignatureGiven) -> SignatureGiven {
        let SignatureGiven { party, round, shown: _, refused, lang, strokes, at, device, role, factor } = given;
        let full = table::sight(table::reader(self.audience, Some(party)), Datum::Drawing) == Sight::Full;
        let strokes = if full { strokes } else { Strokes::default() };
        let (lang, at) = (self.text(&lang), self.moment(at));
        // Role and factor name parties by letter and nobody by name: every audience may weigh them.
        SignatureGiven { party, round, shown: NO_HASH, refused, lang, strokes, at, device, role, factor }
    }

    /// A statement of another phone may carry anything where the name of its boot belongs.
    fn moment(&self, at: Moment) -> Moment {
        Moment { boot: self.text(&at.boot), ..at }
    }

    fn private(&self, text: &Private<String>) -> Private<String> {
        Private::new(self.text(text.reveal()))
    }

    fn text(&self, text: &str) -> String {
        mask::numbers(&self.without_secrets(text))
    }

    fn without_secrets(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, (value, shown)| {
            if text.contains(value.as_str()) { text.replace(value.as_str(), shown) } else { text }
        })
    }
}

/// Whether the value is one of a closed set, or a number too small to be anybody's.
fn is_code(asked: &Question, value: &str, pack: &Pack) -> bool {
    asked.choices.iter().any(|choice| choice == value)
        || match asked.kind {
            QuestionKind::Insurer => pack.insurers.iter().any(|insurer| insurer.id == value),
            QuestionKind::Circumstance => pack.circumstances.iter().any(|circumstance| circumstance.id == value),
            QuestionKind::Liability => Liability::from_code(value).is_some(),
            QuestionKind::ImpactClock => value.parse::<u8>().is_ok_and(|hour| (1..=12).contains(&hour)),
            QuestionKind::Fen => value.parse::<u64>().is_ok_and(|fen| fen < MOST_FEN),
            _ => false,
        }
}
