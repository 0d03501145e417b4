//! Looks at a photo as its bytes go by: one pass, in pieces of any size, and no more memory for a film than for a
//! thumbnail. It cannot fail; what cannot be read is absent from the facts. Not its business: keeping the bytes.

use super::{Format, PhotoFacts, Sound, container::SCAN_BYTES, facts, walk::Walk};

/// So many bytes tell every format that is known.
const TELLING: usize = 12;

/// What was seen of one photo so far.
#[derive(Clone, Debug)]
pub struct Eye {
    head: Vec<u8>,
    most: usize,
    bytes: u64,
    walk: Option<Walk>,
}

impl Eye {
    /// Looks for metadata in the first `most` bytes; PNG and WebP may have it anywhere.
    pub fn new(most: usize) -> Eye {
        Eye { head: Vec::new(), most: most.max(TELLING), bytes: 0, walk: None }
    }

    /// The next bytes of the file.
    pub fn see(&mut self, piece: &[u8]) {
        let before = self.head.len();
        self.bytes += piece.len() as u64;
        let room = if self.has_metadata() { 0 } else { piece.len().min(self.most - before) };
        self.head.extend_from_slice(&piece[..room]);
        match &mut self.walk {
            Some(walk) => walk.see(piece),
            None if before < TELLING && self.head.len() >= TELLING => {
                self.walk = Format::of(&self.head).map(Walk::of);
                if let Some(walk) = &mut self.walk {
                    walk.see(&self.head[..before]);
                    walk.see(piece);
                }
            }
            None => {}
        }
    }

    /// Which kind of sound it is instead of a picture.
    pub fn sound(&self) -> Option<Sound> {
        Sound::of(&self.head)
    }

    /// Whether all metadata was seen, whatever follows: a JPEG's stands before its first scan. Nobody who wants only that
    /// need read on.
    pub fn has_metadata(&self) -> bool {
        self.walk.as_ref().is_some_and(|walk| walk.is_past_metadata(SCAN_BYTES as u64))
    }

    /// Everything the photo says about itself, all of its bytes having been seen.
    pub fn facts(&self) -> PhotoFacts {
        let format = Format::of(&self.head);
        // A file shorter than any announcement still says what it began as.
        let short = if self.walk.is_some() { None } else { format.map(|format| self.short(format)) };
        let walk = self.walk.as_ref().or(short.as_ref());
        let is_whole = self.bytes == self.head.len() as u64;
        let block = walk.and_then(Walk::exif).filter(|_| !is_whole);
        facts::gather(format, self.bytes, &self.head, block, walk)
    }

    fn short(&self, format: Format) -> Walk {
        let mut walk = Walk::of(format);
        walk.see(&self.head);
        walk
    }

    /// What a photo of so many bytes says about itself, of which only the beginning was seen: whether it is cut off is
    /// not known then.
    pub fn metadata(&self, bytes: u64) -> PhotoFacts {
        PhotoFacts { bytes, truncated: false, ..self.facts() }
    }
}

/// Reads a photo that is in memory. Never panics, never fails, whatever the bytes are.
pub fn inspect(bytes: &[u8]) -> PhotoFacts {
    let mut eye = Eye::new(bytes.len());
    eye.see(bytes);
    eye.facts()
}
