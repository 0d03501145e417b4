//! A driver's party from one phone to the other by one small code, without a network (T24).

use jingbao::{Field, records::CodeKind};
use jingbao_core::exchange::{LONGEST_PARTY, Picture};
use jingbao_tests::roadside::Installation;

use crate::{
    fixture::{answer, complete, sight},
    misuse::{Kind, LANGS, says},
};

const OWN: [(&str, &str); 12] = [
    ("party.kind", "motor"),
    ("party.name", "欧阳·娜娜"),
    ("party.id_number", "37060219900307003X"),
    ("party.phone", "13700009876"),
    ("party.vehicle_kind", "car"),
    ("party.plate", "鲁YD12345"),
    ("party.insurer", "cpic"),
    ("party.policy", "PDZA202637060000001234"),
    ("party.vin", "LVSHCAMB1CE054249"),
    ("party.impact", "6"),
    ("party.damage", "后保险杠凹陷约三十厘米，左后灯破裂，后备箱盖变形不能关闭"),
    ("party.liability", "none"),
];

/// The recorder with a case, and B's phone that joined it and knows its own party.
fn two_phones(folder: &std::path::Path, lang: &str) -> (std::sync::Arc<Field>, std::sync::Arc<Field>, String) {
    let open = |name: &str, seed| {
        std::fs::create_dir_all(folder.join(name)).expect("a folder");
        let mut phone = Installation::new(&folder.join(name), seed);
        phone.lang = lang.to_owned();
        phone.open().expect("opens")
    };
    let (car, driver) = (open("car", 1), open("driver", 2));
    let case = sight(&car, false);
    complete(&car, &case);
    let invitation = car.show_code(case.clone(), CodeKind::Invitation { party: "B".into() }).expect("shown");
    driver.scan(invitation).expect("joined");
    OWN.iter().for_each(|(question, value)| drop(answer(&driver, &case, Some("B"), question, value)));
    (car, driver, case)
}

#[test]
fn a_party_goes_from_phone_to_phone_by_one_code_of_version_20_m_and_is_taken_once() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let (car, driver, case) = two_phones(folder.path(), lang);
        let code = driver.show_code(case.clone(), CodeKind::Party).expect("shown");
        assert!(code.len() <= LONGEST_PARTY, "{}", code.len());
        assert!(Picture::of(&code).expect("a picture").version <= 20);
        assert_eq!(car.scan(code.clone()).expect("taken").kind, "statement");
        let view = car.case(case.clone()).expect("a view");
        for (question, value) in OWN {
            let seen = view.answers.iter().find(|a| a.question == question && a.party.as_deref() == Some("B"));
            assert_eq!(seen.and_then(|answer| answer.value.as_deref()), Some(value), "{question}");
        }
        says(car.scan(code.clone()), Kind::Refused, "error-replayed", lang);
        std::fs::create_dir_all(folder.path().join("stranger")).expect("a folder");
        let mut stranger = Installation::new(&folder.path().join("stranger"), 9);
        stranger.lang = lang.to_owned();
        let stranger = stranger.open().expect("opens");
        says(stranger.scan(code), Kind::Refused, "error-unknown-case", lang);
    }
}

#[test]
fn a_party_with_too_many_words_for_one_code_is_said_and_its_whole_statement_waits_for_the_gateway() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let (_, driver, case) = two_phones(folder.path(), lang);
        let many: String = (0..600u32).filter_map(|n| char::from_u32(0x4e00 + n * 31)).collect();
        answer(&driver, &case, Some("B"), "party.damage", &many);
        says(driver.show_code(case.clone(), CodeKind::Party), Kind::Refused, "error-code-too-much", lang);
        let waiting = driver.queue().expect("a queue").items;
        assert_eq!(waiting.iter().filter(|item| item.kind == "statement").count(), 1, "the whole of it");
        let view = driver.case(case).expect("a view");
        assert!(view.answers.iter().any(|answer| answer.value.as_deref() == Some(&many)), "nothing is lost");
    }
}
