//! `jingbao-gateway check KIND VALUE…`: the validators' answer to each value, a line each, in the order given.
//! It reads, and changes nothing. Ends bad if any value is invalid, else good: what is only doubtful goes through.

use std::io::{self, Write};

use jingbao_core::{
    text::{Lang, say, tell},
    validate::{self, Checked, Date, Kind, Verdict},
};
use serde_json::json;

use super::Exit;

/// What `check` was asked for.
#[derive(Clone)]
pub struct CheckArgs {
    /// What the values claim to be.
    pub kind: Kind,
    /// The values.
    pub values: Vec<String>,
    /// The day that decides which births lie in the future.
    pub today: Date,
    /// One object a line instead of sentences.
    pub json: bool,
    /// Of the sentences.
    pub lang: Lang,
}

/// Writes a line for each value.
pub fn run(args: &CheckArgs, out: &mut dyn Write) -> io::Result<Exit> {
    let mut exit = Exit::Good;
    for value in &args.values {
        let checked = validate::check(args.kind, value, args.today);
        if checked.verdict == Verdict::Invalid {
            exit = Exit::Bad;
        }
        let line = if args.json { object(&checked, args.lang) } else { sentence(&checked, args.lang) };
        writeln!(out, "{line}")?;
    }
    Ok(exit)
}

/// `reason` and `class` are codes and never change; `message` is for a person.
fn object(checked: &Checked, lang: Lang) -> String {
    json!({
        "kind": checked.kind,
        "input": checked.input,
        "normalised": checked.normalised,
        "verdict": checked.verdict,
        "class": checked.class,
        "reason": checked.reason,
        "suggestion": checked.suggestion,
        "message": checked.reason.as_ref().map(|reason| tell(lang, "reason", reason)),
    })
    .to_string()
}

fn sentence(checked: &Checked, lang: Lang) -> String {
    let mut line = say(
        lang,
        "desk-check-line",
        &[
            ("kind", tell(lang, "kind", checked.kind.code()).into()),
            ("value", shown(checked).into()),
            ("verdict", tell(lang, "validate", checked.verdict.code()).into()),
        ],
    );
    if let Some(class) = &checked.class {
        line += &say(lang, "desk-check-class", &[("class", tell(lang, "class", class).into())]);
    }
    if let Some(reason) = &checked.reason {
        line += &say(lang, "desk-check-reason", &[("reason", tell(lang, "reason", reason).into())]);
    }
    if let Some(suggestion) = &checked.suggestion {
        let offer = say(lang, "validate-suggestion", &[("value", suggestion.as_str().into())]);
        line += &say(lang, "desk-check-reason", &[("reason", offer.into())]);
    }
    line
}

/// The normalised value: it has no control characters that could play with a terminal.
fn shown(checked: &Checked) -> &str {
    if checked.normalised.is_empty() { "—" } else { &checked.normalised }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(kind: Kind, values: &[&str], json: bool, lang: Lang) -> (Exit, String) {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        let args = CheckArgs { kind, values, today: Date::constant(2026, 11, 23), json, lang };
        let mut out = Vec::new();
        let code = run(&args, &mut out).unwrap();
        (code, String::from_utf8(out).unwrap())
    }

    #[test]
    fn each_value_is_one_object_with_the_keys_of_the_contract() {
        let (code, text) = ran(Kind::Plate, &["鲁f·ya123", "鲁YA12345", "鲁FI1234"], true, Lang::En);
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((code, lines.len()), (Exit::Bad, 3));
        for key in ["kind", "input", "normalised", "verdict", "class", "reason"] {
            assert!(lines.iter().all(|line| line.get(key).is_some()), "{key}");
        }
        assert_eq!(lines[1]["class"], "new_energy_small");
        assert_eq!(lines[2]["verdict"], "invalid");
        assert_eq!(lines[2]["suggestion"], "鲁F11234");
    }

    #[test]
    fn only_an_invalid_value_makes_the_exit_code_1() {
        assert_eq!(ran(Kind::Id, &["11010519491231002X"], false, Lang::Zh).0, Exit::Good);
        assert_eq!(ran(Kind::Vin, &["WVWZZZ1JZ3W386752"], false, Lang::Zh).0, Exit::Good);
        assert_eq!(ran(Kind::Phone, &["13805351234", "1380"], false, Lang::Zh).0, Exit::Bad);
        assert_eq!(ran(Kind::Uscc, &[], false, Lang::Zh), (Exit::Good, String::new()));
    }

    #[test]
    fn a_person_reads_a_sentence_and_no_code_in_both_languages() {
        for lang in Lang::ALL {
            let (_, text) = ran(Kind::Plate, &["鲁FI1234", "鲁F12345", "", "WJ鲁12345"], false, lang);
            assert_eq!(text.lines().count(), 4, "{text}");
            assert!(!text.contains('_') && !text.contains("reason-") && !text.contains('{'), "{text}");
        }
        assert!(ran(Kind::Plate, &["鲁F12345"], false, Lang::Zh).1.contains("普通号牌"));
    }
}
