//! A case that has grown: three parties, 400 answers, 40 photos, 3 sealed revisions. What it costs to open the app on
//! it, to look at it again, and whether one more answer costs what it cost at the beginning.
//!
//! | figure | ours | the bare work |
//! |---|---|---|
//! | `record opened` | opening the engine and making the case's view | opening a store, reading and parsing as many rows |
//! | `record viewed` | the view of the open case | parsing as many rows |
//! | `record 400th` | durable answers to the grown case | the same answers to a case with four |

use std::path::Path;

use jingbao_core::{
    edge::{Engine, PhotoSource},
    form::{Answer, FactorGiven, Round, Strokes, Witness},
    id::{CaseId, PartyId},
    pack::{About, Pack, Question, QuestionKind, Stage},
    privacy::Private,
};

use super::{Failed, Figure, Turns, folder, ports::Phone, record::entry_like_ours, store};
use crate::scenery::{ACCIDENT, Stamp, photo};

const PARTIES: u8 = 3;
const ANSWERS: usize = 400;
const FEW: usize = 4;
const PHOTOS: usize = 40;
const REVISIONS: usize = 3;
/// Everything in the grown case's journal: each revision brings its seal and two signatures a party.
const ROWS: usize = 1 + ANSWERS + PHOTOS + 1 + REVISIONS * (1 + 2 * PARTIES as usize);
const ROUNDS: usize = 101;
/// Opening reads, decrypts and folds journal, leaves, photos, queue and rules, of which the bare work has the first alone.
const OPENED: f64 = 6.0;
/// A view costs about as much as parsing what it is made of: it is a fold already, but hashes and words it all.
const VIEWED: f64 = 1.5;
/// How much dearer the 400th answer may be.
const DEARER: f64 = 1.3;

pub(super) fn measure() -> Result<Vec<Figure>, Failed> {
    let folder = folder()?;
    let phone = Phone::at(&folder.path().join("phone"))?;
    let case = {
        let engine = phone.open()?;
        let case = phone.sight(&engine)?;
        grow(&engine, case, folder.path())?;
        engine.shutdown();
        case
    };
    let opened = opened(&phone, case, &folder.path().join("bare.db"))?;
    let engine = phone.open()?;
    let figures = vec![opened, viewed(&engine, case)?, four_hundredth(&phone, &engine, case)?];
    engine.shutdown();
    Ok(figures)
}

/// The app was killed: the store is opened, the case folded, its view made.
fn opened(phone: &Phone, case: CaseId, bare: &Path) -> Result<Figure, Failed> {
    let (entry, mut connection) = (entry_like_ours()?, store::open(bare)?);
    (0..ROWS).try_for_each(|seq| store::append(&mut connection, "case", seq as i64, &entry))?;
    drop(connection);
    let turns = Turns::take(
        ROUNDS,
        || {
            let engine = phone.open()?;
            engine.case(case)?;
            engine.shutdown();
            Ok(())
        },
        || store::rows(&store::open(bare)?)?.iter().try_for_each(|entry| parsed(entry)),
    )?;
    Ok(Figure { name: "record opened", ours: milliseconds(&turns), limit: OPENED, ratio: turns.ratio(), unit: "ms" })
}

/// What every tap shows again.
fn viewed(engine: &Engine, case: CaseId) -> Result<Figure, Failed> {
    let entry = entry_like_ours()?;
    let view = || {
        engine.case(case)?;
        Ok(())
    };
    let turns = Turns::take(ROUNDS, view, || (0..ROWS).try_for_each(|_| parsed(&entry)))?;
    Ok(Figure { name: "record viewed", ours: milliseconds(&turns), limit: VIEWED, ratio: turns.ratio(), unit: "ms" })
}

/// A few taps more on the grown case, and the same on one that has just begun.
fn four_hundredth(phone: &Phone, engine: &Engine, grown: CaseId) -> Result<Figure, Failed> {
    let mut begun = Vec::new();
    for _ in 0..=ROUNDS {
        let case = phone.sight(engine)?;
        tap(engine, case, 0)?;
        begun.push(case);
    }
    let (mut begun, mut round) = (begun.into_iter(), 0);
    let turns = Turns::take(
        ROUNDS,
        || {
            round += 1;
            tap(engine, grown, round)
        },
        || tap(engine, begun.next().ok_or("a case for every round")?, 1),
    )?;
    let ours = FEW as f64 / turns.ours.as_secs_f64();
    Ok(Figure { name: "record 400th", ours, limit: DEARER, ratio: turns.ratio(), unit: "1/s" })
}

fn tap(engine: &Engine, case: CaseId, nth: usize) -> Result<(), Failed> {
    let mut questions = Pack::builtin().questions.iter().filter(|question| question.stage == Stage::Screen).take(FEW);
    questions.try_for_each(|question| give(engine, case, question, None, nth))
}

/// Fills the case in, seals it, and goes on correcting it until it is as large as it is to be.
fn grow(engine: &Engine, case: CaseId, folder: &Path) -> Result<(), Failed> {
    let pack = Pack::builtin();
    let parties: Vec<PartyId> = (0..PARTIES).filter_map(PartyId::nth).collect();
    let mut asked: Vec<(&Question, Option<PartyId>)> = Vec::new();
    for question in &pack.questions {
        match question.about {
            About::Scene => asked.push((question, None)),
            About::Party => asked.extend(parties.iter().map(|party| (question, Some(*party)))),
        }
    }
    let (screen, form): (Vec<_>, Vec<_>) = asked.into_iter().partition(|(question, _)| question.stage < Stage::Form);
    screen.iter().try_for_each(|(question, about)| give(engine, case, question, *about, 0))?;
    photograph(engine, case, folder)?;
    engine.clear(case)?;
    let mut corrections = form.iter().cycle();
    let rest = ANSWERS - screen.len();
    for (nth, (question, about)) in corrections.by_ref().take(rest).enumerate() {
        give(engine, case, question, *about, nth / form.len())?;
        // Each third of the way is a revision: everybody has answered everything by then.
        if (nth + 1) % (rest / REVISIONS) == 0 {
            sign_and_seal(engine, case, &parties)?;
        }
    }
    let view = engine.case(case)?;
    let grown = (view.parties.len(), view.photos.len(), view.revisions.len());
    if grown == (usize::from(PARTIES), PHOTOS, REVISIONS) {
        Ok(())
    } else {
        Err("the case has not grown as meant".into())
    }
}

/// Answers that do not contradict each other, and differ from time to time where they may.
fn give(engine: &Engine, case: CaseId, question: &Question, about: Option<PartyId>, nth: usize) -> Result<(), Failed> {
    let pack = Pack::builtin();
    let text = match (question.id.as_str(), question.kind) {
        ("fact.parties", _) => "motor_motor".to_owned(),
        ("fact.road", _) => "city".to_owned(),
        ("party.kind", _) => "motor".to_owned(),
        (_, QuestionKind::Fact) => "no".to_owned(),
        (_, QuestionKind::Choice) => question.choices[nth % question.choices.len()].clone(),
        (_, QuestionKind::Text) => format!("南大街与解放路路口向东 {} 米", 10 + nth),
        (_, QuestionKind::Name) => ["张三", "欧阳·娜娜", "𠮷田"][nth % 3].to_owned(),
        (_, QuestionKind::Plate) => format!("鲁F1234{}", nth % 10),
        (_, QuestionKind::ResidentId) => "370602199003070013".to_owned(),
        (_, QuestionKind::Phone) => format!("1380013800{}", nth % 10),
        (_, QuestionKind::Vin) => "LVSHCAMB1CE054249".to_owned(),
        (_, QuestionKind::Insurer) => pack.insurers[nth % pack.insurers.len()].id.clone(),
        (_, QuestionKind::Number) => format!("PDZA2026370600{:04}", nth),
        (_, QuestionKind::ImpactClock) => (1 + nth % 12).to_string(),
        (_, QuestionKind::Circumstance) => "rear_end".to_owned(),
        (_, QuestionKind::Liability) => if about == PartyId::nth(0) { "full" } else { "none" }.to_owned(),
        (_, QuestionKind::Fen) => (200_000 + nth).to_string(),
    };
    engine.answer(case, about, &question.id, Answer::Value(Private::new(text)))?;
    Ok(())
}

fn photograph(engine: &Engine, case: CaseId, folder: &Path) -> Result<(), Failed> {
    let stamp = Stamp { local: "2026-11-23T15:02:10".into(), offset_s: 28_800, lat: ACCIDENT.0, lon: ACCIDENT.1 };
    let drawn = photo("scene_front", 1, &stamp).ok_or("no photo could be drawn")?;
    let slots = ["scene_front", "scene_rear", "contact_close", "other"];
    for nth in 0..PHOTOS {
        let path = folder.join("photo.jpg");
        // Bytes after the end of the picture: no two photos are the same.
        std::fs::write(&path, [drawn.as_slice(), &[nth as u8]].concat())?;
        engine.add_photo(case, slots[nth.min(slots.len() - 1)], PhotoSource::Path(path), None)?;
    }
    Ok(())
}

fn sign_and_seal(engine: &Engine, case: CaseId, parties: &[PartyId]) -> Result<(), Failed> {
    let line = (0..200).map(|step| (step * 5, 500 + step % 7)).collect();
    let strokes = Strokes(Private::new(vec![line]));
    let shown = engine.case(case)?.signing.ok_or("nothing to sign")?;
    for party in parties {
        for (round, hash) in [(Round::Facts, &shown.facts_sha256), (Round::Settlement, &shown.settlement_sha256)] {
            let seen = FactorGiven::Witness(Witness::Specialist);
            engine.sign(case, *party, round, hash.parse()?, strokes.clone(), seen)?;
        }
    }
    let reason = (!engine.case(case)?.revisions.is_empty()).then(|| "更正".to_owned());
    engine.seal(case, reason)?;
    Ok(())
}

fn parsed(entry: &[u8]) -> Result<(), Failed> {
    serde_json::from_slice::<serde_json::Value>(entry).map(drop).map_err(Into::into)
}

fn milliseconds(turns: &Turns) -> f64 {
    turns.ours.as_secs_f64() * 1_000.0
}
