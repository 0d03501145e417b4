//! How a value looks when only a part of it is shown. Characters are counted, never bytes.

/// What stands for a value of which nothing is shown.
pub(super) const HIDDEN: &str = "***";

/// Fewest digits in a row that can be a mobile number.
const MOBILE: usize = 11;
/// Fewest digits in a row that can be an ID number: the 15 of the cards before 1999, else 17 and a check character.
const ID: usize = 15;
/// Most characters between two digits that people read as one number.
const GAP: usize = 3;

/// `head` first and `tail` last characters, stars between; nothing but stars where that would hide too little.
pub(super) fn keep(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    let shown = |at: usize| count >= head + tail + 2 && (at < head || at >= count - tail);
    text.chars().enumerate().map(|(at, c)| if shown(at) { c } else { '*' }).collect()
}

/// 王**: the first character, a star for each further one. A rare character counts as one, with its variation selector.
pub(super) fn name(text: &str) -> String {
    let mut seen = 0_usize;
    let masked: String = text
        .chars()
        .filter_map(|c| {
            let joined = matches!(c, '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
            seen += usize::from(!joined);
            match (seen, joined) {
                (0 | 1, _) => Some(c),
                (_, true) => None,
                (_, false) => Some('*'),
            }
        })
        .collect();
    if seen > 1 { masked } else { "*".to_owned() }
}

/// 鲁F·**345: where it is registered and the last three.
pub(super) fn plate(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    match characters.as_slice() {
        [province, office, serial @ ..] if serial.len() >= 5 => {
            let serial: String = serial.iter().collect();
            format!("{province}{office}·{}", keep(&serial, 0, 3))
        }
        _ => HIDDEN.to_owned(),
    }
}

/// A free text with everything masked in it that looks like an ID number or a mobile number, also when it is written
/// in full-width digits or in groups.
pub(super) fn numbers(text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let mut run: Vec<usize> = Vec::new();
    for at in 0..=characters.len() {
        let c = characters.get(at).copied();
        let digit = c.is_some_and(|c| digit(c).is_some());
        // The check character of an ID number may be an X.
        let check = matches!(c, Some('x' | 'X' | 'ｘ' | 'Ｘ')) && run.len() >= 17;
        if digit || check {
            run.push(at);
        } else if c.is_none_or(|c| !between(c)) || run.last().is_some_and(|last| at - last > GAP) {
            star(&mut characters, &run);
            run.clear();
        }
    }
    characters.into_iter().collect()
}

/// The text as somebody reads it who skips what stands between groups of digits.
pub(super) fn as_read(text: &str) -> String {
    let half = |c| digit(c).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c);
    text.chars().filter(|c| !between(*c)).map(half).collect()
}

fn star(characters: &mut [char], run: &[usize]) {
    if run.len() >= ID {
        run[4..run.len() - 4].iter().for_each(|at| characters[*at] = '*');
        return;
    }
    let digits: Vec<Option<u32>> = run.iter().map(|at| digit(characters[*at])).collect();
    for (from, window) in digits.windows(MOBILE).enumerate() {
        if window[0] == Some(1) && window[1].is_some_and(|second| second >= 3) {
            run[from + 3..from + 7].iter().for_each(|at| characters[*at] = '*');
        }
    }
}

fn digit(c: char) -> Option<u32> {
    match c {
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        _ => c.to_digit(10),
    }
}

/// What people, or somebody who hides a number, put between its groups.
fn between(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || "-‐‑–—_.·•/,，、()（）".contains(c)
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_value_looks_as_people_know_it() {
        assert_eq!(plate("鲁F12345"), "鲁F·**345");
        assert_eq!(plate("鲁YA12345"), "鲁Y·***345");
        assert_eq!(keep("370602199003070013", 4, 4), "3706**********0013");
        assert_eq!(keep("13900130001", 3, 4), "139****0001");
        assert_eq!(name("王小明"), "王**");
    }

    #[test]
    fn a_rare_character_counts_as_one_and_a_short_value_shows_nothing() {
        assert_eq!(name("𠮷㛃䶮"), "𠮷**");
        assert_eq!(name("葛\u{e0100}城"), "葛\u{e0100}*");
        assert_eq!((name("王"), name(""), plate("鲁F1"), keep("1234", 3, 4)), {
            ("*".into(), "*".into(), HIDDEN.into(), "****".into())
        });
    }

    #[test]
    fn a_number_in_a_free_text_is_masked_however_it_is_written() {
        for (text, masked) in [
            ("电话13900139000。", "电话139****9000。"),
            ("+86 139-0013-9000", "+86 139-****-9000"),
            ("１３９００１３９０００", "１３９****９０００"),
            ("证370602199003070013号", "证3706**********0013号"),
            ("37060219900307003x", "3706**********003x"),
            ("370602 19900307 0013", "3706** ******** 0013"),
        ] {
            assert_eq!(numbers(text), masked);
            assert_eq!(numbers(masked), masked, "masking twice is masking once");
        }
    }

    #[test]
    fn a_time_a_sum_and_a_house_number_stay_readable() {
        for text in ["2026-11-23 15:02", "南大街128号", "约2600元", "G18 K123+400", ""] {
            assert_eq!(numbers(text), text);
        }
    }
}
