//! The time-stamps of a bundle: each is about the signature of the head that its name tells, and, where the reader gave
//! authorities, signed by one of them. One by somebody else breaks nothing; it only says nothing.

use std::io::{Read, Seek};

use super::{Break, BreakCode, STAMPS, Stamped, bag::Bag, claims::Digests};
use crate::custody::stamp::{Authority, BadStamp, Stamp};

/// Checks every time-stamp; gives the newest, of those that are signed by a given authority if there is one.
pub(super) fn check<R: Read + Seek>(
    bag: &mut Bag<R>,
    digests: &Digests,
    authorities: &[Authority],
) -> Result<Option<Stamped>, Break> {
    let mut newest: Option<Stamped> = None;
    for path in digests.keys().filter(|path| path.starts_with(STAMPS)) {
        let stem = path.strip_prefix(STAMPS).and_then(|name| name.strip_suffix(".tsr"));
        let head = format!("data/custody/{}.sig", stem.unwrap_or_default());
        if !digests.contains_key(&head) {
            return Err(Break::new(BreakCode::Misplaced, path));
        }
        let stamp = Stamp::read(&bag.document(path)?).map_err(|_| Break::new(BreakCode::Malformed, path))?;
        if !stamp.covers(&bag.document(&head)?) {
            return Err(Break::new(BreakCode::StampDiffers, path));
        }
        let checked = match stamp.is_by(authorities) {
            Ok(()) => true,
            Err(BadStamp::AnotherAuthority) => false,
            Err(_) => return Err(Break::new(BreakCode::BadSignature, path)),
        };
        let this = Stamped { at: stamp.at, checked };
        if newest.is_none_or(|known| (known.checked, known.at.0) < (checked, this.at.0)) {
            newest = Some(this);
        }
    }
    Ok(newest)
}
