//! `android` and `ios`: the phone sides, generated, compiled and tested on this machine.
//! Not its business: store builds, which need NDK and Xcode.

use crate::{test, words::Failure};

pub(crate) fn android() -> Result<(), Failure> {
    test::test(&["kotlin".to_owned()])
}

pub(crate) fn ios() -> Result<(), Failure> {
    test::test(&["swift".to_owned()])
}
