//! `jingbao-gateway recheck LOG.jsonl`: comes to every duty verdict of a log once more, from its inputs and the rules of
//! its pack. Good when all are the same; bad when one is another, cannot be read, or stands under a pack that is not at
//! hand. It reads, and changes nothing. Not its business: whether the fixes were true, and scores.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::{Path, PathBuf},
};

use jingbao_core::{
    assess::{Log, LogLine},
    duty::{Checked, DutyRules},
    pack::Pack,
    text::{self, Lang, say},
};
use serde_json::json;

use super::{Exit, named, text_of};

/// What `recheck` was asked for.
#[derive(Clone, Debug)]
pub struct RecheckArgs {
    /// The log, an event a line.
    pub log: PathBuf,
    /// Packs besides the app's own.
    pub packs: Vec<PathBuf>,
    /// One object a line instead of sentences.
    pub json: bool,
    /// Of the sentences.
    pub lang: Lang,
}

/// What became of one verdict; each has the text `recheck-<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Same,
    Another,
    NoInputs,
    NoPack,
}

impl Found {
    fn code(self) -> &'static str {
        match self {
            Found::Same => "same",
            Found::Another => "another",
            Found::NoInputs => "no_inputs",
            Found::NoPack => "no_pack",
        }
    }
}

/// Writes a line for each verdict, and in words how many there were.
pub fn run(args: &RecheckArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let unusable = |path: &Path, why: &dyn std::fmt::Display| named(path, io::ErrorKind::InvalidData, why);
    let log = text_of(&args.log)?;
    let log = Log::read(log.trim_start_matches('\u{feff}')).map_err(|error| unusable(&args.log, &error))?;
    let mut rules = BTreeMap::from([(Pack::builtin().version, Pack::builtin().duty.clone())]);
    for path in &args.packs {
        let pack = Pack::from_json(&text_of(path)?).map_err(|error| unusable(path, &error))?;
        rules.insert(pack.version, pack.duty);
    }
    let (mut all, mut bad) = (0_u64, 0_u64);
    for (id, line) in log.lines().filter(|(_, line)| line.event.kind == "verdict") {
        let found = again(line, &rules);
        all += 1;
        bad += u64::from(found != Found::Same);
        let (verdict, accident) = (&line.event.detail["verdict"], &line.event.detail["accident"]);
        let told = if args.json {
            json!({ "event": id, "verdict": verdict, "accident": accident, "recheck": found.code() }).to_string()
        } else {
            let verdict = text::tell(args.lang, "verdict", verdict.as_str().unwrap_or_default());
            let word = say(args.lang, &format!("recheck-{}", found.code()), &[]);
            let named = [("event", id.to_string().into()), ("verdict", verdict.into()), ("found", word.into())];
            say(args.lang, "recheck-line", &named)
        };
        writeln!(out, "{told}")?;
    }
    if !args.json {
        writeln!(out, "{}", say(args.lang, "recheck-all", &[("all", all.into()), ("bad", bad.into())]))?;
    }
    Ok(if bad == 0 { Exit::Good } else { Exit::Bad })
}

fn again(line: &LogLine, rules: &BTreeMap<u32, DutyRules>) -> Found {
    let checked: Result<Checked, _> = serde_json::from_value(line.event.detail.clone());
    match (checked, rules.get(&line.event.pack)) {
        (Err(_), _) => Found::NoInputs,
        (Ok(_), None) => Found::NoPack,
        // The event was written when the check was made: a verdict of another moment is none of this event.
        (Ok(checked), Some(rules)) if checked.holds(rules) && checked.inputs.now == line.event.at => Found::Same,
        (Ok(_), Some(_)) => Found::Another,
    }
}
