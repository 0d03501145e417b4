//! Scorecards from logs: T15, T26, T28, T29; the same log in any order is the same bytes; flags cost nothing.

use jingbao_core::{
    assess::{BadLog, Card, Log, LogLine, Period, Sample, Scorecards, Subject},
    canon,
    duty::PlateTag,
    id::{CaseId, DeviceId},
    pack::{Pack, Ties},
    time::{Moment, Timestamp},
    wire::LoggedEvent,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const NINE: i64 = 1_795_395_600_000;

fn device(number: u8) -> DeviceId {
    format!("019ab000-0000-7000-8000-0000000000{number:02x}").parse().unwrap()
}

fn case(number: u16) -> CaseId {
    format!("019ab000-0000-7000-9000-00000000{number:04x}").parse().unwrap()
}

/// A log in the making: each phone numbers its own events.
#[derive(Clone, Debug, Default)]
struct Story(Vec<LogLine>);

impl Story {
    fn tell(&mut self, phone: u8, about: Option<u16>, kind: &str, second: i64, detail: Value) -> &mut Story {
        self.tell_in("a", phone, about, kind, second, detail)
    }

    fn tell_in(&mut self, boot: &str, phone: u8, about: Option<u16>, kind: &str, s: i64, detail: Value) -> &mut Story {
        let seq = 1 + self.0.iter().filter(|line| line.device == device(phone)).count() as u64;
        let at =
            Moment { wall: Timestamp(NINE + s * 1_000), offset_s: 28_800, mono_ms: s * 1_000 + 7, boot: boot.into() };
        let event = LoggedEvent { seq, case: about.map(case), at, pack: 1, kind: kind.into(), detail };
        let company = Some(if phone < 10 { "picc" } else { "cpic" }.to_owned());
        self.0.push(LogLine { device: device(phone), company, event });
        self
    }

    /// A case that was seen, reached, cleared and sealed after so many seconds each.
    fn served(&mut self, phone: u8, about: u16, from: i64, steps: [i64; 3], insurers: &[&str]) -> &mut Story {
        let name = json!({ "accident": format!("accident-{about}") });
        let mut second = from;
        self.tell(phone, Some(about), "sighted", second, name.clone());
        for (kind, step) in ["stopped", "cleared", "sealed"].into_iter().zip(steps) {
            second += step;
            let detail = if kind == "sealed" { json!({ "insurers": insurers }) } else { name.clone() };
            self.tell(phone, Some(about), kind, second, detail);
        }
        self
    }

    fn cards_by(&self, pack: &Pack) -> Scorecards {
        Scorecards::of(&log(&self.0), Period::default(), pack)
    }

    fn cards(&self) -> Scorecards {
        self.cards_by(Pack::builtin())
    }

    fn of(&self, phone: u8) -> Card {
        let cards = self.cards().cards;
        cards.into_iter().find(|card| card.subject == Subject::Specialist(device(phone))).expect("a card")
    }
}

fn log(lines: &[LogLine]) -> Log {
    let mut log = Log::default();
    lines.iter().for_each(|line| log.add(line.clone()).expect("no conflict"));
    log
}

#[test]
fn t29_a_log_without_cases_has_no_data_and_no_score_and_not_a_zero() {
    let mut story = Story::default();
    assert_eq!(story.cards().cards.len(), 1, "the programme alone");
    story.tell(1, None, "verdict", 0, json!({ "verdict": "clear", "accident": "x" }));
    let card = story.of(1);
    assert_eq!((card.sample, card.clearing.sample), (Sample::NoData, Sample::NoData));
    assert_eq!((card.clearing.median_ms, card.completeness, card.score.total), (None, None, None));
    let lacks = ["sighted_to_stopped", "stopped_to_cleared", "cleared_to_sealed", "not_returned"];
    assert_eq!(card.score.lacks, lacks);
    assert_eq!(story.cards().specialists.no_data, [Subject::Specialist(device(1))]);
}

#[test]
fn t29_one_case_is_a_small_sample_with_a_score_and_without_a_place() {
    let mut story = Story::default();
    let card = story.served(1, 1, 0, [60, 180, 300], &["picc"]).of(1);
    assert_eq!((card.sample, card.clearing.sample), (Sample::Small, Sample::Small));
    assert_eq!(
        (card.clearing.median_ms, card.clearing.p90_ms, card.clearing.best_ms),
        (Some(180_000), Some(180_000), Some(180_000))
    );
    assert_eq!(card.score.total, Some(10_000), "each at the best of its scale");
    let ranking = story.cards().specialists;
    assert_eq!((ranking.places.len(), ranking.small_sample), (0, vec![Subject::Specialist(device(1))]));
}

#[test]
fn t29_a_missing_time_and_nine_hours_are_left_out_and_counted_with_their_events() {
    let mut story = Story::default();
    story.served(1, 1, 0, [60, 480, 300], &[]).served(1, 2, 1_000, [60, 9 * 3_600, 300], &[]);
    story.tell(1, Some(3), "sighted", 60_000, json!({})).tell(1, Some(3), "stopped", 60_050, json!({}));
    let card = story.of(1);
    let clearing = &card.clearing;
    assert_eq!((clearing.counted.len(), clearing.missing.count, clearing.left_open.count), (1, 1, 1));
    assert_eq!(clearing.median_ms, Some(480_000));
    let told: Vec<String> = clearing.left_open.events.iter().map(ToString::to_string).collect();
    assert_eq!(told, [format!("{}/6", device(1)), format!("{}/7", device(1))]);
    assert_eq!(card.completeness, Some(6_666), "two of three sealed");
}

#[test]
fn t15_a_time_across_a_restart_is_uncertain_and_a_clock_set_back_changes_none_but_is_shown() {
    let mut story = Story::default();
    story.tell(1, Some(1), "stopped", 0, json!({})).tell_in("b", 1, Some(1), "cleared", 400, json!({}));
    story.served(1, 2, 1_000, [60, 200, 300], &[]);
    let before = story.of(1);
    assert_eq!((before.clearing.uncertain.count, before.clearing.median_ms), (1, Some(200_000)));
    let cleared = story.0.iter_mut().rev().find(|line| line.event.kind == "cleared").unwrap();
    cleared.event.at.wall = cleared.event.at.wall.plus(-3_600_000);
    let after = story.of(1);
    assert_eq!((after.clearing.median_ms, &after.score), (Some(200_000), &before.score));
    assert_eq!(after.flags["clock"].count, 2, "back, and forth again");
}

#[test]
fn t26_of_two_at_one_accident_the_first_is_credited_and_the_other_supports() {
    let mut story = Story::default();
    for (phone, about, second) in [(1, 1, 50), (2, 2, 40)] {
        let name = json!({ "accident": "one" });
        story.tell(phone, Some(about), "sighted", 0, name.clone());
        story.tell(phone, Some(about), "stopped", second, name);
    }
    let count = |card: Card| (card.stops.count, card.supports.count);
    assert_eq!((count(story.of(1)), count(story.of(2))), ((0, 1), (1, 0)));
    assert_eq!(story.cards().cards[0].stops.count, 1, "one accident of the programme");
}

fn tags(plates: [&str; 2]) -> Value {
    json!({ "plates": plates.map(PlateTag::of) })
}

#[test]
fn t26_two_cases_at_one_place_and_time_are_one_accident_and_their_plates_decide() {
    let place = |metres: f64| {
        let lat = 37.5 + metres / 111_195.0;
        json!({ "lat": lat, "lon": 121.39, "datum": "WGS-84", "accuracy_m": 5.0, "source": "phone", "mock": false })
    };
    let (ours, others) = (["鲁F12345", "鲁Y67890"], ["鲁F55555", "鲁F66666"]);
    for (name, metres, second, plates, credited) in [
        ("one place, one time, nothing known of plates", 20.0, 60, None, [1, 0]),
        ("the same plates", 20.0, 60, Some(ours), [1, 0]),
        ("two accidents 50 m and one minute apart", 50.0, 60, Some(others), [1, 1]),
        ("two accidents 10 m and one minute apart", 10.0, 60, Some(others), [1, 1]),
        ("the same place a quarter of an hour later", 0.0, 900, None, [1, 1]),
    ] {
        let mut story = Story::default();
        for (phone, about, from, metres) in [(1, 1, 0, 0.0), (2, 2, second, metres)] {
            let accident = json!({ "accident": format!("own-{about}"), "place": place(metres) });
            story.tell(phone, Some(about), "sighted", from, accident.clone());
            story.tell(phone, Some(about), "stopped", from + 30, accident);
        }
        if let Some(plates) = plates {
            story.tell(1, Some(1), "sealed", 4_000, tags(ours)).tell(2, Some(2), "sealed", 4_100, tags(plates));
        }
        assert_eq!([story.of(1).stops.count, story.of(2).stops.count], credited, "{name}");
        assert_eq!(story.of(2).supports.count, 1 - credited[1], "{name}");
    }
}

#[test]
fn the_same_two_cars_in_a_second_accident_are_shown() {
    let mut story = Story::default();
    for (about, second, plates) in [(1, 0, ["鲁F12345", "鲁Y67890"]), (2, 9_000, ["鲁F12345", "鲁F66666"])] {
        story.tell(1, Some(about), "stopped", second, json!({}));
        story.tell(1, Some(about), "sealed", second + 900, tags(plates));
    }
    assert!(story.of(1).flags.is_empty(), "one car of two is no pair");
    story.tell(1, Some(3), "stopped", 99_000, json!({}));
    story.tell(1, Some(3), "sealed", 99_900, tags(["鲁Y67890", "鲁F12345"]));
    assert_eq!(story.of(1).flags["same_plates"].events.len(), 2);
}

#[test]
fn t28_practice_is_left_out_of_every_figure_and_counted() {
    let mut story = Story::default();
    story.served(1, 1, 0, [60, 180, 300], &[]);
    let real = story.of(1);
    story.tell(1, Some(9), "stopped", 9_000, json!({ "nature": "training" }));
    assert_eq!(story.of(1).stops, real.stops);
    assert_eq!(story.cards().training.count, 1);
}

#[test]
fn own_and_other_customers_are_told_apart_only_where_the_log_knows_them() {
    let mut story = Story::default();
    story.tell(1, Some(7), "stopped", 0, json!({}));
    let card = story.of(1);
    assert_eq!((card.own_assists, card.insurers_not_known.count), (None, 1));
    story.served(1, 1, 100, [1, 1, 1], &["cpic", "picc"]).served(1, 2, 200, [1, 1, 1], &["cpic"]);
    let card = story.of(1);
    let counts = [card.own_assists, card.other_assists].map(|figure| figure.expect("known").count);
    assert_eq!((counts, card.insurers_not_known.count), ([1, 1], 1));
}

#[test]
fn a_refusal_counts_by_its_reason_has_no_times_and_an_order_to_stop_without_any_answer_is_shown() {
    let mut story = Story::default();
    for (accident, second) in [("one", 0), ("one", 5), ("two", 10)] {
        story.tell(1, None, "verdict", second, json!({ "verdict": "must_stop", "accident": accident }));
    }
    story.tell(1, Some(1), "sighted", 20, json!({ "accident": "one" }));
    story.tell(1, Some(1), "urgent", 25, json!({ "accident": "one" }));
    let card = story.of(1);
    assert_eq!((card.must_stop.count, card.unanswered.count), (2, 1));
    assert_eq!(card.refusals["urgent"].count, 1);
    assert_eq!((card.response.missing.count, card.clearing.missing.count), (0, 0));
}

#[test]
fn a_flag_is_shown_with_its_events_and_takes_nothing_from_the_score() {
    let place = |lat: f64, mock: bool| json!({ "lat": lat, "lon": 121.39, "datum": "WGS-84", "accuracy_m": 5.0, "source": "phone", "mock": mock });
    let mut story = Story::default();
    story.served(1, 1, 0, [60, 400, 500], &[]).served(1, 2, 2_000, [60, 400, 500], &[]);
    let plain = story.of(1);
    let mut sighted = story.0.iter_mut().filter(|line| line.event.kind == "sighted");
    sighted.next().unwrap().event.detail["place"] = place(37.5, false);
    sighted.next().unwrap().event.detail["place"] = place(39.5, true);
    let flagged = story.of(1);
    assert_eq!(flagged.flags.keys().copied().collect::<Vec<_>>(), ["impossible_speed", "mock_location"]);
    assert_eq!((flagged.score, plain.flags.len()), (plain.score, 0));
}

/// Ten cases each, so that the sample is enough.
fn ranked(phones: &[(u8, i64)]) -> Story {
    let mut story = Story::default();
    for (phone, clearing) in phones {
        for about in 0..10 {
            let number = u16::from(*phone) * 100 + about;
            story.served(*phone, number, i64::from(about) * 10_000, [60, *clearing, 300], &[]);
        }
    }
    story
}

#[test]
fn equals_share_a_place_and_the_next_is_left_empty_unless_the_pack_lets_the_faster_go_first() {
    // All but the fourth are better than the best of the scale.
    let story = ranked(&[(1, 170), (2, 100), (3, 170), (4, 900)]);
    let places =
        |cards: &Scorecards| -> Vec<u64> { cards.specialists.places.iter().map(|place| place.place).collect() };
    assert_eq!(places(&story.cards()), [1, 1, 1, 4]);
    let mut pack = Pack::builtin().clone();
    pack.score.ties = Ties::FasterClear;
    let cards = story.cards_by(&pack);
    assert_eq!(places(&cards), [1, 2, 2, 4]);
    assert_eq!(cards.specialists.places[0].subject, Subject::Specialist(device(2)));
}

#[test]
fn a_case_belongs_to_the_period_of_its_first_event_with_all_of_its_events() {
    let mut story = Story::default();
    story.served(1, 1, 0, [60, 180, 300], &[]).served(1, 2, 10_000, [60, 180, 300], &[]);
    let until = |second: i64| {
        let period = Period { from: Some(Timestamp(NINE)), to: Some(Timestamp(NINE + second * 1_000)) };
        Scorecards::of(&log(&story.0), period, Pack::builtin()).cards[0].sealed.count
    };
    assert_eq!([until(0), until(1), until(10_000), until(10_001)], [0, 1, 1, 2]);
}

#[test]
fn a_company_s_card_holds_no_event_of_another_company() {
    let mut story = ranked(&[(1, 200), (11, 300)]);
    story.tell(1, None, "verdict", 1, json!({ "verdict": "must_stop", "accident": "z" }));
    let cards = story.cards().cards;
    let card = cards.iter().find(|card| card.subject == Subject::Company("cpic".into())).expect("a card");
    let text = String::from_utf8(canon::bytes(card).expect("canonical")).expect("text");
    assert!(text.contains(&device(11).to_string()) && !text.contains(&device(1).to_string()));
}

#[test]
fn two_events_with_one_name_are_refused_and_the_same_again_is_not() {
    let mut story = Story::default();
    story.tell(1, Some(1), "sighted", 0, json!({}));
    let text = |line: &LogLine| String::from_utf8(canon::bytes(line).expect("canonical")).expect("text");
    let (first, mut other) = (text(&story.0[0]), story.0[0].clone());
    other.event.kind = "stopped".into();
    assert!(Log::read(&format!("{first}\n\n{first}\n")).is_ok());
    assert!(matches!(Log::read(&format!("{first}\n{}", text(&other))), Err(BadLog::Conflict(_))));
    assert!(matches!(Log::read("{}"), Err(BadLog::Line { line: 1, .. })));
}

#[test]
fn events_that_are_not_in_the_log_are_counted() {
    let mut story = Story::default();
    story.served(1, 1, 0, [1, 1, 1], &[]);
    story.0.remove(1);
    assert_eq!(story.cards().gaps, [(device(1), 1)].into());
}

prop_compose! {
    /// Whatever phones can say about a few cases, in any order, across restarts.
    fn any_story()(told in prop::collection::vec(
        (1_u8..14, prop::option::of(0_u16..9), 0_usize..10, -50_i64..40_000, prop::bool::ANY), 0..120
    )) -> Story {
        const KINDS: [&str; 10] =
            ["sighted", "stopped", "cleared", "sealed", "urgent", "passed", "verdict", "returned", "escalated", "odd"];
        let mut story = Story::default();
        for (phone, about, kind, second, boot) in told {
            let detail = json!({
                "accident": format!("accident-{}", about.unwrap_or(1) / 2), "verdict": "must_stop",
                "insurers": (second % 3 == 0).then_some(["picc"]),
            });
            story.tell_in(if boot { "a" } else { "b" }, phone, about, KINDS[kind], second, detail);
        }
        story
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_same_log_in_any_order_gives_the_same_bytes(
        (story, shuffled) in any_story().prop_flat_map(|story| (Just(story.clone()), Just(story.0).prop_shuffle()))
    ) {
        let bytes = |lines: &[LogLine]| {
            canon::bytes(&Scorecards::of(&log(lines), Period::default(), Pack::builtin())).expect("canonical")
        };
        prop_assert_eq!(bytes(&story.0), bytes(&shuffled));
    }

    #[test]
    fn percentiles_are_the_nearest_rank(mut seconds in prop::collection::vec(0_i64..10_000, 1..40)) {
        let mut story = Story::default();
        for (about, second) in (0_u16..).zip(&seconds) {
            story.served(1, about, i64::from(about) * 30_000, [1, *second, 1], &[]);
        }
        let times = story.of(1).clearing;
        seconds.sort_unstable();
        // By definition: the smallest value such that at least so many percent of all are not above it.
        let rank = |percent: usize| {
            let enough = |value: &&i64| seconds.iter().filter(|other| other <= value).count() * 100 >= percent * seconds.len();
            seconds.iter().find(enough).map(|second| second * 1_000)
        };
        prop_assert_eq!((times.median_ms, times.p90_ms, times.best_ms), (rank(50), rank(90), Some(seconds[0] * 1_000)));
    }

    #[test]
    fn every_stop_of_the_programme_is_on_exactly_one_specialist_s_card(story in any_story()) {
        let cards = story.cards().cards;
        let (programme, rest) = cards.split_first().expect("a programme");
        let own = rest.iter().filter(|card| matches!(card.subject, Subject::Specialist(_)));
        let (mut stops, mut supports) = (0, 0);
        for card in own {
            stops += card.stops.count;
            supports += card.supports.count;
        }
        prop_assert_eq!((stops, supports), (programme.stops.count, programme.supports.count));
    }
}
