//! `record`: answers a second, each durable when `Engine::answer` returns, against the same two rows by hand.

use jingbao_core::{
    canon,
    form::{Answer, Entry, Happened},
    pack::Pack,
    privacy::Private,
    time::{Moment, SHANGHAI_OFFSET_S, Timestamp},
};

use super::{Failed, Figure, Turns, folder, ports, store, thick};

/// Answers in a round: few, so that whatever else the disk does hits both alike.
const ANSWERS: u32 = 10;
const ROUNDS: usize = 151;
/// Ours may take 1/0.8 of the bare time.
const LIMIT: f64 = 1.25;
const QUESTIONS: [&str; 4] = ["fact.injury", "fact.dangerous_goods", "fact.intent", "fact.dispute"];

pub(super) fn measure() -> Result<Vec<Figure>, Failed> {
    let folder = folder()?;
    let (engine, case) = ports::engine(&folder.path().join("phone"))?;
    let mut bare = store::open(&folder.path().join("bare.db"))?;
    let (entry, case_text, mut seq) = (entry_like_ours()?, case.to_string(), 0);
    let turns = Turns::take(
        ROUNDS,
        || {
            for question in QUESTIONS.iter().cycle().take(ANSWERS as usize) {
                engine.answer(case, None, question, answer())?;
            }
            Ok(())
        },
        || {
            for _ in 0..ANSWERS {
                store::append(&mut bare, &case_text, seq, &entry)?;
                seq += 1;
            }
            Ok(())
        },
    )?;
    engine.shutdown();
    let ours = f64::from(ANSWERS) / turns.ours.as_secs_f64();
    let answers = Figure { name: "record", ours, limit: LIMIT, ratio: turns.ratio(), unit: "1/s" };
    Ok([vec![answers], thick::measure()?].concat())
}

fn answer() -> Answer {
    Answer::Value(Private::new("no".into()))
}

/// An entry as long as those the engine writes.
pub(super) fn entry_like_ours() -> Result<Vec<u8>, Failed> {
    let at = Moment {
        wall: Timestamp(1_795_417_330_123),
        offset_s: SHANGHAI_OFFSET_S,
        mono_ms: 4_321,
        boot: "bench".into(),
    };
    let what = Happened::Answered { question: QUESTIONS[0].into(), party: None, answer: answer() };
    Ok(canon::bytes(&Entry { seq: 1_000, at, pack: Pack::builtin().version, what })?)
}
