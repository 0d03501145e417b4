//! `JB2:`, a party's own columns in one picture: the statement that says them, signed, for one case, small enough for a QR
//! code of version 20 at level M, which every phone's camera reads from another phone's screen.
//!
//! What is signed and proven is the canonical JSON of the statement, as everywhere; it is rebuilt here from a short CBOR
//! form. [`write`] ends in the text, or in [`BadCode::TooMuch`] where somebody has written too much for one picture;
//! [`read`] in a [`Code::Statement`] of which nothing is believed yet. Not its business: what does not fit, which goes by
//! the gateway, and photos and signatures, which never travel by this code.

use super::{
    BadCode, Code,
    cose::{self, Value},
    packing, words,
};
use crate::{
    canon::{PublicKey, Sha256, Signature},
    form::{Answer, Live, Nature, RecordedAnswer, StatedPart, Statement, Training},
    id::{CaseId, DeviceId, PartyId},
    privacy::Private,
    time::{Moment, Timestamp},
};

pub(super) const PREFIX: &str = "JB2:";
/// What a QR code of version 20-M holds in its alphanumeric mode (ISO/IEC 18004, table 7), characters.
pub const LONGEST_PARTY: usize = 970;
/// In this order, and nothing else.
const FIELDS: usize = 10;

/// The text of a code with a statement of [`StatedPart::Party`].
pub fn write(statement: &Statement, proof: Sha256, key: &PublicKey, signature: &Signature) -> Result<String, BadCode> {
    let content = cose::encoded(&value(statement, proof, key, signature).ok_or(BadCode::Damaged)?);
    let text = packing::pack(PREFIX, &content).filter(|text| text.len() <= LONGEST_PARTY);
    text.ok_or(BadCode::TooMuch)
}

/// Whether the statement fits, whatever its signature will be.
pub fn fits(statement: &Statement, key: &PublicKey) -> bool {
    // As long as a real one, and as hard to pack.
    let noise = Sha256::of(b"as hard to pack as a signature");
    let signature = Signature::from_fixed(&[noise.0, noise.0.map(|byte| byte.rotate_left(3) ^ 0x5a)].concat());
    signature.is_some_and(|signature| {
        write(statement, noise, key, &signature).is_ok_and(|text| text.len() + SPARE <= LONGEST_PARTY)
    })
}

/// How much longer another signature may pack than the one it was measured with, characters.
const SPARE: usize = 36;

/// Reads the text of a code.
pub(super) fn read(text: &str) -> Result<Code, BadCode> {
    if text.len() > LONGEST_PARTY {
        return Err(BadCode::TooLarge);
    }
    let content = cose::value(&packing::unpack(PREFIX, text)?)?;
    let code = code(&content).ok_or(BadCode::Damaged)?;
    // One statement, one form: what would be written otherwise is no code of ours.
    let Code::Statement { statement, proof, key, signature } = &code else { return Err(BadCode::Damaged) };
    if value(statement, *proof, key, signature).as_ref() == Some(&content) { Ok(code) } else { Err(BadCode::Damaged) }
}

fn value(statement: &Statement, proof: Sha256, key: &PublicKey, signature: &Signature) -> Option<Value> {
    let own = |given: &RecordedAnswer| given.by == statement.device && given.doubt.is_none();
    let alone = statement.photos.is_empty() && statement.signatures.is_empty() && statement.consents.is_empty();
    if statement.part != Some(StatedPart::Party) || !alone || !statement.answers.iter().all(own) {
        return None;
    }
    let answers = statement.answers.iter().flat_map(|given| [words::value(&given.question), answer(&given.answer)]);
    let at = &statement.at;
    let nature = [Live::NAME, Training::NAME].iter().position(|name| *name == statement.nature)?;
    let point = key.to_sec1();
    let compressed = [&[2 | (point.last()? & 1)], point.get(1..33)?].concat();
    Some(Value::Array(vec![
        Value::from(&statement.case.as_bytes()[..]),
        Value::from(&statement.device.as_bytes()[..]),
        Value::from(statement.number),
        Value::from(statement.party.index() as u64),
        Value::from(nature as u64),
        Value::Array(vec![
            Value::from(at.wall.0),
            Value::from(at.offset_s),
            Value::from(at.mono_ms),
            words::value(&at.boot),
        ]),
        Value::Array(answers.collect()),
        Value::from(&proof.0[..]),
        Value::Bytes(compressed),
        Value::Bytes(signature.to_fixed()?),
    ]))
}

fn code(content: &Value) -> Option<Code> {
    let fields = content.as_array().filter(|fields| fields.len() == FIELDS)?;
    let device: DeviceId = id(&fields[1])?;
    let at = fields[5].as_array().filter(|at| at.len() == 4)?;
    let pairs = fields[6].as_array().filter(|all| all.len() % 2 == 0)?;
    let given = |pair: &[Value]| {
        let (question, answer) = (words::word(&pair[0])?, answered(&pair[1])?);
        Some(RecordedAnswer { question, by: device, answer, doubt: None })
    };
    let statement = Statement {
        case: id::<CaseId>(&fields[0])?,
        device,
        number: number(&fields[2])?,
        party: PartyId::nth(number(&fields[3])?)?,
        nature: (*[Live::NAME, Training::NAME].get(number::<usize>(&fields[4])?)?).to_owned(),
        answers: pairs.chunks_exact(2).map(given).collect::<Option<_>>()?,
        photos: Vec::new(),
        signatures: Vec::new(),
        consents: Vec::new(),
        part: Some(StatedPart::Party),
        at: Moment {
            wall: Timestamp(number(&at[0])?),
            offset_s: number(&at[1])?,
            mono_ms: number(&at[2])?,
            boot: words::word(&at[3])?,
        },
    };
    Some(Code::Statement {
        statement: Box::new(statement),
        proof: Sha256(fields[7].as_bytes()?.as_slice().try_into().ok()?),
        key: PublicKey::from_sec1(fields[8].as_bytes()?).ok()?,
        signature: Signature::from_fixed(fields[9].as_bytes()?)?,
    })
}

fn answer(answer: &Answer) -> Value {
    match answer {
        Answer::Value(text) => words::value(text.reveal()),
        Answer::Skipped(reason) => Value::Array(vec![words::value(reason)]),
    }
}

fn answered(value: &Value) -> Option<Answer> {
    match value.as_array().map(Vec::as_slice) {
        None => words::word(value).map(Private::new).map(Answer::Value),
        Some([reason]) => words::word(reason).map(Answer::Skipped),
        Some(_) => None,
    }
}

fn id<T: std::str::FromStr>(value: &Value) -> Option<T> {
    uuid::Uuid::from_slice(value.as_bytes()?).ok()?.hyphenated().to_string().parse().ok()
}

fn number<T: TryFrom<i128>>(value: &Value) -> Option<T> {
    T::try_from(i128::from(value.as_integer()?)).ok()
}
