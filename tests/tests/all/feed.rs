//! What the gateway's feed brings: an accident that another survey car sees, and its end; newer rules, and their refusal.

use std::path::Path;

use jingbao::{
    Field,
    ports::Clock,
    records::{Fix, Position, SightInput},
};
use jingbao_core::text::Lang;
use jingbao_gateway::desk;
use jingbao_tests::roadside::{Installation, MachineClock, signed_pack};

use crate::{
    fixture::{Gateway, enrol, sight, sync},
    misuse::{LANGS, in_language},
    rules::{ASSOCIATION, STRANGER, pinned, version, without_weather},
};

pub(crate) const PLACE: (f64, f64) = (37.5377, 121.390);

pub(crate) fn position(lon: f64) -> Position {
    Position { lat: PLACE.0, lon, accuracy_m: 5.0, mock: false }
}

/// One good fix 80 m before the place, eastward at 40 km/h; the verdicts told.
pub(crate) fn pass(field: &Field) -> Vec<String> {
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
    eyes.begin_shift("鲁F11111".into()).expect("on duty");
    ears.begin_shift("鲁F22222".into()).expect("on duty");
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
    assert_eq!(pass(&again), ["report_only"], "another specialist is there");
}

#[test]
fn t32_a_pack_of_the_feed_is_taken_at_sync_for_new_cases_and_one_by_a_stranger_is_refused_and_shown() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("gateway");
        let gateway = Gateway::start(&data);
        let publish = |number: u8, version: u32| {
            let file = folder.path().join(format!("{number}-{version}.signed.json"));
            let signed = signed_pack(number, |pack| {
                without_weather(pack);
                pack["version"] = version.into();
            });
            std::fs::write(&file, signed.expect("signed")).expect("written");
            desk::pack::publish(&data, &file, Lang::Zh).expect("published")
        };
        let mut phone = Installation::new(folder.path(), 1);
        phone.lang = lang.to_owned();
        phone.association = (pinned(ASSOCIATION), None);
        enrol(&mut phone, &gateway, &data);
        let field = phone.open().expect("opens");
        let old = sight(&field, false);

        assert!(publish(STRANGER, version() + 7) && !publish(STRANGER, version() + 7), "told once");
        sync(&field, 10);
        let rules = field.rules().expect("the rules");
        assert_eq!((rules.version, rules.source.as_str()), (version(), "app"));
        in_language(&rules.refused.expect("shown"), lang);
        field.shutdown();
        let field = phone.open().expect("opens");
        in_language(&field.rules().expect("the rules").refused.expect("still shown"), lang);
        field.shutdown();
        let mut other = phone.clone();
        other.association = (pinned(ASSOCIATION), pinned(STRANGER));
        let folder_copy = folder.path().join("copy");
        copy(&phone.folder, &folder_copy);
        other.folder = folder_copy;
        let rules = other.open().expect("opens").rules().expect("the rules");
        assert_eq!((rules.version, rules.refused), (version() + 7, None), "a key that is named later takes it at last");
        let field = phone.open().expect("opens");

        // What follows a refused one is read all the same.
        assert!(publish(ASSOCIATION, version()), "an older one of the feed is passed over in silence");
        assert!(publish(ASSOCIATION, version() + 1) && publish(ASSOCIATION, version() + 2));
        sync(&field, 10);
        let rules = field.rules().expect("the rules");
        assert_eq!((rules.version, rules.source.as_str(), rules.refused), (version() + 2, "association", None));
        let new = sight(&field, false);
        let stands = |field: &Field| [&old, &new].map(|case| field.case(case.clone()).expect("a view").rules_version);
        assert_eq!(stands(&field), [version(), version() + 2]);
        field.shutdown();
        let field = phone.open().expect("opens");
        assert_eq!(field.rules().expect("the rules").version, version() + 2);
        assert_eq!(stands(&field), [version(), version() + 2]);
        assert_eq!(sync(&field, 10).parked, 0);
    }
}

/// A phone's folder as it stands, without the gateway's that lies beside it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("made");
    for entry in std::fs::read_dir(from).expect("read").map(|entry| entry.expect("an entry").path()) {
        let name = entry.file_name().expect("a name");
        match name.to_str() {
            Some("copy" | "gateway") => {}
            _ if entry.is_dir() => copy(&entry, &to.join(name)),
            _ => drop(std::fs::copy(&entry, to.join(name)).expect("copied")),
        }
    }
}
