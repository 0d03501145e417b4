//! A file that only its receiver opens: the format of age (age-encryption.org/v1) to one X25519 key, by the crate `age`.
//! Nothing of it touches the disk unencrypted. Ends in a synced file, or in the error of what failed; a half-written
//! file is the caller's to remove. Not its business: whose the key is, and opening such a file.
//!
//! A zip is written with steps back, to put a file's length in front of it, and an encrypted stream cannot step back. So
//! the same bytes are made twice: a rehearsal only notes what is written over, and in the second run that stands there
//! from the beginning.

use std::{
    collections::BTreeMap,
    fmt,
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
    str::FromStr,
};

use super::trouble::Trouble;

/// The public key of who may open a file, `age1…`.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(age::x25519::Recipient);

impl FromStr for Recipient {
    type Err = Trouble;

    fn from_str(text: &str) -> Result<Recipient, Trouble> {
        text.trim().parse().map(Recipient).map_err(|_| Trouble::BadRecipient)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({})", self.0)
    }
}

/// Where a bundle is written to.
pub(super) trait Sink: Write + Seek {}

impl<T: Write + Seek> Sink for T {}

/// Writes what `make` makes to the file, for `to` alone if there is one. `make` must give the same bytes each time.
pub(super) fn deliver(
    file: File,
    to: Option<&Recipient>,
    make: impl Fn(&mut dyn Sink) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let mut file = BufWriter::new(file);
    match to {
        None => make(&mut file)?,
        Some(Recipient(key)) => {
            let mut rehearsal = Rehearsal::default();
            make(&mut rehearsal)?;
            let envelope = age::Encryptor::with_recipients(std::iter::once(key as &dyn age::Recipient))
                .map_err(io::Error::other)?
                .wrap_output(&mut file)?;
            let mut forward = Forward { out: envelope, at: 0, end: 0, later: rehearsal.later, again: BTreeMap::new() };
            make(&mut forward)?;
            if forward.again != forward.later {
                return Err(io::Error::other("not the same bytes twice").into());
            }
            forward.out.finish()?;
        }
    }
    let file = file.into_inner().map_err(|error| Trouble::from(error.into_error()))?;
    Ok(file.sync_all()?)
}

/// Takes everything, keeps only what is written over something.
#[derive(Default)]
struct Rehearsal {
    at: u64,
    end: u64,
    /// Position → what stands there in the end.
    later: BTreeMap<u64, u8>,
}

impl Write for Rehearsal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let over = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX).min(bytes.len());
        self.later.extend((self.at..).zip(bytes[..over].iter().copied()));
        self.at += bytes.len() as u64;
        self.end = self.end.max(self.at);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Rehearsal {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = sought(to, self.at, self.end)?;
        Ok(self.at)
    }
}

/// Passes everything on in order, with what is written over it later already in its place.
struct Forward<W> {
    out: W,
    at: u64,
    end: u64,
    later: BTreeMap<u64, u8>,
    /// What was written over in this run: in the end the same.
    again: BTreeMap<u64, u8>,
}

impl<W: Write> Write for Forward<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let over = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX).min(bytes.len());
        self.again.extend((self.at..).zip(bytes[..over].iter().copied()));
        let mut fresh = bytes[over..].to_vec();
        let stop = self.end + fresh.len() as u64;
        for (at, byte) in self.later.range(self.end..stop) {
            fresh[usize::try_from(at - self.end).map_err(io::Error::other)?] = *byte;
        }
        self.out.write_all(&fresh)?;
        self.end = stop;
        self.at += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W> Seek for Forward<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = sought(to, self.at, self.end)?;
        Ok(self.at)
    }
}

/// A position among what is written already; a step beyond that would leave a hole.
fn sought(to: SeekFrom, at: u64, end: u64) -> io::Result<u64> {
    let to = match to {
        SeekFrom::Start(to) => Some(to),
        SeekFrom::Current(by) => at.checked_add_signed(by),
        SeekFrom::End(by) => end.checked_add_signed(by),
    };
    to.filter(|to| *to <= end).ok_or_else(|| io::ErrorKind::InvalidInput.into())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::*;

    /// Writes and steps back, as they come.
    fn play(steps: &[(u64, Vec<u8>)], sink: &mut dyn Sink) -> Result<(), Trouble> {
        for (back, bytes) in steps {
            let end = sink.seek(SeekFrom::End(0))?;
            sink.seek(SeekFrom::Start(end.saturating_sub(*back)))?;
            sink.write_all(bytes)?;
        }
        Ok(sink.flush()?)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn what_is_written_with_steps_back_comes_out_of_the_envelope_as_from_a_plain_file(
            steps in proptest::collection::vec((0_u64..40, proptest::collection::vec(any::<u8>(), 0..60)), 0..20),
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            let at = |name: &str| folder.path().join(name);
            let identity = age::x25519::Identity::generate();
            let to = Recipient(identity.to_public());
            deliver(File::create(at("plain")).expect("a file"), None, |sink| play(&steps, sink)).expect("written");
            deliver(File::create(at("sealed")).expect("a file"), Some(&to), |sink| play(&steps, sink)).expect("written");
            let sealed = age::Decryptor::new(File::open(at("sealed")).expect("a file")).expect("an envelope");
            let mut opened = Vec::new();
            sealed.decrypt(std::iter::once(&identity as &dyn age::Identity)).expect("opens").read_to_end(&mut opened)
                .expect("reads");
            prop_assert_eq!(opened, std::fs::read(at("plain")).expect("a file"));
        }
    }

    #[test]
    fn a_key_that_is_none_is_refused_and_one_survives_being_written_down() {
        let key = Recipient(age::x25519::Identity::generate().to_public());
        assert_eq!(key.to_string().parse::<Recipient>().ok(), Some(key.clone()));
        for bad in ["", "age1", "ssh-ed25519 AAAA", &key.to_string()[..20]] {
            assert!(matches!(bad.parse::<Recipient>(), Err(Trouble::BadRecipient)), "{bad}");
        }
    }
}
