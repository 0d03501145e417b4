//! A driver whose phone joined the case signs on the specialist's glass: with the code of that phone, or seen by the
//! specialist. What does not fit is one clear sentence in both languages, and nothing is recorded.

use jingbao::{
    Field, FieldError,
    records::{CodeKind, SignatureFactor, SignatureInput, SignatureRound, StrokePoint},
    views::CaseView,
};
use jingbao_tests::roadside::Installation;

use crate::{
    fixture::{complete, sight},
    misuse::{Kind, LANGS, says},
};

fn sign(field: &Field, case: &str, party: &str, factor: SignatureFactor) -> Result<CaseView, FieldError> {
    let shown_sha256 = field.case(case.to_owned())?.signing.expect("something to sign").facts_sha256;
    let strokes = vec![vec![StrokePoint { x: 10, y: 10 }, StrokePoint { x: 900, y: 800 }]];
    let (party, round) = (party.to_owned(), SignatureRound::Facts);
    field.sign(case.to_owned(), SignatureInput { party, round, shown_sha256, strokes, factor })
}

#[test]
fn a_driver_signs_on_the_specialists_glass_with_the_code_of_the_own_phone_or_a_witness_and_never_alone() {
    for lang in LANGS {
        let folder = tempfile::tempdir().expect("a folder");
        let open = |name: &str, number| {
            let mut phone = Installation::new(&folder.path().join(name), number);
            phone.lang = lang.to_owned();
            phone.open().expect("opens")
        };
        let (car, driver) = (open("car", 1), open("driver", 2));
        let case = sight(&car, false);
        complete(&car, &case);
        let show = |kind| car.show_code(case.clone(), kind).expect("a code");
        driver.scan(show(CodeKind::Invitation { party: "B".into() })).expect("joined");
        let nothing = driver.one_time_code(case.clone(), SignatureRound::Facts);
        says(nothing, Kind::Refused, "error-nothing-shown", lang);
        driver.scan(show(CodeKind::Draft)).expect("shown");
        let code = driver.one_time_code(case.clone(), SignatureRound::Facts).expect("six digits");
        says(car.one_time_code(case.clone(), SignatureRound::Facts), Kind::Refused, "error-not-yours", lang);

        let before = car.case(case.clone()).expect("a view");
        let wrong = if code == "123456" { "654321" } else { "123456" };
        for (factor, why) in [
            (SignatureFactor::OwnPhone, "error-no-factor"),
            (SignatureFactor::OneTimeCode { code: wrong.into() }, "error-wrong-code"),
            (SignatureFactor::Witness { party: Some("B".into()) }, "error-no-witness"),
            (SignatureFactor::Witness { party: Some("Z".into()) }, "error-bad-id"),
        ] {
            says(sign(&car, &case, "B", factor), Kind::Refused, why, lang);
        }
        assert_eq!(car.case(case.clone()).expect("a view"), before);

        sign(&car, &case, "B", SignatureFactor::OneTimeCode { code }).expect("the code of this phone for this draft");
        let view = sign(&car, &case, "A", SignatureFactor::Witness { party: None }).expect("seen by the specialist");
        let factors: Vec<_> = view.signatures.iter().map(|given| given.factor.as_deref()).collect();
        assert_eq!(factors, [Some("one_time_code"), Some("witness")]);
    }
}
