//! What holds of the seal whatever is answered after it, ten thousand cases.

use std::sync::OnceLock;

use jingbao_core::{
    canon::{self, Sha256},
    form::{Live, Record, Round},
};
use proptest::prelude::*;

use crate::{
    form_properties::tap,
    road::{Phone, pack},
};

/// A case both have signed; made once, copied for each run.
fn signed() -> Phone {
    static SIGNED: OnceLock<Phone> = OnceLock::new();
    let ready = || {
        let mut phone = Phone::recorder(false);
        phone.complete();
        ["A", "B"].iter().for_each(|letter| phone.sign(letter));
        phone
    };
    SIGNED.get_or_init(ready).clone()
}

fn bytes(record: &Record<Live>) -> Vec<u8> {
    canon::bytes(record).expect("canonical")
}

fn documents(phone: &Phone) -> [Result<Sha256, jingbao_core::form::SigningRefused>; 2] {
    [Round::Facts, Round::Settlement].map(|round| phone.state().to_be_signed(pack(), round))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_inputs_seal_the_same_bytes_and_no_later_answer_reaches_back_into_them(
        taps in prop::collection::vec(tap(), 1..4),
    ) {
        let (mut phone, mut twin) = (signed(), signed());
        let first = phone.seal(None).expect("sealed");
        let (frozen, shown) = (bytes(&first), documents(&phone));
        prop_assert_eq!(&bytes(&twin.seal(None).expect("sealed")), &frozen);
        taps.iter().for_each(|tap| tap.on(&mut phone));
        prop_assert_eq!(bytes(&first), frozen.clone());
        prop_assert_eq!(phone.state().revisions.first().copied(), Some(Sha256::of(&frozen)));

        let now = documents(&phone);
        let changed = |round| shown[usize::from(round == Round::Settlement)] != now[usize::from(round == Round::Settlement)];
        let seen = phone.state().documents(pack());
        for given in &phone.state().signatures {
            prop_assert_eq!(seen.holds(given), !changed(given.round), "a signature holds as long as its document stands");
        }

        let parties = phone.state().parties();
        parties.iter().for_each(|party| phone.sign(&party.to_string()));
        if let Ok(second) = phone.seal(Some("补填")) {
            prop_assert_eq!((second.revision, second.parent), (2, Some(Sha256::of(&frozen))));
            prop_assert_eq!(second.signatures.len() + second.void_signatures.len(), 4 + 2 * parties.len());
        }
        prop_assert_eq!(bytes(&first), frozen);
    }
}
