//! What holds of the form for any answers whatever, ten thousand cases each.

use jingbao_core::{
    canon,
    form::{self, Answer, AnyCase, Entry, Happened, Role},
    id::PartyId,
    pack::{About, Question, Stage},
    privacy::Private,
    view::case_view,
};
use proptest::prelude::*;

use crate::road::{Phone, id, pack, today};

/// One thing a person might do: the numbers choose from whatever there is.
#[derive(Clone, Debug)]
pub(crate) struct Tap {
    question: usize,
    party: u8,
    value: usize,
}

pub(crate) fn tap() -> impl Strategy<Value = Tap> {
    (any::<usize>(), 0..4_u8, any::<usize>()).prop_map(|(question, party, value)| Tap { question, party, value })
}

const PLAIN: [&str; 9] =
    ["6", "张三", "鲁F12345", "13800138000", "rear_end", "full", "picc", "PDZA2026370600001", "南大街"];
const SKIPS: [&str; 3] = ["cannot_read", "refuses", "no reason"];

impl Tap {
    /// Does it if the form lets it be done.
    pub(crate) fn on(&self, phone: &mut Phone) {
        let question = &pack().questions[self.question % pack().questions.len()];
        let about = (question.about == About::Party).then(|| PartyId::nth(self.party)).flatten();
        if let Ok(given) = form::accept(phone.state(), pack(), &question.id, about, self.answer(question), today()) {
            phone.happen(given.what);
        }
    }

    fn answer(&self, question: &Question) -> Answer {
        let own = question.choices.len();
        let nth = self.value % (own + PLAIN.len() + SKIPS.len());
        let value = |text: &str| Answer::Value(Private::new(text.to_owned()));
        match nth.checked_sub(own) {
            None => value(&question.choices[nth]),
            Some(rest) if rest < PLAIN.len() => value(PLAIN[rest]),
            Some(rest) => Answer::Skipped(SKIPS[rest - PLAIN.len()].to_owned()),
        }
    }
}

/// A phone on which some things were done, the road cleared in between or not.
fn played(party: bool, taps: &[Tap], cleared_at: usize) -> Phone {
    let mut phone = if party { Phone::of("B", 2, false) } else { Phone::recorder(false) };
    for (nth, tap) in taps.iter().enumerate() {
        if nth == cleared_at {
            phone.happen(Happened::Cleared);
        }
        tap.on(&mut phone);
    }
    phone
}

/// How many required answers this case has, counted again from the pack.
fn required(phone: &Phone) -> usize {
    let state = phone.state();
    let parties = match state.role {
        Role::Recorder(_) => state.parties(),
        Role::Party(own) => vec![own],
    };
    let of_party = |question: &Question, party: &PartyId| {
        let kind = state.value(Some(*party), "party.kind");
        (matches!(state.role, Role::Recorder(_)) || question.stage < Stage::Agree)
            && (question.only.is_empty() || kind.is_none_or(|kind| question.only.iter().any(|only| only == kind)))
    };
    // Who disputes need not say a liability (T10).
    let disputes = state.value(None, "fact.dispute") == Some("yes");
    let asked = |question: &&Question| question.required && !(disputes && question.id == "party.liability");
    let count = |question: &Question| match question.about {
        About::Scene => usize::from(matches!(state.role, Role::Recorder(_))),
        About::Party => parties.iter().filter(|party| of_party(question, party)).count(),
    };
    pack().questions.iter().filter(asked).map(count).sum()
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\u{1F600}-\u{1F64F}\u{200D}\u{FE0F}]{0,40}",
        "[鲁京A-IY0-9·𠮷\u{202E}\u{200B} xX]{0,20}",
        (0..3_000_usize).prop_map(|length| "🚗".repeat(length)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_journal_folds_the_same_from_its_bytes_and_wherever_the_app_was_closed(
        party in any::<bool>(), taps in prop::collection::vec(tap(), 1..12), cleared_at in 0..6_usize, closed_at in 1..12_usize,
    ) {
        let phone = played(party, &taps, cleared_at);
        let read = |entry: &Entry| -> Entry {
            serde_json::from_slice(&canon::bytes(entry).expect("canonical")).expect("reads back")
        };
        let entries: Vec<Entry> = phone.journal.iter().map(read).collect();
        prop_assert_eq!(&entries, &phone.journal);
        let begin = || AnyCase::begin(id(), phone.state().device, &entries[0]).expect("begun");
        let closed_at = closed_at.min(entries.len());
        let mut before = begin();
        entries[1..closed_at].iter().for_each(|entry| before.apply(entry));
        let mut after = begin();
        entries[1..closed_at].iter().for_each(|entry| after.apply(entry));
        prop_assert_eq!(before.state().facts_document(pack()), after.state().facts_document(pack()));
        entries[closed_at..].iter().for_each(|entry| after.apply(entry));
        let (known, again) = (phone.state(), after.state());
        prop_assert_eq!(&known.answers, &again.answers);
        prop_assert_eq!(known.facts_document(pack()), again.facts_document(pack()));
        prop_assert_eq!(known.progress(pack()), again.progress(pack()));
        prop_assert_eq!(again.entries, phone.journal.len() as u64);
    }

    #[test]
    fn no_form_question_is_asked_before_the_road_is_clear_and_nothing_required_is_lost_count_of(
        party in any::<bool>(), taps in prop::collection::vec(tap(), 1..12), cleared_at in 0..14_usize,
    ) {
        let phone = played(party, &taps, cleared_at);
        let progress = phone.state().progress(pack());
        if let Some(next) = &progress.next {
            prop_assert!(progress.missing.contains(next) || next.stage == Stage::Screen);
            prop_assert!(next.stage < Stage::Form || phone.state().is_cleared(), "{}", next.question);
        }
        let (answered, asked) = progress.answered;
        prop_assert_eq!(asked, required(&phone));
        prop_assert_eq!(answered + progress.missing.len(), asked);
    }

    #[test]
    fn no_input_breaks_the_form_and_what_it_takes_is_short_and_says_something(
        question in any::<usize>(), about in 0..3_u8, cleared in any::<bool>(), text in any_text(), skipped in any::<bool>(),
    ) {
        let mut phone = Phone::recorder(false);
        if cleared {
            phone.happen(Happened::Cleared);
        }
        let question = &pack().questions[question % pack().questions.len()].id;
        let answer = if skipped { Answer::Skipped(text) } else { Answer::Value(Private::new(text)) };
        let about = about.checked_sub(1).and_then(PartyId::nth);
        if let Ok(given) = form::accept(phone.state(), pack(), question, about, answer, today()) {
            let Happened::Answered { answer: Answer::Value(kept), .. } = given.what else { return Ok(()) };
            let length = kept.reveal().chars().count();
            prop_assert!((1..=2_000).contains(&length), "{length}");
        }
    }
}

#[test]
fn a_megabyte_of_emoji_is_too_long_for_every_question_and_the_view_stays_as_it_was() {
    let mut phone = Phone::recorder(false);
    phone.screen();
    phone.happen(Happened::Cleared);
    let lang = jingbao_core::text::Lang::Zh;
    let before = case_view(&phone.case, pack(), lang);
    for question in &pack().questions {
        let about = (question.about == About::Party).then(|| PartyId::nth(0)).flatten();
        let flood = Answer::Value(Private::new("😀".repeat(262_144)));
        let refused = form::accept(phone.state(), pack(), &question.id, about, flood, today());
        assert_eq!(refused.err(), Some(form::AnswerRefused::TooLong), "{}", question.id);
    }
    assert_eq!(case_view(&phone.case, pack(), lang), before);
}
