//! Metadata that would unfold to far more than it is: tens of thousands of entries, each pointing at the same megabytes.
//! Asked before any reader; a file that is one has no metadata for us. Walks the directories of TIFF 6.0 §2 and copies
//! nothing. Not its business: what the entries say.

/// More value bytes than any camera writes, counted as often as they are pointed at.
const MOST_BYTES: u64 = 32 << 20;
/// Directories of one block; a camera writes five or six.
const MOST_DIRECTORIES: usize = 64;
/// Blocks in one file; a JPEG may have a few, with thumbnails.
const MOST_BLOCKS: usize = 32;
/// Pointers to further directories: Exif, GPS, Interoperability, SubIFDs.
const POINTERS: [u16; 4] = [0x8769, 0x8825, 0xA005, 0x014A];

/// Whether a reader that takes all of it would take too much.
pub(super) fn is_bomb(bytes: &[u8]) -> bool {
    let little = memchr::memmem::find_iter(bytes, b"II*\0").map(|at| (at, false));
    let big = memchr::memmem::find_iter(bytes, b"MM\0*").map(|at| (at, true));
    little.take(MOST_BLOCKS).chain(big.take(MOST_BLOCKS)).any(|(at, is_big)| {
        let block = Block { bytes: bytes.get(at..).unwrap_or_default(), is_big };
        block.weight() > MOST_BYTES
    })
}

struct Block<'a> {
    bytes: &'a [u8],
    is_big: bool,
}

impl Block<'_> {
    /// Bytes of all values of all directories.
    fn weight(&self) -> u64 {
        let (mut weight, mut waiting, mut done) = (0_u64, Vec::from_iter(self.long(4)), Vec::new());
        while let Some(at) = waiting.pop() {
            if done.contains(&at) || done.len() >= MOST_DIRECTORIES || weight > MOST_BYTES {
                continue;
            }
            done.push(at);
            let Some(count) = self.short(at as usize) else { continue };
            let entries = at as usize + 2;
            for entry in (0..usize::from(count)).map(|nth| entries + nth * 12) {
                let (Some(tag), Some(kind), Some(count)) =
                    (self.short(entry), self.short(entry + 2), self.long(entry + 4))
                else {
                    break;
                };
                // Nothing can be longer than what it stands in.
                weight += (u64::from(count) * size_of_kind(kind)).min(self.bytes.len() as u64);
                if POINTERS.contains(&tag) {
                    waiting.extend(self.long(entry + 8));
                }
            }
            waiting.extend(self.long(entries + usize::from(count) * 12).filter(|next| *next != 0));
        }
        weight
    }

    fn short(&self, at: usize) -> Option<u16> {
        let pair = <[u8; 2]>::try_from(self.bytes.get(at..at.checked_add(2)?)?).ok()?;
        Some(if self.is_big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
    }

    fn long(&self, at: usize) -> Option<u32> {
        let four = <[u8; 4]>::try_from(self.bytes.get(at..at.checked_add(4)?)?).ok()?;
        Some(if self.is_big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    }
}

/// Bytes of one value of a TIFF type; none for a type that no reader knows.
fn size_of_kind(kind: u16) -> u64 {
    match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 => 8,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiff(entries: u16, length: u32, tail: usize) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        bytes.extend(entries.to_le_bytes());
        for _ in 0..entries {
            bytes.extend([0x03, 0x90, 7, 0]);
            bytes.extend(length.to_le_bytes());
            bytes.extend(8_u32.to_le_bytes());
        }
        bytes.extend(vec![0; 4 + tail]);
        bytes
    }

    #[test]
    fn many_entries_that_share_a_few_megabytes_are_a_bomb_wherever_they_stand_and_a_cameras_are_none() {
        let bomb = tiff(20_000, 4 << 20, 4 << 20);
        assert!(is_bomb(&bomb));
        assert!(is_bomb(&[b"\0\0\0\x18ftypheic", bomb.as_slice()].concat()));
        assert!(!is_bomb(&tiff(60, 20_000, 30_000)));
        assert!(!is_bomb(b""));
    }

    #[test]
    fn directories_that_lead_in_circles_are_walked_once() {
        let mut circle = tiff(1, 10, 0);
        let next = circle.len() - 4;
        circle[next..].copy_from_slice(&8_u32.to_le_bytes());
        assert!(!is_bomb(&circle));
    }
}
