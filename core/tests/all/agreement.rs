//! The agreement from a record that went through the form's own rules: two parties, both signed.

use jingbao_core::{
    agreement::{Wording, html},
    form::{
        Answer, AnyCase, Entry, FactorGiven, Happened, Live, Record, Role, Round, Signing, Strokes, Witness, accept,
        seal, sign,
    },
    id::{CaseId, DeviceId, PartyId},
    pack::Pack,
    place::Point,
    privacy::Private,
    text::Lang,
    time::{Moment, SHANGHAI_OFFSET_S, Timestamp},
};

const SCENE: [(&str, &str); 4] = [
    ("scene.time", "2026-11-23 15:02"),
    ("scene.place", "芝罘区南大街与海港路路口东约 120 米，北侧机动车道"),
    ("scene.weather", "clear"),
    ("scene.form", "rear_end"),
];

const A: [(&str, &str); 15] = [
    ("party.kind", "motor"),
    ("party.name", "王示例"),
    ("party.id_number", "370602199003070013"),
    ("party.licence", "370602199003070013"),
    ("party.phone", "13800000001"),
    ("party.vehicle_kind", "car"),
    ("party.plate", "鲁F12345"),
    ("party.insurer", "picc"),
    ("party.policy", "PDAA202637060000000001"),
    ("party.report_number", "RDAA202637060000000001"),
    ("party.direction", "east"),
    ("party.impact", "6"),
    ("party.damage", "后保险杠开裂，后备厢盖变形，左后灯破碎"),
    ("party.liability", "none"),
    ("party.settlement", "0"),
];

const B: [(&str, &str); 14] = [
    ("party.kind", "motor"),
    ("party.name", "欧阳示例"),
    ("party.id_number", "37060219900307003X"),
    ("party.phone", "13900000002"),
    ("party.vehicle_kind", "van"),
    ("party.plate", "鲁FD12345"),
    ("party.insurer", "cpic"),
    ("party.policy", "AYAT2026370600000002"),
    ("party.report_number", "RYAT2026370600000002"),
    ("party.direction", "east"),
    ("party.impact", "12"),
    ("party.damage", "前保险杠破损，左前大灯破碎，引擎盖翘起"),
    ("party.liability", "full"),
    ("party.settlement", "260000"),
];

const B_CYCLES: [(&str, &str); 10] = [
    ("party.kind", "non_motor"),
    ("party.name", "<img onerror=alert(1)>"),
    ("party.id_number", "37060219900307003X"),
    ("party.phone", "13900000002"),
    ("party.vehicle_kind", "bicycle"),
    ("party.plate", "none"),
    ("party.impact", "12"),
    ("party.damage", "前轮变形"),
    ("party.liability", "full"),
    ("party.settlement", "20000"),
];

fn party(n: u8) -> PartyId {
    PartyId::nth(n).expect("a party")
}

fn moment(seconds: i64) -> Moment {
    Moment {
        wall: Timestamp(1_795_417_330_000 + seconds * 1000),
        offset_s: SHANGHAI_OFFSET_S,
        mono_ms: 1_000 + seconds * 1000,
        boot: "b1".into(),
    }
}

struct Paper {
    case: AnyCase,
    at: i64,
}

impl Paper {
    fn begin() -> Paper {
        let device = DeviceId::from_parts(Timestamp(1), [2; 10]);
        let what = Happened::Sighted {
            role: Role::Recorder(None),
            recorder: device,
            nature: "live".into(),
            place: Some(Point::wgs84(37.5377, 121.39, 8.0).expect("a place")),
            accident: None,
            join_secret: Private::new("00".repeat(16)),
            verdicts: vec![],
        };
        let first = Entry { seq: 0, at: moment(0), pack: 1, what };
        let case = AnyCase::begin(CaseId::from_parts(Timestamp(3), [4; 10]), device, &first).expect("a case");
        Paper { case, at: 0 }
    }

    fn happen(&mut self, what: Happened) {
        self.at += 20;
        let entry = Entry { seq: self.case.state().entries, at: moment(self.at), pack: 1, what };
        self.case.apply(&entry);
    }

    fn answer(&mut self, about: Option<PartyId>, given: &[(&str, &str)]) {
        let today = "2026-11-23".parse().expect("a day");
        for (question, value) in given {
            let answer = Answer::Value(Private::new((*value).to_owned()));
            let given = accept(self.case.state(), Pack::builtin(), question, about, answer, today);
            self.happen(given.unwrap_or_else(|why| panic!("{question}: {why}")).what);
        }
    }

    fn sign(&mut self, who: PartyId, round: Round, strokes: Strokes) {
        let pack = Pack::builtin();
        let shown = self.case.state().to_be_signed(pack, round).expect("a document");
        let factor = FactorGiven::Witness(Witness::Specialist);
        let signing = Signing { party: who, round, shown, lang: "zh-CN", strokes, factor };
        let what = sign(self.case.state(), pack, signing).expect("a signature");
        self.happen(what);
    }

    fn sealed(self) -> Record<Live> {
        let AnyCase::Live(live) = &self.case else { panic!("a live case") };
        seal(live, Pack::builtin(), None, &moment(self.at + 5)).expect("sealed").0
    }
}

/// A finger's line that wanders to the right, another one for each seed.
fn drawing(seed: i32) -> Strokes {
    let stroke = |n: i32| {
        (0..24)
            .map(|i| {
                let wave = f64::from(i * (3 + seed + n)) * 0.21;
                (90 + n * 270 + i * 9, 500 + (wave.sin() * 300.0) as i32 - n * 20 + (i - 12) * 6)
            })
            .collect()
    };
    Strokes(Private::new((0..3).map(stroke).collect()))
}

fn record(b: &[(&str, &str)], parties: &str) -> Record<Live> {
    record_of(&[A.to_vec(), b.to_vec()], parties)
}

fn record_of(columns: &[Vec<(&str, &str)>], parties: &str) -> Record<Live> {
    let mut paper = Paper::begin();
    let facts = Pack::builtin().questions.iter().filter(|q| q.id.starts_with("fact."));
    for question in facts.map(|q| q.id.as_str()).collect::<Vec<_>>() {
        let value = match question {
            "fact.parties" => parties,
            "fact.road" => "city",
            _ => "no",
        };
        paper.answer(None, &[(question, value)]);
    }
    paper.happen(Happened::Responded { response: "stopped".into() });
    paper.happen(Happened::Cleared);
    paper.answer(None, &SCENE);
    let all = || (0..).zip(columns);
    all().for_each(|(n, given)| paper.answer(Some(party(n)), given));
    for (n, round) in [Round::Facts, Round::Settlement].into_iter().enumerate() {
        all().for_each(|(p, _)| paper.sign(party(p), round, drawing(i32::from(p) * 3 + n as i32)));
    }
    paper.sealed()
}

/// Nobody's name is longer, and few are rarer.
const LONG: &str = "𠮷㛃䶮·阿卜杜热合曼·买买提吐尔逊江·欧阳示例司徒示例诸葛示例上官示例东方示例慕容示例尉迟示例甲乙丙";

/// So many parties: the second is liable, from the third on cars without damage of their own.
fn crowd(parties: usize, name: &'static str) -> Record<Live> {
    let others = || B.into_iter().filter(|(question, _)| *question != "party.settlement");
    let column = |n: usize| -> Vec<(&str, &str)> {
        let given: Vec<(&str, &str)> = match n {
            0 => A.to_vec(),
            1 => B.to_vec(),
            _ => others().collect(),
        };
        let own = |(question, value): (&'static str, &'static str)| match question {
            "party.name" if !name.is_empty() => (question, name),
            "party.liability" if n > 1 => (question, "none"),
            _ => (question, value),
        };
        given.into_iter().map(own).collect()
    };
    record_of(&(0..parties).map(column).collect::<Vec<_>>(), "motor_motor")
}

#[test]
fn the_agreement_says_the_columns_of_article_21_in_its_order() {
    let record = record(&B, "motor_motor");
    for lang in Lang::ALL {
        let page = html(&record, Pack::builtin(), lang).expect("a page");
        let rear_end = jingbao_core::text::tell(lang, "circumstance", "rear_end");
        let none = jingbao_core::text::tell(lang, "liability", "none");
        let order = [
            "2026-11-23 15:02",
            "南大街",
            "王示例",
            "13800000001",
            "鲁F12345",
            "PDAA2026",
            &rear_end,
            "后保险杠",
            &none,
            "<polyline",
        ];
        let places: Vec<usize> =
            order.iter().map(|text| page.find(text).unwrap_or_else(|| panic!("{lang:?}: no {text}"))).collect();
        assert!(places.is_sorted(), "{lang:?}: {places:?}");
        assert_eq!(page.matches("<svg viewBox").count(), 4);
        assert!(!page.contains("class=\"missing\""));
    }
}

#[test]
fn money_is_written_in_yuan_and_the_impact_as_a_direction() {
    let page = html(&record(&B, "motor_motor"), Pack::builtin(), Lang::Zh).expect("a page");
    assert!(page.contains("2600.00") && !page.contains("260000"));
    assert!(page.contains("12 点方向"));
}

#[test]
fn what_a_bicycle_is_not_asked_is_not_missing_and_a_hostile_name_is_text() {
    let page = html(&record(&B_CYCLES, "motor_non_motor"), Pack::builtin(), Lang::En).expect("a page");
    assert!(!page.contains("class=\"missing\""));
    assert!(page.contains("&lt;img onerror") && !page.contains("<img onerror"));
}

#[test]
fn a_glossed_page_says_chinese_first_and_english_only_where_it_differs() {
    let page = html(&record(&B, "motor_motor"), Pack::builtin(), Wording::ChineseWithEnglish).expect("a page");
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"zh-CN\">"));
    let gloss = |zh: &str, en: &str| format!("{zh} <span class=\"gloss\" lang=\"en\">{en}</span>");
    for code in ["agreement-title", "question-party-name", "liability-full", "circumstance-rear_end", "liability-none"]
    {
        let [zh, en] = Lang::ALL.map(|lang| jingbao_core::text::say(lang, code, &[]));
        assert!(page.contains(&gloss(&zh, &en)), "{code}");
    }
    assert!(page.contains("<td>王示例</td>"), "a name is said once");
    assert!(!html(&record(&B, "motor_motor"), Pack::builtin(), Lang::Zh).expect("a page").contains("<span class=\"gl"));
}

#[test]
fn eight_parties_with_the_longest_names_are_all_there_and_each_has_signed_twice() {
    let record = crowd(8, LONG);
    let page = html(&record, Pack::builtin(), Lang::Zh).expect("a page");
    assert_eq!(LONG.chars().count(), 50);
    assert_eq!(page.matches(LONG).count(), 8);
    assert_eq!(page.matches(" block\">").count(), 8, "one block a party");
    assert_eq!(page.matches("<svg viewBox").count(), 16);
    for letter in ["A方", "H方"] {
        assert_eq!(page.matches(letter).count(), 4, "the block, the damage, the liability, the signatures");
    }
    let three = html(&crowd(3, LONG), Pack::builtin(), Lang::Zh).expect("a page");
    assert!(!three.contains(" block\">") && three.matches("<thead>").count() == 4);
}

#[test]
fn a_missing_value_in_a_block_is_said_to_be_missing() {
    let mut record = crowd(5, "");
    record.facts.parties[3].answers.retain(|answer| answer.question != "party.plate");
    let page = html(&record, Pack::builtin(), Lang::Zh).expect("a page");
    assert_eq!(page.matches("class=\"missing\"").count(), 1);
}

#[test]
fn the_code_on_the_page_is_the_hash_of_the_record() {
    let record = record(&B, "motor_motor");
    let page = html(&record, Pack::builtin(), Lang::Zh).expect("a page");
    let drawing = page.split("<svg class=\"qr\"").nth(1).expect("a code");
    let path = drawing.split(" d=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a path");
    let dark: std::collections::BTreeSet<(usize, usize)> = path
        .split_terminator("h1v1h-1z")
        .map(|module| module.trim_start_matches('M').split_once(' ').expect("two numbers"))
        .map(|(x, y)| (x.parse().expect("a column"), y.parse().expect("a row")))
        .collect();
    let text = record.hash().expect("a hash").to_string();
    let wanted = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).expect("a code");
    for x in 0..wanted.width() + 8 {
        for y in 0..wanted.width() + 8 {
            let inside = (4..wanted.width() + 4).contains(&x) && (4..wanted.width() + 4).contains(&y);
            let is_dark = inside && wanted[(x - 4, y - 4)] == qrcode::Color::Dark;
            assert_eq!(dark.contains(&(x, y)), is_dark, "{x} {y}");
        }
    }
}

#[test]
fn agreements_are_written_where_somebody_wants_to_look_at_them() {
    let Some(folder) = std::env::var_os("JINGBAO_PAGES").map(std::path::PathBuf::from) else { return };
    for (name, record) in [
        ("cars", record(&B, "motor_motor")),
        ("bike", record(&B_CYCLES, "motor_non_motor")),
        ("three", crowd(3, "")),
        ("eight", crowd(8, "")),
        ("long", crowd(2, LONG)),
        ("eight-long", crowd(8, LONG)),
    ] {
        let wordings = [Lang::Zh.into(), Lang::En.into(), Wording::ChineseWithEnglish];
        for (wording, suffix) in wordings.into_iter().zip(["zh", "en", "both"]) {
            let page = html(&record, Pack::builtin(), wording).expect("a page");
            std::fs::write(folder.join(format!("agreement-{name}-{suffix}.html")), page).expect("written");
        }
    }
}
