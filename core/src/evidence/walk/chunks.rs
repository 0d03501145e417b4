//! PNG (W3C PNG §5) and WebP (RFC 9649): chunks with a length and a name, one of which may hold EXIF.

use super::{Few, LARGEST_BLOCK, pass};

/// What a chunk's header says.
struct Header {
    /// Bytes that follow it, checksum and padding included.
    length: u64,
    /// Whether it holds EXIF: so many bytes of it.
    exif: Option<u64>,
    /// Whether nothing comes after it.
    last: bool,
}

/// One chunk after the other, of which the first with EXIF is kept.
#[derive(Clone, Debug, Default)]
struct Chunks {
    few: Few,
    /// Bytes left of the present chunk; none before a header.
    left: Option<u64>,
    /// Bytes left of its EXIF.
    exif_left: usize,
    is_last: bool,
    block: Vec<u8>,
    ended: bool,
}

impl Chunks {
    fn see(&mut self, mut piece: &[u8], header: impl Fn([u8; 8]) -> Header) {
        while !piece.is_empty() && !self.ended {
            match &mut self.left {
                None => {
                    let Some(head) = self.few.fill::<8>(&mut piece) else { return };
                    let Header { length, exif, last } = header(head);
                    let kept = exif.filter(|_| self.block.is_empty()).unwrap_or(0);
                    self.exif_left = usize::try_from(kept).unwrap_or(usize::MAX).min(LARGEST_BLOCK);
                    (self.left, self.is_last) = (Some(length), last);
                }
                Some(left) => {
                    let before = piece;
                    pass(&mut piece, left);
                    let passed = &before[..before.len() - piece.len()];
                    let kept = passed.len().min(self.exif_left);
                    self.block.extend_from_slice(&passed[..kept]);
                    self.exif_left -= kept;
                }
            }
            if self.left == Some(0) {
                self.left = None;
                self.ended = self.is_last;
            }
        }
    }

    fn exif(&self) -> Option<&[u8]> {
        (!self.block.is_empty()).then_some(self.block.as_slice())
    }
}

/// The walk through a PNG, from its signature to `IEND`.
#[derive(Clone, Debug, Default)]
pub(in crate::evidence) struct Png {
    signature: Few,
    is_past_signature: bool,
    chunks: Chunks,
}

impl Png {
    pub(super) fn see(&mut self, mut piece: &[u8]) {
        if !self.is_past_signature {
            if self.signature.fill::<8>(&mut piece).is_none() {
                return;
            }
            self.is_past_signature = true;
        }
        self.chunks.see(piece, |[a, b, c, d, name @ ..]| {
            let length = u64::from(u32::from_be_bytes([a, b, c, d]));
            Header { length: length + 4, exif: (&name == b"eXIf").then_some(length), last: &name == b"IEND" }
        });
    }

    pub(super) fn has_ended(&self) -> bool {
        self.chunks.ended
    }

    pub(super) fn exif(&self) -> Option<&[u8]> {
        self.chunks.exif()
    }
}

/// The walk through a WebP, as long as its RIFF header says.
#[derive(Clone, Debug, Default)]
pub(in crate::evidence) struct Webp {
    riff: Few,
    /// Bytes that must come after the header's first eight, and that came.
    declared: Option<u64>,
    seen: u64,
    chunks: Chunks,
}

impl Webp {
    pub(super) fn see(&mut self, mut piece: &[u8]) {
        self.seen += piece.len() as u64;
        if self.declared.is_none() {
            let Some(riff) = self.riff.fill::<12>(&mut piece) else { return };
            self.declared = Some(u64::from(u32::from_le_bytes([riff[4], riff[5], riff[6], riff[7]])));
        }
        self.chunks.see(piece, |[n, a, m, e, lengths @ ..]| {
            let length = u64::from(u32::from_le_bytes(lengths));
            // Chunks are padded to an even length.
            Header { length: length + length % 2, exif: (&[n, a, m, e] == b"EXIF").then_some(length), last: false }
        });
    }

    pub(super) fn has_ended(&self) -> bool {
        self.declared.is_some_and(|declared| self.seen >= declared.saturating_add(8))
    }

    /// Some writers repeat JPEG's prefix before the TIFF structure.
    pub(super) fn exif(&self) -> Option<&[u8]> {
        self.chunks.exif().map(|block| block.strip_prefix(b"Exif\0\0").unwrap_or(block))
    }
}
