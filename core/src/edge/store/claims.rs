//! What insurers said of claim notices: the newest of each, by the gateway's own numbers.

use rusqlite::{Connection, Transaction, params};

use super::journal::json;
use crate::{canon, edge::trouble::Trouble, id::CaseId, wire::ClaimTold};

/// Keeps it, unless something newer is here.
pub(in crate::edge) fn keep(tx: &Transaction<'_>, told: &ClaimTold) -> Result<(), Trouble> {
    tx.execute(
        "INSERT INTO claim_told (case_id, claim, seq, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (case_id, claim) DO UPDATE SET seq = excluded.seq, body = excluded.body
         WHERE excluded.seq > claim_told.seq",
        params![told.case.to_string(), told.claim, told.seq, canon::bytes(told)?],
    )?;
    Ok(())
}

/// What is known of a case's notices, by number.
pub(in crate::edge) fn of_case(c: &Connection, case: CaseId) -> Result<Vec<ClaimTold>, Trouble> {
    let mut rows = c.prepare("SELECT body FROM claim_told WHERE case_id = ?1 ORDER BY claim")?;
    let rows: Vec<Vec<u8>> = rows.query_map([case.to_string()], |row| row.get(0))?.collect::<Result<_, _>>()?;
    rows.iter().map(|bytes| json(bytes)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{id::PartyId, time::Timestamp};

    fn told(claim: u32, seq: u32) -> ClaimTold {
        let case = CaseId::from_parts(Timestamp(1), [1; 10]);
        let party = PartyId::nth(0).expect("A");
        let (insurer, reason, state) = ("picc".to_owned(), None, format!("state {seq}"));
        ClaimTold { case, claim, party, insurer, revision: 1, seq, state, reason, at: Timestamp(i64::from(seq)) }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        /// A feed that is read twice, or in another order, ends with the newest of each notice.
        #[test]
        fn a_late_older_answer_never_overwrites_a_newer_one(heard in prop::collection::vec((1_u32..4, 0_u32..9), 1..40)) {
            let mut store = Connection::open_in_memory().expect("opens");
            super::super::migrations::run(&mut store).expect("migrated");
            for (claim, seq) in &heard {
                let tx = store.transaction().expect("begun");
                keep(&tx, &told(*claim, *seq)).expect("kept");
                tx.commit().expect("committed");
            }
            let newest = (1..4).filter_map(|claim| {
                let seq = heard.iter().filter(|(of, _)| *of == claim).map(|(_, seq)| *seq).max()?;
                Some(told(claim, seq))
            });
            prop_assert_eq!(of_case(&store, told(1, 1).case).expect("read"), newest.collect::<Vec<_>>());
        }
    }
}
