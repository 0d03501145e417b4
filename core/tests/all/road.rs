//! Two phones of one case in memory: what the form tests are played with.

use jingbao_core::{
    canon::Sha256,
    form::{
        self, Answer, AnyCase, CaseState, Entry, Factor, FactorGiven, Happened, Live, Nature, PhoneSaw, Record, Role,
        Round, Signing, Statement, Strokes, Training,
    },
    id::{CaseId, DeviceId, PartyId, PhotoId},
    pack::Pack,
    privacy::Private,
    time::{Moment, Timestamp},
};

/// The parties A, B, C, ….
pub(crate) fn party(letter: &str) -> PartyId {
    letter.parse().expect("a letter")
}

/// A screen that lets both go.
pub(crate) const HARMLESS: [(&str, &str); 16] = [
    ("fact.injury", "no"),
    ("fact.death", "no"),
    ("fact.dangerous_goods", "no"),
    ("fact.parties", "motor_motor"),
    ("fact.road", "city"),
    ("fact.cannot_move", "no"),
    ("fact.party_left", "no"),
    ("fact.drink_or_drugs", "no"),
    ("fact.no_licence", "no"),
    ("fact.no_plate", "no"),
    ("fact.bus_overloaded_or_speeding", "no"),
    ("fact.intent", "no"),
    ("fact.hit_facility", "no"),
    ("fact.no_insurance_mark", "no"),
    ("fact.no_inspection_mark", "no"),
    ("fact.dispute", "no"),
];

const SCENE: [(&str, &str); 4] = [
    ("scene.time", "2026-11-23 15:02"),
    ("scene.place", "南大街与解放路路口"),
    ("scene.weather", "clear"),
    ("scene.form", "rear_end"),
];

/// What a driver fills in, by party.
pub(crate) fn columns(letter: &str) -> Vec<(&'static str, &'static str)> {
    let own = match letter {
        "A" => [("party.name", "张三"), ("party.plate", "鲁F12345"), ("party.phone", "13800138000")],
        _ => [("party.name", "欧阳·娜娜"), ("party.plate", "鲁YA12345"), ("party.phone", "13900139000")],
    };
    let rest = [
        ("party.kind", "motor"),
        ("party.id_number", "refused"),
        ("party.vehicle_kind", "car"),
        ("party.insurer", "picc"),
        ("party.policy", "unknown"),
        ("party.impact", "6"),
    ];
    own.into_iter().chain(rest).collect()
}

/// One phone's journal of a case and its fold.
#[derive(Clone)]
pub(crate) struct Phone {
    pub(crate) case: AnyCase,
    pub(crate) journal: Vec<Entry>,
    mono: i64,
}

impl Phone {
    pub(crate) fn recorder(training: bool) -> Phone {
        Phone::begin(1, Role::Recorder(Some(party("A"))), training)
    }

    pub(crate) fn of(letter: &str, device: u8, training: bool) -> Phone {
        Phone::begin(device, Role::Party(party(letter)), training)
    }

    pub(crate) fn begin(device: u8, role: Role, training: bool) -> Phone {
        Phone::opened(device, role, training, Private::new("00".repeat(16)))
    }

    /// A phone that scanned an invitation with this secret.
    pub(crate) fn joined(device: u8, role: Role, secret: Private<String>) -> Phone {
        Phone::opened(device, role, false, secret)
    }

    fn opened(device: u8, role: Role, training: bool, join_secret: Private<String>) -> Phone {
        let nature = if training { Training::NAME } else { Live::NAME }.to_owned();
        let what = Happened::Sighted {
            role,
            recorder: DeviceId::from_parts(Timestamp(1), [1; 10]),
            nature,
            place: None,
            accident: None,
            join_secret,
            verdicts: vec![],
        };
        let first = Entry { seq: 0, at: moment(0), pack: pack().version, what };
        let device = DeviceId::from_parts(Timestamp(1), [device; 10]);
        let case = AnyCase::begin(id(), device, &first).expect("begun");
        Phone { case, journal: vec![first], mono: 0 }
    }

    pub(crate) fn state(&self) -> &CaseState {
        self.case.state()
    }

    pub(crate) fn happen(&mut self, what: Happened) {
        self.mono += 1_000;
        let entry = Entry { seq: self.journal.len() as u64, at: moment(self.mono), pack: pack().version, what };
        self.case.apply(&entry);
        self.journal.push(entry);
    }

    pub(crate) fn answer(&mut self, about: Option<&str>, question: &str, value: &str) {
        let answer = Answer::Value(Private::new(value.to_owned()));
        let given = form::accept(self.state(), pack(), question, about.map(party), answer, today())
            .unwrap_or_else(|refused| panic!("{question}: {refused:?}"));
        self.happen(given.what);
    }

    pub(crate) fn screen(&mut self) {
        HARMLESS.iter().for_each(|(question, value)| self.answer(None, question, value));
    }

    pub(crate) fn photo(&mut self, slot: &str) {
        let sha256 = Sha256::of(slot.as_bytes());
        let photo = PhotoId::from_parts(Timestamp(self.mono), [self.journal.len() as u8; 10]);
        let (slot, phone) = (slot.to_owned(), PhoneSaw::default());
        self.happen(Happened::Photographed {
            photo,
            slot,
            sha256,
            bytes: 5,
            findings: vec![],
            begun: None,
            phone,
            no_photo: None,
        });
    }

    pub(crate) fn clear(&mut self) {
        ["scene_front", "scene_rear", "contact_close"].iter().for_each(|slot| self.photo(slot));
        self.happen(Happened::Cleared);
    }

    pub(crate) fn fill(&mut self, letter: &str) {
        columns(letter).iter().for_each(|(question, value)| self.answer(Some(letter), question, value));
    }

    /// Everything but the signatures, on one phone.
    pub(crate) fn complete(&mut self) {
        self.complete_for(2);
    }

    /// The same for one to three parties, of whom the first is liable.
    pub(crate) fn complete_for(&mut self, parties: usize) {
        self.screen();
        if parties == 1 {
            self.answer(None, "fact.parties", "single");
        }
        self.clear();
        self.scene();
        let letters = &["A", "B", "C"][..parties];
        letters.iter().for_each(|letter| self.fill(letter));
        for letter in letters {
            self.answer(Some(letter), "party.liability", if *letter == "A" { "full" } else { "none" });
        }
    }

    pub(crate) fn scene(&mut self) {
        SCENE.iter().for_each(|(question, value)| self.answer(None, question, value));
    }

    pub(crate) fn agree(&mut self, a: &str, b: &str) {
        self.answer(Some("A"), "party.liability", a);
        self.answer(Some("B"), "party.liability", b);
    }

    pub(crate) fn sign(&mut self, letter: &str) {
        for round in [Round::Facts, Round::Settlement] {
            let shown = self.state().to_be_signed(pack(), round).expect("a document");
            self.happen(form::sign(self.state(), pack(), self.signing(letter, round, shown)).expect("signed"));
        }
    }

    /// Signs both rounds with this factor.
    pub(crate) fn sign_with(&mut self, letter: &str, factor: FactorGiven) {
        for round in [Round::Facts, Round::Settlement] {
            let shown = self.state().to_be_signed(pack(), round).expect("a document");
            let signing = Signing { factor: factor.clone(), ..self.signing(letter, round, shown) };
            self.happen(form::sign(self.state(), pack(), signing).expect("signed"));
        }
    }

    /// A signature as a screen offers it, with the last way that the phone has to tie it to the person: a witness, or
    /// the own phone.
    pub(crate) fn signing(&self, letter: &str, round: Round, shown: Sha256) -> Signing<'static> {
        let factor = match self.state().factors_of(party(letter)).last() {
            Some(Factor::Witness { witness }) => FactorGiven::Witness(*witness),
            _ => FactorGiven::OwnPhone,
        };
        Signing { party: party(letter), round, shown, lang: "zh-CN", strokes: drawing(), factor }
    }

    pub(crate) fn seal(&mut self, reason: Option<&str>) -> Result<Record<Live>, form::NotSealable> {
        let AnyCase::Live(case) = &self.case else { panic!("a live case") };
        let (record, sealed) = form::seal(case, pack(), reason.map(str::to_owned), &moment(self.mono))?;
        let (revision, record_hash, sm3) = (sealed.revision, sealed.record, sealed.sm3);
        let what = Happened::Sealed { revision, record: record_hash, sm3, reason: record.reason.clone() };
        self.happen(what);
        Ok(record)
    }

    /// Makes the next statement and records that it was made.
    pub(crate) fn state_now(&mut self) -> Statement {
        let AnyCase::Live(case) = &self.case else { panic!("a live case") };
        let (statement, sha256, _) = form::make_statement(case, None, &moment(self.mono)).expect("made");
        self.happen(Happened::Stated { number: statement.number, sha256 });
        statement
    }

    pub(crate) fn take(&mut self, statement: &Statement) -> Result<(), form::StatementRefused> {
        let doubts = match &self.case {
            AnyCase::Live(case) => form::take_statement(case, pack(), statement, today())?,
            AnyCase::Training(case) => form::take_statement(case, pack(), statement, today())?,
        };
        let sha256 = jingbao_core::canon::sha256(statement).expect("canonical");
        let key = serde_json::from_value(serde_json::json!("feedfacefeedface")).expect("a key's name");
        self.happen(Happened::StatementTaken { statement: Box::new(statement.clone()), sha256, key, doubts });
        Ok(())
    }

    /// Shows the recorder's draft to another phone.
    pub(crate) fn show_draft_to(&self, other: &mut Phone) {
        let text = |bytes: Vec<u8>| Private::new(String::from_utf8(bytes).expect("text"));
        let facts = text(jingbao_core::canon::bytes(&self.state().facts_document(pack())).expect("canonical"));
        let settlement = self.state().settlement(pack()).expect("canonical");
        let settlement = text(jingbao_core::canon::bytes(&settlement).expect("canonical"));
        other.happen(Happened::DraftTaken { facts, settlement });
    }

    /// The same journal opened again, from its bytes.
    pub(crate) fn reopened(&self) -> AnyCase {
        let bytes: Vec<Vec<u8>> =
            self.journal.iter().map(|entry| jingbao_core::canon::bytes(entry).expect("canonical")).collect();
        let entries: Vec<Entry> =
            bytes.iter().map(|bytes| serde_json::from_slice(bytes).expect("reads back")).collect();
        let mut case = AnyCase::begin(id(), self.state().device, &entries[0]).expect("begun");
        entries[1..].iter().for_each(|entry| case.apply(entry));
        case
    }
}

pub(crate) fn id() -> CaseId {
    CaseId::from_parts(Timestamp(1_795_000_000_000), [9; 10])
}

pub(crate) fn pack() -> &'static Pack {
    Pack::builtin()
}

pub(crate) fn moment(mono_ms: i64) -> Moment {
    Moment { wall: Timestamp(1_795_417_330_000 + mono_ms), offset_s: 28_800, mono_ms, boot: "boot".into() }
}

pub(crate) fn today() -> jiff::civil::Date {
    jiff::civil::date(2026, 11, 23)
}

pub(crate) fn drawing() -> Strokes {
    Strokes(Private::new(vec![vec![(10, 20), (400, 500), (900, 300)]]))
}
