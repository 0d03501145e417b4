//! Bytes as a code and back: a prefix, then base45 (RFC 9285) of zlib at level 9.
//!
//! Read strictly, because whatever stands outside the signature could be changed without breaking it: one way of
//! writing base45, the one header that level 9 has, nothing after the stream, no bit set that means nothing. Ends in
//! the bytes or in a [`BadCode`]. Not its business: what the bytes say.

use miniz_oxide::{
    deflate::compress_to_vec_zlib,
    inflate::{
        TINFLStatus,
        core::{DecompressorOxide, decompress, inflate_flags},
    },
};

use super::BadCode;

/// Longest code text, characters; the alphanumeric QR code of version 25-L holds 1853.
pub(super) const LONGEST: usize = 1853;
/// Largest content, bytes.
const LARGEST: usize = 2048;
/// What a zlib stream of level 9 begins with.
const HEADER: [u8; 2] = [0x78, 0xda];
/// The checksum at the end, bytes.
const ADLER: usize = 4;

/// The text of a code. `None` when it would be longer than any code is.
pub(super) fn pack(prefix: &str, content: &[u8]) -> Option<String> {
    let text = format!("{prefix}{}", base45::encode(compress_to_vec_zlib(content, 9)));
    (content.len() <= LARGEST && text.len() <= LONGEST).then_some(text)
}

/// The content of a code with this prefix. Line ends around it are no part of it; blanks are, in base45.
pub(super) fn unpack(prefix: &str, text: &str) -> Result<Vec<u8>, BadCode> {
    let text = text.trim_matches(['\r', '\n', '\t']);
    if text.len() > LONGEST {
        return Err(BadCode::TooLarge);
    }
    let Some(body) = text.strip_prefix(prefix) else { return Err(other(prefix, text)) };
    let packed = base45::decode(body).map_err(|_| BadCode::Damaged)?;
    if base45::encode(&packed) != body || !packed.starts_with(&HEADER) {
        return Err(BadCode::Damaged);
    }
    let content = inflate(&packed).ok_or(BadCode::Damaged)?;
    if padded(&packed, &content) { Err(BadCode::Damaged) } else { Ok(content) }
}

/// Why this is not a code with this prefix: `JBC2:` is newer than `JBC1:`, anything else is not ours.
fn other(prefix: &str, text: &str) -> BadCode {
    let kind = prefix.trim_end_matches("1:");
    let version = text.strip_prefix(kind).and_then(|rest| rest.split_once(':'));
    match version.and_then(|(number, _)| number.parse::<u32>().ok()) {
        Some(number) if number > 1 => BadCode::Newer,
        _ => BadCode::NotOurs,
    }
}

/// The content, if `packed` is one whole stream and nothing else.
fn inflate(packed: &[u8]) -> Option<Vec<u8>> {
    let flags = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER
        | inflate_flags::TINFL_FLAG_COMPUTE_ADLER32
        | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut content = vec![0; LARGEST];
    let (status, read, written) = decompress(&mut DecompressorOxide::new(), packed, &mut content, 0, flags);
    content.truncate(written);
    (status == TINFLStatus::Done && read == packed.len()).then_some(content)
}

/// Whether the last byte before the checksum has a bit set behind the stream's end: without it, the same is read.
fn padded(packed: &[u8], content: &[u8]) -> bool {
    let Some(at) = packed.len().checked_sub(ADLER + 1) else { return true };
    let Some(highest) = packed[at].checked_ilog2() else { return false };
    let mut bare = packed.to_vec();
    bare[at] &= !(1 << highest);
    inflate(&bare).is_some_and(|same| same == content)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PREFIX: &str = "JBC1:";

    #[test]
    fn a_code_has_one_header_one_end_and_no_spare_bits() {
        let content = b"one credential, one text; one text, one credential".repeat(4);
        let text = pack(PREFIX, &content).expect("fits");
        assert_eq!(unpack(PREFIX, &text), Ok(content.clone()));
        assert_eq!(unpack(PREFIX, &format!("\n{text}\r\n")), Ok(content.clone()));
        let packed = base45::decode(&text[5..]).expect("base45");
        let read = |packed: &[u8]| unpack(PREFIX, &format!("{PREFIX}{}", base45::encode(packed)));
        let mut level = packed.clone();
        level[1] = 0x9c;
        assert!(inflate(&level).is_some(), "another level's header reads the same");
        assert_eq!(read(&level), Err(BadCode::Damaged));
        let longer = [&packed[..], &[0]].concat();
        assert_eq!(read(&longer), Err(BadCode::Damaged));
        let at = packed.len() - 5;
        let spare: Vec<u8> = (0..8).map(|bit| 1 << bit).filter(|bit| packed[at] & bit == 0).collect();
        for bit in spare {
            let mut changed = packed.clone();
            changed[at] |= bit;
            assert_eq!(read(&changed), Err(BadCode::Damaged), "bit {bit}");
        }
        assert_eq!(unpack(PREFIX, &format!("{text} ")), Err(BadCode::Damaged));
    }

    #[test]
    fn t24_foreign_newer_and_large_codes_are_told_apart() {
        assert_eq!(unpack(PREFIX, "JBC2:ABC"), Err(BadCode::Newer));
        assert_eq!(unpack(PREFIX, "JB1:ABC"), Err(BadCode::NotOurs));
        assert_eq!(unpack(PREFIX, &format!("JBC1:{}", "0".repeat(LONGEST))), Err(BadCode::TooLarge));
        let bomb = base45::encode(compress_to_vec_zlib(&vec![b' '; 1 << 20], 9));
        assert!(matches!(unpack(PREFIX, &format!("JBC1:{bomb}")), Err(BadCode::Damaged | BadCode::TooLarge)));
        assert_eq!(pack(PREFIX, &[7; LARGEST + 1]), None);
    }

    proptest! {
        #[test]
        fn whatever_fits_reads_back(content in proptest::collection::vec(any::<u8>(), 0..1200)) {
            let text = pack(PREFIX, &content).expect("fits");
            prop_assert_eq!(unpack(PREFIX, &text), Ok(content));
        }
    }
}
