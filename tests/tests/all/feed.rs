//! An accident that one survey car sees reaches another through the gateway's feed, and ends there too.

use jingbao::{
    Field,
    ports::Clock,
    records::{Fix, Position, SightInput, Standing},
};
use jingbao_tests::roadside::{Installation, MachineClock};

use crate::fixture::{Gateway, enrol, sync};

const PLACE: (f64, f64) = (37.5377, 121.390);

fn position(lon: f64) -> Position {
    Position { lat: PLACE.0, lon, accuracy_m: 5.0, mock: false }
}

/// One good fix 80 m before the place, eastward at 40 km/h; the verdicts told.
fn pass(field: &Field) -> Vec<String> {
    let metre = 1.0 / (111_195.0 * PLACE.0.to_radians().cos());
    let at = MachineClock.now().expect("the time");
    let fix = Fix { position: position(PLACE.1 - 80.0 * metre), speed_mps: Some(11.0), course_deg: Some(90.0), at };
    field.duty(fix).expect("a verdict").into_iter().map(|change| change.verdict).collect()
}

#[test]
fn what_one_survey_car_sees_another_hears_of_until_it_is_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("gateway");
    let gateway = Gateway::start(&data);
    let phone = |number: u8| {
        let home = folder.path().join(format!("phone-{number}"));
        std::fs::create_dir_all(&home).expect("a folder");
        let mut phone = Installation::new(&home, number);
        enrol(&mut phone, &gateway, &data);
        phone
    };
    let (first, second) = (phone(1), phone(2));
    let (eyes, ears) = (first.open().expect("opens"), second.open().expect("opens"));
    let standing = || Standing { on_duty: true, certified: Some(true), urgent: None, on_case: false };
    eyes.stand(standing()).expect("on duty");
    ears.stand(standing()).expect("on duty");
    let seen = SightInput { position: Some(position(PLACE.1)), accident: None, own_party: None, training: false };
    let case = eyes.sight(seen).expect("a case");
    sync(&eyes, 10);
    assert_eq!(sync(&eyes, 10).pending, 0);
    assert_eq!(pass(&eyes), Vec::<String>::new(), "what this phone saw itself it is not told of");
    sync(&ears, 10);
    assert_eq!(pass(&ears), ["must_stop"]);
    eyes.respond(case, "stopped".into()).expect("stopped");
    sync(&eyes, 10);
    sync(&ears, 10);
    ears.shutdown();
    let again = second.open().expect("opens");
    again.stand(standing()).expect("on duty");
    assert_eq!(pass(&again), ["report_only"], "another specialist is there");
}
