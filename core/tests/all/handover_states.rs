//! How far a hand-over has gone: its states, what is refused, corrections, and the words for all of it.

use jingbao_core::{
    form::{self, HandoverRefused, HandoverState, Happened},
    handover::{self, WhyNot},
    text::{Lang, has, say},
    view::{case_view, handover_view},
};

use crate::{
    handover::{APP, APPS, prepare, ready, sheet},
    road::{Phone, pack},
};

fn hand_over(phone: &mut Phone) {
    phone.happen(form::hand_over(phone.state(), pack(), APP).expect("handed over"));
}

fn number(phone: &mut Phone, number: &str) {
    phone.happen(form::handover_number(pack(), APP, number, false).expect("a number"));
}

fn outcome(phone: &Phone, code: &str, note: Option<&str>) -> Result<Happened, HandoverRefused> {
    form::handover_outcome(phone.state(), pack(), APP, code, note)
}

fn state(phone: &Phone) -> HandoverState {
    phone.state().handings.of(APP).state()
}

#[test]
fn all_four_states_stand_when_the_case_is_opened_again() {
    let mut phone = ready();
    let mut seen = vec![state(&phone)];
    let check = |phone: &Phone| {
        assert_eq!(phone.reopened().state().handings, phone.state().handings);
        state(phone)
    };
    prepare(&mut phone);
    seen.push(check(&phone));
    hand_over(&mut phone);
    seen.push(check(&phone));
    number(&mut phone, "370602202611230001");
    seen.push(check(&phone));
    phone.happen(outcome(&phone, "agreed", Some(" 双方当场确认 ")).expect("recorded"));
    seen.push(check(&phone));
    assert_eq!(seen, HandoverState::ALL);
    let shown = case_view(&phone.case, pack(), Lang::Zh).handovers;
    assert_eq!(shown.len(), APPS.len());
    assert_eq!((shown[0].state.as_str(), shown[0].outcome.as_deref()), ("outcome_recorded", Some("agreed")));
    assert_eq!(shown[0].number.as_deref(), Some("370602202611230001"));
    assert_eq!(shown[0].note.as_deref(), Some("双方当场确认"));
    assert_eq!(shown[1].state, "open", "each app by itself");
}

#[test]
fn what_cannot_be_is_refused_and_what_people_did_by_themselves_is_taken() {
    let mut phone = ready();
    assert_eq!(form::hand_over(phone.state(), pack(), APP), Err(HandoverRefused::NotPrepared));
    assert_eq!(outcome(&phone, "agreed", None), Err(HandoverRefused::NoNumber));
    assert_eq!(outcome(&phone, "cancelled", None), Err(HandoverRefused::NotHandedOver), "nothing to cancel");
    assert_eq!(outcome(&phone, "won", None), Err(HandoverRefused::NoSuchOutcome));
    let bad = ["", "1234567", &"9".repeat(41), " \u{200b} "];
    for text in bad {
        assert_eq!(form::handover_number(pack(), APP, text, true), Err(HandoverRefused::BadNumber), "{text:?}");
    }
    number(&mut phone, "  SD20261123-0001 ");
    assert_eq!(state(&phone), HandoverState::NumberRecorded, "without a hand-over: they did it themselves");
    assert_eq!(phone.state().handings.of(APP).number.expect("there").0.reveal(), "SD20261123-0001");
    assert!(outcome(&phone, "police_decided", None).is_ok());
    assert_eq!(outcome(&phone, "agreed", Some(&"长".repeat(2_001))), Err(HandoverRefused::TooLong));

    let mut other = ready();
    prepare(&mut other);
    hand_over(&mut other);
    assert_eq!(outcome(&other, "agreed", None), Err(HandoverRefused::NoNumber));
    assert!(outcome(&other, "not_accepted", None).is_ok(), "what is not accepted has no number");
}

#[test]
fn a_correction_is_appended_and_a_preparation_after_an_outcome_begins_anew() {
    let mut phone = ready();
    prepare(&mut phone);
    hand_over(&mut phone);
    number(&mut phone, "SD-0000-0001");
    number(&mut phone, "SD-0000-0002");
    phone.happen(outcome(&phone, "agreed", None).expect("recorded"));
    phone.happen(outcome(&phone, "not_accepted", None).expect("corrected"));
    let handing = phone.state().handings.of(APP);
    assert_eq!(handing.number.expect("there").0.reveal(), "SD-0000-0002");
    assert_eq!(handing.outcome.expect("there").0, "not_accepted");
    let kept = phone.journal.iter().filter(|entry| matches!(entry.what, Happened::Handover { .. })).count();
    assert_eq!(kept, 6, "every one stays in the journal");
    assert_eq!(form::hand_over(phone.state(), pack(), APP), Err(HandoverRefused::NotPrepared), "it has ended");
    prepare(&mut phone);
    let again = phone.state().handings.of(APP);
    assert_eq!((again.rounds, again.state(), again.number), (1, HandoverState::Prepared, None));
}

#[test]
fn what_changes_after_the_preparation_is_said_and_the_seal_does_not_notice_a_hand_over() {
    let mut phone = ready();
    phone.sign("A");
    phone.sign("B");
    phone.seal(None).expect("sealed");
    let view = |phone: &Phone| handover_view(&phone.case, pack(), APP, &[], Lang::Zh).expect("a view");
    assert!(view(&phone).standing.offered, "what to do next");
    let record = canon(&phone);
    prepare(&mut phone);
    hand_over(&mut phone);
    number(&mut phone, "SD-0000-0001");
    assert!(phone.state().is_sealed() && canon(&phone) == record, "nothing of it is in what people signed");
    assert!(!view(&phone).standing.offered && view(&phone).changed.is_none());
    phone.answer(Some("B"), "party.damage", "右前门凹陷");
    assert!(view(&phone).changed.is_some());
    let sheet = sheet(&phone).sha256().expect("canonical");
    phone.answer(Some("B"), "party.damage", "左前门凹陷");
    let late = handover::prepared(phone.state(), pack(), APP, sheet, vec![]);
    assert_eq!(late, Err(HandoverRefused::Changed), "a sheet that is no more is not recorded");
}

fn canon(phone: &Phone) -> Vec<u8> {
    jingbao_core::canon::bytes(&phone.state().facts_document(pack())).expect("canonical")
}

#[test]
fn before_the_seal_it_is_not_offered() {
    assert!(case_view(&ready().case, pack(), Lang::Zh).handovers.iter().all(|standing| !standing.offered));
}

/// What would say that something lies with the police.
const NEVER: [&str; 22] = [
    "filed",
    "submitted",
    "lodged",
    "reported",
    "registered",
    "received by",
    "accepted by the police",
    "已报警",
    "已立案",
    "立案",
    "已提交",
    "已上报",
    "已报送",
    "已报案",
    "已备案",
    "已受理",
    "已移交",
    "已送达",
    "提交成功",
    "报警成功",
    "办理完毕",
    "处理完毕",
];

#[test]
fn no_text_of_the_hand_over_says_that_anything_is_with_the_police() {
    let texts = [include_str!("../../texts/zh-CN/handover.ftl"), include_str!("../../texts/en/handover.ftl")];
    let of_others = |file: &'static str| file.lines().filter(|line| line.contains("handover"));
    let others = [
        include_str!("../../texts/zh-CN/story.ftl"),
        include_str!("../../texts/en/story.ftl"),
        include_str!("../../texts/zh-CN/report.ftl"),
        include_str!("../../texts/en/report.ftl"),
        include_str!("../../texts/zh-CN/errors.ftl"),
        include_str!("../../texts/en/errors.ftl"),
        include_str!("../../texts/zh-CN/pack.ftl"),
        include_str!("../../texts/en/pack.ftl"),
    ];
    let lines: Vec<&str> =
        texts.into_iter().flat_map(str::lines).chain(others.into_iter().flat_map(of_others)).collect();
    assert!(lines.len() > 100);
    for (line, word) in lines.iter().flat_map(|line| NEVER.map(|word| (line, word))) {
        assert!(!line.to_lowercase().contains(word), "`{word}` in `{line}`");
    }
}

#[test]
fn no_state_and_no_outcome_is_told_as_if_anything_were_with_the_police() {
    for lang in Lang::ALL {
        let mut told = Vec::new();
        for code in HandoverState::ALL.map(HandoverState::code) {
            assert!(has(lang, &format!("handover-state-{code}")), "{code}");
            told.push(say(lang, &format!("handover-state-{code}"), &[]));
        }
        for why in WhyNot::ALL {
            assert_eq!(serde_json::to_value(why).expect("json"), why.code());
            told.push(say(lang, &format!("handover-why-{}", why.code()), &[]));
        }
        let mut phone = ready();
        let mut look = |phone: &Phone| {
            for app in APPS {
                let view = handover_view(&phone.case, pack(), app, &[], lang).expect("a view");
                told.extend([view.notice, view.open_text, view.standing.state_text]);
                told.extend(view.steps.into_iter().map(|step| step.text));
                told.extend(view.outcomes.into_iter().map(|outcome| outcome.text));
            }
        };
        look(&phone);
        prepare(&mut phone);
        look(&phone);
        hand_over(&mut phone);
        look(&phone);
        number(&mut phone, "370602202611230001");
        look(&phone);
        for code in ["agreed", "police_decided", "not_accepted", "cancelled"] {
            phone.happen(outcome(&phone, code, None).expect("recorded"));
            look(&phone);
        }
        for (text, word) in told.iter().flat_map(|text| NEVER.map(|word| (text, word))) {
            assert!(!text.to_lowercase().contains(word), "`{word}` in `{text}`");
        }
    }
}

#[test]
fn invariant_7_a_sheet_a_view_and_an_entry_print_nobodys_data() {
    let mut phone = ready();
    prepare(&mut phone);
    number(&mut phone, "370602202611230001");
    phone.happen(outcome(&phone, "agreed", Some("张三当场确认")).expect("recorded"));
    let view = handover_view(&phone.case, pack(), APP, &[], Lang::Zh).expect("a view");
    let printed = format!("{:?} {view:?} {:?} {:?}", sheet(&phone), phone.journal, phone.state().handings);
    for planted in ["张三", "鲁F12345", "13800138000", "370602202611230001", "欧阳"] {
        assert!(!printed.contains(planted), "{planted}");
    }
}
