//! One position report of a phone, and the motion that follows from it.

use serde::{Deserialize, Serialize};

use crate::{place::Point, time::Moment};

/// A position report. What the phone did not give is derived from the fixes before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// Where, with accuracy and mock flag.
    pub point: Point,
    /// Metres a second, if the receiver gave it.
    pub speed_mps: Option<f64>,
    /// Degrees clockwise from north, if the receiver gave it.
    pub course_deg: Option<f64>,
    /// When the position held.
    pub at: Moment,
}

/// How the car moves; `None` is "not known yet".
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Motion {
    /// Metres a second.
    pub speed_mps: Option<f64>,
    /// Degrees clockwise from north; a standing car keeps its last one.
    pub course_deg: Option<f64>,
}
