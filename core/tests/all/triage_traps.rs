//! The traps of the roadside that triage must not fall into, row by row.

use jingbao_core::{
    pack::Pack,
    triage::{Fact, Facts, Outcome, Parties, Road, Route, Ternary, triage},
};

fn cars(road: Road, yes: &[Fact]) -> Outcome {
    let facts =
        yes.iter().fold(Facts::harmless(Parties::MotorMotor, road), |facts, fact| facts.with(*fact, Ternary::Yes));
    triage(&facts, &Pack::builtin().triage)
}

fn advises(outcome: &Outcome, code: &str) -> bool {
    outcome.advice.iter().any(|advice| advice == code)
}

#[test]
fn t7_no_insurance_mark_moves_then_calls_no_plate_protects_and_both_protect() {
    let mark = cars(Road::City, &[Fact::NoInsuranceMark]);
    assert_eq!((mark.route, mark.cites), (Route::MoveThenCall, vec!["art14.1".to_owned()]));
    let plate = cars(Road::City, &[Fact::NoPlate]);
    assert_eq!((plate.route, plate.cites), (Route::ProtectAndCall, vec!["art13.4".to_owned()]));
    let both = cars(Road::City, &[Fact::NoPlate, Fact::NoInsuranceMark]);
    assert_eq!((both.route, both.because), (Route::ProtectAndCall, vec!["no_plate".to_owned()]));
}

#[test]
fn t8_a_party_that_drove_off_and_a_deliberate_crash_protect_and_call() {
    let left = cars(Road::City, &[Fact::PartyLeft]);
    assert_eq!((left.route, left.settled, left.cites), (Route::ProtectAndCall, true, vec!["art13.6".to_owned()]));
    let intent = cars(Road::City, &[Fact::Intent]);
    assert_eq!((intent.route, intent.cites), (Route::ProtectAndCall, vec!["art13.7".to_owned()]));
}

#[test]
fn t9_a_lamp_post_means_evidence_move_call_and_stay() {
    let facts = Facts::harmless(Parties::Single, Road::City).with(Fact::HitFacility, Ternary::Yes);
    let outcome = triage(&facts, &Pack::builtin().triage);
    assert_eq!(outcome.route, Route::MoveThenCall);
    assert_eq!(outcome.cites, ["art14.2", "ir88"]);
    let place = |code: &str| outcome.advice.iter().position(|advice| advice == code);
    assert!(place("photograph") < place("move_off_road") && place("move_off_road") < place("call_122_after_moving"));
    assert!(place("photograph").is_some() && place("facility_stay").is_some());
    assert!(!advises(&outcome, "leave_now"));
}

#[test]
fn t10_a_dispute_clears_the_road_all_the_same_then_applies_jointly_or_calls_the_police() {
    let outcome = cars(Road::City, &[Fact::Dispute]);
    assert_eq!((outcome.route, outcome.settled, outcome.may_clear()), (Route::LeaveThenAgree, true, true));
    let place = |code: &str| outcome.advice.iter().position(|advice| advice == code);
    assert!(place("leave_now").is_some() && place("leave_now") < place("joint_application"));
    assert!(place("joint_application") < place("one_side_police"));
    assert!(outcome.cites.iter().any(|cite| cite == "art20"));
    assert!(!advises(&cars(Road::City, &[Fact::Dispute, Fact::Injury]), "joint_application"));
}

#[test]
fn t11_a_car_that_cannot_be_moved_never_offers_clear_now_and_gets_its_triangle_by_the_road() {
    let city = cars(Road::City, &[Fact::CannotMove]);
    assert_eq!((city.route, city.may_clear()), (Route::ProtectAndCall, false));
    assert!(advises(&city, "triangle_50_100") && !advises(&city, "triangle_150") && !advises(&city, "leave_now"));
    let expressway = cars(Road::Expressway, &[Fact::CannotMove]);
    assert!(advises(&expressway, "triangle_150") && !advises(&expressway, "triangle_50_100"));
    assert_eq!(expressway.route, city.route);
}

#[test]
fn dangerous_goods_call_at_once_whatever_else_is_so() {
    let outcome = cars(Road::Expressway, &[Fact::DangerousGoods, Fact::Death]);
    assert_eq!((outcome.route, &*outcome.cites), (Route::CallHazmat, &["art15".to_owned()][..]));
    assert!(advises(&outcome, "call_120") && advises(&outcome, "call_122_hazmat"));
}

#[test]
fn an_injury_is_certain_enough_to_call_although_other_questions_are_open() {
    let facts = Facts::unknown().with(Fact::Injury, Ternary::Yes);
    let outcome = triage(&facts, &Pack::builtin().triage);
    assert!(!outcome.settled && advises(&outcome, "call_122") && advises(&outcome, "call_120"));
}

#[test]
fn each_kind_without_any_risk_has_its_own_route() {
    for (kind, route) in [
        (Parties::MotorMotor, Route::LeaveThenAgree),
        (Parties::MotorNonMotor, Route::LeaveThenAgree),
        (Parties::MotorPedestrian, Route::MoveThenCall),
        (Parties::NonMotorOnly, Route::LeaveFirst),
        (Parties::Single, Route::LeaveThenAgree),
    ] {
        for road in Road::ALL {
            let outcome = triage(&Facts::harmless(kind, *road), &Pack::builtin().triage);
            assert_eq!((outcome.route, outcome.settled), (route, true));
            assert_eq!(
                (&*outcome.because, &*outcome.cites),
                (&[kind.code().to_owned()][..], &["art19".to_owned()][..])
            );
        }
    }
}
