//! The simulator's stories: the seeds that once failed first, then ten thousand of them, and the mistakes it must notice.

use jingbao_tests::simulator::{explain, mutation::Mutation, plan::Plan, play_all, world::play};

const STORIES: u64 = 10_000;

#[test]
fn seeds_that_once_failed_do_not_fail_again() {
    let lines = include_str!("../../simulator-seeds.txt").lines().filter(|line| !line.starts_with('#'));
    let mut played = 0;
    for line in lines {
        let seed = line.split(' ').next().and_then(|number| number.parse().ok()).expect("a seed");
        assert_eq!(play(&Plan::of(seed), None, false).wrong, None, "{}", explain(seed, None));
        played += 1;
    }
    assert!(played > 0);
}

#[test]
fn s4_s14_invariants_1_3_4_ten_thousand_stories_lose_nothing_double_nothing_and_end() {
    let tally = play_all(0..STORIES, None);
    if let Some(seed) = tally.failed {
        panic!("{}", explain(seed, None));
    }
    assert_eq!(tally.stories, STORIES);
    assert!(tally.kills > STORIES / 2 && tally.busy > STORIES / 2, "too peaceful: {tally:?}");
}

#[test]
fn the_same_seed_tells_the_same_story_to_the_letter() {
    for seed in 0..20 {
        let [one, other] = [(); 2].map(|()| play(&Plan::of(seed), None, true));
        assert_eq!(one.lines, other.lines);
    }
}

#[test]
fn every_mistake_a_queue_could_make_is_noticed_within_ten_thousand_stories() {
    for mutation in Mutation::ALL {
        let tally = play_all(0..STORIES, Some(mutation));
        let seed = tally.failed.unwrap_or_else(|| panic!("{mutation:?} is not noticed"));
        eprintln!("{mutation:?} is noticed at seed {seed}");
    }
}
