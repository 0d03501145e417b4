//! Which kind of sound a voice note is, by its first bytes. Not its business: what is said in it.

/// A format that phones record voices in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// AAC in MPEG-4, also as 3GPP.
    M4a,
    /// Adaptive multi-rate (RFC 4867 §5), narrow or wide band.
    Amr,
    /// RIFF WAVE.
    Wav,
    /// Ogg (RFC 3533), as a rule with Opus.
    Ogg,
}

impl Sound {
    /// The kind that begins like this.
    pub fn of(head: &[u8]) -> Option<Sound> {
        let brand = head.get(4..8).filter(|kind| *kind == b"ftyp").and_then(|_| head.get(8..12));
        match head {
            _ if brand.is_some_and(|brand| {
                [b"M4A ", b"mp42", b"mp41", b"isom", b"3gp4", b"3gp5"].contains(&brand.try_into().unwrap_or(b"    "))
            }) =>
            {
                Some(Sound::M4a)
            }
            _ if head.starts_with(b"#!AMR") => Some(Sound::Amr),
            _ if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WAVE") => Some(Sound::Wav),
            _ if head.starts_with(b"OggS") => Some(Sound::Ogg),
            _ => None,
        }
    }

    /// How its files end.
    pub fn extension(self) -> &'static str {
        match self {
            Sound::M4a => "m4a",
            Sound::Amr => "amr",
            Sound::Wav => "wav",
            Sound::Ogg => "ogg",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_known_by_its_first_bytes_and_a_picture_is_none() {
        let rows: [(&[u8], Option<Sound>); 8] = [
            (b"\0\0\0\x1cftypM4A \0\0\0\0", Some(Sound::M4a)),
            (b"\0\0\0\x18ftyp3gp4", Some(Sound::M4a)),
            (b"#!AMR\n", Some(Sound::Amr)),
            (b"RIFF\x24\0\0\0WAVEfmt ", Some(Sound::Wav)),
            (b"OggS\0\x02", Some(Sound::Ogg)),
            (b"RIFF\x24\0\0\0WEBPVP8 ", None),
            (b"\0\0\0\x18ftypheic", None),
            (b"\xff\xd8\xff\xe0", None),
        ];
        for (head, kind) in rows {
            assert_eq!(Sound::of(head), kind);
            assert_eq!(Sound::of(&head[..4]).is_some(), head.starts_with(b"OggS"));
        }
    }
}
