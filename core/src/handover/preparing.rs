//! Whether a hand-over may be called prepared. The road comes first, and somebody has to want it.

use super::sheet::{Sheet, sheet};
use crate::{
    canon::Sha256,
    form::{CaseState, HandoverCopy, HandoverEvent, HandoverRefused, Happened, handover_entry},
    pack::Pack,
};

/// The sheet that is to be prepared.
pub fn prepare(case: &CaseState, pack: &Pack, app: &str) -> Result<Sheet, HandoverRefused> {
    let sheet = sheet(case, pack, app)?;
    match () {
        () if !case.is_cleared() => Err(HandoverRefused::NotCleared),
        () if !sheet.is_ready() => Err(HandoverRefused::NobodyAgreed),
        () => Ok(sheet),
    }
}

/// The entry that says that the sheet of this hash lies ready with these copies; only while it is still the sheet.
pub fn prepared(
    case: &CaseState,
    pack: &Pack,
    app: &str,
    expected: Sha256,
    copies: Vec<HandoverCopy>,
) -> Result<Happened, HandoverRefused> {
    let sheet = prepare(case, pack, app)?.sha256().map_err(|_| HandoverRefused::NotCanonical)?;
    if sheet != expected {
        return Err(HandoverRefused::Changed);
    }
    Ok(handover_entry(app, HandoverEvent::Prepared { sheet, copies }))
}
