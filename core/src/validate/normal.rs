//! One way of writing for what can be typed in several: full-width to ASCII, no invisible controls, trimmed.

/// A normalised text and whether something invisible was taken out of it.
pub(super) struct Normal {
    pub(super) text: String,
    pub(super) controls_removed: bool,
}

/// Full-width to ASCII, U+3000 to a space, controls out, trimmed. Keeps case, inner spaces and every visible character.
pub(super) fn visible(input: &str) -> Normal {
    let kept: String = input.chars().filter(|c| !invisible(*c)).map(half_width).collect();
    Normal { text: kept.trim().to_owned(), controls_removed: input.trim().chars().any(invisible) }
}

/// As [`visible`], in capitals: for everything that is a code.
pub(super) fn code(input: &str) -> Normal {
    let mut normal = visible(input);
    normal.text.make_ascii_uppercase();
    normal
}

/// As [`code`], without the separators that people put into plates.
pub(super) fn plate(input: &str) -> Normal {
    let mut normal = code(input);
    normal.text.retain(|c| !c.is_whitespace() && !"·•・‧∙.-".contains(c));
    normal
}

fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Bidi and zero-width controls and everything else that shows nothing. Variation selectors stay: they choose the form
/// of a rare character in a name.
fn invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
