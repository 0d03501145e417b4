//! Looks at a photo as its bytes go by: one pass, in pieces of any size, and no more memory for a film than for a
//! thumbnail. It cannot fail; what cannot be read is absent from the facts. Not its business: keeping the bytes.

use super::{Format, PhotoFacts, Sound, facts, walk::Walk};

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
        let room = piece.len().min(self.most - before);
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

    /// Everything the photo says about itself, all of its bytes having been seen.
    pub fn facts(&self) -> PhotoFacts {
        let format = Format::of(&self.head);
        // A file shorter than any announcement still says what it began as.
        let walk = self.walk.clone().or_else(|| {
            let mut walk = Walk::of(format?);
            walk.see(&self.head);
            Some(walk)
        });
        let is_whole = self.bytes == self.head.len() as u64;
        let block = walk.as_ref().and_then(Walk::exif).filter(|_| !is_whole);
        facts::gather(format, self.bytes, &self.head, block, walk.as_ref())
    }
}

/// Reads a photo that is in memory. Never panics, never fails, whatever the bytes are.
pub fn inspect(bytes: &[u8]) -> PhotoFacts {
    let mut eye = Eye::new(bytes.len());
    eye.see(bytes);
    eye.facts()
}
