//! Handing a case over to an app or account of the police: what is ready, in whose order, and what is said of it.

use std::collections::BTreeSet;

use jingbao_core::{
    form::{self, HandoverCopy, HandoverRefused, Happened, Receiver},
    handover::{self, Sheet, WhyNot, way},
    pack::{About, Pack, QuestionKind, Stage},
    text::{Lang, has, say},
    view::{case_view, handover_view},
};
use proptest::prelude::*;

use crate::road::{Phone, pack, party};

pub(crate) const APPS: [&str; 2] = ["12123", "yantai_wechat"];
pub(crate) const APP: &str = "12123";

pub(crate) fn agree(phone: &mut Phone, letter: &str) {
    let what = form::consent(phone.state(), party(letter), Receiver::PoliceHandover, 1).expect("taken");
    phone.happen(what);
}

pub(crate) fn sheet(phone: &Phone) -> Sheet {
    handover::sheet(phone.state(), pack(), APP).expect("a sheet")
}

pub(crate) fn prepare(phone: &mut Phone) {
    let sheet = handover::prepare(phone.state(), pack(), APP).expect("ready");
    let copy = |picture: &handover::Picture| picture.photo.map(|(photo, sha256)| HandoverCopy { photo, sha256 });
    let copies = sheet.pictures().filter_map(copy).collect();
    let expected = sheet.sha256().expect("canonical");
    phone.happen(handover::prepared(phone.state(), pack(), APP, expected, copies).expect("prepared"));
}

/// A form that is complete, and both agreed.
pub(crate) fn ready() -> Phone {
    let mut phone = Phone::recorder(false);
    phone.complete();
    agree(&mut phone, "A");
    agree(&mut phone, "B");
    phone
}

#[test]
fn the_order_is_the_packs_step_by_step_and_value_by_value() {
    let phone = ready();
    for app in APPS {
        let rules = pack().handover.app(app).expect("works");
        let sheet = handover::sheet(phone.state(), pack(), app).expect("a sheet");
        let steps: Vec<&str> = sheet.steps.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(steps, rules.steps.iter().map(|step| step.id.as_str()).collect::<Vec<_>>());
        for (made, wanted) in sheet.steps.iter().zip(&rules.steps) {
            let about = |letter| made.lines.iter().filter(move |line| line.party == Some(party(letter)));
            let asked: Vec<&str> = wanted.fields.iter().map(String::as_str).collect();
            let scene = made.lines.iter().filter(|line| line.party.is_none());
            let questions: Vec<&str> = scene.chain(about("A")).map(|line| line.question.as_str()).collect();
            assert_eq!(questions, asked, "{app} {}", made.id);
            let others: Vec<&str> = about("B").map(|line| line.question.as_str()).collect();
            let of_parties = wanted.fields.iter().filter(|id| id.starts_with("party."));
            assert_eq!(others, of_parties.map(String::as_str).collect::<Vec<_>>());
            assert!(made.lines.is_sorted_by_key(|line| line.party), "party by party");
        }
        let numbers: Vec<u32> = sheet.lines().map(|line| line.number).collect();
        assert_eq!(numbers, (1..=numbers.len() as u32).collect::<Vec<_>>());
    }
}

#[test]
fn photos_come_in_the_packs_order_at_least_three_and_each_once() {
    let sheet = sheet(&ready());
    let ready: Vec<(u32, &str)> =
        sheet.pictures().filter(|p| p.photo.is_some()).map(|p| (p.number, p.slot.as_str())).collect();
    assert_eq!(ready, [(1, "scene_front"), (2, "scene_rear"), (3, "contact_close")]);
    for app in APPS {
        assert!(pack().handover.app(app).expect("works").least_photos >= 3);
    }
}

#[test]
fn no_more_photos_are_ready_than_the_app_takes() {
    let mut few = pack().clone();
    few.handover.apps[0].most_photos = Some(3);
    few.handover.apps[0].least_photos = 2;
    let mut phone = ready();
    phone.photo("scene_side");
    phone.photo("damage_a");
    let sheet = handover::sheet(phone.state(), &few, APP).expect("a sheet");
    assert_eq!(sheet.pictures().filter(|picture| picture.photo.is_some()).count(), 3);
    assert_eq!(sheet.pictures().filter(|picture| picture.why.is_none()).count(), 3, "and none is said to be");
}

#[test]
fn before_the_road_is_clear_no_document_and_nothing_of_the_form_is_on_it_and_nothing_is_prepared() {
    let mut phone = Phone::recorder(false);
    phone.screen();
    agree(&mut phone, "A");
    phone.photo("scene_front");
    let sheet = sheet(&phone);
    for line in sheet.lines() {
        assert!(pack().question(&line.question).expect("known").stage < Stage::Form, "{}", line.question);
    }
    for picture in sheet.pictures() {
        assert!(!pack().shots.after_clear.contains(&picture.slot), "{}", picture.slot);
    }
    assert!(sheet.pictures().any(|picture| picture.photo.is_some()), "the scene may be shown");
    assert!(sheet.steps.iter().any(|step| step.later));
    let refused = handover::prepare(phone.state(), pack(), APP).expect_err("not yet");
    assert_eq!(refused, HandoverRefused::NotCleared);
}

#[test]
fn an_accident_that_is_for_the_police_has_no_sheet_at_all() {
    let mut hurt = ready();
    hurt.answer(None, "fact.injury", "yes");
    assert_eq!(handover::sheet(hurt.state(), pack(), APP), Err(HandoverRefused::NotThisWay));
    let mut unknown = ready();
    unknown.answer(None, "fact.drink_or_drugs", "unknown");
    assert_eq!(handover::sheet(unknown.state(), pack(), APP), Err(HandoverRefused::NotThisWay), "unknown is not no");
    assert_eq!(handover::sheet(ready().state(), pack(), "nobody"), Err(HandoverRefused::NoApp));
}

#[test]
fn only_a_party_that_agreed_is_copied_and_the_other_types_it_himself() {
    let mut phone = Phone::recorder(false);
    phone.complete();
    assert_eq!(handover::prepare(phone.state(), pack(), APP).map(drop), Err(HandoverRefused::NobodyAgreed));
    assert!(sheet(&phone).lines().all(|line| line.value.is_none()), "nobody asked for it");
    assert!(sheet(&phone).pictures().all(|picture| picture.photo.is_none()));
    agree(&mut phone, "A");
    let half = sheet(&phone);
    for line in half.lines().filter(|line| line.party == Some(party("B"))) {
        assert_eq!((line.value.as_ref(), line.why), (None, Some(WhyNot::PartyTypes)));
    }
    let plate = |sheet: &Sheet, letter| {
        let line = sheet.lines().find(|line| line.question == "party.plate" && line.party == Some(party(letter)));
        line.expect("a line").value.as_ref().map(|value| value.reveal().clone())
    };
    assert_eq!((plate(&half, "A"), plate(&half, "B")), (Some("鲁F12345".into()), None));
    let withdraw = form::withdraw(phone.state(), party("A"), Receiver::PoliceHandover).expect("taken");
    phone.happen(withdraw);
    assert_eq!(plate(&sheet(&phone), "A"), None, "T30: from then on nothing more");
}

#[test]
fn documents_of_a_party_that_did_not_agree_stay_here() {
    let mut phone = Phone::recorder(false);
    phone.complete();
    phone.photo("licence_a");
    phone.photo("licence_b");
    agree(&mut phone, "A");
    let sheet = sheet(&phone);
    let of = |slot: &str| sheet.pictures().find(|picture| picture.slot == slot).expect("on the sheet").why;
    assert_eq!((of("licence_a"), of("licence_b")), (None, Some(WhyNot::PartyTypes)));
}

#[test]
fn a_choice_is_copied_in_chinese_and_read_in_ones_own_language() {
    let phone = ready();
    let view = handover_view(&phone.case, pack(), APP, &[], Lang::En).expect("a view");
    let weather = view.steps.iter().flat_map(|step| &step.lines).find(|line| line.code == "scene.weather");
    let weather = weather.expect("a line");
    assert_eq!(weather.value, Some(say(Lang::Zh, "choice-scene-weather-clear", &[])));
    assert_eq!(weather.text, say(Lang::En, "choice-scene-weather-clear", &[]));
    assert!(weather.value.as_ref() != Some(&weather.text));
}

#[test]
fn where_they_disagree_no_liability_is_ready() {
    let mut phone = ready();
    phone.answer(None, "fact.dispute", "yes");
    let disputed = sheet(&phone);
    let liabilities = || disputed.lines().filter(|line| line.question == "party.liability");
    assert!(liabilities().count() == 2 && liabilities().all(|line| line.why == Some(WhyNot::Disputed)));
    let agreed = sheet(&ready());
    let values = agreed.lines().filter(|line| line.question == "party.liability").filter_map(|l| l.value.as_ref());
    assert_eq!(values.map(|value| value.reveal().as_str()).collect::<Vec<_>>(), ["全部责任", "无责任"]);
}

#[test]
fn the_first_way_that_the_phone_can_open_is_taken_and_without_one_there_are_words() {
    let rules = pack().handover.app(APP).expect("works");
    let can = |targets: &[&str]| targets.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(way(rules, &[]), None);
    assert_eq!(way(rules, &can(&["com.other"])), None);
    let both = way(rules, &can(&["tmri12123://", "com.tmri.app.main"])).expect("a way");
    assert_eq!(both.target, "com.tmri.app.main", "the pack's order");
    let phone = ready();
    for lang in Lang::ALL {
        for app in APPS {
            let by_hand = handover_view(&phone.case, pack(), app, &[], lang).expect("a view");
            assert!(by_hand.open.is_none() && by_hand.ways.iter().all(|way| !way.can_open));
            assert!(by_hand.steps.iter().all(|step| has(lang, &format!("handover-step-{}", step.code))));
            assert!(!by_hand.open_text.is_empty() && by_hand.steps.iter().all(|step| !step.text.is_empty()));
        }
    }
}

#[test]
fn practice_is_opened_nowhere() {
    let mut phone = Phone::recorder(true);
    phone.complete();
    agree(&mut phone, "A");
    let view = handover_view(&phone.case, pack(), APP, &["com.tmri.app.main".into()], Lang::Zh).expect("a view");
    assert!(view.practice && view.ways.is_empty() && view.open.is_none());
}

#[test]
fn a_drivers_phone_hands_over_its_own_side_as_the_draft_tells_it() {
    let recorder = ready();
    let mut driver = Phone::of("B", 2, false);
    recorder.show_draft_to(&mut driver);
    driver.happen(Happened::Cleared);
    agree(&mut driver, "B");
    let sheet = sheet(&driver);
    let with_value = |about: Option<&str>| {
        sheet.lines().filter(|line| line.party == about.map(party) && line.value.is_some()).count()
    };
    assert!(with_value(None) >= 4 && with_value(Some("B")) >= 4, "{sheet:?}");
    assert_eq!(with_value(Some("A")), 0, "what A agreed to is not known here");
}

#[test]
fn t32_a_pack_that_does_not_say_how_an_app_works_still_loads_and_offers_none() {
    let mut document: serde_json::Value =
        serde_json::from_str(include_str!("../../packs/shandong-yantai.json")).expect("json");
    document["handover"] = serde_json::json!({ "apps": [{ "id": "12123", "name": "交管12123" }] });
    let older = Pack::from_json(&document.to_string()).expect("loads");
    let phone = ready();
    assert_eq!(handover::sheet(phone.state(), &older, APP), Err(HandoverRefused::NoApp));
    assert!(case_view(&phone.case, &older, Lang::Zh).handovers.is_empty());
    document.as_object_mut().expect("an object").remove("handover");
    assert!(Pack::from_json(&document.to_string()).expect("loads").handover.apps.is_empty());
}

#[test]
fn a_question_that_the_pack_leaves_out_is_not_on_the_sheet() {
    let mut document: serde_json::Value =
        serde_json::from_str(include_str!("../../packs/shandong-yantai.json")).expect("json");
    document["questions"].as_array_mut().expect("a list").retain(|question| question["id"] != "scene.weather");
    let without = Pack::from_json(&document.to_string()).expect("loads");
    let sheet = handover::sheet(ready().state(), &without, APP).expect("a sheet");
    assert!(sheet.lines().count() > 10 && sheet.lines().all(|line| line.question != "scene.weather"));
}

#[test]
fn a_pack_whose_hand_over_contradicts_itself_says_which_field() {
    let good: serde_json::Value = serde_json::from_str(include_str!("../../packs/shandong-yantai.json")).expect("json");
    let broken = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut document = good.clone();
        change(&mut document["handover"]["apps"][0]);
        Pack::from_json(&document.to_string()).expect_err("refused").to_string()
    };
    assert!(broken(&|app| app["steps"][5]["fields"][0] = "scene.place".into()).contains("12123.fields.scene.place"));
    assert!(broken(&|app| app["steps"][2]["id"] = "locate".into()).contains("12123.steps.locate"));
    assert!(broken(&|app| app["outcomes"] = serde_json::json!([])).contains("12123.outcomes"));
    assert!(broken(&|app| app["routes"] = serde_json::json!(["protect_and_call"])).contains("12123.routes"));
    assert!(broken(&|app| app["receiver"] = "nobody".into()).contains("12123.receiver"));
    assert!(broken(&|app| app["most_photos"] = 1.into()).contains("12123.most_photos"));
    assert!(broken(&|app| app["open"][0]["kind"] = "magic".into()).contains("open"));
}
/// Data that tells who somebody is, different for every party and in no other text.
fn identity(letter: char) -> [(&'static str, String); 7] {
    let place = letter as u32 - 'A' as u32;
    [
        ("party.name", format!("{}晓{}", ["赵", "钱", "孙"][place as usize], ["一", "二", "三"][place as usize])),
        ("party.id_number", ["370602199003070013", "37060219900307003X", "11010519491231002X"][place as usize].into()),
        ("party.licence", format!("37060{place}123456")),
        ("party.phone", format!("1380013800{place}")),
        ("party.plate", format!("鲁F9876{place}")),
        ("party.policy", format!("PDZA2026000{place}77")),
        ("party.report_number", format!("RDAA2026000{place}55")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever was answered, wherever somebody wrote somebody's number, whoever agreed or took it back.
    #[test]
    fn a_sheet_never_holds_a_value_of_a_party_that_did_not_agree(
        parties in 1_usize..=3,
        answered in proptest::collection::vec(any::<bool>(), 21),
        slips in proptest::collection::vec((0_usize..4, 0_usize..3, 0_usize..7, 0_u8..3), 0..6),
        agreed in proptest::collection::vec(0_u8..3, 3),
        documents in any::<bool>(),
        cleared in any::<bool>(),
    ) {
        let mut phone = Phone::recorder(false);
        phone.screen();
        if parties == 1 {
            phone.answer(None, "fact.parties", "single");
        }
        for slot in ["scene_front", "scene_rear", "contact_close"] {
            phone.photo(slot);
        }
        if cleared {
            phone.happen(Happened::Cleared);
            phone.scene();
            for (nth, letter) in ['A', 'B', 'C'].into_iter().take(parties).enumerate() {
                phone.answer(Some(&letter.to_string()), "party.kind", "motor");
                for (at, (question, value)) in identity(letter).into_iter().enumerate() {
                    if answered[nth * 7 + at] {
                        phone.answer(Some(&letter.to_string()), question, &value);
                    }
                }
            }
            // Somebody's datum in a text where it does not belong, also in groups.
            for (place, whose, what, how) in slips.into_iter().filter(|(_, whose, ..)| *whose < parties) {
                let datum = identity(['A', 'B', 'C'][whose])[what].1.clone();
                let written = match how {
                    0 => datum,
                    1 => format!("见{datum}处"),
                    _ => datum.chars().map(|c| format!("{c} ")).collect(),
                };
                match place {
                    3 => phone.answer(None, "scene.place", &written),
                    of if of < parties => phone.answer(Some(["A", "B", "C"][of]), "party.damage", &written),
                    _ => {}
                }
            }
            if documents {
                ["licence_a", "licence_b", "damage_a", "damage_b"].iter().for_each(|slot| phone.photo(slot));
            }
        }
        let present: Vec<String> = phone.state().parties().iter().map(ToString::to_string).collect();
        let mut others = BTreeSet::new();
        for (letter, word) in present.iter().zip(&agreed) {
            if *word > 0 {
                agree(&mut phone, letter);
            }
            if *word == 2 {
                let back = form::withdraw(phone.state(), party(letter), Receiver::PoliceHandover).expect("taken");
                phone.happen(back);
            }
            if *word != 1 {
                others.insert(party(letter));
            }
        }
        let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        for app in APPS {
            let sheet = handover::sheet(phone.state(), pack(), app).expect("a sheet");
            let view = handover_view(&phone.case, pack(), app, &[], Lang::En).expect("a view");
            for line in sheet.lines().filter(|line| line.party.is_some_and(|party| others.contains(&party))) {
                prop_assert!(line.value.is_none() && line.why.is_some());
            }
            let told = view.steps.iter().flat_map(|step| &step.lines).flat_map(|line| [line.value.clone(), Some(line.text.clone())]);
            let told: Vec<String> = told.flatten().map(|text| squeezed(&text)).collect();
            for other in &others {
                let letter = other.to_string().chars().next().expect("a letter");
                for (question, value) in identity(letter) {
                    let asked = phone.state().value(Some(*other), question);
                    prop_assert!(asked.is_none() || told.iter().all(|text| !text.contains(&value)), "{question}");
                }
            }
            let everybody = others.len() == present.len();
            for picture in sheet.pictures().filter(|picture| picture.photo.is_some()) {
                let of_other = others.iter().any(|o| picture.slot.ends_with(&format!("_{}", o.to_string().to_lowercase())));
                prop_assert!(!everybody && !of_other, "{}", picture.slot);
            }
            for line in sheet.lines() {
                let question = pack().question(&line.question).expect("known");
                prop_assert_eq!(question.about == About::Party, line.party.is_some());
                prop_assert!(cleared || question.stage < Stage::Form);
                prop_assert!(line.value.is_some() != line.why.is_some(), "a value or a reason, never both");
                prop_assert!(question.kind != QuestionKind::Fact);
            }
        }
    }
}
