//! What the naive model makes of the end of a send, against what the real queue makes of it.

use jingbao_core::outbox::{Event, Instruction, ItemState, NEVER_LEFT, Outcome};

use super::world::{Held, How, IN_A_ROW, State, World, op, pick, receipt};

impl World {
    pub(super) fn answer(&mut self, which: usize, stale: bool, how: How, dice: u64) {
        let candidates = if stale { self.old_leases.clone() } else { self.flying() };
        let Some(&(n, lease)) = pick(&candidates, which) else { return };
        let outcome = match how {
            How::Receipt => Outcome::Receipt(Box::new(receipt())),
            How::Later => Outcome::Later { why: "later-server", retry_after_ms: None },
            How::Gone => Outcome::Later { why: NEVER_LEFT, retry_after_ms: None },
            How::After(ms) => Outcome::Later { why: "later-busy", retry_after_ms: Some(ms) },
            How::Unauthorized => Outcome::Unauthorized,
            How::Refused => Outcome::Refused { reason: "parked-other-bytes".into() },
        };
        let out = self.handle(Event::Answered { op: op(n), lease, outcome }, dice);
        let current = matches!(self.rows[n].state, State::Flying { lease: held, .. } if held == lease);
        if matches!(how, How::Receipt) {
            self.rows[n].state = State::Done;
            self.rows[n].attempts = 0;
            self.failures = 0;
            self.held = self.held.filter(|held| held.asked && held.until > self.mono);
            return;
        }
        if !current {
            assert!(out.is_empty(), "a late failure says nothing about who sends now");
            return;
        }
        self.old_leases.push((n, lease));
        match how {
            How::Receipt => {}
            How::Refused => self.rows[n].state = State::Parked,
            How::Unauthorized => {
                assert!(out.contains(&Instruction::AskForToken));
                self.paused = true;
                self.rows[n].state = State::Waiting { at: 0 };
            }
            How::After(_) | How::Gone => self.fails_for_all(n, lease, how),
            How::Later if self.failures + 1 >= IN_A_ROW => self.fails_for_all(n, lease, how),
            How::Later => {
                self.failures += 1;
                // Full jitter: anywhere below the doubled ceiling, never above five minutes.
                let ceiling = (0..self.rows[n].attempts).fold(1_000_i64, |wait, _| (wait * 2).min(300_000));
                let item = self.outbox.item(op(n)).expect("there");
                let ItemState::Waiting { not_before_ms, .. } = item.state else { panic!("waits") };
                assert!((0..ceiling).contains(&(not_before_ms - self.mono)));
                self.rows[n].state = State::Waiting { at: not_before_ms };
                self.rows[n].attempts += 1;
            }
        }
    }

    /// The other end wants a rest, or there is none: everything waits, and the operation itself is due at once.
    fn fails_for_all(&mut self, n: usize, lease: u64, how: How) {
        self.failures += 1;
        self.rows[n].state = State::Waiting { at: 0 };
        let told = self.outbox.held(&self.now()).map_or(self.mono, |hold| hold.until_ms);
        let before = self.held.filter(|held| held.until > self.mono);
        let attempts = self.held.map_or(0, |held| held.attempts);
        let fresh = |until, asked| Some(Held { until, asked, attempts: attempts + 1, lease: self.leases });
        self.held = match (how, before) {
            // Obeyed to the millisecond, up to an hour; the later of two.
            (How::After(ms), _) => {
                let until = self.mono + ms.clamp(0, 3_600_000);
                match before {
                    Some(held) if held.asked && held.until > until => before,
                    _ => fresh(until, true),
                }
            }
            // Nothing new from what was under way together, and nothing makes shorter what the server asked for.
            (_, Some(held)) if held.asked || lease <= held.lease => before,
            // Full jitter: anywhere below the doubled ceiling, never above five minutes.
            _ => {
                let ceiling = (0..attempts).fold(1_000_i64, |wait, _| (wait * 2).min(300_000));
                assert!((0..ceiling).contains(&(told - self.mono)));
                fresh(told, false)
            }
        };
        assert_eq!(told, self.held.map_or(self.mono, |held| held.until));
    }
}
