//! The duty check on drives whose truth is known.

use jingbao_tests::traffic::{Errs, Tally};

/// Of each kind of way; `bench duty` takes more.
const DRIVES: u64 = 200;

#[test]
fn s35_on_made_drives_the_answer_is_in_time_seldom_wrong_and_never_clear_when_near() {
    for errs in Errs::ALL {
        let tally = Tally::of(errs, DRIVES);
        assert!(tally.worst() <= 1.0, "{tally}");
        assert!(tally.straight.0 > 200 && tally.beside.0 > 200, "too few drives count: {tally}");
    }
}
