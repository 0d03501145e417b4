//! Plays the main job on the phone in a folder, recording what goes to disk, and writes the record, a line an entry, to
//! `FOLDER/record`. Triggered by the power-loss test; ends with 0 when the job was done to its end.

use std::{fs, io::Write, path::PathBuf, process::ExitCode};

use jingbao_tests::{
    power::{record, scene},
    roadside::Installation,
};

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1).map(PathBuf::from) else { return ExitCode::from(2) };
    let mut phone = Installation::new(&folder, 1);
    let wire = fs::read_to_string(folder.join("wire")).unwrap_or_default();
    if let [address, key, token] = wire.lines().collect::<Vec<_>>()[..] {
        phone.gateway = Some((address.to_owned(), key.to_owned()));
        phone.token = Some(token.to_owned());
    }
    let done = record::begin(&phone.store()).map_err(|error| error.to_string()).and_then(|()| {
        let field = phone.open().map_err(|error| error.to_string())?;
        scene::play(&field, &record::told).map_err(|error| error.to_string())?;
        // Not closed: the record ends where the power does.
        let lines: Result<Vec<String>, _> = record::take().iter().map(serde_json::to_string).collect();
        let lines = lines.map_err(|error| error.to_string())?;
        fs::write(folder.join("record"), lines.join("\n")).map_err(|error| error.to_string())
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}
