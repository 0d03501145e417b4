//! Answers and photographs in a loop and prints each acknowledgement, until somebody kills it. Triggered by the kill
//! test with a folder; never ends by itself.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use jingbao::{
    Field, FieldError,
    records::{PhotoInput, Reply, SightInput},
};
use jingbao_tests::roadside::{Installation, small_photo};

/// Bytes of a photo, more than one chunk of the vault, so that a kill can fall between two.
const PHOTO: usize = 150_000;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else { return ExitCode::from(2) };
    match Installation::new(&folder, 1).open().and_then(|field| run(&field)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(field: &Field) -> Result<(), FieldError> {
    let case = match field.cases()?.pop() {
        Some(case) => case,
        None => field.sight(SightInput { position: None, accident: None, own_party: None, training: false })?,
    };
    say(&format!("case {case}"));
    let known = field.case(case.clone())?;
    let mut number =
        known.answers.iter().filter_map(|a| a.value.as_ref()?.strip_prefix("at ")?.parse().ok()).max().unwrap_or(0_u64);
    if !known.cleared {
        prepare(field, &case)?;
    }
    loop {
        number += 1;
        let place =
            Reply { question: "scene.place".into(), party: None, value: Some(format!("at {number}")), skip: None };
        field.answer(case.clone(), place)?;
        say(&format!("answered {number}"));
        if number.is_multiple_of(5) {
            let taken = field.add_photo(case.clone(), "other".into(), picture(number), None)?;
            say(&format!("photo {}", taken.sha256));
        }
    }
}

/// Through the screen, with three photos, off the road.
fn prepare(field: &Field, case: &str) -> Result<(), FieldError> {
    for slot in ["scene_front", "scene_rear", "contact_close"] {
        field.add_photo(case.to_owned(), slot.into(), picture(0), None)?;
    }
    while let Some(next) = field.case(case.to_owned())?.next.filter(|next| next.question.starts_with("fact.")) {
        let value = match next.question.as_str() {
            "fact.parties" => "motor_motor",
            "fact.road" => "city",
            _ => "no",
        };
        let reply = Reply { question: next.question, party: next.party, value: Some(value.into()), skip: None };
        field.answer(case.to_owned(), reply)?;
    }
    field.clear(case.to_owned()).map(drop)
}

fn picture(number: u64) -> PhotoInput {
    PhotoInput::Bytes { bytes: small_photo(number, PHOTO).unwrap_or_default() }
}

fn say(line: &str) {
    let mut out = io::stdout().lock();
    // Nobody reads any more: the parent is gone, and the next line would be for nobody as well.
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        std::process::exit(3);
    }
}
