//! The orders a phone process takes, each one call of the engine.

use jingbao::{
    Field, FieldError,
    records::{
        Accident, Audience, CodeKind, Fix, Held, Moment, PhotoInput, Position, Reply, SightInput, SignatureFactor,
        SignatureInput, SignatureRound, StrokePoint,
    },
    views::{CaseView, HandoverLineView, HandoverView, SyncBudget},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One order with the story time at which it is given.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    /// Comes back with the answer.
    pub id: u64,
    /// Story time, UTC milliseconds.
    pub at: i64,
    /// What to do.
    #[serde(flatten)]
    pub what: What,
}

/// What a phone can be told to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the engine's own calls, one to one")]
pub enum What {
    Stand,
    Hear { accident: String, lat: f64, lon: f64, seen_at: i64 },
    Duty { lat: f64, lon: f64, accuracy_m: f64, speed_mps: Option<f64> },
    Sight { lat: f64, lon: f64, accident: Option<String>, training: bool },
    Respond { case: String, response: String },
    Case { case: String },
    Answer { case: String, question: String, party: Option<String>, value: String },
    Photo { case: String, slot: String, path: String, lat: f64, lon: f64 },
    Clear { case: String },
    Sign { case: String, party: String, settlement: bool },
    SignWithCode { case: String, party: String, settlement: bool, code: String },
    OneTimeCode { case: String, settlement: bool },
    Refuse { case: String, party: String, settlement: bool },
    Seal { case: String },
    Show { case: String, what: String, party: String },
    Scan { code: String },
    Consent { case: String, party: String, receiver: String, text_version: u32 },
    Withdraw { case: String, party: String, receiver: String },
    Notify { case: String, party: String },
    Handover { case: String, app: String, can_open: Vec<String> },
    PrepareHandover { case: String, app: String, folder: String },
    HandOver { case: String, app: String },
    HandoverNumber { case: String, app: String, number: String },
    HandoverOutcome { case: String, app: String, outcome: String },
    ViewFor { case: String, audience: String, party: Option<String> },
    AcceptPack { path: String },
    AcceptCredential { path: String },
    LivingCode,
    Challenge,
    AnswerChallenge { text: String },
    CheckCode { text: String },
    Rules,
    Queue,
    Sync { seconds: u32 },
    Agreement { case: String },
    Export { case: String, path: String },
    Scorecard,
    Shutdown,
}

/// The survey car of every phone.
const SURVEY_CAR: &str = "鲁F12345";

/// Carries out one order.
pub(super) async fn carry_out(field: &Field, now: &Moment, what: What) -> Result<Value, FieldError> {
    Ok(match what {
        What::Stand => {
            field.begin_shift(SURVEY_CAR.into())?;
            Value::Null
        }
        What::Hear { accident: id, lat, lon, seen_at } => {
            let position = Position { lat, lon, accuracy_m: 8.0, mock: false };
            field.hear_of(Accident { id, position, seen_at_ms: seen_at, road: "city".into(), served: false })?;
            Value::Null
        }
        What::Duty { lat, lon, accuracy_m, speed_mps } => {
            let position = Position { lat, lon, accuracy_m, mock: false };
            let at = now.clone();
            let changes = field.duty(Fix { position, speed_mps, course_deg: None, at })?;
            let line = |c: &jingbao::views::VerdictView| {
                json!({ "verdict": c.verdict, "accident": c.accident, "text": c.text, "reasons": c.reason_texts,
                    "distance_m": c.distance_m, "at_ms": c.at_ms })
            };
            changes.iter().map(line).collect()
        }
        What::Sight { lat, lon, accident, training } => {
            let position = Some(Position { lat, lon, accuracy_m: 6.0, mock: false });
            json!(field.sight(SightInput { position, accident, own_party: None, training })?)
        }
        What::Respond { case, response } => view(&field.respond(case, response)?),
        What::Case { case } => view(&field.case(case)?),
        What::Answer { case, question, party, value } => {
            view(&field.answer(case, Reply { question, party, value: Some(value), skip: None })?.view)
        }
        What::Photo { case, slot, path, lat, lon } => {
            let position = Some(Position { lat, lon, accuracy_m: 6.0, mock: false });
            let taken = field.add_photo(
                case,
                slot,
                PhotoInput::Path { path },
                Some(Held { position, rotation_deg: Some(90) }),
            )?;
            let codes: Vec<&str> = taken.findings.iter().map(|finding| finding.code.as_str()).collect();
            let texts: Vec<&str> = taken.findings.iter().map(|finding| finding.text.as_str()).collect();
            json!({ "photo": taken.photo, "sha256": taken.sha256, "bytes": taken.bytes, "findings": codes, "texts": texts })
        }
        What::Clear { case } => view(&field.clear(case)?),
        What::Sign { case, party, settlement } => view(&sign(field, case, party, settlement, None)?),
        What::SignWithCode { case, party, settlement, code } => {
            view(&sign(field, case, party, settlement, Some(code))?)
        }
        What::OneTimeCode { case, settlement } => json!(field.one_time_code(case, round(settlement))?),
        What::Refuse { case, party, settlement } => view(&field.refuse_to_sign(case, party, round(settlement))?),
        What::Seal { case } => view(&field.seal(case, None)?),
        What::Show { case, what, party } => json!(field.show_code(
            case,
            match what.as_str() {
                "invitation" => CodeKind::Invitation { party },
                "help" => CodeKind::Help,
                "draft" => CodeKind::Draft,
                "party" => CodeKind::Party,
                _ => CodeKind::Statement,
            }
        )?),
        What::Scan { code } => {
            let scanned = field.scan(code)?;
            json!({ "case": scanned.case_id, "kind": scanned.kind })
        }
        What::Consent { case, party, receiver, text_version } => {
            view(&field.consent(case, party, receiver, text_version)?)
        }
        What::Withdraw { case, party, receiver } => view(&field.withdraw(case, party, receiver)?),
        What::Notify { case, party } => view(&field.notify_insurer(case, party)?),
        What::Handover { case, app, can_open } => handover(&field.handover(case, app, can_open)?),
        What::PrepareHandover { case, app, folder } => {
            let ready = field.prepare_handover(case, app, folder)?;
            let copies: Vec<&str> = ready.copies.iter().map(|copy| copy.path.as_str()).collect();
            json!({ "sheet": ready.sheet_sha256, "copies": copies })
        }
        What::HandOver { case, app } => view(&field.hand_over(case, app)?),
        What::HandoverNumber { case, app, number } => view(&field.handover_number(case, app, number, true)?),
        What::HandoverOutcome { case, app, outcome } => view(&field.handover_outcome(case, app, outcome, None)?),
        What::ViewFor { case, audience, party } => {
            let party = party.unwrap_or_default();
            let audience = match audience.as_str() {
                "own_party" => Audience::OwnParty { party },
                "other_party" => Audience::OtherParty { party },
                "insurer" => Audience::Insurer { party },
                "association" => Audience::Association,
                _ => Audience::Surveyor,
            };
            json!(field.view_for(case, None, audience)?)
        }
        What::AcceptPack { path } => {
            let file = std::fs::read(path)
                .map_err(|_| FieldError::Phone { code: "error-port".into(), text: "file".into() })?;
            let taken = field.accept_pack(file)?;
            json!({ "id": taken.id, "version": taken.version })
        }
        What::AcceptCredential { path } => {
            let file = std::fs::read(path)
                .map_err(|_| FieldError::Phone { code: "error-port".into(), text: "file".into() })?;
            json!({ "verdict": field.accept_credential(file)?.verdict })
        }
        What::LivingCode => json!(field.living_code()?.code),
        What::Challenge => json!(field.challenge()?),
        What::AnswerChallenge { text } => json!(field.answer_challenge(text)?.code),
        What::CheckCode { text } => {
            let seen = field.check_code(text)?;
            json!({ "verdict": seen.verdict, "reason": seen.reason, "word": seen.word, "text": seen.text,
                "number": seen.number, "list_age_ms": seen.list_age_ms, "challenge": seen.challenge })
        }
        What::Rules => {
            let rules = field.rules()?;
            json!({ "id": rules.id, "version": rules.version, "source": rules.source, "text": rules.text,
                "refused": rules.refused })
        }
        What::Queue => queue(field)?,
        What::Sync { seconds } => {
            let report = field.sync(SyncBudget::of_seconds(seconds)).await?;
            json!({ "sent": report.sent, "pending": report.pending, "parked": report.parked,
                "unauthorized": report.unauthorized, "busy": report.busy })
        }
        What::Agreement { case } => json!(field.agreement(case)?),
        What::Export { case, path } => json!(field.export(case, path)?),
        What::Scorecard => {
            let line = |t: &jingbao::views::TimesView| json!({ "case": t.case_id, "response_ms": t.response_ms, "clearing_ms": t.clearing_ms });
            field.scorecard()?.iter().map(line).collect()
        }
        What::Shutdown => json!(field.shutdown()),
    })
}

/// Shows what stands there, then signs exactly that: with the code of the party's own phone if there is one, else on its
/// own phone, or seen by the specialist.
fn sign(
    field: &Field,
    case: String,
    party: String,
    settlement: bool,
    code: Option<String>,
) -> Result<CaseView, FieldError> {
    let view = field.case(case.clone())?;
    let own = view.own_party.as_ref() == Some(&party);
    let shown = view.signing;
    let shown_sha256 = shown.map(|s| if settlement { s.settlement_sha256 } else { s.facts_sha256 }).unwrap_or_default();
    let factor = match code {
        Some(code) => SignatureFactor::OneTimeCode { code },
        None if own => SignatureFactor::OwnPhone,
        None => SignatureFactor::Witness { party: None },
    };
    let round = round(settlement);
    field.sign(case, SignatureInput { strokes: drawing(&party), party, round, shown_sha256, factor })
}

fn round(settlement: bool) -> SignatureRound {
    if settlement { SignatureRound::Settlement } else { SignatureRound::Facts }
}

/// A scribble that differs from party to party.
fn drawing(party: &str) -> Vec<Vec<StrokePoint>> {
    let turn = f64::from(party.bytes().next().unwrap_or(b'A') - b'A');
    let wave = |line: f64| {
        let at = |step: i32| {
            let t = f64::from(step) / 24.0;
            let y = 500.0 + 260.0 * ((t * (7.0 + turn * 2.5) + line).sin() * (1.0 - t * 0.4));
            StrokePoint { x: (120.0 + line * 170.0 + t * (430.0 - turn * 60.0)) as i32, y: y as i32 }
        };
        (0..=24).map(at).collect()
    };
    vec![wave(0.0), wave(1.3 + turn * 0.4), wave(2.2)]
}

fn queue(field: &Field) -> Result<Value, FieldError> {
    let queue = field.queue()?;
    let line = |item: &jingbao::views::QueueItem| json!({ "kind": item.kind, "what": item.what, "state": item.state, "why": item.why, "sent": item.sent });
    Ok(json!({ "pending": queue.pending, "parked": queue.parked, "done": queue.done, "resent": queue.resent,
        "items": queue.items.iter().map(line).collect::<Vec<_>>() }))
}

/// What the director of the story needs of a hand-over's sheet.
fn handover(view: &HandoverView) -> Value {
    let line = |line: &HandoverLineView| json!({ "code": line.code, "party": line.party, "value": line.value, "why": line.why });
    let lines: Vec<Value> = view.steps.iter().flat_map(|step| &step.lines).map(line).collect();
    let slots = view.steps.iter().flat_map(|step| &step.photos).filter(|photo| photo.photo.is_some());
    json!({ "state": view.standing.state, "open": view.open.as_ref().map(|way| &way.target), "lines": lines,
        "steps": view.steps.iter().map(|step| &step.code).collect::<Vec<_>>(),
        "photos": slots.map(|photo| &photo.slot).collect::<Vec<_>>() })
}

/// What the director of the story needs of a view.
fn view(view: &CaseView) -> Value {
    let next = view.next.as_ref().map(|next| {
        json!({ "question": next.question, "party": next.party, "kind": next.kind, "text": next.text,
            "choices": next.choices.iter().map(|choice| &choice.code).collect::<Vec<_>>() })
    });
    let answers: Vec<Value> =
        view.answers.iter().map(|a| json!({ "question": a.question, "party": a.party, "value": a.value })).collect();
    json!({ "id": view.id, "step": view.step, "step_text": view.step_text, "route": view.triage.route,
        "route_text": view.triage.text, "settled": view.triage.settled, "advice": view.triage.advice, "next": next,
        "answers": answers, "parties": view.parties, "may_clear": view.may_clear, "cleared": view.cleared,
        "shots": view.shots.iter().map(|s| json!({ "slot": s.slot, "text": s.text, "needed": s.needed, "taken": s.taken })).collect::<Vec<_>>(),
        "claims": view.claims.iter().map(|c| json!({ "party": c.party, "insurer": c.insurer, "insurer_text": c.insurer_text,
            "revision": c.revision, "state": c.state, "text": c.text, "reason_text": c.reason_text })).collect::<Vec<_>>(),
        "handovers": view.handovers.iter().map(|h| json!({ "app": h.app, "name": h.name, "offered": h.offered, "state": h.state,
            "state_text": h.state_text, "number": h.number, "outcome_text": h.outcome_text })).collect::<Vec<_>>(),
        "accord": view.accord, "photos": view.photos.len(), "revisions": view.revisions, "state": view.state,
        "answered": view.answered, "required": view.required })
}
