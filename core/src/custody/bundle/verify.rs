//! Checks a bundle: first the zip, then the bag's lists against its files, then that every file is under the closing
//! signature, then what the files claim about each other, last whether a trusted key vouches. The first break ends it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Seek},
};

use super::{
    BAG_INFO, BAGIT, Break, BreakCode, Contents, MANIFEST, NotABundle, README, Report, TAG_MANIFEST, TrustedKeys,
    bag::Bag, claims, closing, contents::CONTENTS, part, stamps, tags,
};
use crate::{
    canon::Sha256,
    custody::{Head, stamp::Authority},
};

/// Hash and length of every file.
type Digests = BTreeMap<String, (Sha256, u64)>;

/// Checks a bundle against itself and, with `trust`, against the keys its reader trusts.
///
/// # Errors
/// [`NotABundle`] when there is nothing to check. A broken bundle is not an error but a [`Report`].
pub fn verify(mut source: impl Read + Seek, trust: Option<&TrustedKeys>) -> Result<Report, NotABundle> {
    examine(&mut source, trust, &[])
}

/// The same, and whether one of these authorities has signed the time-stamps.
///
/// # Errors
/// As [`verify`].
pub fn verify_under(
    mut source: impl Read + Seek,
    trust: Option<&TrustedKeys>,
    authorities: &[Authority],
) -> Result<Report, NotABundle> {
    examine(&mut source, trust, authorities)
}

/// Whatever a bundle is read from.
trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

// Not generic, so that it is compiled here, with this crate's optimisation, and once.
fn examine(
    source: &mut dyn Source,
    trust: Option<&TrustedKeys>,
    authorities: &[Authority],
) -> Result<Report, NotABundle> {
    let mut bag = Bag::open(source)?;
    let photos = bag.paths().iter().filter(|path| path.starts_with("data/photos/")).count();
    let mut report = Report {
        whole: false,
        trusted: false,
        signer: None,
        case: bag.case,
        revision: 0,
        photos: u32::try_from(photos).unwrap_or(u32::MAX),
        part: false,
        made_at: None,
        stamped: None,
        first_break: None,
    };
    let checked = match bag.broken.clone() {
        Some(broken) => Err(broken),
        None => check(&mut bag, &mut report, trust, authorities),
    };
    report.whole = checked.is_ok();
    report.trusted &= report.whole;
    report.first_break = checked.err();
    Ok(report)
}

fn check<R: Read + Seek>(
    bag: &mut Bag<R>,
    report: &mut Report,
    trust: Option<&TrustedKeys>,
    authorities: &[Authority],
) -> Result<(), Break> {
    for path in [BAGIT, BAG_INFO, README, MANIFEST, TAG_MANIFEST] {
        if !bag.has(path) {
            return Err(Break::new(BreakCode::Missing, path));
        }
    }
    let mut digests = Digests::new();
    for path in bag.paths() {
        let digest = bag.digest(&path)?;
        digests.insert(path, digest);
    }
    check_tags(bag, &digests)?;
    check_payload(bag, &digests)?;
    check_info(bag, &digests)?;
    let opened = closing::open(bag)?;
    let left_out = opened.contents.left_out.clone();
    if opened.contents.part.is_some() {
        let head = part::check(bag, &digests, opened, report, trust)?;
        return check_made(bag, &digests, left_out, &head, report);
    }
    let closed = closing::check(bag, &digests, opened)?;
    check_made(bag, &digests, left_out, &closed.head, report)?;
    claims::check(bag, &digests, &closed, report, trust)?;
    report.stamped = stamps::check(bag, &digests, authorities)?;
    Ok(())
}

/// What is made anew from signed things is what stands there.
fn check_made<R: Read + Seek>(
    bag: &mut Bag<R>,
    digests: &Digests,
    left_out: BTreeSet<Sha256>,
    head: &Head,
    report: &mut Report,
) -> Result<(), Break> {
    let info = tags::BagInfo::over(bag.case, payload_lengths(digests), left_out);
    if bag.document(BAG_INFO)? != info.render().as_bytes() {
        return Err(Break::new(BreakCode::Changed, BAG_INFO));
    }
    report.made_at = Some(head.at.wall);
    Ok(())
}

fn check_tags<R: Read + Seek>(bag: &mut Bag<R>, digests: &Digests) -> Result<(), Break> {
    let malformed = || Break::new(BreakCode::Malformed, TAG_MANIFEST);
    let listed = tags::parse_manifest(&bag.text(TAG_MANIFEST)?).ok_or_else(malformed)?;
    let expected = [BAG_INFO, BAGIT, MANIFEST, README];
    if listed.len() != expected.len() || !expected.iter().all(|path| listed.contains_key(*path)) {
        return Err(malformed());
    }
    for (path, digest) in &listed {
        if digests.get(path).map(|(actual, _)| actual) != Some(digest) {
            // Either the file was changed or the line about it. A file that is exactly what it must be is not to blame.
            let blamed = if as_it_must_be(bag, path, digests)? { TAG_MANIFEST } else { path };
            return Err(Break::new(BreakCode::Changed, blamed));
        }
    }
    Ok(())
}

/// Whether a tag file is what the rest of the bag demands it to be.
fn as_it_must_be<R: Read + Seek>(bag: &mut Bag<R>, path: &str, digests: &Digests) -> Result<bool, Break> {
    let bytes = bag.document(path)?;
    Ok(match path {
        BAGIT => bytes == tags::BAGIT_TEXT.as_bytes(),
        // Its hash is signed for, in the list of contents.
        README => {
            let contents = bag.canonical::<Contents>(CONTENTS).ok();
            contents.is_some_and(|contents| contents.files.get(README) == Some(&Sha256::of(&bytes)))
        }
        MANIFEST => bytes == tags::render_manifest(&payload(digests)).as_bytes(),
        _ => info_of(bag, &bytes, digests).is_some(),
    })
}

fn payload(digests: &Digests) -> BTreeMap<String, Sha256> {
    digests.iter().filter(|(path, _)| path.starts_with("data/")).map(|(path, (d, _))| (path.clone(), *d)).collect()
}

fn info_of<R: Read + Seek>(bag: &mut Bag<R>, bytes: &[u8], digests: &Digests) -> Option<tags::BagInfo> {
    let info = tags::BagInfo::parse(std::str::from_utf8(bytes).ok()?)?;
    let again = tags::BagInfo::over(bag.case, payload_lengths(digests), info.left_out.clone());
    let fits = info == again;
    (fits && info.left_out.iter().all(|photo| is_spoken_of(bag, *photo))).then_some(info)
}

fn payload_lengths(digests: &Digests) -> impl Iterator<Item = u64> + '_ {
    digests.iter().filter(|(path, _)| path.starts_with("data/")).map(|(_, (_, length))| *length)
}

/// A photo can only be left out on purpose if something else in the bundle speaks of it.
fn is_spoken_of<R: Read + Seek>(bag: &mut Bag<R>, photo: Sha256) -> bool {
    let documents = bag.paths().into_iter().filter(|path| {
        ["data/record/", "data/statements/", "data/custody/", "data/contents.json"]
            .iter()
            .any(|at| path.starts_with(at))
    });
    let photo = photo.to_string();
    documents.collect::<Vec<_>>().iter().any(|path| bag.text(path).is_ok_and(|text| text.contains(&photo)))
}

fn check_payload<R: Read + Seek>(bag: &mut Bag<R>, digests: &Digests) -> Result<(), Break> {
    let text = bag.text(MANIFEST)?;
    let listed = tags::parse_manifest(&text).ok_or_else(|| Break::new(BreakCode::Malformed, MANIFEST))?;
    for (path, digest) in &listed {
        match digests.get(path) {
            None => return Err(Break::new(BreakCode::Missing, path)),
            Some((actual, _)) if actual != digest => return Err(Break::new(BreakCode::Changed, path)),
            Some(_) => {}
        }
    }
    let tag_files = [BAG_INFO, BAGIT, MANIFEST, README, TAG_MANIFEST];
    match digests.keys().find(|path| !listed.contains_key(*path) && !tag_files.contains(&path.as_str())) {
        Some(extra) => Err(Break::new(BreakCode::Extra, extra)),
        None => Ok(()),
    }
}

fn check_info<R: Read + Seek>(bag: &mut Bag<R>, digests: &Digests) -> Result<(), Break> {
    if bag.text(BAGIT)? != tags::BAGIT_TEXT {
        return Err(Break::new(BreakCode::Malformed, BAGIT));
    }
    let bytes = bag.document(BAG_INFO)?;
    info_of(bag, &bytes, digests).map(drop).ok_or_else(|| Break::new(BreakCode::Malformed, BAG_INFO))
}
