//! Terms in working days, and caps that include their number.

use std::collections::BTreeSet;

use jingbao_core::{
    pack::{Calendar, CalendarYear, Due, Pack, working_days},
    validate::Date,
};
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn due(from: &str, days: u16) -> Due {
    working_days(Pack::builtin(), day(from), days)
}

#[test]
fn t12_three_working_days_over_national_day_with_make_up_workdays() {
    for (from, end) in [
        ("2024-09-30", "2024-10-10"), // off until the 7th: 8, 9, 10
        ("2024-10-10", "2024-10-14"), // 11, made-up Saturday 12, 14
        ("2023-09-28", "2023-10-09"), // off until the 6th: made-up Saturday 7 and Sunday 8, then 9
        ("2025-09-26", "2025-09-30"), // made-up Sunday 28, 29, 30
        ("2025-09-29", "2025-10-10"), // 30, then off until the 8th: 9, 10
        ("2026-09-30", "2026-10-10"), // 8, 9, made-up Saturday 10
        ("2018-09-28", "2018-10-08"), // made-up Saturday 29 and Sunday 30, then 8
    ] {
        assert_eq!(due(from, 3), Due::On(day(end)), "three working days after {from}");
    }
}

#[test]
fn t12_a_year_the_calendar_lacks_cannot_be_told_and_never_gives_a_date() {
    assert_eq!(due("2026-12-30", 3), Due::CannotTell { year: 2027 });
    assert_eq!(due("2027-06-01", 1), Due::CannotTell { year: 2027 });
    assert_eq!(due("2017-12-28", 3), Due::CannotTell { year: 2017 });
    assert_eq!(due("2026-12-30", 1), Due::On(day("2026-12-31")), "it ends before the unknown year begins");
    assert_eq!(working_days(Pack::builtin(), Date::MAX, 1), Due::CannotTell { year: 9999 });
}

#[test]
fn the_years_2018_to_2026_are_there_with_the_law_s_number_of_working_days() {
    for row in &Pack::builtin().calendar.years {
        let first = Date::new(row.year, 1, 1).expect("a day");
        let works = first.series(jiff_day()).take_while(|day| day.year() == row.year);
        let works = works.filter(|day| Pack::builtin().calendar.works(*day) == Some(true)).count();
        assert!((246..=252).contains(&works), "{}: {works} working days", row.year);
    }
    let years: BTreeSet<i16> = Pack::builtin().calendar.years.iter().map(|row| row.year).collect();
    assert_eq!(years, (2018..=2026).collect());
}

fn jiff_day() -> jiff::Span {
    jiff::Span::new().days(1)
}

#[test]
fn t13_exactly_the_cap_is_inside_and_a_fen_more_is_not() {
    let caps = &Pack::builtin().caps;
    assert_eq!(caps.quick_side_fen, 2000 * 100);
    assert!(caps.quick(200_000) && caps.quick(0) && !caps.quick(200_001) && !caps.quick(u64::MAX));
}

#[test]
fn a_calendar_that_contradicts_itself_names_its_year_and_field() {
    let broken = |off: [&str; 2], work: &str| {
        let mut pack = Pack::builtin().clone();
        let off = vec![[day(off[0]), day(off[1])]];
        pack.calendar = Calendar { years: vec![CalendarYear { year: 2026, off, work: vec![day(work)] }] };
        Pack::from_json(&serde_json::to_string(&pack).expect("json")).map_err(|error| error.to_string())
    };
    assert!(broken(["2026-10-01", "2026-10-07"], "2026-10-10").is_ok());
    for (off, work, field) in [
        (["2026-10-07", "2026-10-01"], "2026-10-10", "calendar.years.2026.off"),
        (["2025-10-01", "2026-10-07"], "2026-10-10", "calendar.years.2026.off"),
        (["2026-10-01", "2026-10-07"], "2026-10-09", "calendar.years.2026.work"),
        (["2026-10-01", "2026-10-11"], "2026-10-10", "calendar.years.2026.work"),
    ] {
        let error = broken(off, work).expect_err("a contradiction");
        assert!(error.contains(field), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_term_ends_on_a_working_day_and_has_exactly_its_number_of_them(offset in 0i32..3000, days in 1u16..40) {
        let calendar = &Pack::builtin().calendar;
        let from = day("2018-01-01").checked_add(jiff::Span::new().days(offset)).expect("a day");
        if let Due::On(end) = working_days(Pack::builtin(), from, days) {
            prop_assert_eq!(calendar.works(end), Some(true));
            let within = from.series(jiff_day()).skip(1).take_while(|day| *day <= end);
            prop_assert_eq!(within.filter(|day| calendar.works(*day) == Some(true)).count(), usize::from(days));
        } else {
            prop_assert!(from.year() >= 2026, "a known year must be told");
        }
    }
}
