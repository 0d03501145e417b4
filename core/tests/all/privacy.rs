//! Invariant 7 over the public types: a person's data is planted everywhere, and no `Debug` prints any of it.

use std::fmt::Debug;

use jingbao_core::{
    canon::{PublicKey, Sha256, Signature},
    custody::{Leaf, Salt},
    duty::Shift,
    exchange::Code,
    form::{self, Answer, AnyCase, Happened},
    privacy::Private,
    text::Lang,
    validate,
    view::case_view,
    wire::LoggedEvent,
};

use crate::road::{Phone, moment, pack, party, today};

const PLANTED: [&str; 7] =
    ["张三", "欧阳", "12345", "13800138000", "13900139000", "南大街与解放路路口", "改了张三的电话"];

fn clean(what: &str, value: &dyn Debug) {
    for printed in [format!("{value:?}"), format!("{value:#?}")] {
        for planted in PLANTED {
            assert!(!printed.contains(planted), "{what} prints {planted}");
        }
        assert!(!printed.contains("400, 500") && !printed.contains("\n            400,"), "{what} prints strokes");
    }
}

#[test]
fn invariant_7_no_public_type_that_holds_a_persons_data_prints_it() {
    let (mut a, mut b) = (Phone::recorder(false), Phone::of("B", 2, false));
    a.complete();
    b.fill("B");
    let statement = b.state_now();
    a.take(&statement).expect("taken in");
    a.show_draft_to(&mut b);
    b.sign("B");
    a.sign("A");
    a.sign("B");
    let first = a.seal(None).expect("sealed");
    a.answer(Some("A"), "party.name", "张三丰");
    a.sign("A");
    a.sign("B");
    let record = a.seal(Some("改了张三的电话")).expect("sealed");
    a.journal.iter().chain(&b.journal).for_each(|entry| clean("Entry", entry));
    for case in [&a.case, &b.case] {
        clean("AnyCase", case);
        clean("CaseState", case.state());
        clean("Progress", &case.state().progress(pack()));
        let view = case_view(case, pack(), Lang::Zh);
        view.answers.iter().for_each(|answer| clean("AnswerView", answer));
        clean("CaseView", &view);
    }
    clean("Record", &first);
    clean("Record", &record);
    clean("FactsDocument", &record.facts);
    clean("Settlement", &record.settlement);
    clean("Statement", &statement);
    let AnyCase::Live(live) = &a.case else { panic!("live") };
    clean("Case", live);
    let key_holder = p256_key();
    let code = Code::Statement {
        statement: Box::new(statement.clone()),
        proof: Sha256::of(b"proof"),
        key: key_holder,
        signature: Signature(vec![1, 2]),
    };
    clean("Code", &code);
    let draft = Code::Draft {
        case: statement.case,
        facts: Private::new("张三".into()),
        settlement: Private::new("欧阳".into()),
        until: jingbao_core::time::Timestamp(0),
    };
    clean("Code", &draft);
    let event = serde_json::to_value(&a.journal).expect("json");
    clean("Leaf", &Leaf { case: statement.case, device: statement.device, seq: 0, salt: Salt([1; 16]), event });
}

#[test]
fn invariant_7_checks_and_refusals_name_the_reason_and_not_the_input() {
    for checked in [
        validate::plate("鲁F12345"),
        validate::plate("鲁FI12345"),
        validate::phone("13800138000"),
        validate::phone("13800138000138"),
        validate::name("张三"),
        validate::resident_id("123451234512345", today()),
        validate::vin("12345"),
    ] {
        clean("Checked", &checked);
    }
    let mut phone = Phone::recorder(false);
    phone.screen();
    phone.clear();
    for (question, about, value) in [
        ("party.plate", Some("A"), "鲁FI12345"),
        ("party.phone", Some("A"), "138001380001"),
        ("party.id_number", Some("A"), "张三"),
        ("scene.form", None, "张三"),
        ("张三", None, "张三"),
    ] {
        let answer = Answer::Value(Private::new(value.to_owned()));
        let refused = form::accept(phone.state(), pack(), question, about.map(party), answer, today());
        let refused = refused.expect_err("refused");
        clean("AnswerRefused", &refused);
        assert!(!PLANTED.iter().any(|planted| refused.to_string().contains(planted)));
    }
    let given = form::accept(
        phone.state(),
        pack(),
        "party.name",
        Some(party("A")),
        Answer::Value(Private::new("张三".into())),
        today(),
    );
    clean("Given", &given.expect("taken"));
}

#[test]
fn invariant_7_an_urgent_task_prints_its_kind_only() {
    let pack = pack();
    let kind = pack.urgent_kinds.first().expect("a kind");
    let declared = Shift::declare(kind, "送张三去医院", "欧阳队长", false, pack, &moment(0)).expect("declared");
    clean("Declared", &declared);
    let detail = serde_json::to_value(&declared).expect("JSON");
    assert!(detail.to_string().contains("送张三去医院"), "the association reads it in the log");
    let (seq, case, at, kind) = (1, None, moment(0), "urgent_declared".to_owned());
    clean("LoggedEvent", &LoggedEvent { seq, case, at, pack: 1, kind, detail });
    clean(
        "Happened",
        &Happened::RefusedToSign { party: party("A"), round: form::Round::Facts, shown: Sha256([0; 32]) },
    );
}

fn p256_key() -> PublicKey {
    let secret = p256::SecretKey::from_slice(&[7; 32]).expect("a scalar");
    PublicKey::from_sec1(&secret.public_key().to_sec1_bytes()).expect("a point")
}
