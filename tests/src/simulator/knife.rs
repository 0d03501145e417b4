//! Where a process ends. Everything that a process does is a row of instructions; a knife that lies ready cuts before
//! one of them, so that over the seeds every pair of instructions is torn apart.

use super::dice::Dice;

/// The process has ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// With the power of the machine.
    pub power: bool,
}

/// One process's knife.
#[derive(Clone, Debug)]
pub struct Knife {
    left: Option<(u64, bool)>,
    dice: Dice,
}

impl Knife {
    /// One that does not lie ready.
    pub fn of(seed: u64, whose: u64) -> Knife {
        Knife { left: None, dice: Dice::of(seed, 1_000 + whose) }
    }

    /// Cuts before the so many-th instruction from now.
    pub fn lay(&mut self, steps: u64, power: bool) {
        self.left = Some((steps, power));
    }

    /// Takes it away; whether it lay ready, and for what.
    pub fn take(&mut self) -> Option<bool> {
        self.left.take().map(|(_, power)| power)
    }

    /// Between two instructions.
    pub fn step(&mut self) -> Result<(), Cut> {
        match &mut self.left {
            None => Ok(()),
            Some((0, power)) => {
                let power = *power;
                self.left = None;
                Err(Cut { power })
            }
            Some((left, _)) => {
                *left -= 1;
                Ok(())
            }
        }
    }

    /// Whether a cut comes at the next instruction and takes the power: then what is written now may be lost.
    pub fn is_at_power(&self) -> bool {
        self.left == Some((0, true))
    }

    /// Chance of what a loss of power leaves.
    pub fn dice(&mut self) -> &mut Dice {
        &mut self.dice
    }
}
