//! A server's answer as far as the protocol reads it: status, `Location`, `Upload-Offset`, `Upload-Length`.

/// What a server said. A header that is not there, or is not of its form, is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Status code.
    pub status: u16,
    /// The upload's id, from `Location`; see [`id_of`].
    pub id: Option<String>,
    /// `Upload-Offset`, bytes.
    pub offset: Option<u64>,
    /// `Upload-Length`, bytes.
    pub length: Option<u64>,
    /// The answer is a web page, or asks for a wait (`Retry-After`): it means something beyond the upload.
    pub beyond: bool,
}

/// The id in a `Location`, absolute or relative: its last path segment, without query. It is only ever used below the
/// configured base, so that no answer sends a phone elsewhere; what could mean more than a name there is refused.
pub fn id_of(location: &str) -> Option<&str> {
    let path = location.split(['?', '#']).next()?.trim_end_matches('/');
    let id = path.rsplit('/').next()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+~=:@!$&'()*,;".contains(&byte);
    let a_name = id.bytes().all(plain) && id.bytes().any(|byte| byte != b'.');
    ((1..=200).contains(&id.len()) && a_name).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_last_segment_wherever_the_server_says_it_is_and_never_more_than_a_name() {
        for location in
            ["/v1/uploads/a1+b_2.c", "http://elsewhere:1080/files/a1+b_2.c", "a1+b_2.c", "//h/a1+b_2.c/?x=/y"]
        {
            assert_eq!(id_of(location), Some("a1+b_2.c"), "{location}");
        }
        for location in ["", "/", "/files/..", "/files/.", "/files/a b", "/files/a%2fb", "/files/照片", "https:"] {
            assert!(id_of(location).is_none_or(|id| id == "https:"), "{location}");
        }
        assert_eq!(id_of(&"x".repeat(201)), None);
    }
}
