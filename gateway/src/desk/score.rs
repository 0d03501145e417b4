//! `jingbao-gateway score LOG.jsonl`: the scorecards of a log, as sentences, as one object of canonical JSON, and as a page
//! to read. It reads, and changes nothing but the page. A log that cannot be read ends with one sentence, unable.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use jingbao_core::{
    assess::{Card, Log, Period, Scorecards, Subject, Times},
    canon,
    pack::Pack,
    text::{Lang, say},
};

use super::{Exit, score_page};

/// What `score` was asked for.
#[derive(Clone)]
pub struct ScoreArgs<'a> {
    /// Content of the log.
    pub log: String,
    /// Which cases.
    pub period: Period,
    /// Where the page goes, if one is wanted.
    pub html: Option<&'a Path>,
    /// One object instead of sentences.
    pub json: bool,
    /// Of the sentences and the page.
    pub lang: Lang,
}

/// Writes the scorecards to `out`, or the one sentence about a bad log to `complaints`.
pub fn run(args: &ScoreArgs<'_>, out: &mut dyn Write, complaints: &mut dyn Write) -> io::Result<Exit> {
    let (lang, pack) = (args.lang, Pack::builtin());
    let log = match Log::read(args.log.trim_start_matches('\u{feff}')) {
        Ok(log) => log,
        Err(error) => {
            let problem = error.to_string().into();
            writeln!(complaints, "{}", say(lang, "score-bad-log", &[("problem", problem)]))?;
            return Ok(Exit::Unable);
        }
    };
    let cards = Scorecards::of(&log, args.period, pack);
    if let Some(path) = args.html {
        let page = score_page::render(&cards, pack, lang).into_string();
        fs::write(path, page).map_err(|error| super::named(path, error.kind(), &error))?;
    }
    if args.json {
        out.write_all(&bytes(&cards).map_err(io::Error::other)?)?;
    } else {
        cards.cards.iter().try_for_each(|card| writeln!(out, "{}", sentence(card, lang)))?;
    }
    Ok(Exit::Good)
}

/// Scorecards as they are printed and answered: canonical JSON and a line end.
pub fn bytes(cards: &Scorecards) -> Result<Vec<u8>, canon::NotCanonical> {
    let mut bytes = canon::bytes(cards)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn sentence(card: &Card, lang: Lang) -> String {
    say(
        lang,
        "score-line",
        &[
            ("who", who(&card.subject, lang).into()),
            ("stops", card.stops.count.into()),
            ("supports", card.supports.count.into()),
            ("median", minutes(card.clearing.median_ms, lang).into()),
            ("p90", minutes(card.clearing.p90_ms, lang).into()),
            ("best", minutes(card.clearing.best_ms, lang).into()),
            ("out", left_out(&card.clearing).into()),
            ("score", points(card.score.total, lang).into()),
            ("sample", say(lang, &format!("sample-{}", card.sample.code()), &[]).into()),
        ],
    )
}

/// Whom a card is about, in words.
pub(super) fn who(subject: &Subject, lang: Lang) -> String {
    match subject {
        Subject::Programme => say(lang, "score-programme", &[]),
        Subject::Company(id) => {
            let code = format!("insurer-{id}");
            let name = if jingbao_core::text::has(lang, &code) { say(lang, &code, &[]) } else { id.clone() };
            say(lang, "score-company", &[("name", name.into())])
        }
        Subject::Specialist(device) => say(lang, "score-specialist", &[("device", device.to_string().into())]),
    }
}

/// `7:05`, minutes and seconds.
pub(super) fn minutes(ms: Option<i64>, lang: Lang) -> String {
    match ms {
        Some(ms) => format!("{}:{:02}", ms / 60_000, ms / 1_000 % 60),
        None => say(lang, "score-none", &[]),
    }
}

/// `86.45`, of 100.
pub(super) fn points(hundredths: Option<i64>, lang: Lang) -> String {
    match hundredths {
        Some(points) => format!("{}.{:02}", points / 100, points % 100),
        None => say(lang, "score-none", &[]),
    }
}

/// How many times do not count.
pub(super) fn left_out(times: &Times) -> u64 {
    times.missing.count + times.uncertain.count + times.left_open.count
}
