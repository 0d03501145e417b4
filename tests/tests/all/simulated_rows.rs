//! Rows of the list of failures as short stories: what happened there is done to our queue, under a hundred seeds of
//! chance. Each is told twice: as it is, when all must end well, and with the mistake that caused it elsewhere, when it
//! must be noticed; so that the story is known to be about that mistake.

use jingbao_tests::simulator::{
    mutation::Mutation,
    plan::{Act, Blow, Fault, Plan, Planned, Weather},
    shrink::shortest,
    world::play,
};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
/// How often each is told, with other chance.
const TOLD: u64 = 100;

/// One phone on which a person does this, one thing a second, from the tenth second on.
fn story(acts: &[Act], faults: Vec<Fault>) -> Plan {
    let planned = |(n, act): (i64, &Act)| Planned { at: (10 + n) * SECOND, phone: 0, act: act.clone() };
    let acts = (0..).zip(acts).map(planned).collect();
    Plan { seed: 0, phones: 1, acts, faults, heals_at: 10 * MINUTE, woken_every: None }
}

fn weather(from: i64, until: i64, weather: Weather) -> Fault {
    Fault::While { from: from * SECOND, until: until * SECOND, phone: None, weather }
}

fn blow(at: i64, blow: Blow) -> Fault {
    Fault::Once { at: at * SECOND, blow }
}

fn photo(bytes: u64) -> Act {
    Act::Shoot { case: 0, bytes, cursed: false }
}

const SEAL: Act = Act::Seal { case: 0 };

/// It always ends well, and never does so unnoticed with these mistakes.
fn told(plan: &Plan, mistakes: &[Mutation]) {
    let of = |seed| Plan { seed, ..plan.clone() };
    for seed in 0..TOLD {
        let ended = play(&of(seed), None, false);
        assert_eq!(ended.wrong, None, "{}", shortest(&of(seed), None).1.lines.join("\n"));
    }
    for mistake in mistakes {
        let noticed = (0..TOLD).any(|seed| play(&of(seed), Some(*mistake), false).wrong.is_some());
        assert!(noticed, "{mistake:?} is not noticed");
    }
}

#[test]
fn s1_a_page_with_520_is_no_permanent_error_and_nothing_overtakes_what_waits_for_it() {
    let plan = story(&[SEAL, SEAL, SEAL], vec![weather(0, 200, Weather::Proxy { done: false })]);
    told(&plan, &[Mutation::ServerErrorParks, Mutation::OrderIgnored]);
}

#[test]
fn s2_the_backlog_moves_by_itself_when_its_time_has_come() {
    let mut plan = story(&[Act::Duty], vec![weather(0, 600, Weather::Busy(240))]);
    plan.acts.iter_mut().for_each(|act| act.at += 570 * SECOND);
    told(&plan, &[Mutation::WakeForgotten]);
}

#[test]
fn s3_what_was_on_the_way_when_the_network_parted_is_sent_again() {
    let faults = vec![weather(0, 100, Weather::SenderLost), weather(30, 400, Weather::NoWay { refused: false })];
    told(&story(&[SEAL, photo(700), Act::Duty], faults), &[]);
}

#[test]
fn s3_a_sender_that_went_away_without_a_word_holds_nothing_for_longer_than_its_lease() {
    let mut plan = story(&[Act::Duty, Act::Duty, Act::Duty], vec![weather(580, 600, Weather::SenderLost)]);
    plan.acts.iter_mut().for_each(|act| act.at += 575 * SECOND);
    told(&plan, &[Mutation::LeaseNeverLapses]);
}

#[test]
fn s7_a_disk_that_is_full_after_the_send_costs_a_second_request_and_no_second_record() {
    let faults = vec![weather(11, 300, Weather::DiskFull), weather(0, 20, Weather::Slow(3 * SECOND))];
    told(&story(&[SEAL], faults), &[Mutation::DoneUnsaved]);
}

#[test]
fn s9_a_refused_token_keeps_everything_and_a_new_one_goes_on_with_it() {
    let plan = story(&[SEAL, photo(300), Act::Duty], vec![weather(0, 300, Weather::TokenOld)]);
    told(&plan, &[Mutation::UnauthorizedParks, Mutation::PausedForEver]);
}

#[test]
fn s9_what_the_server_asks_for_by_retry_after_is_obeyed_to_the_second() {
    told(
        &story(&[SEAL, Act::Look, Act::Look], vec![weather(0, 300, Weather::Busy(120))]),
        &[Mutation::RetryAfterIgnored],
    );
}

#[test]
fn s10_an_item_that_is_refused_parks_alone_and_the_healthy_ones_go() {
    let cursed = Act::Shoot { case: 0, bytes: 300, cursed: true };
    told(&story(&[cursed.clone(), SEAL, photo(256), cursed, Act::Duty, SEAL], vec![]), &[Mutation::LaneShared]);
}

#[test]
fn s11_a_child_never_goes_before_its_parent_has_its_receipt() {
    let faults = vec![weather(0, 200, Weather::Lossy(500)), weather(0, 300, Weather::Slow(15 * SECOND))];
    told(&story(&[SEAL, SEAL, SEAL, SEAL], faults), &[Mutation::OrderIgnored]);
}

#[test]
fn s12_a_photo_that_never_arrives_keeps_no_record_from_going() {
    let cursed = Act::Shoot { case: 0, bytes: 2_000, cursed: true };
    told(&story(&[cursed, SEAL], vec![]), &[Mutation::LaneShared]);
}

#[test]
fn s13_s22_a_second_round_is_told_that_one_is_running_and_after_a_kill_nobody_is() {
    let kill = Blow::KillPhone { phone: 0, steps: 3, power: true };
    let faults = vec![weather(0, 30, Weather::Slow(5 * SECOND)), blow(13, kill)];
    let plan = story(&[SEAL, Act::Look, Act::Look, photo(300), Act::Look], faults);
    let busy: u64 = (0..TOLD).map(|seed| play(&Plan { seed, ..plan.clone() }, None, false).busy).sum();
    assert!(busy > TOLD, "{busy}");
    told(&plan, &[]);
}

#[test]
fn s14_t17_requests_that_arrive_twice_and_answers_that_never_come_make_one_record() {
    let faults = vec![weather(0, 300, Weather::Twice), weather(0, 120, Weather::HalfOpen)];
    told(&story(&[SEAL, photo(512), Act::Duty, SEAL], faults), &[Mutation::BytesRemade]);
}

#[test]
fn s15_several_photos_that_end_at_once_are_each_brought_to_their_own_end() {
    let faults = vec![weather(0, 120, Weather::Lossy(300)), weather(0, 200, Weather::CutAnswers)];
    told(&story(&[photo(1), photo(255), photo(256), photo(257), photo(2_000)], faults), &[Mutation::DoneUnsaved]);
}

#[test]
fn s16_a_locked_upload_waits_and_a_lost_or_expired_one_begins_anew() {
    let faults = vec![
        weather(0, 100, Weather::Locked),
        weather(0, 500, Weather::Slow(2 * SECOND)),
        blow(110, Blow::DropUploads { expired: true }),
        blow(200, Blow::DropUploads { expired: false }),
    ];
    told(&story(&[photo(2_000), photo(700), photo(2_000)], faults), &[]);
}

#[test]
fn s20_t19_of_two_senders_only_the_one_with_the_lease_counts() {
    let faults = vec![weather(0, 500, Weather::AnswersLate), weather(0, 550, Weather::Slow(15 * SECOND))];
    let looks = vec![Act::Look; 40];
    told(&story(&[vec![SEAL, Act::Duty, SEAL, Act::Duty], looks].concat(), faults), &[Mutation::SentAfterDone]);
}

#[test]
fn s21_an_app_that_no_system_ever_wakes_goes_on_whenever_it_is_opened() {
    let kill = |at| blow(at, Blow::KillPhone { phone: 0, steps: 2, power: false });
    let faults = vec![weather(0, 60, Weather::NoWay { refused: true }), kill(12), kill(100), kill(200)];
    let mut plan = story(&[SEAL, photo(700), SEAL, Act::Duty], faults);
    plan.acts.push(Planned { at: 300 * SECOND, phone: 0, act: Act::Look });
    assert_eq!(plan.woken_every, None);
    told(&plan, &[Mutation::OrderIgnored]);
}

#[test]
fn s25_an_upload_whose_sender_vanished_is_asked_for_its_offset_once_its_lease_has_lapsed() {
    let mut plan = story(&[photo(2_000), photo(2_000)], vec![weather(585, 600, Weather::SenderLost)]);
    plan.acts.iter_mut().for_each(|act| act.at += 577 * SECOND);
    told(&plan, &[Mutation::LeaseNeverLapses]);
}

#[test]
fn s28_an_edit_after_a_send_whose_answer_was_lost_is_a_new_revision_of_its_own_bytes() {
    let faults = vec![weather(9, 60, Weather::HalfOpen), weather(60, 200, Weather::Proxy { done: true })];
    told(&story(&[SEAL, Act::Look, SEAL], faults), &[Mutation::BytesRemade]);
}

#[test]
fn s27_t18_no_page_and_no_foreign_receipt_ends_an_operation() {
    let faults = vec![weather(0, 100, Weather::Portal), weather(100, 300, Weather::Foreign)];
    told(&story(&[SEAL, photo(256), Act::Duty], faults), &[Mutation::ReceiptUnchecked]);
}

#[test]
fn t15_a_clock_that_is_set_moves_no_wait() {
    let faults = vec![
        weather(0, 400, Weather::Busy(120)),
        blow(15, Blow::SetClock { phone: 0, by: -3_600_000 }),
        blow(16, Blow::SetClock { phone: 0, by: 86_400_000 }),
    ];
    told(&story(&[SEAL, photo(300)], faults), &[Mutation::RetryAfterIgnored]);
}

#[test]
fn invariant_1_a_loss_of_power_at_any_instruction_takes_nothing_that_was_acknowledged() {
    for steps in 0..40 {
        let kill = Blow::KillPhone { phone: 0, steps, power: true };
        let gone = Blow::KillGateway { steps: steps / 2, power: true, away: 5 * SECOND };
        let plan = story(&[SEAL, photo(700), Act::Duty, SEAL], vec![blow(9, kill), blow(12, gone)]);
        for seed in 0..10 {
            let ended = play(&Plan { seed, ..plan.clone() }, None, false);
            assert_eq!(ended.wrong, None, "{steps} instructions, seed {seed}");
            assert!(ended.kills > 0);
        }
    }
}
