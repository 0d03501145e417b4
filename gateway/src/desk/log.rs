//! `jingbao-gateway log --data DIR`: every duty event that the gateway keeps, a line an event in canonical JSON, by device
//! and number, with the device's company: what [`score`](super::score) computes from. It reads, and changes nothing;
//! also while the server runs.

use std::{
    io::{self, Write},
    path::Path,
};

use jingbao_core::canon;

use super::Exit;
use crate::store::{SqliteStore, Store};

/// Writes the log.
pub fn run(data: &Path, out: &mut dyn Write) -> io::Result<Exit> {
    if !data.is_dir() {
        // Opening a store would make one.
        return Err(super::named(data, io::ErrorKind::NotFound, &io::Error::from(io::ErrorKind::NotFound)));
    }
    let lines = SqliteStore::open(data).and_then(|store| store.log()).map_err(io::Error::other)?;
    for line in lines {
        out.write_all(&canon::bytes(&line).map_err(io::Error::other)?)?;
        out.write_all(b"\n")?;
    }
    Ok(Exit::Good)
}
