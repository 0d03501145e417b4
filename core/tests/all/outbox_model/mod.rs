//! The queue against a naive model: random days of polls, cuts, receipts, refusals, reboots and restarts. The model
//! keeps a plain list and recomputes everything; the queue must do the same, step by step.

mod ends;
mod world;

use jingbao_core::outbox::{Lane, at_once};
use proptest::prelude::*;

use world::*;

fn how() -> impl Strategy<Value = How> {
    prop_oneof![
        4 => Just(How::Receipt),
        3 => Just(How::Later),
        1 => Just(How::Gone),
        1 => (-5_i64..5_000_000).prop_map(How::After),
        1 => Just(How::Unauthorized),
        1 => Just(How::Refused),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let lane = || prop_oneof![Just(Lane::Event), Just(Lane::Record), Just(Lane::Notice), Just(Lane::Photo)];
    prop_oneof![
        4 => prop_oneof![0_i64..2_000, 80_000_i64..200_000].prop_map(Act::Pass),
        1 => Just(Act::Reboot),
        1 => Just(Act::Restart),
        5 => (0_u8..3, lane(), prop::bool::weighted(0.8)).prop_map(|(case, lane, signed)| Act::Add { case, lane, signed }),
        6 => Just(Act::Poll),
        6 => (any::<usize>(), prop::bool::weighted(0.2), how())
            .prop_map(|(which, stale, how)| Act::Answer { which, stale, how }),
        1 => any::<usize>().prop_map(|which| Act::Progress { which }),
        2 => any::<usize>().prop_map(|which| Act::Signed { which }),
        1 => Just(Act::Resume),
        1 => any::<usize>().prop_map(|which| Act::Retry { which }),
        1 => any::<usize>().prop_map(|which| Act::Withdraw { which }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_500, ..ProptestConfig::default() })]

    #[test]
    fn s1_s2_s3_s9_s13_s15_t17_t19_the_queue_does_what_a_naive_model_does(
        acts in prop::collection::vec((act(), any::<u64>()), 1..80),
    ) {
        let mut world = World::new();
        for (act, dice) in &acts {
            world.act(act, *dice);
            world.compare();
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn invariant_4_a_case_that_always_fails_or_parks_never_holds_another_and_nothing_is_dropped(
        stuck in prop::collection::vec(prop_oneof![Just(How::Later), Just(How::Refused)], 1..6),
        others in prop::collection::vec((1_u8..4, prop_oneof![Just(Lane::Record), Just(Lane::Photo)]), 1..12),
        dice in any::<u64>(),
    ) {
        let mut world = World::new();
        for _ in &stuck {
            world.add(0, Lane::Record, true);
            world.add(0, Lane::Photo, true);
        }
        for (of, lane) in &others {
            world.add(*of, *lane, true);
        }
        let stuck_ops = stuck.len() * 2;
        for round in 0..60 {
            world.poll();
            for (at, (n, _)) in world.flying().into_iter().enumerate() {
                let how = if n < stuck_ops { stuck[n / 2] } else { How::Receipt };
                let which = world.flying().iter().position(|(flying, _)| *flying == n).unwrap_or(at);
                world.answer(which, false, how, dice.wrapping_mul(round + 1));
            }
            world.mono += 1_000;
        }
        prop_assert_eq!(world.rows.len(), stuck_ops + others.len());
        prop_assert!(world.rows[stuck_ops..].iter().all(|row| row.state == State::Done));
        prop_assert!(world.rows[..stuck_ops].iter().all(|row| row.state != State::Done));
    }
}

#[test]
fn s12_invariant_4_any_number_of_slow_photos_leaves_room_for_a_record() {
    let mut world = World::new();
    for _ in 0..9 {
        world.add(0, Lane::Photo, true);
    }
    world.poll();
    assert_eq!(world.flying().len(), at_once(Lane::Photo));
    world.add(0, Lane::Record, true);
    world.add(0, Lane::Event, true);
    world.poll();
    let lanes: Vec<Lane> = world.flying().iter().map(|(n, _)| world.rows[*n].lane).collect();
    assert!(lanes.contains(&Lane::Record) && lanes.contains(&Lane::Event), "{lanes:?}");
}

#[test]
fn s9_nothing_goes_before_the_server_asked_for_it_not_even_in_a_round_of_sync() {
    let mut world = World::new();
    world.add(0, Lane::Record, true);
    world.add(1, Lane::Record, true);
    world.poll();
    world.answer(0, false, How::After(120_000), 0);
    world.answer(0, false, How::Later, 999);
    world.act(&Act::Resume, 0);
    world.poll();
    assert!(world.flying().is_empty(), "the whole gateway is busy");
    world.mono += 119_999;
    world.poll();
    assert!(world.flying().is_empty());
    world.mono += 1;
    world.poll();
    assert_eq!(world.flying().len(), 2);
}

#[test]
fn s9_without_a_network_thousands_of_rows_knock_once_and_a_tap_knocks_at_once() {
    let mut world = World::new();
    for case in 0..200 {
        world.add(case, Lane::Record, true);
    }
    let mut sent = 0;
    for round in 0..30 {
        world.poll();
        sent += world.flying().len();
        while !world.flying().is_empty() {
            world.answer(0, false, How::Gone, u64::MAX - round);
        }
        world.mono += 1_000;
    }
    // Eight at once, and again after waits that double: 1, 2, 4, 8 and 16 seconds.
    assert!(sent <= 8 * 7, "{sent} attempts in half a minute");
    world.act(&Act::Retry { which: 0 }, 0);
    world.poll();
    assert!(!world.flying().is_empty(), "a person wants it now");
}

#[test]
fn s12_cases_take_turns_so_that_fifty_photos_of_one_do_not_hold_up_the_one_of_another() {
    let mut world = World::new();
    for _ in 0..50 {
        world.add(0, Lane::Photo, true);
    }
    world.add(1, Lane::Photo, true);
    world.add(2, Lane::Photo, true);
    world.poll();
    let cases: Vec<u8> = world.flying().iter().map(|(n, _)| world.rows[*n].case).collect();
    assert_eq!(cases, [0, 1, 2]);
}

#[test]
fn the_newest_accident_is_told_before_what_happened_yesterday() {
    let mut world = World::new();
    for case in 0..200 {
        world.add(case, Lane::Event, true);
        world.add(case, Lane::Event, true);
    }
    world.poll();
    let newest = world.flying().iter().map(|(n, _)| world.rows[*n].case).min();
    assert_eq!(newest, Some(200 - 64), "the first event of each of the newest");
}
