//! ISO boxes (ISO 14496-12 §4.2), of which HEIC and AVIF are made: whether each ends inside the file, and how large
//! the picture is that the `meta` box tells of, wherever it stands.

use super::{Few, LARGEST_BLOCK, pass};

#[derive(Clone, Copy, Debug)]
enum State {
    /// Length and name of a box.
    Header,
    /// The length of a box that is too long for its header's field.
    Long,
    /// The rest of a box, and whether it is the one that tells of the picture.
    Body {
        left: u64,
        is_meta: bool,
    },
    /// A box that goes on to the end of the file.
    ToTheEnd,
    GivenUp,
}

/// Where the walk is.
#[derive(Clone, Debug)]
pub(in crate::evidence) struct Boxes {
    state: State,
    few: Few,
    is_meta: bool,
    meta: Vec<u8>,
}

impl Default for Boxes {
    fn default() -> Boxes {
        Boxes { state: State::Header, few: Few::default(), is_meta: false, meta: Vec::new() }
    }
}

impl Boxes {
    pub(super) fn see(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            self.state = match self.state {
                State::Header => match self.few.fill::<8>(&mut piece) {
                    Some(head) => {
                        self.is_meta = head[4..] == *b"meta" && self.meta.is_empty();
                        match u32::from_be_bytes([head[0], head[1], head[2], head[3]]) {
                            0 => State::ToTheEnd,
                            1 => State::Long,
                            length => body(u64::from(length), 8, self.is_meta),
                        }
                    }
                    None => return,
                },
                State::Long => match self.few.fill::<8>(&mut piece) {
                    Some(length) => body(u64::from_be_bytes(length), 16, self.is_meta),
                    _ => return,
                },
                State::Body { mut left, is_meta } => {
                    let before = piece;
                    pass(&mut piece, &mut left);
                    if is_meta {
                        let passed = &before[..before.len() - piece.len()];
                        let room = LARGEST_BLOCK.saturating_sub(self.meta.len());
                        self.meta.extend_from_slice(&passed[..passed.len().min(room)]);
                    }
                    if left == 0 { State::Header } else { State::Body { left, is_meta } }
                }
                State::ToTheEnd | State::GivenUp => return,
            };
        }
    }

    /// The sides of the picture.
    pub(super) fn pixels(&self) -> Option<(u32, u32)> {
        largest_extent(&self.meta)
    }

    /// Whether the last box was whole when the file ended.
    pub(super) fn has_ended(&self) -> bool {
        match self.state {
            State::Header => self.few.is_empty(),
            State::ToTheEnd => true,
            State::Long | State::Body { .. } | State::GivenUp => false,
        }
    }
}

/// What follows a header of `head` bytes in a box that is `length` long with it.
fn body(length: u64, head: u64, is_meta: bool) -> State {
    match length.checked_sub(head) {
        Some(0) => State::Header,
        Some(left) => State::Body { left, is_meta },
        None => State::GivenUp,
    }
}

/// The largest `ispe` property of an ISO picture (ISO 23008-12 §6.5.3): tiles and thumbnails have their own, and
/// `imagesize` would give the sides as turned by `irot`.
fn largest_extent(meta: &[u8]) -> Option<(u32, u32)> {
    let extent = |window: &[u8]| match window {
        [b'i', b's', b'p', b'e', 0, 0, 0, 0, a, b, c, d, e, f, g, h] => {
            Some((u32::from_be_bytes([*a, *b, *c, *d]), u32::from_be_bytes([*e, *f, *g, *h])))
        }
        _ => None,
    };
    meta.windows(16).filter_map(extent).max_by_key(|(width, height)| u64::from(*width) * u64::from(*height))
}
