//! Follows the structure of a picture file as its bytes go by, in pieces of any size and constant memory: where it
//! ends, how large the picture is, and metadata that stands behind the part that is kept. It walks lengths, looks at
//! no picture, and takes any bytes: a structure that is none is given up, never guessed.

mod boxes;
mod chunks;
mod jpeg;

use super::Format;

/// Most bytes of a late metadata block that are kept.
const LARGEST_BLOCK: usize = 1 << 20;

/// The walk through one file.
#[derive(Clone, Debug)]
pub(super) enum Walk {
    Jpeg(jpeg::Jpeg),
    Png(chunks::Png),
    Webp(chunks::Webp),
    Boxes(boxes::Boxes),
    /// TIFF has no order that could be followed, and no end.
    Tiff,
}

impl Walk {
    pub(super) fn of(format: Format) -> Walk {
        match format {
            Format::Jpeg => Walk::Jpeg(jpeg::Jpeg::default()),
            Format::Png => Walk::Png(chunks::Png::default()),
            Format::Webp => Walk::Webp(chunks::Webp::default()),
            Format::Heic | Format::Avif => Walk::Boxes(boxes::Boxes::default()),
            Format::Tiff => Walk::Tiff,
        }
    }

    /// The next bytes of the file.
    pub(super) fn see(&mut self, piece: &[u8]) {
        match self {
            Walk::Jpeg(walk) => walk.see(piece),
            Walk::Png(walk) => walk.see(piece),
            Walk::Webp(walk) => walk.see(piece),
            Walk::Boxes(walk) => walk.see(piece),
            Walk::Tiff => {}
        }
    }

    /// Whether the file, of which everything was seen, ends before its own structure does.
    pub(super) fn is_cut_off(&self) -> bool {
        match self {
            Walk::Jpeg(walk) => !walk.has_ended(),
            Walk::Png(walk) => !walk.has_ended(),
            Walk::Webp(walk) => !walk.has_ended(),
            Walk::Boxes(walk) => !walk.has_ended(),
            Walk::Tiff => false,
        }
    }

    /// Whether no metadata can come any more, `margin` bytes of the picture itself having been seen.
    pub(super) fn is_past_metadata(&self, margin: u64) -> bool {
        match self {
            Walk::Jpeg(walk) => walk.is_past_metadata(margin),
            Walk::Png(_) | Walk::Webp(_) | Walk::Boxes(_) | Walk::Tiff => false,
        }
    }

    /// Width and height as the structure tells them, where it is this walk that knows.
    pub(super) fn pixels(&self) -> Option<(u32, u32)> {
        match self {
            Walk::Jpeg(walk) => walk.pixels(),
            Walk::Boxes(walk) => walk.pixels(),
            Walk::Png(_) | Walk::Webp(_) | Walk::Tiff => None,
        }
    }

    /// A metadata block in a chunk of its own: the TIFF structure alone.
    pub(super) fn exif(&self) -> Option<&[u8]> {
        match self {
            Walk::Png(walk) => walk.exif(),
            Walk::Webp(walk) => walk.exif(),
            Walk::Jpeg(_) | Walk::Boxes(_) | Walk::Tiff => None,
        }
    }
}

/// Bytes that are waited for: the next few. On no heap, because a file may be nothing but headers.
#[derive(Clone, Debug, Default)]
struct Few {
    held: [u8; 12],
    count: usize,
}

impl Few {
    /// Takes from the front of `piece` until `N` are held, at most twelve, and hands them over then.
    fn fill<const N: usize>(&mut self, piece: &mut &[u8]) -> Option<[u8; N]> {
        let wanted = N.saturating_sub(self.count).min(piece.len());
        let (taken, rest) = piece.split_at(wanted);
        self.held.get_mut(self.count..self.count + wanted)?.copy_from_slice(taken);
        self.count += wanted;
        *piece = rest;
        let whole = self.held.first_chunk::<N>().filter(|_| self.count >= N)?;
        self.count = 0;
        Some(*whole)
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Passes over up to `left` bytes of the front of `piece`.
fn pass(piece: &mut &[u8], left: &mut u64) {
    let skipped = usize::try_from(*left).unwrap_or(usize::MAX).min(piece.len());
    *piece = &piece[skipped..];
    *left -= skipped as u64;
}
