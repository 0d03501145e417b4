//! The few shapes of ASN.1 DER (X.690) that a time-stamp is made of, over the crate `der`. Anything else is none.

use der::{Any, Decode, Encode, Reader, SliceReader, Tag, Tagged, asn1::ObjectIdentifier};

/// The members of a constructed value, in order.
pub(super) fn members(value: &[u8]) -> Option<Vec<Any>> {
    let mut reader = SliceReader::new(value).ok()?;
    let mut members = Vec::new();
    while !reader.is_finished() {
        members.push(Any::decode(&mut reader).ok()?);
    }
    Some(members)
}

/// The members of a SEQUENCE.
pub(super) fn sequence(any: &Any) -> Option<Vec<Any>> {
    (any.tag() == Tag::Sequence).then(|| members(any.value())).flatten()
}

/// The members of a SET.
pub(super) fn set(any: &Any) -> Option<Vec<Any>> {
    (any.tag() == Tag::Set).then(|| members(any.value())).flatten()
}

/// The content of `[number]`, whether it is implicit or holds what is explicit.
pub(super) fn context(any: &Any, number: u8) -> Option<&[u8]> {
    // Class context-specific, constructed or not (X.690 8.1.2).
    let first = any.tag().to_der().ok()?.first().copied()?;
    (first & !0x20 == 0x80 | number).then(|| any.value())
}

pub(super) fn oid(any: &Any) -> Option<ObjectIdentifier> {
    any.decode_as().ok()
}

/// The algorithm of an AlgorithmIdentifier.
pub(super) fn algorithm(any: &Any) -> Option<ObjectIdentifier> {
    oid(sequence(any)?.first()?)
}

pub(super) fn octets(any: &Any) -> Option<&[u8]> {
    (any.tag() == Tag::OctetString).then(|| any.value())
}

pub(super) fn integer(any: &Any) -> Option<&[u8]> {
    (any.tag() == Tag::Integer).then(|| any.value())
}
