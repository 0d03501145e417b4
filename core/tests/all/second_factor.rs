//! What ties a drawing to a person: the own phone, a code of it, a witness; and what another phone's secret is good for.

use jingbao_core::{
    canon::{self, PublicKey, Sha256, Signature},
    exchange::{self, BadCode},
    form::{self, Factor, FactorGiven, Role, Round, Signing, SigningRefused, Statement, Witness},
    privacy::Private,
    text::Lang,
    view::case_view,
};
use p256::ecdsa::{SigningKey, signature::Signer};

use crate::road::{Phone, drawing, pack, party};

/// The recorder of A with everything filled in, and B's own phone with the secret of its invitation and the draft.
fn two_phones() -> (Phone, Phone) {
    let mut a = Phone::recorder(false);
    a.complete();
    let mut b = joined(&a, "B", 2);
    a.show_draft_to(&mut b);
    (a, b)
}

fn joined(recorder: &Phone, letter: &str, device: u8) -> Phone {
    let secret = recorder.state().secret_of(party(letter)).expect("derived");
    Phone::joined(device, Role::Party(party(letter)), secret)
}

fn sign(phone: &Phone, letter: &str, factor: FactorGiven) -> Result<Factor, SigningRefused> {
    let round = Round::Facts;
    let shown = phone.state().to_be_signed(pack(), round).expect("a document");
    let signing = Signing { party: party(letter), round, shown, lang: "zh-CN", strokes: drawing(), factor };
    match form::sign(phone.state(), pack(), signing)? {
        form::Happened::Signed { factor, role, .. } => {
            assert_eq!(role, phone.state().role);
            Ok(factor)
        }
        other => panic!("{other:?}"),
    }
}

fn code(text: &str) -> FactorGiven {
    FactorGiven::OneTimeCode(Private::new(text.to_owned()))
}

#[test]
fn a_partys_own_phone_is_its_second_factor_by_itself() {
    let (a, b) = two_phones();
    assert_eq!(sign(&a, "A", FactorGiven::OwnPhone), Ok(Factor::OwnPhone), "the recorder is A's own phone");
    assert_eq!(sign(&b, "B", FactorGiven::OwnPhone), Ok(Factor::OwnPhone));
    assert_eq!(sign(&b, "A", FactorGiven::OwnPhone), Err(SigningRefused::NotYours));
}

#[test]
fn a_drawing_on_anothers_glass_alone_is_no_signature() {
    let (a, _) = two_phones();
    assert_eq!(sign(&a, "B", FactorGiven::OwnPhone), Err(SigningRefused::NoFactor));
}

#[test]
fn the_code_of_the_own_phone_is_taken_for_what_that_phone_shows_and_for_nothing_else() {
    let (mut a, b) = two_phones();
    let shows = |round| b.state().one_time_code(pack(), round).expect("a code");
    let digits = shows(Round::Facts);
    assert_eq!(sign(&a, "B", code(&digits)), Ok(Factor::OneTimeCode));
    assert_eq!(sign(&a, "B", code(&format!(" {} {}", &digits[..3], &digits[3..]))), Ok(Factor::OneTimeCode));
    assert_eq!(sign(&a, "B", code(&shows(Round::Settlement))), Err(SigningRefused::WrongCode), "another round");
    for wrong in ["", "000000", "123456", "abcdef", &digits[1..]] {
        let right = wrong == digits;
        assert!(right || sign(&a, "B", code(wrong)) == Err(SigningRefused::WrongCode), "{wrong}");
    }
    a.answer(Some("A"), "party.impact", "1");
    assert_eq!(sign(&a, "B", code(&digits)), Err(SigningRefused::WrongCode), "B's phone shows what is gone");
    let before = a.state().signatures.len();
    assert_eq!(before, 0, "nothing was recorded by a refusal");
}

#[test]
fn a_phone_without_the_draft_and_the_recorder_itself_show_no_code() {
    let a = Phone::recorder(false);
    let b = joined(&a, "B", 2);
    assert_eq!(b.state().one_time_code(pack(), Round::Facts), Err(SigningRefused::NothingShown));
    assert_eq!(a.state().one_time_code(pack(), Round::Facts), Err(SigningRefused::NotYours));
}

#[test]
fn one_partys_phone_cannot_make_anothers_code() {
    let mut a = Phone::begin(1, Role::Recorder(None), false);
    a.complete();
    a.fill("C");
    a.answer(Some("C"), "party.liability", "none");
    let mut b = joined(&a, "B", 2);
    a.show_draft_to(&mut b);
    let of_b = b.state().one_time_code(pack(), Round::Facts).expect("a code");
    assert_eq!(sign(&a, "B", code(&of_b)), Ok(Factor::OneTimeCode));
    assert_eq!(sign(&a, "C", code(&of_b)), Err(SigningRefused::WrongCode));
    // Even a phone that says it were C's has B's secret only.
    let mut liar = Phone::joined(2, Role::Party(party("C")), b.state().join_secret.clone());
    a.show_draft_to(&mut liar);
    let forged = liar.state().one_time_code(pack(), Round::Facts).expect("digits");
    assert_eq!(sign(&a, "C", code(&forged)), Err(SigningRefused::WrongCode));
}

#[test]
fn a_witness_is_the_specialist_or_another_party_and_never_the_signer_or_a_stranger() {
    let witness = FactorGiven::Witness;
    let mut car = Phone::begin(1, Role::Recorder(None), false);
    car.complete();
    let (a, _) = two_phones();
    let by = |witness| Ok(Factor::Witness { witness });
    let of = |letter| Witness::Party(party(letter));
    assert_eq!(sign(&car, "B", witness(Witness::Specialist)), by(Witness::Specialist));
    assert_eq!(sign(&car, "B", witness(of("A"))), by(of("A")));
    assert_eq!(sign(&a, "B", witness(of("A"))), by(of("A")));
    for (phone, who) in [(&a, Witness::Specialist), (&a, of("B")), (&car, of("B")), (&car, of("C"))] {
        assert_eq!(sign(phone, "B", witness(who)), Err(SigningRefused::NoWitness), "{who:?}");
    }
}

#[test]
fn every_way_that_the_view_offers_is_taken_and_there_is_always_one_without_another_phone() {
    for (role, parties) in [(Role::Recorder(None), 1), (Role::Recorder(None), 2), (Role::Recorder(Some(party("A"))), 2)]
    {
        let mut phone = Phone::begin(1, role, false);
        phone.complete_for(parties);
        let view = case_view(&phone.case, pack(), Lang::Zh).signing.expect("something to sign");
        assert_eq!(view.signers.len(), parties);
        for signer in view.signers {
            let without = signer.factors.iter().filter(|factor| factor.kind != "one_time_code");
            assert!(without.clone().count() > 0, "{signer:?}");
            for factor in without {
                let given = match (factor.kind.as_str(), &factor.witness) {
                    ("own_phone", None) => FactorGiven::OwnPhone,
                    ("witness", None) => FactorGiven::Witness(Witness::Specialist),
                    ("witness", Some(letter)) => FactorGiven::Witness(Witness::Party(party(letter))),
                    other => panic!("{other:?}"),
                };
                assert!(sign(&phone, &signer.party, given).is_ok(), "{factor:?}");
            }
        }
    }
}

#[test]
fn the_view_and_the_paper_say_on_whose_phone_with_what_and_in_which_language_it_was_signed() {
    let mut car = Phone::begin(1, Role::Recorder(None), false);
    car.complete();
    car.sign_with("A", FactorGiven::Witness(Witness::Specialist));
    let mut b = joined(&car, "B", 2);
    car.show_draft_to(&mut b);
    b.sign("B");
    car.take(&b.state_now()).expect("taken in");
    let record = car.seal(None).expect("sealed");
    for (lang, told) in [
        (Lang::Zh, ["在查勘员手机上 · 查勘员见证 · 出示中文", "在本人手机上 · 出示中文"]),
        (
            Lang::En,
            [
                "on the specialist's phone · witnessed by the specialist · shown in Chinese",
                "on the own phone · shown in Chinese",
            ],
        ),
    ] {
        let view = case_view(&car.case, pack(), lang);
        let page = jingbao_core::agreement::html(&record, pack(), lang).expect("a page");
        for told in told {
            assert_eq!(view.signatures.iter().filter(|given| given.how == told).count(), 2, "{told}");
            assert_eq!(page.matches(told).count(), 2, "{told}");
        }
        assert!(view.signatures.iter().all(|given| given.factor.is_some()));
    }
}

#[test]
fn a_statement_cannot_say_that_its_phone_was_the_recorder_or_had_a_witness() {
    let (a, mut b) = two_phones();
    b.sign("B");
    let statement = b.state_now();
    let changed = |change: &dyn Fn(&mut form::SignatureGiven)| {
        let mut statement = statement.clone();
        change(&mut statement.signatures[0]);
        a.clone().take(&statement)
    };
    assert_eq!(a.clone().take(&statement), Ok(()));
    let refused = Err(form::StatementRefused::NotIts);
    assert_eq!(changed(&|given| given.role = Role::Recorder(None)), refused);
    assert_eq!(changed(&|given| given.factor = Some(Factor::OneTimeCode)), refused);
    assert_eq!(changed(&|given| given.factor = None), refused);
    assert_eq!(changed(&|given| given.refused = true), refused);
}

fn proven(statement: &Statement, secret: &Private<String>, recorder: &Phone) -> Result<(), BadCode> {
    let key = SigningKey::from_slice(&[7; 32]).expect("a key");
    let public = PublicKey::from_sec1(&key.verifying_key().to_sec1_bytes()).expect("a point");
    let message = canon::bytes(statement).expect("canonical");
    let made: p256::ecdsa::Signature = key.sign(&message);
    let proof = exchange::proof(secret, Sha256::of(&message));
    let derived = recorder.state().secret_of(statement.party).expect("the recorder has all");
    exchange::genuine(statement, proof, &public, &Signature(made.to_der().as_bytes().to_vec()), &derived)
}

#[test]
fn t24_the_secret_of_one_invitation_proves_no_statement_of_another_party() {
    let (a, mut b) = two_phones();
    let mut statement = b.state_now();
    let secret = b.state().join_secret.clone();
    assert_eq!(proven(&statement, &secret, &a), Ok(()));
    statement.party = party("C");
    assert_eq!(proven(&statement, &secret, &a), Err(BadCode::NotGenuine), "B's phone says it were C's");
    assert_ne!(secret, a.state().join_secret, "and the case's own secret never left the recorder");
    assert_eq!(b.state().secret_of(party("C")), None);
}
