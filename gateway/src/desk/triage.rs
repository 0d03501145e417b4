//! `jingbao-gateway triage FACTS.json`: may they leave, why, and what is still unknown, by the compiled-in pack.
//! It reads, and changes nothing. A file that cannot be read as facts ends with one sentence, unable.

use std::io::{self, Write};

use jingbao_core::{
    pack::Pack,
    text::{Lang, say, tell},
    triage::{Facts, Outcome, triage},
};

use super::Exit;

/// What `triage` was asked for.
#[derive(Clone)]
pub struct TriageArgs {
    /// Content of the facts file.
    pub facts: String,
    /// One object a line instead of sentences.
    pub json: bool,
    /// Of the sentences.
    pub lang: Lang,
}

/// Writes the outcome to `out`, or the one sentence about a bad file to `complaints`.
pub fn run(args: &TriageArgs, out: &mut dyn Write, complaints: &mut dyn Write) -> io::Result<Exit> {
    let facts: Facts = match serde_json::from_str(args.facts.trim_start_matches('\u{feff}')) {
        Ok(facts) => facts,
        Err(error) => {
            let problem = error.to_string().into();
            writeln!(complaints, "{}", say(args.lang, "error-bad-facts", &[("problem", problem)]))?;
            return Ok(Exit::Unable);
        }
    };
    let outcome = triage(&facts, &Pack::builtin().triage);
    match args.json {
        true => writeln!(out, "{}", serde_json::to_string(&outcome)?)?,
        false => sentences(&outcome, args.lang, out)?,
    }
    Ok(Exit::Good)
}

fn sentences(outcome: &Outcome, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let list = |prefix: &str, codes: &[String]| {
        let words: Vec<String> = codes.iter().map(|code| tell(lang, prefix, code)).collect();
        words.join(&say(lang, "desk-list-separator", &[]))
    };
    let mut line = |code: &str, name: &str, text: String| writeln!(out, "{}", say(lang, code, &[(name, text.into())]));
    line("triage-route", "route", tell(lang, "route", outcome.route.code()))?;
    line("triage-because", "reasons", list("fact", &outcome.because))?;
    line("triage-cites", "cites", list("cite", &outcome.cites))?;
    for (nth, advice) in outcome.advice.iter().enumerate() {
        writeln!(out, "{}. {}", nth + 1, tell(lang, "triage-advice", advice))?;
    }
    if !outcome.unknown.is_empty() {
        let facts = list("fact", &outcome.unknown);
        writeln!(out, "{}", say(lang, "triage-unknown", &[("facts", facts.into())]))?;
    }
    writeln!(out, "{}", say(lang, if outcome.settled { "triage-settled" } else { "triage-open" }, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(facts: &str, json: bool, lang: Lang) -> (Exit, String, String) {
        let (mut out, mut complaints) = (Vec::new(), Vec::new());
        let args = TriageArgs { facts: facts.to_owned(), json, lang };
        let code = run(&args, &mut out, &mut complaints).unwrap();
        (code, String::from_utf8(out).unwrap(), String::from_utf8(complaints).unwrap())
    }

    #[test]
    fn the_outcome_is_one_object_with_the_keys_of_the_contract() {
        let (code, out, _) = ran(r#"{"no_plate": "yes", "injury": "no"}"#, true, Lang::Zh);
        let line: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!((code, out.lines().count()), (Exit::Good, 1));
        assert_eq!((&line["route"], &line["settled"]), (&"call_hazmat".into(), &false.into()));
        for key in ["cites", "because", "unknown", "advice"] {
            assert!(line[key].is_array(), "{key}");
        }
    }

    #[test]
    fn a_bad_file_is_one_sentence_that_names_the_place_and_exit_2() {
        for (file, word) in
            [("{\"injurie\": \"no\"}", "injurie"), ("", "line 1"), ("[1]", "object"), ("{}}", "trailing")]
        {
            for lang in Lang::ALL {
                let (code, out, complaint) = ran(file, true, lang);
                assert_eq!((code, out.as_str(), complaint.lines().count()), (Exit::Unable, "", 1));
                assert!(complaint.contains(word), "{complaint}");
            }
        }
    }

    #[test]
    fn a_person_reads_sentences_and_no_code_in_both_languages() {
        for lang in Lang::ALL {
            for facts in ["{}", r#"{"injury": "yes", "road": "expressway", "parties": "single"}"#] {
                let (_, out, _) = ran(facts, false, lang);
                assert!(out.lines().count() > 4 && !out.contains('_') && !out.contains('{'), "{out}");
            }
        }
    }
}
