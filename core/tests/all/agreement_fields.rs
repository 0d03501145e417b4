//! The printed agreement says all of Art. 21, says what is missing, and lets nobody write markup into it.

use jingbao_core::{
    agreement, canon,
    form::{self, AnyCase, Live, Record},
    pack::About,
    text::{self, Lang},
};

use crate::road::{Phone, pack};

fn sealed(edit: impl FnOnce(&mut Phone)) -> Record<Live> {
    let mut phone = Phone::recorder(false);
    phone.complete();
    edit(&mut phone);
    phone.sign("A");
    phone.sign("B");
    phone.seal(None).expect("sealed")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[test]
fn every_item_of_article_21_is_on_the_page_in_both_languages() {
    let record = sealed(|_| {});
    for lang in Lang::ALL {
        let page = agreement::html(&record, pack(), lang).expect("a page");
        let of_article = pack().questions.iter().filter(|question| question.art21.is_some());
        let labels = of_article.map(|question| text::tell(lang, "question", question.id.replace('.', "-")));
        let labels: Vec<String> = labels.collect();
        assert!(labels.len() >= 13);
        for label in labels {
            assert!(page.contains(&escaped(&label)), "{label}");
        }
        assert!(page.contains(&record.hash().expect("a hash").to_string()));
        for value in ["张三", "欧阳·娜娜", "鲁YA12345", "南大街与解放路路口"] {
            assert!(page.contains(value), "{value}");
        }
        assert_eq!(page.matches("<svg viewBox").count(), 4, "both rounds of both parties");
    }
}

#[test]
fn markup_in_an_answer_is_printed_as_text() {
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=y>";
    let record = sealed(|phone| {
        phone.answer(None, "scene.place", evil);
        phone.answer(Some("B"), "party.damage", evil);
    });
    for lang in Lang::ALL {
        let page = agreement::html(&record, pack(), lang).expect("a page");
        assert!(!page.contains("<script") && !page.contains("<img"));
        assert_eq!(page.matches("&lt;script&gt;").count(), 2);
    }
}

#[test]
fn what_is_missing_is_printed_as_missing_and_a_disagreement_as_two_versions() {
    let mut record = sealed(|_| {});
    let whole = agreement::html(&record, pack(), Lang::Zh).expect("a page");
    let missing = text::say(Lang::Zh, "agreement-missing", &[]);
    let before = whole.matches(&missing).count();
    record.facts.parties[1].answers.retain(|answer| answer.question != "party.plate");
    record.signatures.retain(|given| given.party.to_string() == "A");
    let page = agreement::html(&record, pack(), Lang::Zh).expect("a page");
    assert_eq!(page.matches(&missing).count(), before + 3, "the plate and two signatures");
    let mut twin = record.facts.parties[0].answers[0].clone();
    twin.by = jingbao_core::id::DeviceId::from_parts(jingbao_core::time::Timestamp(5), [5; 10]);
    twin.answer = jingbao_core::form::Answer::Value(jingbao_core::privacy::Private::new("另一说法".into()));
    record.facts.parties[0].answers.push(twin);
    let page = agreement::html(&record, pack(), Lang::Zh).expect("a page");
    assert!(page.contains("另一说法") && page.contains(&text::say(Lang::Zh, "agreement-other-version", &[])));
}

#[test]
fn the_page_loads_nothing_from_anywhere() {
    let page = agreement::html(&sealed(|_| {}), pack(), Lang::En).expect("a page");
    for way in ["http:", "https:", "src=", "href=", "url(", "@import"] {
        assert!(!page.contains(way), "{way}");
    }
    assert!(pack().questions.iter().any(|question| question.about == About::Scene));
}

#[test]
fn a_pack_that_asks_for_it_gets_an_sm3_of_the_same_bytes_and_the_sha_256_stays_what_is_signed() {
    let mut phone = Phone::recorder(false);
    phone.complete();
    phone.sign("A");
    phone.sign("B");
    let mut asking = pack().clone();
    asking.sm3 = true;
    let AnyCase::Live(case) = &phone.case else { panic!("a live case") };
    let now = crate::road::moment(1);
    let (plain, without) = form::seal(case, pack(), None, &now).expect("sealed");
    let (record, with) = form::seal(case, &asking, None, &now).expect("sealed");
    let digest = canon::Sm3::of(&canon::bytes(&record).expect("canonical"));
    assert_eq!((with.sm3, without.sm3), (Some(digest), None));
    assert_eq!((with.record, plain), (without.record, record.clone()), "not a byte of the record moves");
    for lang in Lang::ALL {
        let page = agreement::html(&record, &asking, lang).expect("a page");
        assert!(page.contains(&format!("SM3 <code>{digest}</code>")) && page.contains(&with.record.to_string()));
        assert!(!agreement::html(&record, pack(), lang).expect("a page").contains("SM3"));
    }
    assert!(!serde_json::to_string(pack()).expect("json").contains("sm3"), "packs signed without it stay as they are");
}
