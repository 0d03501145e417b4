//! The agreement from a record that went through the form's own rules: two parties, both signed.

use jingbao_core::{
    agreement::html,
    form::{Answer, AnyCase, Entry, Happened, Live, Record, Role, Round, Strokes, accept, seal, sign},
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
        let what = sign(self.case.state(), pack, who, round, shown, "zh-CN", strokes).expect("a signature");
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
    paper.answer(Some(party(0)), &A);
    paper.answer(Some(party(1)), b);
    for (n, round) in [Round::Facts, Round::Settlement].into_iter().enumerate() {
        for p in 0..2 {
            paper.sign(party(p), round, drawing(i32::from(p) * 3 + n as i32));
        }
    }
    paper.sealed()
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
        assert_eq!(page.matches("<svg").count(), 4);
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
fn agreements_are_written_where_somebody_wants_to_look_at_them() {
    let Some(folder) = std::env::var_os("JINGBAO_PAGES").map(std::path::PathBuf::from) else { return };
    for lang in Lang::ALL {
        for (name, record) in [("cars", record(&B, "motor_motor")), ("bike", record(&B_CYCLES, "motor_non_motor"))] {
            let page = html(&record, Pack::builtin(), lang).expect("a page");
            std::fs::write(folder.join(format!("agreement-{name}-{}.html", lang.tag())), page).expect("written");
        }
    }
}
