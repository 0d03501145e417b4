//! How many bytes one PATCH carries. A server keeps what came before a cut, most of them; one that does not, or a proxy
//! that gathers a body before it hands it on, is met with pieces small enough to get through between two cuts.

/// First size, bytes.
const FIRST: u64 = 8 << 20;
/// Never more, bytes: the offset is then confirmed often enough.
const MOST: u64 = 64 << 20;
/// Never less where cut pieces count, bytes: below that the round trips cost more than a cut does.
const LEAST: u64 = 1 << 20;
/// Never less at all, bytes.
const SMALLEST: u64 = 64 << 10;

/// The size of the next piece.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace(u64);

impl Default for Pace {
    fn default() -> Pace {
        Pace(FIRST)
    }
}

impl Pace {
    /// Bytes of the next PATCH, at most.
    pub(super) fn at_most(self) -> u64 {
        self.0
    }

    /// A whole piece went through.
    pub(super) fn went_through(&mut self) {
        self.0 = (self.0 * 2).min(MOST);
    }

    /// A piece was cut; `kept` is how much of it the server has.
    pub(super) fn was_cut(&mut self, kept: u64) {
        let smaller = if kept > 0 { (self.0 / 2).max(LEAST) } else { (self.0 / 4).max(SMALLEST) };
        // Never larger than before: what is small already has its reason.
        self.0 = smaller.min(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_grow_while_they_go_through_and_shrink_to_what_gets_through_between_two_cuts() {
        let mut pace = Pace::default();
        (0..9).for_each(|_| pace.went_through());
        assert_eq!(pace.at_most(), MOST);
        (0..99).for_each(|_| pace.was_cut(1));
        assert_eq!(pace.at_most(), LEAST, "cut pieces count here, so they need not be small");
        (0..99).for_each(|_| pace.was_cut(0));
        assert_eq!(pace.at_most(), SMALLEST);
        pace.was_cut(1);
        assert_eq!(pace.at_most(), SMALLEST);
    }
}
