//! JPEG (ITU-T T.81 Annex B): markers, segments, scans, to the end marker of the *main* picture. A thumbnail's own end
//! lies inside a segment and does not count; what a phone appends after the end (a film, a second picture) does not
//! make the photo incomplete.

use super::{Few, pass};

/// Precision, height and width, at the beginning of a frame header (B.2.2).
const FRAME_BYTES: usize = 5;

#[derive(Clone, Copy, Debug)]
enum State {
    /// A marker must begin.
    Marker,
    /// `FF` was seen: the marker's code comes, or inside a scan perhaps only stuffing.
    Code { in_scan: bool },
    /// The length of the segment with this code.
    Length(u8),
    /// The first bytes of a frame header; so many are left of it.
    Frame(u64),
    /// The rest of a segment; after that of a scan its bytes follow.
    Payload { left: u64, is_scan: bool },
    /// Entropy-coded bytes.
    Scan,
    /// The end marker was seen.
    Ended,
}

/// Where the walk is.
#[derive(Clone, Debug)]
pub(in crate::evidence) struct Jpeg {
    state: State,
    few: Few,
    pixels: Option<(u32, u32)>,
    /// Bytes seen since the first scan began.
    scanned: Option<u64>,
}

impl Default for Jpeg {
    fn default() -> Jpeg {
        Jpeg { state: State::Marker, few: Few::default(), pixels: None, scanned: None }
    }
}

impl Jpeg {
    pub(super) fn see(&mut self, mut piece: &[u8]) {
        if let Some(scanned) = &mut self.scanned {
            *scanned += piece.len() as u64;
        }
        while !piece.is_empty() {
            if self.scanned.is_none()
                && matches!(self.state, State::Payload { is_scan: true, .. } | State::Scan | State::Ended)
            {
                self.scanned = Some(piece.len() as u64);
            }
            self.state = match self.state {
                // Writers exist that leave stray bytes between segments; every decoder looks for the next marker.
                State::Marker => match memchr::memchr(0xFF, piece) {
                    Some(at) => {
                        piece = &piece[at + 1..];
                        State::Code { in_scan: false }
                    }
                    None => return,
                },
                State::Code { in_scan } => after_marker(step(&mut piece), in_scan),
                State::Length(code) => match self.few.fill::<2>(&mut piece) {
                    Some(length) => segment(code, u16::from_be_bytes(length)),
                    None => return,
                },
                State::Frame(left) => match self.few.fill::<FRAME_BYTES>(&mut piece) {
                    Some(frame) => {
                        self.pixels = self.pixels.or_else(|| sides(&frame));
                        payload(left - FRAME_BYTES as u64, false)
                    }
                    None => return,
                },
                State::Payload { mut left, is_scan } => {
                    pass(&mut piece, &mut left);
                    payload(left, is_scan)
                }
                State::Scan => match memchr::memchr(0xFF, piece) {
                    Some(at) => {
                        piece = &piece[at + 1..];
                        State::Code { in_scan: true }
                    }
                    None => return,
                },
                State::Ended => return,
            };
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// Whether this much was seen of the first scan or of what follows the end: no metadata comes any more.
    pub(super) fn is_past_metadata(&self, scanned: u64) -> bool {
        self.scanned.is_some_and(|seen| seen >= scanned)
    }

    /// The sides of the first frame. A height that comes only with the first scan (B.2.5) is not known.
    pub(super) fn pixels(&self) -> Option<(u32, u32)> {
        self.pixels
    }
}

/// The next byte; the caller has seen that there is one.
fn step(piece: &mut &[u8]) -> u8 {
    let (first, rest) = piece.split_first().unwrap_or((&0, &[]));
    *piece = rest;
    *first
}

fn after_marker(code: u8, in_scan: bool) -> State {
    match code {
        // Stuffing and restarts are part of the scan.
        0x00 | 0xD0..=0xD7 if in_scan => State::Scan,
        // Fill bytes may stand before any marker.
        0xFF => State::Code { in_scan },
        0x00 | 0x01 | 0xD0..=0xD8 => State::Marker,
        0xD9 => State::Ended,
        code => State::Length(code),
    }
}

/// What follows the length of a segment, which counts itself.
fn segment(code: u8, length: u16) -> State {
    let Some(left) = u64::from(length).checked_sub(2) else { return State::Marker };
    let is_frame = matches!(code, 0xC0..=0xCF) && !matches!(code, 0xC4 | 0xC8 | 0xCC);
    if is_frame && left >= FRAME_BYTES as u64 { State::Frame(left) } else { payload(left, code == 0xDA) }
}

fn payload(left: u64, is_scan: bool) -> State {
    match (left, is_scan) {
        (0, true) => State::Scan,
        (0, false) => State::Marker,
        (left, is_scan) => State::Payload { left, is_scan },
    }
}

fn sides(frame: &[u8]) -> Option<(u32, u32)> {
    let [_, high, low, wide_high, wide_low] = frame else { return None };
    let side = |high: &u8, low: &u8| u32::from(u16::from_be_bytes([*high, *low]));
    let (height, width) = (side(high, low), side(wide_high, wide_low));
    (width > 0 && height > 0).then_some((width, height))
}
