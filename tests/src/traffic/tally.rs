//! What many drives gave, a row for each way of erring.

use std::fmt;

use super::{Errs, Kind, drive};

/// The counts of all drives with one kind of errors.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Which errors.
    pub errs: Errs,
    /// Drives with an accident on a straight way; those told of it in time.
    pub straight: (u32, u32),
    /// Drives with an accident behind a turn; those told within two good fixes after it.
    pub turned: (u32, u32),
    /// Drives past an accident beside the way; those wrongly called.
    pub beside: (u32, u32),
    /// Drives that heard *clear* within the warning distance, and for how many seconds in all.
    pub silent: (u32, u32),
    /// Drives in which a verdict was taken back more than once.
    pub flapping: u32,
}

impl Tally {
    /// So many drives of each kind of way.
    pub fn of(errs: Errs, drives: u64) -> Tally {
        let none = (0, 0);
        let mut tally = Tally { errs, straight: none, turned: none, beside: none, silent: none, flapping: 0 };
        for outcome in
            Kind::ALL.into_iter().flat_map(|kind| (0..drives).filter_map(move |seed| drive(kind, errs, seed)))
        {
            let count = |row: &mut (u32, u32), counts: bool, holds: bool| {
                row.0 += u32::from(counts);
                row.1 += u32::from(counts && holds);
            };
            count(&mut tally.straight, outcome.straight, outcome.in_time);
            count(&mut tally.turned, outcome.after_turn.is_some(), outcome.after_turn == Some(true));
            count(&mut tally.beside, outcome.beside, outcome.called_wrongly);
            tally.silent.0 += u32::from(outcome.clear_s > 0);
            tally.silent.1 += outcome.clear_s;
            tally.flapping += u32::from(outcome.taken_back > 1);
        }
        tally
    }
}

impl Tally {
    /// What of these drives must not be, each as a share of its limit: above 1 is too much. Fixes that are believable
    /// have bounds on being late and wrong; fixes that betray themselves must never say *clear* near an accident.
    pub fn worst(&self) -> f64 {
        // Where no drive counts nothing was shown, which is worse than any figure.
        let late = |row: (u32, u32), limit: f64| percent(row).map_or(f64::INFINITY, |held| (100.0 - held) / limit);
        let good = if self.errs.is_good() && !self.errs.is_silent() {
            late(self.straight, 0.5).max(late(self.turned, 1.0)).max(percent(self.beside).unwrap_or(f64::INFINITY))
        } else {
            0.0
        };
        good.max(f64::from(2 * self.silent.0)).max(f64::from(2 * self.flapping))
    }
}

/// One count as a share of the other, per cent; of no drives there is none.
fn percent(row: (u32, u32)) -> Option<f64> {
    (row.0 > 0).then(|| 100.0 * f64::from(row.1) / f64::from(row.0))
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |row: (u32, u32)| match percent(row) {
            Some(share) => format!("{}/{} ({share:.2} %)", row.1, row.0),
            None => "none".to_owned(),
        };
        let Tally { errs, straight, turned, beside, silent, flapping } = self;
        write!(
            f,
            "{:<9} in time {:<22} after a turn {:<20} wrongly {:<18} clear when near {} ({} s) flapping {flapping}",
            format!("{errs:?}"),
            of(*straight),
            of(*turned),
            of(*beside),
            silent.0,
            silent.1,
        )
    }
}
