//! A piece of an original on its way out: decrypted from the vault as the connection takes it, never whole in memory.

use std::{
    io::Read,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::edge::vault::VaultReader;

/// Bytes handed over at once.
const PIECE: u64 = 64 * 1024;

/// How far a body is; seen by the watchdog while the connection drives it.
#[derive(Debug, Default)]
pub(super) struct Flow {
    handed: AtomicU64,
    total: u64,
    broken: AtomicBool,
}

impl Flow {
    /// Bytes that the connection has taken.
    pub(super) fn handed(&self) -> u64 {
        self.handed.load(Ordering::Relaxed)
    }

    /// Whether there was a body and all of it was taken.
    pub(super) fn is_out(&self) -> bool {
        self.total > 0 && self.handed() == self.total
    }

    /// Whether the vault could not give the bytes.
    pub(super) fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }
}

/// The body of one PATCH.
pub(super) struct Piece {
    source: VaultReader,
    flow: Arc<Flow>,
}

impl Piece {
    /// The next `length` bytes of `source`.
    pub(super) fn new(source: VaultReader, length: u64) -> (Piece, Arc<Flow>) {
        let flow = Arc::new(Flow { total: length, ..Flow::default() });
        (Piece { source, flow: Arc::clone(&flow) }, flow)
    }

    fn left(&self) -> u64 {
        self.flow.total - self.flow.handed()
    }
}

impl Body for Piece {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        let piece = self.get_mut();
        let wanted = piece.left().min(PIECE);
        if wanted == 0 {
            return Poll::Ready(None);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(wanted).unwrap_or_default());
        let read = piece.source.by_ref().take(wanted).read_to_end(&mut bytes);
        if read.is_err() || bytes.len() as u64 != wanted {
            piece.flow.broken.store(true, Ordering::Relaxed);
            return Poll::Ready(Some(Err(std::io::ErrorKind::InvalidData.into())));
        }
        piece.flow.handed.fetch_add(wanted, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(bytes.into()))))
    }

    fn is_end_stream(&self) -> bool {
        self.left() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left())
    }
}
