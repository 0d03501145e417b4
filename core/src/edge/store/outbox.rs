//! Rows of the queue. What a poll asks for is found by index, so that it costs the same among ten rows and ten thousand:
//! a window of rows whose turn may be next, and when the next of the others is due. Not its business: whose turn it is.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Params, Transaction, params};

use super::journal::{id, json};
use crate::{
    canon,
    edge::trouble::Trouble,
    id::{CaseId, OpId},
    outbox::{Item, ItemState, Lane, Outbox, at_once},
    time::Moment,
};

/// What the columns beside a row repeat of it.
struct Columns {
    lane: i64,
    state: &'static str,
    due: i64,
    boot: String,
}

fn number(lane: Lane) -> i64 {
    match lane {
        Lane::Event => 0,
        Lane::Record => 1,
        Lane::Notice => 2,
        Lane::Photo => 3,
    }
}

impl Columns {
    fn of(item: &Item) -> Columns {
        let (state, due, boot) = match &item.state {
            ItemState::Unsigned => ("unsigned", 0, ""),
            ItemState::Waiting { not_before_ms, boot } => ("waiting", *not_before_ms, boot.as_str()),
            ItemState::InFlight { .. } => ("in_flight", 0, ""),
            ItemState::Parked { .. } => ("parked", 0, ""),
            ItemState::Withdrawn => ("withdrawn", 0, ""),
            ItemState::Done { .. } => ("done", 0, ""),
        };
        Columns { lane: number(item.payload.lane()), state, due, boot: boot.to_owned() }
    }
}

fn items(c: &Connection, asked: &str, with: impl Params) -> Result<Vec<Item>, Trouble> {
    let mut rows = c.prepare_cached(asked)?;
    let rows: Vec<Vec<u8>> = rows.query_map(with, |row| row.get(0))?.collect::<Result<_, _>>()?;
    rows.iter().map(|item| json(item)).collect()
}

/// A new row.
pub(in crate::edge) fn insert(tx: &Transaction<'_>, item: &Item) -> Result<(), Trouble> {
    let Columns { lane, state, due, boot } = Columns::of(item);
    tx.prepare_cached(
        "INSERT INTO outbox (op, place, case_id, after, item, lane, state, due, boot)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        item.op.to_string(),
        item.order as i64,
        item.case.map(|case| case.to_string()),
        item.after.map(|op| op.to_string()),
        canon::bytes(item)?,
        lane,
        state,
        due,
        boot
    ])?;
    Ok(())
}

/// The row as it is now.
pub(in crate::edge) fn save(tx: &Transaction<'_>, item: &Item) -> Result<(), Trouble> {
    let Columns { state, due, boot, .. } = Columns::of(item);
    tx.prepare_cached("UPDATE outbox SET item = ?2, state = ?3, due = ?4, boot = ?5 WHERE op = ?1")?
        .execute(params![item.op.to_string(), canon::bytes(item)?, state, due, boot])?;
    Ok(())
}

/// One row.
pub(in crate::edge) fn item(c: &Connection, op: OpId) -> Result<Option<Item>, Trouble> {
    Ok(items(c, "SELECT item FROM outbox WHERE op = ?1", [op.to_string()])?.pop())
}

/// Every row, in order.
pub(in crate::edge) fn all(c: &Connection) -> Result<Vec<Item>, Trouble> {
    items(c, "SELECT item FROM outbox ORDER BY place", [])
}

/// The rows of a case, in order.
pub(in crate::edge) fn of_case(c: &Connection, case: CaseId) -> Result<Vec<Item>, Trouble> {
    items(c, "SELECT item FROM outbox WHERE case_id = ?1 ORDER BY place", [case.to_string()])
}

/// The rows in a state other than waiting or done: few, however long the queue.
pub(in crate::edge) fn in_state(c: &Connection, state: &str) -> Result<Vec<Item>, Trouble> {
    let asked = "SELECT item FROM outbox WHERE state = ?1 AND state <> 'waiting' AND state <> 'done' ORDER BY place";
    items(c, asked, [state])
}

/// The last row in a lane of a case, or of what belongs to none: a new one goes after it.
pub(in crate::edge) fn last(c: &Connection, lane: Lane, case: Option<CaseId>) -> Result<Option<OpId>, Trouble> {
    let asked = "SELECT op FROM outbox WHERE lane = ?1 AND case_id IS ?2 ORDER BY place DESC LIMIT 1";
    let mut rows = c.prepare_cached(asked)?;
    let found: Option<String> =
        rows.query_row(params![number(lane), case.map(|case| case.to_string())], |row| row.get(0)).optional()?;
    found.map(|op| id(&op)).transpose()
}

/// The highest place that was given to a row.
pub(in crate::edge) fn last_place(c: &Connection) -> Result<u64, Trouble> {
    let last: Option<i64> = c.query_row("SELECT max(place) FROM outbox", [], |row| row.get(0))?;
    Ok(last.unwrap_or(0).unsigned_abs())
}

/// The rows whose turn may be next, and what they wait for: of each lane those that are due of as many cases as it has
/// room for, beginning with the case after the one that had its turn last; of duty events the newest.
pub(in crate::edge) fn window(c: &Connection, outbox: &Outbox, now: &Moment) -> Result<Vec<Item>, Trouble> {
    const DUE: &str =
        "state = 'waiting' AND lane > 0 AND lane = ?1 AND (boot <> ?2 OR due <= ?3) AND (after IS NULL OR EXISTS (
        SELECT 1 FROM outbox AS before WHERE before.op = outbox.after AND before.state = 'done'))";
    let events = DUE.replace("lane > 0 AND lane = ?1", "lane = 0 AND ?1 = 0");
    let newest = format!("SELECT item FROM outbox WHERE {events} ORDER BY place DESC LIMIT ?4");
    let next_case = format!("SELECT case_id FROM outbox WHERE {DUE} AND case_id > ?4 ORDER BY case_id, place LIMIT 1");
    let of_case = format!("SELECT item FROM outbox WHERE {DUE} AND case_id = ?4 ORDER BY place LIMIT ?5");
    let room = |lane: Lane| at_once(lane) as i64;
    let mut found = items(c, &newest, params![number(Lane::Event), now.boot, now.mono_ms, room(Lane::Event)])?;
    for lane in [Lane::Record, Lane::Notice, Lane::Photo] {
        for case in cases_in_turn(c, &next_case, lane, outbox.turn(lane), now)? {
            found.extend(items(c, &of_case, params![number(lane), now.boot, now.mono_ms, case, room(lane)])?);
        }
    }
    let before: Vec<OpId> = found.iter().filter_map(|item| item.after).collect();
    for op in before {
        found.extend(item(c, op)?);
    }
    Ok(found)
}

/// The cases after the one that had its turn last, and from the first on again.
fn cases_in_turn(
    c: &Connection,
    next: &str,
    lane: Lane,
    last: Option<CaseId>,
    now: &Moment,
) -> Result<Vec<String>, Trouble> {
    let last = last.map_or(String::new(), |case| case.to_string());
    let (mut cases, mut after, mut wrapped): (Vec<String>, _, _) = (Vec::new(), last.clone(), last.is_empty());
    let mut next = c.prepare_cached(next)?;
    while cases.len() < at_once(lane) {
        let found = next.query_row(params![number(lane), now.boot, now.mono_ms, after], |row| row.get(0)).optional()?;
        match found {
            Some(case) if wrapped && !last.is_empty() && case > last => break,
            Some(case) => {
                after.clone_from(&case);
                cases.push(case);
            }
            None if wrapped => break,
            None => (after, wrapped) = (String::new(), true),
        }
    }
    Ok(cases)
}

/// The rows that wait for a later reading of this boot's clock, the soonest first, at most so many.
pub(in crate::edge) fn put_off(c: &Connection, now: &Moment, most: u32) -> Result<Vec<Item>, Trouble> {
    let asked = "SELECT item FROM outbox WHERE state = 'waiting' AND due > 0 AND boot = ?1 AND due > ?2
        ORDER BY due LIMIT ?3";
    items(c, asked, params![now.boot, now.mono_ms, most])
}

/// When the soonest of them is due, monotonic milliseconds.
pub(in crate::edge) fn next_due(c: &Connection, now: &Moment) -> Result<Option<i64>, Trouble> {
    let asked = "SELECT min(due) FROM outbox WHERE state = 'waiting' AND due > 0 AND boot = ?1 AND due > ?2";
    Ok(c.prepare_cached(asked)?.query_row(params![now.boot, now.mono_ms], |row| row.get(0))?)
}

/// The cases with a claim notice that could still go out.
pub(in crate::edge) fn cases_with_notices(c: &Connection) -> Result<BTreeSet<CaseId>, Trouble> {
    let mut rows = c.prepare_cached("SELECT case_id FROM outbox WHERE state = 'waiting' AND lane > 0 AND lane = ?1")?;
    let rows: Vec<String> = rows.query_map([number(Lane::Notice)], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut cases: BTreeSet<CaseId> = rows.iter().map(|case| id(case)).collect::<Result<_, _>>()?;
    for state in ["unsigned", "in_flight", "parked"] {
        let notices = in_state(c, state)?.into_iter().filter(|item| item.payload.lane() == Lane::Notice);
        cases.extend(notices.filter_map(|item| item.case));
    }
    Ok(cases)
}

/// How many rows there are in each state, by its name in the column.
pub(in crate::edge) fn counts(c: &Connection) -> Result<Vec<(String, u32)>, Trouble> {
    let asked = "SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting' AND lane = 0)
        + (SELECT count(*) FROM outbox WHERE state = 'waiting' AND lane > 0)";
    let waiting: u32 = c.query_row(asked, [], |row| row.get(0))?;
    let asked = "SELECT state, count(*) FROM outbox WHERE state <> 'waiting' AND state <> 'done' GROUP BY state";
    let mut rows = c.prepare_cached(asked)?;
    let mut counts: Vec<(String, u32)> =
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    counts.push(("waiting".to_owned(), waiting));
    Ok(counts)
}

/// Remembers which upload was begun for an operation; `None` begins anew.
pub(in crate::edge) fn save_upload(tx: &Transaction<'_>, op: OpId, upload: Option<&str>) -> Result<(), Trouble> {
    tx.execute("UPDATE outbox SET upload = ?2 WHERE op = ?1", params![op.to_string(), upload])?;
    Ok(())
}

/// The upload begun for an operation.
pub(in crate::edge) fn upload(c: &Connection, op: OpId) -> Result<Option<String>, Trouble> {
    let found =
        c.query_row("SELECT upload FROM outbox WHERE op = ?1", [op.to_string()], |row| row.get(0)).optional()?;
    Ok(found.flatten())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zeroize::Zeroizing;

    use super::*;
    use crate::{
        canon::{Sha256, Signature},
        edge::store::Store,
        id::PhotoId,
        outbox::{Event, Instruction, Lease, Payload},
        time::Timestamp,
        wire::{Manifest, Receipt, SignedReceipt},
    };

    const NOW_MS: i64 = 1_000_000;

    #[derive(Clone, Copy, Debug)]
    enum State {
        Due,
        DueSinceReboot,
        Later(i64),
        Flying,
        Parked,
        Done,
    }

    fn case(n: u8) -> CaseId {
        CaseId::from_parts(Timestamp(i64::from(n)), [n; 10])
    }

    fn receipt() -> Box<SignedReceipt> {
        let manifest = Manifest::Revision { case: case(0), revision: 1, sha256: Sha256::of(b"body"), bytes: 4 };
        let key = serde_json::from_value(serde_json::Value::String("A".repeat(43))).expect("a key's name");
        let manifest_sha256 = Sha256::of(b"manifest");
        let receipt = Receipt { manifest, manifest_sha256, stored_at: Timestamp(1), head_sha256: None, key };
        Box::new(SignedReceipt { receipt, signature: Signature(vec![1]) })
    }

    fn rows(rows: &[(u8, Lane, State)]) -> Vec<Item> {
        let mut made: Vec<Item> = Vec::new();
        for (order, (of, lane, state)) in (1..).zip(rows) {
            let payload = match lane {
                Lane::Event => Payload::Event { seq: order },
                Lane::Record => Payload::Revision { revision: order as u32 },
                Lane::Notice => Payload::Notice { number: order as u32 },
                Lane::Photo => {
                    let photo = PhotoId::from_parts(Timestamp(order as i64), [1; 10]);
                    Payload::Photo { photo, sha256: Sha256::of(b"photo"), bytes: 5 }
                }
            };
            let owner = (*lane != Lane::Event || *of > 0).then(|| case(*of));
            let chained = *lane != Lane::Photo && owner.is_some();
            let before = made.iter().rfind(|item| item.case == owner && item.payload.lane() == *lane);
            let boot = "now".to_owned();
            let state = match state {
                State::Due => ItemState::Waiting { not_before_ms: 0, boot },
                State::DueSinceReboot => ItemState::Waiting { not_before_ms: 9 * NOW_MS, boot: "before".into() },
                State::Later(ms) => ItemState::Waiting { not_before_ms: NOW_MS + ms, boot },
                State::Flying => ItemState::InFlight {
                    lease: Lease { number: order, until_ms: NOW_MS + 90_000, boot, handed: false },
                },
                State::Parked => ItemState::Parked { reason: "parked-refused".into() },
                State::Done => ItemState::Done { receipt: receipt() },
            };
            made.push(Item {
                op: OpId::from_parts(Timestamp(order as i64), [7; 10]),
                order,
                case: owner,
                payload,
                after: before.filter(|_| chained).map(|item| item.op),
                state,
                attempts: 0,
                sent: 0,
                last_failure: None,
            });
        }
        made
    }

    fn sends(instructions: &[Instruction]) -> Vec<OpId> {
        instructions
            .iter()
            .filter_map(|i| if let Instruction::Send { op, .. } = i { Some(*op) } else { None })
            .collect()
    }

    fn wake(instructions: &[Instruction]) -> Option<i64> {
        instructions.iter().find_map(|i| if let Instruction::WakeAt { mono_ms } = i { Some(*mono_ms) } else { None })
    }

    fn kind() -> impl Strategy<Value = (u8, Lane, State)> {
        let lane = prop_oneof![Just(Lane::Event), Just(Lane::Record), Just(Lane::Notice), Just(Lane::Photo)];
        let state = prop_oneof![
            4 => Just(State::Due),
            1 => Just(State::DueSinceReboot),
            2 => (1_i64..1_000).prop_map(State::Later),
            1 => Just(State::Flying),
            1 => Just(State::Parked),
            2 => Just(State::Done),
        ];
        (0_u8..7, lane, state)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

        #[test]
        fn s2_a_window_of_a_long_queue_leads_to_the_very_steps_of_the_whole(
            kinds in prop::collection::vec(kind(), 0..60), rounds in 1_usize..4,
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            let mut store = Store::open(&folder.path().join("store.db"), &Zeroizing::new([1; 32])).expect("opens");
            let made = rows(&kinds);
            store.write(|tx| {
                for n in 0..7 {
                    super::super::journal::insert_case(tx, case(n), "live", 0, &n.to_string())?;
                }
                made.iter().try_for_each(|item| insert(tx, item))
            }).expect("written");
            let flying = made.iter().filter(|item| matches!(item.state, ItemState::InFlight { .. }));
            let mut windowed = Outbox::from_rows(flying.cloned(), 100, None);
            let mut whole = Outbox::from_rows(made.clone(), 100, None);
            let now = Moment { wall: Timestamp(0), offset_s: 0, mono_ms: NOW_MS, boot: "now".into() };
            for _ in 0..rounds {
                windowed.keep_flying();
                for row in store.read(|c| window(c, &windowed, &now)).expect("read") {
                    if windowed.item(row.op).is_none() {
                        windowed.add(row);
                    }
                }
                let (few, all) = (windowed.handle(Event::Poll, &now, 0), whole.handle(Event::Poll, &now, 0));
                prop_assert_eq!(sends(&few), sends(&all));
                let outside = store.read(|c| next_due(c, &now)).expect("read");
                prop_assert_eq!(wake(&few).into_iter().chain(outside).min(), wake(&all));
                let ends: Vec<(OpId, u64)> = few.iter().filter_map(|i| match i {
                    Instruction::Send { op, lease } => Some((*op, *lease)),
                    _ => None,
                }).collect();
                for (op, lease) in ends {
                    let ended = || Event::Answered { op, lease, outcome: crate::outbox::Outcome::Receipt(receipt()) };
                    whole.handle(ended(), &now, 0);
                    for instruction in windowed.handle(ended(), &now, 0) {
                        if let Instruction::Save(item) = instruction {
                            store.write(|tx| save(tx, &item)).expect("saved");
                        }
                    }
                }
            }
        }
    }
}
